/* /d/{ticket}: the page of a download ticket, for whoever holds its address; and the buttons of its
 * owner. */
#include "common/app.h"
#include "download/sidecar.h"
#include "download/ticket.h"
#include "page/card.h"
#include "page/download.h"
#include "page/format.h"
#include "page/shell.h"

typedef struct Seen {
    TicketRow row;
    bool own; /* the viewer's */
    Quota quota;
} Seen;

/* The video or the show that the file belongs to. */
static void put_source(Page *p, const TicketRow *t)
{
    Buf *b = p->b;
    put_row(p, t->has.slug ? TEXT_FROM_VIDEO : TEXT_FROM_SHOW);
    if (!t->has.slug) {
        HTML(b, "<bdi>");
        html_text(b, t->title);
        HTML(b, "</bdi>");
        return;
    }
    HTML(b, "<a dir=\"auto\"");
    html_link(b, "href", arena_fmt(p->cx->arena, "/watch/" STR_FMT, STR_ARG(t->slug)));
    HTML(b, ">");
    html_text(b, t->title);
    HTML(b, "</a>");
}

static void put_facts(Page *p, const Seen *seen)
{
    const TicketRow *t = &seen->row;
    int64_t left = t->max_downloads - t->downloads;
    Buf *b = p->b;
    HTML(b, "<dl class=\"table\">\n");
    put_row(p, TEXT_FILE_NAME);
    HTML(b, "<bdi>");
    html_text(b, t->filename);
    HTML(b, "</bdi></dd>\n");
    put_row(p, TEXT_SIZE);
    html_text(b, format_size(p->cx, p->language, t->size_bytes));
    HTML(b, " <small>(");
    page_fill(p, TEXT_BYTES, format_count(p->cx, p->language, t->size_bytes));
    HTML(b, ")</small></dd>\n<dt>SHA-256</dt><dd><code>");
    html_text(b, t->sha256);
    HTML(b, "</code></dd>\n");
    put_row(p, TEXT_VALID_UNTIL);
    put_expiry(p, t->expires_at);
    HTML(b, "</dd>\n");
    put_row(p, TEXT_LINK_LEFT);
    page_fill(p, TEXT_LINK_MORE, format_count(p->cx, p->language, left > 0 ? left : 0));
    HTML(b, "</dd>\n");
    if (seen->own)
        put_allowance(p, &seen->quota);
    put_source(p, t);
    HTML(b, "</dd>\n</dl>\n");
}

static void put_beside(Page *p, Str path, Sidecar kind, Text label)
{
    HTML(p->b, "<a download");
    html_link(p->b, "href",
              arena_fmt(p->cx->arena, STR_FMT "%s", STR_ARG(path), sidecar_suffix(kind)));
    HTML(p->b, ">");
    page_text(p, label);
    HTML(p->b, "</a>");
}

static void put_download(Page *p, const TicketRow *t)
{
    Buf *b = p->b;
    Str path = page_path(p, ticket_url(p->cx, t)); /* this very host */
    HTML(b, "<p><a class=\"button full\" download");
    html_link(b, "href", path);
    HTML(b, ">");
    page_text(p, TEXT_DOWNLOAD);
    HTML(b, " <small>");
    html_text(b, format_size(p->cx, p->language, t->size_bytes));
    HTML(b, "</small></a></p>\n<p class=\"ways\">");
    put_beside(p, path, SIDECAR_SHA256, TEXT_CHECKSUM_FILE);
    HTML(b, " ");
    put_beside(p, path, SIDECAR_METALINK, TEXT_METALINK_FILE);
    HTML(b, "</p>\n<p class=\"hint\">");
    page_text(p, TEXT_KEEP_SECRET);
    HTML(b, "</p>\n");
}

static void put_command(Page *p, Str command)
{
    HTML(p->b, "<pre tabindex=\"0\"><code>");
    html_text(p->b, command);
    HTML(p->b, "</code></pre>\n");
}

static void put_section(Page *p, Text title, Text hint)
{
    HTML(p->b, "<h2>");
    page_text(p, title);
    HTML(p->b, "</h2>\n<p>");
    page_text(p, hint);
    HTML(p->b, "</p>\n");
}

static void put_help(Page *p, const TicketRow *t)
{
    static const char *const commands[] = {"curl -L -C - -o", "wget -c -O", "aria2c -c -x 8 -o"};
    Arena *a = p->cx->arena;
    Str url = ticket_url(p->cx, t), name = shell_file(p->cx, t->filename);
    Str sum = arena_fmt(a, STR_FMT "%s", STR_ARG(url), sidecar_suffix(SIDECAR_SHA256));
    HTML(p->b, "<section class=\"panel\">");
    put_section(p, TEXT_HOW_TO_RESUME, TEXT_RESUME_BROWSER);
    for (size_t i = 0; i < COUNT(commands); i++)
        put_command(p, arena_fmt(a, "%s " STR_FMT " " STR_FMT, commands[i], STR_ARG(name),
                                 STR_ARG(shell_word(p->cx, url))));
    put_section(p, TEXT_HOW_TO_CHECK, TEXT_CHECK_HINT);
    put_command(
        p, arena_fmt(a, "curl -sS " STR_FMT " | sha256sum -c", STR_ARG(shell_word(p->cx, sum))));
    HTML(p->b, "</section>\n");
}

