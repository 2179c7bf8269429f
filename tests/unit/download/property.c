/* Anything may happen to a ticket, in any order and twice: beside the database a model says what
 * every download and every quota must be after each step. HUB_SEEDS says how many runs, HUB_SEED
 * which one alone. */
#include "base/hash.h"
#include "download/ledger.h"
#include "world.h"

#include <stdlib.h>
#include <string.h>

enum { STEPS = 30, GRANTS = 200, SEEDS = 1000, ROOM = 400 };

typedef enum State { RESERVED, OPEN, SETTLED, VOID } State;

/* A download as it should be. */
typedef struct Model {
    char id[32];
    int ticket;
    State state;
    bool refunded, failed;
    int64_t size, day, start_by, resume_until, covered, covered_at, charged_files;
    uint8_t bytes[ROOM]; /* 1: delivered */
} Model;

typedef struct Run {
    World *w;
    uint64_t random;
    int account;
    bool revoked[TICKETS];
    size_t n;
    Model grants[GRANTS];
} Run;

static uint64_t pick(Run *r, uint64_t below)
{
    r->random ^= r->random << 13;
    r->random ^= r->random >> 7;
    r->random ^= r->random << 17;
    return (r->random >> 11) % below;
}

static int64_t now(const Run *r)
{
    return r->w->cx.now;
}

/* --- what the model says of quotas */

static void add_counts(const Model *m, Counts *c)
{
    bool held = m->state == RESERVED;
    int64_t files = m->state == OPEN ? 1 : m->state == SETTLED ? m->charged_files : 0;
    int64_t bytes = m->state == OPEN ? m->size : m->state == SETTLED ? m->covered : 0;
    c->reserved_files += held;
    c->reserved_bytes += held ? m->size : 0;
    c->used_files += m->refunded ? 0 : files;
    c->used_bytes += m->refunded ? 0 : bytes;
}

static Counts of_day(const Run *r, int64_t day)
{
    Counts c = {0};
    for (size_t i = 0; i < r->n; i++)
        if (r->grants[i].day == day)
            add_counts(&r->grants[i], &c);
    return c;
}

static Counts of_ticket(const Run *r, int k)
{
    Counts c = {0};
    for (size_t i = 0; i < r->n; i++)
        if (r->grants[i].ticket == k)
            add_counts(&r->grants[i], &c);
    return c;
}

/* --- the steps of the model */

static Model *live(Run *r, int k)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->grants[i].ticket == k && r->grants[i].state <= OPEN)
            return &r->grants[i];
    return NULL;
}

static bool over(const Run *r, const Model *m)
{
    return now(r) >= m->resume_until || (m->state == RESERVED && now(r) >= m->start_by);
}

/* Something of it was written down within the last minute. */
static bool is_busy(const Run *r, const Model *m)
{
    return m->state == OPEN && m->covered_at > now(r) - 60000;
}

static void settle(Model *m)
{
    if (m->state == OPEN) {
        bool ours = m->failed && m->covered < m->size;
        m->charged_files = !ours && m->covered * 100 >= m->size;
        m->state = SETTLED;
    }
}

static void end(Model *m)
{
    if (m->state == RESERVED)
        m->state = VOID;
    settle(m);
}

static void post(const Run *r, Model *m)
{
    int64_t until = now(r) + WINDOW;
    if (m->state != RESERVED)
        return;
    m->state = OPEN;
    m->covered_at = now(r);
    m->resume_until = until < m->resume_until ? until : m->resume_until;
}

/* What a reservation of ticket k must come to, with nothing in its place. */
static Err reservation(const Run *r, int k, int64_t most)
{
    Day today = day_at(S("Asia/Jakarta"), now(r));
    Counts day = of_day(r, today.n), ticket = of_ticket(r, k);
    if (r->revoked[k] || now(r) >= ticket_end(k))
        return E_GONE;
    if (day.used_files + day.reserved_files + 1 > FILES_A_DAY ||
        day.used_bytes + day.reserved_bytes + sizes[k] > BYTES_A_DAY)
        return E_QUOTA;
    return ticket.used_files + ticket.reserved_files + 1 > most ? E_GONE : OK;
}

static Model *add(Run *r, int k, const GrantRow *g)
{
    Model *m = &r->grants[r->n++];
    *m = (Model){.ticket = k,
                 .size = sizes[k],
                 .day = day_at(S("Asia/Jakarta"), now(r)).n,
                 .start_by = now(r) + START_BY,
                 .resume_until = ticket_end(k)};
    snprintf(m->id, sizeof m->id, "%.*s", STR_ARG(g->id));
    return m;
}

/* --- the same of the hub, each in a unit that is kept, or lost as in a crash */

static void lose_or_keep(Run *r, Tx *tx, bool keep)
{
    (void)r;
    if (keep)
        CHECK(tx_commit(tx) == OK);
    else
        tx_end(tx);
}

