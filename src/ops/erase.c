#include "ops/erase.h"

#include "base/fault.h"
#include "base/id.h"
#include "base/log.h"
#include "common/app.h"
#include "common/audit.h"
#include "community/comment.h"
#include "contract.h"
#include "db/db.h"
#include "download/grant.h"
#include "identity/former_name.h"
#include "identity/guess.h"

/* What is written of an account, table by table: deleted, or given to the stand-in. */
static const struct {
    Sql sql;
    bool given; /* $1 is the stand-in, $2 the account; else $1 is the account */
} plain[] = {
    {SQL_ERASE_OAUTH_CODES, false},   {SQL_ERASE_FOLLOWS, false},
    {SQL_ERASE_NOTIFICATIONS, false}, {SQL_ERASE_NOTIFICATION_SETTING, false},
    {SQL_ERASE_PUSH, false},          {SQL_ERASE_CREDENTIALS, false},
    {SQL_ERASE_KNOWN, false},         {SQL_ERASE_CODES, false},
    {SQL_ERASE_KEYS, false},          {SQL_ERASE_HISTORY, false},
    {SQL_ERASE_PROOFS, false},        {SQL_ERASE_PLAYBACKS, false},
    {SQL_ERASE_PLAYLISTS, false},     {SQL_ERASE_ALLOWANCE, false},
    {SQL_ERASE_PAUSE, false},         {SQL_ERASE_CONSENTS, false},
    {SQL_ERASE_TURN, false},          {SQL_ERASE_COMMENTS, true},
    {SQL_ERASE_REPORTS, true},        {SQL_ERASE_SHARES, true},
    {SQL_ERASE_TICKETS, true},        {SQL_ERASE_IDENTITIES, false},
};
static const Sql editorial[] = {SQL_ERASE_UPLOADS, SQL_ERASE_VIDEOS, SQL_ERASE_ENCODES,
                                SQL_ERASE_JOBS};

/* Calls `one` for each id of a list that gets shorter by it, all that was read in one unit. */
static Err each(Cx *cx, const ErasureRow *e, Sql which, Str of,
                Err (*one)(Cx *cx, const ErasureRow *e, Str id))
{
    for (IdRows found = {0};; found = (IdRows){0}) {
        TRY(db_list(cx, which, ARGS(V(of)), &ID_ROW, &found.items));
        if (!found.items.n)
            return OK;
        Tx tx CLEANUP(tx_end) = {0};
        TRY(tx_begin(cx, &tx));
        for (size_t i = 0; i < found.items.n; i++)
            TRY(one(cx, e, found.items.p[i].id));
        TRY(tx_commit(&tx));
        TRY(db_settle(cx));
    }
}

static Err run(Cx *cx, Sql which, const Val *args, size_t n)
{
    for (int64_t changed = 1; changed;) {
        Tx tx CLEANUP(tx_end) = {0};
        TRY(tx_begin(cx, &tx));
        TRY(db_run(cx, which, args, n, &changed));
        TRY(tx_commit(&tx));
        TRY(db_settle(cx));
    }
    return OK;
}

static Err unlike(Cx *cx, const ErasureRow *e, Str video)
{
    int64_t changed = 0;
    TRY(db_run(cx, SQL_LIKE_DROP, ARGS(V(e->account), V(video)), &changed));
    return changed ? db_run(cx, SQL_TALLY_NO_LIKE, ARGS(V(video)), NULL) : OK;
}

static Err unsay(Cx *cx, const ErasureRow *e, Str id)
{
    (void)e;
    CommentRow row = {0};
    TRY(db_one(cx, SQL_COMMENT_BY_ID, ARGS(V(id)), &COMMENT_ROW, &row));
    TRY(comment_move(cx, &row, COMMENT_DELETE, 0));
    TRY(db_run(cx, SQL_COMMENT_EMPTY, ARGS(V(id)), NULL));
    return db_run(cx, SQL_REPORT_CLOSED, ARGS(V(cx->now), V(id)), NULL);
}

/* Out of the list ["a","name"]. What others wrote stays as they wrote it, and leads nowhere. */
static Err unmention(Cx *cx, const ErasureRow *e, Str id)
{
    Arena *a = cx->arena;
    return db_run(cx, SQL_ERASE_MENTION,
                  ARGS(V(arena_fmt(a, "\"" STR_FMT "\",", STR_ARG(e->name))),
                       V(arena_fmt(a, ",\"" STR_FMT "\"", STR_ARG(e->name))),
                       V(arena_fmt(a, "\"" STR_FMT "\"", STR_ARG(e->name))), V(id)),
                  NULL);
}

static Err end_ticket(Cx *cx, const ErasureRow *e, Str id)
{
    (void)e;
    TRY(db_run(cx, SQL_ERASE_TICKET_END, ARGS(V(cx->now), V(id)), NULL));
    return grant_cut(cx, id);
}

static Err redact(Cx *cx, const ErasureRow *e, Str n)
{
    int64_t row = 0;
    for (size_t i = 0; i < n.n; i++)
        row = row * 10 + (n.p[i] - '0');
    return audit_redact(cx, row, e->account, e->stand_in);
}

