/* intake.c - a whole request head: what it is, whether its body is wanted, and who answers it. */
#include "base/clock.h"
#include "base/fault.h"
#include "http/loop.h"
#include "http/syntax.h"

#include <stdlib.h>

static void begin_record(Client *c)
{
    c->record.route = NULL;
    c->record.method = METHOD_COUNT;
    c->record.status = 0;
    c->record.started_us = clock_mono_us();
    c->record.bytes = 0;
    c->record.actor = 0;
    c->record.address = c->peer;
    c->keep = false;
    c->linger = true;
    c->old = c->head_only = c->chunked = false;
}

/* Answered here and now, and the connection ends: nothing more of it is looked at. */
void intake_refuse(Client *c, Err e, const char *why, Refused reason)
{
    Loop *l = c->loop;
    metric_add(&l->metrics.refused[reason], 1);
    c->keep = false;
    c->linger = true;
    if (!c->exchange)
        c->exchange = loop_exchange(l);
    c->exchange->client = c;
    c->exchange->trace = c->record.trace;
    exchange_begin(c->exchange, NULL);
    exchange_refuse(c->exchange, e, why);
    reply(c);
}

void intake_refuse_head(Client *c, Err e, const char *why, Refused reason)
{
    begin_record(c);
    trace_make(&c->loop->names, (Str){0}, (Str){0}, &c->record.trace);
    intake_refuse(c, e, why, reason);
}

static Refused reason_of(Err e)
{
    return e == E_HEAD_TOO_LARGE || e == E_URI_TOO_LONG ? REFUSED_HEAD : REFUSED_SYNTAX;
}

/* The client behind a trusted proxy; the last line, and in it the last element, is the nearest. */
static Address behind(const Client *c, const Head *head)
{
    const Req *req = &head->req;
    Address at = c->peer;
    for (size_t i = req->n_headers; i > 0; i--)
        if (text_is(req->headers[i - 1].name, S("x-forwarded-for")) &&
            !forwarded_for(&c->loop->server->trusted, req->headers[i - 1].value, &at))
            break;
    return at;
}

static bool behind_https(const Head *head)
{
    const Req *req = &head->req;
    Str last = {0};
    for (size_t i = 0; i < req->n_headers; i++)
        if (text_is(req->headers[i].name, S("x-forwarded-proto")))
            last = req->headers[i].value;
    const char *comma = last.n ? memrchr(last.p, ',', last.n) : NULL;
    if (comma)
        last = (Str){comma + 1, (size_t)(last.p + last.n - comma - 1)};
    return text_is(text_trim(last), S("https"));
}

/* Who asks, and by which name it goes: only a trusted proxy may say. Whether it came by https. */
static bool note(Client *c, Head *head)
{
    bool trusted = c->trusted || bug("trust-anybody");
    Str id = trusted ? head_value(head, H_X_REQUEST_ID) : (Str){0};
    if (trusted && head->at[H_X_FORWARDED_FOR])
        c->record.address = behind(c, head);
    trace_make(&c->loop->names, id, head_value(head, H_TRACEPARENT), &c->record.trace);
    c->record.method = (uint8_t)head->req.method;
    c->keep = head->keep_alive;
    c->linger = false;
    c->old = head->req.minor == 0;
    c->head_only = head->req.method == M_HEAD;
    return trusted && behind_https(head);
}

static Conn *loop_conn(Loop *l)
{
    if (!l->conn)
        l->conn = conn_open(l->conf->db);
    return l->conn;
}

static uint32_t version_now(Loop *l)
{
    return l->conf->db && !bug("cache-stale") ? db_version(loop_conn(l)) : 0;
}

static bool wants_fresh(const Head *head)
{
    return head->at[H_CACHE_CONTROL] &&
           text_lists(head_value(head, H_CACHE_CONTROL), S("no-cache"));
}

/* Cookies that pages depend on: of a session, and of what a visitor said of the own age. */
static bool tells_apart(const Req *req)
{
    static const char *const names[] = {"hub", "__Host-hub", "hub-age", "__Host-hub-age"};
    for (size_t i = 0; i < COUNT(names); i++)
        if (req_cookie(req, names[i]).p)
            return true;
    return false;
}

/* Nobody in particular asks to read something. */
static bool anonymous(const Head *head)
{
    const Req *req = &head->req;
    if ((req->method != M_GET && req->method != M_HEAD) || req->length || head->repeated)
        return false;
    if (head->at[H_AUTHORIZATION] || head->at[H_RANGE])
        return false;
    return !head->at[H_COOKIE] || !tells_apart(req);
}

static void fill(Client *c, Exchange *x, bool https)
{
    Req *req = &x->head.req;
    x->client = c;
    x->trace = c->record.trace;
    req->address = (Str){x->address, address_write(&c->record.address, x->address)};
    req->https = https;
    req->from_loopback = c->loopback;
    req->route = x->match.route;
    req->body = (Str){0};
    req->stream = &x->stream;
}

/* True: answered from memory (or refused by its rate). */
static bool from_cache(Client *c, Head *head, bool https)
{
    Loop *l = c->loop;
    if (!l->cache.bytes)
        return false;
    const CacheEntry *e = cache_find(&l->cache, head->req.target, version_now(l), l->now);
    if (!e)
        return false;
    const ServerHooks *hooks = &l->conf->hooks;
    Exchange *x = loop_exchange(l);
    Err refused = OK;
    c->record.route = e->route;
    if (hooks->admit) {
        x->match.route = e->route;
        fill(c, x, https);
        Req *req = &head->req;
        req->address = x->head.req.address;
        req->https = https;
        req->from_loopback = c->loopback;
        req->route = e->route;
        exchange_begin(x, NULL);
        refused = hooks->admit(&x->cx, req, &x->limit, &x->left, &x->reset_s);
    }
    if (refused) {
        exchange_problem(x, refused);
        c->exchange = x;
        x->client = c;
        reply(c);
        return true;
    }
    metric_add(&l->metrics.cache_hits, 1);
    reply_cached(c, e, &head->req, x);
    loop_recycle(l, x);
    return true;
}

