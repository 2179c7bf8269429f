/* What was sent to a playback: what counts, once each, by the first one's clock, in bounded memory.
 */
#include "streaming/watched.h"

#include "common/app.h"
#include "db/db.h"
#include "store.h"
#include "test.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

enum { SEGMENT_MS = 2000, SIZE = 1000, ENOUGH_MS = 10000, NOTHING_KEPT = -1, HELD = 1 << 16 };
#define NOW 1700000000000
#define ENCODE "e0000000000000000000000000"

typedef struct World {
    Cx cx;
    App app;
    Watched *book;
    Store store;
} World;

/* Of two accounts, "mine" with two playbacks and "theirs" with one; and one of another video. */
static const char rows[] =
    "INSERT INTO playback (id, video, encode, account, preview, created_at, updated_at) VALUES "
    "('p0000000000000000000000000', 'v', 'e', 'mine', 0, 0, 0),"
    "('p0000000000000000000000001', 'v', 'e', 'mine', 0, 0, 0),"
    "('p0000000000000000000000002', 'v', 'e', 'theirs', 0, 0, 0),"
    "('p0000000000000000000000003', 'other', 'e', 'mine', 0, 0, 0)";

static World *world_open(void)
{
    World *w = calloc(1, sizeof *w);
    if (!w)
        abort();
    w->cx = (Cx){.arena = arena_new(), .app = &w->app, .now = NOW};
    store_open(&w->store, &w->cx, "watched");
    store_put(&w->store, &w->cx, rows);
    w->book = watched_new(ENOUGH_MS);
    return w;
}

static void world_close(World *w)
{
    watched_free(w->book);
    store_close(&w->store, &w->cx);
    arena_free(w->cx.arena);
    unsetenv("HUB_NOW");
    free(w);
}

static void clock_at(int64_t ms)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)ms);
    setenv("HUB_NOW", text, 1);
}

/* An answer with `length` bytes from `from` on, of which the kernel took `taken` and the peer
 * did not acknowledge `unsent`. */
static void tell(World *w, int playback, int64_t n, int64_t from, int64_t length, int64_t taken,
                 int64_t unsent)
{
    char id[32];
    snprintf(id, sizeof id, "p%025d", playback);
    Delivery *d = watched_delivery(w->book, str_of(id), S(ENCODE), n, SIZE, SEGMENT_MS);
    CHECK(d);
    d->from = from;
    d->length = length;
    delivery_end(&d, taken, unsent);
}

static void sent(World *w, int playback, int64_t n)
{
    tell(w, playback, n, 0, SIZE, SIZE, 0);
}

/* What an account was sent of video v, of ENOUGH_MS that are asked; NOTHING_KEPT. */
static int64_t covered(World *w, const char *account, int64_t *first_at)
{
    WatchedRow row = {0};
    CHECK(watched_write(&w->cx, w->book) == OK);
    Err e = db_one(&w->cx, SQL_WATCHED_BEST,
                   ARGS(V(str_of(account)), V(S("v")), V((int64_t)0), V((int64_t)ENOUGH_MS)),
                   &WATCHED_ROW, &row);
    CHECK(e == OK || e == E_NOT_FOUND);
    if (first_at)
        *first_at = row.first_at;
    return e ? NOTHING_KEPT : row.covered_ms;
}

TEST(a_segment_counts_once_in_whatever_rendition_and_however_often)
{
    World *w = world_open();
    for (int again = 0; again < 3; again++) /* renditions of a segment have its number */
        for (int64_t n = 1; n <= 3; n++)
            sent(w, 0, n);
    CHECK(covered(w, "mine", NULL) == 3 * SEGMENT_MS);
    sent(w, 0, 2);
    CHECK(covered(w, "mine", NULL) == 3 * SEGMENT_MS);
    watched_free(w->book); /* another process knows of nothing */
    w->book = watched_new(ENOUGH_MS);
    sent(w, 0, 3);
    sent(w, 0, 4);
    CHECK(covered(w, "mine", NULL) == 4 * SEGMENT_MS);
    world_close(w);
}

