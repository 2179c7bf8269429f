/* Who gets which job next, on a migrated database. */
#include "base/clock.h"
#include "common/app.h"
#include "common/queue.h"
#include "store.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

enum { LEASE_MS = 60000 };

typedef struct World {
    Cx cx;
    App app;
    Store store;
} World;

static World *world_open(void)
{
    Arena *a = arena_new();
    World *w = arena_take(a, sizeof *w);
    w->cx = (Cx){.arena = a, .app = &w->app, .now = 1700000000000};
    store_open(&w->store, &w->cx, "queue");
    return w;
}

static void world_close(World *w)
{
    store_close(&w->store, &w->cx);
    arena_free(w->cx.arena);
}

static void add(World *w, JobNew job, int n)
{
    Tx tx CLEANUP(tx_end) = {0};
    job.kind = "toy";
    CHECK(tx_begin(&w->cx, &tx) == OK);
    for (int i = 0; i < n; i++)
        CHECK(queue_add(&w->cx, &job) == OK);
    CHECK(tx_commit(&tx) == OK && db_settle(&w->cx) == OK);
}

static bool leased(World *w, const char *worker, int64_t lease_ms, JobRow *job)
{
    Err e = queue_lease(&w->cx, str_of(worker), lease_ms, job);
    CHECK(e == OK || e == E_NOT_FOUND);
    return e == OK;
}

/* The first letters of the subjects of the next n jobs. */
static Str next(World *w, const char *worker, size_t n)
{
    char *said = arena_take(w->cx.arena, n + 1);
    JobRow job = {0};
    size_t got = 0;
    while (got < n && leased(w, worker, LEASE_MS, &job))
        said[got++] = job.subject.p[0];
    return (Str){said, got};
}

TEST(queue_owners_of_one_priority_take_turns)
{
    World *w = world_open();
    add(w, (JobNew){.subject = S("a"), .owner = S("ann"), .priority = JOB_URGENT}, 20);
    CHECK(str_eq(next(w, "w", 3), S("aaa")));
    add(w, (JobNew){.subject = S("b"), .owner = S("bob"), .priority = JOB_URGENT}, 3);
    CHECK(str_eq(next(w, "w", 8), S("bababaaa")));
    add(w, (JobNew){.subject = S("c"), .owner = S("cid"), .priority = JOB_URGENT}, 2);
    add(w, (JobNew){.subject = S("b"), .owner = S("bob"), .priority = JOB_URGENT}, 2);
    CHECK(str_eq(next(w, "w", 6), S("cbacba")));
    world_close(w);
}

TEST(queue_smaller_priorities_come_first_whoever_owns_them)
{
    World *w = world_open();
    add(w, (JobNew){.subject = S("n"), .owner = S("bob"), .priority = JOB_NORMAL}, 2);
    add(w, (JobNew){.subject = S("s"), .owner = S("ann"), .priority = JOB_SOON}, 2);
    add(w, (JobNew){.subject = S("l"), .priority = JOB_LATER}, 1);
    add(w, (JobNew){.subject = S("u"), .owner = S("ann"), .priority = JOB_URGENT}, 3);
    CHECK(str_eq(next(w, "w", 9), S("uuussnnl")));
    world_close(w);
}

TEST(queue_a_job_waits_for_its_time)
{
    World *w = world_open();
    int64_t later = clock_now() + 3600000;
    add(w, (JobNew){.subject = S("x"), .priority = JOB_URGENT, .run_at = later}, 3);
    add(w, (JobNew){.subject = S("d"), .priority = JOB_LATER}, 1);
    CHECK(str_eq(next(w, "w", 4), S("d")));
    world_close(w);
}

TEST(queue_a_worker_has_one_heavy_job_at_a_time)
{
    World *w = world_open();
    JobRow first = {0}, other = {0}, job = {0};
    add(w, (JobNew){.subject = S("h"), .owner = S("a"), .priority = JOB_NORMAL, .heavy = true}, 4);
    add(w, (JobNew){.subject = S("l"), .owner = S("a"), .priority = JOB_NORMAL}, 2);
    CHECK(leased(w, "one", LEASE_MS, &first) && str_eq(first.subject, S("h")));
    CHECK(str_eq(next(w, "one", 1), S("l")));
    CHECK(leased(w, "two", -1, &other) && str_eq(other.subject, S("h"))); /* expired at once */
    CHECK(leased(w, "two", LEASE_MS, &job) && str_eq(job.subject, S("h")));
    CHECK(str_eq(next(w, "one", 2), S("l")));
    CHECK(str_eq(next(w, "two", 1), S("")));
    CHECK(queue_release(&w->cx, &first, 0) == OK);
    CHECK(str_eq(next(w, "one", 2), S("h")));
    world_close(w);
}

TEST(queue_a_cancelled_job_is_nobodys)
{
    World *w = world_open();
    JobRow job = {0};
    bool held = false;
    add(w, (JobNew){.subject = S("x"), .priority = JOB_NORMAL}, 3);
    add(w, (JobNew){.subject = S("y"), .priority = JOB_NORMAL}, 1);
    CHECK(leased(w, "w", LEASE_MS, &job));
    CHECK(queue_held(&w->cx, &job, &held) == OK && held);
    Tx tx CLEANUP(tx_end) = {0};
    CHECK(tx_begin(&w->cx, &tx) == OK && queue_cancel(&w->cx, S("x")) == OK);
    CHECK(tx_commit(&tx) == OK && db_settle(&w->cx) == OK);
    CHECK(queue_held(&w->cx, &job, &held) == OK && !held);
    CHECK(queue_renew(&w->cx, &job, LEASE_MS) == E_CONFLICT);
    CHECK(str_eq(next(w, "w", 4), S("y")));
    world_close(w);
}
