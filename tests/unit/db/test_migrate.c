/* Forward migrations: once, in order, whole, and never those of another program. */
#include "room.h"
#include "test.h"

#include "db/store.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const Migration one = {1, "one", "CREATE TABLE a(n INTEGER PRIMARY KEY);"};
static const Migration two = {2, "two",
                              "CREATE TABLE b(n INTEGER PRIMARY KEY REFERENCES a(n));"
                              "INSERT INTO a VALUES (7); -- with rows\n"
                              "INSERT INTO b VALUES (7);"};

/* The number the query answers; -1 when it cannot be asked. */
static int64_t asked(Room *room, const char *sql)
{
    sqlite3 *lite = NULL;
    sqlite3_stmt *st = NULL;
    int64_t n = -1;
    if (!sqlite3_open(room->path, &lite) && !sqlite3_prepare_v2(lite, sql, -1, &st, NULL) &&
        sqlite3_step(st) == SQLITE_ROW)
        n = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(lite);
    return n;
}

TEST(migrations_run_once_and_in_order)
{
    Room room CLEANUP(room_close) = room_empty();
    room_start(&room, NULL);
    int applied = 0;
    CHECK(migrate_with(&room.cx, (const Migration[]){one}, 1, &applied) == OK && applied == 1);
    CHECK(migrate_with(&room.cx, (const Migration[]){one, two}, 2, &applied) == OK && applied == 1);
    CHECK(migrate_with(&room.cx, (const Migration[]){one, two}, 2, &applied) == OK && applied == 0);
    CHECK(asked(&room, "SELECT count(*) FROM migration WHERE length(checksum) = 64 AND name <> ''"
                       " AND applied_at > 1600000000000") == 2);
    CHECK(asked(&room, "SELECT n FROM b") == 7);
}

TEST(a_newer_database_and_a_changed_migration_are_refused)
{
    Room room CLEANUP(room_close) = room_empty();
    room_start(&room, NULL);
    int applied = 99;
    CHECK(migrate_with(&room.cx, (const Migration[]){one, two}, 2, &applied) == OK);
    CHECK(migrate_with(&room.cx, (const Migration[]){one}, 1, &applied) == E_CONFLICT);
    CHECK(strstr(room.cx.said, "newer (migration 2)"));
    Migration changed = {1, "one", "CREATE TABLE a(n INTEGER PRIMARY KEY );"};
    CHECK(migrate_with(&room.cx, (const Migration[]){changed, two}, 2, &applied) == E_CONFLICT);
    CHECK(strstr(room.cx.said, "migration 1 (one)") && applied == 2);
}

static const struct {
    const char *name, *text;
} bad[] = {
    {"no SQL", "CREATE TABLE c(n); CREATE TALBE d(n);"},
    {"ends its transaction", "CREATE TABLE c(n); ROLLBACK;"},
    {"leaves a reference to nothing", "CREATE TABLE c(n); INSERT INTO b VALUES (8);"},
    {"breaks a constraint", "CREATE TABLE c(n); INSERT INTO a VALUES (7);"},
};

TEST(a_migration_that_fails_leaves_nothing)
{
    Room room CLEANUP(room_close) = room_empty();
    room_start(&room, NULL);
    int applied = 0;
    CHECK(migrate_with(&room.cx, (const Migration[]){one, two}, 2, &applied) == OK);
    for (size_t i = 0; i < COUNT(bad); i++) {
        test_case = bad[i].name;
        Migration three = {3, "three", bad[i].text};
        Err e = migrate_with(&room.cx, (const Migration[]){one, two, three}, 3, &applied);
        CHECK(e == E_INTERNAL && strstr(room.cx.said, "migration 3 (three)"));
        CHECK(asked(&room, "SELECT count(*) FROM c") == -1);
        CHECK(asked(&room, "SELECT max(number) FROM migration") == 2);
    }
    Tx tx CLEANUP(tx_end) = {0};
    CHECK(tx_begin(&room.cx, &tx) == OK); /* the store still takes units afterwards */
}

