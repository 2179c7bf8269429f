/* metrics.h - counters of one loop, and their sum in Prometheus' text format (0.0.4).
 *
 * Only the owning loop writes; anybody may read at any time (relaxed atomics, no lock).
 */
#ifndef HUB_METRICS_H
#define HUB_METRICS_H

#include "base/buf.h"
#include "http/route.h"

#include <stdatomic.h>

enum { METRIC_BUCKETS = 12, METRIC_CLASSES = 5 };

typedef enum Refused {
#define REFUSED(id, name) REFUSED_##id,
#include "http/refused.def"
#undef REFUSED
    REFUSED_COUNT
} Refused;

typedef _Atomic uint64_t Counter;

typedef struct Histogram {
    Counter counts[METRIC_BUCKETS]; /* the last one: everything above */
    Counter sum_us;
} Histogram;

typedef struct Metrics {
    const Route *routes;
    size_t n_routes;
    Histogram *durations; /* owned: [route][class], the last route is "none" */
    Counter bytes_sent, connections, accepted, cache_hits;
    Counter refused[REFUSED_COUNT];
} Metrics;

void metrics_open(Metrics *m, const Route *routes, size_t n_routes);
void metrics_close(Metrics *m);

static inline void metric_add(Counter *c, uint64_t n)
{
    atomic_store_explicit(c, atomic_load_explicit(c, memory_order_relaxed) + n,
                          memory_order_relaxed);
}

void metrics_answered(Metrics *m, const Route *route, int status, int64_t took_us);
/* All loops of one server as one. */
void metrics_write(const Metrics *const *all, size_t n, Buf *b);

/* name value\n */
void metric_line(Buf *b, const char *name, const char *labels, uint64_t value);
void metric_head(Buf *b, const char *name, const char *type, const char *help);

#endif
