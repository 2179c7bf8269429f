#include "role/ops.h"

#include "common/app.h"
#include "contract.h"
#include "http/metrics.h"
#include "http/server.h"

#include <sys/statvfs.h>

enum { METRICS_MAX = 4 << 20 };

static Err get_health(Cx *cx, Req *req, Res *res)
{
    (void)cx, (void)req;
    res->body.max = 64;
    buf_put(&res->body, "{\"status\":\"ok\"}", 15);
    res->media_type = S("application/json");
    return OK;
}

/* Able to do its role: accepting, and the store answers. */
static Err get_ready(Cx *cx, Req *req, Res *res)
{
    int64_t n = 0;
    if (cx->app->stopping || !cx->app->server || !server_ready(cx->app->server))
        return fail(cx, E_UNAVAILABLE, "stopping");
    TRY(db_int(cx, SQL_JOB_PENDING, NO_ARGS, &n));
    return get_health(cx, req, res);
}

static void put_store(Cx *cx, Buf *b)
{
    DbStats s = db_stats(cx->app->db);
    int64_t jobs = 0;
    struct statvfs fs;
    metric_head(b, "hub_db_batches_total", "counter", "Commits of the store");
    metric_line(b, "hub_db_batches_total", "", (uint64_t)s.batches);
    metric_head(b, "hub_db_units_total", "counter", "Units of work committed");
    metric_line(b, "hub_db_units_total", "", (uint64_t)s.units);
    metric_head(b, "hub_db_full_total", "counter", "Batches the store had no room for");
    metric_line(b, "hub_db_full_total", "", (uint64_t)s.full);
    metric_head(b, "hub_db_wal_pages", "gauge", "Pages in the write-ahead log");
    metric_line(b, "hub_db_wal_pages", "", (uint64_t)s.wal_pages);
    if (db_int(cx, SQL_JOB_PENDING, NO_ARGS, &jobs) == OK) {
        metric_head(b, "hub_queue_jobs", "gauge", "Jobs waiting or running");
        metric_line(b, "hub_queue_jobs", "", (uint64_t)jobs);
    }
    if (statvfs(cx->app->conf.data.p, &fs) == 0) {
        metric_head(b, "hub_storage_free_bytes", "gauge", "Room in the data folder");
        metric_line(b, "hub_storage_free_bytes", "", (uint64_t)fs.f_bavail * fs.f_frsize);
    }
    metric_head(b, "hub_build_info", "gauge", "Always 1; the version is a label");
    metric_line(b, "hub_build_info", "{version=\"" HUB_VERSION "\"}", 1);
}

static Err get_metrics(Cx *cx, Req *req, Res *res)
{
    (void)req;
    res->body.max = METRICS_MAX;
    server_metrics(cx->app->server, &res->body);
    put_store(cx, &res->body);
    res->media_type = S("text/plain; version=0.0.4; charset=utf-8");
    return OK;
}

const Route OPS_ROUTES[OPS_ROUTE_COUNT] = {
    {.method = M_GET,
     .path = "/healthz",
     .name = "getHealth",
     .status = 200,
     .raw = get_health,
     .quick = true,
     .errors = ~0ull},
    {.method = M_GET,
     .path = "/readyz",
     .name = "getReady",
     .status = 200,
     .raw = get_ready,
     .errors = ~0ull},
    {.method = M_GET,
     .path = "/metrics",
     .name = "getMetrics",
     .status = 200,
     .raw = get_metrics,
     .errors = ~0ull},
};
