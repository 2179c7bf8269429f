/* /me/security: one's password, second step, recovery codes and sessions. What weakens an account
 * asks for its password again. */
#include "base/fault.h"
#include "base/id.h"
#include "common/app.h"
#include "identity/account.h"
#include "identity/known_browser.h"
#include "identity/session.h"
#include "identity/totp.h"
#include "page/card.h"
#include "page/format.h"
#include "page/sign.h"

#include <string.h>

/* What came of a button, told above the forms. */
typedef struct Told {
    const char *done; /* in the query of the page that follows */
    Text text;
} Told;

static const Told told[] = {{"password", TEXT_PASSWORD_CHANGED},
                            {"second-on", TEXT_SECOND_DONE_ON},
                            {"second-off", TEXT_SECOND_DONE_OFF},
                            {"end", TEXT_SESSIONS_ENDED},
                            {"end-others", TEXT_SESSIONS_ENDED}};

static void put_heading(Page *p, Text title)
{
    HTML(p->b, "<h2>");
    page_text(p, title);
    HTML(p->b, "</h2>\n");
}

static void put_act(Page *p, const char *act)
{
    sign_form(p, "/me/security");
    sign_hidden(p, "do", str_of(act));
}

/* For password managers: whose password it is. */
static void put_old(Page *p)
{
    HTML(p->b, "<input hidden name=\"name\" autocomplete=\"username\"");
    html_attr(p->b, "aria-label", page_word(p, TEXT_NAME));
    html_attr(p->b, "value", p->cx->viewer.name);
    HTML(p->b, ">");
    sign_field(p,
               &(SignField){TEXT_OLD_PASSWORD, "old", "password", "current-password", {0}, false});
}

static void put_password(Page *p)
{
    put_heading(p, TEXT_CHANGE_PASSWORD);
    put_act(p, "password");
    put_old(p);
    sign_field(p,
               &(SignField){TEXT_NEW_PASSWORD, "password", "password", "new-password", {0}, false});
    sign_button(p, TEXT_CHANGE_PASSWORD);
}

static void put_again(Page *p, const char *act, Text label)
{
    put_act(p, act);
    put_old(p);
    sign_button(p, label);
}

static void put_key(Page *p)
{
    char raw[TOTP_BYTES];
    Cx *cx = p->cx;
    random_bytes(raw, sizeof raw);
    Str key = {raw, sizeof raw}, text = totp_text(cx, key);
    put_act(p, "second-on");
    HTML(p->b, "<p>");
    page_text(p, TEXT_SECOND_IS_OFF);
    HTML(p->b, "</p>\n<p><code class=\"key\">");
    html_text(p->b, text);
    HTML(p->b, "</code></p>\n<p><a");
    html_attr(p->b, "href", totp_address(cx, cx->app->conf.brand_name, cx->viewer.name, key));
    HTML(p->b, ">");
    page_text(p, TEXT_SECOND_OPEN);
    HTML(p->b, "</a></p>\n");
    sign_hidden(p, "key", text);
    put_old(p);
    sign_field(p, &(SignField){TEXT_CODE, "code", "text", "one-time-code", {0}, false});
    sign_button(p, TEXT_TURN_ON);
}

static void put_second(Page *p, bool on)
{
    put_heading(p, TEXT_SECOND_FACTOR);
    if (!on) {
        put_key(p);
        return;
    }
    HTML(p->b, "<p>");
    page_text(p, TEXT_SECOND_IS_ON);
    HTML(p->b, "</p>\n");
    put_again(p, "second-off", TEXT_TURN_OFF);
}

static void put_codes(Page *p, int64_t left)
{
    put_heading(p, TEXT_RECOVERY_CODES);
    HTML(p->b, "<p>");
    page_fill(p, TEXT_CODES_LEFT, format_count(p->cx, p->language, left));
    HTML(p->b, "</p>\n");
    put_again(p, "codes", TEXT_CODES_RENEW);
}

/* The first of these names that stands in it. */
static const char *named(Str agent, const char *const (*names)[2], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (memmem(agent.p, agent.n, names[i][0], strlen(names[i][0])))
            return names[i][1];
    return NULL;
}

