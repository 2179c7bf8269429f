/* flow.h - one answer's share of a download: whether it may begin, how fast it goes, when it ends.
 *
 * A download has LIVE_CONNECTIONS answers at a time, sends at most twice its file and 16 MiB in 24
 * hours, and all its answers share one speed. It is posted before what was and is being delivered
 * reaches the smaller of 64 KiB and the file: what only looks at a file's head costs nothing.
 */
#ifndef HUB_FLOW_H
#define HUB_FLOW_H

#include "download/live.h"
#include "http/delivery.h"

enum { LIVE_CONNECTIONS = 16, PROBE_BYTES = 64 << 10, SPARE_BYTES = 16 << 20 };
enum { LIVE_DAY_MS = 86400000, JOURNAL_BYTES = 8 << 20 };

typedef struct Flow {
    Delivery delivery; /* first */
    struct Lives *lives;
    Live *live; /* held */
    struct Flow *next, **at;
    int64_t taken, lent, promised;
    int64_t round, used; /* of the shared speed, in that round */
    bool done;           /* the kernel has all */
} Flow;

typedef enum FlowStep {
    FLOW_GO,
    FLOW_POST, /* post it first */
    FLOW_OVER, /* its time is over: this is another download */
} FlowStep;

/* *out only when it may go: bytes [from, from + length), for Res.delivery. E_UNAVAILABLE: too many
 * connections; E_LIMITED: too many bytes; E_GONE: cut. */
Err flow_begin(Cx *cx, Live *live, int64_t from, int64_t length, FlowStep *step, Delivery **out);

/* What is being sent counts as covered but for what the kernels may hold; live->lock is held. */
void flow_note(Live *live);

#endif
