#include "role/api.h"

#include "base/clock.h"
#include "base/log.h"
#include "common/limit.h"
#include "contract.h"
#include "http/proxy.h"
#include "http/server.h"
#include "identity/session.h"
#include "page/page.h"
#include "role/journal.h"
#include "role/ops.h"

static Str subject_of(Cx *cx, const Req *req)
{
    Address a;
    if (cx->viewer.id.n)
        return cx->viewer.id;
    if (!address_read(req->address, &a))
        return req->address;
    a = address_subject(&a);
    return arena_str(cx->arena, (Str){(char *)a.b, sizeof a.b});
}

static Err admit(Cx *cx, const Req *req, int64_t *limit, int64_t *left, int64_t *reset_s)
{
    int64_t wait_ms = 0;
    Str subject = subject_of(cx, req);
    size_t rate = req->route ? req->route->rate : RATE_READ;
    bool ok = limiter_take(cx->app->limiter, rate, subject, clock_mono_ms(), left, &wait_ms);
    *limit = limiter_rate(cx->app->limiter, rate);
    *reset_s = 1;
    if (ok)
        return OK;
    cx->retry_after_s = (int)((wait_ms + 999) / 1000);
    return fail(cx, E_LIMITED, "at most %lld %s requests a second; wait %d s", (long long)*limit,
                RATE_NAMES[rate], cx->retry_after_s);
}

static Limiter *limiter_of(const Conf *c)
{
    const int64_t rates[RATE_COUNT] = {
        [RATE_AUTH] = c->rate_auth,     [RATE_DOWNLOAD] = c->rate_download,
        [RATE_READ] = c->rate_read,     [RATE_PLAY] = c->rate_play,
        [RATE_STREAM] = c->rate_stream, [RATE_UPLOAD] = c->rate_upload,
        [RATE_WRITE] = c->rate_write,   [RATE_COMMENT] = c->rate_comment,
    };
    return limiter_new(rates, RATE_COUNT);
}

static Err start_ops(Cx *cx, App *app)
{
    ServerConf conf = {.conf = &app->conf,
                       .app = app,
                       .db = app->db,
                       .listen = app->conf.ops_listen,
                       .routes = OPS_ROUTES,
                       .n_routes = OPS_ROUTE_COUNT,
                       .ops = true,
                       .share = app->server};
    size_t row = 0;
    if (str_eq(app->conf.ops_listen, S("off")))
        return OK;
    while (strcmp(conf_rows[row].key, "ops_listen") != 0)
        row++;
    Err e = server_start(cx, &conf, &app->ops);
    if (e && strcmp(app->conf.sources[row], "default") == 0) { /* a second hub on one laptop */
        log_say(LOG_WARN, "ops.off", LZ("why", cx->said));
        return OK;
    }
    return e;
}

Err api_start(Cx *cx, App *app)
{
    app->limiter = limiter_of(&app->conf);
    app->journal = journal_start(app);
    ServerConf conf = {.conf = &app->conf,
                       .app = app,
                       .db = app->db,
                       .listen = app->conf.listen,
                       .routes = ROUTES,
                       .n_routes = ROUTE_COUNT,
                       .hooks = {session_identify, admit, problem_page}};
    Err e = server_start(cx, &conf, &app->server);
    if (!e)
        e = start_ops(cx, app);
    if (e)
        api_stop(app);
    return e;
}

void api_stop(App *app)
{
    if (app->server)
        server_drain(app->server, app->conf.drain_delay, app->conf.drain_grace);
    if (app->ops)
        server_drain(app->ops, 0, 1000);
    server_free(app->ops);
    server_free(app->server);
    journal_stop(app->journal); /* nothing more is sent */
    app->journal = NULL;
    app->ops = NULL;
    app->server = NULL;
    limiter_free(app->limiter);
    app->limiter = NULL;
}
