/* reply.c - a finished exchange on its way out: framing, keeping or closing, and telling of it. */
#include "base/clock.h"
#include "base/fault.h"
#include "http/loop.h"

#include <strings.h>

/* Takes the socket back from its upload thread. */
static void reclaim(Client *c)
{
    Body *body = &c->exchange->stream;
    if (!body->ended) {
        c->keep = false;
        c->linger = true;
    } else if (body->chunked) {
        client_keep(c, body->pending);
    }
    c->state = C_WAIT;
    loop_watch(c); /* its first event tells of everything that came meanwhile */
}

static bool bodiless(int status)
{
    return status < 200 || status == 204 || status == 304;
}

static void decide_keep(Client *c, const Res *res)
{
    if (!c->keep)
        return;
    c->keep = !res->close && atomic_load(&c->loop->server->ready);
    c->linger = !c->keep;
}

static Str header_value(const Res *res, const char *name)
{
    for (size_t i = 0; i < res->n_headers; i++)
        if (strcasecmp(res->headers[i].name.p, name) == 0)
            return res->headers[i].value;
    return (Str){0};
}

static bool may_keep(const Exchange *x)
{
    const Res *res = &x->res;
    if (!x->may_keep || x->outcome || res->status != 200 || res_sends_file(res) || res->again_ms)
        return false;
    if (header_value(res, "Set-Cookie").p || header_value(res, "Vary").p)
        return false;
    Str control = header_value(res, "Cache-Control");
    return !memmem(control.p ? control.p : "", control.n, "no-store", 8) &&
           !memmem(control.p ? control.p : "", control.n, "private", 7);
}

/* A copy into the loop's cache; `head` has the lines of the 200 already. */
static void keep_copy(Client *c, const Exchange *x)
{
    Loop *l = c->loop;
    CacheEntry e = {.version = x->version,
                    .expires = l->now + CACHE_LIFE_MS,
                    .route = x->match.route,
                    .target = x->head.req.target,
                    .etag = header_value(&x->res, "ETag"),
                    .head = {l->head.p, l->head.n},
                    .body = {x->res.body.p, x->res.body.n}};
    l->varying.n = 0;
    head_lines(&(Lines){&x->res, 304, -1, false}, &l->varying);
    e.not_modified = (Str){l->varying.p, l->varying.n};
    if (!l->varying.full && !l->head.full)
        cache_put(&l->cache, &e);
}

static void reply_plain(Client *c)
{
    Loop *l = c->loop;
    Exchange *x = c->exchange;
    Res *res = &x->res;
    bool empty = bodiless(res->status), file = res_sends_file(res), whole = !empty && !c->head_only;
    int64_t length = empty ? -1 : file ? res->length : (int64_t)res->body.n;
    decide_keep(c, res);
    c->record.status = res->status;
    l->head.n = l->varying.n = 0;
    head_lines(&(Lines){res, res->status, length, false}, &l->head);
    if (may_keep(x) && !c->head_only)
        keep_copy(c, x);
    l->varying.n = 0;
    l->varying.full = false;
    head_own_lines(c, x, &l->varying);
    if (whole && file && res->length > 0)
        send_file_of(c, res);
    Str pieces[] = {{l->head.p, l->head.n},
                    {l->varying.p, l->varying.n},
                    {res->body.p, whole && !file ? res->body.n : 0}};
    Sent sent = send_pieces(c, pieces, COUNT(pieces));
    c->exchange = NULL;
    loop_recycle(l, x);
    reply_sent(c, sent);
}

void reply(Client *c)
{
    Exchange *x = c->exchange;
    if (c->state == C_UPLOAD)
        reclaim(c);
    if (c->state == C_GONE)
        return;
    if (x->outcome) {
        if (!x->cx.said[0])
            x->outcome =
                fail(&x->cx, x->outcome, "the store could not keep this; nothing of it was kept");
        exchange_problem(x, x->outcome);
        x->outcome = OK;
        x->may_keep = false;
    }
    c->record.actor = x->actor;
    if (x->res.again_ms > 0 || c->beats || str_eq(x->res.media_type, S("text/event-stream")))
        events_reply(c);
    else
        reply_plain(c);
}

void reply_cached(Client *c, const CacheEntry *e, const Req *req, const Exchange *x)
{
    Loop *l = c->loop;
    Str none = req_header(req, "if-none-match");
    bool same = none.p && e->etag.n && etag_listed(none, e->etag);
    static const Res nothing = {.fd = -1};
    decide_keep(c, &nothing);
    c->record.status = same ? 304 : 200;
    l->varying.n = 0;
    head_own_lines(c, x, &l->varying);
    Str pieces[] = {same ? e->not_modified : e->head,
                    {l->varying.p, l->varying.n},
                    {e->body.p, same || c->head_only ? 0 : e->body.n}};
    reply_sent(c, send_pieces(c, pieces, COUNT(pieces)));
}

void reply_over(Client *c)
{
    Loop *l = c->loop;
    int64_t took = clock_mono_us() - c->record.started_us;
    metrics_answered(&l->metrics, c->record.route, c->record.status, took);
    if (l->settings->access_log && !l->conf->ops)
        record_log(&c->record, clock_now(), took);
}

static void reply_done(Client *c)
{
    reply_over(c);
    if (c->keep)
        client_idle(c);
    else if (c->linger || c->kept_n || c->readable || c->given)
        /* a reset would take back what was sent; and its arrival is waited for */
        client_linger(c);
    else
        client_close(c);
}

void reply_sent(Client *c, Sent sent)
{
    switch (sent) {
    case SENT_ALL:
        reply_done(c);
        break;
    case SENT_TURN:
        c->state = C_SEND;
        loop_ready(c);
        break;
    case SENT_SOME:
    case SENT_PAUSE:
        c->state = C_SEND;
        break;
    case SENT_FAILED:
        reply_over(c);
        client_close(c);
        break;
    }
}
