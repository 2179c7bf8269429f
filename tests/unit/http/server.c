/* Real conversations with a running server on 127.0.0.1: requests, refusals, timeouts, the store.
 */
#include "wire.h"

#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

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
        CHECK(h.status == 200 && heard_is(&h, want[i]));
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
            pause_ms(1);
    }
    hear(fd, &h, false);
    CHECK(h.status == 200 && heard_is(&h, "hello"));
    hear(fd, &h, false);
    CHECK(h.status == 200 && heard_is(&h, "hello x"));
    close(fd);
    heard_free(&h);
    wire_stop(&w);
}

/* As one that is being started does until its exec. */
TEST(a_closed_connection_that_another_process_holds_is_nothing_to_the_loop)
{
    Wire w = wire_new();
    wire_start(&w);
    Heard h = {0};
    int fd = dial(&w);
    say_z(fd, GET("/hello?1"));
    hear(fd, &h, false);
    pid_t holds = fork();
    if (holds == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* whatever becomes of the test */
        for (;;)
            pause();
    }
    say_z(fd, "GET /hello?2 HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n");
    hear(fd, &h, false);
    CHECK(holds > 0 && h.status == 200 && heard_is(&h, "hello 2"));
    for (int i = 0; i < 5; i++) {
        say_z(fd, "x");
        pause_ms(20);
        CHECK(ask(&w, GET("/hello?3"), &h) == 200);
    }
    CHECK(kill(holds, SIGKILL) == 0 && waitpid(holds, NULL, 0) == holds);
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
        {"POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n100000005\r\n", 413},
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

static char large[100000];

/* Closing while it still sends would reset the connection, and lose the answer that is under way.
 */
static void send_too_much(Wire *w)
{
    Heard h = {0};
    int fd = dial(w);
    say_z(fd, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 200000\r\n\r\n");
    say(fd, (Str){large, sizeof large});
    pause_ms(100);
    say(fd, (Str){large, sizeof large});
    pause_ms(100);
    hear(fd, &h, false);
    CHECK(h.status == 413 && ended(fd));
    close(fd);
    heard_free(&h);
}

TEST(a_body_that_is_too_large_does_not_cost_the_answer)
{
    Wire w = wire_new();
    wire_start(&w);
    Heard h = {0};
    memset(large, 'x', sizeof large);
    for (int i = 0; i < 5; i++) /* an answer is not lost each time */
        send_too_much(&w);
    int fd = dial(&w);
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

static void *note_often(void *arg)
{
    const Wire *w = arg;
    Heard h = {0};
    int fd = dial(w);
    size_t good = 0;
    for (int i = 0; i < 100; i++) {
        say_z(fd, "POST /note HTTP/1.1\r\n" HOST "\r\n" GET("/hello?x"));
        hear(fd, &h, false);
        good += h.status == 201 && heard_is(&h, "noted");
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

TEST(what_the_store_lost_is_not_told_as_done)
{
    Wire w = wire_new();
    wire_start(&w);
    Heard h = {0};
    CHECK(ask(&w, "POST /lost HTTP/1.1\r\n" HOST "\r\n", &h) == 507);
    CHECK(str_eq(heard(&h, "Content-Type"), S("application/problem+json")));
    CHECK(!heard(&h, "Set-Cookie").p && heard(&h, "Retry-After").p);
    heard_free(&h);
    wire_stop(&w);
}

TEST(writers_leave_half_the_hands_to_readers)
{
    Wire w = wire_new();
    wire_start(&w);
    Heard h = {0};
    int fds[8];
    atomic_store(&wire_most, 0);
    for (size_t i = 0; i < COUNT(fds); i++) {
        fds[i] = dial(&w);
        say_z(fds[i], "POST /hold HTTP/1.1\r\n" HOST "\r\n");
    }
    for (size_t i = 0; i < COUNT(fds); i++) {
        hear(fds[i], &h, false);
        CHECK(h.status == 200);
        close(fds[i]);
    }
    CHECK(atomic_load(&wire_most) == 2); /* of four workers */
    heard_free(&h);
    wire_stop(&w);
}
