#include "http/exchange.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/hash.h"
#include "http/loop.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

enum { KEEP_BYTES = 64 << 10 }; /* of a buffer that is kept for the next request */

Exchange *exchange_new(Loop *loop, const ServerConf *conf)
{
    Exchange *x = calloc(1, sizeof *x);
    if (!x)
        abort();
    x->loop = loop;
    x->conf = conf;
    x->cx.arena = arena_new();
    x->res.fd = -1;
    exchange_reset(x);
    return x;
}

void exchange_free(Exchange *x)
{
    res_drop_file(&x->res);
    buf_free(&x->res.body);
    buf_free(&x->body);
    arena_free(x->cx.arena);
    free(x->bytes);
    free(x);
}

static void buf_recycle(Buf *b)
{
    b->n = 0;
    b->full = false;
    if (b->cap > KEEP_BYTES)
        buf_free(b);
}

void exchange_reset(Exchange *x)
{
    res_drop_file(&x->res); /* a splice lives in the arena */
    arena_reset(x->cx.arena);
    buf_recycle(&x->body);
    buf_recycle(&x->res.body);
    x->res.status = 0;
    x->client = NULL;
    x->limit = 0;
    x->actor = 0;
    x->may_keep = false;
    x->outcome = OK;
    x->match = (Match){0};
}

void exchange_take_head(Exchange *x, const Head *head, const char *from, size_t n)
{
    size_t need = n + (head->repeated ? HEAD_MAX : 0);
    if (x->room < need) {
        free(x->bytes);
        x->bytes = malloc(need);
        if (!x->bytes)
            abort();
        x->room = need;
    }
    memcpy(x->bytes, from, n);
    x->head = *head;
    head_move(&x->head, from, x->bytes);
    head_join(&x->head, x->bytes + n);
}

/* --- what is answered */

static void res_clear(Res *res)
{
    res_drop_file(res);
    Buf body = res->body;
    body.n = 0;
    body.full = false;
    body.max = ANSWER_MAX;
    *res = (Res){.fd = -1, .body = body};
}

/* An answer's header takes the place of one that the operation gave itself. */
static void put_header(Res *res, Header h)
{
    size_t i = 0;
    while (i < res->n_headers && !(res->headers[i].name.n == h.name.n &&
                                   strncasecmp(res->headers[i].name.p, h.name.p, h.name.n) == 0))
        i++;
    if (i == RES_HEADERS)
        return;
    res->headers[i] = h;
    res->n_headers += i == res->n_headers;
}

static void take_answer(Exchange *x)
{
    Res *res = &x->res;
    buf_free(&res->body);
    res->status = x->answer.status;
    res->media_type = x->answer.media_type;
    res->body = x->answer.body;
    for (size_t i = 0; i < x->answer.n_headers; i++)
        put_header(res, x->answer.headers[i]);
    x->answer.body = (Buf){0};
}

static void put_problem(Exchange *x, Err e, const Route *route)
{
    Res *res = &x->res;
    res_drop_file(res);
    res->again_ms = 0;
    x->answer = (Answer){.route = route, .allow = x->match.allow, .body = res->body};
    res->body = (Buf){0};
    answer_problem(&x->cx, e, &x->answer);
    take_answer(x);
}

void exchange_problem(Exchange *x, Err e)
{
    res_clear(&x->res);
    put_problem(x, e, NULL);
}

void exchange_refuse(Exchange *x, Err e, const char *sentence)
{
    exchange_problem(x, fail(&x->cx, e, "%s", sentence));
}

/* A page instead of the problem, for a browser that asked for a page. */
static void offer_page(Exchange *x, Err e)
{
    const ServerHooks *hooks = &x->conf->hooks;
    const Req *req = &x->head.req;
    if (!hooks->problem_page || !req_prefers(req, "text/html", "application/json"))
        return;
    int status = x->res.status;
    Res page = {.fd = -1, .body = BUF(ANSWER_MAX)};
    if (hooks->problem_page(&x->cx, req, status == err_kind(e)->status ? e : E_INTERNAL, &page)) {
        buf_free(&page.body);
        return;
    }
    buf_free(&x->res.body);
    x->res.body = page.body;
    x->res.media_type = page.media_type;
    for (size_t i = 0; i < page.n_headers; i++)
        put_header(&x->res, page.headers[i]);
}

static Str header_of(const void *of, const char *name)
{
    return req_header(of, name);
}

