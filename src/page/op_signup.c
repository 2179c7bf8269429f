/* New accounts: /auth/signup for fans, /auth/setup for the first administrator. */
#include "common/app.h"
#include "identity/account.h"
#include "identity/guess.h"
#include "identity/session.h"
#include "identity/setup.h"
#include "page/next.h"
#include "page/sign.h"

/* What a form said, and what was wrong with it. */
typedef struct Wish {
    bool setup; /* the administrator's */
    Str code, name, password, next, address;
    Text notice; /* 0: none */
    bool bad_name;
    PasswordFault fault;
} Wish;

static void put_notices(Page *p, const Wish *w)
{
    if (p->res->status == 401)
        sign_notice(p, TEXT_WRONG_SETUP, (Str){0});
    if (p->res->status == 429)
        sign_wait_notice(p);
    if (w->bad_name)
        sign_notice(p, w->notice, w->notice == TEXT_NAME_TAKEN ? w->name : (Str){0});
    sign_password_notice(p, w->fault);
}

static void show(Cx *cx, const Req *req, Res *res, const Wish *w)
{
    const char *path = w->setup ? "/auth/setup" : "/auth/signup";
    Text title = w->setup ? TEXT_SET_UP : TEXT_SIGN_UP;
    Page page = page_new(cx, req, res);
    sign_begin(&page, title, path, w->next);
    if (sign_possible(&page)) {
        put_notices(&page, w);
        sign_form(&page, path);
        if (w->setup)
            sign_field(&page,
                       &(SignField){TEXT_SETUP_CODE, "code", "text", "off", w->code, !w->code.n});
        sign_field(&page, &(SignField){TEXT_NAME, "name", "text", "username", w->name, !w->setup});
        sign_field(&page,
                   &(SignField){TEXT_PASSWORD, "password", "password", "new-password", {0}, false});
        sign_hidden(&page, "next", w->next);
        sign_button(&page, title);
        HTML(page.b, "<p class=\"hint\">");
        page_text(&page, TEXT_PASSWORD_HINT);
        HTML(page.b, "</p>\n");
    }
    sign_end(&page);
}

static Wish read_wish(Cx *cx, const Req *req, bool setup)
{
    return (Wish){.setup = setup,
                  .code = req_form(cx, req, "code"),
                  .name = sign_name(cx, req_form(cx, req, "name")),
                  .password = req_form(cx, req, "password"),
                  .address = req->address,
                  .next = next_path(req_form(cx, req, "next"))};
}

static Err put(Cx *cx, const Wish *w, Str hashed, Str *id, Str codes[static RECOVERY_CODES])
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(w->setup ? setup_take(cx, w->code, w->name, hashed, id)
                 : account_put(cx, w->name, S("fan"), hashed, id));
    TRY(recovery_renew(cx, *id, codes));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

/* *id stays empty when something is wrong with the form, which *w then says. */
static Err make(Cx *cx, Wish *w, Str *id, Str codes[static RECOVERY_CODES])
{
    Str hashed = {0};
    w->bad_name = account_fit(cx, w->name) != OK;
    w->notice = TEXT_NAME_RULE;
    TRY(password_judge(cx, w->name, w->password, &w->fault));
    cx->said[0] = 0;
    if (w->bad_name || w->fault)
        return OK;
    if (w->setup)
        TRY(guess_take(cx, "setup", w->address));
    TRY(password_hash(cx, w->password, &hashed));
    Err e = put(cx, w, hashed, id, codes);
    w->bad_name = e == E_CONFLICT;
    w->notice = TEXT_NAME_TAKEN;
    if (e == E_CONFLICT)
        *id = (Str){0};
    return e == E_CONFLICT ? OK : e;
}

static Err take(Cx *cx, const Req *req, Res *res, Wish *w)
{
    Str id = {0}, codes[RECOVERY_CODES] = {0};
    TRY(sign_check(cx, req));
    Err e = make(cx, w, &id, codes);
    if (e)
        TRY(sign_refused(cx, res, e));
    if (e || !id.n) {
        cx->said[0] = 0;
        res->status = res->status ? res->status : 422;
        show(cx, req, res, w);
        return OK;
    }
    TRY(session_begin(cx, req, res, id));
    cx->viewer = (Viewer){.id = id, .name = w->name, .by_cookie = true}; /* for the header */
    sign_codes(cx, req, res, codes, w->next);
    return OK;
}

static Err may(Cx *cx, bool setup)
{
    TRY(sign_is_ours(cx));
    bool open = setup ? setup_open(cx) : cx->app->conf.sign_up;
    if (open)
        return OK;
    return fail(cx, E_NOT_FOUND,
                setup ? "this hub has an administrator already" : "accounts are made by the staff");
}

Err show_sign_up(Cx *cx, Req *req, Res *res)
{
    TRY(may(cx, false));
    show(cx, req, res, &(Wish){.next = next_path(req_query(cx, req, "next"))});
    return OK;
}

Err sign_up_fan(Cx *cx, Req *req, Res *res)
{
    Wish wish = read_wish(cx, req, false);
    TRY(may(cx, false));
    return take(cx, req, res, &wish);
}

Err show_setup(Cx *cx, Req *req, Res *res)
{
    TRY(may(cx, true));
    show(cx, req, res, &(Wish){.setup = true, .next = S("/")});
    return OK;
}

Err set_up_hub(Cx *cx, Req *req, Res *res)
{
    Wish wish = read_wish(cx, req, true);
    TRY(may(cx, true));
    return take(cx, req, res, &wish);
}