/* The methods that are there, for OPTIONS where the contract has no operation of its own. */
static void answer_options(Client *c, bool all)
{
    Exchange *x = c->exchange;
    unsigned methods = all ? (1u << METHOD_COUNT) - 1 : x->match.allow | 1u << M_OPTIONS;
    exchange_begin(x, NULL);
    x->res.status = 204;
    Str allow = allow_text(x->cx.arena, methods);
    res_header(&x->cx, &x->res, "Allow", STR_FMT, STR_ARG(allow));
    reply(c);
}

/* Shed: nobody is free, now or soon. Its body, if it has one, is not waited for. */
static void busy(Client *c)
{
    intake_refuse(c, E_UNAVAILABLE, "the hub has all hands full", REFUSED_BUSY);
}

/* The request is whole: its connection may go on, as a new one would cost more than the answer. */
static void busy_for_now(Client *c)
{
    Exchange *x = c->exchange;
    metric_add(&c->loop->metrics.refused[REFUSED_BUSY], 1);
    exchange_begin(x, NULL);
    exchange_refuse(x, E_UNAVAILABLE, "the hub has all hands full");
    reply(c);
}

/* A brief operation that found something to write. */
static void put_off(Client *c)
{
    if (pool_claim(c->loop->server->workers, c->exchange))
        loop_queue(c->loop, c->exchange);
    else
        busy_for_now(c);
}

void intake_submit(Client *c)
{
    Loop *l = c->loop;
    Exchange *x = c->exchange;
    const Route *r = x->match.route;
    Method m = x->head.req.method;
    x->head.req.body = (Str){x->body.p, x->body.n};
    if (x->head.asterisk || (m == M_OPTIONS && !r && x->match.allow)) {
        answer_options(c, x->head.asterisk);
        return;
    }
    c->state = C_WAIT;
    if (r && r->quick) {
        exchange_run_quick(x);
        reply(c);
    } else if (r && r->brief && (r->raw || x->nobody)) {
        exchange_run_brief(x, loop_conn(l), l->memo);
        if (x->res.later)
            put_off(c);
        else
            reply(c);
    } else if (pool_claim(l->server->workers, x)) {
        loop_queue(l, x);
    } else {
        busy_for_now(c);
    }
}

/* Hands the socket to an upload thread, with what came of the body so far. */
static void submit_stream(Client *c, Str early)
{
    Loop *l = c->loop;
    Exchange *x = c->exchange;
    Req *req = &x->head.req;
    if (!pool_claim(l->server->uploads, x)) {
        busy(c);
        return;
    }
    size_t mine = early.n;
    if (req->length >= 0 && (uint64_t)req->length < early.n)
        mine = (size_t)req->length;
    client_keep(c, (Str){early.p + mine, early.n - mine});
    x->body.max = SCRATCH;
    buf_put(&x->body, early.p, mine);
    x->stream = (Body){.fd = c->fd,
                       .drain_fd = l->server->drain_fd,
                       .draining = &l->server->draining,
                       .pending = {x->body.p, mine},
                       .expects = x->head.expects && mine == 0,
                       .chunked = x->head.chunked,
                       .ended = req->length == 0,
                       .left = req->length,
                       .timeout_ms = l->settings->body_timeout,
                       .min_rate = l->settings->min_rate};
    c->state = C_UPLOAD;
    loop_unwatch(c);
    loop_queue(l, x);
}

static bool too_large(const Exchange *x)
{
    const Route *r = x->match.route;
    int64_t most = r && r->body_max ? r->body_max : DISCARD_MAX;
    return x->head.req.length > most;
}

/* The exchange knows its route; the body is still to come. */
static void plan(Client *c, Str early)
{
    Exchange *x = c->exchange;
    const Route *r = x->match.route;
    if (r && r->stream) {
        submit_stream(c, early);
    } else if (x->head.req.length == 0) {
        client_keep(c, early);
        intake_submit(c);
    } else if (!r && (x->head.req.length < 0 || too_large(x))) {
        c->keep = false; /* there is nothing at that address: its body is not waited for */
        c->linger = true;
        intake_submit(c);
    } else if (too_large(x)) {
        intake_refuse(c, E_TOO_LARGE, "the body is longer than this operation takes", REFUSED_BODY);
    } else if (!pool_has_room(c->loop->server->workers, x)) {
        busy(c);
    } else {
        receive_begin(c, early);
    }
}

void intake(Client *c, const char *p, size_t head_n, Str rest)
{
    Loop *l = c->loop;
    Head *head = &l->parsed;
    const char *why = "";
    begin_record(c);
    Err e = head_parse(p, head_n, head, &why);
    if (e) {
        intake_refuse_head(c, e, why, reason_of(e));
        return;
    }
    bool https = note(c, head), nobody = anonymous(head);
    bool may_keep = nobody && !wants_fresh(head); /* whether it may be answered from memory */
    if (may_keep) {
        client_keep(c, rest);
        if (from_cache(c, head, https))
            return;
    }
    Exchange *x = c->exchange = loop_exchange(l);
    exchange_take_head(x, head, p, head_n);
    if (!head->asterisk)
        x->match = router_find(l->server->router, head->req.method, x->head.req.path);
    const Route *r = x->match.route;
    c->record.route = r;
    fill(c, x, https);
    x->nobody = nobody;
    if (may_keep && r && r->cached) {
        x->may_keep = true;
        x->version = version_now(l);
    }
    plan(c, rest);
}
