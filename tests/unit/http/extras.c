/* What a server does beside answering: its cache, events, ceilings, proxies, hooks, the ops
 * listener. */
#include "wire.h"

#include <sys/socket.h>
#include <unistd.h>

TEST(the_cache_serves_until_the_database_changes)
{
    Wire w = wire_new();
    w.conf.loops = 1;
    wire_start(&w);
    Heard h = {0};
    atomic_store(&wire_runs, 0);
    static const struct {
        const char *request;
        int status;
        const char *body;
    } rows[] = {
        {GET("/counted"), 200, "run 1"},
        {GET("/counted"), 200, "run 1"},
        {"GET /counted HTTP/1.1\r\n" HOST "Accept-Language: id\r\n\r\n", 200, "run 1"},
        {"GET /counted HTTP/1.1\r\n" HOST "If-None-Match: \"v1\"\r\n\r\n", 304, ""},
        {"GET /counted HTTP/1.1\r\n" HOST "Cookie: theme=dark\r\n\r\n", 200, "run 1"},
        {GET("/counted?x=1"), 200, "run 2"},
        {"GET /counted HTTP/1.1\r\n" HOST "Cookie: hub=secret\r\n\r\n", 200, "run 3"},
        {"GET /counted HTTP/1.1\r\n" HOST "Cookie: a=b; __Host-hub=secret\r\n\r\n", 200, "run 4"},
        {"GET /counted HTTP/1.1\r\n" HOST "Authorization: Bearer x\r\n\r\n", 200, "run 5"},
        {"GET /counted HTTP/1.1\r\n" HOST "Cache-Control: no-cache\r\n\r\n", 200, "run 6"},
        {GET("/counted"), 200, "run 1"},
        {NULL, 0, NULL}, /* another process writes */
        {GET("/counted"), 200, "run 7"},
        {GET("/counted"), 200, "run 7"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (!rows[i].request) {
            wire_commit(&w);
            continue;
        }
        test_case = rows[i].request;
        CHECK(ask(&w, rows[i].request, &h) == rows[i].status && heard_is(&h, rows[i].body));
    }
    test_case = "HEAD";
    CHECK(ask(&w, "HEAD /counted HTTP/1.1\r\n" HOST "\r\n", &h) == 200);
    CHECK(str_eq(heard(&h, "Content-Length"), S("5")) && atomic_load(&wire_runs) == 7);
    test_case = "";
    heard_free(&h);
    wire_stop(&w);
}

TEST(events_are_sent_when_they_differ)
{
    static const char want[] = "event: progress\ndata: {\"step\": 0}\ndata: second\n\n"
                               "event: progress\ndata: {\"step\": 1}\ndata: second\n\n"
                               "event: progress\ndata: {\"step\": 2}\ndata: second\n\n"
                               "event: progress\ndata: {\"step\": 3}\ndata: second\n\n";
    Wire w = wire_new();
    wire_start(&w);
    Heard h = {0};
    char got[2048];
    size_t n = 0;
    atomic_store(&wire_runs, 0);
    int fd = dial(&w);
    say_z(fd, "GET /events HTTP/1.0\r\n\r\n"); /* without chunks: until the end */
    hear(fd, &h, true);
    CHECK(h.status == 200 && str_eq(heard(&h, "Content-Type"), S("text/event-stream")));
    CHECK(str_eq(heard(&h, "X-Accel-Buffering"), S("no")));
    for (ssize_t more; (more = recv(fd, got + n, sizeof got - n, 0)) > 0;)
        n += (size_t)more;
    CHECK(str_eq((Str){got, n}, str_of(want)));
    close(fd);
    atomic_store(&wire_runs, 4);
    fd = dial(&w);
    say_z(fd, GET("/events"));
    hear(fd, &h, true);
    CHECK(str_eq(heard(&h, "Transfer-Encoding"), S("chunked")));
    static const char chunks[] =
        "30\r\nevent: progress\ndata: {\"step\": 2}\ndata: second\n\n\r\n"
        "30\r\nevent: progress\ndata: {\"step\": 3}\ndata: second\n\n\r\n0\r\n\r\n";
    for (n = 0; n < sizeof chunks - 1;) {
        ssize_t more = recv(fd, got + n, sizeof chunks - 1 - n, 0);
        if (more <= 0)
            break;
        n += (size_t)more;
    }
    CHECK(str_eq((Str){got, n}, str_of(chunks)));
    say_z(fd, GET("/hello?after"));
    hear(fd, &h, false);
    CHECK(h.status == 200 && heard_is(&h, "hello after"));
    close(fd);
    heard_free(&h);
    wire_stop(&w);
}

TEST(connections_have_a_ceiling)
{
    Wire w = wire_new();
    w.conf.max_connections = 3;
    wire_start(&w);
    Heard h = {0};
    int fds[4];
    for (size_t i = 0; i < COUNT(fds); i++) {
        fds[i] = dial(&w);
        pause_ms(50);
    }
    hear(fds[3], &h, false);
    CHECK(h.status == 503 && heard(&h, "Retry-After").n && ended(fds[3]));
    close(fds[3]);
    say_z(fds[0], GET("/hello"));
    hear(fds[0], &h, false);
    CHECK(h.status == 200);
    close(fds[0]);
    pause_ms(50);
    CHECK(ask(&w, GET("/hello"), &h) == 200);
    close(fds[1]), close(fds[2]);
    heard_free(&h);
    wire_stop(&w);
}

TEST(only_a_trusted_proxy_speaks_for_others)
{
    static const char request[] = "GET /who HTTP/1.1\r\n" HOST "X-Forwarded-For: 1.2.3.4\r\n"
                                  "X-Forwarded-For: 198.51.100.7, 127.0.0.9\r\n"
                                  "X-Forwarded-Proto: https\r\nX-Request-Id: mine\r\n\r\n";
    Heard h = {0};
    Wire w = wire_new();
    wire_start(&w);
    CHECK(ask(&w, request, &h) == 200 && strstr(h.body, "127.0.0.1 http ") &&
          !strstr(h.body, "mine"));
    wire_stop(&w);
    w = wire_new();
    w.conf.trusted_proxies = S("127.0.0.0/8");
    wire_start(&w);
    CHECK(ask(&w, request, &h) == 200 && heard_is(&h, "198.51.100.7 https mine loopback"));
    CHECK(str_eq(heard(&h, "X-Request-Id"), S("mine")));
    wire_stop(&w);
    heard_free(&h);
}

static Err hook_identify(Cx *cx, const Req *req)
{
    Str token = req_header(req, "authorization");
    if (!token.p)
        return OK;
    if (!str_eq(token, S("Bearer good")))
        return fail(cx, E_SIGN_IN, "that token is not good");
    cx->viewer.id = S("someone");
    return OK;
}

static atomic_int admitted;

static Err hook_admit(Cx *cx, const Req *req, int64_t *limit, int64_t *left, int64_t *reset_s)
{
    (void)req;
    int n = atomic_fetch_add(&admitted, 1) + 1;
    *limit = 3;
    *left = n < 3 ? 3 - n : 0;
    *reset_s = 1;
    cx->retry_after_s = 7;
    return n > 3 ? fail(cx, E_LIMITED, "three are enough") : OK;
}

static Err hook_page(Cx *cx, const Req *req, Err e, Res *res)
{
    (void)cx, (void)req;
    res->media_type = S("text/html; charset=utf-8");
    Str text = arena_fmt(cx->arena, "<h1>%s</h1>", err_kind(e)->slug);
    buf_put(&res->body, text.p, text.n);
    return OK;
}

TEST(the_hooks_say_who_and_how_often_and_how_it_looks)
{
    Heard h = {0};
    Wire w = wire_new();
    w.conf.loops = 1;
    w.hooks =
        (ServerHooks){.identify = hook_identify, .admit = hook_admit, .problem_page = hook_page};
    wire_start(&w);
    atomic_store(&admitted, 0);
    CHECK(ask(&w, GET("/counted"), &h) == 200);
    CHECK(str_eq(heard(&h, "RateLimit"), S("limit=3, remaining=2, reset=1")));
    CHECK(ask(&w, GET("/counted"), &h) == 200); /* from memory, and counted */
    CHECK(str_eq(heard(&h, "RateLimit"), S("limit=3, remaining=1, reset=1")));
    CHECK(ask(&w, "GET /hello HTTP/1.1\r\n" HOST "Authorization: Bearer bad\r\n\r\n", &h) == 401);
    CHECK(heard(&h, "WWW-Authenticate").n && strstr(h.body, "that token is not good"));
    CHECK(ask(&w, GET("/counted"), &h) == 429 && str_eq(heard(&h, "Retry-After"), S("7")));
    CHECK(ask(&w, GET("/quick"), &h) == 200); /* is not asked */
    CHECK(ask(&w, "GET /nothing HTTP/1.1\r\n" HOST "Accept: text/html\r\n\r\n", &h) == 404);
    CHECK(heard_is(&h, "<h1>not-found</h1>"));
    CHECK(str_eq(heard(&h, "Content-Type"), S("text/html; charset=utf-8")));
    wire_stop(&w);
    heard_free(&h);
}

TEST(two_servers_do_not_share_a_port)
{
    Wire w = wire_new();
    wire_start(&w);
    Server *other = NULL;
    Str at = arena_fmt(w.cx.arena, "127.0.0.1:%d", server_port(w.server));
    ServerConf conf = {.conf = &w.conf, .db = w.db, .listen = at};
    CHECK(server_start(&w.cx, &conf, &other) == E_UNAVAILABLE && !other);
    static const char *const broken[] = {
        "", "127.0.0.1", ":80", "127.0.0.1:", "127.0.0.1:65536", "nowhere:80", "127.0.0.1:-1"};
    for (size_t i = 0; i < COUNT(broken); i++) {
        conf.listen = str_of(broken[i]);
        CHECK(server_start(&w.cx, &conf, &other) == E_INVALID && !other);
    }
    wire_stop(&w);
}

/* Counted when it is over, which the peer sees a moment before. */
static bool counted(Server *server, const char *line)
{
    for (int i = 0; i < 500; i++) {
        Buf b CLEANUP(buf_free) = BUF(1 << 20);
        server_metrics(server, &b);
        buf_byte(&b, 0);
        if (strstr(b.p, line))
            return true;
        pause_ms(10);
    }
    return false;
}

TEST(the_ops_listener_shares_the_hands)
{
    Wire w = wire_new();
    wire_start(&w);
    Heard h = {0};
    Wire ops = w;
    ServerConf conf = wire_conf(&w);
    conf.ops = true;
    conf.share = w.server;
    CHECK(!server_start(&w.cx, &conf, &ops.server));
    CHECK(ask(&w, GET("/hello"), &h) == 200 && ask(&ops, GET("/hello"), &h) == 200);
    CHECK(counted(w.server, "route=\"/hello\",status=\"2xx\",le=\"+Inf\"} 1\n"));
    CHECK(counted(ops.server, "route=\"/hello\",status=\"2xx\",le=\"+Inf\"} 1\n"));
    CHECK(counted(ops.server, "hub_http_pool_runs_total{pool=\"workers\"} 2\n"));
    server_drain(ops.server, 0, 0);
    server_free(ops.server);
    CHECK(ask(&w, GET("/hello"), &h) == 200);
    wire_stop(&w);
    heard_free(&h);
}
