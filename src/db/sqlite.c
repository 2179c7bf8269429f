#include "db/store.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Without mmap: it would save one copy of 4 KiB, but a bad disk or a cut file would then be a
 * SIGBUS of the whole hub instead of one E_UNAVAILABLE, and the map counts as memory of the
 * process. */
enum { READER_KIB = 1024, WRITER_KIB = 4096 };

_Noreturn void store_die(const char *why, int rc)
{
    log_say(LOG_ERROR, "store.stopped", LZ("because", why), LZ("code", sqlite3_errstr(rc)),
            LI("number", rc));
    abort();
}

static bool is_failed_sync(int rc)
{
    return rc == SQLITE_IOERR_FSYNC || rc == SQLITE_IOERR_DIR_FSYNC;
}

Err judge(const Conn *conn, int rc)
{
    if (is_failed_sync(rc))
        store_die("a sync failed: nobody knows what is on the disk", rc);
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return OK;
    case SQLITE_CONSTRAINT:
        return E_CONFLICT;
    case SQLITE_FULL:
        return E_FULL;
    case SQLITE_IOERR: /* the -shm file could not grow: a full disk by another name */
        return rc == SQLITE_IOERR_SHMSIZE ? E_FULL : E_UNAVAILABLE;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PROTOCOL:
        return E_UNAVAILABLE;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        if (conn->writes)
            store_die("the database is damaged: see `hub doctor`", rc);
        return E_INTERNAL;
    default:
        return E_INTERNAL;
    }
}

Err word(Conn *conn, Word w)
{
    static const char *const texts[WORD_COUNT] = {
        [WORD_BEGIN] = "BEGIN IMMEDIATE",       [WORD_COMMIT] = "COMMIT",
        [WORD_ROLLBACK] = "ROLLBACK",           [WORD_SAVEPOINT] = "SAVEPOINT unit",
        [WORD_RELEASE] = "RELEASE unit",        [WORD_ROLLBACK_TO] = "ROLLBACK TO unit",
        [WORD_VERSION] = "PRAGMA data_version",
    };
    sqlite3_stmt **st = &conn->words[w];
    int rc = SQLITE_OK;
    if (!*st)
        rc = sqlite3_prepare_v3(conn->lite, texts[w], -1, SQLITE_PREPARE_PERSISTENT, st, NULL);
    if (!rc)
        rc = sqlite3_step(*st);
    sqlite3_reset(*st);
    return judge(conn, rc);
}

static int on_wal(void *arg, sqlite3 *lite, const char *name, int pages)
{
    (void)lite, (void)name;
    Db *db = arg;
    db->wal_pages = pages;
    if (pages <= db->conf.wal_pages)
        db->checkpoint_at = 0; /* the log began anew */
    return SQLITE_OK;
}

static int exec(Conn *conn, const char *sql)
{
    return sqlite3_exec(conn->lite, sql, NULL, NULL, NULL);
}

/* WAL is asked for by the writer alone: it is kept in the file. Not every file system can. */
static int become_writer(Conn *conn)
{
    Db *db = conn->db;
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(conn->lite, "PRAGMA journal_mode=WAL", -1, &st, NULL);
    if (!rc && sqlite3_step(st) == SQLITE_ROW &&
        strcmp((const char *)sqlite3_column_text(st, 0), "wal") != 0)
        rc = SQLITE_CANTOPEN;
    int end = sqlite3_finalize(st);
    if (db->autocheckpoint)
        sqlite3_wal_autocheckpoint(conn->lite, db->conf.wal_pages);
    else
        sqlite3_wal_hook(conn->lite, on_wal, db);
    return rc ? rc : end;
}

static int configure(Conn *conn)
{
    static const int on[] = {SQLITE_DBCONFIG_DEFENSIVE};
    static const int off[] = {SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_DQS_DDL,
                              SQLITE_DBCONFIG_TRUSTED_SCHEMA};
    for (size_t i = 0; i < COUNT(on); i++)
        sqlite3_db_config(conn->lite, on[i], 1, NULL);
    for (size_t i = 0; i < COUNT(off); i++)
        sqlite3_db_config(conn->lite, off[i], 0, NULL);
    sqlite3_extended_result_codes(conn->lite, 1);
    sqlite3_busy_timeout(conn->lite, conn->db->conf.turnstile ? BUSY_MS : PATIENT_MS);
    char text[400];
    sqlite3_snprintf(sizeof text, text,
                     "PRAGMA synchronous=%s; PRAGMA wal_autocheckpoint=0; PRAGMA foreign_keys=ON;"
                     "PRAGMA cell_size_check=ON; PRAGMA secure_delete=%s; PRAGMA "
                     "temp_store=MEMORY; PRAGMA mmap_size=0;"
                     "PRAGMA cache_size=-%d; PRAGMA query_only=%s",
                     conn->db->nofsync ? "OFF" : "FULL", bug("keepbytes") ? "OFF" : "ON",
                     conn->writes ? WRITER_KIB : READER_KIB, conn->writes ? "OFF" : "ON");
    int rc = exec(conn, text);
    return rc || !conn->writes ? rc : become_writer(conn);
}

