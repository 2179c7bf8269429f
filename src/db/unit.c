/* unit.c - units of work on the one writer, and the tickets their answers wait for. */
#include "db/store.h"

#include "base/clock.h"

#include <assert.h>

Err lost_words(Cx *cx, Err e)
{
    switch ((int)e) {
    case OK:
        return OK;
    case E_FULL:
        return fail(cx, e, "the disk of the store is full; nothing of this was kept");
    case E_UNAVAILABLE:
        return fail(cx, e, "the store could not keep this; nothing of it was kept");
    default:
        return fail(cx, e, "the store failed to keep this; nothing of it was kept");
    }
}

/* mu. An earlier unit of the same work was lost with its batch: this one must not hide that. */
static Err lost_before(const Cx *cx)
{
    return cx->ticket.state == TICKET_SETTLED ? cx->ticket.outcome : OK;
}

/* busy, without mu */
static Err unit_begin(Db *db, bool open)
{
    if (!open)
        TRY(batch_begin(db));
    return word(db->writer, WORD_SAVEPOINT);
}

Err tx_begin(Cx *cx, Tx *tx)
{
    Db *db = cx->conn->db;
    assert(!cx->tx);
    pthread_mutex_lock(&db->mu);
    if (!writer_enter(db)) {
        pthread_mutex_unlock(&db->mu);
        return fail(cx, E_UNAVAILABLE, "the store is held by another process; try again");
    }
    Err lost = lost_before(cx);
    if (lost) {
        writer_leave(db);
        pthread_mutex_unlock(&db->mu);
        return lost_words(cx, lost);
    }
    bool open = db->open;
    pthread_mutex_unlock(&db->mu);
    Err e = unit_begin(db, open);
    pthread_mutex_lock(&db->mu);
    if (!open && in_transaction(db->writer)) {
        db->open = true;
        db->opened_us = clock_mono_us();
        pthread_cond_signal(&db->work); /* starts its clock */
    }
    if (e) {
        writer_refuse(db);
    } else {
        tx->cx = cx;
        cx->tx = tx;
    }
    pthread_mutex_unlock(&db->mu);
    if (e == E_UNAVAILABLE)
        return fail(cx, e, "the store is held by another process; try again");
    return lost_words(cx, e);
}

/* busy. SQLite may have ended the whole transaction by itself (a full disk, RAISE(ROLLBACK)). */
static Err unit_end(Db *db, bool keep)
{
    Err e = in_transaction(db->writer) ? OK : E_INTERNAL;
    if (!e && !keep)
        e = word(db->writer, WORD_ROLLBACK_TO);
    if (!e)
        e = word(db->writer, WORD_RELEASE);
    if (e || !in_transaction(db->writer))
        batch_doom(db, e ? e : E_INTERNAL);
    return e || keep ? db->doomed : OK;
}

/* mu */
static void park(Db *db, Cx *cx)
{
    db->units++;
    cx->wrote = true;
    if (cx->ticket.state == TICKET_OPEN)
        return;
    cx->ticket.next = db->tickets;
    cx->ticket.state = TICKET_OPEN;
    db->tickets = &cx->ticket;
}

static Err finish(Tx *tx, bool keep)
{
    Cx *cx = tx->cx;
    Db *db = cx->conn->db;
    Err e = unit_end(db, keep);
    tx->cx = NULL;
    cx->tx = NULL;
    pthread_mutex_lock(&db->mu);
    if (keep && !e)
        park(db, cx);
    writer_leave(db);
    pthread_mutex_unlock(&db->mu);
    return e;
}

Err tx_commit(Tx *tx)
{
    Cx *cx = tx->cx;
    assert(cx);
    return lost_words(cx, finish(tx, true));
}

void tx_end(Tx *tx)
{
    if (tx->cx && finish(tx, false))
        return; /* the batch is doomed, as its tickets will say */
}

bool db_answer(Cx *cx, void (*ready)(void *), void *who, Err *outcome)
{
    assert(!cx->tx);
    *outcome = OK;
    if (cx->ticket.state == TICKET_NONE) /* most requests only read: no lock for them */
        return true;
    Db *db = cx->conn->db;
    pthread_mutex_lock(&db->mu);
    bool parked = cx->ticket.state == TICKET_OPEN;
    Err known = lost_before(cx);
    if (parked) {
        cx->ticket.ready = ready;
        cx->ticket.who = who;
    }
    pthread_mutex_unlock(&db->mu);
    if (!parked)
        *outcome = lost_words(cx, known);
    return !parked;
}

Err db_settle(Cx *cx)
{
    Db *db = cx->conn->db;
    assert(!cx->tx);
    pthread_mutex_lock(&db->mu);
    while (cx->ticket.state == TICKET_OPEN)
        pthread_cond_wait(&db->settled, &db->mu);
    Err e = lost_before(cx);
    cx->ticket.state = TICKET_NONE; /* told once */
    cx->wrote = false;
    pthread_mutex_unlock(&db->mu);
    return lost_words(cx, e);
}
