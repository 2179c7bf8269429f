/* store.h - what the files of db/ share: the store, its connections, its one writer.
 *
 * Inside db/ only. Two locks guard a Db. `mu` is held for a few instructions. `busy` is a flag
 * under `mu` that says somebody has the writer: a unit, the COMMIT, a checkpoint or a migration;
 * whoever set it alone may touch the writer connection and the fields marked busy. Invariant: a
 * Ticket is settled under `mu`, before anybody can enter the next batch.
 */
#ifndef HUB_STORE_H
#define HUB_STORE_H

#include "db/db.h"
#include "db/gate.h"
#include "db/reserve.h"
#include "db/shape_row.h"

#include <pthread.h>
#include <sqlite3.h>

enum { INDEX_WORDS = 12 };
enum { BUSY_MS = 1000, PATIENT_MS = 5000 }; /* all workers may stand behind a server's writer */

/* The few statements that are the store's own. */
typedef enum Word {
    WORD_BEGIN,
    WORD_COMMIT,
    WORD_ROLLBACK,
    WORD_SAVEPOINT,
    WORD_RELEASE,
    WORD_ROLLBACK_TO,
    WORD_VERSION,
    WORD_COUNT
} Word;

typedef struct Stmt {
    sqlite3_stmt *lite;
    RowMap *map; /* its columns in the shape it was last read into */
} Stmt;

struct Conn {
    Db *db;
    sqlite3 *lite;
    bool writes; /* the one writer */
    sqlite3_stmt *words[WORD_COUNT];
    const uint32_t *index; /* the head of the wal-index, once found; version.c */
    bool index_sought;
    uint32_t index_seen[INDEX_WORDS], version;
    Stmt stmts[SQL_COUNT];
};

struct Db {
    DbConf conf;
    char *path;
    bool early, nofsync, autocheckpoint; /* bug switches, asked once */
    Conn *writer;                        /* busy */
    Gate *gate;                          /* busy */
    Reserve *reserve;                    /* the committer's */
    int wal_pages, checkpoint_at;        /* busy */
    atomic_bool shed;                    /* the log is to be emptied soon; db_shed */
    Err doomed;                          /* busy: the open batch cannot be committed */
    atomic_int conns;
    pthread_mutex_t mu;
    pthread_cond_t free, work, settled;
    pthread_t committer;
    /* all below: mu */
    bool busy; /* the writer is taken */
    bool open; /* BEGIN has been run: the write lock of the file is ours */
    bool closing;
    int waiting, units;
    uint64_t refusals; /* times the writer could not be opened: who waited as long gives up too */
    int64_t opened_us;
    Ticket *tickets;
    DbStats stats;
};

/* sqlite.c. A code of SQLite as an Err. A failed sync, or damage seen by the writer, ends the
 * process: nobody knows what is on the disk then, and asking again may say yes. */
Err judge(const Conn *conn, int rc);
_Noreturn void store_die(const char *why, int rc);
Err word(Conn *conn, Word w);
static inline bool in_transaction(const Conn *conn)
{
    return !sqlite3_get_autocommit(conn->lite);
}

/* batch.c */
Err batch_begin(Db *db);         /* busy, and no batch is open */
Err batch_end(Db *db);           /* busy: COMMIT, or ROLLBACK when it is doomed */
bool batch_due(const Db *db);    /* mu */
void batch_doom(Db *db, Err e);  /* busy; the first reason stays */
void writer_leave(Db *db);       /* mu: gives busy up and wakes whose turn it is */
bool writer_enter(Db *db);       /* mu: waits for busy; false: another process holds the store */
void writer_refuse(Db *db);      /* mu: gives busy up, and those who wait are refused with us */
Err lost_words(Cx *cx, Err e);   /* the sentence of an outcome; OK has none */
void *batch_committer(void *db); /* the thread */

/* migrate.c */
Err migrate_with(Cx *cx, const Migration *list, size_t n, int *applied);

#endif
