/* db.h - named statements and units of work; handlers are written once for SQLite and PostgreSQL.
 *
 * A unit is what must happen together: Tx tx CLEANUP(tx_end) = {0}; TRY(tx_begin(cx, &tx)); ...
 * return tx_commit(&tx). tx_commit says "will be durable with this ticket", not "is durable": the
 * ticket is part of the Cx, and whoever answers for the Cx calls db_answer before a byte leaves.
 * On SQLite a unit is a SAVEPOINT in the open batch of the one writer; COMMIT comes later, for all.
 * Invariant: no Ticket becomes settled-OK before the storage has synced its unit.
 *
 * In a unit: statements only. No blob, socket, sleep, lock, log of success or other unit; the
 * writer is everybody's. Files come before (put, then the row), their removal after (outbox).
 * After a unit: the Cx may not read until db_settle; what the answer needs is read inside the unit
 * (RETURNING, or db_one in it). Asserted, because only one of the engines would show the fresh row.
 *
 * SQLite as set up here trusts no schema: no trigger or view may touch a virtual table (full text
 * is kept by statements), and "x" is a name, never a text. Keep read transactions under 1 s, units
 * under 1 ms, bulk work in units of 500 rows.
 */
#ifndef HUB_DB_H
#define HUB_DB_H

#include "base/cx.h"
#include "base/shape.h"
#include "sql.h"

typedef struct Db Db;     /* the store; one per process; any thread */
typedef struct Conn Conn; /* one per thread: its reads */

typedef struct DbConf {
    const char *path; /* of the database file */
    int batch_units;  /* cap, 256 */
    int64_t batch_us; /* cap, 5,000; counted from the batch's BEGIN */
    int wal_pages;    /* checkpoint beyond this, 2,000; TRUNCATE beyond 16 times this */
    bool turnstile;   /* let other processes in between two batches (serve); else take the turnstile
                         for each unit (command line) */
    int64_t reserve;  /* bytes of the reserve file beside the database; 0: none */
    bool frozen; /* a copy that nobody changes: for reads alone, and no file is made beside it */
} DbConf;

typedef struct DbStats {
    int64_t batches, units; /* ended, with the units in them */
    int64_t refused;        /* units that could not begin: another process held the store */
    int64_t full;           /* batches lost to a full disk */
    int64_t wal_pages;      /* in the log now */
    int64_t stall_max_us;   /* the longest COMMIT */
} DbStats;

/* E_UNAVAILABLE when it cannot be opened, with the reason. The folder must be there. */
Err db_open(Cx *cx, const DbConf *conf, Db **out);
void db_close(Db *db); /* settles what is open; every Conn is closed before */
DbStats db_stats(Db *db);
/* What the log holds of pages that changed since goes: after the next batch, or the first one that
 * no reader is in the way of. Any thread. */
void db_shed(Db *db);
Conn *conn_open(Db *db); /* aborts when the store, which was open a moment ago, cannot be */
void conn_close(Conn *conn);

/* Forward migrations of sql/NNNN_name.sql that this database has not had, each in one transaction
 * with its row in `migration`. E_CONFLICT: the database is newer than this program. Before serving.
 */
Err db_migrate(Cx *cx, int *applied);
/* Prepares every statement of the program once; the name of the first bad one is in cx->said. */
Err db_prepare_all(Cx *cx);
/* A number that differs whenever a commit of any connection or process lies between two calls on
 * one Conn; cheap enough for every request. */
uint32_t db_version(Conn *conn);
/* The whole database as it is now, in a new file at `path`, synced; others read and write on
 * meanwhile, but the log beside it only grows until the copy is done. told(who, pages, of all)
 * comes each few megabytes; may be NULL. E_FULL, E_UNAVAILABLE: what is at `path` is rubbish. */
Err db_copy(Cx *cx, const char *path, void (*told)(void *who, int64_t done, int64_t all),
            void *who);
/* PRAGMA integrity_check and foreign_key_check, for `hub doctor`: OK or the first finding. */
Err db_check(Cx *cx);

typedef struct Tx {
    Cx *cx;
} Tx;
/* May wait for one COMMIT. E_UNAVAILABLE: another process holds the store for over 1 s. */
Err tx_begin(Cx *cx, Tx *tx);
Err tx_commit(Tx *tx);
void tx_end(Tx *tx); /* takes back this unit alone when it was not committed */

/* True: the outcome is known (and OK when the Cx wrote nothing), answer now. False: the answer is
 * parked, ready(who) comes once, on the store's thread, and must only hand over (eventfd). To be
 * asked when the work failed, too: an earlier unit of it may still be open, and the Cx must outlive
 * that. After ready, cx->ticket.outcome tells at once, and db_settle also says the sentence. */
bool db_answer(Cx *cx, void (*ready)(void *), void *who, Err *outcome);
Err db_settle(
    Cx *cx); /* waits; for jobs, tests and the command line. Then the Cx may read and write again */

typedef struct Val {
    enum { VAL_NULL, VAL_STR, VAL_INT, VAL_NUM } is;
    union {
        Str s;
        int64_t i;
        double d;
    };
} Val;

static inline Val val_str(Str s)
{
    return (Val){.is = VAL_STR, .s = s};
}
static inline Val val_int(int64_t i)
{
    return (Val){.is = VAL_INT, .i = i};
}
static inline Val val_null(void)
{
    return (Val){0};
}
/* NULL for an empty text. */
static inline Val val_opt(Str s)
{
    return s.n ? val_str(s) : val_null();
}

#define V(x) _Generic((x), Str : val_str, int64_t : val_int, int : val_int, bool : val_int)(x)
#define ARGS(...) (const Val[]){__VA_ARGS__}, COUNT(((const Val[]){__VA_ARGS__}))
#define NO_ARGS NULL, 0

/* A struct's field as SQL keeps it: NULL when it is not there, enums by name, lists and objects as
 * JSON. No such column is a bug. */
Val val_field(Cx *cx, const Shape *shape, const char *column, const void *from);

/* On the unit when one is open, else a read (a write outside a unit is a bug).
 * db_run: a statement whose rows, if any, are not wanted; *changed may be NULL. E_CONFLICT: a
 * constraint. */
Err db_run(Cx *cx, Sql id, const Val *args, size_t n, int64_t *changed);
/* Exactly one row into a struct of `shape`; E_NOT_FOUND when there is none. Text is copied into
 * cx->arena. */
Err db_one(Cx *cx, Sql id, const Val *args, size_t n, const Shape *shape, void *out);
/* All rows, into an `XList`; the statement bounds them. */
Err db_list(Cx *cx, Sql id, const Val *args, size_t n, const Shape *shape, void *list);
/* The first column of the first row; E_NOT_FOUND when there is none. NULL reads as 0 and as {0}. */
Err db_int(Cx *cx, Sql id, const Val *args, size_t n, int64_t *out);
Err db_text(Cx *cx, Sql id, const Val *args, size_t n, Str *out);

#endif
