/* Errors as people read them: the page of a problem type, and an error in place of a page. */
#include "page/page.h"

#include "contract.h"
#include "page/layout.h"
#include "page/next.h"

static Str title_of(const ErrKind *kind, Language l)
{
    return str_of(l == INDONESIAN ? kind->title_id : kind->title);
}

static Str help_of(const ErrKind *kind, Language l)
{
    return str_of(l == INDONESIAN ? kind->help_id : kind->help);
}

static void put_link(Page *p, const char *class_, Str address, Text label)
{
    HTML(p->b, "<a");
    if (class_)
        html_attr(p->b, "class", str_of(class_));
    html_link(p->b, "href", address);
    HTML(p->b, ">");
    page_text(p, label);
    HTML(p->b, "</a>\n");
}

/* The sentence of the moment; in English, so Indonesian readers get it only where it says what
 * err.def cannot. */
static void put_detail(Page *p, Err e)
{
    bool told = e == E_INVALID || e == E_MALFORMED || e == E_MEDIA_TYPE || e == E_FORBIDDEN ||
                e == E_TOO_LARGE;
    if (!p->cx->said[0] || e == E_INTERNAL || e == E_NOT_FOUND || (p->language != ENGLISH && !told))
        return;
    HTML(p->b, "<p class=\"hint\" lang=\"en\">");
    html_text(p->b, str_of(p->cx->said));
    HTML(p->b, "</p>\n");
}

static void put_help(Page *p, Err e)
{
    HTML(p->b, "<p>");
    if (e == E_NOT_FOUND)
        page_text(p, TEXT_ERROR_NO_PAGE);
    else if (e == E_GONE && str_begins(p->req->path, S("/d/")))
        page_text(p, TEXT_ERROR_TICKET);
    else if (p->cx->retry_after_s > 0 && e != E_QUOTA && e != E_TEASER)
        page_fill(p, TEXT_ERROR_WAIT, arena_fmt(p->cx->arena, "%d", p->cx->retry_after_s));
    else
        html_text(p->b, help_of(err_kind(e), p->language));
    HTML(p->b, "</p>\n");
}

static void put_search(Page *p)
{
    Buf *b = p->b;
    HTML(b, "<form class=\"search\" role=\"search\" action=\"/search\"><input type=\"search\" "
            "name=\"q\" maxlength=\"200\"");
    html_attr(b, "aria-label", page_word(p, TEXT_SEARCH_HINT));
    HTML(b, "><button class=\"button\">");
    page_text(p, TEXT_SEARCH);
    HTML(b, "</button></form>\n");
}

static void put_ways_out(Page *p, Err e)
{
    bool refused = e == E_SIGN_IN || (e == E_FORBIDDEN && !p->cx->viewer.id.n);
    bool passing =
        e == E_LIMITED || e == E_UNAVAILABLE || e == E_FULL || e == E_TIMEOUT || e == E_INTERNAL;
    Str again =
        p->req->method == M_GET || p->req->method == M_HEAD ? next_path(p->req->target) : S("/");
    if (e == E_NOT_FOUND)
        put_search(p);
    HTML(p->b, "<p class=\"ways\">");
    if (refused)
        put_link(p, "button", page_sign_in(p), TEXT_SIGN_IN);
    if (passing)
        put_link(p, "button", again, TEXT_ERROR_RETRY);
    put_link(p, refused || passing ? "button second" : "button", S("/"), TEXT_ERROR_HOME);
    HTML(p->b, "</p>\n<p class=\"hint\">");
    put_link(p, NULL, arena_fmt(p->cx->arena, "/problems/%s", err_kind(e)->slug), TEXT_ERROR_MORE);
    if (p->cx->request_id.n) {
        HTML(p->b, "<br>");
        page_fill(p, TEXT_ERROR_ID, p->cx->request_id);
    }
    HTML(p->b, "</p>\n");
}

static void put_hidden(Page *p, const char *name)
{
    Str value = req_form(p->cx, p->req, name);
    if (!value.n)
        return;
    HTML(p->b, "<input type=\"hidden\"");
    html_attr(p->b, "name", str_of(name));
    html_attr(p->b, "value", value);
    HTML(p->b, ">");
}