TEST(a_part_of_a_segment_does_not_count)
{
    World *w = world_open();
    tell(w, 0, 1, 0, SIZE, SIZE - 1, 0); /* cut by us */
    tell(w, 0, 1, 0, SIZE, SIZE, 1);     /* by the peer */
    tell(w, 0, 1, 0, SIZE, 0, 0);        /* at once */
    tell(w, 0, 1, 0, SIZE - 1, SIZE - 1, 0);
    tell(w, 0, 1, 1, SIZE - 1, SIZE - 1, 0);
    tell(w, 0, 1, 0, 0, 0, 0); /* HEAD */
    for (int64_t at = 0; at < SIZE; at++)
        tell(w, 0, 1, at, 1, 1, 0); /* all of it, byte for byte */
    CHECK(covered(w, "mine", NULL) == NOTHING_KEPT);
    tell(w, 0, 1, 0, SIZE, SIZE, 0);
    CHECK(covered(w, "mine", NULL) == SEGMENT_MS);
    world_close(w);
}

TEST(what_is_no_segment_or_no_playback_is_not_counted)
{
    World *w = world_open();
    CHECK(!watched_delivery(w->book, S(""), S(ENCODE), 1, SIZE, SEGMENT_MS));
    CHECK(!watched_delivery(w->book, S("short"), S(ENCODE), 1, SIZE, SEGMENT_MS));
    CHECK(!watched_delivery(w->book, S("p0000000000000000000000000"), S(""), 1, SIZE, SEGMENT_MS));
    sent(w, 7, 1); /* of which the database knows nothing, or no more */
    sent(w, 0, 1);
    CHECK(covered(w, "mine", NULL) == SEGMENT_MS);
    world_close(w);
}

TEST(playbacks_are_not_added_whosever_they_are)
{
    World *w = world_open();
    sent(w, 0, 1);
    sent(w, 0, 2);
    sent(w, 1, 3);
    sent(w, 1, 4);
    sent(w, 1, 5);
    sent(w, 2, 6);
    for (int64_t n = 1; n <= 5; n++)
        sent(w, 3, n);
    CHECK(covered(w, "mine", NULL) == 3 * SEGMENT_MS);
    CHECK(covered(w, "theirs", NULL) == SEGMENT_MS);
    CHECK(covered(w, "nobody", NULL) == NOTHING_KEPT);
    world_close(w);
}

TEST(the_clock_is_that_of_the_first_segment_sent_whole)
{
    World *w = world_open();
    int64_t first = 0;
    clock_at(NOW);
    tell(w, 0, 1, 0, SIZE, SIZE, 1);
    clock_at(NOW + 1);
    sent(w, 0, 2);
    clock_at(NOW + 500);
    sent(w, 0, 1);
    sent(w, 0, 2);
    CHECK(covered(w, "mine", &first) == 2 * SEGMENT_MS && first == NOW + 1);
    clock_at(NOW + 9000);
    watched_free(w->book);
    w->book = watched_new(ENOUGH_MS);
    sent(w, 0, 2);
    CHECK(covered(w, "mine", &first) == 2 * SEGMENT_MS && first == NOW + 1);
    world_close(w);
}

TEST(of_playbacks_that_are_equally_far_the_one_that_is_done_first_is_told)
{
    World *w = world_open();
    int64_t first = 0;
    for (int p = 1; p >= 0; p--) {
        clock_at(NOW + 1000 * (1 - p));
        for (int64_t n = 1; n <= 5 + 15 * (1 - p); n++) /* more than enough is no further */
            sent(w, p, n);
    }
    CHECK(covered(w, "mine", &first) == ENOUGH_MS && first == NOW);
    world_close(w);
}

TEST(a_long_film_costs_no_more_than_the_longest_teaser)
{
    World *w = world_open();
    for (int64_t n = 1; n <= 3600; n++)
        sent(w, 0, n);
    CHECK(covered(w, "mine", NULL) == ENOUGH_MS);
    world_close(w);
}

TEST(segments_a_long_way_apart_are_each_counted)
{
    World *w = world_open();
    for (int64_t n = 7; n <= 7 + 4 * 256; n += 256)
        sent(w, 0, n);
    CHECK(covered(w, "mine", NULL) == ENOUGH_MS);
    world_close(w);
}

TEST(a_million_segments_before_the_next_writing_are_bounded_and_may_be_sent_again)
{
    World *w = world_open();
    for (int i = 0; i < HELD - 1; i++)
        sent(w, 1000 + i, 1);
    sent(w, 0, 1); /* the last there is room for */
    for (int i = 0; i < 1000000; i++)
        sent(w, 1000 + HELD + i % 200000, 1 + i / 200000);
    sent(w, 2, 1);
    CHECK(covered(w, "mine", NULL) == SEGMENT_MS);
    CHECK(covered(w, "theirs", NULL) == NOTHING_KEPT);
    sent(w, 2, 1); /* forgotten, not remembered as counted */
    CHECK(covered(w, "theirs", NULL) == SEGMENT_MS);
    world_close(w);
}
