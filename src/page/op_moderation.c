/* /admin/comments: what waits for a moderator, and what people reported, with the buttons that
 * decide. */
#include "base/id.h"
#include "catalog/page.h"
#include "community/comment.h"
#include "contract.h"
#include "http/res.h"
#include "page/card.h"
#include "page/format.h"
#include "page/talk.h"

enum { SHOWN = 50 };

static void put_button(Page *p, const char *act, Str id, const char *class_, Text label)
{
    Buf *b = p->b;
    HTML(b, "<form method=\"post\" action=\"/admin/comments\"><input type=\"hidden\" name=\"id\"");
    html_attr(b, "value", id);
    HTML(b, "><button name=\"do\"");
    html_attr(b, "value", str_of(act));
    html_attr(b, "class", str_of(class_));
    HTML(b, ">");
    page_text(p, label);
    HTML(b, "</button></form>");
}

static void put_why(Page *p, const HeldComment *c)
{
    HTML(p->b, "<span class=\"badge\">");
    if (c->held_for == HELD_FOR_REPORTS)
        page_fill(p, TEXT_HELD_REPORTS, format_count(p->cx, p->language, c->reports));
    else
        page_text(p, c->held_for == HELD_FOR_LINK ? TEXT_HELD_LINK : TEXT_HELD_FIRST);
    HTML(p->b, "</span>");
}

static void put_held(Page *p, const HeldComment *c)
{
    Buf *b = p->b;
    HTML(b, "<li><p class=\"facts\"><bdi>");
    html_text(b, c->author);
    HTML(b, "</bdi> · <a");
    html_link(b, "href", arena_fmt(p->cx->arena, "/watch/" STR_FMT, STR_ARG(c->video_slug)));
    HTML(b, "><bdi>");
    html_text(b, c->video_title);
    HTML(b, "</bdi></a> · ");
    put_moment(p, c->created_at, true);
    HTML(b, " ");
    put_why(p, c);
    HTML(b, "</p><div dir=\"auto\">");
    html_paragraphs(b, c->text);
    HTML(b, "</div><div class=\"acts\">");
    put_button(p, "approve", c->id, "button second", TEXT_APPROVE);
    put_button(p, "reject", c->id, "button second", TEXT_REJECT);
    HTML(b, "</div></li>\n");
}

static void put_report(Page *p, const Report *r)
{
    Buf *b = p->b;
    HTML(b, "<li><p class=\"facts\">");
    page_text(p, r->has.comment_id ? TEXT_REPORTED_COMMENT : TEXT_REPORTED_VIDEO);
    HTML(b, " <code>");
    html_text(b, r->has.comment_id ? r->comment_id : r->video_id);
    HTML(b, "</code> · ");
    put_moment(p, r->created_at, true);
    HTML(b, " <span class=\"badge\">");
    page_text(p, talk_reason(r->reason));
    HTML(b, "</span></p><div dir=\"auto\">");
    html_paragraphs(b, r->has.note ? r->note : (Str){0});
    HTML(b, "</div><div class=\"acts\">");
    put_button(p, "close", r->id, "button second", TEXT_CLOSE_REPORT);
    HTML(b, "</div></li>\n");
}

static void put_empty(Page *p, size_t n)
{
    if (n)
        return;
    HTML(p->b, "<li class=\"hint\">");
    page_text(p, TEXT_NOTHING_WAITS);
    HTML(p->b, "</li>\n");
}

/* What came later, when more waits than a page holds. */
static void put_more(Page *p, const char *list, bool more, Str cursor)
{
    if (!more)
        return;
    HTML(p->b, "<p class=\"more\"><a class=\"button second\" rel=\"next\"");
    html_link(p->b, "href",
              arena_fmt(p->cx->arena, "/admin/comments?%s=" STR_FMT, list, STR_ARG(cursor)));
    HTML(p->b, ">");
    page_text(p, TEXT_LATER_ONES);
    HTML(p->b, "</a></p>\n");
}