static Err run_raw(Exchange *x)
{
    Cx *cx = &x->cx;
    Req *req = &x->head.req;
    const Route *r = x->match.route;
    TRY(answer_admit(cx, r));
    TRY(params_read_path(cx, &x->match, req->params));
    req->n_params = x->match.n;
    TRY(r->raw(cx, req, &x->res));
    if (x->res.body.full)
        return fail(cx, E_INTERNAL, "the answer passes %zu bytes", x->res.body.max);
    x->res.status = x->res.status ? x->res.status : cx->status ? cx->status : r->status;
    cx->said[0] = 0;
    return OK;
}

/* The rate is counted also for credentials that are bad: guessing costs. */
static Err admit(Exchange *x)
{
    const ServerHooks *hooks = &x->conf->hooks;
    const Req *req = &x->head.req;
    Cx *cx = &x->cx;
    bool anybody = req->route && req->route->brief && req->route->raw;
    Err who = hooks->identify && !anybody ? hooks->identify(cx, req) : OK;
    Str said = who ? arena_str(cx->arena, str_of(cx->said)) : (Str){0};
    if (hooks->admit && req->route)
        TRY(hooks->admit(cx, req, &x->limit, &x->left, &x->reset_s));
    return who ? fail(cx, who, STR_FMT, STR_ARG(said)) : OK;
}

static Err no_route(Exchange *x)
{
    Cx *cx = &x->cx;
    if (!x->match.allow)
        return fail(cx, E_NOT_FOUND, "no such path");
    return fail(cx, E_BAD_METHOD, "only " STR_FMT, STR_ARG(allow_text(cx->arena, x->match.allow)));
}

static void run_call(Exchange *x)
{
    const Req *req = &x->head.req;
    Given given = {req->query, req->body, header_of, req};
    x->answer.body = x->res.body;
    x->res.body = (Buf){0};
    answer_run(&x->cx, &x->match, &given, &x->answer);
    take_answer(x);
    if (x->cx.cookie.n)
        res_header(&x->cx, &x->res, "Set-Cookie", STR_FMT, STR_ARG(x->cx.cookie));
}

/* Without Access-Control-Allow-Credentials: no browser sends a cookie of ours along. */
static void allow_pages(Exchange *x)
{
    const Route *r = x->match.route;
    if (r && (r->cors || bug("allcors")) && !bug("nocors"))
        put_header(&x->res, (Header){S("Access-Control-Allow-Origin"), S("*")});
}

/* What the wire itself refuses may be told whether the contract names it or not. */
static void operate(Exchange *x, bool quick)
{
    const Route *r = x->match.route;
    Err e = quick ? OK : admit(x);
    bool ours = e != OK;
    if (!e && r && !r->raw) {
        run_call(x);
        return;
    }
    if (!e) {
        e = r ? run_raw(x) : no_route(x);
        ours = x->stream.broken;
    }
    if (!e)
        return;
    put_problem(x, e, ours ? NULL : r);
    offer_page(x, e);
}

void exchange_begin(Exchange *x, Conn *conn)
{
    Cx *cx = &x->cx;
    Arena *arena = cx->arena;
    res_clear(&x->res);
    arena_reset(arena);
    *cx = (Cx){.arena = arena, .app = x->conf->app, .conn = conn, .now = clock_now()};
    cx->request_id = (Str){x->trace.id, x->trace.id_n};
    cx->trace_parent = (Str){x->trace.parent, TRACE_PARENT};
    x->outcome = OK;
    x->limit = 0;
}

static void note_actor(Exchange *x)
{
    Str id = x->cx.viewer.id;
    x->actor = id.n ? hash64(id, loop_actor_seed(x->loop)) | 1 : 0;
}

static void back(void *who)
{
    Exchange *x = who;
    x->outcome = x->cx.ticket.outcome;
    loop_give(x->loop, x);
}

bool exchange_run(Exchange *x, Conn *conn)
{
    Err outcome = OK;
    bool admitted = x->res.later;
    exchange_begin(x, conn);
    operate(x, admitted);
    allow_pages(x);
    note_actor(x);
    if (conn && !db_answer(&x->cx, back, x, &outcome))
        return false;
    x->outcome = outcome;
    return true;
}

void exchange_run_brief(Exchange *x, Conn *conn, struct Memo *memo)
{
    exchange_begin(x, conn);
    x->cx.memo = memo;
    operate(x, false);
    allow_pages(x);
    assert(!x->cx.wrote); /* a loop never waits for the store */
}

void exchange_run_quick(Exchange *x)
{
    exchange_begin(x, NULL);
    operate(x, true);
}
