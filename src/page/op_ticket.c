/* GET /d/{ticket}: the page of a download ticket, for whoever holds its address. */
#include "common/app.h"
#include "download/ticket.h"
#include "page/card.h"
#include "page/format.h"
#include "page/shell.h"

static void put_row(Page *p, Text label)
{
    HTML(p->b, "<dt>");
    page_text(p, label);
    HTML(p->b, "</dt><dd>");
}

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

static void put_facts(Page *p, const TicketRow *t)
{
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
    put_moment(p, t->expires_at, true);
    HTML(b, "</dd>\n");
    put_source(p, t);
    HTML(b, "</dd>\n</dl>\n");
}

static void put_command(Page *p, Str command)
{
    HTML(p->b, "<pre tabindex=\"0\"><code>");
    html_text(p->b, command);
    HTML(p->b, "</code></pre>\n");
}

static void put_help(Page *p, const TicketRow *t)
{
    Arena *a = p->cx->arena;
    Str url = shell_word(p->cx, ticket_url(p->cx, t)), name = shell_file(p->cx, t->filename);
    HTML(p->b, "<section class=\"panel\"><h2>");
    page_text(p, TEXT_HOW_TO_RESUME);
    HTML(p->b, "</h2>\n<p>");
    page_text(p, TEXT_RESUME_BROWSER);
    HTML(p->b, "</p>\n");
    put_command(p, arena_fmt(a, "curl -C - -o " STR_FMT " " STR_FMT, STR_ARG(name), STR_ARG(url)));
    put_command(
        p, arena_fmt(a, "aria2c -c -x 8 -o " STR_FMT " " STR_FMT, STR_ARG(name), STR_ARG(url)));
    HTML(p->b, "<h2>");
    page_text(p, TEXT_HOW_TO_CHECK);
    HTML(p->b, "</h2>\n<p>");
    page_text(p, TEXT_CHECK_HINT);
    HTML(p->b, "</p>\n");
    put_command(p, arena_fmt(a, "sha256sum " STR_FMT, STR_ARG(name)));
    HTML(p->b, "</section>\n");
}

static void put_download(Page *p, const TicketRow *t)
{
    Buf *b = p->b;
    Str url = ticket_url(p->cx, t), home = p->cx->app->public_url;
    HTML(b, "<p><a class=\"button\" download");
    html_link(b, "href", (Str){url.p + home.n, url.n - home.n}); /* as a path: this very host */
    HTML(b, ">");
    page_text(p, TEXT_DOWNLOAD);
    HTML(b, " <small>");
    html_text(b, format_size(p->cx, p->language, t->size_bytes));
    HTML(b, "</small></a></p>\n<p class=\"hint\">");
    page_text(p, TEXT_KEEP_SECRET);
    HTML(b, "</p>\n");
}

Err ticket_page(Cx *cx, Req *req, Res *res)
{
    TicketRow ticket = {0};
    TRY(ticket_by_secret(cx, req->params[0], &ticket));
    Page page = page_new(cx, req, res);
    page_begin(
        &page,
        &(PageHead){.title = text_fill(cx, page.language, TEXT_DOWNLOAD_OF, &ticket.filename, 1),
                    .description = ticket.title,
                    .path = arena_fmt(cx->arena, "/d/" STR_FMT, STR_ARG(ticket.secret)),
                    .hidden = true,
                    .secret = true});
    HTML(page.b, "<div class=\"middle\"><h1>");
    page_text(&page, TEXT_YOUR_DOWNLOAD);
    HTML(page.b, "</h1>\n<div class=\"panel\">");
    put_facts(&page, &ticket);
    put_download(&page, &ticket);
    HTML(page.b, "</div>\n");
    put_help(&page, &ticket);
    HTML(page.b, "</div>\n");
    page_end(&page);
    return OK;
}
