/* GET /oauth2/authorize: a browser that is signed in goes back to the program with a code. */
#include "base/buf.h"
#include "base/fault.h"
#include "common/app.h"
#include "contract.h"
#include "db/db.h"
#include "http/params.h"
#include "http/res.h"
#include "identity/issuer.h"

enum { CHALLENGE_BYTES = 43, VALUE_BYTES = 512, ADDRESS_BYTES = 8192 };

static void put_pair(Buf *b, const char *name, Str value)
{
    buf_byte(b, b->n && !memchr(b->p, '?', b->n) ? '?' : '&');
    buf_put(b, name, strlen(name));
    buf_byte(b, '=');
    percent_encode(b, value);
}

static Err go(Cx *cx, Res *res, const Buf *address)
{
    if (address->full)
        return fail(cx, E_INVALID, "the request is too long");
    res->status = 303;
    res_header(cx, res, "Location", "%.*s", (int)address->n, address->p);
    res_header(cx, res, "Cache-Control", "private, no-store");
    res_header(cx, res, "Referrer-Policy", "no-referrer");
    return OK;
}

/* Back to the program; state and iss go along with every answer. */
static Err back(Cx *cx, const Req *req, Res *res, const char *name, Str value)
{
    Buf b CLEANUP(buf_free) = BUF(ADDRESS_BYTES);
    Str uri = req_query(cx, req, "redirect_uri"), state = req_query(cx, req, "state");
    buf_put(&b, uri.p, uri.n);
    put_pair(&b, name, value);
    if (state.n)
        put_pair(&b, "state", state);
    put_pair(&b, "iss", cx->app->public_url);
    return go(cx, res, &b);
}

/* Once signed in it comes back here, with the same request but no wish to be asked again. */
static Err sign_in_first(Cx *cx, const Req *req, Res *res)
{
    static const char *const KEPT[] = {
        "response_type", "client_id", "redirect_uri",   "scope",
        "state",         "nonce",     "code_challenge", "code_challenge_method"};
    Buf next CLEANUP(buf_free) = BUF(ADDRESS_BYTES), b CLEANUP(buf_free) = BUF(ADDRESS_BYTES);
    buf_put(&next, "/oauth2/authorize", 17);
    for (size_t i = 0; i < COUNT(KEPT); i++) {
        Str value = req_query(cx, req, KEPT[i]);
        if (value.n)
            put_pair(&next, KEPT[i], value);
    }
    if (next.full)
        return fail(cx, E_INVALID, "the request is too long");
    buf_put(&b, "/auth/login", 11);
    put_pair(&b, "next", (Str){next.p, next.n});
    return go(cx, res, &b);
}

static bool challenge_fit(Str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '_'))
            return false;
    }
    return text.n == CHALLENGE_BYTES;
}

static const char *fault_of(Cx *cx, const Req *req)
{
    if (!str_eq(req_query(cx, req, "response_type"), S("code")))
        return "unsupported_response_type";
    if (req_query(cx, req, "request").n || req_query(cx, req, "request_uri").n)
        return "request_not_supported";
    bool proof = str_eq(req_query(cx, req, "code_challenge_method"), S("S256")) &&
                 challenge_fit(req_query(cx, req, "code_challenge"));
    if ((!proof && !bug("nopkce")) || req_query(cx, req, "nonce").n > VALUE_BYTES)
        return "invalid_request";
    return NULL;
}

/* Until both are known there is nowhere to send anybody. */
static Err known_client(Cx *cx, const Req *req, OauthClientRow *client)
{
    Err e = client_by_id(cx, req_query(cx, req, "client_id"), client);
    if (e == E_NOT_FOUND)
        return fail_at(cx, "query", "/client_id", "there is no such client");
    TRY(e);
    if (!client_has_uri(client, req_query(cx, req, "redirect_uri")))
        return fail_at(cx, "query", "/redirect_uri", "this is none of the client's redirect URIs");
    return OK;
}

Err authorize_client(Cx *cx, Req *req, Res *res)
{
    OauthClientRow client = {0};
    Str code = {0}, prompt = req_query(cx, req, "prompt");
    TRY(issuer_on(cx));
    if (form_repeats(cx, req->query) && !bug("anytwice")) /* RFC 6749 3.1 */
        return fail(cx, E_MALFORMED, "a parameter stands there twice");
    TRY(known_client(cx, req, &client));
    const char *fault = fault_of(cx, req);
    if (fault)
        return back(cx, req, res, "error", str_of(fault));
    if (!cx->viewer.by_cookie && str_eq(prompt, S("none")))
        return back(cx, req, res, "error", S("login_required"));
    if (!cx->viewer.by_cookie || str_eq(prompt, S("login")) || str_eq(prompt, S("select_account")))
        return sign_in_first(cx, req, res);
    CodeAsk ask = {.client = client.id,
                   .redirect_uri = req_query(cx, req, "redirect_uri"),
                   .challenge = req_query(cx, req, "code_challenge"),
                   .scope = issuer_scope(cx, req_query(cx, req, "scope")),
                   .nonce = req_query(cx, req, "nonce"),
                   .signed_in_at = cx->viewer.since};
    TRY(issuer_code(cx, &ask, &code));
    return back(cx, req, res, "code", code);
}
