#include "download/journal.h"

#include "base/clock.h"
#include "base/fault.h"
#include "common/app.h"
#include "download/flow.h"

#include <time.h>

enum { JOURNAL_MS = 5000, IDS = 200, ID = 26, UNIT = 200, KEPT_MAX = 1 << 20 };

bool journal_wait(Lives *lives, int64_t until_ms)
{
    struct timespec until = {until_ms / 1000, until_ms % 1000 * 1000000};
    pthread_mutex_lock(&lives->lock);
    if (!lives->over)
        pthread_cond_timedwait(&lives->due, &lives->lock, &until);
    bool over = lives->over;
    pthread_mutex_unlock(&lives->lock);
    return !over;
}

void journal_end(Lives *lives)
{
    pthread_mutex_lock(&lives->lock);
    lives->over = true;
    pthread_cond_signal(&lives->due);
    pthread_mutex_unlock(&lives->lock);
}

/* --- what was delivered */

typedef struct Page {
    Live *live;
    GrantCover cover;
} Page;

static bool is_due(const Live *l, int64_t now_ms, bool all)
{
    bool same =
        l->kept_bytes == l->coverage.bytes && l->kept_sent == l->sent && l->kept_since == l->since;
    if (!l->posted || (same && !l->failed))
        return false;
    return all || l->failed || !l->flows || l->sent - l->kept_sent >= JOURNAL_BYTES ||
           now_ms - l->kept_ms >= JOURNAL_MS;
}

static bool take_page(Cx *cx, Live *l, bool all, Page *out)
{
    Buf b CLEANUP(buf_free) = BUF(KEPT_MAX);
    pthread_mutex_lock(&l->lock);
    flow_note(l);
    bool due = is_due(l, clock_mono_ms(), all);
    if (due) {
        coverage_write(&l->coverage, &b);
        *out = (Page){l,
                      {.covered_bytes = l->coverage.bytes,
                       .bitmap = arena_str(cx->arena, (Str){b.p, b.n}),
                       .sent_bytes = l->sent,
                       .sent_since = l->since,
                       .failed = l->failed}};
    }
    pthread_mutex_unlock(&l->lock);
    return due;
}

static void kept(const Page *p)
{
    Live *l = p->live;
    pthread_mutex_lock(&l->lock);
    l->kept_bytes = p->cover.covered_bytes;
    l->kept_sent = p->cover.sent_bytes;
    l->kept_since = p->cover.sent_since;
    l->kept_ms = clock_mono_ms();
    l->failed = l->failed && !p->cover.failed;
    pthread_mutex_unlock(&l->lock);
}

static Err write_unit(Cx *cx, const Page *pages, size_t n)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    for (size_t i = 0; i < n; i++)
        TRY(grant_cover(cx, str_of(pages[i].live->id), &pages[i].cover));
    return tx_commit(&tx);
}

static Err write_pages(Cx *cx, const Page *pages, size_t n)
{
    for (size_t at = 0, some; at < n; at += some) {
        some = n - at < UNIT ? n - at : UNIT;
        TRY(write_unit(cx, pages + at, some));
        TRY(db_settle(cx));
        for (size_t i = 0; i < some; i++)
            kept(&pages[at + i]);
    }
    return OK;
}

Err journal_write(Cx *cx, bool all)
{
    size_t n = 0, due = 0;
    Live **lives = lives_all(cx, cx->app->lives, &n);
    Page *pages = arena_take(cx->arena, (n + 1) * sizeof *pages);
    for (size_t i = 0; i < n && !bug("nojournal"); i++)
        due += take_page(cx, lives[i], all, &pages[due]);
    Err e = write_pages(cx, pages, due);
    for (size_t i = 0; i < n; i++)
        live_release(lives[i]);
    lives_forget(cx->app->lives, clock_mono_ms());
    return e;
}

/* --- what may be sent no further */

static void cut(Live **lives, size_t n, const GrantRows *ended)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < ended->items.n; k++)
            if (str_eq(str_of(lives[i]->id), ended->items.p[k].id)) {
                pthread_mutex_lock(&lives[i]->lock);
                lives[i]->cut = true;
                pthread_mutex_unlock(&lives[i]->lock);
            }
}

static Err look_at(Cx *cx, Live **lives, size_t n)
{
    Buf ids CLEANUP(buf_free) = BUF(IDS * ID + 1);
    GrantRows ended = {0};
    for (size_t i = 0; i < n; i++)
        buf_put(&ids, lives[i]->id, ID);
    Str text = {ids.p, ids.n};
    TRY(db_list(cx, SQL_LIVE_ENDED, ARGS(V(text), V((int64_t)n)), &GRANT_ROW, &ended.items));
    cut(lives, n, &ended);
    return OK;
}

Err journal_look(Cx *cx)
{
    size_t n = 0;
    Err e = OK;
    Live **lives = lives_all(cx, cx->app->lives, &n);
    for (size_t at = 0; at < n && !e; at += IDS)
        e = look_at(cx, lives + at, n - at < IDS ? n - at : IDS);
    for (size_t i = 0; i < n; i++)
        live_release(lives[i]);
    return e;
}
