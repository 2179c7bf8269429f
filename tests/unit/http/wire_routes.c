#include "wire_routes.h"

#include "heard.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

atomic_int wire_writers, wire_most;
atomic_int wire_stay, wire_staying;
atomic_int wire_runs, wire_uploads, wire_ended;
const Splice *wire_splice;

char wire_byte(size_t i)
{
    return (char)(i * 2654435761u >> 13);
}

static Err op_hello(Cx *cx, Req *req, Res *res)
{
    (void)cx;
    res->media_type = S("text/plain");
    buf_put(&res->body, "hello ", 6);
    buf_put(&res->body, req->query.p ? req->query.p : "", req->query.n);
    return OK;
}

static Err op_who(Cx *cx, Req *req, Res *res)
{
    Str text = arena_fmt(cx->arena, STR_FMT " %s " STR_FMT " %s", STR_ARG(req->address),
                         req->https ? "https" : "http", STR_ARG(cx->request_id),
                         req->from_loopback ? "loopback" : "far");
    buf_put(&res->body, text.p, text.n);
    res->media_type = S("text/plain");
    return OK;
}

static Err op_echo(Cx *cx, Req *req, Res *res)
{
    (void)cx;
    buf_put(&res->body, req->body.p ? req->body.p : "", req->body.n);
    res->media_type = S("text/plain");
    return OK;
}

static int file_fd;

static void make_file(void)
{
    static char bytes[WIRE_FILE];
    FILE *f = tmpfile();
    for (size_t i = 0; i < WIRE_FILE; i++)
        bytes[i] = wire_byte(i);
    if (!f || fwrite(bytes, 1, sizeof bytes, f) != sizeof bytes || fflush(f) != 0)
        abort();
    file_fd = dup(fileno(f));
    fclose(f);
}

static Err op_file(Cx *cx, Req *req, Res *res)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_file);
    return res_file(cx, req, res,
                    &(FileSend){.fd = dup(file_fd),
                                .size = WIRE_FILE,
                                .etag = S("\"f\""),
                                .media_type = S("video/mp4")});
}

Delivery *(*wire_delivery)(void);

static Err op_delivered(Cx *cx, Req *req, Res *res)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_file);
    return res_file(cx, req, res,
                    &(FileSend){.fd = dup(file_fd),
                                .size = WIRE_FILE,
                                .etag = S("\"d\""),
                                .media_type = S("video/mp4"),
                                .delivery = wire_delivery()});
}

static Err op_splice(Cx *cx, Req *req, Res *res)
{
    Splice *splice = arena_take(cx->arena, sizeof *splice);
    *splice = *wire_splice;
    for (size_t i = 0; i < SPLICE_FILES; i++)
        if (splice->fds[i] >= 0)
            splice->fds[i] = dup(splice->fds[i]);
    return res_file(
        cx, req, res,
        &(FileSend){.splice = splice, .etag = S("\"s\""), .media_type = S("video/mp4")});
}

static Err op_up(Cx *cx, Req *req, Res *res)
{
    char chunk[20000];
    size_t n = 0, total = 0;
    Err e;
    while (!(e = body_read(cx, req, chunk, sizeof chunk, &n)) && n) {
        for (size_t i = 0; i < n; i++)
            if (chunk[i] != wire_byte(total + i))
                return fail(cx, E_CHECKSUM, "byte %zu is wrong", total + i);
        total += n;
        atomic_store(&wire_uploads, (int)total);
    }
    atomic_store(&wire_ended, (int)e);
    if (e)
        return e;
    Str text = arena_fmt(cx->arena, "%zu", total);
    buf_put(&res->body, text.p, text.n);
    return OK;
}

static Err op_up_refused(Cx *cx, Req *req, Res *res)
{
    (void)req;
    res_header(cx, res, "Tus-Resumable", "1.0.0");
    return fail(cx, E_CONFLICT, "not at that offset");
}

