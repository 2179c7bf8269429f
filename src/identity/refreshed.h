/* refreshed.h - a text that another host keeps for us, fetched when it is needed and no more often.
 *
 * One thread fetches while the others wait for it, or go on with what there is. What was fetched
 * last is good for REFRESHED_LIFE_MS, and for REFRESHED_STALE_MS while no newer one is to be had.
 * Times are cx->now. Any thread.
 */
#ifndef HUB_REFRESHED_H
#define HUB_REFRESHED_H

#include "base/cx.h"

#include <pthread.h>

enum {
    REFRESHED_LIFE_MS = 3600000,
    REFRESHED_STALE_MS = 86400000,
    REFRESHED_COOL_MS = 60000, /* between two that were asked for as newer, and after a failure */
    REFRESHED_FIRST_COOL_MS = 5000 /* after a failure while there is none at all */
};

/* Starts as REFRESHED_INIT, lives as long as the process. */
typedef struct Refreshed {
    pthread_mutex_t lock;
    pthread_cond_t over;
    char *text; /* NULL: none yet */
    size_t n;
    int64_t at;     /* when the text came */
    int64_t failed; /* when it last did not; 0: it did */
    int64_t forced; /* when a newer one was last asked for */
    bool busy;      /* a thread fetches */
} Refreshed;
#define REFRESHED_INIT                                                                             \
    {                                                                                              \
        .lock = PTHREAD_MUTEX_INITIALIZER, .over = PTHREAD_COND_INITIALIZER                        \
    }

/* Gives the whole text, checked, or fails. Called without the lock. */
typedef Err (*RefreshedGet)(Cx *cx, Str *text);

/* *text lives in cx->arena. `newer`: what there is did not do; it is fetched again, unless that was
 * done a moment ago. E_UNAVAILABLE, or get's error: there is none. */
Err refreshed_text(Cx *cx, Refreshed *of, bool newer, RefreshedGet get, Str *text);

#endif
