#include "download/ticket.h"

#include "base/fault.h"
#include "base/id.h"
#include "catalog/scan.h"
#include "catalog/video.h"
#include "common/app.h"
#include "download/live.h"
#include "download/proof.h"
#include "identity/age.h"

enum { SECRET_ROOM = 24 }; /* 192 bits, 32 characters */

/* Asked last: who may not have the file hears nothing of it. */
static Err check_scan(Cx *cx, Str asset)
{
    BlobRow file = {0};
    TRY(db_one(cx, SQL_ASSET_FILE_OF, ARGS(V(asset)), &BLOB_ROW, &file));
    return scan_hold(cx, file.key, file.sha256);
}

static Err check_access(Cx *cx, Str asset)
{
    AssetAccess gate = {0};
    bool edits = video_sees_drafts(cx);
    Err e = db_one(cx, SQL_ASSET_ACCESS, ARGS(V(asset), V(edits)), &ASSET_ACCESS, &gate);
    if (e == E_NOT_FOUND)
        return fail(cx, e, "there is no such asset");
    TRY(e);
    bool member = str_eq(cx->viewer.role, S("premium")) || edits;
    if (str_eq(gate.access, S("premium")) && !member && !bug("notier"))
        return fail(cx, E_PREMIUM, "this file is for premium members");
    if (!edits)
        TRY(age_check(cx, gate.content_rating, 0));
    TRY(proof_check(cx, asset));
    return check_scan(cx, asset);
}

static Err check_expiry(Cx *cx, const int64_t *asked, int64_t *expires_at)
{
    *expires_at = asked ? *asked : cx->now + cx->app->conf.ticket_life;
    if (*expires_at <= cx->now)
        return fail_at(cx, "body", "/expiresAt", "lies in the past");
    if (*expires_at > cx->now + cx->app->conf.max_ticket_life)
        return fail_at(cx, "body", "/expiresAt", "may be at most %lld days away",
                       (long long)cx->app->conf.max_ticket_life / 86400000);
    return OK;
}

static Err live_ticket(Cx *cx, Str asset, TicketRow *out)
{
    return db_one(cx, SQL_TICKET_LIVE, ARGS(V(cx->viewer.id), V(asset)), &TICKET_ROW, out);
}

Err ticket_wish(Cx *cx, Str asset, const DownloadTicketNew *asked, TicketWish *out)
{
    int64_t most = cx->app->conf.max_ticket_downloads, expires_at = 0;
    TRY(check_access(cx, asset));
    TRY(check_expiry(cx, asked->has.expires_at ? &asked->expires_at : NULL, &expires_at));
    if (asked->has.max_downloads && asked->max_downloads > most)
        return fail_at(cx, "body", "/maxDownloads", "may be at most %lld", (long long)most);
    *out = (TicketWish){asset, expires_at, asked->has.max_downloads ? asked->max_downloads : most};
    return OK;
}

static Err make(Cx *cx, const TicketWish *wish, const Day *today)
{
    GrantRow first = {0};
    TicketRow t = {.id = id_new(cx), .max_downloads = wish->max_downloads};
    TRY(db_run(cx, SQL_TICKET_ADD,
               ARGS(V(t.id), V(id_secret(cx, SECRET_ROOM)), V(wish->asset), V(cx->viewer.id),
                    V(cx->now), V(wish->expires_at), V(wish->max_downloads)),
               NULL));
    return grant_of_ticket(cx, &t, today, &first);
}

Err ticket_take(Cx *cx, const TicketWish *wish, const Day *today, TicketRow *out, bool *fresh)
{
    TRY(db_run(cx, SQL_TICKET_END, ARGS(V(cx->now), V(cx->viewer.id), V(wish->asset)), NULL));
    Err e = live_ticket(cx, wish->asset, out);
    *fresh = e == E_NOT_FOUND;
    if (!*fresh)
        return e;
    TRY(make(cx, wish, today));
    return live_ticket(cx, wish->asset, out);
}

/* A ticket that is gone already frees nothing. */
static Err end(Cx *cx, const TicketRow *t)
{
    Str id = {0};
    Err e = db_text(cx, SQL_TICKET_REVOKE, ARGS(V(cx->now), V(t->secret), V(cx->viewer.id)), &id);
    return e == E_NOT_FOUND ? OK : e ? e : grant_cut(cx, id);
}

Err ticket_renew(Cx *cx, const TicketRow *old, const Day *today, TicketRow *out)
{
    TicketWish wish = {0};
    bool fresh = false;
    TRY(ticket_wish(cx, old->asset, &(DownloadTicketNew){0}, &wish));
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(end(cx, old));
    TRY(ticket_take(cx, &wish, today, out, &fresh));
    return tx_commit(&tx);
}

Err ticket_any(Cx *cx, Str secret, TicketRow *out)
{
    Err e = db_one(cx, SQL_TICKET_BY_SECRET, ARGS(V(secret)), &TICKET_ROW, out);
    return e == E_NOT_FOUND ? fail(cx, e, "there is no such ticket") : e;
}

Err ticket_by_secret(Cx *cx, Str secret, TicketRow *out)
{
    TRY(ticket_any(cx, secret, out));
    if (out->has.revoked_at && out->revoked_at < out->expires_at)
        return fail(cx, E_GONE, "this ticket was revoked");
    if ((out->has.revoked_at || live_now(cx) >= out->expires_at) && !bug("noexpiry"))
        return fail(cx, E_GONE, "this ticket has expired");
    if (str_eq(out->state, S("taken-down")))
        return fail(cx, E_GONE, "this video was taken down");
    return OK;
}

Err ticket_sweep(Cx *cx)
{
    int64_t n = 0;
    TRY(db_int(cx, SQL_TICKET_EXPIRED, ARGS(V(cx->now)), &n));
    if (!n || bug("noexpirymark"))
        return OK;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_TICKET_SWEEP, ARGS(V(cx->now)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

/* RFC 3986: all but unreserved characters as %XX. */
static Str path_segment(Cx *cx, Str name)
{
    char *text = arena_take(cx->arena, name.n * 3 + 1), *to = text;
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '_' || c == '~' || (c == '.' && i);
        if (plain) {
            *to++ = (char)c;
            continue;
        }
        *to++ = '%';
        *to++ = "0123456789ABCDEF"[c >> 4];
        *to++ = "0123456789ABCDEF"[c & 15];
    }
    return (Str){text, (size_t)(to - text)};
}

Str ticket_file(Cx *cx, Str filename)
{
    return path_segment(cx, filename);
}

Str ticket_url(Cx *cx, const TicketRow *row)
{
    Str name = ticket_file(cx, row->filename);
    return app_url(
        cx, arena_fmt(cx->arena, "/d/" STR_FMT "/" STR_FMT, STR_ARG(row->secret), STR_ARG(name)));
}

Str ticket_landing(Cx *cx, const TicketRow *row)
{
    return app_url(cx, arena_fmt(cx->arena, "/d/" STR_FMT, STR_ARG(row->secret)));
}
