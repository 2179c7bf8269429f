/* The sign-in form and what it does: /auth/login and /auth/logout.
 *
 * A form from another site is refused by Origin or Sec-Fetch-Site, which every browser sends with a
 * POST. A client that sends neither is no browser, so nobody's browser is misused. Guessing is
 * limited by the rate class auth.
 */
#include "http/params.h"
#include "identity/account.h"
#include "identity/session.h"
#include "identity/visitor.h"
#include "page/layout.h"
#include "page/next.h"

enum { NAME_SHOWN = 100, NAME_MAX_TYPED = 40 };

static Err check_site(Cx *cx, const Req *req)
{
    bool stated = req_header(req, "Origin").p || req_header(req, "Sec-Fetch-Site").p;
    if (stated && !session_same_origin(cx->app, req))
        return fail(cx, E_FORBIDDEN, "this form came from a page of another site");
    return OK;
}

static void put_field(Page *p, Text label, const char *name, const char *type, const char *fill,
                      Str value, bool focus)
{
    Buf *b = p->b;
    HTML(b, "<label class=\"field\">");
    page_text(p, label);
    HTML(b, "<input required");
    html_attr(b, "name", str_of(name));
    html_attr(b, "type", str_of(type));
    html_attr(b, "autocomplete", str_of(fill));
    html_attr(b, "value", value);
    HTML(b, " autocapitalize=\"none\" spellcheck=\"false\" maxlength=\"256\"");
    if (focus)
        HTML(b, " autofocus");
    HTML(b, "></label>\n");
}

static void put_form(Page *p, Str name, Str next, bool wrong)
{
    Buf *b = p->b;
    HTML(b, "<form class=\"panel\" method=\"post\" action=\"/auth/login\">\n");
    if (wrong) {
        HTML(b, "<p class=\"notice bad\" role=\"alert\">");
        page_text(p, TEXT_WRONG);
        HTML(b, "</p>\n");
    }
    put_field(p, TEXT_NAME, "name", "text", "username", name, !name.n);
    put_field(p, TEXT_PASSWORD, "password", "password", "current-password", (Str){0}, name.n > 0);
    HTML(b, "<input type=\"hidden\" name=\"next\"");
    html_attr(b, "value", next);
    HTML(b, "><button class=\"button full\">");
    page_text(p, TEXT_SIGN_IN);
    HTML(b, "</button></form>\n");
}

static void put_already(Page *p, Str next)
{
    HTML(p->b, "<p class=\"notice\">");
    page_fill(p, TEXT_SIGNED_IN_AS, p->cx->viewer.name);
    HTML(p->b, " <a");
    html_link(p->b, "href", next);
    HTML(p->b, ">");
    page_text(p, TEXT_GO_ON);
    HTML(p->b, "</a></p>\n");
}

static void show(Cx *cx, const Req *req, Res *res, Str name, Str next, bool wrong)
{
    Buf query CLEANUP(buf_free) = BUF(8 * NEXT_MAX);
    HTML(&query, "next=");
    percent_encode(&query, next);
    Page page = page_new(cx, req, res);
    page_begin(&page, &(PageHead){.title = page_word(&page, TEXT_SIGN_IN),
                                  .path = S("/auth/login"),
                                  .query = {query.p, query.n},
                                  .hidden = true,
                                  .secret = true,
                                  .form = true});
    HTML(page.b, "<div class=\"narrow\"><h1>");
    page_text(&page, TEXT_SIGN_IN);
    HTML(page.b, "</h1>\n");
    if (cx->viewer.by_cookie)
        put_already(&page, next);
    if (session_cookie_name(cx->app)) {
        put_form(&page, name, next, wrong);
    } else {
        HTML(page.b, "<p class=\"notice bad\">");
        page_text(&page, TEXT_NO_SIGN_IN);
        HTML(page.b, "</p>\n");
    }
    HTML(page.b, "</div>\n");
    page_end(&page);
}

Err show_login(Cx *cx, Req *req, Res *res)
{
    show(cx, req, res, (Str){0}, next_path(req_query(cx, req, "next")), false);
    return OK;
}

static void go(Cx *cx, Res *res, Str path)
{
    res->status = 303;
    res_header(cx, res, "Location", STR_FMT, STR_ARG(path));
    res_header(cx, res, "Cache-Control", "private, no-store");
}

/* Account names are lower case; what people type around them does not matter. */
static Str tidy(Cx *cx, Str name)
{
    char *to = arena_take(cx->arena, NAME_SHOWN);
    size_t n = 0;
    for (size_t i = 0; i < name.n && n < NAME_SHOWN; i++) {
        char c = name.p[i];
        if (c != ' ')
            to[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    return (Str){to, n};
}

static Err refuse(Cx *cx, const Req *req, Res *res, Str name, Str next)
{
    cx->said[0] = 0;
    name.n = name.n > NAME_SHOWN ? NAME_SHOWN : name.n;
    res->status = 401;
    res_header(cx, res, "WWW-Authenticate",
               "Bearer"); /* RFC 9110 11.6.1; browsers leave it alone */
    show(cx, req, res, name, next, true);
    return OK;
}

static Err begin_session(Cx *cx, Str account, Str *secret)
{
    if (cx->viewer.by_cookie) /* one browser, one session */
        TRY(credential_revoke(cx, cx->viewer.session));
    TRY(credential_new(cx, account, "session", cx->app->conf.session_life, secret));
    return visitor_becomes(cx, account);
}

Err sign_in(Cx *cx, Req *req, Res *res)
{
    AccountRow account = {0};
    Str secret = {0}, name = req_form(cx, req, "name"), password = req_form(cx, req, "password");
    Str next = next_path(req_form(cx, req, "next"));
    if (!session_cookie_name(cx->app))
        return fail(cx, E_FORBIDDEN, "signing in needs https, or a hub on this very machine");
    TRY(check_site(cx, req));
    if (!name.p && !password.p && req->body.n)
        return fail(cx, E_MEDIA_TYPE,
                    "send name and password as application/x-www-form-urlencoded");
    Str typed = tidy(cx, name);
    if (typed.n > NAME_MAX_TYPED)
        typed.n = 0; /* no account has such a name; the check takes its time all the same */
    Err e = account_check_password(cx, typed, password, &account);
    if (e == E_SIGN_IN)
        return refuse(cx, req, res, name, next);
    TRY(e);
    TRY(begin_session(cx, account.id, &secret));
    session_set_cookie(cx, res, secret);
    go(cx, res, next);
    return OK;
}

Err sign_out(Cx *cx, Req *req, Res *res)
{
    TRY(check_site(cx, req));
    if (cx->viewer.by_cookie)
        TRY(credential_revoke(cx, cx->viewer.session));
    if (session_cookie_name(cx->app))
        session_set_cookie(cx, res, (Str){0});
    go(cx, res, S("/"));
    return OK;
}
