/* /auth/recover: a new password for a recovery code. */
#include "common/app.h"
#include "identity/account.h"
#include "identity/guess.h"
#include "page/next.h"
#include "page/sign.h"

static void show(Cx *cx, const Req *req, Res *res, Str name, PasswordFault fault)
{
    Page page = page_new(cx, req, res);
    sign_begin(&page, TEXT_RECOVER, "/auth/recover", S("/"));
    if (sign_possible(&page)) {
        if (res->status == 401)
            sign_notice(&page, TEXT_WRONG_RECOVERY, (Str){0});
        else if (res->status == 429)
            sign_wait_notice(&page);
        sign_password_notice(&page, fault);
        sign_form(&page, "/auth/recover");
        sign_field(&page, &(SignField){TEXT_NAME, "name", "text", "username", name, !name.n});
        sign_field(&page, &(SignField){TEXT_RECOVERY_CODE, "code", "text", "off", {0}, name.n > 0});
        sign_field(
            &page,
            &(SignField){TEXT_NEW_PASSWORD, "password", "password", "new-password", {0}, false});
        sign_button(&page, TEXT_RECOVER);
        HTML(page.b, "<p class=\"hint\">");
        page_text(&page, TEXT_RECOVER_HINT);
        HTML(page.b, "</p>\n");
    }
    sign_end(&page);
}

Err show_recover(Cx *cx, Req *req, Res *res)
{
    TRY(sign_is_ours(cx));
    show(cx, req, res, (Str){0}, PASSWORD_FITS);
    return OK;
}

/* Whoever had the password before is out. */
static Err change(Cx *cx, Str account, Str code, Str hashed)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(recovery_use(cx, account, code));
    TRY(account_password(cx, account, hashed));
    TRY(db_run(cx, SQL_SESSION_END_OTHERS, ARGS(V(cx->now), V(account), V((Str){0})), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

/* A name that is not there takes as long and reads the same. */
static Err renew(Cx *cx, Str name, Str code, Str password)
{
    AccountRow row = {0};
    Str hashed = {0};
    TRY(guess_take(cx, "recovery", name));
    TRY(password_hash(cx, password, &hashed));
    Err e = account_by_name(cx, name, &row);
    if (e == E_NOT_FOUND)
        return fail(cx, E_SIGN_IN, "this recovery code is wrong, or was used");
    TRY(e);
    TRY(change(cx, row.id, code, hashed));
    TRY(guess_forget(cx, "recovery", name));
    return guess_forget(cx, "password", name);
}

Err recover_account(Cx *cx, Req *req, Res *res)
{
    Str name = sign_name(cx, req_form(cx, req, "name")), password = req_form(cx, req, "password");
    PasswordFault fault = PASSWORD_FITS;
    TRY(sign_is_ours(cx));
    TRY(sign_check(cx, req));
    TRY(password_judge(cx, name, password, &fault));
    if (fault) {
        res->status = 422;
        show(cx, req, res, name, fault);
        return OK;
    }
    Err e = renew(cx, name, req_form(cx, req, "code"), password);
    if (e) {
        TRY(sign_refused(cx, res, e));
        show(cx, req, res, name, PASSWORD_FITS);
        return OK;
    }
    sign_go(cx, res, S("/auth/login"));
    return OK;
}
