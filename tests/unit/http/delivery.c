/* Who counts a file's bytes hears how many of them reached the peer, and may slow or cut it. */
#include "wire.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* What the last delivery was told. */
static atomic_llong taken, unsent, sent, from, length;
static atomic_int ends, cutting, asked;
static atomic_llong budget; /* bytes allowed each time; 0: a pause first; -1: any */

static int64_t allow(Delivery *d, int64_t now_ms, int64_t want, int64_t *wait_ms)
{
    (void)d;
    (void)now_ms;
    if (atomic_load(&cutting))
        return -1;
    int64_t may = atomic_load(&budget);
    if (may < 0 || !want)
        return want;
    if (atomic_fetch_add(&asked, 1) % 2 == 0) {
        *wait_ms = 1;
        return 0;
    }
    return may < want ? may : want;
}

static void on_sent(Delivery *d, int64_t n)
{
    (void)d;
    atomic_fetch_add(&sent, n);
}

static void on_end(Delivery *d, int64_t took, int64_t left)
{
    atomic_store(&taken, took);
    atomic_store(&unsent, left);
    atomic_store(&from, d->from);
    atomic_store(&length, d->length);
    atomic_fetch_add(&ends, 1);
    free(d);
}

static const DeliveryKind kind = {.allow = allow, .sent = on_sent, .end = on_end};

static Delivery *one(void)
{
    Delivery *d = calloc(1, sizeof *d);
    d->kind = &kind;
    return d;
}

static void begin(Wire *w, int64_t each)
{
    *w = wire_new();
    wire_delivery = one;
    atomic_store(&ends, 0);
    atomic_store(&cutting, 0);
    atomic_store(&asked, 0);
    atomic_store(&sent, 0);
    atomic_store(&budget, each);
    wire_start(w);
}

/* True when it came true within ten seconds. */
static bool until_ended(int n)
{
    for (int i = 0; i < 1000 && atomic_load(&ends) < n; i++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    return atomic_load(&ends) == n;
}

TEST(a_file_that_was_read_whole_is_told_over_with_nothing_unsent)
{
    Wire w;
    begin(&w, -1);
    Heard h = {0};
    int fd = dial(&w);
    say_z(fd, "GET /delivered HTTP/1.1\r\n" HOST "Range: bytes=1000-50999\r\n\r\n");
    hear(fd, &h, false);
    CHECK(h.status == 206 && h.body_n == 50000);
    CHECK(until_ended(1) && taken == 50000 && unsent == 0 && sent == 50000);
    CHECK(from == 1000 && length == 50000);
    say_z(fd, "GET /delivered HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n");
    hear(fd, &h, false);
    CHECK(h.status == 200 && h.body_n == WIRE_FILE);
    CHECK(until_ended(2) && taken == WIRE_FILE && unsent == 0);
    close(fd);
    heard_free(&h);
    wire_stop(&w);
}

TEST(what_a_peer_never_read_is_told_as_unsent)
{
    Wire w;
    begin(&w, -1);
    char some[1000];
    int fd = dial_slow(&w);
    say_z(fd, GET("/delivered"));
    CHECK(recv(fd, some, sizeof some, MSG_WAITALL) == (ssize_t)sizeof some);
    nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
    close(fd);
    CHECK(until_ended(1) && taken > 0 && unsent > 0 && unsent <= taken);
    CHECK(taken - unsent < WIRE_FILE);
    wire_stop(&w);
}

TEST(who_is_asked_before_each_piece_slows_the_answer_and_loses_nothing)
{
    Wire w;
    begin(&w, WIRE_FILE / 7);
    Heard h = {0};
    int fd = dial(&w);
    say_z(fd, GET("/delivered"));
    hear(fd, &h, false);
    CHECK(h.status == 200 && h.body_n == WIRE_FILE);
    bool same = true;
    for (size_t i = 0; i < h.body_n; i++)
        same = same && h.body[i] == wire_byte(i);
    CHECK(same && until_ended(1) && taken == WIRE_FILE && unsent == 0);
    CHECK(atomic_load(&asked) >= 14); /* each piece, and a pause before it */
    close(fd);
    heard_free(&h);
    wire_stop(&w);
}

TEST(an_answer_is_cut_when_its_counter_says_so_even_when_the_peer_reads_nothing)
{
    Wire w;
    begin(&w, -1);
    char some[4096];
    ssize_t n = 0, all = 0;
    int fd = dial_slow(&w);
    say_z(fd, GET("/delivered"));
    CHECK(recv(fd, some, 100, MSG_WAITALL) == 100);
    atomic_store(&cutting, 1);
    CHECK(until_ended(1));
    while ((n = recv(fd, some, sizeof some, 0)) > 0)
        all += n;
    CHECK(all < WIRE_FILE);
    close(fd);
    wire_stop(&w);
}

TEST(a_delivery_ends_once_also_when_no_byte_of_the_file_is_sent)
{
    static const char *const requests[] = {
        "HEAD /delivered HTTP/1.1\r\n" HOST "\r\n",
        "GET /delivered HTTP/1.1\r\n" HOST "If-None-Match: \"d\"\r\n\r\n",
        "GET /delivered HTTP/1.1\r\n" HOST "Range: bytes=0-1,3-4\r\n\r\n",
        "GET /delivered HTTP/1.1\r\n" HOST "If-Match: \"e\"\r\n\r\n",
    };
    Wire w;
    begin(&w, -1);
    Heard h = {0};
    for (size_t i = 0; i < COUNT(requests); i++) {
        ask(&w, requests[i], &h);
        CHECK(until_ended((int)i + 1) && taken == 0 && unsent == 0);
    }
    heard_free(&h);
    wire_stop(&w);
}
