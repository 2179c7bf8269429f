/* The operations of download.yaml that are about tickets. */
#include "base/fault.h"
#include "catalog/page.h"
#include "common/app.h"
#include "common/idempotency.h"
#include "download/grant.h"
#include "download/ticket.h"

/* quota NULL: whoever asks is not the ticket's account. */
static DownloadTicket shown(Cx *cx, const TicketRow *r, const Quota *quota)
{
    int64_t left = r->max_downloads - r->downloads;
    return (DownloadTicket){.ticket = r->secret,
                            .url = ticket_url(cx, r),
                            .landing_url = ticket_landing(cx, r),
                            .expires_at = r->expires_at,
                            .filename = r->filename,
                            .size_bytes = r->size_bytes,
                            .sha256 = r->sha256,
                            .max_downloads = r->max_downloads,
                            .downloads_left = left > 0 ? left : 0,
                            .quota = quota ? *quota : (Quota){0},
                            .has = {.quota = quota != NULL}};
}

/* The ticket, its first download and what a repeated request will be told: all or none. */
static Err take(Cx *cx, const Idempotency *of, const TicketWish *wish, const Day *today,
                DownloadTicket *out)
{
    TicketRow row = {0};
    Quota quota = {0};
    bool fresh = false, found = false;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(idempotency_find(cx, of, &DOWNLOAD_TICKET, out, &found));
    if (found)
        return tx_commit(&tx);
    TRY(ticket_take(cx, wish, today, &row, &fresh));
    TRY(quota_read(cx, cx->viewer.id, today, &quota));
    cx->status = fresh ? 201 : 200;
    *out = shown(cx, &row, &quota);
    TRY(idempotency_keep(cx, of, &DOWNLOAD_TICKET, out));
    return tx_commit(&tx);
}

Err create_ticket(Cx *cx, const CreateTicketIn *in, DownloadTicket *out)
{
    TicketWish wish = {0};
    Day today = quota_today(cx);
    bool found = false;
    Str key = in->has.idempotency_key ? in->idempotency_key : (Str){0};
    Idempotency of =
        idempotency_of(cx, key, "createTicket", in->id, &DOWNLOAD_TICKET_NEW, &in->body);
    TRY(idempotency_find(cx, &of, &DOWNLOAD_TICKET, out, &found));
    if (found)
        return OK;
    Err e = ticket_wish(cx, in->id, &in->body, &wish);
    if (!e)
        e = take(cx, &of, &wish, &today, out);
    return grant_refused(cx, cx->viewer.id, in->id, &today, e);
}

Err get_ticket(Cx *cx, const GetTicketIn *in, DownloadTicket *out)
{
    TicketRow row = {0};
    Quota quota = {0};
    Day today = quota_today(cx);
    TRY(ticket_by_secret(cx, in->ticket, &row));
    bool own = str_eq(cx->viewer.id, row.account) || bug("anyquota");
    if (own)
        TRY(quota_read(cx, row.account, &today, &quota));
    *out = shown(cx, &row, own ? &quota : NULL);
    return OK;
}

Err revoke_ticket(Cx *cx, const RevokeTicketIn *in)
{
    Str id = {0};
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    Err e = db_text(cx, SQL_TICKET_REVOKE, ARGS(V(cx->now), V(in->ticket), V(cx->viewer.id)), &id);
    if (e == E_NOT_FOUND)
        return fail(cx, e, "there is no such ticket of yours");
    TRY(e);
    TRY(grant_cut(cx, id));
    return tx_commit(&tx);
}

Err list_my_tickets(Cx *cx, const ListMyTicketsIn *in, DownloadTicketPage *out)
{
    TicketRows rows = {0};
    PageStart start = {0};
    Quota quota = {0};
    Day today = quota_today(cx);
    TRY(page_start(cx, in->has.cursor ? in->cursor : (Str){0}, &start));
    Str before = start.id.n ? start.id : S("~");
    TRY(db_list(cx, SQL_TICKET_LIST,
                ARGS(V(cx->viewer.id), V(before), V(cx->now), V(in->limit + 1)), &TICKET_ROW,
                &rows.items));
    TRY(quota_read(cx, cx->viewer.id, &today, &quota));
    size_t n = (int64_t)rows.items.n > in->limit ? (size_t)in->limit : rows.items.n;
    DownloadTicketPage page = {.items = {arena_array(cx->arena, DownloadTicket, n), n}};
    for (size_t i = 0; i < n; i++)
        page.items.p[i] = shown(cx, &rows.items.p[i], &quota);
    if (n < rows.items.n) {
        page.next_cursor = page_cursor(cx, 0, rows.items.p[n - 1].id);
        page.has.next_cursor = true;
    }
    *out = page;
    return OK;
}