static Err op_note(Cx *cx, Req *req, Res *res)
{
    (void)req;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    buf_put(&res->body, "noted", 5);
    res->status = 201;
    return tx_commit(&tx);
}

/* A store that could not sync what this wrote says so when the answer asks. */
static Err op_lost(Cx *cx, Req *req, Res *res)
{
    (void)req;
    buf_put(&res->body, "kept", 4);
    res->status = 201;
    res_header(cx, res, "Set-Cookie", "a=b");
    cx->ticket.state = TICKET_SETTLED;
    cx->ticket.outcome = E_FULL;
    return OK;
}

static Err op_hold(Cx *cx, Req *req, Res *res)
{
    int now = atomic_fetch_add(&wire_writers, 1) + 1;
    if (now > atomic_load(&wire_most))
        atomic_store(&wire_most, now);
    pause_ms(30);
    atomic_fetch_sub(&wire_writers, 1);
    return op_hello(cx, req, res);
}

/* Takes a worker until it is let go. */
static Err op_stay(Cx *cx, Req *req, Res *res)
{
    atomic_fetch_add(&wire_staying, 1);
    while (atomic_load(&wire_stay))
        pause_ms(1);
    atomic_fetch_sub(&wire_staying, 1);
    return op_hello(cx, req, res);
}

static Err op_slow(Cx *cx, Req *req, Res *res)
{
    struct timespec t = {.tv_nsec = 300000000};
    nanosleep(&t, NULL);
    return op_hello(cx, req, res);
}

static Err op_counted(Cx *cx, Req *req, Res *res)
{
    (void)req;
    Str text = arena_fmt(cx->arena, "run %d", atomic_fetch_add(&wire_runs, 1) + 1);
    buf_put(&res->body, text.p, text.n);
    res->media_type = S("application/json");
    res_header(cx, res, "ETag", "\"v1\"");
    return OK;
}

static Err op_events(Cx *cx, Req *req, Res *res)
{
    (void)req;
    int run = atomic_fetch_add(&wire_runs, 1) + 1;
    Str text = arena_fmt(cx->arena, "{\"step\": %d}\nsecond", run / 2);
    buf_put(&res->body, text.p, text.n);
    res->again_ms = run < 6 ? 1 : 0;
    res->event = "progress";
    return OK;
}

static Err op_touch(Cx *cx, const void *in, void *out)
{
    (void)cx, (void)in, (void)out;
    return OK;
}

#define RAW(m, p, fn, ...)                                                                         \
    {                                                                                              \
        .path = p, .name = #fn, .method = m, .status = 200, .raw = fn, .errors = ~0ull,            \
        __VA_ARGS__                                                                                \
    }

const Route WIRE_ROUTES[] = {
    RAW(M_GET, "/hello", op_hello, .rate = 0),
    RAW(M_GET, "/quick", op_hello, .quick = true),
    RAW(M_GET, "/who", op_who, .rate = 0),
    RAW(M_POST, "/echo", op_echo, .body_max = 65536),
    RAW(M_GET, "/file", op_file, .rate = 0),
    RAW(M_GET, "/splice", op_splice, .rate = 0),
    RAW(M_GET, "/delivered", op_delivered, .rate = 0),
    RAW(M_PUT, "/up", op_up, .stream = true),
    RAW(M_PUT, "/up-refused", op_up_refused, .stream = true),
    RAW(M_POST, "/note", op_note, .write = true),
    RAW(M_POST, "/lost", op_lost, .rate = 0),
    RAW(M_POST, "/hold", op_hold, .rate = 0),
    RAW(M_GET, "/stay", op_stay, .rate = 0),
    RAW(M_GET, "/slow", op_slow, .rate = 0),
    RAW(M_GET, "/counted", op_counted, .cached = true),
    RAW(M_GET, "/events", op_events, .rate = 0),
    {.path = "/touch",
     .name = "touch",
     .method = M_POST,
     .status = 204,
     .call = op_touch,
     .errors = ~0ull},
};

const size_t WIRE_ROUTE_COUNT = COUNT(WIRE_ROUTES);
