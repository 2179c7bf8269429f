#include "download/live.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/hash.h"
#include "common/app.h"

#include <stdlib.h>

Lives *lives_new(void)
{
    Lives *lives = calloc(1, sizeof *lives);
    pthread_condattr_t attr;
    if (!lives)
        abort();
    pthread_mutex_init(&lives->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&lives->due, &attr);
    pthread_condattr_destroy(&attr);
    return lives;
}

static void live_free(Live *l)
{
    coverage_free(&l->coverage);
    pthread_mutex_destroy(&l->lock);
    free(l);
}

void lives_free(Lives *lives)
{
    for (size_t i = 0; lives && i < LIVE_TABLE; i++)
        while (lives->table[i]) {
            Live *l = lives->table[i];
            lives->table[i] = l->next;
            live_free(l);
        }
    free(lives);
}

int64_t live_now(const Cx *cx)
{
    Lives *lives = cx->app ? cx->app->lives : NULL;
    if (!lives || bug("clockback"))
        return cx->now;
    int64_t seen = atomic_load(&lives->now);
    while (seen < cx->now && !atomic_compare_exchange_weak(&lives->now, &seen, cx->now))
        continue;
    return seen < cx->now ? cx->now : seen;
}

static Live **place(Lives *lives, Str id)
{
    Live **at = &lives->table[hash64(id, 0) % LIVE_TABLE];
    while (*at && !str_eq(str_of((*at)->id), id))
        at = &(*at)->next;
    return at;
}

static Live *known(Lives *lives, Str id)
{
    Live *l = *place(lives, id);
    if (l)
        atomic_fetch_add(&l->holders, 1);
    return l;
}

static int64_t rate_of(const Conf *c, Str role)
{
    if (str_eq(role, S("premium")))
        return c->download_speed_premium;
    return str_eq(role, S("fan")) || str_eq(role, S("sponsor")) ? c->download_speed : 0;
}

static Err make(Cx *cx, const GrantRow *g, Live **out)
{
    Str role = {0}, kept = {0};
    TRY(db_text(cx, SQL_LIVE_ROLE, ARGS(V(cx->now), V(g->account)), &role));
    TRY(grant_bitmap(cx, g, &kept));
    Live *l = calloc(1, sizeof *l);
    if (!l || g->id.n >= LIVE_ID)
        abort();
    memcpy(l->id, g->id.p, g->id.n);
    pthread_mutex_init(&l->lock, NULL);
    l->coverage = coverage_new(g->size_bytes);
    l->sent = l->kept_sent = g->sent_bytes;
    l->since = l->kept_since = g->sent_since;
    l->rate = l->tokens = rate_of(&cx->app->conf, role);
    l->used_ms = l->kept_ms = clock_mono_ms();
    if (!coverage_read(&l->coverage, kept)) {
        live_free(l);
        return fail(cx, E_INTERNAL, "the coverage of " STR_FMT " is damaged", STR_ARG(g->id));
    }
    l->kept_bytes = l->coverage.bytes;
    *out = l;
    return OK;
}

/* Somebody else may have made it meanwhile: theirs is taken. */
static Live *put(Lives *lives, Live *fresh)
{
    Str id = str_of(fresh->id);
    pthread_mutex_lock(&lives->lock);
    Live *l = known(lives, id);
    if (!l) {
        *place(lives, id) = fresh;
        atomic_init(&fresh->holders, 1);
    }
    pthread_mutex_unlock(&lives->lock);
    if (l)
        live_free(fresh);
    return l ? l : fresh;
}

void live_post(Live *l, const GrantRow *g)
{
    pthread_mutex_lock(&l->lock);
    l->posted = true;
    l->until = g->resume_until;
    pthread_mutex_unlock(&l->lock);
}

void live_fail(Live *l)
{
    pthread_mutex_lock(&l->lock);
    l->failed = true;
    pthread_mutex_unlock(&l->lock);
}

/* A row that was read before it was posted says nothing new. */
static void follow(Live *l, const GrantRow *g)
{
    bool open = str_eq(g->state, S("open"));
    pthread_mutex_lock(&l->lock);
    if (open || !l->posted)
        l->until = open || g->resume_until < g->start_by ? g->resume_until : g->start_by;
    l->posted = l->posted || open;
    pthread_mutex_unlock(&l->lock);
}

Err live_of(Cx *cx, const GrantRow *g, Live **out)
{
    Lives *lives = cx->app->lives;
    pthread_mutex_lock(&lives->lock);
    Live *l = known(lives, g->id), *fresh = NULL;
    pthread_mutex_unlock(&lives->lock);
    if (!l) {
        TRY(make(cx, g, &fresh));
        l = put(lives, fresh);
    }
    follow(l, g);
    *out = l;
    return OK;
}

bool live_touched(const Cx *cx, Str id)
{
    Lives *lives = cx->app->lives;
    bool touched = false;
    if (!lives)
        return false;
    pthread_mutex_lock(&lives->lock);
    Live *l = *place(lives, id);
    if (l) {
        pthread_mutex_lock(&l->lock);
        touched = l->sent > 0 || l->flows;
        pthread_mutex_unlock(&l->lock);
    }
    pthread_mutex_unlock(&lives->lock);
    return touched;
}

Live **lives_all(Cx *cx, Lives *lives, size_t *n)
{
    *n = 0;
    pthread_mutex_lock(&lives->lock);
    for (size_t i = 0; i < LIVE_TABLE; i++)
        for (Live *l = lives->table[i]; l; l = l->next)
            ++*n;
    Live **all = arena_take(cx->arena, (*n + 1) * sizeof *all), **to = all;
    for (size_t i = 0; i < LIVE_TABLE; i++)
        for (Live *l = lives->table[i]; l; l = l->next) {
            atomic_fetch_add(&l->holders, 1);
            *to++ = l;
        }
    pthread_mutex_unlock(&lives->lock);
    return all;
}

static bool is_quiet(Live *l, int64_t now_ms)
{
    pthread_mutex_lock(&l->lock);
    bool kept = l->posted
                    ? l->kept_bytes == l->coverage.bytes && l->kept_sent == l->sent
                    : !l->sent || clock_now() >= l->until; /* a probe is remembered here alone */
    bool quiet = kept && !l->flows && now_ms - l->used_ms > LIVE_QUIET_MS;
    pthread_mutex_unlock(&l->lock);
    return quiet;
}

void lives_forget(Lives *lives, int64_t now_ms)
{
    pthread_mutex_lock(&lives->lock);
    for (size_t i = 0; i < LIVE_TABLE; i++)
        for (Live **at = &lives->table[i], *l; (l = *at);) {
            if (atomic_load(&l->holders) || !is_quiet(l, now_ms)) {
                at = &l->next;
                continue;
            }
            *at = l->next;
            live_free(l);
        }
    pthread_mutex_unlock(&lives->lock);
}
