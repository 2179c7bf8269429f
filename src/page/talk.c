#include "page/talk.h"

#include "base/id.h"
#include "community/comment.h"
#include "community/comment_text.h"
#include "db/db.h"
#include "page/card.h"
#include "page/format.h"

enum { SHOWN = 20 };

static Err read_page(Cx *cx, const Req *req, Talk *t)
{
    Str cursor = req_query(cx, req, "comments");
    ListCommentsIn in = {.id = t->video,
                         .limit = SHOWN,
                         .cursor = cursor,
                         .parent = t->root.id,
                         .has = {.cursor = cursor.n > 0, .parent = t->thread}};
    Err e = list_comments(cx, &in, &t->page);
    if (e != E_INVALID)
        return e;
    cx->n_faults = 0;
    cx->said[0] = 0;
    in.has.cursor = false;
    return list_comments(cx, &in, &t->page);
}

/* A root that was deleted still holds its replies together. */
static Err find_root(Cx *cx, Str id, Talk *t)
{
    CommentRow row = {0};
    CommentPlace place = {0};
    Err e = db_one(cx, SQL_COMMENT_BY_ID, ARGS(V(id)), &COMMENT_ROW, &row);
    if (e)
        return e == E_NOT_FOUND ? OK : e;
    if (!str_eq(row.video_id, t->video) || row.has.parent_id)
        return OK;
    TRY(comment_place(cx, t->video, &place));
    t->thread = comment_readable(cx, &place);
    t->root = comment_told(cx, &row, &place);
    return OK;
}

Err talk_gather(Cx *cx, const Req *req, const Video *video, Talk *out)
{
    Str thread = req_query(cx, req, "thread");
    Talk t = {.video = video->id, .slug = video->slug};
    TRY(get_likes(cx, &(GetLikesIn){.id = video->id}, &t.likes));
    if (id_valid(thread))
        TRY(find_root(cx, thread, &t));
    TRY(read_page(cx, req, &t));
    *out = t;
    return OK;
}

/* --- forms */

Text talk_reason(ReportReason reason)
{
    static const Text texts[] = {
        [REPORT_REASON_SPAM] = TEXT_REASON_SPAM,
        [REPORT_REASON_ABUSE] = TEXT_REASON_ABUSE,
        [REPORT_REASON_SEXUAL] = TEXT_REASON_SEXUAL,
        [REPORT_REASON_VIOLENCE] = TEXT_REASON_VIOLENCE,
        [REPORT_REASON_COPYRIGHT] = TEXT_REASON_COPYRIGHT,
        [REPORT_REASON_OTHER] = TEXT_REASON_OTHER,
    };
    return texts[reason];
}

static void put_hidden(Buf *b, const char *name, Str value)
{
    HTML(b, "<input type=\"hidden\"");
    html_attr(b, "name", str_of(name));
    html_attr(b, "value", value);
    HTML(b, ">");
}

static void begin_form(Page *p, const Talk *t, const char *act, Str about)
{
    Buf *b = p->b;
    HTML(b, "<form method=\"post\"");
    html_link(b, "action",
              arena_fmt(p->cx->arena, "/watch/" STR_FMT "/comments", STR_ARG(t->slug)));
    HTML(b, ">");
    put_hidden(b, "do", str_of(act));
    if (about.n)
        put_hidden(b, "id", about);
    if (t->thread)
        put_hidden(b, "thread", t->root.id);
}

static void end_form(Page *p, const char *class_, Text label)
{
    HTML(p->b, "<button");
    html_attr(p->b, "class", str_of(class_));
    HTML(p->b, ">");
    page_text(p, label);
    HTML(p->b, "</button></form>");
}

static void put_box(Page *p, const Talk *t, const char *act, Str about, Str text, Text label)
{
    Buf *b = p->b;
    begin_form(p, t, act, about);
    HTML(b, "<textarea name=\"text\" required rows=\"3\" maxlength=\"2000\" dir=\"auto\"");
    html_attr(b, "aria-label", page_word(p, label));
    HTML(b, ">");
    html_text(b, text);
    HTML(b, "</textarea>");
    end_form(p, "button second", label);
}

static void begin_details(Page *p, Text label)
{
    HTML(p->b, "<details><summary>");
    page_text(p, label);
    HTML(p->b, "</summary>");
}

static void put_report(Page *p, const Talk *t, Str comment)
{
    Buf *b = p->b;
    begin_details(p, TEXT_REPORT);
    begin_form(p, t, "report", comment);
    HTML(b, "<select name=\"reason\"");
    html_attr(b, "aria-label", page_word(p, TEXT_REPORT_WHY));
    HTML(b, ">");
    for (int i = REPORT_REASON_SPAM; i <= REPORT_REASON_OTHER; i++) {
        HTML(b, "<option");
        html_attr(b, "value", enum_str(&REPORT_REASON, i));
        HTML(b, ">");
        page_text(p, talk_reason((ReportReason)i));
        HTML(b, "</option>");
    }
    HTML(b, "</select>");
    end_form(p, "button second", TEXT_REPORT_SEND);
    HTML(b, "</details>");
}

