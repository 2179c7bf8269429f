/* Real conversations with a running server on 127.0.0.1. */
#include "base/clock.h"
#include "wire.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HOST "Host: a\r\n"
#define GET(target) "GET " target " HTTP/1.1\r\n" HOST "\r\n"

static void nap(int ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

static bool body_is(const Heard *h, const char *text)
{
    return h->body && str_eq((Str){h->body, h->body_n}, str_of(text));
}

TEST(answers_come_in_order_on_one_connection)
{
    Wire w = wire_new();
    wire_start(&w);
    Heard h = {0};
    int fd = dial(&w);
    say_z(fd, GET("/slow?1") GET("/hello?2")
                  GET("/quick?3") "POST /echo HTTP/1.1\r\n" HOST
                                  "Content-Length: 4\r\n\r\nfourGET /hello?5 HTTP/1.1\r\n" HOST
                                  "\r\nPOST /echo HTTP/1.1\r\n" HOST
                                  "Transfer-Encoding: chunked\r\n\r\n3\r\nsix\r\n0\r\n\r\n" GET(
                                      "/hello?7"));
    static const char *const want[] = {"hello 1", "hello 2", "hello 3", "four",
                                       "hello 5", "six",     "hello 7"};
    for (size_t i = 0; i < COUNT(want); i++) {
        hear(fd, &h, false);
        CHECK(h.status == 200 && body_is(&h, want[i]));
        CHECK(!heard(&h, "Connection").p && heard(&h, "X-Request-Id").n == 16);
    }
    close(fd);
    heard_free(&h);
    wire_stop(&w);
}

TEST(a_request_may_come_one_byte_at_a_time)
{
    Wire w = wire_new();
    wire_start(&w);
    Heard h = {0};
    int fd = dial(&w);
    static const char text[] =
        "POST /echo HTTP/1.1\r\n" HOST
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" GET("/hello?x");
    for (size_t i = 0; i < sizeof text - 1; i++) {
        say(fd, (Str){text + i, 1});
        if (i % 8 == 0)
            nap(1);
    }
    hear(fd, &h, false);
    CHECK(h.status == 200 && body_is(&h, "hello"));
    hear(fd, &h, false);
    CHECK(h.status == 200 && body_is(&h, "hello x"));
    close(fd);
    heard_free(&h);
    wire_stop(&w);
}

TEST(methods_and_paths_find_their_answers)
{
    static const struct {
        const char *request;
        int status;
        const char *header, *value;
    } rows[] = {
        {GET("/nothing"), 404, "Content-Type", "application/problem+json"},
        {"POST /hello HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", 405, "Allow", "GET, HEAD"},
        {"DELETE /touch HTTP/1.1\r\n" HOST "\r\n", 405, "Allow", "POST"},
        {"HEAD /hello?abc HTTP/1.1\r\n" HOST "\r\n", 200, "Content-Length", "9"},
        {"HEAD /file HTTP/1.1\r\n" HOST "Range: bytes=0-1\r\n\r\n", 200, "Content-Length",
         "3145728"},
        {"OPTIONS /hello HTTP/1.1\r\n" HOST "\r\n", 204, "Allow", "GET, HEAD, OPTIONS"},
        {"OPTIONS * HTTP/1.1\r\n" HOST "\r\n", 204, "Allow",
         "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"},
        {"OPTIONS /nothing HTTP/1.1\r\n" HOST "\r\n", 404, NULL, NULL},
        {"POST /touch HTTP/1.1\r\n" HOST "\r\n", 204, "X-Content-Type-Options", "nosniff"},
        {"GET /file HTTP/1.1\r\n" HOST "Range: bytes=1-3\r\n\r\n", 206, "Content-Range",
         "bytes 1-3/3145728"},
        {"GET /file HTTP/1.1\r\n" HOST "Range: bytes=1-3,7-8\r\n\r\n", 416, "Content-Range",
         "bytes */3145728"},
        {"GET /file HTTP/1.1\r\n" HOST "If-None-Match: \"f\"\r\n\r\n", 304, "ETag", "\"f\""},
        {"GET /file HTTP/1.1\r\n" HOST "If-Match: \"g\"\r\n\r\n", 412, NULL, NULL},
        {"GET /hello HTTP/1.0\r\n\r\n", 200, "Connection", "close"},
        {"GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200, "Connection", "keep-alive"},
        {"GET /hello HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", 200, "Connection", "close"},
        {"POST /touch HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc", 204, NULL, NULL},
        {"BREW /hello HTTP/1.1\r\n" HOST "\r\n", 501, "Connection", "close"},
    };
    Wire w = wire_new();
    wire_start(&w);
    Heard h = {0};
    for (size_t i = 0; i < COUNT(rows); i++) {
        test_case = rows[i].request;
        CHECK(ask(&w, rows[i].request, &h) == rows[i].status);
        CHECK(!rows[i].header || str_eq(heard(&h, rows[i].header), str_of(rows[i].value)));
    }
    test_case = "";
    heard_free(&h);
    wire_stop(&w);
}

TEST(a_refusal_is_a_problem_and_the_end)
{
    static const struct {
        const char *request;
        int status;
    } rows[] = {
        {"GET / HTTP/1.1\nHost: a\n\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
        {"GET /hello HTTP/1.1\r\n\r\n", 400},
        {"GET /a/../b HTTP/1.1\r\n" HOST "\r\n", 400},
        {"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 4\r\nContent-Length: 4\r\n\r\nbody", 400},
        {"POST /echo HTTP/1.1\r\n" HOST
         "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         400},
        {"POST /echo HTTP/1.1\r\n" HOST
         "Transfer-Encoding: chunked\r\n\r\n4;x\r\nbody\r\n0\r\n\r\n",
         400},
        {"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 65537\r\n\r\n", 413},
        {"POST /echo HTTP/1.1\r\n" HOST "Content-Length: 9223372036854775807\r\n\r\n", 413},
        {"POST /touch HTTP/1.1\r\n" HOST "Content-Length: 65537\r\n\r\n", 413},
        {"GET / HTTP/2.0\r\n\r\n", 505},
        {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n", 400},
    };
    Wire w = wire_new();
    wire_start(&w);
    Heard h = {0};
    for (size_t i = 0; i < COUNT(rows); i++) {
        test_case = rows[i].request;
        int fd = dial(&w);
        say_z(fd, rows[i].request);
        say_z(fd, GET("/hello?smuggled"));
        hear(fd, &h, false);
        CHECK(h.status == rows[i].status);
        CHECK(str_eq(heard(&h, "Content-Type"), S("application/problem+json")));
        CHECK(str_eq(heard(&h, "Connection"), S("close")));
        CHECK(ended(fd)); /* nothing behind it was answered, and no reset */
        close(fd);
    }
    test_case = "";
    heard_free(&h);
    wire_stop(&w);
}

TEST(a_body_that_is_too_large_does_not_cost_the_answer)
{
    Wire w = wire_new();
    wire_start(&w);
    Heard h = {0};
    static char large[100000];
    memset(large, 'x', sizeof large);
    int fd = dial(&w);
    say_z(fd, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 200000\r\n\r\n");
    say(fd, (Str){large, sizeof large}); /* closing now would reset and lose the answer */
    nap(100);
    say(fd, (Str){large, sizeof large});
    nap(100);
    hear(fd, &h, false);
    CHECK(h.status == 413 && ended(fd));
    close(fd);
    fd = dial(&w);
    say_z(fd, "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n186a0\r\n");
    say(fd, (Str){large, sizeof large});
    hear(fd, &h, false);
    CHECK(h.status == 413 && ended(fd));
    close(fd);
    heard_free(&h);
    wire_stop(&w);
}

TEST(who_is_slow_is_told_and_who_is_silent_is_not)
{
    Wire w = wire_new();
    w.conf.header_timeout = 300;
    w.conf.idle_timeout = 300;
    w.conf.body_timeout = 300;
    wire_start(&w);
    Heard h = {0};
    int half = dial(&w), silent = dial(&w), kept = dial(&w), body = dial(&w), up = dial(&w);
    say_z(half, "GET /hello HTTP/1.1\r\nHos");
    say_z(kept, GET("/hello"));
    say_z(body, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 10\r\n\r\nhalf");
    say_z(up, "PUT /up HTTP/1.1\r\n" HOST "Content-Length: 10\r\n\r\n");
    hear(half, &h, false);
    CHECK(h.status == 408 && ended(half));
    hear(body, &h, false);
    CHECK(h.status == 408 && ended(body));
    hear(up, &h, false);
    CHECK(h.status == 408 && ended(up));
    hear(kept, &h, false);
    CHECK(h.status == 200 && ended(kept));
    CHECK(ended(silent));
    close(half), close(silent), close(kept), close(body), close(up);
    heard_free(&h);
    wire_stop(&w);
}

static void say_bytes(int fd, size_t from, size_t to)
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

TEST(uploads_are_read_as_they_come)
{
    Wire w = wire_new();
    wire_start(&w);
    Heard h = {0};
    int fd = dial(&w);
    say_z(fd, "PUT /up HTTP/1.1\r\n" HOST "Content-Length: 8000000\r\n\r\n");
    say_bytes(fd, 0, 8000000);
    say_z(fd, GET("/hello?then"));
    hear(fd, &h, false);
    CHECK(h.status == 200 && body_is(&h, "8000000"));
    hear(fd, &h, false);
    CHECK(h.status == 200 && body_is(&h, "hello then"));
    say_z(fd, "PUT /up HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n");
    for (size_t at = 0; at < 90000; at += 30000) {
        say_z(fd, "7530\r\n");
        say_bytes(fd, at, at + 30000);
        say_z(fd, "\r\n");
    }
    say_z(fd, "0\r\n\r\n" GET("/hello?last"));
    hear(fd, &h, false);
    CHECK(h.status == 200 && body_is(&h, "90000"));
    hear(fd, &h, false);
    CHECK(h.status == 200 && body_is(&h, "hello last"));
    say_z(fd, "PUT /up HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n");
    hear(fd, &h, false);
    CHECK(h.status == 200 && body_is(&h, "0"));
    close(fd);
    heard_free(&h);
    wire_stop(&w);
}

TEST(who_asks_before_sending_is_told_to_go_on)
{
    Wire w = wire_new();
    wire_start(&w);
    Heard h = {0};
    static const char *const paths[] = {"PUT /up", "POST /echo"};
    for (size_t i = 0; i < COUNT(paths); i++) {
        char head[128];
        int fd = dial(&w);
        snprintf(head, sizeof head,
                 "%s HTTP/1.1\r\n" HOST "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n",
                 paths[i]);
        say_z(fd, head);
        hear(fd, &h, false);
        CHECK(h.status == 100);
        say_bytes(fd, 0, 4);
        hear(fd, &h, false);
        CHECK(h.status == 200);
        close(fd);
    }
    int fd = dial(&w);
    say_z(fd,
          "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 65537\r\nExpect: 100-continue\r\n\r\n");
    hear(fd, &h, false);
    CHECK(h.status == 413);
    close(fd);
    heard_free(&h);
    wire_stop(&w);
}

TEST(an_upload_that_is_not_wanted_gets_its_answer)
{
    Wire w = wire_new();
    wire_start(&w);
    Heard h = {0};
    int fd = dial(&w);
    say_z(fd, "PUT /up-refused HTTP/1.1\r\n" HOST "Content-Length: 200000\r\n\r\n");
    say_bytes(fd, 0, 100000);
    nap(50);
    say_bytes(fd, 100000, 200000);
    hear(fd, &h, false);
    CHECK(h.status == 409 && str_eq(heard(&h, "Tus-Resumable"), S("1.0.0")));
    CHECK(ended(fd));
    close(fd);
    heard_free(&h);
    wire_stop(&w);
}

TEST(more_uploads_than_hands_are_sent_away)
{
    Wire w = wire_new();
    w.conf.upload_workers = 2;
    wire_start(&w);
    Heard h = {0};
    int fds[3];
    for (size_t i = 0; i < COUNT(fds); i++) {
        fds[i] = dial(&w);
        say_z(fds[i], "PUT /up HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\n");
        nap(100);
    }
    hear(fds[2], &h, false);
    CHECK(h.status == 503 && heard(&h, "Retry-After").n && ended(fds[2]));
    for (size_t i = 0; i < 2; i++) {
        say_bytes(fds[i], 0, 4);
        hear(fds[i], &h, false);
        CHECK(h.status == 200);
    }
    for (size_t i = 0; i < COUNT(fds); i++)
        close(fds[i]);
    heard_free(&h);
    wire_stop(&w);
}

static void *note_often(void *arg)
{
    const Wire *w = arg;
    Heard h = {0};
    int fd = dial(w);
    size_t good = 0;
    for (int i = 0; i < 100; i++) {
        say_z(fd, "POST /note HTTP/1.1\r\n" HOST "\r\n" GET("/hello?x"));
        hear(fd, &h, false);
        good += h.status == 201 && body_is(&h, "noted");
        hear(fd, &h, false);
        good += h.status == 200;
    }
    close(fd);
    heard_free(&h);
    return (void *)good;
}

TEST(parked_answers_come_when_the_store_has_synced)
{
    Wire w = wire_new();
    wire_start(&w);
    pthread_t threads[8];
    for (size_t i = 0; i < COUNT(threads); i++)
        pthread_create(&threads[i], NULL, note_often, &w);
    for (size_t i = 0; i < COUNT(threads); i++) {
        void *good = NULL;
        pthread_join(threads[i], &good);
        CHECK((size_t)good == 200);
    }
    CHECK(db_stats(w.db).units == 800);
    wire_stop(&w);
}

typedef struct Download {
    const Wire *w;
    int fd;
    bool whole;
    atomic_bool begun;
} Download;

/* Reads a 3 MiB file slowly enough that it takes over half a second. */
static void *download(void *arg)
{
    Download *d = arg;
    char chunk[65536];
    Heard h = {0};
    size_t at = 0;
    d->whole = true;
    hear(d->fd, &h, true);
    atomic_store(&d->begun, true);
    while (at < WIRE_FILE) {
        ssize_t n = recv(d->fd, chunk, sizeof chunk, 0);
        if (n <= 0)
            break;
        for (ssize_t i = 0; i < n; i++)
            d->whole &= chunk[i] == wire_byte(at + (size_t)i);
        at += (size_t)n;
        if (at < WIRE_FILE / 2)
            nap(10);
    }
    d->whole &= h.status == 200 && at == WIRE_FILE && ended(d->fd);
    close(d->fd);
    heard_free(&h);
    return NULL;
}

TEST(a_drain_breaks_nothing_that_runs)
{
    Wire w = wire_new();
    wire_start(&w);
    Download downloads[20];
    pthread_t threads[COUNT(downloads)];
    Heard h = {0};
    int idle = dial(&w), slow = dial(&w), up = dial(&w);
    say_z(idle, GET("/hello"));
    hear(idle, &h, false);
    for (size_t i = 0; i < COUNT(downloads); i++) {
        downloads[i].w = &w;
        downloads[i].fd = dial_slow(&w);
        atomic_init(&downloads[i].begun, false);
        say_z(downloads[i].fd, GET("/file"));
        pthread_create(&threads[i], NULL, download, &downloads[i]);
    }
    for (size_t i = 0; i < COUNT(downloads); i++)
        while (!atomic_load(&downloads[i].begun))
            nap(1);
    atomic_store(&wire_uploads, 0);
    say_z(up, "PUT /up HTTP/1.1\r\n" HOST "Content-Length: 100000\r\n\r\n");
    say_bytes(up, 0, 50000);
    while (atomic_load(&wire_uploads) < 50000)
        nap(1);
    say_z(slow, GET("/slow?in-flight"));
    nap(100);
    CHECK(server_ready(w.server));
    server_drain(w.server, 0, 10000);
    CHECK(!server_ready(w.server) && dial(&w) < 0);
    hear(slow, &h, false);
    CHECK(h.status == 200 && body_is(&h, "hello in-flight"));
    CHECK(str_eq(heard(&h, "Connection"), S("close")) && ended(slow));
    hear(up, &h, false);
    CHECK(h.status == 503 && atomic_load(&wire_ended) == E_UNAVAILABLE);
    CHECK(ended(idle));
    for (size_t i = 0; i < COUNT(downloads); i++) {
        pthread_join(threads[i], NULL);
        CHECK(downloads[i].whole);
    }
    close(idle), close(slow), close(up);
    heard_free(&h);
    wire_stop(&w);
}

TEST(a_drain_ends_when_its_grace_does)
{
    Wire w = wire_new();
    wire_start(&w);
    Heard h = {0};
    int fd = dial_slow(&w);
    say_z(fd, GET("/file"));
    hear(fd, &h, true);
    CHECK(h.status == 200);
    server_drain(w.server, 0, 100);
    char chunk[65536];
    ssize_t n;
    while ((n = recv(fd, chunk, sizeof chunk, 0)) > 0)
        ;
    CHECK(n < 0 && errno == ECONNRESET); /* cut, and seen to be cut */
    close(fd);
    heard_free(&h);
    wire_stop(&w);
}

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
        CHECK(ask(&w, rows[i].request, &h) == rows[i].status && body_is(&h, rows[i].body));
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
    CHECK(h.status == 200 && body_is(&h, "hello after"));
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
        nap(50);
    }
    hear(fds[3], &h, false);
    CHECK(h.status == 503 && heard(&h, "Retry-After").n && ended(fds[3]));
    close(fds[3]);
    say_z(fds[0], GET("/hello"));
    hear(fds[0], &h, false);
    CHECK(h.status == 200);
    close(fds[0]);
    nap(50);
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
    CHECK(ask(&w, request, &h) == 200 && body_is(&h, "198.51.100.7 https mine loopback"));
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
    CHECK(body_is(&h, "<h1>not-found</h1>"));
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
        nap(10);
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
