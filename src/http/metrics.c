#include "http/metrics.h"

#include <stdio.h>
#include <stdlib.h>

static const int64_t bounds_us[METRIC_BUCKETS - 1] = {
    5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000};
static const char *const bounds[METRIC_BUCKETS] = {"0.005", "0.01", "0.025", "0.05", "0.1", "0.25",
                                                   "0.5",   "1",    "2.5",   "5",    "10",  "+Inf"};

static const char *const reasons[REFUSED_COUNT] = {
#define REFUSED(id, name) [REFUSED_##id] = name,
#include "http/refused.def"
#undef REFUSED
};

void metrics_open(Metrics *m, const Route *routes, size_t n_routes)
{
    memset(m, 0, sizeof *m);
    m->routes = routes;
    m->n_routes = n_routes;
    m->durations = calloc((n_routes + 1) * METRIC_CLASSES, sizeof *m->durations);
    if (!m->durations)
        abort();
}

void metrics_close(Metrics *m)
{
    free(m->durations);
    m->durations = NULL;
}

static Histogram *histogram(const Metrics *m, size_t route, size_t class)
{
    return &m->durations[route * METRIC_CLASSES + class];
}

void metrics_answered(Metrics *m, const Route *route, int status, int64_t took_us)
{
    size_t i = 0, at = route ? (size_t)(route - m->routes) : m->n_routes;
    int class = status / 100 - 1;
    Histogram *h = histogram(m, at, class < 0 || class > 4 ? 4 : (size_t) class);
    while (i < METRIC_BUCKETS - 1 && took_us > bounds_us[i])
        i++;
    metric_add(&h->counts[i], 1);
    metric_add(&h->sum_us, (uint64_t)took_us);
}

static void put(Buf *b, const char *text)
{
    buf_put(b, text, strlen(text));
}

void metric_head(Buf *b, const char *name, const char *type, const char *help)
{
    put(b, "# HELP ");
    put(b, name);
    put(b, " ");
    put(b, help);
    put(b, "\n# TYPE ");
    put(b, name);
    put(b, " ");
    put(b, type);
    put(b, "\n");
}

void metric_line(Buf *b, const char *name, const char *labels, uint64_t value)
{
    char text[24];
    put(b, name);
    put(b, labels);
    snprintf(text, sizeof text, " %llu\n", (unsigned long long)value);
    put(b, text);
}

static uint64_t sum(const Metrics *const *all, size_t n, size_t offset)
{
    uint64_t total = 0;
    for (size_t i = 0; i < n; i++)
        total += atomic_load_explicit(
            (const Counter *)(const void *)((const char *)all[i] + offset), memory_order_relaxed);
    return total;
}

static const char duration[] = "http_server_request_duration_seconds";

static void write_series(Buf *b, const Route *r, int class, const uint64_t counts[],
                         uint64_t sum_us)
{
    char labels[256], whole[320], name[80];
    uint64_t so_far = 0;
    Str method = r ? method_name(r->method) : S("other");
    snprintf(labels, sizeof labels, "method=\"" STR_FMT "\",route=\"%s\",status=\"%dxx\"",
             STR_ARG(method), r ? r->path : "-", class + 1);
    snprintf(name, sizeof name, "%s_bucket", duration);
    for (size_t i = 0; i < METRIC_BUCKETS; i++) {
        so_far += counts[i];
        snprintf(whole, sizeof whole, "{%s,le=\"%s\"}", labels, bounds[i]);
        metric_line(b, name, whole, so_far);
    }
    snprintf(whole, sizeof whole, "%s_sum{%s} %.6f\n", duration, labels, (double)sum_us / 1e6);
    put(b, whole);
    snprintf(name, sizeof name, "%s_count", duration);
    snprintf(whole, sizeof whole, "{%s}", labels);
    metric_line(b, name, whole, so_far);
}

static void write_durations(const Metrics *const *all, size_t n, Buf *b)
{
    metric_head(b, duration, "histogram", "Time from a whole request head to the last byte sent");
    for (size_t at = 0; at < (all[0]->n_routes + 1) * METRIC_CLASSES; at++) {
        uint64_t counts[METRIC_BUCKETS] = {0}, sum_us = 0, some = 0;
        for (size_t i = 0; i < n; i++) {
            const Histogram *h = &all[i]->durations[at];
            for (size_t k = 0; k < METRIC_BUCKETS; k++) {
                counts[k] += atomic_load_explicit(&h->counts[k], memory_order_relaxed);
                some |= counts[k];
            }
            sum_us += atomic_load_explicit(&h->sum_us, memory_order_relaxed);
        }
        size_t route = at / METRIC_CLASSES;
        if (some)
            write_series(b, route < all[0]->n_routes ? &all[0]->routes[route] : NULL,
                         (int)(at % METRIC_CLASSES), counts, sum_us);
    }
}

void metrics_write(const Metrics *const *all, size_t n, Buf *b)
{
    write_durations(all, n, b);
    metric_head(b, "hub_http_connections", "gauge", "Open connections");
    metric_line(b, "hub_http_connections", "", sum(all, n, offsetof(Metrics, connections)));
    metric_head(b, "hub_http_accepted_total", "counter", "Connections accepted");
    metric_line(b, "hub_http_accepted_total", "", sum(all, n, offsetof(Metrics, accepted)));
    metric_head(b, "hub_http_bytes_sent_total", "counter", "Bytes of answers the kernel took");
    metric_line(b, "hub_http_bytes_sent_total", "", sum(all, n, offsetof(Metrics, bytes_sent)));
    metric_head(b, "hub_http_cache_hits_total", "counter", "Answers from the loops' memory");
    metric_line(b, "hub_http_cache_hits_total", "", sum(all, n, offsetof(Metrics, cache_hits)));
    metric_head(b, "hub_http_refused_total", "counter", "Requests and connections refused");
    for (size_t i = 0; i < REFUSED_COUNT; i++) {
        char labels[64];
        snprintf(labels, sizeof labels, "{reason=\"%s\"}", reasons[i]);
        metric_line(b, "hub_http_refused_total", labels,
                    sum(all, n, offsetof(Metrics, refused) + i * sizeof(Counter)));
    }
}
