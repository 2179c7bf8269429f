/* /me/tickets: one's live tickets, newest first, each with the button that ends it. */
#include "common/app.h"
#include "download/quota.h"
#include "page/card.h"
#include "page/download.h"
#include "page/format.h"

enum { PAGE_TICKETS = 50 };

static void put_one(Page *p, const DownloadTicket *t)
{
    Buf *b = p->b;
    HTML(b, "<li><span><a");
    html_link(b, "href", page_path(p, t->landing_url));
    HTML(b, "><bdi>");
    html_text(b, t->filename);
    HTML(b, "</bdi></a> <small>");
    html_text(b, format_size(p->cx, p->language, t->size_bytes));
    HTML(b, " · ");
    page_text(p, TEXT_VALID_UNTIL);
    HTML(b, " ");
    put_moment(p, t->expires_at, false);
    HTML(b, "</small></span>\n");
    put_ticket_form(p, &(TicketForm){.ticket = t->ticket,
                                     .of = t->filename,
                                     .act = "revoke",
                                     .label = TEXT_REVOKE,
                                     .from_list = true});
    HTML(b, "</li>\n");
}

static void put_list(Page *p, const DownloadTicketPage *tickets)
{
    HTML(p->b, "<section class=\"panel files\"><h2>");
    page_text(p, TEXT_LIVE_LINKS);
    HTML(p->b, "</h2>\n");
    if (!tickets->items.n) {
        HTML(p->b, "<p class=\"empty\">");
        page_text(p, TEXT_NO_TICKETS);
        HTML(p->b, "</p>\n");
    } else {
        HTML(p->b, "<ul>\n");
        for (size_t i = 0; i < tickets->items.n; i++)
            put_one(p, &tickets->items.p[i]);
        HTML(p->b, "</ul>\n");
    }
    HTML(p->b, "</section>\n");
}

/* A cursor that is none of ours begins at the start. */
static Err find(Cx *cx, Str cursor, DownloadTicketPage *out)
{
    ListMyTicketsIn in = {.limit = PAGE_TICKETS, .cursor = cursor, .has.cursor = cursor.n > 0};
    Err e = list_my_tickets(cx, &in, out);
    if (e != E_INVALID)
        return e;
    cx->n_faults = 0;
    cx->said[0] = 0;
    in.has.cursor = false;
    return list_my_tickets(cx, &in, out);
}

Err my_tickets_page(Cx *cx, Req *req, Res *res)
{
    DownloadTicketPage tickets = {0};
    Quota quota = {0};
    Day today = quota_today(cx);
    if (!cx->viewer.id.n) {
        res->status = 303;
        res_header(cx, res, "Location", "/auth/login?next=/me/tickets");
        res_header(cx, res, "Cache-Control", "private, no-store");
        return OK;
    }
    TRY(find(cx, req_query(cx, req, "cursor"), &tickets));
    TRY(quota_read(cx, cx->viewer.id, &today, &quota));
    Page page = page_new(cx, req, res);
    page_begin(&page, &(PageHead){.title = page_word(&page, TEXT_MY_DOWNLOADS),
                                  .path = S("/me/tickets"),
                                  .hidden = true,
                                  .secret = true});
    HTML(page.b, "<div class=\"middle\"><h1>");
    page_text(&page, TEXT_MY_DOWNLOADS);
    HTML(page.b, "</h1>\n<dl class=\"table\">\n");
    put_allowance(&page, &quota);
    HTML(page.b, "</dl>\n");
    put_list(&page, &tickets);
    if (tickets.has.next_cursor)
        card_more(&page, "/me/tickets", (Str){0}, tickets.next_cursor, TEXT_MORE_TICKETS);
    HTML(page.b, "</div>\n");
    page_end(&page);
    return OK;
}
