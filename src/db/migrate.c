/* migrate.c - forward migrations: each in one transaction with its row in `migration`.
 *
 * A released migration never changes: its checksum is kept with it. Two processes may migrate at
 * once, each looks again under the write lock. Foreign keys are off while tables are rebuilt and
 * checked as a whole before COMMIT.
 */
#include "db/store.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/hash.h"

static const char table[] = "CREATE TABLE IF NOT EXISTS migration("
                            "number INTEGER PRIMARY KEY, name TEXT NOT NULL,"
                            " applied_at INTEGER NOT NULL, checksum TEXT NOT NULL)";

static Err lite_fail(Cx *cx, Conn *conn, const Migration *m, int rc)
{
    Err e = judge(conn, rc);
    return fail(cx, e == E_CONFLICT ? E_INTERNAL : e, "migration %d (%s): %s", m->number, m->name,
                sqlite3_errmsg(conn->lite));
}

static Err exec(Cx *cx, Conn *conn, const Migration *m, const char *text)
{
    int rc = sqlite3_exec(conn->lite, text, NULL, NULL, NULL);
    return rc ? lite_fail(cx, conn, m, rc) : OK;
}

/* The checksum of migration m as it was applied; empty when it was not. */
static Err applied_sum(Cx *cx, Conn *conn, const Migration *m, Str *sum)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(conn->lite, "SELECT checksum FROM migration WHERE number = ?1", -1,
                                &st, NULL);
    if (!rc)
        rc = sqlite3_bind_int(st, 1, m->number);
    if (!rc)
        rc = sqlite3_step(st);
    *sum = (Str){0};
    if (rc == SQLITE_ROW)
        *sum = arena_str(cx->arena, (Str){(const char *)sqlite3_column_text(st, 0),
                                          (size_t)sqlite3_column_bytes(st, 0)});
    sqlite3_finalize(st);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? OK : lite_fail(cx, conn, m, rc);
}

static Err note(Cx *cx, Conn *conn, const Migration *m, Str sum)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(conn->lite, "INSERT INTO migration VALUES (?1, ?2, ?3, ?4)", -1,
                                &st, NULL);
    if (!rc) {
        sqlite3_bind_int(st, 1, m->number);
        sqlite3_bind_text(st, 2, m->name, -1, SQLITE_STATIC);
        sqlite3_bind_int64(st, 3, clock_now());
        sqlite3_bind_text(st, 4, sum.p, (int)sum.n, SQLITE_STATIC);
        rc = sqlite3_step(st);
    }
    sqlite3_finalize(st);
    return rc == SQLITE_DONE ? OK : lite_fail(cx, conn, m, rc);
}

static Err check_references(Cx *cx, Conn *conn, const Migration *m)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(conn->lite, "PRAGMA foreign_key_check", -1, &st, NULL);
    if (!rc)
        rc = sqlite3_step(st);
    Err e = rc == SQLITE_DONE ? OK : lite_fail(cx, conn, m, rc);
    if (rc == SQLITE_ROW)
        e = fail(cx, E_INTERNAL, "migration %d (%s) leaves a row of %s that refers to none",
                 m->number, m->name, sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    return e;
}

static Err run(Cx *cx, Conn *conn, const Migration *m, Str sum)
{
    TRY(exec(cx, conn, m, m->text));
    crash_step("migration: statements done");
    if (!in_transaction(conn))
        return fail(cx, E_INTERNAL, "migration %d (%s) ends its own transaction", m->number,
                    m->name);
    TRY(note(cx, conn, m, sum));
    return check_references(cx, conn, m);
}

static Str sum_of(Cx *cx, const Migration *m)
{
    return sha256_hex(cx->arena, str_of(m->text));
}

/* *ran: the database had it, and had this one. Its table is there. */
static Err has_run(Cx *cx, Conn *conn, const Migration *m, bool *ran)
{
    Str had = {0};
    TRY(applied_sum(cx, conn, m, &had));
    if (had.n && !str_eq(had, sum_of(cx, m)))
        return fail(cx, E_CONFLICT, "migration %d (%s) is not the one this database had", m->number,
                    m->name);
    *ran = had.n > 0;
    return OK;
}

/* In a transaction. *did: it was not there and has now run. */
static Err apply(Cx *cx, Conn *conn, const Migration *m, bool *did)
{
    bool ran = false;
    TRY(exec(cx, conn, m, table));
    TRY(has_run(cx, conn, m, &ran));
    *did = !ran;
    return ran ? OK : run(cx, conn, m, sum_of(cx, m));
}

/* busy */
static Err one(Cx *cx, Db *db, const Migration *m, int *applied)
{
    bool did = false;
    Err e = batch_begin(db);
    if (e)
        return fail(cx, e, "migration %d (%s): the database is held by another process", m->number,
                    m->name);
    e = apply(cx, db->writer, m, &did);
    if (e)
        batch_doom(db, e);
    Err end = batch_end(db);
    if (!e && end)
        return fail(cx, end, "migration %d (%s) could not be kept", m->number, m->name);
    *applied += !e && did;
    return e;
}

/* busy; *out: the newest the database had, 0: it is new */
static Err refuse_newer(Cx *cx, Conn *conn, int newest, int *out)
{
    sqlite3_stmt *st = NULL;
    int had = 0;
    int rc = sqlite3_prepare_v2(conn->lite, "SELECT max(number) FROM migration", -1, &st, NULL);
    if (!rc && (rc = sqlite3_step(st)) == SQLITE_ROW)
        had = sqlite3_column_int(st, 0);
    sqlite3_finalize(st);
    Err e = (rc & 0xff) == SQLITE_ERROR ? OK : judge(conn, rc); /* no such table: a new database */
    if (e)
        return fail(cx, e, "the database cannot be read: %s", sqlite3_errstr(rc));
    if (had > newest)
        return fail(cx, E_CONFLICT,
                    "the database is newer (migration %d) than this program (migration %d)", had,
                    newest);
    *out = had;
    return OK;
}

/* busy; what has run is only looked at, so a start writes nothing */
static Err all(Cx *cx, Db *db, const Migration *list, size_t n, int *applied)
{
    int newest = 0;
    TRY(refuse_newer(cx, db->writer, n ? list[n - 1].number : 0, &newest));
    for (size_t i = 0; i < n; i++) {
        bool ran = false;
        if (list[i].number <= newest)
            TRY(has_run(cx, db->writer, &list[i], &ran));
        if (!ran)
            TRY(one(cx, db, &list[i], applied));
    }
    return OK;
}

Err migrate_with(Cx *cx, const Migration *list, size_t n, int *applied)
{
    Db *db = cx->conn->db;
    int done = 0;
    pthread_mutex_lock(&db->mu);
    while (db->busy || db->open) /* before serving: nobody is there for long */
        pthread_cond_wait(&db->free, &db->mu);
    db->busy = true;
    pthread_mutex_unlock(&db->mu);
    sqlite3_db_config(db->writer->lite, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
    Err e = all(cx, db, list, n, &done);
    sqlite3_db_config(db->writer->lite, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
    pthread_mutex_lock(&db->mu);
    writer_leave(db);
    pthread_mutex_unlock(&db->mu);
    if (!e)
        *applied = done;
    return e;
}

Err db_migrate(Cx *cx, int *applied)
{
    return migrate_with(cx, MIGRATIONS, MIGRATION_COUNT, applied);
}
