#include "download/grant.h"

#include "base/fault.h"
#include "base/hash.h"
#include "base/id.h"
#include "common/app.h"
#include "common/outbox.h"
#include "download/ledger.h"
#include "download/live.h"

enum { QUIET_MS = 60000 }; /* what is being sent is journalled every few seconds */

static Err tell(Cx *cx, const char *topic, const GrantRow *g)
{
    DownloadEvent e = {.download = g->id,
                       .ticket = g->ticket,
                       .asset = g->asset,
                       .size_bytes = g->size_bytes,
                       .has = {.download = true, .ticket = true, .size_bytes = true}};
    TRY(db_text(cx, SQL_GRANT_SUBJECT, ARGS(V(g->account)), &e.subject));
    return outbox_add(cx, topic, id_new(cx), &DOWNLOAD_EVENT, &e);
}

/* All quotas or none: whoever calls gives the unit up when one of them refuses. */
static Err reserve(Cx *cx, const TicketRow *t, const Day *today, GrantRow *out)
{
    GrantRow g = {0};
    int64_t start_by = cx->now + cx->app->conf.start_by;
    Err e =
        db_one(cx, SQL_GRANT_RESERVE,
               ARGS(V(id_new(cx)), V(today->n), V(cx->now), V(start_by), V(t->id)), &GRANT_ROW, &g);
    if (e == E_NOT_FOUND)
        return fail(cx, E_GONE, "this ticket has ended");
    TRY(e);
    TRY(quota_reserve(cx, g.account, today, g.size_bytes));
    TRY(quota_reserve_ticket(cx, g.ticket, t->max_downloads, g.size_bytes));
    TRY(ledger_add(cx, &g, "reserve",
                   &(Counts){.reserved_files = 1, .reserved_bytes = g.size_bytes}));
    TRY(tell(cx, "download.granted", &g));
    *out = g;
    return OK;
}

static bool is_open(const GrantRow *g)
{
    return str_eq(g->state, S("open"));
}

/* Its time is over, and nobody has swept it up yet. */
static bool lapsed(const Cx *cx, const GrantRow *g)
{
    int64_t end = !is_open(g) && g->start_by < g->resume_until ? g->start_by : g->resume_until;
    return cx->now >= end && !bug("nolapse");
}

Err grant_now(Cx *cx, Str ticket, GrantRow *out)
{
    GrantRow g = {0};
    TRY(db_one(cx, SQL_GRANT_OF_TICKET, ARGS(V(ticket)), &GRANT_ROW, &g));
    if (lapsed(cx, &g))
        return fail(cx, E_NOT_FOUND, "no download of this ticket is reserved or open");
    *out = g;
    return OK;
}

/* One whose time is over makes room; not while its last bytes are still being sent, as they count
 * for it. */
static Err make_room(Cx *cx, const GrantRow *g)
{
    int64_t busy = 0;
    if (!is_open(g))
        return grant_void(cx, g->id);
    TRY(db_int(cx, SQL_GRANT_BUSY, ARGS(V(g->id), V(cx->now - QUIET_MS)), &busy));
    if (busy && !bug("nobusy")) {
        cx->retry_after_s = QUIET_MS / 1000;
        return fail(cx, E_UNAVAILABLE, "the download before this one is still being sent");
    }
    return grant_settle(cx, g->id);
}

Err grant_of_ticket(Cx *cx, const TicketRow *t, const Day *today, GrantRow *out)
{
    GrantRow g = {0};
    Err e = db_one(cx, SQL_GRANT_OF_TICKET, ARGS(V(t->id)), &GRANT_ROW, &g);
    if (e && e != E_NOT_FOUND)
        return e;
    if (!e && lapsed(cx, &g))
        TRY(make_room(cx, &g));
    else if (!e) {
        *out = g;
        return OK;
    }
    return reserve(cx, t, today, out);
}

/* Open already is as good; void is not. */
static Err posted_before(Cx *cx, GrantRow *g)
{
    Err e = db_one(cx, SQL_GRANT_OPEN, ARGS(V(g->id)), &GRANT_ROW, g);
    return e == E_NOT_FOUND ? fail(cx, E_CONFLICT, "the download is over; ask once more") : e;
}

Err grant_post(Cx *cx, GrantRow *g)
{
    GrantRow row = {0};
    int64_t until = cx->now + cx->app->conf.download_window;
    Err e = db_one(cx, SQL_GRANT_POST, ARGS(V(cx->now), V(until), V(g->id)), &GRANT_ROW, &row);
    if (e == E_NOT_FOUND && !bug("noonce"))
        return posted_before(cx, g);
    if (e == E_NOT_FOUND)
        row = *g;
    else
        TRY(e);
    TRY(ledger_move(cx, &row, "post", &(Counts){1, -1, row.size_bytes, -row.size_bytes}));
    *g = row;
    return OK;
}

Err grant_void(Cx *cx, Str id)
{
    GrantRow g = {0};
    Err e = db_one(cx, SQL_GRANT_VOID, ARGS(V(cx->now), V(id)), &GRANT_ROW, &g);
    if (e == E_NOT_FOUND)
        return OK;
    TRY(e);
    return ledger_move(cx, &g, "void", &(Counts){0, -1, 0, -g.size_bytes});
}

