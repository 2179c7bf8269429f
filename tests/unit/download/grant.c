/* What a model of counters does not say: events, coverage after a restart, who pays for a failure.
 */
#include "world.h"

#include <sqlite3.h>
#include <string.h>

static int64_t count(World *w, const char *sql)
{
    sqlite3 *lite = NULL;
    sqlite3_stmt *st = NULL;
    CHECK(db_settle(&w->cx) == OK && sqlite3_open(w->store.path, &lite) == SQLITE_OK);
    CHECK(sqlite3_prepare_v2(lite, sql, -1, &st, NULL) == SQLITE_OK);
    CHECK(sqlite3_step(st) == SQLITE_ROW);
    int64_t n = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(lite);
    return n;
}

static GrantRow begun(World *w, int k)
{
    GrantRow g = {0};
    TicketRow t = ticket_of(w, 2, k);
    Day today = quota_today(&w->cx);
    Tx tx CLEANUP(tx_end) = {0};
    CHECK(tx_begin(&w->cx, &tx) == OK);
    CHECK(grant_of_ticket(&w->cx, &t, &today, &g) == OK && grant_post(&w->cx, &g) == OK);
    CHECK(tx_commit(&tx) == OK && db_settle(&w->cx) == OK);
    return g;
}

static void cover_or_fail(World *w, const GrantRow *g, int64_t bytes, bool failed)
{
    Tx tx CLEANUP(tx_end) = {0};
    CHECK(tx_begin(&w->cx, &tx) == OK);
    CHECK(grant_cover(&w->cx, g->id, &(GrantCover){bytes, S("\001\377"), bytes * 2, 7, failed}) ==
          OK);
    CHECK(tx_commit(&tx) == OK && db_settle(&w->cx) == OK);
}

static void cover(World *w, const GrantRow *g, int64_t bytes)
{
    cover_or_fail(w, g, bytes, false);
}

TEST(a_download_tells_once_that_it_was_granted_and_that_it_is_complete)
{
    World *w = world_open();
    GrantRow g = begun(w, 0);
    const char *granted = "SELECT count(*) FROM outbox WHERE topic = 'download.granted'";
    const char *complete = "SELECT count(*) FROM outbox WHERE topic = 'download.completed'";
    CHECK(count(w, granted) == 1);
    cover(w, &g, 99);
    CHECK(count(w, complete) == 0);
    cover(w, &g, 100);
    cover(w, &g, 100);
    CHECK(count(w, complete) == 1 && count(w, granted) == 1);
    CHECK(count(w, "SELECT count(*) FROM outbox WHERE payload LIKE '%\"subject\":\"2\"%'") == 2);
    world_close(w);
}

TEST(a_download_goes_on_where_its_journal_was_after_a_restart)
{
    World *w = world_open();
    GrantRow g = begun(w, 0), again = {0};
    Str bitmap = {0};
    cover(w, &g, 40);
    world_again(w);
    CHECK(grant_now(&w->cx, g.ticket, &again) == OK && str_eq(again.id, g.id));
    CHECK(grant_bitmap(&w->cx, &again, &bitmap) == OK && str_eq(bitmap, S("\001\377")));
    CHECK(again.covered_bytes == 40 && again.sent_bytes == 80 && again.sent_since == 7);
    world_close(w);
}

/* Of a file of 400 bytes, with a failure of ours on the way or without. */
static void settled(int64_t covered, bool ours, int64_t files)
{
    World *w = world_open();
    GrantRow g = begun(w, 3);
    Quota q = {0};
    Day today = quota_today(&w->cx);
    cover_or_fail(w, &g, covered / 2, ours);
    cover(w, &g, covered);
    Tx tx CLEANUP(tx_end) = {0};
    CHECK(tx_begin(&w->cx, &tx) == OK && grant_settle(&w->cx, g.id) == OK);
    CHECK(tx_commit(&tx) == OK && db_settle(&w->cx) == OK);
    CHECK(quota_read(&w->cx, g.account, &today, &q) == OK);
    CHECK(q.files.used == files && q.bytes.used == covered);
    world_close(w);
}

TEST(the_file_comes_back_below_one_percent_or_when_the_failure_was_ours)
{
    settled(0, false, 0);
    settled(3, false, 0);
    settled(4, false, 1);
    settled(399, false, 1);
    settled(399, true, 0);
    settled(400, true, 1); /* made good */
}

static bool refused(World *w, const Day *today, Err why)
{
    Err e = grant_refused(&w->cx, account_id(w, 2), S("f0"), today, why);
    return e == why && db_settle(&w->cx) == OK;
}

TEST(a_refusal_is_told_once_a_day_and_reason)
{
    World *w = world_open();
    Day today = quota_today(&w->cx);
    for (int i = 0; i < 3; i++)
        CHECK(refused(w, &today, E_QUOTA));
    today.n++;
    CHECK(refused(w, &today, E_QUOTA));
    CHECK(count(w, "SELECT count(*) FROM outbox WHERE topic = 'download.refused'") == 2);
    CHECK(refused(w, &today, E_TEASER));
    CHECK(count(w, "SELECT count(*) FROM outbox WHERE payload LIKE '%teaser-required%'") == 1);
    CHECK(refused(w, &today, E_NOT_FOUND));
    CHECK(refused(w, &today, OK));
    CHECK(count(w, "SELECT count(*) FROM outbox WHERE topic = 'download.refused'") == 3);
    world_close(w);
}