/* A GET: the download there is, or a new one; posted when bytes are sent. */
static void get(Run *r, bool bytes, bool keep)
{
    int k = (int)pick(r, TICKETS);
    Cx *cx = &r->w->cx;
    TicketRow t = ticket_of(r->w, r->account, k);
    Day today = quota_today(cx);
    GrantRow g = {0};
    Tx tx CLEANUP(tx_end) = {0};
    CHECK(tx_begin(cx, &tx) == OK);
    Err e = grant_of_ticket(cx, &t, &today, &g);
    if (!e && bytes)
        CHECK(grant_post(cx, &g) == OK && grant_post(cx, &g) == OK);
    lose_or_keep(r, &tx, keep && !e);
    Model *m = live(r, k), was = {0};
    bool anew = !m || over(r, m), busy = m && anew && is_busy(r, m);
    if (m && anew && !busy) {
        was = *m;
        end(m);
    }
    CHECK(e == (busy ? E_UNAVAILABLE : anew ? reservation(r, k, t.max_downloads) : OK));
    CHECK(e || anew || str_eq(g.id, str_of(m->id)));
    CHECK(e || g.resume_until > cx->now); /* nothing is served after its time */
    if (m && anew && !busy && (e || !keep))
        *m = was;
    if (e || !keep)
        return;
    m = anew ? add(r, k, &g) : m;
    if (bytes)
        post(r, m);
}

static Model *any(Run *r)
{
    return r->n ? &r->grants[pick(r, r->n)] : NULL;
}

/* Some bytes of it reach the client; what is journalled may be older than what was before. */
static void cover(Run *r, bool keep)
{
    Model *m = any(r);
    if (!m)
        return;
    uint8_t bytes[ROOM];
    int64_t first = (int64_t)pick(r, (uint64_t)m->size), sum = 0;
    int64_t last = first + (int64_t)pick(r, (uint64_t)(m->size - first));
    memcpy(bytes, m->bytes, sizeof bytes);
    if (pick(r, 8) == 0)
        memset(bytes, 0, sizeof bytes); /* of a connection that knew nothing of the others */
    memset(bytes + first, 1, (size_t)(last - first + 1));
    for (int64_t i = 0; i < m->size; i++)
        sum += bytes[i];
    GrantCover cover = {sum, {(const char *)bytes, (size_t)m->size}, sum, 0, pick(r, 8) == 0};
    Tx tx CLEANUP(tx_end) = {0};
    CHECK(tx_begin(&r->w->cx, &tx) == OK);
    CHECK(grant_cover(&r->w->cx, str_of(m->id), &cover) == OK);
    lose_or_keep(r, &tx, keep);
    if (!keep || m->state != OPEN)
        return;
    m->failed = m->failed || cover.failed;
    if (sum < m->covered)
        return;
    memcpy(m->bytes, bytes, sizeof bytes);
    m->covered = sum;
    m->covered_at = now(r);
}

/* Something that ends it, also when it is over: once or not at all. */
static void finish(Run *r, bool keep)
{
    Model *m = any(r), copy = {0};
    uint64_t how = pick(r, 5);
    Cx *cx = &r->w->cx;
    if (!m)
        return;
    copy = *m;
    GrantRow g = {.id = str_of(m->id)};
    Tx tx CLEANUP(tx_end) = {0};
    CHECK(tx_begin(cx, &tx) == OK);
    for (int twice = 0; twice < 2; twice++)
        if (how < 2) {
            CHECK(grant_settle(cx, g.id) == OK);
            settle(&copy);
        } else if (how == 2) {
            CHECK(grant_void(cx, g.id) == OK);
            copy.state = copy.state == RESERVED ? VOID : copy.state;
        } else if (how == 3) {
            bool may = copy.state == SETTLED && !copy.refunded;
            CHECK(grant_refund(cx, g.id) == (may ? OK : E_CONFLICT));
            copy.refunded = copy.refunded || may;
        } else {
            CHECK(grant_post(cx, &g) == (copy.state <= OPEN ? OK : E_CONFLICT));
            post(r, &copy);
        }
    lose_or_keep(r, &tx, keep);
    if (keep)
        *m = copy;
}

static void revoke(Run *r)
{
    int k = (int)pick(r, TICKETS);
    Cx *cx = &r->w->cx;
    TicketRow t = ticket_of(r->w, r->account, k);
    Str secret = arena_fmt(cx->arena, STR_FMT "%d", STR_ARG(t.account), k), id = {0};
    Tx tx CLEANUP(tx_end) = {0};
    CHECK(tx_begin(cx, &tx) == OK);
    Err e = db_text(cx, SQL_TICKET_REVOKE, ARGS(V(cx->now), V(secret), V(t.account)), &id);
    CHECK(e == (r->revoked[k] ? E_NOT_FOUND : OK));
    if (!e)
        CHECK(grant_cut(cx, id) == OK);
    CHECK(tx_commit(&tx) == OK);
    Model *m = e ? NULL : live(r, k);
    if (m && m->state == RESERVED)
        m->state = VOID;
    else if (m && m->resume_until > now(r))
        m->resume_until = now(r);
    r->revoked[k] = true;
}

