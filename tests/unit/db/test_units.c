/* Units in one batch: each alone to fail, all to become durable together, answers only then. */
#include "room.h"
#include "test.h"

#include "db/store.h"

#include <stdlib.h>
#include <unistd.h>

TEST(a_unit_taken_back_leaves_its_neighbours)
{
    Room room CLEANUP(room_close) = room_open();
    CHECK(room_note(&room.cx, 1, "one") == OK);
    CHECK(room_note(&room.cx, 1, "again") == E_CONFLICT);
    CHECK(room_note(&room.cx, 2, "two") == OK);
    {
        Tx tx CLEANUP(tx_end) = {0};
        CHECK(tx_begin(&room.cx, &tx) == OK);
        CHECK(db_run(&room.cx, SQL_NOTE_SAY, ARGS(V(S("abandoned"))), NULL) == E_CONFLICT);
        CHECK(db_run(&room.cx, SQL_NOTE_ADD, ARGS(V(3), V(S("abandoned"))), NULL) == OK);
    }
    CHECK(db_settle(&room.cx) == OK);
    CHECK(room_notes(&room.cx) == 2);
    DbStats s = db_stats(room.db);
    CHECK(s.units == 2 && s.refused == 0 && s.full == 0);
}

TEST(the_unit_reads_its_own_rows_and_another_connection_does_not)
{
    Room room CLEANUP(room_close) = room_open();
    Cx other = room_cx(room.db);
    Tx tx CLEANUP(tx_end) = {0};
    Str body = {0};
    CHECK(tx_begin(&room.cx, &tx) == OK);
    CHECK(db_run(&room.cx, SQL_NOTE_ADD, ARGS(V(1), V(S("mine"))), NULL) == OK);
    CHECK(db_text(&room.cx, SQL_NOTE_BODY, ARGS(V(1)), &body) == OK && str_eq(body, S("mine")));
    CHECK(room_notes(&other) == 0);
    CHECK(tx_commit(&tx) == OK && db_settle(&room.cx) == OK);
    CHECK(room_notes(&other) == 1);
    room_cx_end(&other);
}

typedef struct Parked {
    Cx *cx, *reader;
    atomic_int calls;
    int64_t seen; /* notes another connection saw when it was told */
    Err outcome;
} Parked;

static void on_ready(void *who)
{
    Parked *p = who;
    p->outcome = p->cx->ticket.outcome;
    p->seen = room_notes(p->reader);
    atomic_fetch_add(&p->calls, 1);
}

TEST(an_answer_is_parked_until_its_unit_is_durable_and_told_once)
{
    Room room CLEANUP(room_close) = room_open();
    Cx reader = room_cx(room.db), writer = room_cx(room.db), late = room_cx(room.db);
    Parked parked = {.cx = &writer, .reader = &reader, .seen = -1};
    Tx held CLEANUP(tx_end) = {0};
    Err outcome = E_INTERNAL;
    CHECK(db_answer(&writer, on_ready, &parked, &outcome) && outcome == OK); /* wrote nothing */
    pthread_mutex_lock(&room.db->mu);
    room.db->waiting++; /* somebody in sight keeps the batch open */
    pthread_mutex_unlock(&room.db->mu);
    CHECK(room_note(&writer, 1, "one") == OK);
    CHECK(tx_begin(&late, &held) == OK); /* and the writer is taken: no COMMIT now */
    CHECK(!db_answer(&writer, on_ready, &parked, &outcome));
    CHECK(atomic_load(&parked.calls) == 0 && room_notes(&reader) == 0);
    pthread_mutex_lock(&room.db->mu);
    room.db->waiting--;
    pthread_mutex_unlock(&room.db->mu);
    CHECK(tx_commit(&held) == OK && db_settle(&late) == OK);
    while (!atomic_load(&parked.calls))
        usleep(200);
    CHECK(parked.calls == 1 && parked.outcome == OK && parked.seen == 1);
    CHECK(db_settle(&writer) == OK && room_notes(&writer) == 1);
    CHECK(db_answer(&writer, on_ready, &parked, &outcome) && parked.calls == 1);
    CHECK(db_stats(room.db).batches == 1);
    room_cx_end(&reader);
    room_cx_end(&writer);
    room_cx_end(&late);
}

typedef struct Rival {
    Db *db;
    Sql statement;
    int64_t id;
    Err unit, settled, next;
} Rival;

/* A unit that runs its statement twice, whatever comes of the first. */
static void *rival(void *arg)
{
    Rival *r = arg;
    Cx cx = room_cx(r->db);
    Tx tx CLEANUP(tx_end) = {0};
    Err e = tx_begin(&cx, &tx);
    if (!e)
        e = db_run(&cx, r->statement, ARGS(V(1), V(S("x"))), NULL);
    r->next = db_run(&cx, SQL_NOTE_ADD, ARGS(V(r->id), V(S("y"))), NULL);
    r->unit = tx_commit(&tx);
    r->settled = db_settle(&cx);
    room_cx_end(&cx);
    (void)e;
    return NULL;
}

