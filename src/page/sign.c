#include "page/sign.h"

#include "base/fault.h"
#include "http/params.h"
#include "identity/provider.h"
#include "identity/session.h"
#include "page/format.h"
#include "page/next.h"

enum { NAME_MAX_TYPED = 40 };

Err form_check(Cx *cx, const Req *req)
{
    bool stated = req_header(req, "Origin").p || req_header(req, "Sec-Fetch-Site").p;
    Str type = req_header(req, "Content-Type");
    if (stated && !session_same_origin(cx->app, req))
        return fail(cx, E_FORBIDDEN, "this form came from a page of another site");
    if (req->body.n &&
        (type.n < 33 || strncasecmp(type.p, "application/x-www-form-urlencoded", 33)))
        return fail(cx, E_MEDIA_TYPE, "send the fields as application/x-www-form-urlencoded");
    return OK;
}

Err sign_check(Cx *cx, const Req *req)
{
    if (!session_cookie_name(cx->app))
        return fail(cx, E_FORBIDDEN, "signing in needs https, or a hub on this very machine");
    return form_check(cx, req);
}

Err sign_is_ours(Cx *cx)
{
    return provider_used(cx->app) && !bug("twodoors")
               ? fail(cx, E_NOT_FOUND, "another service signs people in here")
               : OK;
}

Str sign_name(Cx *cx, Str typed)
{
    char *to = arena_take(cx->arena, NAME_MAX_TYPED);
    size_t n = 0;
    for (size_t i = 0; i < typed.n; i++) {
        char c = typed.p[i];
        if (c == ' ')
            continue;
        if (n == NAME_MAX_TYPED)
            return (Str){0};
        to[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    return (Str){to, n};
}

void sign_go(Cx *cx, Res *res, Str path)
{
    (void)page_go(cx, res, path);
}

Err sign_refused(Cx *cx, Res *res, Err e)
{
    if (e != E_SIGN_IN && e != E_LIMITED)
        return e;
    cx->said[0] = 0;
    res->status = err_kind(e)->status;
    if (e == E_SIGN_IN)
        res_header(cx, res, "WWW-Authenticate",
                   "Bearer"); /* RFC 9110 11.6.1; browsers leave it alone */
    else
        res_header(cx, res, "Retry-After", "%d", cx->retry_after_s);
    return OK;
}

/* --- parts */

void sign_begin(Page *p, Text title, const char *path, Str next)
{
    Buf query CLEANUP(buf_free) = BUF(8 * NEXT_MAX);
    HTML(&query, "next=");
    percent_encode(&query, next);
    page_begin(p, &(PageHead){.title = page_word(p, title),
                              .path = str_of(path),
                              .query = {query.p, query.n},
                              .hidden = true,
                              .secret = true,
                              .form = true});
    HTML(p->b, "<div class=\"narrow\"><h1>");
    page_text(p, title);
    HTML(p->b, "</h1>\n");
}

void sign_end(Page *p)
{
    HTML(p->b, "</div>\n");
    page_end(p);
}

void sign_notice(Page *p, Text text, Str value)
{
    HTML(p->b, "<p class=\"notice bad\" role=\"alert\">");
    if (value.n)
        page_fill(p, text, value);
    else
        page_text(p, text);
    HTML(p->b, "</p>\n");
}

void sign_password_notice(Page *p, PasswordFault fault)
{
    static const Text texts[] = {[PASSWORD_SHORT] = TEXT_PASSWORD_SHORT,
                                 [PASSWORD_COMMON] = TEXT_PASSWORD_COMMON,
                                 [PASSWORD_NAME] = TEXT_PASSWORD_NAME,
                                 [PASSWORD_BREACHED] = TEXT_PASSWORD_BREACHED};
    if (fault)
        sign_notice(p, texts[fault], (Str){0});
}

void sign_wait_notice(Page *p)
{
    sign_notice(p, TEXT_TOO_MANY_GUESSES, format_count(p->cx, p->language, p->cx->retry_after_s));
}

bool sign_possible(Page *p)
{
    if (session_cookie_name(p->cx->app))
        return true;
    HTML(p->b, "<p class=\"notice bad\">");
    page_text(p, TEXT_NO_SIGN_IN);
    HTML(p->b, "</p>\n");
    return false;
}

void sign_form(Page *p, const char *action)
{
    HTML(p->b, "<form class=\"panel\" method=\"post\"");
    html_link(p->b, "action", str_of(action));
    HTML(p->b, ">\n");
}

void sign_field(Page *p, const SignField *f)
{
    Buf *b = p->b;
    HTML(b, "<label class=\"field\">");
    page_text(p, f->label);
    HTML(b, "<input required");
    html_attr(b, "name", str_of(f->name));
    html_attr(b, "type", str_of(f->type));
    html_attr(b, "autocomplete", str_of(f->fill));
    html_attr(b, "value", f->value);
    HTML(b, " autocapitalize=\"none\" spellcheck=\"false\" maxlength=\"256\"");
    if (f->focus)
        HTML(b, " autofocus");
    HTML(b, "></label>\n");
}

void sign_hidden(Page *p, const char *name, Str value)
{
    HTML(p->b, "<input type=\"hidden\"");
    html_attr(p->b, "name", str_of(name));
    html_attr(p->b, "value", value);
    HTML(p->b, ">");
}

void sign_button(Page *p, Text label)
{
    HTML(p->b, "<button class=\"button full\">");
    page_text(p, label);
    HTML(p->b, "</button></form>\n");
}

void sign_codes(Cx *cx, const Req *req, Res *res, const Str codes[static RECOVERY_CODES], Str next)
{
    res->status = 200;
    Page page = page_new(cx, req, res);
    Buf *b = page.b;
    sign_begin(&page, TEXT_RECOVERY_CODES, "/me/security", next);
    HTML(b, "<div class=\"panel\"><p>");
    page_text(&page, TEXT_RECOVERY_KEEP);
    HTML(b, "</p>\n<ul class=\"codes\">\n");
    for (int i = 0; i < RECOVERY_CODES; i++) {
        HTML(b, "<li><code>");
        html_text(b, codes[i]);
        HTML(b, "</code></li>\n");
    }
    HTML(b, "</ul>\n<p><a class=\"button full\"");
    html_link(b, "href", next);
    HTML(b, ">");
    page_text(&page, TEXT_RECOVERY_KEPT);
    HTML(b, "</a></p></div>\n");
    sign_end(&page);
}