static void sweep(Run *r)
{
    CHECK(db_settle(&r->w->cx) == OK && grant_sweep(&r->w->cx) == OK);
    for (size_t i = 0; i < r->n; i++) {
        Model *m = &r->grants[i];
        if (m->state == RESERVED && m->start_by <= now(r))
            m->state = VOID;
        else if (m->resume_until <= now(r) && m->covered_at <= now(r) - 60000)
            settle(m);
    }
}

/* --- and now they are compared */

static bool same(const Counts *c, const Quota *q)
{
    return c->used_files == q->files.used && c->reserved_files == q->files.reserved &&
           c->used_bytes == q->bytes.used && c->reserved_bytes == q->bytes.reserved;
}

static void compare_day(const Run *r, int64_t day)
{
    Quota q = {0};
    Counts c = of_day(r, day);
    CHECK(quota_read(&r->w->cx, account_id(r->w, r->account), &(Day){day, 0}, &q) == OK);
    CHECK(same(&c, &q));
    CHECK(c.used_files + c.reserved_files <= FILES_A_DAY);
    CHECK(c.used_bytes + c.reserved_bytes <= BYTES_A_DAY);
}

static void compare(Run *r)
{
    Cx *cx = &r->w->cx;
    CHECK(db_settle(cx) == OK);
    for (size_t i = 0; i <= r->n; i++)
        compare_day(r, i < r->n ? r->grants[i].day : day_at(S("Asia/Jakarta"), now(r)).n);
    for (int k = 0; k < TICKETS; k++) {
        GrantRow g = {0};
        Str bitmap = {0};
        Model *m = live(r, k);
        Err e = grant_now(cx, ticket_of(r->w, r->account, k).id, &g);
        bool served = m && now(r) < m->resume_until && (m->state == OPEN || now(r) < m->start_by);
        CHECK(e == (served ? OK : E_NOT_FOUND));
        if (e || !served)
            continue;
        CHECK(grant_bitmap(cx, &g, &bitmap) == OK && g.covered_bytes == m->covered);
        CHECK(!bitmap.n || memcmp(bitmap.p, m->bytes, bitmap.n) == 0);
        CHECK(g.charged_files == (m->state == OPEN) && g.covered_bytes <= g.size_bytes);
    }
}

static void step(Run *r)
{
    bool keep = pick(r, 6) != 0;
    uint64_t what = pick(r, 16);
    if (what < 5)
        get(r, pick(r, 3) != 0, keep);
    else if (what < 9)
        cover(r, keep);
    else if (what < 11)
        finish(r, keep);
    else if (what == 11 && pick(r, 4) == 0)
        revoke(r);
    else if (what == 12)
        sweep(r);
    else if (what == 13)
        r->w->cx.now += (int64_t)pick(r, 5) * 600000;
    else if (what == 14)
        r->w->cx.now += (int64_t)pick(r, 4) * (DAY_MS / 2) - 3600000; /* may go back */
    else
        compare(r);
}

static void run_seed(World *w, uint64_t seed)
{
    static Run r;
    r = (Run){.w = w, .random = seed * 0x9E3779B97F4A7C15u | 1, .account = (int)(seed % ACCOUNTS)};
    w->cx.now = BASE + (int64_t)pick(&r, 12) * 7200000;
    for (int i = 0; i < STEPS && r.n < GRANTS; i++)
        step(&r);
    compare(&r);
    arena_reset(w->cx.arena);
}

TEST(the_ledger_agrees_with_its_model_whatever_happens)
{
    const char *count = getenv("HUB_SEEDS"), *one = getenv("HUB_SEED");
    uint64_t first = one ? strtoull(one, NULL, 10) : 0;
    uint64_t last = one ? first + 1 : count ? strtoull(count, NULL, 10) : SEEDS;
    int failed = test_failed;
    World *w = NULL;
    for (uint64_t seed = first; seed < last && failed == test_failed; seed++) {
        if (!w)
            w = world_open();
        run_seed(w, seed);
        if (failed != test_failed)
            printf("    seed %llu; HUB_SEED runs it alone\n", (unsigned long long)seed);
        if (seed % 100 == 99)
            world_again(w);
        if (seed % ACCOUNTS != ACCOUNTS - 1 && seed + 1 < last)
            continue;
        CHECK(ledger_check(&w->cx) == OK);
        if (w->cx.said[0] && failed != test_failed)
            printf("    %s\n", w->cx.said);
        world_close(w);
        w = NULL;
    }
    if (w)
        world_close(w);
}
