/* More than the workers can do: what is refused, and what is not. */
#include "wire.h"

#include <string.h>
#include <unistd.h>

static bool told(Server *server, const char *line)
{
    Buf b CLEANUP(buf_free) = BUF(1 << 20);
    server_metrics(server, &b);
    buf_byte(&b, 0);
    return !b.full && strstr(b.p, line);
}

static void until(bool good(const Wire *w), const Wire *w)
{
    for (int i = 0; i < 5000 && !good(w); i++)
        pause_ms(1);
    CHECK(good(w));
}

static bool both_stay(const Wire *w)
{
    (void)w;
    return atomic_load(&wire_staying) == 2;
}

static bool one_stays(const Wire *w)
{
    (void)w;
    return atomic_load(&wire_staying) == 1;
}

static bool one_waits(const Wire *w)
{
    return told(w->server, "hub_http_pool_queued{pool=\"workers\"} 1");
}

static int ask_to_stay(const Wire *w)
{
    int fd = dial(w);
    say_z(fd, GET("/stay"));
    return fd;
}

static void let_go(int fd)
{
    Heard h = {0};
    atomic_store(&wire_stay, 0);
    hear(fd, &h, false);
    CHECK(h.status == 200);
    heard_free(&h);
    close(fd);
}

static Server *ops_of(Wire *w)
{
    ServerConf conf = wire_conf(w);
    Server *ops = NULL;
    conf.ops = true;
    conf.share = w->server;
    CHECK(server_start(&w->cx, &conf, &ops) == OK);
    return ops;
}

TEST(what_nobody_has_a_hand_for_is_refused_and_its_connection_goes_on)
{
    Wire w = wire_new();
    w.conf.workers = 2;
    w.conf.max_queued = 0;
    wire_start(&w);
    Heard h = {0};
    atomic_store(&wire_stay, 1);
    int fds[] = {ask_to_stay(&w), ask_to_stay(&w)}, other = dial(&w), long_one = dial(&w);
    until(both_stay, &w);
    say_z(other, GET("/hello"));
    hear(other, &h, false);
    CHECK(h.status == 503 && str_eq(heard(&h, "Retry-After"), S("1")));
    CHECK(ask(&w, GET("/quick"), &h) == 200); /* needs no worker */
    say_z(long_one, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n");
    hear(long_one, &h, false);
    CHECK(h.status == 503 && ended(long_one)); /* before its body came */
    CHECK(told(w.server, "hub_http_refused_total{reason=\"busy\"} 2"));
    let_go(fds[0]);
    let_go(fds[1]);
    say_z(other, GET("/hello?again"));
    hear(other, &h, false);
    CHECK(h.status == 200 && heard_is(&h, "hello again"));
    close(other), close(long_one);
    wire_stop(&w);
    heard_free(&h);
}

TEST(nobody_queues_behind_one_that_waited_too_long)
{
    Wire w = wire_new();
    w.conf.workers = 1;
    w.conf.queue_wait = 0;
    wire_start(&w);
    Heard h = {0};
    atomic_store(&wire_stay, 1);
    int first = ask_to_stay(&w);
    until(one_stays, &w);
    int second = ask_to_stay(&w);
    until(one_waits, &w);
    CHECK(ask(&w, GET("/hello"), &h) == 503);
    let_go(first);
    let_go(second);
    CHECK(ask(&w, GET("/hello"), &h) == 200);
    wire_stop(&w);
    heard_free(&h);
}

/* By how long its one run took, the last of these would wait for longer than it may. */
TEST(a_slow_start_refuses_nobody)
{
    enum { MANY = 400 };
    int fds[MANY];
    Wire w = wire_new();
    w.conf.workers = 1;
    w.conf.queue_wait = 5000;
    wire_start(&w);
    Heard h = {0};
    atomic_store(&wire_stay, 1);
    int first = ask_to_stay(&w);
    pause_ms(1000);
    let_go(first);
    atomic_store(&wire_stay, 1);
    int second = ask_to_stay(&w), refused = 0;
    until(one_stays, &w);
    for (int i = 0; i < MANY; i++) {
        fds[i] = dial(&w);
        say_z(fds[i], GET("/hello"));
    }
    let_go(second);
    for (int i = 0; i < MANY; i++) {
        hear(fds[i], &h, false);
        refused += h.status != 200;
        close(fds[i]);
    }
    CHECK(refused == 0);
    wire_stop(&w);
    heard_free(&h);
}

TEST(what_operators_ask_is_never_refused_and_comes_first)
{
    Wire w = wire_new();
    w.conf.workers = 1;
    w.conf.max_queued = 0;
    wire_start(&w);
    Heard h = {0};
    atomic_store(&wire_stay, 1);
    int first = ask_to_stay(&w);
    until(one_stays, &w);
    Server *ops = ops_of(&w);
    Wire there = w;
    there.server = ops;
    int fd = dial(&there);
    say_z(fd, GET("/hello"));
    until(one_waits, &w);
    let_go(first);
    hear(fd, &h, false);
    CHECK(h.status == 200);
    close(fd);
    server_drain(ops, 0, 0);
    server_free(ops);
    wire_stop(&w);
    heard_free(&h);
}
