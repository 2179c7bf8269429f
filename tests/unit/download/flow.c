/* Answers of one download share its speed and what it may send; each byte is counted once. */
#include "download/flow.h"

#include "base/clock.h"
#include "common/app.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

#define MIB (1LL << 20)
#define NOW 1700000000000

typedef struct Place {
    App app;
    Cx cx;
    Live live;
} Place;

static Place *place_of(int64_t size, int64_t rate)
{
    Place *p = calloc(1, sizeof *p);
    if (!p)
        abort();
    p->app.lives = lives_new();
    p->cx = (Cx){.arena = arena_new(), .app = &p->app, .now = NOW};
    p->live = (Live){.coverage = coverage_new(size),
                     .posted = true,
                     .until = NOW + 1000,
                     .since = NOW,
                     .rate = rate,
                     .tokens = rate};
    pthread_mutex_init(&p->live.lock, NULL);
    return p;
}

static void place_free(Place *p)
{
    CHECK(p->live.connections == 0 && !p->live.flows && p->live.lent == 0);
    CHECK(p->live.promised == 0 && atomic_load(&p->live.holders) == 0);
    coverage_free(&p->live.coverage);
    lives_free(p->app.lives);
    arena_free(p->cx.arena);
    free(p);
}

static Delivery *begin(Place *p, int64_t from, int64_t length)
{
    Delivery *d = NULL;
    FlowStep step = FLOW_OVER;
    CHECK(flow_begin(&p->cx, &p->live, from, length, &step, &d) == OK && step == FLOW_GO && d);
    return d;
}

static int64_t send_some(Delivery *d, int64_t now, int64_t want)
{
    int64_t wait = 0, n = d->kind->allow(d, now, want, &wait);
    CHECK(n > 0 || n == -1 || wait > 0);
    if (n > 0)
        d->kind->sent(d, n);
    return n;
}

TEST(answers_of_a_download_share_its_speed)
{
    enum { RATE = 1000000, N = 16 };
    Place *p = place_of(100 * MIB, RATE);
    Delivery *d[N];
    int64_t taken[N] = {0}, all = 0;
    for (int i = 0; i < N; i++)
        d[i] = begin(p, i * MIB, 50 * MIB);
    for (int64_t now = 1; now <= 10000; now += 50)
        for (int i = 0; i < N; i++) {
            int64_t n = send_some(d[i], now, 65536);
            taken[i] += n;
            all += n;
        }
    CHECK(all <= 11 * (int64_t)RATE && all >= 10 * (int64_t)RATE - 100000);
    for (int i = 0; i < N; i++) {
        CHECK(taken[i] > RATE / N * 4); /* of ten seconds; none starves */
        delivery_end(&d[i], taken[i], 0);
    }
    place_free(p);
}

TEST(what_one_answer_was_allowed_another_one_is_not)
{
    Place *p = place_of(MIB, 0);
    p->live.sent = 18 * MIB - 100;
    Delivery *a = begin(p, 0, MIB), *b = begin(p, 0, MIB);
    int64_t wait = 0;
    CHECK(a->kind->allow(a, 1, 80, &wait) == 80);
    CHECK(b->kind->allow(b, 1, 80, &wait) == 20);
    CHECK(b->kind->allow(b, 1, 80, &wait) == 20); /* what it did not send is its own */
    b->kind->sent(b, 20);
    CHECK(b->kind->allow(b, 1, 80, &wait) == 0 && wait > 0);
    a->kind->sent(a, 10);
    CHECK(a->kind->allow(a, 1, 1000, &wait) == 70);
    a->kind->sent(a, 70);
    CHECK(a->kind->allow(a, 1, 80, &wait) == -1 && b->kind->allow(b, 1, 80, &wait) == -1);
    delivery_end(&a, 80, 0);
    delivery_end(&b, 20, 0);
    CHECK(p->live.sent == 18 * MIB && p->live.coverage.bytes == 80);
    place_free(p);
}

TEST(what_the_peer_never_acknowledged_was_not_delivered)
{
    Place *p = place_of(20 * MIB, 0);
    Delivery *d = begin(p, 10, 20 * MIB);
    for (int64_t n = 0; n < 9 * MIB; n += MIB)
        CHECK(send_some(d, 1, MIB) == MIB);
    pthread_mutex_lock(&p->live.lock);
    flow_note(&p->live);
    CHECK(p->live.coverage.bytes == 5 * MIB); /* the kernels may hold the rest */
    pthread_mutex_unlock(&p->live.lock);
    delivery_end(&d, 9 * MIB, 3 * MIB);
    CHECK(p->live.coverage.bytes == 6 * MIB && p->live.sent == 6 * MIB);
    CHECK(coverage_missing(&p->live.coverage, 10, 10 + 6 * MIB) == 0);
    place_free(p);
}

TEST(a_probe_that_is_never_acknowledged_counts)
{
    Place *p = place_of(20 * MIB, 0);
    p->live.posted = false;
    Delivery *d = begin(p, 10, 14000);
    CHECK(send_some(d, 1, 14000) == 14000);
    delivery_end(&d, 14000, 14000);
    CHECK(p->live.coverage.bytes == 14000 && p->live.sent == 14000);
    place_free(p);
}

TEST(a_download_is_posted_before_what_counts_is_being_sent)
{
    Place *p = place_of(20 * MIB, 0);
    FlowStep step = FLOW_GO;
    Delivery *d = NULL;
    p->live.posted = false;
    Delivery *a = begin(p, 0, 40000), *b = begin(p, 5 * MIB, 25535);
    CHECK(flow_begin(&p->cx, &p->live, 9 * MIB, 1, &step, &d) == OK && step == FLOW_POST && !d);
    delivery_end(&a, 20000, 0);
    a = begin(p, 9 * MIB, 1);
    delivery_end(&a, 1, 0);
    delivery_end(&b, 25535, 0);
    CHECK(flow_begin(&p->cx, &p->live, 0, 40000, &step, &d) == OK && step == FLOW_POST && !d);
    p->cx.now = p->live.until;
    CHECK(flow_begin(&p->cx, &p->live, 0, 1, &step, &d) == OK && step == FLOW_OVER && !d);
    place_free(p);
}

TEST(an_answer_whose_last_byte_is_with_the_kernel_leaves_room_for_another)
{
    Place *p = place_of(MIB, 0);
    Delivery *d[LIVE_CONNECTIONS], *more = NULL;
    FlowStep step = FLOW_GO;
    for (int i = 0; i < LIVE_CONNECTIONS; i++)
        d[i] = begin(p, 0, 100);
    CHECK(flow_begin(&p->cx, &p->live, 0, 100, &step, &more) == E_UNAVAILABLE && !more);
    CHECK(p->cx.retry_after_s == 1);
    CHECK(send_some(d[3], 1, 100) == 100);
    more = begin(p, 0, 100);
    delivery_end(&more, 0, 0);
    for (int i = 0; i < LIVE_CONNECTIONS; i++)
        delivery_end(&d[i], i == 3 ? 100 : 0, 0);
    place_free(p);
}
