#include "page/layout.h"

#include "assets.h"
#include "common/app.h"
#include "community/inbox.h"
#include "contract.h"
#include "http/params.h"
#include "page/format.h"
#include "page/next.h"

#include <assert.h>

enum { DESCRIPTION_MAX = 160 };

/* media-src data: is the empty WebVTT file that hls.js names in the tracks it fills with captions.
 */
static const char POLICY[] = "default-src 'none'; script-src 'self'; style-src 'self'; img-src "
                             "'self' data:; media-src 'self' blob: data:; "
                             "connect-src 'self'; worker-src 'self' blob:; form-action 'self'; "
                             "base-uri 'none'; frame-ancestors ";

/* Within the page: one request less. */
#define ICON                                                                                       \
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E"          \
    "%3Crect width='32' height='32' rx='8' fill='%23a81d52'/%3E%3Cpath d='M12 9.5v13l11-6.5z' "    \
    "fill='%23fff'/%3E%3C/svg%3E"

Page page_new(Cx *cx, const Req *req, Res *res)
{
    return (Page){cx, req, res, &res->body, language_choose(cx, req, res), false};
}

Err page_go(Cx *cx, Res *res, Str path)
{
    res->status = 303;
    cx->status = 0; /* of an operation before it */
    res_header(cx, res, "Location", STR_FMT, STR_ARG(path));
    res_header(cx, res, "Cache-Control", "private, no-store");
    return OK;
}

Str page_word(const Page *p, Text text)
{
    return text_in(p->language, text);
}

/* The page may have been reached by another name than the public one. */
Str page_path(const Page *p, Str url)
{
    Str base = p->cx->app->public_url;
    bool ours = url.n >= base.n && memcmp(url.p, base.p, base.n) == 0;
    return ours ? (Str){url.p + base.n, url.n - base.n} : url;
}

void page_text(Page *p, Text text)
{
    html_text(p->b, page_word(p, text));
}

void page_fill(Page *p, Text text, Str a)
{
    html_text(p->b, text_fill(p->cx, p->language, text, &a, 1));
}

static void put_headers(Page *p, const PageHead *head)
{
    p->res->media_type = S("text/html; charset=utf-8");
    res_header(p->cx, p->res, "Content-Security-Policy", "%s" STR_FMT, POLICY,
               STR_ARG(head->framed_by.n ? head->framed_by : S("'none'")));
    res_header(p->cx, p->res, "Content-Language", STR_FMT, STR_ARG(language_code(p->language)));
    res_header(p->cx, p->res, "Cache-Control",
               head->secret ? "private, no-store" : "private, no-cache");
    res_header(p->cx, p->res, "Vary", "Accept-Language, Cookie");
    if (head->secret) /* no-referrer would make our own forms come from the origin null */
        res_header(p->cx, p->res, "Referrer-Policy", "same-origin");
}

static void put_meta(Buf *b, const char *key, const char *name, Str content)
{
    HTML(b, "<meta");
    html_attr(b, key, str_of(name));
    html_attr(b, "content", content);
    HTML(b, ">\n");
}

/* The first line or so, cut between two words. */
static Str summary(Cx *cx, Str text)
{
    char *to = arena_take(cx->arena, DESCRIPTION_MAX + 4);
    size_t n = 0, word = 0, i = 0;
    for (; i < text.n && n < DESCRIPTION_MAX; i++) {
        bool blank = (unsigned char)text.p[i] <= ' ';
        if (blank && (!n || to[n - 1] == ' '))
            continue;
        if (blank)
            word = n;
        to[n++] = blank ? ' ' : text.p[i];
    }
    if (i == text.n)
        return (Str){to, n};
    n = word ? word : 0;
    memcpy(to + n, "…", 3);
    return (Str){to, n + 3};
}