static void write_page(Page *p, const HeldCommentPage *held, const ReportPage *reports)
{
    Buf *b = p->b;
    page_begin(p, &(PageHead){.title = page_word(p, TEXT_MODERATION),
                              .path = S("/admin/comments"),
                              .hidden = true,
                              .secret = true});
    HTML(b, "<div class=\"middle\"><h1>");
    page_text(p, TEXT_MODERATION);
    HTML(b, "</h1>\n<section class=\"talk\"><h2>");
    page_text(p, TEXT_WAITING);
    HTML(b, "</h2>\n<ul>\n");
    put_empty(p, held->items.n);
    for (size_t i = 0; i < held->items.n; i++)
        put_held(p, &held->items.p[i]);
    HTML(b, "</ul>\n");
    put_more(p, "held", held->has.next_cursor, held->next_cursor);
    HTML(b, "</section>\n<section class=\"talk\"><h2>");
    page_text(p, TEXT_REPORTS);
    HTML(b, "</h2>\n<ul>\n");
    put_empty(p, reports->items.n);
    for (size_t i = 0; i < reports->items.n; i++)
        put_report(p, &reports->items.p[i]);
    HTML(b, "</ul>\n");
    put_more(p, "reports", reports->has.next_cursor, reports->next_cursor);
    HTML(b, "</section></div>\n");
    page_end(p);
}

/* A cursor that is none of ours begins at the beginning. */
static Str cursor_of(Cx *cx, const Req *req, const char *list)
{
    PageStart start = {0};
    Str cursor = req_query(cx, req, list);
    if (!cursor.n || !page_start(cx, cursor, &start))
        return cursor;
    cx->n_faults = 0;
    cx->said[0] = 0;
    return (Str){0};
}

/* The oldest first: what is decided leaves the page. */
Err moderation_page(Cx *cx, Req *req, Res *res)
{
    HeldCommentPage held = {0};
    ReportPage reports = {0};
    if (!cx->viewer.id.n)
        return page_go(cx, res, S("/auth/login?next=/admin/comments"));
    if (!comment_moderates(cx))
        return fail(cx, E_FORBIDDEN, "this page is for moderators");
    Str after = cursor_of(cx, req, "held"), later = cursor_of(cx, req, "reports");
    TRY(list_held_comments(
        cx, &(ListHeldCommentsIn){.limit = SHOWN, .cursor = after, .has = {.cursor = after.n > 0}},
        &held));
    TRY(list_reports(
        cx, &(ListReportsIn){.limit = SHOWN, .cursor = later, .has = {.cursor = later.n > 0}},
        &reports));
    Page page = page_new(cx, req, res);
    write_page(&page, &held, &reports);
    return OK;
}

static Err act(Cx *cx, Str wish, Str id)
{
    HeldComment done = {0};
    if (!id_valid(id))
        return fail(cx, E_NOT_FOUND, "there is no such comment");
    if (str_eq(wish, S("approve")))
        return approve_comment(cx, &(ApproveCommentIn){.id = id}, &done);
    if (str_eq(wish, S("reject")))
        return reject_comment(cx, &(RejectCommentIn){.id = id}, &done);
    if (str_eq(wish, S("close")))
        return close_report(cx, &(CloseReportIn){.id = id});
    return fail(cx, E_INVALID, "the buttons of this page are approve, reject and close");
}

Err moderate_page(Cx *cx, Req *req, Res *res)
{
    if (!cx->viewer.id.n) /* the session ended since the page was loaded */
        return page_go(cx, res, S("/auth/login?next=/admin/comments"));
    if (!comment_moderates(cx))
        return fail(cx, E_FORBIDDEN, "this page is for moderators");
    TRY(act(cx, req_form(cx, req, "do"), req_form(cx, req, "id")));
    return page_go(cx, res, S("/admin/comments"));
}
