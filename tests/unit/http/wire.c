#include "wire.h"

#include "base/log.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

atomic_int wire_writers, wire_most;
atomic_int wire_runs, wire_uploads, wire_ended;

char wire_byte(size_t i)
{
    return (char)(i * 2654435761u >> 13);
}

/* --- operations */

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

const Splice *wire_splice;

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

static const Route routes[] = {
    RAW(M_GET, "/hello", op_hello, .rate = 0),
    RAW(M_GET, "/quick", op_hello, .quick = true),
    RAW(M_GET, "/who", op_who, .rate = 0),
    RAW(M_POST, "/echo", op_echo, .body_max = 65536),
    RAW(M_GET, "/file", op_file, .rate = 0),
    RAW(M_GET, "/splice", op_splice, .rate = 0),
    RAW(M_PUT, "/up", op_up, .stream = true),
    RAW(M_PUT, "/up-refused", op_up_refused, .stream = true),
    RAW(M_POST, "/note", op_note, .write = true),
    RAW(M_POST, "/lost", op_lost, .rate = 0),
    RAW(M_POST, "/hold", op_hold, .rate = 0),
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

/* --- the server */

Wire wire_new(void)
{
    Wire w = {.folder = "/tmp/hub-http-XXXXXX"};
    if (!mkdtemp(w.folder))
        abort();
    w.conf = (Conf){.loops = 2,
                    .workers = 4,
                    .upload_workers = 4,
                    .max_connections = 500,
                    .max_unfinished_per_address = 100,
                    .header_timeout = 10000,
                    .body_timeout = 10000,
                    .idle_timeout = 10000,
                    .min_rate = 1024};
    w.cx = (Cx){.arena = arena_new()};
    return w;
}

static void must(Cx *cx, Err e)
{
    if (!e)
        return;
    printf("%s: %s\n", err_kind(e)->name, cx->said);
    abort();
}

void wire_start(Wire *w)
{
    Str at = arena_fmt(w->cx.arena, "%s/hub.db", w->folder);
    log_open(LOG_ERROR, 2);
    must(&w->cx, db_open(&w->cx, &(DbConf){.path = at.p, .turnstile = true}, &w->db));
    ServerConf conf = wire_conf(w);
    must(&w->cx, server_start(&w->cx, &conf, &w->server));
}

ServerConf wire_conf(const Wire *w)
{
    return (ServerConf){.conf = &w->conf,
                        .db = w->db,
                        .listen = S("127.0.0.1:0"),
                        .routes = routes,
                        .n_routes = COUNT(routes),
                        .hooks = w->hooks};
}

void wire_commit(const Wire *w)
{
    char path[64];
    sqlite3 *lite = NULL;
    snprintf(path, sizeof path, "%s/hub.db", w->folder);
    CHECK(sqlite3_open(path, &lite) == SQLITE_OK);
    CHECK(sqlite3_exec(lite, "CREATE TABLE other(n)", NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(lite);
}

void wire_stop(Wire *w)
{
    server_drain(w->server, 0, 0);
    server_free(w->server);
    db_close(w->db);
    log_close();
    arena_free(w->cx.arena);
    DIR *all = opendir(w->folder);
    for (struct dirent *e; all && (e = readdir(all));)
        (void)unlinkat(dirfd(all), e->d_name, 0);
    closedir(all);
    (void)rmdir(w->folder);
}

/* --- the client */

static int dial_with(const Wire *w, int receive)
{
    struct timeval patience = {.tv_sec = 10};
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)server_port(w->server)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (receive)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive, sizeof receive);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    close(fd);
    return -1;
}

int dial(const Wire *w)
{
    return dial_with(w, 0);
}

int dial_slow(const Wire *w)
{
    return dial_with(w, 16384);
}

void say(int fd, Str text)
{
    while (text.n) {
        ssize_t n = send(fd, text.p, text.n, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        text = (Str){text.p + n, text.n - (size_t)n};
    }
}

void say_z(int fd, const char *text)
{
    say(fd, str_of(text));
}

void say_bytes(int fd, size_t from, size_t to)
{
    static _Thread_local char chunk[65536];
    for (size_t at = from; at < to;) {
        size_t n = to - at < sizeof chunk ? to - at : sizeof chunk;
        for (size_t i = 0; i < n; i++)
            chunk[i] = wire_byte(at + i);
        say(fd, (Str){chunk, n});
        at += n;
    }
}

void pause_ms(int ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

bool heard_is(const Heard *h, const char *body)
{
    return h->body && str_eq((Str){h->body, h->body_n}, str_of(body));
}

void heard_free(Heard *h)
{
    free(h->body);
    h->body = NULL;
}

Str heard(const Heard *h, const char *name)
{
    size_t n = strlen(name);
    Str rest = {h->head, h->head_n};
    for (str_cut(rest, '\n', &rest); rest.n;) {
        Str line = str_cut(rest, '\n', &rest);
        if (line.n > n + 2 && line.p[n] == ':' && strncasecmp(line.p, name, n) == 0)
            return (Str){line.p + n + 2, line.n - n - 3};
    }
    return (Str){0};
}

/* Byte by byte, so that nothing of the next answer is taken. */
static bool hear_head(int fd, Heard *h)
{
    h->head_n = 0;
    while (h->head_n < sizeof h->head) {
        ssize_t n = recv(fd, h->head + h->head_n, 1, 0);
        if (n <= 0) {
            h->status = n == 0 && h->head_n == 0 ? 0 : -1;
            return false;
        }
        h->head_n++;
        if (h->head_n >= 4 && memcmp(h->head + h->head_n - 4, "\r\n\r\n", 4) == 0)
            return true;
    }
    h->status = -1;
    return false;
}

void hear(int fd, Heard *h, bool to_head)
{
    heard_free(h);
    h->body_n = 0;
    if (!hear_head(fd, h))
        return;
    h->status = memcmp(h->head, "HTTP/1.1 ", 9) == 0 ? (int)strtol(h->head + 9, NULL, 10) : -1;
    Str length = heard(h, "Content-Length");
    size_t want = length.p ? (size_t)strtoull(length.p, NULL, 10) : 0;
    if (to_head)
        return;
    h->body = malloc(want + 1);
    while (h->body_n < want) {
        ssize_t n = recv(fd, h->body + h->body_n, want - h->body_n, 0);
        if (n <= 0) {
            h->status = -1;
            return;
        }
        h->body_n += (size_t)n;
    }
    h->body[h->body_n] = 0;
}

bool ended(int fd)
{
    char c;
    return recv(fd, &c, 1, 0) == 0;
}

int ask(const Wire *w, const char *request, Heard *h)
{
    int fd = dial(w);
    say_z(fd, request);
    hear(fd, h, strncmp(request, "HEAD ", 5) == 0);
    close(fd);
    return h->status;
}
