/* /me/history: what one watched, each video with the button that forgets it. */
#include "base/id.h"
#include "catalog/page.h"
#include "common/app.h"
#include "contract.h"
#include "db/db.h"
#include "page/card.h"
#include "page/format.h"

enum { PAGE_ITEMS = 50 };

static void put_button(Page *p, const char *act, Str id, Text label, Str of)
{
    Buf *b = p->b;
    HTML(b, "<form method=\"post\" action=\"/me/history\">");
    if (id.n) {
        HTML(b, "<input type=\"hidden\" name=\"id\"");
        html_attr(b, "value", id);
        HTML(b, ">");
    }
    HTML(b, "<button class=\"button second\" name=\"do\"");
    html_attr(b, "value", str_of(act));
    if (of.n)
        html_attr(b, "aria-label",
                  arena_fmt(p->cx->arena, STR_FMT ": " STR_FMT, STR_ARG(page_word(p, label)),
                            STR_ARG(of)));
    HTML(b, ">");
    page_text(p, label);
    HTML(b, "</button></form>\n");
}

static void put_item(Page *p, const HistoryItem *h)
{
    Buf *b = p->b;
    Str both[2] = {format_duration(p->cx, h->position_ms), format_duration(p->cx, h->duration_ms)};
    HTML(b, "<li><span><a");
    html_link(b, "href", arena_fmt(p->cx->arena, "/watch/" STR_FMT, STR_ARG(h->slug)));
    HTML(b, "><bdi>");
    html_text(b, h->title);
    HTML(b, "</bdi></a> <small>");
    if (h->finished)
        page_text(p, TEXT_HISTORY_SEEN);
    else
        html_text(b, text_fill(p->cx, p->language, TEXT_HISTORY_AT, both, 2));
    HTML(b, " · ");
    put_moment(p, h->watched_at, false);
    HTML(b, "</small></span>\n");
    put_button(p, "forget", h->id, TEXT_FORGET, h->title);
    HTML(b, "</li>\n");
}

static void put_list(Page *p, const HistoryPage *history, bool kept)
{
    if (!history->items.n) {
        HTML(p->b, "<p class=\"empty\">");
        page_text(p, kept ? TEXT_NO_HISTORY : TEXT_HISTORY_OFF);
        HTML(p->b, "</p>\n");
        return;
    }
    HTML(p->b, "<section class=\"panel files\"><ul>\n");
    for (size_t i = 0; i < history->items.n; i++)
        put_item(p, &history->items.p[i]);
    HTML(p->b, "</ul></section>\n");
}

/* A cursor that is none of ours begins at the start. */
static Err find(Cx *cx, Str cursor, HistoryPage *out)
{
    ListMyHistoryIn in = {.limit = PAGE_ITEMS, .cursor = cursor, .has = {.cursor = cursor.n > 0}};
    Err e = list_my_history(cx, &in, out);
    if (e != E_INVALID)
        return e;
    cx->n_faults = 0;
    cx->said[0] = 0;
    in.has.cursor = false;
    return list_my_history(cx, &in, out);
}

Err my_history_page(Cx *cx, Req *req, Res *res)
{
    HistoryPage history = {0};
    HistorySettings settings = {0};
    if (!cx->viewer.id.n)
        return page_go(cx, res, S("/auth/login?next=/me/history"));
    TRY(find(cx, req_query(cx, req, "cursor"), &history));
    TRY(get_my_history_settings(cx, &settings));
    Page page = page_new(cx, req, res);
    page_begin(&page, &(PageHead){.title = page_word(&page, TEXT_HISTORY),
                                  .path = S("/me/history"),
                                  .hidden = true,
                                  .secret = true});
    HTML(page.b, "<div class=\"middle\"><h1>");
    page_text(&page, TEXT_HISTORY);
    HTML(page.b, "</h1>\n");
    put_list(&page, &history, settings.keep);
    if (history.has.next_cursor)
        card_more(&page, "/me/history", (Str){0}, history.next_cursor, TEXT_MORE_HISTORY);
    HTML(page.b, "<div class=\"ways\">\n");
    if (history.items.n)
        put_button(&page, "forget-all", (Str){0}, TEXT_FORGET_ALL, (Str){0});
    put_button(&page, settings.keep ? "stop" : "keep", (Str){0},
               settings.keep ? TEXT_HISTORY_STOP : TEXT_HISTORY_KEEP, (Str){0});
    HTML(page.b, "</div></div>\n");
    page_end(&page);
    return OK;
}

static Err act(Cx *cx, Str wish, Str id)
{
    HistorySettings settings = {0};
    if (str_eq(wish, S("forget")))
        return forget_my_history(cx, &(ForgetMyHistoryIn){.id = id_valid(id) ? id : S("")});
    if (str_eq(wish, S("forget-all")))
        return clear_my_history(cx);
    if (str_eq(wish, S("stop")) || str_eq(wish, S("keep")))
        return set_my_history(cx, &(SetMyHistoryIn){.body = {.keep = str_eq(wish, S("keep"))}},
                              &settings);
    return fail(cx, E_INVALID, "the buttons of this page say what they do");
}

Err change_history_page(Cx *cx, Req *req, Res *res)
{
    if (!cx->viewer.id.n) /* the session ended since the page was loaded */
        return page_go(cx, res, S("/auth/login?next=/me/history"));
    if (!(cx->viewer.scopes & SCOPE_ME_WRITE))
        return fail(cx, E_FORBIDDEN, "this account may not do that now");
    TRY(act(cx, req_form(cx, req, "do"), req_form(cx, req, "id")));
    return page_go(cx, res, S("/me/history"));
}