static void put_social(Page *p, const PageHead *head, Str title, Str description)
{
    Buf *b = p->b;
    put_meta(b, "name", "description", description);
    put_meta(b, "property", "og:title", head->title.n ? head->title : title);
    put_meta(b, "property", "og:description", description);
    put_meta(b, "property", "og:site_name", p->cx->app->conf.brand_name);
    put_meta(b, "property", "og:type", str_of(head->kind ? head->kind : "website"));
    put_meta(b, "property", "og:locale", p->language == INDONESIAN ? S("id_ID") : S("en_GB"));
    if (head->path.n) {
        Str address = app_url(p->cx, head->path);
        put_meta(b, "property", "og:url", address);
        HTML(b, "<link rel=\"canonical\"");
        html_link(b, "href", address);
        HTML(b, ">\n");
    }
    if (head->image.n) {
        put_meta(b, "property", "og:image", head->image);
        put_meta(b, "property", "og:image:width", S("1200"));
        put_meta(b, "property", "og:image:height", S("630"));
        put_meta(b, "name", "twitter:card", S("summary_large_image"));
    }
    if (head->hidden)
        put_meta(b, "name", "robots", S("noindex"));
}

static void put_head(Page *p, const PageHead *head)
{
    Buf *b = p->b;
    Str brand = p->cx->app->conf.brand_name, title = brand;
    if (head->title.n)
        title =
            arena_fmt(p->cx->arena, STR_FMT " · " STR_FMT, STR_ARG(head->title), STR_ARG(brand));
    HTML(b, "<!DOCTYPE html>\n<html");
    html_attr(b, "lang", language_code(p->language));
    HTML(b, ">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    html_text(b, title);
    HTML(b, "</title>\n");
    put_social(
        p, head, title,
        summary(p->cx, head->description.n ? head->description : page_word(p, TEXT_TAGLINE)));
    HTML(b, "<link rel=\"icon\" href=\"" ICON
            "\">\n<link rel=\"stylesheet\" href=\"" EMBEDDED_STYLE_CSS "\">\n");
    if (head->feed)
        HTML(b, "<link rel=\"alternate\" type=\"application/rss+xml\" href=\"/feed.xml\">\n");
    if (head->player)
        HTML(b, "<script defer src=\"" EMBEDDED_PLAYER_JS
                "\"></script>\n<script defer src=\"" EMBEDDED_GATE_JS "\"></script>\n");
    if (head->clock)
        HTML(b, "<script defer src=\"" EMBEDDED_CLOCK_JS "\"></script>\n");
    if (head->talk)
        HTML(b, "<script defer src=\"" EMBEDDED_TALK_JS "\"></script>\n");
    if (head->notify)
        HTML(b, "<script defer src=\"" EMBEDDED_NOTIFY_JS "\"></script>\n");
    if (head->framed_by.n) /* a link leads out of the frame */
        HTML(b, "<base target=\"_blank\">\n");
    HTML(b, "</head>\n");
}

/* --- header */

static void put_search(Page *p, Str words)
{
    Buf *b = p->b;
    HTML(b, "<form class=\"search\" role=\"search\" action=\"/search\"><input type=\"search\" "
            "name=\"q\" maxlength=\"200\"");
    html_attr(b, "placeholder", page_word(p, TEXT_SEARCH_HINT));
    html_attr(b, "aria-label", page_word(p, TEXT_SEARCH_HINT));
    html_attr(b, "value", words);
    HTML(b, "><button class=\"button second\">");
    page_text(p, TEXT_SEARCH);
    HTML(b, "</button></form>\n");
}

Str page_sign_in(const Page *p)
{
    Buf address CLEANUP(buf_free) = BUF(8 * NEXT_MAX);
    HTML(&address, "/auth/login?next=");
    percent_encode(&address, p->req->method == M_GET || p->req->method == M_HEAD
                                 ? next_path(p->req->target)
                                 : S("/"));
    return arena_str(p->cx->arena, (Str){address.p, address.n});
}

/* Not without a store, nor after a write of this request, when nothing may be read; a page is no
 * poorer without the number. */
static void put_news(Page *p)
{
    Cx *cx = p->cx;
    int64_t unread = 0;
    if (!cx->conn || cx->wrote || inbox_unread(cx, &unread))
        unread = 0;
    Str most = S("99+"), number = format_count(cx, p->language, unread);
    number = unread > 99 ? most : number;
    HTML(p->b, "<a href=\"/me/notifications\"");
    if (unread)
        html_attr(p->b, "aria-label",
                  arena_fmt(cx->arena, STR_FMT ", " STR_FMT,
                            STR_ARG(page_word(p, TEXT_NOTIFICATIONS)),
                            STR_ARG(text_fill(cx, p->language, TEXT_UNREAD, &number, 1))));
    HTML(p->b, ">");
    page_text(p, TEXT_NOTIFICATIONS);
    if (unread) {
        HTML(p->b, " <span class=\"badge\">");
        html_text(p->b, number);
        HTML(p->b, "</span>");
    }
    HTML(p->b, "</a>");
}

static void put_account(Page *p, const PageHead *head)
{
    Buf *b = p->b;
    if (p->cx->viewer.by_cookie) {
        if (p->cx->viewer.scopes & SCOPE_COMMENT_MODERATE) {
            HTML(b, "<a href=\"/admin/comments\">");
            page_text(p, TEXT_MODERATION);
            HTML(b, "</a>");
        }
        put_news(p);
        HTML(b, "<a href=\"/me/tickets\">");
        page_text(p, TEXT_DOWNLOADS);
        HTML(b, "</a><a class=\"who\" href=\"/me/security\">");
        html_text(b, p->cx->viewer.name);
        HTML(b, "</a><form method=\"post\" action=\"/auth/logout\"><button class=\"plain\">");
        page_text(p, TEXT_SIGN_OUT);
        HTML(b, "</button></form>");
    } else if (!head->form) {
        HTML(b, "<a");
        html_link(b, "href", page_sign_in(p));
        HTML(b, ">");
        page_text(p, TEXT_SIGN_IN);
        HTML(b, "</a>");
    }
}

static void add_pair(Buf *b, Str pair)
{
    if (b->n)
        buf_byte(b, '&');
    buf_put(b, pair.p, pair.n);
}

/* This page in the other language: only a query, so that no path can be read as a host. */
static void put_language(Page *p, Str kept)
{
    static const char *const own_names[LANGUAGES] = {
        [INDONESIAN] = "Indonesia", [ENGLISH] = "English"};
    Language other = p->language == ENGLISH ? INDONESIAN : ENGLISH;
    Str code = language_code(other);
    Buf *b = p->b, query CLEANUP(buf_free) = BUF(16 << 10);
    for (Str rest = kept; rest.n;) {
        Str value = {0}, pair = str_cut(rest, '&', &rest);
        if (!str_eq(str_cut(pair, '=', &value), S("lang")) && pair.n)
            add_pair(&query, pair);
    }
    add_pair(&query, arena_fmt(p->cx->arena, "lang=" STR_FMT, STR_ARG(code)));
    HTML(b, "<a class=\"language\" rel=\"alternate\"");
    html_link(b, "href", arena_fmt(p->cx->arena, "?" STR_FMT, (int)query.n, query.p));
    html_attr(b, "hreflang", code);
    html_attr(b, "lang", code);
    HTML(b, ">");
    html_text(b, str_of(own_names[other]));
    HTML(b, "</a> ");
}

static void put_header(Page *p, const PageHead *head)
{
    Buf *b = p->b;
    HTML(b, "<body>\n<a class=\"skip\" href=\"#main\">");
    page_text(p, TEXT_SKIP);
    HTML(b, "</a>\n<header class=\"top\"><div class=\"wide\">\n<a class=\"brand\" href=\"/\">");
    html_text(b, p->cx->app->conf.brand_name);
    HTML(b, "</a>\n");
    put_search(p, head->words);
    HTML(b, "<div class=\"account\">");
    put_language(p, head->query.n ? head->query : p->req->query);
    put_account(p, head);
    HTML(b, "</div>\n</div></header>\n");
}

void page_begin(Page *p, const PageHead *head)
{
    put_headers(p, head);
    put_head(p, head);
    p->framed = head->framed_by.n > 0;
    if (p->framed) {
        HTML(p->b, "<body class=\"framed\">\n<main id=\"main\">\n");
        return;
    }
    put_header(p, head);
    HTML(p->b, "<main id=\"main\" class=\"wide\" tabindex=\"-1\">\n");
}

void page_end(Page *p)
{
    if (p->framed) {
        HTML(p->b, "</main>\n</body>\n</html>\n");
        return;
    }
    HTML(p->b, "</main>\n<footer class=\"wide\">");
    html_text(p->b, p->cx->app->conf.brand_name);
    HTML(p->b, "</footer>\n</body>\n</html>\n");
}