static void free_conn(Conn *conn)
{
    for (size_t i = 0; i < WORD_COUNT; i++)
        sqlite3_finalize(conn->words[i]);
    for (size_t i = 0; i < SQL_COUNT; i++) {
        sqlite3_finalize(conn->stmts[i].lite);
        free(conn->stmts[i].map);
    }
    sqlite3_close(conn->lite);
    free(conn);
}

/* As a URI: SQLite then looks for no log and takes no lock. The rest of the path is escaped. */
static char *frozen_name(const char *path)
{
    char *uri = malloc(strlen(path) * 3 + sizeof "file:?immutable=1"), *to = uri;
    if (!uri)
        abort();
    memcpy(to, "file:", 5);
    to += 5;
    for (const char *p = path; *p; p++) {
        bool plain = *p != '%' && *p != '?' && *p != '#';
        *to++ = plain ? *p : '%';
        if (!plain) {
            *to++ = "0123456789ABCDEF"[(unsigned char)*p >> 4];
            *to++ = "0123456789ABCDEF"[(unsigned char)*p & 15];
        }
    }
    memcpy(to, "?immutable=1", sizeof "?immutable=1");
    return uri;
}

static int open_file(const Db *db, bool writes, sqlite3 **out)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (writes ? SQLITE_OPEN_CREATE : 0);
    if (!db->conf.frozen)
        return sqlite3_open_v2(db->path, out, flags, NULL);
    char *uri = frozen_name(db->path);
    int rc = sqlite3_open_v2(uri, out, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI,
                             NULL);
    free(uri);
    return rc;
}

static int make_conn(Db *db, bool writes, Conn **out)
{
    Conn *conn = calloc(1, sizeof *conn);
    if (!conn)
        abort();
    *conn = (Conn){.db = db, .writes = writes};
    int rc = open_file(db, writes, &conn->lite);
    if (!rc)
        rc = configure(conn);
    if (rc)
        free_conn(conn);
    else
        *out = conn;
    return rc;
}

Conn *conn_open(Db *db)
{
    Conn *conn = NULL;
    int rc = make_conn(db, false, &conn);
    if (rc)
        store_die("a connection could not be opened", rc);
    atomic_fetch_add(&db->conns, 1);
    return conn;
}

void conn_close(Conn *conn)
{
    atomic_fetch_sub(&conn->db->conns, 1);
    free_conn(conn);
}

static void start_threads(Db *db)
{
    pthread_condattr_t mono;
    pthread_condattr_init(&mono);
    pthread_condattr_setclock(&mono, CLOCK_MONOTONIC);
    pthread_mutex_init(&db->mu, NULL);
    pthread_cond_init(&db->free, NULL);
    pthread_cond_init(&db->settled, NULL);
    pthread_cond_init(&db->work, &mono);
    pthread_condattr_destroy(&mono);
    if (pthread_create(&db->committer, NULL, batch_committer, db))
        abort();
}

static void free_db(Db *db)
{
    if (db->writer)
        free_conn(db->writer);
    gate_close(db->gate);
    reserve_close(db->reserve);
    free(db->path);
    free(db);
}

Err db_open(Cx *cx, const DbConf *conf, Db **out)
{
    /* else each allocation takes a lock of the whole process, to be counted for nobody */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    Db *db = calloc(1, sizeof *db);
    if (!db || !(db->path = strdup(conf->path)))
        abort();
    db->conf = *conf;
    db->conf.path = db->path;
    db->conf.batch_units = conf->batch_units > 0 ? conf->batch_units : 256;
    db->conf.batch_us = conf->batch_us > 0 ? conf->batch_us : 5000;
    db->conf.wal_pages = conf->wal_pages > 0 ? conf->wal_pages : 2000;
    db->early = bug("early-settle");
    db->nofsync = bug("nofsync");
    db->autocheckpoint = bug("autocheckpoint");
    int rc = make_conn(db, !conf->frozen, &db->writer);
    if (rc) {
        free_db(db);
        return fail(cx, E_UNAVAILABLE, "the database %s cannot be opened: %s", conf->path,
                    sqlite3_errstr(rc));
    }
    if (conf->frozen) {
        *out = db;
        return OK;
    }
    db->gate = gate_open(db->path, conf->turnstile);
    if (!db->gate) {
        free_db(db);
        return fail(cx, E_UNAVAILABLE, "%s-turn cannot be opened: %s", conf->path,
                    strerrordesc_np(errno));
    }
    db->reserve = reserve_open(db->path, conf->reserve);
    start_threads(db);
    *out = db;
    return OK;
}

void db_close(Db *db)
{
    assert(atomic_load(&db->conns) == 0);
    if (db->conf.frozen) {
        free_db(db);
        return;
    }
    pthread_mutex_lock(&db->mu);
    db->closing = true;
    pthread_cond_signal(&db->work);
    pthread_mutex_unlock(&db->mu);
    pthread_join(db->committer, NULL);
    pthread_mutex_destroy(&db->mu);
    pthread_cond_destroy(&db->free);
    pthread_cond_destroy(&db->work);
    pthread_cond_destroy(&db->settled);
    free_db(db);
}

DbStats db_stats(Db *db)
{
    pthread_mutex_lock(&db->mu);
    DbStats stats = db->stats;
    pthread_mutex_unlock(&db->mu);
    return stats;
}