static void put_owner(Page *p, const TicketRow *t)
{
    HTML(p->b, "<section class=\"panel\">");
    put_section(p, TEXT_THIS_LINK, TEXT_THIS_LINK_HINT);
    HTML(p->b, "<div class=\"ways\">");
    put_ticket_form(p, &(TicketForm){.ticket = t->secret, .act = "renew", .label = TEXT_RENEW});
    put_ticket_form(p, &(TicketForm){.ticket = t->secret, .act = "revoke", .label = TEXT_REVOKE});
    HTML(p->b, "</div></section>\n");
}

static void begin(Page *p, const TicketRow *t, Text title)
{
    page_begin(
        p, &(PageHead){.title = text_fill(p->cx, p->language, TEXT_DOWNLOAD_OF, &t->filename, 1),
                       .description = t->title,
                       .path = arena_fmt(p->cx->arena, "/d/" STR_FMT, STR_ARG(t->secret)),
                       .hidden = true,
                       .secret = true,
                       .clock = true});
    HTML(p->b, "<div class=\"middle\"><h1>");
    page_text(p, title);
    HTML(p->b, "</h1>\n");
}

/* --- one that is gone, to its owner */

static void put_gone(Page *p, const TicketRow *t)
{
    bool revoked = t->has.revoked_at && t->revoked_at < t->expires_at;
    bool withdrawn = str_eq(t->state, S("taken-down"));
    Buf *b = p->b;
    begin(p, t, TEXT_LINK_GONE);
    HTML(b, "<div class=\"panel\"><p>");
    page_text(p, withdrawn ? TEXT_WAS_WITHDRAWN : revoked ? TEXT_WAS_REVOKED : TEXT_HAS_EXPIRED);
    HTML(b, "</p>\n<dl class=\"table\">\n");
    put_row(p, TEXT_FILE_NAME);
    HTML(b, "<bdi>");
    html_text(b, t->filename);
    HTML(b, "</bdi></dd>\n");
    if (!revoked && !withdrawn) {
        put_row(p, TEXT_VALID_UNTIL);
        put_expiry(p, t->expires_at);
        HTML(b, "</dd>\n");
    }
    HTML(b, "</dl>\n");
    if (!withdrawn)
        put_ticket_form(
            p,
            &(TicketForm){.ticket = t->secret, .act = "renew", .label = TEXT_RENEW, .first = true});
    HTML(b, "</div></div>\n");
    page_end(p);
}

/* A program hears the problem; so does whoever else holds the address, in words. */
static bool tells_owner(const Cx *cx, const Req *req, const TicketRow *t)
{
    return t->account.n && str_eq(t->account, cx->viewer.id) &&
           req_prefers(req, "text/html", "application/problem+json");
}

static Err refuse(Cx *cx, const Req *req, Res *res, Err e)
{
    TicketRow row = {0};
    if (e != E_GONE)
        return e;
    TRY(ticket_any(cx, req->params[0], &row));
    if (!tells_owner(cx, req, &row))
        return e;
    cx->said[0] = 0;
    res->status = err_kind(e)->status;
    Page page = page_new(cx, req, res);
    put_gone(&page, &row);
    return OK;
}

Err ticket_page(Cx *cx, Req *req, Res *res)
{
    Seen seen = {0};
    Err e = ticket_by_secret(cx, req->params[0], &seen.row);
    if (e)
        return refuse(cx, req, res, e);
    Day today = quota_today(cx);
    seen.own = str_eq(seen.row.account, cx->viewer.id);
    if (seen.own)
        TRY(quota_read(cx, cx->viewer.id, &today, &seen.quota));
    Page page = page_new(cx, req, res);
    begin(&page, &seen.row, TEXT_YOUR_DOWNLOAD);
    HTML(page.b, "<div class=\"panel\">");
    put_facts(&page, &seen);
    put_download(&page, &seen.row);
    HTML(page.b, "</div>\n");
    put_help(&page, &seen.row);
    if (seen.own)
        put_owner(&page, &seen.row);
    HTML(page.b, "</div>\n");
    page_end(&page);
    return OK;
}

/* --- the owner's buttons */

static Err renew(Cx *cx, const TicketRow *old, Str *secret)
{
    TicketRow made = {0};
    Day today = quota_today(cx);
    Err e = ticket_renew(cx, old, &today, &made);
    *secret = made.secret;
    return grant_refused(cx, cx->viewer.id, old->asset, &today, e);
}

Err change_ticket_page(Cx *cx, Req *req, Res *res)
{
    TicketRow row = {0};
    Str act = req_form(cx, req, "do"), secret = req->params[0];
    Str list = req_form(cx, req, "from");
    TRY(ticket_any(cx, secret, &row));
    if (!cx->viewer.id.n) /* the session ended since the page was loaded */
        return page_go(cx, res,
                       arena_fmt(cx->arena, "/auth/login?next=/d/" STR_FMT, STR_ARG(secret)));
    if (!str_eq(row.account, cx->viewer.id) || !(cx->viewer.scopes & SCOPE_TICKET_WRITE))
        return fail(cx, E_FORBIDDEN, "this is not a ticket of yours");
    if (str_eq(act, S("renew"))) {
        TRY(renew(cx, &row, &secret));
    } else if (str_eq(act, S("revoke"))) {
        Err e = revoke_ticket(cx, &(RevokeTicketIn){.ticket = secret});
        if (e && e != E_NOT_FOUND) /* pressed twice */
            return e;
    } else {
        return fail(cx, E_INVALID, "the buttons of this page are renew and revoke");
    }
    return page_go(cx, res,
                   str_eq(list, S("list")) ? S("/me/tickets")
                                           : arena_fmt(cx->arena, "/d/" STR_FMT, STR_ARG(secret)));
}
