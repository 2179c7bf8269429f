#include "download/flow.h"

#include "base/clock.h"
#include "base/fault.h"
#include "common/app.h"

#include <stdlib.h>

/* The most that a socket holds back unacknowledged: net.ipv4.tcp_wmem. */
enum { IN_SOCKET = 4 << 20 };

enum { ROUND_MS = 100 }; /* of a shared speed */

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most_sent(const Live *l)
{
    return 2 * l->coverage.size + SPARE_BYTES;
}

/* --- on the loop's thread */

static void give_back(Flow *f)
{
    f->live->lent -= f->lent;
    f->lent = 0;
}

/* Once a round. A second's worth is saved up at most; what is there is for all connections alike,
 * as the loop always asks the same one first. */
static void fill(Live *l, int64_t now_ms)
{
    int64_t passed = now_ms - l->filled_ms;
    if (passed < ROUND_MS && l->round)
        return;
    l->filled_ms = now_ms;
    l->tokens = passed >= 1000 ? l->rate : least(l->rate, l->tokens + l->rate * passed / 1000);
    l->share = l->tokens / (l->connections > 0 ? l->connections : 1) + 1;
    l->round++;
}

static int64_t by_rate(Flow *f, int64_t now_ms, int64_t want, int64_t *wait_ms)
{
    Live *l = f->live;
    fill(l, now_ms);
    if (f->round != l->round)
        f->used = 0;
    f->round = l->round;
    int64_t n = least(want, least(l->tokens - l->lent, l->share - f->used));
    if (n > 0)
        return n;
    *wait_ms = l->filled_ms + ROUND_MS - now_ms;
    return 0;
}

static int64_t allow_locked(Flow *f, int64_t now_ms, int64_t want, int64_t *wait_ms)
{
    Live *l = f->live;
    give_back(f);
    if (l->cut && !bug("nocut"))
        return -1;
    if (!want)
        return 0;
    int64_t left = most_sent(l) - l->sent - l->lent;
    if (left <= 0 && !bug("nospare")) {
        *wait_ms = 1;
        return l->lent ? 0 : -1; /* what another one was allowed it may not send */
    }
    if (!bug("nospare"))
        want = least(want, left);
    if (l->rate && !bug("nospeed"))
        want = by_rate(f, now_ms, want, wait_ms);
    f->lent = want;
    l->lent += want;
    return want;
}

static int64_t allow(Delivery *d, int64_t now_ms, int64_t want, int64_t *wait_ms)
{
    Flow *f = (Flow *)d;
    pthread_mutex_lock(&f->live->lock);
    int64_t n = allow_locked(f, now_ms, want, wait_ms);
    pthread_mutex_unlock(&f->live->lock);
    return n;
}

static void hang_up(Flow *f)
{
    if (!f->done)
        f->live->connections--;
    f->done = true;
}

static void sent(Delivery *d, int64_t n)
{
    Flow *f = (Flow *)d;
    Live *l = f->live;
    pthread_mutex_lock(&l->lock);
    give_back(f);
    int64_t before = l->sent - l->kept_sent;
    l->sent += n;
    l->tokens -= n;
    f->used += n;
    f->taken += n;
    if (f->taken >= d->length)
        hang_up(f);
    bool due = before < JOURNAL_BYTES && before + n >= JOURNAL_BYTES;
    pthread_mutex_unlock(&l->lock);
    if (due)
        pthread_cond_signal(&f->lives->due);
}

static void failed(Delivery *d)
{
    live_fail(((Flow *)d)->live);
}

static void end(Delivery *d, int64_t taken, int64_t unsent)
{
    Flow *f = (Flow *)d;
    Live *l = f->live;
    if (bug("nounsent"))
        unsent = 0;
    pthread_mutex_lock(&l->lock);
    if (!l->posted && !bug("freeprobes")) /* who never acknowledges is not served for nothing */
        unsent = 0;
    give_back(f);
    hang_up(f);
    *f->at = f->next;
    if (f->next)
        f->next->at = f->at;
    l->promised -= f->promised;
    l->sent -= least(unsent, l->sent);
    coverage_add(&l->coverage, d->from, d->from + taken - unsent);
    l->used_ms = clock_mono_ms();
    pthread_mutex_unlock(&l->lock);
    live_release(l);
    free(f);
}

void flow_note(Live *l)
{
    for (const Flow *f = l->flows; f; f = f->next)
        if (f->taken > IN_SOCKET)
            coverage_add(&l->coverage, f->delivery.from, f->delivery.from + f->taken - IN_SOCKET);
}

/* --- whether it may begin */

static Flow *attach(Live *l, Lives *lives, int64_t from, int64_t length, int64_t missing)
{
    static const DeliveryKind kind = {allow, sent, failed, end};
    Flow *f = calloc(1, sizeof *f);
    if (!f)
        abort();
    *f = (Flow){.delivery = {.kind = &kind, .from = from, .length = length},
                .lives = lives,
                .live = l,
                .next = l->flows,
                .at = &l->flows,
                .promised = missing};
    if (f->next)
        f->next->at = &f->next;
    l->flows = f;
    l->promised += missing;
    l->connections++;
    atomic_fetch_add(&l->holders, 1);
    return f;
}

static Err check(Cx *cx, Live *l)
{
    if (l->cut && !bug("nocut"))
        return fail(cx, E_GONE, "this ticket has ended");
    if (l->connections >= LIVE_CONNECTIONS && !bug("nosixteen")) {
        cx->retry_after_s = 1;
        return fail(cx, E_UNAVAILABLE, "a download has %d connections at most", LIVE_CONNECTIONS);
    }
    if (cx->now - l->since >= LIVE_DAY_MS) {
        l->since = cx->now;
        l->sent = 0;
    }
    if (l->sent < most_sent(l) || bug("nospare"))
        return OK;
    cx->retry_after_s = (int)((l->since + LIVE_DAY_MS - cx->now + 999) / 1000);
    return fail(cx, E_LIMITED, "twice this file was sent within a day");
}

static FlowStep step_of(const Cx *cx, const Live *l, int64_t missing)
{
    if (cx->now >= l->until)
        return FLOW_OVER;
    int64_t counted = least(PROBE_BYTES, l->coverage.size);
    bool counts = l->coverage.bytes + l->promised + missing >= counted;
    return counts && !l->posted && !bug("nopay") ? FLOW_POST : FLOW_GO;
}

Err flow_begin(Cx *cx, Live *l, int64_t from, int64_t length, FlowStep *step, Delivery **out)
{
    pthread_mutex_lock(&l->lock);
    int64_t missing = l->posted ? 0 : coverage_missing(&l->coverage, from, from + length);
    Err e = check(cx, l);
    *step = e ? FLOW_GO : step_of(cx, l, missing);
    if (!e && *step == FLOW_GO)
        *out = &attach(l, cx->app->lives, from, length, missing)->delivery;
    pthread_mutex_unlock(&l->lock);
    return e;
}