/* What somebody wrote is not lost because it was refused: it can be mended and sent again. */
static void put_written(Page *p)
{
    Buf *b = p->b;
    Str text = p->req->method == M_POST ? req_form(p->cx, p->req, "text") : (Str){0};
    if (!text.n)
        return;
    HTML(b, "<form class=\"panel\" method=\"post\"");
    html_link(b, "action", p->req->path);
    HTML(b, "><label class=\"field\">");
    page_text(p, TEXT_YOUR_WORDS);
    HTML(b, "<textarea name=\"text\" required rows=\"6\" maxlength=\"2000\" dir=\"auto\">");
    html_text(b, text);
    HTML(b, "</textarea></label>");
    put_hidden(p, "do");
    put_hidden(p, "id");
    put_hidden(p, "thread");
    HTML(b, "<button class=\"button\">");
    page_text(p, TEXT_SEND_AGAIN);
    HTML(b, "</button></form>\n");
}

Err problem_page(Cx *cx, const Req *req, Err e, Res *res)
{
    const ErrKind *kind = err_kind(e);
    Page page = page_new(cx, req, res);
    page_begin(&page,
               &(PageHead){.title = title_of(kind, page.language), .hidden = true, .secret = true});
    HTML(page.b, "<div class=\"middle\"><p class=\"code\">");
    html_text(page.b, arena_fmt(cx->arena, "%d", kind->status));
    HTML(page.b, "</p>\n<h1>");
    html_text(page.b, title_of(kind, page.language));
    HTML(page.b, "</h1>\n");
    put_help(&page, e);
    put_detail(&page, e);
    put_written(&page);
    put_ways_out(&page, e);
    HTML(page.b, "</div>\n");
    page_end(&page);
    return OK;
}

/* --- /problems/{slug} */

static void put_meaning(Page *p, const ErrKind *kind, Language l)
{
    Buf *b = p->b;
    HTML(b, "<section class=\"panel\"");
    html_attr(b, "lang", language_code(l));
    HTML(b, "><h2>");
    html_text(b, title_of(kind, l));
    HTML(b, "</h2>\n<p><strong>");
    html_text(b, text_in(l, TEXT_PROBLEM_WAY_OUT));
    HTML(b, ":</strong> ");
    html_text(b, help_of(kind, l));
    HTML(b, "</p></section>\n");
}

static void put_names(Page *p, const ErrKind *kind)
{
    HTML(p->b, "<dl class=\"table\"><dt>");
    page_text(p, TEXT_PROBLEM_TYPE);
    HTML(p->b, "</dt><dd><code>");
    html_text(p->b, arena_fmt(p->cx->arena, "/problems/%s", kind->slug));
    HTML(p->b, "</code></dd><dt>");
    page_text(p, TEXT_PROBLEM_STATUS);
    HTML(p->b, "</dt><dd>");
    html_text(p->b, arena_fmt(p->cx->arena, "%d", kind->status));
    HTML(p->b, "</dd></dl>\n");
}

Err get_problem(Cx *cx, Req *req, Res *res)
{
    Err e = OK + 1;
    while (e < ERR_COUNT && !str_eq(req->params[0], str_of(err_kind(e)->slug)))
        e++;
    if (e == ERR_COUNT)
        return fail(cx, E_NOT_FOUND, "there is no problem type of that name");
    const ErrKind *kind = err_kind(e);
    Page page = page_new(cx, req, res);
    Language l = page.language;
    page_begin(&page, &(PageHead){.title = title_of(kind, l),
                                  .description = help_of(kind, l),
                                  .path = arena_fmt(cx->arena, "/problems/%s", kind->slug)});
    HTML(page.b, "<div class=\"middle\"><h1>");
    html_text(page.b, title_of(kind, l));
    HTML(page.b, "</h1>\n");
    put_names(&page, kind);
    put_meaning(&page, kind, l);
    put_meaning(&page, kind, l == ENGLISH ? INDONESIAN : ENGLISH);
    HTML(page.b, "</div>\n");
    page_end(&page);
    return OK;
}
