#include "identity/refreshed.h"

#include "base/fault.h"

#include <stdlib.h>
#include <string.h>

/* A clock that was set back makes nothing younger than it is. */
static bool within(int64_t now, int64_t at, int64_t ms)
{
    return at && now >= at && now - at < ms;
}

static bool usable(const Refreshed *r, int64_t now)
{
    return r->text && (within(now, r->at, REFRESHED_STALE_MS) || bug("stalekeys"));
}

static bool wanted(const Refreshed *r, int64_t now, bool newer)
{
    bool some = usable(r, now);
    if (within(now, r->failed, some ? REFRESHED_COOL_MS : REFRESHED_FIRST_COOL_MS))
        return false;
    if (newer)
        return !within(now, r->forced, REFRESHED_COOL_MS) || bug("nocooldown");
    return !r->text || !within(now, r->at, REFRESHED_LIFE_MS);
}

static void keep(Refreshed *r, Str text, int64_t now)
{
    char *copy = malloc(text.n + 1);
    if (!copy)
        abort();
    memcpy(copy, text.p, text.n);
    free(r->text);
    r->text = copy;
    r->n = text.n;
    r->at = now;
    r->failed = 0;
}

static Err fetch_it(Cx *cx, Refreshed *r, bool newer, RefreshedGet get)
{
    Str text = {0};
    r->busy = true;
    if (newer)
        r->forced = cx->now;
    pthread_mutex_unlock(&r->lock);
    Err e = get(cx, &text);
    pthread_mutex_lock(&r->lock);
    r->busy = false;
    if (e)
        r->failed = cx->now;
    else
        keep(r, text, cx->now);
    pthread_cond_broadcast(&r->over);
    return e;
}

static Err take(Cx *cx, Refreshed *r, bool newer, RefreshedGet get, Str *text)
{
    Err e = OK;
    if (r->busy && (newer || !usable(r, cx->now)) && !bug("noflight")) {
        while (r->busy)
            pthread_cond_wait(&r->over, &r->lock);
    } else if (wanted(r, cx->now, newer)) {
        e = fetch_it(cx, r, newer, get);
    }
    if (!usable(r, cx->now))
        return e ? e : fail(cx, E_UNAVAILABLE, "the sign-in service does not answer");
    *text = arena_str(cx->arena, (Str){r->text, r->n});
    return OK;
}

Err refreshed_text(Cx *cx, Refreshed *r, bool newer, RefreshedGet get, Str *text)
{
    pthread_mutex_lock(&r->lock);
    Err e = take(cx, r, newer, get, text);
    pthread_mutex_unlock(&r->lock);
    return e;
}
