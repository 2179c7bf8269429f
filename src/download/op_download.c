/* The operations of download.yaml. */
#include "catalog/page.h"
#include "common/app.h"
#include "download/ticket.h"

static DownloadTicket shown(Cx *cx, const TicketRow *r)
{
    return (DownloadTicket){.ticket = r->secret,
                            .url = ticket_url(cx, r),
                            .landing_url = ticket_landing(cx, r),
                            .expires_at = r->expires_at,
                            .filename = r->filename,
                            .size_bytes = r->size_bytes,
                            .sha256 = r->sha256};
}

Err create_ticket(Cx *cx, const CreateTicketIn *in, DownloadTicket *out)
{
    TicketRow row = {0};
    bool fresh = false;
    TRY(ticket_take(cx, in->id, in->body.has.expires_at ? &in->body.expires_at : NULL, &row,
                    &fresh));
    cx->status = fresh ? 201 : 200;
    *out = shown(cx, &row);
    return OK;
}

Err get_ticket(Cx *cx, const GetTicketIn *in, DownloadTicket *out)
{
    TicketRow row = {0};
    TRY(ticket_by_secret(cx, in->ticket, &row));
    *out = shown(cx, &row);
    return OK;
}

Err revoke_ticket(Cx *cx, const RevokeTicketIn *in)
{
    int64_t changed = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_TICKET_REVOKE, ARGS(V(cx->now), V(in->ticket), V(cx->viewer.id)), &changed));
    if (!changed)
        return fail(cx, E_NOT_FOUND, "there is no such ticket of yours");
    return tx_commit(&tx);
}

Err list_my_tickets(Cx *cx, const ListMyTicketsIn *in, DownloadTicketPage *out)
{
    TicketRows rows = {0};
    PageStart start = {0};
    TRY(page_start(cx, in->has.cursor ? in->cursor : (Str){0}, &start));
    Str before = start.id.n ? start.id : S("~");
    TRY(db_list(cx, SQL_TICKET_LIST,
                ARGS(V(cx->viewer.id), V(before), V(cx->now), V(in->limit + 1)), &TICKET_ROW,
                &rows.items));
    size_t n = (int64_t)rows.items.n > in->limit ? (size_t)in->limit : rows.items.n;
    DownloadTicketPage page = {.items = {arena_array(cx->arena, DownloadTicket, n), n}};
    for (size_t i = 0; i < n; i++)
        page.items.p[i] = shown(cx, &rows.items.p[i]);
    if (n < rows.items.n) {
        page.next_cursor = page_cursor(cx, 0, rows.items.p[n - 1].id);
        page.has.next_cursor = true;
    }
    *out = page;
    return OK;
}
