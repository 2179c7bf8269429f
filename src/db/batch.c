/* batch.c - many units, one COMMIT, one sync.
 *
 * A batch begins with the first unit that finds none open and ends when nobody waits for the
 * writer, or at a cap. The committer thread ends it, settles the tickets, and only then looks after
 * the log: beside a busy writer a checkpoint of another thread never reaches the end of it, and
 * SQLite's own hides a failed sync.
 */
#include "db/store.h"

#include "base/clock.h"
#include "base/fault.h"

#include <time.h>

enum { IDLE_US = 1000000, SOON_US = 50, TRUNCATE_TIMES = 16 };

Err batch_begin(Db *db)
{
    if (!gate_enter(db->gate, db->conf.turnstile ? BUSY_MS : PATIENT_MS))
        return E_UNAVAILABLE;
    Err e = word(db->writer, WORD_BEGIN);
    if (e)
        gate_leave(db->gate);
    return e;
}

Err batch_end(Db *db)
{
    Err e = db->doomed;
    crash_step("store: before COMMIT");
    if (!e)
        e = word(db->writer, WORD_COMMIT);
    crash_step("store: after COMMIT");
    if (e && in_transaction(db->writer) && word(db->writer, WORD_ROLLBACK))
        store_die("a transaction could not be taken back", SQLITE_IOERR);
    if (!db->conf.turnstile)
        gate_leave(db->gate);
    db->doomed = OK;
    return e;
}

void batch_doom(Db *db, Err e)
{
    if (!db->doomed)
        db->doomed = e;
}

bool batch_due(const Db *db)
{
    return db->open &&
           (!db->waiting || db->doomed || db->closing || db->units >= db->conf.batch_units ||
            clock_mono_us() - db->opened_us >= db->conf.batch_us);
}

void writer_leave(Db *db)
{
    db->busy = false;
    if (batch_due(db) || !db->waiting)
        pthread_cond_signal(&db->work);
    else
        pthread_cond_signal(&db->free);
}

bool writer_enter(Db *db)
{
    uint64_t refusals = db->refusals;
    db->waiting++;
    while ((db->busy || batch_due(db)) && refusals == db->refusals) {
        if (!db->busy) /* came due by the clock while nobody was in */
            pthread_cond_signal(&db->work);
        pthread_cond_wait(&db->free, &db->mu);
    }
    db->waiting--;
    if (refusals != db->refusals) {
        db->stats.refused++;
        return false;
    }
    db->busy = true;
    return true;
}

void writer_refuse(Db *db)
{
    db->refusals++;
    db->stats.refused++;
    writer_leave(db);
    pthread_cond_broadcast(&db->free);
}

/* mu; released around ready(). The states of all are set before it is: who enters next sees them.
 */
static void settle(Db *db, Ticket *list, Err e)
{
    Ticket *call = NULL;
    for (Ticket *t = list, *next; t; t = next) {
        next = t->next;
        t->outcome = e;
        t->next = call;
        call = t->ready ? t : call;
        t->state = TICKET_SETTLED;
    }
    pthread_cond_broadcast(&db->settled);
    pthread_mutex_unlock(&db->mu);
    for (Ticket *t = call, *next; t; t = next) {
        next = t->next; /* ready may end the Cx */
        t->ready(t->who);
    }
    pthread_mutex_lock(&db->mu);
}

/* busy. PASSIVE waits for no reader; TRUNCATE gives the room of an overgrown log back, if none is
 * there. */
static void checkpoint(Db *db)
{
    sqlite3 *lite = db->writer->lite;
    int log = 0, done = 0;
    int rc = sqlite3_wal_checkpoint_v2(lite, NULL, SQLITE_CHECKPOINT_PASSIVE, &log, &done);
    (void)judge(db->writer, rc);                  /* ends at a failed sync; else the log goes on */
    db->checkpoint_at = log + db->conf.wal_pages; /* a reader holds the log: not every time */
    bool shed = atomic_exchange(&db->shed, false);
    if (rc && shed)
        db->shed = true;
    if (rc || (!shed && (log != done || log < TRUNCATE_TIMES * db->conf.wal_pages)))
        return;
    sqlite3_busy_timeout(lite, 0);
    rc = sqlite3_wal_checkpoint_v2(lite, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(lite, db->conf.turnstile ? BUSY_MS : PATIENT_MS);
    if (shed && rc)
        db->shed = true;
    (void)judge(db->writer, rc);
}

void db_shed(Db *db)
{
    db->shed = !bug("keeplog");
}

/* mu; true when the log wants looking after before the next batch */
static bool note_end(Db *db, Err e, int64_t took_us)
{
    db->open = false;
    db->units = 0;
    db->stats.batches++;
    db->stats.wal_pages = db->wal_pages;
    db->stats.full += e == E_FULL;
    if (took_us > db->stats.stall_max_us)
        db->stats.stall_max_us = took_us;
    return e == E_FULL || db->shed ||
           (db->wal_pages > db->conf.wal_pages && db->wal_pages >= db->checkpoint_at);
}

static void let_in(Db *db)
{
    writer_leave(db);
    pthread_cond_broadcast(&db->free);
}

/* busy. On a full disk the reserve goes first, then a checkpoint makes the log's own room usable.
 */
static void look_after(Db *db, Err e)
{
    if (e == E_FULL)
        reserve_spend(db->reserve);
    if (!db->autocheckpoint)
        checkpoint(db);
}

/* mu */
static void commit_batch(Db *db)
{
    Ticket *list = db->tickets;
    db->busy = true;
    db->tickets = NULL;
    db->stats.units += db->units;
    if (db->early) {
        settle(db, list, OK);
        list = NULL;
    }
    pthread_mutex_unlock(&db->mu);

    int64_t start = clock_mono_us();
    Err e = batch_end(db);
    int64_t took = clock_mono_us() - start;

    pthread_mutex_lock(&db->mu);
    bool wanted = note_end(db, e, took);
    if (!wanted)
        let_in(db);
    settle(db, list, e); /* answers first, the log after */
    if (wanted) {
        pthread_mutex_unlock(&db->mu);
        look_after(db, e);
        pthread_mutex_lock(&db->mu);
        let_in(db);
    }
}

/* mu */
static void wait_for_work(Db *db)
{
    int64_t left = IDLE_US;
    if (db->open && !db->busy)
        left = db->conf.batch_us - (clock_mono_us() - db->opened_us);
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + (left > SOON_US ? left : SOON_US) * 1000;
    until.tv_sec += ns / 1000000000;
    until.tv_nsec = ns % 1000000000;
    pthread_cond_timedwait(&db->work, &db->mu, &until);
}

void *batch_committer(void *arg)
{
    Db *db = arg;
    pthread_mutex_lock(&db->mu);
    while (!db->closing || db->open) {
        if (!db->busy && batch_due(db)) {
            commit_batch(db);
            continue;
        }
        if (!db->open) {
            pthread_mutex_unlock(&db->mu);
            reserve_renew(db->reserve);
            pthread_mutex_lock(&db->mu);
        }
        if (db->busy || !batch_due(db))
            wait_for_work(db);
    }
    pthread_mutex_unlock(&db->mu);
    return NULL;
}
