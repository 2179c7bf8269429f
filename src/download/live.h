/* live.h - what this process knows of the downloads that are being fetched.
 *
 * One Live for each, shared by all its requests and kept between them: a range costs no statement.
 * It is made from the row and what the journal says of it, and goes when it is quiet, journalled
 * and held by nobody. `lock` guards what changes; the table's lock is taken before it.
 */
#ifndef HUB_LIVE_H
#define HUB_LIVE_H

#include "download/coverage.h"
#include "download/grant.h"

#include <pthread.h>

enum { LIVE_ID = 40, LIVE_TABLE = 1024, LIVE_QUIET_MS = 30000 };

typedef struct Live {
    struct Live *next; /* in the table */
    atomic_int holders;
    char id[LIVE_ID];
    pthread_mutex_t lock;
    struct Flow *flows;  /* what is being sent, and what the peer has not acknowledged yet */
    int connections;     /* of these with bytes to send */
    bool posted, cut;    /* paid for; to be sent no further */
    bool failed;         /* bytes of it could not be read, and the journal has not said so yet */
    int64_t until;       /* Unix ms: later requests are another download's */
    Coverage coverage;   /* acknowledged, or sent long enough ago */
    int64_t promised;    /* of what is being sent: not covered when it began */
    int64_t sent, since; /* bytes, overlap included, since then (Unix ms) */
    int64_t lent;        /* allowed and not sent yet */
    int64_t rate;        /* bytes a second of all connections together; 0: any */
    int64_t tokens, share, round, filled_ms;            /* of these: left, for one in this round */
    int64_t kept_bytes, kept_sent, kept_since, kept_ms; /* as journalled, when (monotonic) */
    int64_t used_ms;                                    /* monotonic: the last request */
} Live;

typedef struct Lives {
    pthread_mutex_t lock;
    pthread_cond_t due; /* something waits for the journal */
    bool over;          /* nothing more will */
    Live *table[LIVE_TABLE];
    _Atomic int64_t now; /* Unix ms: the latest that a request came at */
} Lives;

Lives *lives_new(void);
void lives_free(Lives *lives); /* nothing is being sent any more */

/* cx->now, but never earlier than a request before it heard: what has ended stays so though the
 * clock is set back. */
int64_t live_now(const Cx *cx);

/* Whether this process sent bytes of the download `id`, and remembers. */
bool live_touched(const Cx *cx, Str id);

/* Held by the caller until live_release. E_INTERNAL: the journal is damaged. */
Err live_of(Cx *cx, const GrantRow *grant, Live **out);
static inline void live_release(Live *l)
{
    atomic_fetch_sub(&l->holders, 1);
}
/* It was posted, durably. */
void live_post(Live *l, const GrantRow *grant);
/* Bytes of it could not be read. */
void live_fail(Live *l);
/* All of them, held, into cx->arena. */
Live **lives_all(Cx *cx, Lives *lives, size_t *n);
/* Forgets those that are quiet. */
void lives_forget(Lives *lives, int64_t now_ms);

#endif
