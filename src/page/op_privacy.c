/* /me/privacy: what the hub keeps of oneself; to limit it, take it along, or erase it. */
#include "common/app.h"
#include "community/push.h"
#include "contract.h"
#include "db/db.h"
#include "identity/provider.h"
#include "identity/session.h"
#include "ops/erase.h"
#include "ops/privacy.h"
#include "page/format.h"
#include "page/sign.h"

static const char here[] = "/me/privacy";

static void put_section(Page *p, Text title, Text words)
{
    HTML(p->b, "<h2>");
    page_text(p, title);
    HTML(p->b, "</h2>\n<p>");
    page_text(p, words);
    HTML(p->b, "</p>\n");
}

static void put_act(Page *p, const char *act)
{
    sign_form(p, here);
    sign_hidden(p, "do", str_of(act));
}

static void put_again(Page *p, const char *act, bool second, Text label)
{
    put_act(p, act);
    if (!provider_used(p->cx->app)) /* whose people have no password here */
        sign_field(
            p, &(SignField){TEXT_OLD_PASSWORD, "old", "password", "current-password", {0}, false});
    if (second)
        sign_field(p, &(SignField){TEXT_CODE, "code", "text", "one-time-code", {0}, false});
    sign_button(p, label);
}

static void put_history(Page *p, bool keep)
{
    bool may = p->cx->app->conf.profiles;
    put_section(p, TEXT_HISTORY,
                !may   ? TEXT_PRIVACY_NO_PROFILES
                : keep ? TEXT_PRIVACY_HISTORY_ON
                       : TEXT_PRIVACY_HISTORY_OFF);
    if (!may)
        return;
    put_act(p, keep ? "history-off" : "history-on");
    sign_button(p, keep ? TEXT_HISTORY_STOP : TEXT_HISTORY_KEEP);
}

/* It is turned on by the browser that is to be told, so elsewhere. */
static void put_push(Page *p, size_t browsers)
{
    put_section(p, TEXT_PUSH_BROWSERS, browsers ? TEXT_PRIVACY_PUSH_ON : TEXT_PRIVACY_PUSH_OFF);
    if (browsers) {
        put_act(p, "push-off");
        sign_button(p, TEXT_PRIVACY_PUSH_STOP);
        return;
    }
    HTML(p->b, "<p><a");
    html_link(p->b, "href", page_path(p, S("/me/notifications")));
    HTML(p->b, ">");
    page_text(p, TEXT_NOTIFICATIONS);
    HTML(p->b, "</a></p>\n");
}

/* Only who said something has something to take back. */
static void put_age(Page *p, int64_t years)
{
    if (!years)
        return;
    HTML(p->b, "<h2>");
    page_text(p, TEXT_AGE);
    HTML(p->b, "</h2>\n<p>");
    page_fill(p, TEXT_AGE_SAID, format_count(p->cx, p->language, years));
    HTML(p->b, "</p>\n");
    sign_form(p, "/age");
    sign_hidden(p, "years", S("0"));
    sign_hidden(p, "next", str_of(here));
    sign_button(p, TEXT_AGE_TAKE_BACK);
}

static void put_erase(Page *p, bool second)
{
    int64_t days = (p->cx->app->conf.erase_after + 86399999) / 86400000;
    put_section(p, TEXT_ERASE, TEXT_ERASE_WORDS);
    if (days) {
        HTML(p->b, "<p>");
        page_fill(p, TEXT_ERASE_GRACE, format_count(p->cx, p->language, days));
        HTML(p->b, "</p>\n");
    }
    put_again(p, "erase", second, TEXT_ERASE_BUTTON);
}

static Err show(Cx *cx, const Req *req, Res *res, const Text *bad)
{
    HistorySettings settings = {0};
    PushSubscriptions browsers = {0};
    Me me = {0};
    TRY(get_me(cx, &me));
    TRY(get_my_history_settings(cx, &settings));
    TRY(list_my_push_subscriptions(cx, &browsers));
    Page page = page_new(cx, req, res);
    sign_begin(&page, TEXT_PRIVACY, here, S("/"));
    if (res->status == 429)
        sign_wait_notice(&page);
    else if (bad)
        sign_notice(&page, *bad, (Str){0});
    put_history(&page, settings.keep);
    put_push(&page, browsers.items.n);
    put_age(&page, me.confirmed_age);
    put_section(&page, TEXT_EXPORT, TEXT_EXPORT_WORDS);
    put_again(&page, "export", me.second_factor, TEXT_EXPORT_BUTTON);
    put_erase(&page, me.second_factor);
    sign_end(&page);
    return OK;
}

Err privacy_page(Cx *cx, Req *req, Res *res)
{
    if (!cx->viewer.by_cookie) {
        sign_go(cx, res, S("/auth/login?next=/me/privacy"));
        return OK;
    }
    return show(cx, req, res, NULL);
}

static Err set_history(Cx *cx, Res *res, bool keep)
{
    HistorySettings now = {0};
    TRY(set_my_history(cx, &(SetMyHistoryIn){.body = {.keep = keep}}, &now));
    sign_go(cx, res, str_of(here));
    return OK;
}

static Err stop_push(Cx *cx, Res *res)
{
    TRY(push_agree(cx, false));
    sign_go(cx, res, str_of(here));
    return OK;
}

static Err erase(Cx *cx, Res *res)
{
    TRY(erase_ask(cx));
    session_set_cookie(cx, res, (Str){0});
    sign_go(cx, res, S("/"));
    return OK;
}

static Err act(Cx *cx, const Req *req, Res *res)
{
    Str what = req_form(cx, req, "do");
    bool history = str_eq(what, S("history-on"));
    if (history || str_eq(what, S("history-off")))
        return set_history(cx, res, history);
    if (str_eq(what, S("push-off")))
        return stop_push(cx, res);
    TRY(privacy_confirm(cx, req_form(cx, req, "old"), req_form(cx, req, "code")));
    if (str_eq(what, S("export")))
        return privacy_send(cx, req, res);
    if (str_eq(what, S("erase")))
        return erase(cx, res);
    return fail(cx, E_NOT_FOUND, "this page has no such button");
}

Err change_privacy_page(Cx *cx, Req *req, Res *res)
{
    static const Text wrong = TEXT_CONFIRM_WRONG, last = TEXT_ERASE_LAST;
    TRY(sign_check(cx, req));
    if (!cx->viewer.by_cookie) {
        sign_go(cx, res, S("/auth/login?next=/me/privacy"));
        return OK;
    }
    Err e = act(cx, req, res);
    if (!e)
        return OK;
    if (e == E_CONFLICT)
        res->status = 409;
    else
        TRY(sign_refused(cx, res, e));
    TRY(db_settle(cx));
    return show(cx, req, res, e == E_CONFLICT ? &last : &wrong);
}
