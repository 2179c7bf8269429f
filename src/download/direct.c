#include "download/direct.h"

#include "base/fault.h"
#include "common/app.h"
#include "common/audit.h"
#include "common/flag_rules.h"

enum { WRITTEN_MAX = 1 << 20 };

static Err unless_paused(Cx *cx, Str account, const Signer **out)
{
    DirectPauseRow pause = {0};
    Err e = direct_paused(cx, account, &pause);
    if (e == OK && !bug("pausefree"))
        *out = NULL;
    return e == E_NOT_FOUND ? OK : e;
}

static Err unless_proxied(Cx *cx, Str asset, const Signer **out)
{
    Str delivery = {0};
    TRY(db_text(cx, SQL_DIRECT_DELIVERY, ARGS(V(asset)), &delivery));
    if (str_eq(delivery, S("proxied")) && !bug("anydelivery"))
        *out = NULL;
    return OK;
}

Err direct_signer(Cx *cx, const GrantRow *grant, const TicketRow *ticket, const Signer **out)
{
    const Signer *signer = grant->has.parts ? NULL : signer_of(&cx->app->conf);
    bool few = ticket->max_downloads < cx->app->conf.signer_downloads && !bug("directfew");
    FlagWho who = {.account = ticket->account};
    Str role = {0};
    bool direct = false;
    if (!signer || few)
        return OK;
    TRY(db_text(cx, SQL_LIVE_ROLE, ARGS(V(cx->now), V(ticket->account)), &role));
    who.tier = flag_tier(role);
    TRY(flag_bool_for(cx, "rapidshare-mode", &who, &direct));
    *out = direct ? signer : NULL;
    if (direct)
        TRY(unless_proxied(cx, ticket->asset, out));
    return *out ? unless_paused(cx, ticket->account, out) : OK;
}

Err direct_paused(Cx *cx, Str account, DirectPauseRow *out)
{
    return db_one(cx, SQL_DIRECT_PAUSED, ARGS(V(account), V(cx->now)), &DIRECT_PAUSE_ROW, out);
}

Err direct_pause(Cx *cx, Str account, Str download, int64_t bytes, bool *paused)
{
    int64_t until = cx->now + cx->app->conf.direct_pause, changed = 0;
    if (until <= cx->now)
        return OK;
    TRY(db_run(cx, SQL_DIRECT_PAUSE, ARGS(V(account), V(download), V(bytes), V(cx->now), V(until)),
               &changed));
    *paused = changed > 0;
    Str what = arena_fmt(cx->arena, "{\"download\":\"" STR_FMT "\",\"bytes\":%lld}",
                         STR_ARG(download), (long long)bytes);
    return changed ? audit_add(cx, "direct.pause", account, (Str){0}, what) : OK;
}

Err direct_resume(Cx *cx, Str account)
{
    int64_t changed = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_DIRECT_RESUME, ARGS(V(account)), &changed));
    if (!changed)
        return fail(cx, E_NOT_FOUND, "this account is not kept from signed addresses");
    TRY(audit_add(cx, "direct.resume", account, (Str){0}, (Str){0}));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err direct_begin(Cx *cx, Live *l, FlowStep *step)
{
    pthread_mutex_lock(&l->lock);
    bool paid = l->posted && (l->coverage.bytes == l->coverage.size || bug("nowhole"));
    bool cut = l->cut && !bug("nocut");
    *step = cx->now >= l->until ? FLOW_OVER : paid ? FLOW_GO : FLOW_POST;
    pthread_mutex_unlock(&l->lock);
    return cut ? fail(cx, E_GONE, "this ticket has ended") : OK;
}

/* All of it, as the journal would write it. */
static void cover_whole(Cx *cx, Live *l, GrantCover *out)
{
    Buf b CLEANUP(buf_free) = BUF(WRITTEN_MAX);
    pthread_mutex_lock(&l->lock);
    Coverage whole = coverage_new(l->coverage.size);
    coverage_add(&whole, 0, whole.size);
    coverage_write(&whole, &b);
    *out = (GrantCover){.covered_bytes = whole.bytes,
                        .bitmap = arena_str(cx->arena, (Str){b.p, b.n}),
                        .sent_bytes = l->sent,
                        .sent_since = l->since};
    coverage_free(&whole);
    pthread_mutex_unlock(&l->lock);
}

Err direct_post(Cx *cx, GrantRow *grant, Live *l)
{
    GrantCover cover = {0};
    Tx tx CLEANUP(tx_end) = {0};
    cover_whole(cx, l, &cover);
    TRY(tx_begin(cx, &tx));
    TRY(grant_post(cx, grant));
    if (!bug("nowhole"))
        TRY(grant_cover(cx, grant->id, &cover));
    TRY(tx_commit(&tx));
    TRY(db_settle(cx));
    live_post(l, grant);
    pthread_mutex_lock(&l->lock);
    if (!bug("nowhole")) {
        coverage_add(&l->coverage, 0, l->coverage.size);
        l->kept_bytes = l->coverage.bytes; /* in this very unit: the journal has nothing to add */
        l->kept_sent = cover.sent_bytes;
        l->kept_since = cover.sent_since;
    }
    pthread_mutex_unlock(&l->lock);
    return OK;
}