/* What browsers call themselves is a history of pretending: the more special name comes first. */
static Str device(const Page *p, const Session *s)
{
    static const char *const browsers[][2] = {{"SamsungBrowser", "Samsung Internet"},
                                              {"Edg", "Edge"},
                                              {"OPR/", "Opera"},
                                              {"FxiOS", "Firefox"},
                                              {"Firefox", "Firefox"},
                                              {"CriOS", "Chrome"},
                                              {"Chrome", "Chrome"},
                                              {"Safari", "Safari"}};
    static const char *const systems[][2] = {{"Android", "Android"}, {"iPhone", "iPhone"},
                                             {"iPad", "iPad"},       {"Windows", "Windows"},
                                             {"Mac OS X", "macOS"},  {"Linux", "Linux"}};
    const char *browser = named(s->agent, browsers, COUNT(browsers));
    const char *system = named(s->agent, systems, COUNT(systems));
    if (!s->has.agent)
        return page_word(p, TEXT_SESSION_UNKNOWN);
    if (!browser)
        return s->agent;
    return arena_fmt(p->cx->arena, "%s%s%s", browser, system ? ", " : "", system ? system : "");
}

static void put_session(Page *p, const Session *s)
{
    Buf *b = p->b;
    HTML(b, "<li><span><bdi>");
    html_text(b, device(p, s));
    HTML(b, "</bdi><small>");
    page_text(p, s->current ? TEXT_SESSION_THIS : TEXT_SESSION_USED);
    if (!s->current) {
        HTML(b, " ");
        put_moment(p, s->used_at, true);
    }
    HTML(b, "</small></span>\n");
    if (!s->current) {
        HTML(b, "<form method=\"post\" action=\"/me/security\">");
        sign_hidden(p, "do", S("end"));
        sign_hidden(p, "id", s->id);
        HTML(b, "<button class=\"button second\">");
        page_text(p, TEXT_SESSION_END);
        HTML(b, "</button></form>");
    }
    HTML(b, "</li>\n");
}

static void put_sessions(Page *p, const Sessions *sessions)
{
    HTML(p->b, "<section class=\"panel files\">");
    put_heading(p, TEXT_SESSIONS);
    HTML(p->b, "<ul>\n");
    for (size_t i = 0; i < sessions->items.n; i++)
        put_session(p, &sessions->items.p[i]);
    HTML(p->b, "</ul>\n");
    if (sessions->items.n > 1) {
        HTML(p->b, "<form method=\"post\" action=\"/me/security\">");
        sign_hidden(p, "do", S("end-others"));
        sign_button(p, TEXT_SESSIONS_END);
    }
    HTML(p->b, "</section>\n");
}

/* A notice in the place of what was refused: `bad`, with the fault of a password or without. */
typedef struct Refusal {
    Text bad;
    PasswordFault fault;
} Refusal;

static Err show(Cx *cx, const Req *req, Res *res, const Refusal *why)
{
    Sessions sessions = {0};
    bool second = false;
    int64_t left = 0;
    TRY(totp_enabled(cx, cx->viewer.id, &second));
    TRY(recovery_left(cx, cx->viewer.id, &left));
    TRY(list_my_sessions(cx, &sessions));
    Str done = req_query(cx, req, "done");
    Page page = page_new(cx, req, res);
    sign_begin(&page, TEXT_SECURITY, "/me/security", S("/"));
    for (size_t i = 0; i < COUNT(told) && req->method == M_GET; i++)
        if (str_eq(done, str_of(told[i].done))) {
            HTML(page.b, "<p class=\"notice\" role=\"status\">");
            page_text(&page, told[i].text);
            HTML(page.b, "</p>\n");
        }
    if (res->status == 429)
        sign_wait_notice(&page);
    else if (why && !why->fault)
        sign_notice(&page, why->bad, (Str){0});
    else if (why)
        sign_password_notice(&page, why->fault);
    if (!second && role_needs_second(cx->app, cx->viewer.role))
        sign_notice(&page, TEXT_SECURITY_MUST, (Str){0});
    if (sign_is_ours(cx) == OK) {
        put_second(&page, second);
        put_password(&page);
        put_codes(&page, left);
    }
    put_sessions(&page, &sessions);
    HTML(page.b, "<p><a href=\"/me/history\">");
    page_text(&page, TEXT_HISTORY);
    HTML(page.b, "</a></p>\n<p><a href=\"/me/privacy\">");
    page_text(&page, TEXT_PRIVACY);
    HTML(page.b, "</a></p>\n");
    sign_end(&page);
    return OK;
}