/* --- one comment */

static bool takes_part(const Page *p)
{
    return p->cx->viewer.scopes & SCOPE_COMMUNITY_WRITE;
}

/* Line ends of who wrote it. */
static void put_lines(Buf *b, Str text)
{
    while (text.n) {
        Str line = str_cut(text, '\n', &text);
        html_text(b, line);
        if (text.n)
            HTML(b, "<br>");
    }
}

static bool is_mention(const Comment *c, Str name)
{
    for (size_t i = 0; i < c->mentions.n; i++) {
        Str one = c->mentions.p[i];
        if (one.n == name.n && strncasecmp(one.p, name.p, name.n) == 0)
            return true;
    }
    return false;
}

static bool is_time(const Comment *c, int64_t position_ms)
{
    for (size_t i = 0; i < c->times.n; i++)
        if (c->times.p[i].position_ms == position_ms)
            return true;
    return false;
}

static void put_words(Page *p, const Comment *c)
{
    Buf *b = p->b;
    CommentScan scan = {c->text, INT64_MAX, 0};
    CommentPiece piece = {0};
    HTML(b, "<p class=\"said\" dir=\"auto\">");
    while (comment_piece(&scan, &piece)) {
        if (piece.is == PIECE_MENTION && is_mention(c, piece.name)) {
            HTML(b, "<b>");
            html_text(b, piece.text);
            HTML(b, "</b>");
        } else if (piece.is == PIECE_TIME && is_time(c, piece.position_ms)) {
            HTML(b, "<a href=\"#player\"");
            html_attr_int(b, "data-seek", piece.position_ms);
            HTML(b, ">");
            html_text(b, piece.text);
            HTML(b, "</a>");
        } else {
            put_lines(b, piece.text);
        }
    }
    HTML(b, "</p>");
}

static void put_state(Page *p, const Comment *c)
{
    if (c->state == COMMENT_STATE_SHOWN || !c->has.author)
        return;
    HTML(p->b, " <span class=\"badge\">");
    page_text(p, c->state == COMMENT_STATE_HELD     ? TEXT_COMMENT_HELD
                 : c->state == COMMENT_STATE_HIDDEN ? TEXT_COMMENT_HIDDEN
                                                    : TEXT_COMMENT_REJECTED);
    HTML(p->b, "</span>");
}

static void put_acts(Page *p, const Talk *t, const Comment *c, bool root)
{
    Buf *b = p->b;
    HTML(b, "<div class=\"acts\">");
    if (root && !t->thread && c->replies > 0) {
        HTML(b, "<a");
        html_link(b, "href",
                  arena_fmt(p->cx->arena, "/watch/" STR_FMT "?thread=" STR_FMT "#comments",
                            STR_ARG(t->slug), STR_ARG(c->id)));
        HTML(b, ">");
        page_fill(p, TEXT_REPLIES, format_count(p->cx, p->language, c->replies));
        HTML(b, "</a>");
    }
    if (takes_part(p) && root && c->state == COMMENT_STATE_SHOWN &&
        t->page.policy != COMMENT_POLICY_OFF) {
        begin_details(p, TEXT_REPLY);
        put_box(p, t, "say", c->id, (Str){0}, TEXT_REPLY);
        HTML(b, "</details>");
    }
    if (c->has.editable_until) {
        begin_details(p, TEXT_COMMENT_EDIT);
        put_box(p, t, "change", c->id, c->text, TEXT_COMMENT_EDIT);
        HTML(b, "</details>");
    }
    if (c->has.author && (c->mine || comment_moderates(p->cx))) {
        begin_form(p, t, "delete", c->id);
        end_form(p, "plain", TEXT_COMMENT_DELETE);
    }
    if (takes_part(p) && c->has.author && !c->mine)
        put_report(p, t, c->id);
    HTML(b, "</div>");
}

static void put_comment(Page *p, const Talk *t, const Comment *c, bool root)
{
    Buf *b = p->b;
    HTML(b, "<li");
    html_attr(b, "id", arena_fmt(p->cx->arena, "c-" STR_FMT, STR_ARG(c->id)));
    HTML(b, "><p class=\"facts\">");
    if (c->has.author) {
        HTML(b, "<bdi>");
        html_text(b, c->author);
        HTML(b, "</bdi> · ");
    }
    put_moment(p, c->created_at, true);
    if (c->has.edited_at) {
        HTML(b, " · ");
        page_text(p, TEXT_COMMENT_EDITED);
    }
    put_state(p, c);
    HTML(b, "</p>");
    if (c->has.author) {
        put_words(p, c);
    } else {
        HTML(b, "<p class=\"hint\">");
        page_text(p, TEXT_COMMENT_GONE);
        HTML(b, "</p>");
    }
    put_acts(p, t, c, root);
    HTML(b, "</li>\n");
}

