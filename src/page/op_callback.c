/* Signing in with another issuer: there by GET /auth/login, back by GET /auth/callback. */
#include "base/log.h"
#include "contract.h"
#include "identity/federated.h"
#include "identity/relying_party.h"
#include "identity/session.h"
#include "page/next.h"
#include "page/sign.h"

/* A page and no redirect back: where cookies are refused it would go round for ever. */
static void show_refused(Cx *cx, const Req *req, Res *res)
{
    Page page = page_new(cx, req, res);
    sign_begin(&page, TEXT_NOT_IN, "/auth/callback", S("/"));
    sign_notice(&page, TEXT_NOT_IN_WHY, (Str){0});
    HTML(page.b, "<p><a class=\"button full\" href=\"/auth/login\">");
    page_text(&page, TEXT_SIGN_IN);
    HTML(page.b, "</a></p>\n");
    sign_end(&page);
}

static Err take(Cx *cx, const Req *req, Res *res, Str *next)
{
    Jwt who = {0};
    Str account = {0};
    TRY(relying_party_answer(cx, req, res, &who, next));
    TRY(federated_account(cx, &who, &account));
    return session_begin(cx, req, res, account);
}

Err finish_sign_in(Cx *cx, Req *req, Res *res)
{
    Str next = S("/");
    if (!provider_used(cx->app))
        return fail(cx, E_NOT_FOUND, "the hub signs people in itself");
    if (!session_cookie_name(cx->app))
        return fail(cx, E_FORBIDDEN, "signing in needs https, or a hub on this very machine");
    Err e = take(cx, req, res, &next);
    if (e == E_SIGN_IN) {
        log_say(LOG_INFO, "sign-in.refused", LZ("why", cx->said));
        TRY(sign_refused(cx, res, e));
        show_refused(cx, req, res);
        return OK;
    }
    TRY(e);
    sign_go(cx, res, next_path(next));
    return OK;
}
