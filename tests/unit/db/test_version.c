/* db_version: held against SQLite's own answer, for commits of this and of other processes. */
#include "room.h"
#include "test.h"

#include "db/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int64_t pragma(sqlite3 *lite)
{
    sqlite3_stmt *st = NULL;
    int64_t n = 0;
    if (!sqlite3_prepare_v2(lite, "PRAGMA data_version", -1, &st, NULL) &&
        sqlite3_step(st) == SQLITE_ROW)
        n = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return n;
}

TEST(the_version_changes_with_every_commit_and_with_nothing_else)
{
    Room room CLEANUP(room_close) = room_open();
    Cx cx = room_cx(room.db);
    sqlite3 *other = NULL;
    CHECK(sqlite3_open(room.path, &other) == SQLITE_OK);
    unsigned seed = 1;
    uint32_t ours = db_version(cx.conn);
    int64_t theirs = pragma(other);
    for (int64_t i = 1; i < 300; i++) {
        int roll = rand_r(&seed) % 3;
        Str body = arena_fmt(cx.arena, "%d", (int)i);
        if (roll == 0) /* a commit */
            CHECK(room_note(&room.cx, i, body.p) == OK && db_settle(&room.cx) == OK);
        else if (roll == 1) /* a batch with nothing in it */
            CHECK(room_note(&room.cx, i, "bad") == E_CONFLICT && db_settle(&room.cx) == OK);
        else
            room_notes(&cx);
        uint32_t version = db_version(cx.conn);
        int64_t now = pragma(other);
        CHECK((version != ours) == (roll == 0) && (now != theirs) == (roll == 0));
        CHECK(db_version(cx.conn) == version);
        ours = version;
        theirs = now;
    }
    sqlite3_close(other);
    room_cx_end(&cx);
}

TEST(the_version_changes_with_a_commit_of_another_process)
{
    Room room CLEANUP(room_close) = room_open();
    room_stop(&room);
    int go[2], done[2];
    char byte = 0;
    CHECK(!pipe(go) && !pipe(done));
    fflush(stdout);
    pid_t child = fork();
    if (!child) {
        for (int64_t i = 1; read(go[0], &byte, 1) == 1 && byte; i++) {
            room_start(&room, &(DbConf){.turnstile = false});
            Str body = arena_fmt(room.cx.arena, "%d", (int)i);
            if (room_note(&room.cx, i, body.p) || db_settle(&room.cx))
                _exit(1);
            room_stop(&room);
            if (write(done[1], "x", 1) != 1)
                _exit(1);
        }
        _exit(0);
    }
    room_start(&room, NULL);
    uint32_t before = db_version(room.cx.conn);
    for (int64_t i = 1; i <= 20; i++) {
        CHECK(db_version(room.cx.conn) == before);
        CHECK(write(go[1], "x", 1) == 1 && read(done[0], &byte, 1) == 1);
        uint32_t after = db_version(room.cx.conn);
        CHECK(after != before && room_notes(&room.cx) == i);
        before = after;
    }
    CHECK(write(go[1], "", 1) == 1);
    int status = 1;
    waitpid(child, &status, 0);
    CHECK(status == 0);
    for (int i = 0; i < 2; i++) {
        close(go[i]);
        close(done[i]);
    }
}

typedef struct Watch {
    Db *db;
    atomic_bool stop;
    int64_t stale;
} Watch;

/* Once the version is the same before and after a count, a later count under it is the same. */
static void *watch(void *arg)
{
    Watch *w = arg;
    Cx cx = room_cx(w->db);
    uint32_t at = db_version(cx.conn);
    int64_t known = -1;
    while (!atomic_load(&w->stop)) {
        int64_t n = room_notes(&cx);
        uint32_t now = db_version(cx.conn);
        if (now == at) {
            w->stale += known >= 0 && known != n;
            known = n;
        } else {
            known = -1;
        }
        at = now;
    }
    room_cx_end(&cx);
    return NULL;
}

TEST(what_was_read_under_one_version_stays_true_under_it)
{
    Room room CLEANUP(room_close) = room_open();
    Watch watches[2];
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        watches[i] = (Watch){.db = room.db};
        pthread_create(&threads[i], NULL, watch, &watches[i]);
    }
    for (int64_t i = 1; i < 1500; i++) {
        Str body = arena_fmt(room.cx.arena, "%d", (int)i);
        CHECK(room_note(&room.cx, i, body.p) == OK && db_settle(&room.cx) == OK);
    }
    for (int i = 0; i < 2; i++) {
        atomic_store(&watches[i].stop, true);
        pthread_join(threads[i], NULL);
        CHECK(watches[i].stale == 0);
    }
}