TEST(a_statement_that_ends_the_transaction_fails_the_batch_and_nothing_of_it_stays)
{
    Room room CLEANUP(room_close) = room_open();
    Rival bad = {.db = room.db, .statement = SQL_NOTE_END_ALL, .id = 9};
    pthread_t thread;
    Tx tx CLEANUP(tx_end) = {0};
    CHECK(tx_begin(&room.cx, &tx) == OK);
    CHECK(db_run(&room.cx, SQL_NOTE_ADD, ARGS(V(1), V(S("good"))), NULL) == OK);
    pthread_create(&thread, NULL, rival, &bad);
    room_wait_waiting(room.db, 1);
    CHECK(tx_commit(&tx) == OK); /* in the same batch as the bad one */
    pthread_join(thread, NULL);
    CHECK(bad.next != OK && bad.unit != OK && bad.settled == OK);
    Tx second CLEANUP(tx_end) = {0};
    CHECK(tx_begin(&room.cx, &second) != OK); /* the loss of the first is not hidden by another */
    CHECK(db_settle(&room.cx) != OK);
    CHECK(room_notes(&room.cx) == 0);
    CHECK(room_note(&room.cx, 1, "after") == OK && db_settle(&room.cx) == OK);
    CHECK(room_notes(&room.cx) == 1);
}

TEST(another_process_that_holds_the_store_refuses_us_and_then_lets_us_in)
{
    Room room CLEANUP(room_close) = room_open();
    sqlite3 *other = NULL;
    CHECK(sqlite3_open(room.path, &other) == SQLITE_OK);
    CHECK(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK);
    CHECK(room_note(&room.cx, 1, "one") == E_UNAVAILABLE);
    CHECK(strstr(room.cx.said, "another process"));
    CHECK(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL) == SQLITE_OK);
    CHECK(room_note(&room.cx, 1, "one") == OK && db_settle(&room.cx) == OK);
    CHECK(db_stats(room.db).refused == 1);
    sqlite3_close(other);
}

typedef struct Busy {
    Db *db;
    int64_t first;
    atomic_bool stop;
    int64_t done;
} Busy;

static void *keep_busy(void *arg)
{
    Busy *b = arg;
    Cx cx = room_cx(b->db);
    while (!atomic_load(&b->stop)) {
        arena_reset(cx.arena);
        Str body = arena_fmt(cx.arena, "%lld", (long long)(b->first + b->done));
        if (room_note(&cx, b->first + b->done, body.p) || db_settle(&cx))
            break;
        b->done++;
    }
    room_cx_end(&cx);
    return NULL;
}

TEST(a_command_line_gets_its_turn_beside_a_busy_server)
{
    enum { SERVERS = 4, UNITS = 50 };
    Room server CLEANUP(room_close) = room_open(), command = server;
    room_start(&command, &(DbConf){.turnstile = false});
    Busy busy[SERVERS];
    pthread_t threads[SERVERS];
    for (int i = 0; i < SERVERS; i++) {
        busy[i] = (Busy){.db = server.db, .first = 1000000 * (i + 1)};
        pthread_create(&threads[i], NULL, keep_busy, &busy[i]);
    }
    for (int64_t i = 0; i < UNITS; i++) {
        Str body = arena_fmt(command.cx.arena, "c%d", (int)i);
        CHECK(room_note(&command.cx, i, body.p) == OK && db_settle(&command.cx) == OK);
    }
    int64_t all = UNITS;
    for (int i = 0; i < SERVERS; i++) {
        atomic_store(&busy[i].stop, true);
        pthread_join(threads[i], NULL);
        all += busy[i].done;
    }
    CHECK(room_notes(&server.cx) == all && db_stats(server.db).refused == 0);
    room_stop(&command);
}

static void read_after_own_write(Room *room)
{
    if (room_note(&room->cx, 1, "one") == OK)
        room_notes(&room->cx);
}

static void write_outside_a_unit(Room *room)
{
    if (db_run(&room->cx, SQL_NOTE_ADD, ARGS(V(1), V(S("one"))), NULL))
        _exit(1);
}

static void unit_in_a_unit(Room *room)
{
    Tx one = {0}, two = {0};
    if (tx_begin(&room->cx, &one) || tx_begin(&room->cx, &two))
        _exit(1);
}

static void too_few_arguments(Room *room)
{
    int64_t n = 0;
    if (db_int(&room->cx, SQL_NOTE_BODY, NO_ARGS, &n))
        _exit(1);
}

static void close_with_a_connection_open(Room *room)
{
    db_close(room->db);
}

static void nothing_wrong(Room *room)
{
    if (room_note(&room->cx, 1, "one") || db_settle(&room->cx) || room_notes(&room->cx) != 1)
        abort();
}

TEST(misuse_stops_the_process)
{
    CHECK(room_aborts(read_after_own_write));
    CHECK(room_aborts(write_outside_a_unit));
    CHECK(room_aborts(unit_in_a_unit));
    CHECK(room_aborts(too_few_arguments));
    CHECK(room_aborts(close_with_a_connection_open));
    CHECK(!room_aborts(nothing_wrong));
}

TEST(closing_the_store_settles_what_is_open)
{
    Room room CLEANUP(room_close) = room_open();
    Cx cx = room_cx(room.db);
    CHECK(room_note(&cx, 1, "one") == OK);
    conn_close(cx.conn);
    room_stop(&room);
    CHECK(cx.ticket.state == TICKET_SETTLED && cx.ticket.outcome == OK);
    arena_free(cx.arena);
    room_start(&room, NULL);
    CHECK(room_notes(&room.cx) == 1);
}
