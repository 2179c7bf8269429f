/* The sign-in form and what it does: /auth/login, /auth/code and /auth/logout. */
#include "base/fault.h"
#include "http/params.h"
#include "identity/account.h"
#include "identity/relying_party.h"
#include "identity/second.h"
#include "identity/session.h"
#include "identity/totp.h"
#include "page/next.h"
#include "page/sign.h"

enum { NAME_SHOWN = 100 };

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

static void put_way(Page *p, const char *path, Str next, Text label)
{
    Buf address CLEANUP(buf_free) = BUF(8 * NEXT_MAX);
    buf_put(&address, path, strlen(path));
    HTML(&address, "?next=");
    percent_encode(&address, next);
    HTML(p->b, "<p><a");
    html_link(p->b, "href", (Str){address.p, address.n});
    HTML(p->b, ">");
    page_text(p, label);
    HTML(p->b, "</a></p>\n");
}

static void show(Cx *cx, const Req *req, Res *res, Str name, Str next)
{
    Page page = page_new(cx, req, res);
    sign_begin(&page, TEXT_SIGN_IN, "/auth/login", next);
    if (cx->viewer.by_cookie)
        put_already(&page, next);
    if (sign_possible(&page)) {
        if (res->status == 401)
            sign_notice(&page, TEXT_WRONG, (Str){0});
        else if (res->status == 429)
            sign_wait_notice(&page);
        sign_form(&page, "/auth/login");
        sign_field(&page, &(SignField){TEXT_NAME, "name", "text", "username", name, !name.n});
        sign_field(&page,
                   &(SignField){
                       TEXT_PASSWORD, "password", "password", "current-password", {0}, name.n > 0});
        sign_hidden(&page, "next", next);
        sign_button(&page, TEXT_SIGN_IN);
        if (cx->app->conf.sign_up)
            put_way(&page, "/auth/signup", next, TEXT_SIGN_UP);
        put_way(&page, "/auth/recover", next, TEXT_FORGOTTEN);
    }
    sign_end(&page);
}

Err show_login(Cx *cx, Req *req, Res *res)
{
    Str next = next_path(req_query(cx, req, "next"));
    if (provider_used(cx->app) && session_cookie_name(cx->app))
        return relying_party_ask(cx, res, next);
    show(cx, req, res, (Str){0}, next);
    return OK;
}

/* On to where it was going. A program that signs people in by us (/oauth2/) sends the browser on to
 * another site, and form-action, which holds for all a form leads to, lets no form go there: so a
 * page stands between, which goes on by itself. */
static void go_on(Cx *cx, const Req *req, Res *res, Str next)
{
    if (!str_begins(next, S("/oauth2/"))) {
        sign_go(cx, res, next);
        return;
    }
    res->status = 200;
    res_header(cx, res, "Refresh", "0; url=" STR_FMT, STR_ARG(next));
    Page page = page_new(cx, req, res);
    sign_begin(&page, TEXT_SIGN_IN, "/auth/login", next);
    HTML(page.b, "<p><a");
    html_link(page.b, "href", next);
    HTML(page.b, ">");
    page_text(&page, TEXT_GO_ON);
    HTML(page.b, "</a></p>\n");
    sign_end(&page);
}

/* --- the second step */

/* The step ends five minutes after the password, however often a code is tried. */
static void ask_code(Cx *cx, const Req *req, Res *res, Str step, Str next)
{
    res->status = res->status ? res->status : 200;
    Page page = page_new(cx, req, res);
    sign_begin(&page, TEXT_SECOND_STEP, "/auth/login", next);
    if (res->status == 401)
        sign_notice(&page, TEXT_WRONG_CODE, (Str){0});
    else if (res->status == 429)
        sign_wait_notice(&page);
    sign_form(&page, "/auth/code");
    sign_field(&page, &(SignField){TEXT_CODE, "code", "text", "one-time-code", {0}, true});
    sign_hidden(&page, "step", step);
    sign_hidden(&page, "next", next);
    sign_button(&page, TEXT_SIGN_IN);
    HTML(page.b, "<p class=\"hint\">");
    page_text(&page, TEXT_CODE_HINT);
    HTML(page.b, "</p>\n");
    sign_end(&page);
}

Err sign_in_by_code(Cx *cx, Req *req, Res *res)
{
    Str account = {0}, step = req_form(cx, req, "step");
    Str next = next_path(req_form(cx, req, "next"));
    TRY(sign_is_ours(cx));
    TRY(sign_check(cx, req));
    Err e = second_read(cx, step, &account);
    if (e) { /* too late: from the beginning */
        TRY(sign_refused(cx, res, e));
        show(cx, req, res, (Str){0}, next);
        return OK;
    }
    e = second_check(cx, account, req_form(cx, req, "code"));
    if (e) {
        TRY(sign_refused(cx, res, e));
        ask_code(cx, req, res, step, next);
        return OK;
    }
    TRY(session_begin(cx, req, res, account));
    go_on(cx, req, res, next);
    return OK;
}

/* --- the first one */

static Err refuse(Cx *cx, const Req *req, Res *res, Str name, Str next, Err e)
{
    TRY(sign_refused(cx, res, e));
    name.n = name.n > NAME_SHOWN ? NAME_SHOWN : name.n;
    show(cx, req, res, name, next);
    return OK;
}

Err sign_in(Cx *cx, Req *req, Res *res)
{
    AccountRow account = {0};
    Str name = req_form(cx, req, "name"), password = req_form(cx, req, "password");
    Str next = next_path(req_form(cx, req, "next"));
    bool second = false;
    TRY(sign_is_ours(cx));
    TRY(sign_check(cx, req));
    /* no account has a name that is too long; the check takes its time all the same */
    Err e = account_check_password(cx, sign_name(cx, name), password, &account);
    if (e)
        return refuse(cx, req, res, name, next, e);
    TRY(totp_enabled(cx, account.id, &second));
    if (second && !bug("nocode")) {
        ask_code(cx, req, res, second_write(cx, &account), next);
        return OK;
    }
    TRY(session_begin(cx, req, res, account.id));
    go_on(cx, req, res, next);
    return OK;
}

/* A link, and no redirect: browsers count those among what a form is sent to, which is ours alone.
 * And who shares the service with other sites may wish to stay there. */
static void show_out(Cx *cx, const Req *req, Res *res, Str end)
{
    cx->viewer = (Viewer){0};
    res->status = 200;
    Page page = page_new(cx, req, res);
    sign_begin(&page, TEXT_SIGNED_OUT, "/auth/logout", S("/"));
    HTML(page.b, "<p>");
    page_text(&page, TEXT_OUT_HERE);
    HTML(page.b, "</p>\n<p><a class=\"button full\"");
    html_link(page.b, "href", end);
    HTML(page.b, ">");
    page_text(&page, TEXT_OUT_THERE);
    HTML(page.b, "</a></p>\n<p><a class=\"button second full\" href=\"/\">");
    page_text(&page, TEXT_ERROR_HOME);
    HTML(page.b, "</a></p>\n");
    sign_end(&page);
}

Err sign_out(Cx *cx, Req *req, Res *res)
{
    TRY(sign_check(cx, req));
    if (cx->viewer.by_cookie)
        TRY(credential_revoke(cx, cx->viewer.session));
    session_set_cookie(cx, res, (Str){0});
    Str end = provider_used(cx->app) ? relying_party_end(cx) : (Str){0};
    if (end.n)
        show_out(cx, req, res, end);
    else
        sign_go(cx, res, S("/"));
    return OK;
}
