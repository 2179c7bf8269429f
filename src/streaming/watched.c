#include "streaming/watched.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/id.h"
#include "common/app.h"
#include "db/db.h"

#include <pthread.h>
#include <stdlib.h>

enum { SEEN_SLOTS = 4096, SEEN_MOST = 32, PENDING_MAX = 1 << 16, UNIT_ROWS = 250 };

typedef struct Key {
    char playback[ID_TEXT], encode[ID_TEXT];
} Key;

typedef struct Segment {
    Key key;
    int64_t n, duration_ms, at;
} Segment;

/* What was counted of one playback lately, so that little is written twice; forgotten when another
 * one falls into its slot: the database lets a segment count once all the same. */
typedef struct Seen {
    Key key;
    int64_t total_ms;
    int64_t n[SEEN_MOST]; /* more than the longest teaser has */
    size_t count;
} Seen;

struct Watched {
    pthread_mutex_t lock;    /* of everything below */
    pthread_mutex_t writing; /* one writes at a time; taken first */
    int64_t enough_ms;
    Segment *pending;
    size_t n, room;
    Seen seen[SEEN_SLOTS];
};

typedef struct Sending {
    Delivery delivery;
    Watched *book;
    Segment segment;
    int64_t size;
} Sending;

Watched *watched_new(int64_t enough_ms)
{
    Watched *w = calloc(1, sizeof *w);
    if (!w)
        abort();
    pthread_mutex_init(&w->lock, NULL);
    pthread_mutex_init(&w->writing, NULL);
    w->enough_ms = enough_ms;
    return w;
}

void watched_free(Watched *w)
{
    if (!w)
        return;
    pthread_mutex_destroy(&w->lock);
    pthread_mutex_destroy(&w->writing);
    free(w->pending);
    free(w);
}

/* True when it is new and not too much. */
static bool note(Watched *w, const Segment *s)
{
    Seen *seen = &w->seen[hash64((Str){(const char *)&s->key, sizeof s->key}, 0) % SEEN_SLOTS];
    if (memcmp(&seen->key, &s->key, sizeof s->key) != 0)
        *seen = (Seen){.key = s->key};
    if (seen->total_ms >= w->enough_ms)
        return false;
    for (size_t i = 0; i < seen->count; i++)
        if (seen->n[i] == s->n)
            return false;
    if (seen->count < SEEN_MOST) {
        seen->n[seen->count++] = s->n;
        seen->total_ms += s->duration_ms;
    }
    return true;
}

/* Room for one more; none when the database takes nothing any more: the viewer watches again. */
static bool has_room(Watched *w)
{
    if (w->n < w->room)
        return true;
    if (w->room == PENDING_MAX)
        return false;
    w->room = w->room ? w->room * 2 : 64;
    w->pending = realloc(w->pending, w->room * sizeof *w->pending);
    if (!w->pending)
        abort();
    return true;
}

static bool whole(const Sending *s, int64_t taken, int64_t unsent)
{
    const Delivery *d = &s->delivery;
    if (bug("gatecut"))
        return taken > 0;
    return d->from == 0 && d->length == s->size && taken == s->size && unsent == 0;
}

static void end(Delivery *d, int64_t taken, int64_t unsent)
{
    Sending *s = (Sending *)d;
    Watched *w = s->book;
    if (whole(s, taken, unsent)) {
        s->segment.at = clock_now();
        pthread_mutex_lock(&w->lock);
        if (has_room(w) && note(w, &s->segment))
            w->pending[w->n++] = s->segment;
        pthread_mutex_unlock(&w->lock);
    }
    free(s);
}

Delivery *watched_delivery(Watched *w, Str playback, Str encode, int64_t n, int64_t size,
                           int64_t duration_ms)
{
    static const DeliveryKind kind = {.end = end};
    Sending *s = NULL;
    if (playback.n != ID_TEXT || encode.n != ID_TEXT || !(s = calloc(1, sizeof *s)))
        return NULL;
    *s = (Sending){.delivery = {.kind = &kind}, .book = w, .size = size};
    s->segment.n = n;
    s->segment.duration_ms = duration_ms;
    memcpy(s->segment.key.playback, playback.p, ID_TEXT);
    memcpy(s->segment.key.encode, encode.p, ID_TEXT);
    return &s->delivery;
}

/* --- to the database */

static Err write_some(Cx *cx, const Segment *rows, size_t n)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    for (size_t i = 0; i < n; i++) {
        const Segment *s = &rows[i];
        TRY(db_run(cx, SQL_WATCHED_ADD,
                   ARGS(V(((Str){s->key.playback, ID_TEXT})), V(((Str){s->key.encode, ID_TEXT})),
                        V(s->n), V(s->duration_ms), V(s->at)),
                   NULL));
    }
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

/* A copy of the oldest ones: the loops go on meanwhile. */
static size_t oldest(Watched *w, Segment *to)
{
    pthread_mutex_lock(&w->lock);
    size_t n = w->n < UNIT_ROWS ? w->n : UNIT_ROWS;
    if (n)
        memcpy(to, w->pending, n * sizeof *to);
    pthread_mutex_unlock(&w->lock);
    return n;
}

static void written(Watched *w, size_t n)
{
    pthread_mutex_lock(&w->lock);
    memmove(w->pending, w->pending + n, (w->n - n) * sizeof *w->pending);
    w->n -= n;
    pthread_mutex_unlock(&w->lock);
}

Err watched_write(Cx *cx, Watched *w)
{
    Segment *some = arena_array(cx->arena, Segment, UNIT_ROWS);
    Err e = OK;
    pthread_mutex_lock(&w->writing);
    for (size_t n; !e && (n = oldest(w, some));) {
        e = write_some(cx, some, n);
        if (!e)
            written(w, n);
    }
    pthread_mutex_unlock(&w->writing);
    return e;
}

Err watched_sweep(Cx *cx)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_WATCHED_SWEEP, ARGS(V(cx->now - cx->app->conf.proof_life)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}
