/* POST /oauth2/token and /oauth2/revoke: forms in, JSON out. */
#include "base/fault.h"
#include "contract.h"
#include "http/params.h"
#include "http/req.h"
#include "http/res.h"
#include "identity/issuer.h"
#include "identity/signing_key.h"

enum { ANSWER_ROOM = 16 << 10 };

static Str text_of(OauthError why)
{
    switch (why) {
    case OAUTH_INVALID_CLIENT:
        return S("invalid_client");
    case OAUTH_INVALID_GRANT:
        return S("invalid_grant");
    case OAUTH_UNSUPPORTED_GRANT_TYPE:
        return S("unsupported_grant_type");
    case OAUTH_INVALID_REQUEST:
    case OAUTH_NONE:
        break;
    }
    return S("invalid_request");
}

static void begin(Cx *cx, Res *res)
{
    res->body.max = ANSWER_ROOM;
    res->media_type = S("application/json");
    res_header(cx, res, "Cache-Control", "no-store");
}

static void put(Buf *b, const char *name, Str value)
{
    buf_byte(b, b->n ? ',' : '{');
    buf_json_str(b, str_of(name));
    buf_byte(b, ':');
    buf_json_str(b, value);
}

/* RFC 6749 5.2: 400 with what is wrong, whatever it is. */
static Err refuse(Cx *cx, Res *res, OauthError why)
{
    begin(cx, res);
    res->status = 400;
    put(&res->body, "error", text_of(why));
    put(&res->body, "error_description", str_of(cx->said));
    buf_byte(&res->body, '}');
    cx->said[0] = 0;
    return OK;
}

static Err give(Cx *cx, Res *res, const Issued *issued)
{
    begin(cx, res);
    Buf *b = &res->body;
    put(b, "access_token", issued->access);
    put(b, "token_type", S("Bearer"));
    put(b, "scope", issued->scope);
    if (issued->refresh.n)
        put(b, "refresh_token", issued->refresh);
    if (issued->id.n)
        put(b, "id_token", issued->id);
    buf_put(b, ",\"expires_in\":", 14);
    buf_json_int(b, TOKEN_LIFE_MS / 1000);
    buf_byte(b, '}');
    return OK;
}

static Err check_form(Cx *cx, const Req *req)
{
    Str type = req_header(req, "Content-Type");
    const Str form = S("application/x-www-form-urlencoded");
    if (type.n < form.n || strncasecmp(type.p, form.p, form.n) != 0)
        return fail(cx, E_MEDIA_TYPE, "send the fields as " STR_FMT, STR_ARG(form));
    return OK;
}

static Err known_client(Cx *cx, const Req *req, OauthError *why, OauthClientRow *client)
{
    if (form_repeats(cx, req->body)) { /* RFC 6749 3.2 */
        *why = OAUTH_INVALID_REQUEST;
        (void)!fail(cx, E_INVALID, "a parameter stands there twice");
        return OK;
    }
    Err e = client_by_id(cx, req_form(cx, req, "client_id"), client);
    if (e != E_NOT_FOUND)
        return e;
    *why = OAUTH_INVALID_CLIENT;
    return OK;
}

static Err grant(Cx *cx, const Req *req, Str client, OauthError *why, Issued *out)
{
    Str kind = req_form(cx, req, "grant_type");
    if (str_eq(kind, S("authorization_code")))
        return issuer_exchange(cx, client, req_form(cx, req, "code"),
                               req_form(cx, req, "redirect_uri"),
                               req_form(cx, req, "code_verifier"), why, out);
    if (str_eq(kind, S("refresh_token")))
        return issuer_refresh(cx, client, req_form(cx, req, "refresh_token"), why, out);
    *why = kind.n ? OAUTH_UNSUPPORTED_GRANT_TYPE : OAUTH_INVALID_REQUEST;
    (void)!fail(cx, E_INVALID, "grant_type is authorization_code or refresh_token");
    return OK;
}

Err issue_token(Cx *cx, Req *req, Res *res)
{
    OauthClientRow client = {0};
    OauthError why = OAUTH_NONE;
    Issued issued = {0};
    TRY(issuer_on(cx));
    TRY(check_form(cx, req));
    TRY(known_client(cx, req, &why, &client));
    if (!why)
        TRY(grant(cx, req, client.id, &why, &issued));
    return why ? refuse(cx, res, why) : give(cx, res, &issued);
}

Err revoke_token(Cx *cx, Req *req, Res *res)
{
    OauthClientRow client = {0};
    OauthError why = OAUTH_NONE;
    Str token = req_form(cx, req, "token");
    TRY(check_form(cx, req));
    TRY(known_client(cx, req, &why, &client));
    if (!why && !token.n) {
        (void)!fail(cx, E_INVALID, "the form names no token");
        why = OAUTH_INVALID_REQUEST;
    }
    if (why)
        return refuse(cx, res, why);
    TRY(issuer_revoke(cx, client.id, token));
    res_header(cx, res, "Cache-Control", "no-store");
    return OK;
}