/* --- all of it */

static void put_number(Page *p, const char *of, int64_t number)
{
    HTML(p->b, "<span");
    html_attr(p->b, "data-count", str_of(of));
    HTML(p->b, ">");
    html_text(p->b, format_count(p->cx, p->language, number));
    HTML(p->b, "</span>");
}

static void put_sign_in(Page *p, const char *class_, Text label)
{
    HTML(p->b, "<a");
    html_attr(p->b, "class", str_of(class_));
    html_link(p->b, "href", page_sign_in(p));
    HTML(p->b, ">");
    page_text(p, label);
    HTML(p->b, "</a>");
}

static void put_likes(Page *p, const Talk *t)
{
    Buf *b = p->b;
    HTML(b, "<div class=\"likes\"");
    html_attr(b, "data-video", t->video);
    HTML(b, ">");
    if (takes_part(p)) {
        begin_form(p, t, t->likes.liked ? "unlike" : "like", (Str){0});
        HTML(b, "<button class=\"button second\"");
        html_attr(b, "aria-pressed", t->likes.liked ? S("true") : S("false"));
        HTML(b, ">");
        page_text(p, t->likes.liked ? TEXT_LIKED : TEXT_LIKE);
        HTML(b, "</button></form>");
    }
    HTML(b, "<p>♥ ");
    put_number(p, "likes", t->likes.likes);
    HTML(b, " ");
    page_text(p, TEXT_LIKES);
    HTML(b, "</p>");
    if (takes_part(p))
        put_report(p, t, (Str){0});
    HTML(b, "</div>\n");
}

static void put_writing(Page *p, const Talk *t)
{
    if (t->page.policy == COMMENT_POLICY_OFF) {
        HTML(p->b, "<p class=\"hint\">");
        page_text(p, TEXT_COMMENTS_OFF);
        HTML(p->b, "</p>\n");
    } else if (takes_part(p)) {
        put_box(p, t, "say", t->thread ? t->root.id : (Str){0}, (Str){0},
                t->thread ? TEXT_REPLY : TEXT_COMMENT_SAY);
    } else {
        HTML(p->b, "<p>");
        put_sign_in(p, "button second", TEXT_COMMENT_SIGN_IN);
        HTML(p->b, "</p>\n");
    }
}

static void put_more(Page *p, const Talk *t)
{
    Str thread = arena_fmt(p->cx->arena, "thread=" STR_FMT "&", STR_ARG(t->root.id));
    if (!t->page.has.next_cursor)
        return;
    HTML(p->b, "<p class=\"more\"><a class=\"button second\" rel=\"next\"");
    html_link(p->b, "href",
              arena_fmt(p->cx->arena, "?" STR_FMT "comments=" STR_FMT "#comments",
                        STR_ARG(t->thread ? thread : (Str){0}), STR_ARG(t->page.next_cursor)));
    HTML(p->b, ">");
    page_text(p, t->thread ? TEXT_COMMENTS_NEWER : TEXT_COMMENTS_OLDER);
    HTML(p->b, "</a></p>\n");
}

void talk_write(Page *p, const Talk *t)
{
    Buf *b = p->b;
    put_likes(p, t);
    HTML(b, "<section id=\"comments\" class=\"talk\"><h2>");
    page_text(p, TEXT_COMMENTS);
    HTML(b, " (");
    put_number(p, "comments", t->page.total);
    HTML(b, ")</h2>\n");
    if (t->thread) {
        HTML(b, "<p><a");
        html_link(b, "href",
                  arena_fmt(p->cx->arena, "/watch/" STR_FMT "#comments", STR_ARG(t->slug)));
        HTML(b, ">");
        page_text(p, TEXT_COMMENTS_ALL);
        HTML(b, "</a></p>\n<ul>\n");
        put_comment(p, t, &t->root, true);
        HTML(b, "</ul>\n");
    } else {
        put_writing(p, t);
    }
    HTML(b, "<ul");
    if (t->thread)
        html_attr(b, "class", S("replies"));
    HTML(b, ">\n");
    for (size_t i = 0; i < t->page.items.n; i++)
        put_comment(p, t, &t->page.items.p[i], !t->thread);
    HTML(b, "</ul>\n");
    put_more(p, t);
    if (t->thread) /* a reply comes last, a comment first */
        put_writing(p, t);
    HTML(b, "</section>\n");
}
