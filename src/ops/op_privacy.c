/* What somebody may ask for about themselves: what is kept, to take it back, to be erased. */
#include "base/fault.h"
#include "common/app.h"
#include "community/push.h"
#include "contract.h"
#include "db/db.h"
#include "identity/account.h"
#include "identity/consent.h"
#include "identity/second.h"
#include "identity/totp.h"
#include "ops/erase.h"
#include "ops/export.h"
#include "ops/privacy.h"

enum { RECENT_MS = 600000 };

/* A browser that was left open is not its owner. */
static Err recent(Cx *cx)
{
    int64_t since = 0;
    if (!cx->viewer.by_cookie || bug("staleexport"))
        return OK;
    TRY(db_int(cx, SQL_SESSION_SINCE, ARGS(V(cx->viewer.session)), &since));
    return since >= cx->now - RECENT_MS
               ? OK
               : fail(cx, E_FORBIDDEN, "sign in again: this session is older than ten minutes");
}

Err privacy_confirm(Cx *cx, Str password, Str code)
{
    AccountRow row = {0};
    bool second = false;
    bool owner = !cx->viewer.by_cookie && !cx->viewer.by_program; /* a token of the command line */
    if ((owner && !password.n) || bug("noconfirm"))
        return OK;
    TRY(db_one(cx, SQL_ACCOUNT_BY_ID, ARGS(V(cx->viewer.id)), &ACCOUNT_ROW, &row));
    if (cx->viewer.by_program && (!row.has.password || !password.n))
        return fail(cx, E_FORBIDDEN, "a program needs its owner's password for this");
    if (!row.has.password) /* signed in elsewhere */
        return recent(cx);
    TRY(account_check_own(cx, password));
    TRY(totp_enabled(cx, cx->viewer.id, &second));
    return second && !bug("nosecondconfirm") ? second_check(cx, cx->viewer.id, code) : OK;
}

Err delete_me(Cx *cx, const DeleteMeIn *in, Erasure *out)
{
    const Confirmation *c = &in->body;
    TRY(privacy_confirm(cx, c->has.password ? c->password : (Str){0},
                        c->has.code ? c->code : (Str){0}));
    TRY(erase_ask(cx));
    *out = (Erasure){.due_at = cx->now + cx->app->conf.erase_after};
    return OK;
}

Err privacy_send(Cx *cx, const Req *req, Res *res)
{
    FileSend file = {.fd = -1,
                     .media_type = S("application/zip"),
                     .cache_control = "private, no-store",
                     .download_name = S("account.zip")};
    TRY(export_make(cx, cx->viewer.id, &file.fd, &file.size));
    return res_file(cx, req, res, &file);
}

Err export_me(Cx *cx, Req *req, Res *res)
{
    TRY(recent(cx));
    return privacy_send(cx, req, res);
}

Err list_my_consents(Cx *cx, Consents *out)
{
    Consents all = {0};
    TRY(db_list(cx, SQL_CONSENT_LIST, ARGS(V((int64_t)CONSENT_TEXT), V(cx->viewer.id)), &CONSENT,
                &all.items));
    *out = all;
    return OK;
}

/* The purpose's own switch writes the ledger too, so that both always agree. */
Err put_my_consent(Cx *cx, const PutMyConsentIn *in, Consents *out)
{
    HistorySettings now = {0};
    SetMyHistoryIn wish = {.body = {.keep = in->body.granted}};
    TRY(in->body.purpose == PURPOSE_PUSH ? push_agree(cx, in->body.granted)
                                         : set_my_history(cx, &wish, &now));
    TRY(db_settle(cx));
    return list_my_consents(cx, out);
}