/* Run by the next test in a process of its own, whose steps are counted from its start. */
TEST(migrate_the_store_that_the_environment_names)
{
    const char *path = getenv("HUB_TEST_STORE");
    if (!path)
        return;
    Room room = {0};
    int applied = 0;
    snprintf(room.path, sizeof room.path, "%s", path);
    room_start(&room, NULL);
    Err e = migrate_with(&room.cx, (const Migration[]){one, two}, 2, &applied);
    _exit(e ? 1 : 0);
}

/* The exit code of a process that migrates and ends at its n-th step. */
static int migrate_until(const Room *room, int n)
{
    fflush(stdout);
    pid_t child = fork();
    if (!child) {
        char number[16];
        snprintf(number, sizeof number, "%d", n);
        setenv("HUB_CRASH_AT", number, 1);
        setenv("HUB_TEST_STORE", room->path, 1);
        fclose(stderr);
        execl("/proc/self/exe", "db_test", "migrate_the_store_that_the_environment_names", NULL);
        _exit(127);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(a_process_that_ends_in_a_migration_leaves_it_whole_or_not_begun)
{
    int code = -1, steps = 0;
    for (int n = 1; n < 50 && code; n++) {
        Room room CLEANUP(room_close) = room_empty();
        int applied = 0;
        code = migrate_until(&room, n);
        CHECK(code == 70 || code == 0);
        steps += code == 70;
        int64_t had = asked(&room, "SELECT max(number) FROM migration");
        CHECK((asked(&room, "SELECT count(*) FROM a") >= 0) == (had >= 1));
        CHECK((asked(&room, "SELECT count(*) FROM b") >= 0) == (had >= 2));
        room_start(&room, NULL);
        CHECK(migrate_with(&room.cx, (const Migration[]){one, two}, 2, &applied) == OK);
        CHECK(applied == 2 - (had < 0 ? 0 : (int)had));
    }
    CHECK(steps == 6 && code == 0); /* three steps a migration */
}

TEST(every_statement_is_prepared_once_and_a_bad_one_named)
{
    Room room CLEANUP(room_close) = room_empty();
    room_start(&room, NULL);
    int applied = 0;
    CHECK(db_prepare_all(&room.cx) == E_INTERNAL && strstr(room.cx.said, "NOTE_ADD"));
    CHECK(db_migrate(&room.cx, &applied) == OK && applied == MIGRATION_COUNT);
    CHECK(db_prepare_all(&room.cx) == OK);
}

static void spoil(Room *room, const char *sql)
{
    sqlite3 *lite = NULL;
    if (sqlite3_open(room->path, &lite) || sqlite3_exec(lite, sql, NULL, NULL, NULL))
        abort();
    sqlite3_close(lite);
}

TEST(the_check_finds_damage_and_rows_that_refer_to_none)
{
    Room room CLEANUP(room_close) = room_open();
    CHECK(room_note(&room.cx, 1, "one") == OK && db_settle(&room.cx) == OK);
    CHECK(db_check(&room.cx) == OK);
    spoil(&room, "INSERT INTO child(note) VALUES (5)");
    CHECK(db_check(&room.cx) == E_INTERNAL && strstr(room.cx.said, "child"));
    spoil(&room, "DELETE FROM child; PRAGMA writable_schema=ON;"
                 "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema"
                 " WHERE name = 'thing') WHERE name = 'item'");
    room_stop(&room);
    room_start(&room, NULL);
    CHECK(db_check(&room.cx) == E_INTERNAL && strstr(room.cx.said, "damaged"));
}

TEST(a_store_that_cannot_be_opened_says_why)
{
    Room room CLEANUP(room_close) = room_empty();
    Cx cx = {.arena = arena_new()};
    Db *db = NULL;
    CHECK(db_open(&cx, &(DbConf){.path = "/nowhere/at/all/hub.db"}, &db) == E_UNAVAILABLE && !db);
    CHECK(strstr(cx.said, "/nowhere/at/all/hub.db"));
    FILE *f = fopen(room.path, "w");
    for (int i = 0; f && i < 1000; i++)
        fputs("this is no database\n", f);
    fclose(f);
    CHECK(db_open(&cx, &(DbConf){.path = room.path}, &db) == E_UNAVAILABLE && !db);
    CHECK(strstr(cx.said, "not a database"));
    arena_free(cx.arena);
}