Err grant_cover(Cx *cx, Str id, const GrantCover *c)
{
    GrantRow g = {0};
    Str bitmap = base64url(cx->arena, c->bitmap.p, c->bitmap.n);
    TRY(db_run(
        cx, SQL_GRANT_COVER,
        ARGS(V(c->covered_bytes), V(bitmap), V(c->sent_bytes), V(c->sent_since), V(cx->now), V(id)),
        NULL));
    if (c->failed && !bug("noours"))
        TRY(db_run(cx, SQL_GRANT_FAILED, ARGS(V(cx->now), V(id)), NULL));
    Err e = db_one(cx, SQL_GRANT_COMPLETE, ARGS(V(cx->now), V(id)), &GRANT_ROW, &g);
    if (e == E_NOT_FOUND)
        return OK;
    TRY(e);
    return tell(cx, "download.completed", &g);
}

Err grant_bitmap(Cx *cx, const GrantRow *g, Str *bitmap)
{
    *bitmap = (Str){0};
    if (g->has.coverage && !base64url_read(cx->arena, g->coverage, bitmap))
        return fail(cx, E_INTERNAL, "the coverage of " STR_FMT " is damaged", STR_ARG(g->id));
    return OK;
}

Err grant_settle(Cx *cx, Str id)
{
    GrantRow g = {0};
    Err e = db_one(cx, SQL_GRANT_SETTLE, ARGS(V(cx->now), V(id)), &GRANT_ROW, &g);
    if (e == E_NOT_FOUND)
        return OK;
    TRY(e);
    return ledger_move(cx, &g, "settle",
                       &(Counts){g.charged_files - 1, 0, g.charged_bytes - g.size_bytes, 0});
}

Err grant_refund(Cx *cx, Str id)
{
    GrantRow g = {0};
    Err e = db_one(cx, SQL_GRANT_REFUND, ARGS(V(cx->now), V(id)), &GRANT_ROW, &g);
    if (e == E_NOT_FOUND)
        return fail(cx, E_CONFLICT, "it is no settled download, or was refunded before");
    TRY(e);
    return ledger_move(cx, &g, "refund", &(Counts){-g.charged_files, 0, -g.charged_bytes, 0});
}

Err grant_cut(Cx *cx, Str ticket)
{
    GrantRow g = {0};
    Err e = db_one(cx, SQL_GRANT_OF_TICKET, ARGS(V(ticket)), &GRANT_ROW, &g);
    if (e == E_NOT_FOUND)
        return OK;
    TRY(e);
    if (!is_open(&g)) /* a probe's bytes keep it reserved for its time, so that probes add up to
                         nothing */
        return live_touched(cx, g.id) && !bug("freeprobes") ? OK : grant_void(cx, g.id);
    return db_run(cx, SQL_GRANT_CUT, ARGS(V(cx->now), V(ticket)), NULL);
}

static Err refused(Cx *cx, Str account, Str asset, const Day *today, Str reason)
{
    DownloadEvent e = {.asset = asset, .reason = reason, .has = {.reason = true}};
    bool told = false;
    TRY(db_text(cx, SQL_GRANT_SUBJECT, ARGS(V(account)), &e.subject));
    Str id = arena_fmt(cx->arena, STR_FMT "." STR_FMT "." STR_FMT ".%lld", STR_ARG(e.subject),
                       STR_ARG(asset), STR_ARG(reason), (long long)today->n);
    TRY(outbox_waits(cx, id, &told)); /* a page asks every other second while a teaser plays */
    if (told)
        return OK;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(outbox_add(cx, "download.refused", id, &DOWNLOAD_EVENT, &e));
    return tx_commit(&tx);
}

Err grant_refused(Cx *cx, Str account, Str asset, const Day *today, Err why)
{
    static const uint64_t told = ERR_BIT(E_QUOTA) | ERR_BIT(E_AGE) | ERR_BIT(E_TEASER) |
                                 ERR_BIT(E_PREMIUM) | ERR_BIT(E_MALWARE) | ERR_BIT(E_UNSCANNED);
    if (told & ERR_BIT(why))
        TRY(refused(cx, account, asset, today, str_of(err_kind(why)->slug)));
    return why;
}

/* --- what is due */

/* As they were listed: one that was begun meanwhile is not voided, and not settled either. */
static Err end_these(Cx *cx, const GrantRows *due)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    for (size_t i = 0; i < due->items.n; i++) {
        const GrantRow *g = &due->items.p[i];
        TRY(is_open(g) ? grant_settle(cx, g->id) : grant_void(cx, g->id));
    }
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err grant_sweep(Cx *cx)
{
    GrantRows due = {0};
    do {
        TRY(db_list(cx, SQL_GRANT_DUE, ARGS(V(cx->now), V(cx->now - QUIET_MS)), &GRANT_ROW,
                    &due.items));
        if (due.items.n && !bug("nosweep"))
            TRY(end_these(cx, &due));
    } while (due.items.n == 100 && !bug("nosweep"));
    return OK;
}