/* A quota is the sum of its entries at every moment, so a day goes over whole. */
static Err give_downloads(Cx *cx, const ErasureRow *e)
{
    for (int64_t day = 0;;) {
        Err none = db_int(cx, SQL_ERASE_DAY, ARGS(V(e->account)), &day);
        if (none == E_NOT_FOUND)
            return OK;
        TRY(none);
        Tx tx CLEANUP(tx_end) = {0};
        TRY(tx_begin(cx, &tx));
        TRY(db_run(cx, SQL_ERASE_LEDGER, ARGS(V(e->stand_in), V(e->account), V(day)), NULL));
        TRY(db_run(cx, SQL_ERASE_TOTALS, ARGS(V(e->stand_in), V(e->account), V(day)), NULL));
        TRY(db_run(cx, SQL_ERASE_DOWNLOADS, ARGS(V(e->stand_in), V(e->account), V(day)), NULL));
        TRY(db_run(cx, SQL_ERASE_QUOTA, ARGS(V(e->stand_in), V(e->account), V(day)), NULL));
        TRY(tx_commit(&tx));
        TRY(db_settle(cx));
    }
}

static Err give_editorial(Cx *cx, const ErasureRow *e)
{
    int64_t any = 0;
    TRY(db_int(cx, SQL_ERASE_LEFT, ARGS(V(e->account)), &any));
    for (size_t i = 0; any && i < COUNT(editorial); i++)
        TRY(run(cx, editorial[i], ARGS(V(e->stand_in), V(e->account))));
    return OK;
}

static Err begin(Cx *cx, ErasureRow *e)
{
    if (e->has.stand_in)
        return OK;
    Str id = id_new(cx);
    int64_t begun = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_ERASE_DISABLE, ARGS(V(cx->now), V(e->account)), NULL));
    TRY(db_run(cx, SQL_ERASE_STAND_IN,
               ARGS(V(id), V(id_secret(cx, 16)), V(arena_fmt(cx->arena, "-" STR_FMT, STR_ARG(id))),
                    V(cx->now)),
               NULL));
    TRY(db_run(cx, SQL_ERASE_BEGUN, ARGS(V(id), V(e->account)), &begun));
    if (!begun)
        return fail(cx, E_CONFLICT, "its owner took it back this moment");
    TRY(tx_commit(&tx));
    TRY(db_settle(cx));
    e->stand_in = id;
    e->has.stand_in = true;
    return OK;
}

static Err finish(Cx *cx, const ErasureRow *e)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_ERASE_FLAGS, ARGS(V(e->account), V(e->stand_in)), NULL));
    TRY(former_name_keep(cx, e->name));
    TRY(audit_add(cx, "account.erase", e->stand_in, (Str){0}, (Str){0}));
    TRY(db_run(cx, SQL_ERASE_DONE, ARGS(V(e->account)), NULL));
    TRY(db_run(cx, SQL_ERASE_ACCOUNT, ARGS(V(e->account)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static Err erase(Cx *cx, const ErasureRow *e)
{
    Str quoted = arena_fmt(cx->arena, "\"" STR_FMT "\"", STR_ARG(e->name));
    TRY(guess_forget(cx, "password", e->name));
    TRY(guess_forget(cx, "own", e->account));
    TRY(guess_forget(cx, "code", e->account));
    TRY(each(cx, e, SQL_ERASE_TICKETS_LIVE, e->account, end_ticket));
    TRY(each(cx, e, SQL_ERASE_LIKED, e->account, unlike));
    if (!bug("keepcomments"))
        TRY(each(cx, e, SQL_ERASE_SAID, e->account, unsay));
    TRY(each(cx, e, SQL_ERASE_SPOKEN_TO, quoted, unmention));
    TRY(run(cx, SQL_ERASE_PLAYLIST_VIDEOS, ARGS(V(e->account))));
    for (size_t i = 0; i < COUNT(plain); i++)
        TRY(run(cx, plain[i].sql,
                plain[i].given ? (const Val[]){V(e->stand_in), V(e->account)}
                               : (const Val[]){V(e->account)},
                plain[i].given ? 2 : 1));
    TRY(give_downloads(cx, e));
    TRY(give_editorial(cx, e));
    if (!bug("keepaudit"))
        TRY(each(cx, e, SQL_ERASE_AUDITED, e->account, redact));
    return finish(cx, e);
}

Err erase_run(Cx *cx)
{
    ErasureRow e = {0};
    Err none = db_one(cx, SQL_ERASE_NEXT, ARGS(V(cx->now)), &ERASURE_ROW, &e);
    if (none == E_NOT_FOUND)
        return OK;
    TRY(none);
    TRY(begin(cx, &e));
    TRY(erase(cx, &e));
    db_shed(cx->app->db);
    log_say(LOG_INFO, "account.erased", LS("stand_in", e.stand_in));
    return OK;
}

/* An administrator who goes leaves another one. */
static Err keep_one_admin(Cx *cx)
{
    int64_t is = 0, others = 0;
    TRY(db_int(cx, SQL_ERASE_IS_ADMIN, ARGS(V(cx->viewer.id)), &is));
    TRY(db_int(cx, SQL_ERASE_ADMINS, ARGS(V(cx->viewer.id)), &others));
    return !is || others
               ? OK
               : fail(cx, E_CONFLICT, "this is the last administrator; make another one first");
}

Err erase_ask(Cx *cx)
{
    int64_t grace = cx->app->conf.erase_after;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(keep_one_admin(cx));
    TRY(db_run(cx, SQL_ERASE_ASK, ARGS(V(cx->viewer.id), V(cx->now), V(cx->now + grace)), NULL));
    TRY(db_run(cx, SQL_ERASE_CREDENTIALS, ARGS(V(cx->viewer.id)), NULL));
    if (!grace)
        TRY(db_run(cx, SQL_ERASE_DISABLE, ARGS(V(cx->now), V(cx->viewer.id)), NULL));
    return tx_commit(&tx);
}
