#include "download/direct.h"

#include "base/fault.h"
#include "common/app.h"
#include "common/flag_rules.h"

enum { WRITTEN_MAX = 1 << 20 };

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
    return OK;
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