Err security_page(Cx *cx, Req *req, Res *res)
{
    if (!cx->viewer.by_cookie) {
        sign_go(cx, res, S("/auth/login?next=/me/security"));
        return OK;
    }
    return show(cx, req, res, NULL);
}

/* --- the buttons; each in units of its own, settled */

static Err check_old(Cx *cx, const Req *req)
{
    return account_check_own(cx, req_form(cx, req, "old"));
}

static Err end_others(Cx *cx)
{
    TRY(known_forget_others(cx, cx->viewer.id));
    return db_run(cx, SQL_SESSION_END_OTHERS,
                  ARGS(V(cx->now), V(cx->viewer.id), V(cx->viewer.session)), NULL);
}

static Err change_password(Cx *cx, const Req *req, PasswordFault *fault)
{
    Str password = req_form(cx, req, "password"), hashed = {0};
    TRY(check_old(cx, req));
    TRY(password_judge(cx, cx->viewer.name, password, fault));
    if (*fault)
        return OK;
    TRY(password_hash(cx, password, &hashed));
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(account_password(cx, cx->viewer.id, hashed));
    TRY(end_others(cx));
    return tx_commit(&tx);
}

/* A session that had the password alone does not become one with both steps by what another did. */
static Err turn_on(Cx *cx, const Req *req, Text *bad)
{
    Str key = {0};
    bool on = false;
    TRY(totp_enabled(cx, cx->viewer.id, &on));
    if (on) /* pressed twice */
        return OK;
    if (!bug("anyturn")) /* whoever sits at an open browser may not lock its owner out */
        TRY(check_old(cx, req));
    *bad = TEXT_WRONG_CODE;
    if (!totp_read(cx, req_form(cx, req, "key"), &key))
        return fail(cx, E_SIGN_IN, "this is no key");
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(totp_enable(cx, cx->viewer.id, key, req_form(cx, req, "code")));
    if (!bug("keepothers"))
        TRY(end_others(cx));
    return tx_commit(&tx);
}

static Err turn_off(Cx *cx, const Req *req)
{
    TRY(check_old(cx, req));
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(totp_disable(cx, cx->viewer.id));
    return tx_commit(&tx);
}

static Err renew_codes(Cx *cx, const Req *req, Str codes[static RECOVERY_CODES])
{
    TRY(check_old(cx, req));
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(recovery_renew(cx, cx->viewer.id, codes));
    return tx_commit(&tx);
}

static Err end_session(Cx *cx, const Req *req)
{
    Err e = end_my_session(cx, &(EndMySessionIn){.id = req_form(cx, req, "id")});
    return e == E_NOT_FOUND ? OK : e; /* pressed twice */
}

static Err act(Cx *cx, const Req *req, Str what, Refusal *why, Str codes[static RECOVERY_CODES])
{
    if (!str_begins(what, S("end")))
        TRY(sign_is_ours(cx));
    why->bad = TEXT_WRONG_PASSWORD;
    if (str_eq(what, S("password")))
        return change_password(cx, req, &why->fault);
    if (str_eq(what, S("codes")))
        return renew_codes(cx, req, codes);
    if (str_eq(what, S("second-off")))
        return turn_off(cx, req);
    if (str_eq(what, S("end")))
        return end_session(cx, req);
    if (str_eq(what, S("end-others")))
        return end_my_sessions(cx);
    if (str_eq(what, S("second-on")))
        return turn_on(cx, req, &why->bad);
    return fail(cx, E_NOT_FOUND, "this page has no such button");
}

Err change_security_page(Cx *cx, Req *req, Res *res)
{
    Refusal why = {0};
    Str codes[RECOVERY_CODES] = {0}, what = req_form(cx, req, "do");
    TRY(sign_check(cx, req));
    if (!cx->viewer.by_cookie) {
        sign_go(cx, res, S("/auth/login?next=/me/security"));
        return OK;
    }
    Err e = act(cx, req, what, &why, codes);
    if (e)
        TRY(sign_refused(cx, res, e));
    if (why.fault)
        res->status = 422;
    TRY(db_settle(cx));
    if (e || why.fault)
        return show(cx, req, res, &why);
    if (codes[0].n)
        sign_codes(cx, req, res, codes, S("/me/security"));
    else
        sign_go(cx, res, arena_fmt(cx->arena, "/me/security?done=" STR_FMT, STR_ARG(what)));
    return OK;
}
