#include "identity/relying_party.h"

#include "base/fault.h"
#include "base/fetch.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/json.h"
#include "http/params.h"

#include <stdlib.h>

enum {
    LIFE_MS = 600000,
    EXPIRY = 12,
    STATE = 43, /* of 32 bytes, base64url */
    NEXT = SHA256_BYTES + EXPIRY + STATE,
    ADDRESS_BYTES = 8192,
    CODE_MAX = 4096,
    ANSWER_BYTES = 64 << 10
};

/* --- what follows from the state */

static Str derived(Cx *cx, const char *what, Str from)
{
    uint8_t sum[SHA256_BYTES];
    hmac_sha256(cx->app->stream_key,
                arena_fmt(cx->arena, "sign-in %s\n" STR_FMT, what, STR_ARG(from)), sum);
    return base64url(cx->arena, sum, sizeof sum);
}

static Str challenge_of(Cx *cx, Str verifier)
{
    uint8_t sum[SHA256_BYTES];
    sha256(verifier, sum);
    return base64url(cx->arena, sum, sizeof sum);
}

/* --- the cookie */

static const char *cookie_name(const App *app)
{
    return app->https ? "__Host-hub-sign-in" : "hub-sign-in";
}

/* Lax: it has to come along when the issuer sends the browser back. */
static void set_cookie(Cx *cx, Res *res, Str value)
{
    res_header(cx, res, "Set-Cookie",
               "%s=" STR_FMT "; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s", cookie_name(cx->app),
               STR_ARG(value), value.n ? LIFE_MS / 1000 : 0, cx->app->https ? "; Secure" : "");
}

static void seal(Cx *cx, Str content, uint8_t out[SHA256_BYTES])
{
    hmac_sha256(cx->app->stream_key,
                arena_fmt(cx->arena, "sign-in cookie\n" STR_FMT, STR_ARG(content)), out);
}

static Str sealed(Cx *cx, Str state, Str next)
{
    uint8_t sum[SHA256_BYTES];
    Str content = arena_fmt(cx->arena, "%012llx" STR_FMT STR_FMT,
                            (unsigned long long)(cx->now + LIFE_MS) & 0xffffffffffff,
                            STR_ARG(state), STR_ARG(next));
    char *raw = arena_take(cx->arena, sizeof sum + content.n);
    seal(cx, content, sum);
    memcpy(raw, sum, sizeof sum);
    memcpy(raw + sizeof sum, content.p, content.n);
    return base64url(cx->arena, raw, sizeof sum + content.n);
}

static Err unsealed(Cx *cx, Str cookie, Str *state, Str *next)
{
    Str raw = {0};
    uint8_t sum[SHA256_BYTES];
    char digits[EXPIRY + 1] = {0};
    bool ours = cookie.n && base64url_read(cx->arena, cookie, &raw) && raw.n > NEXT;
    if (ours) {
        seal(cx, (Str){raw.p + SHA256_BYTES, raw.n - SHA256_BYTES}, sum);
        ours = same_bytes((Str){(char *)sum, sizeof sum}, (Str){raw.p, SHA256_BYTES}) ||
               bug("noseal3");
        memcpy(digits, raw.p + SHA256_BYTES, EXPIRY);
    }
    if (!ours || cx->now >= (int64_t)strtoull(digits, NULL, 16))
        return fail(cx, E_SIGN_IN, "this browser did not begin to sign in, or too long ago");
    *state = (Str){raw.p + SHA256_BYTES + EXPIRY, STATE};
    *next = (Str){raw.p + NEXT, raw.n - NEXT};
    return OK;
}

/* --- there */

static void put(Buf *b, const char *name, Str value)
{
    if (b->n)
        buf_byte(b, memchr(b->p, ':', b->n) && !memchr(b->p, '?', b->n) ? '?' : '&');
    buf_put(b, name, strlen(name));
    buf_byte(b, '=');
    percent_encode(b, value);
}

static Str back_to(Cx *cx)
{
    return app_url(cx, S("/auth/callback"));
}

Err relying_party_ask(Cx *cx, Res *res, Str next)
{
    Buf b CLEANUP(buf_free) = BUF(ADDRESS_BYTES);
    Provider p = {0};
    TRY(provider_read(cx, &p));
    Str state = id_secret(cx, SHA256_BYTES);
    buf_put(&b, p.authorization.p, p.authorization.n);
    put(&b, "response_type", S("code"));
    put(&b, "client_id", cx->app->conf.oidc_client);
    put(&b, "redirect_uri", back_to(cx));
    put(&b, "scope", S("openid profile"));
    put(&b, "state", state);
    put(&b, "nonce", derived(cx, "nonce", state));
    put(&b, "code_challenge", challenge_of(cx, derived(cx, "verifier", state)));
    put(&b, "code_challenge_method", S("S256"));
    if (b.full)
        return fail(cx, E_UNAVAILABLE, "the address of the sign-in service is too long");
    res->status = 303;
    set_cookie(cx, res, sealed(cx, state, next));
    res_header(cx, res, "Location", "%.*s", (int)b.n, b.p);
    res_header(cx, res, "Cache-Control", "private, no-store");
    return OK;
}

/* --- and back */

/* Both parts as a form has them, RFC 6749 2.3.1. */
static Str basic(Cx *cx)
{
    Buf b CLEANUP(buf_free) = BUF(ADDRESS_BYTES);
    percent_encode(&b, cx->app->conf.oidc_client);
    buf_byte(&b, ':');
    percent_encode(&b, cx->app->conf.oidc_client_secret);
    Str text = base64_text(cx->arena, b.p, b.n);
    return arena_fmt(cx->arena, "Authorization: Basic " STR_FMT, STR_ARG(text));
}

static Err id_token_of(Cx *cx, const Fetched *got, Str *token)
{
    CLEANUP(json_close) Json answer = {0};
    if (got->status >= 500)
        return fail(cx, E_UNAVAILABLE, "the sign-in service answers %lld", (long long)got->status);
    if (got->status != 200 || json_open(cx, got->body, &answer))
        return fail(cx, E_SIGN_IN, "the sign-in service did not take its code back");
    *token = arena_str(cx->arena, json_text(json_member(answer, "id_token")));
    return OK;
}

/* What is wrong with the code is told apart from an issuer that is away. */
static Err exchange(Cx *cx, Str code, Str state, Str *token)
{
    Buf b CLEANUP(buf_free) = BUF(3 * ADDRESS_BYTES);
    Provider p = {0};
    Fetched got = {0};
    Str secret = cx->app->conf.oidc_client_secret, header = {0};
    TRY(provider_read(cx, &p));
    put(&b, "grant_type", S("authorization_code"));
    put(&b, "code", code);
    put(&b, "redirect_uri", back_to(cx));
    put(&b, "code_verifier", derived(cx, "verifier", state));
    if (secret.n && !p.secret_in_form)
        header = basic(cx);
    else
        put(&b, "client_id", cx->app->conf.oidc_client);
    if (secret.n && p.secret_in_form)
        put(&b, "client_secret", secret);
    Fetch ask = {.url = p.token,
                 .type = S("application/x-www-form-urlencoded"),
                 .body = {b.p, b.n},
                 .headers = &header,
                 .n_headers = header.n > 0,
                 .max = ANSWER_BYTES,
                 .reach = FETCH_ANY};
    if (fetch(cx, &ask, &got))
        return E_UNAVAILABLE;
    return id_token_of(cx, &got, token);
}

static Err from_whom(Cx *cx, const Req *req, Str state)
{
    Provider p = {0};
    Str told = req_query(cx, req, "state"), issuer = req_query(cx, req, "iss");
    if (!same_bytes(told, state) && !bug("anystate"))
        return fail(cx, E_SIGN_IN, "this is the answer to another request");
    TRY(provider_read(cx, &p));
    bool named = issuer.n ? str_eq(issuer, cx->app->conf.oidc_issuer) : !p.tells_issuer;
    return named || bug("anyiss") ? OK : fail(cx, E_SIGN_IN, "this is another issuer's answer");
}

Err relying_party_answer(Cx *cx, const Req *req, Res *res, Jwt *who, Str *next)
{
    Str cookie = req_cookie(req, cookie_name(cx->app)), state = {0}, to = {0}, token = {0};
    Str code = req_query(cx, req, "code");
    Jwt jwt = {0};
    set_cookie(cx, res, (Str){0});
    TRY(unsealed(cx, cookie, &state, &to));
    TRY(from_whom(cx, req, state));
    if (!code.n || code.n > CODE_MAX)
        return fail(cx, E_SIGN_IN, "the sign-in service let nobody in");
    TRY(exchange(cx, code, state, &token));
    TRY(provider_id_token(cx, token, &jwt));
    if (!same_bytes(jwt.nonce, derived(cx, "nonce", state)) && !bug("anynonce"))
        return fail(cx, E_SIGN_IN, "this token is of another request");
    *who = jwt;
    *next = to;
    return OK;
}

Str relying_party_end(Cx *cx)
{
    Buf b CLEANUP(buf_free) = BUF(ADDRESS_BYTES);
    Provider p = {0};
    if (provider_read(cx, &p) || !p.end_session.n)
        return (Str){0};
    buf_put(&b, p.end_session.p, p.end_session.n);
    put(&b, "client_id", cx->app->conf.oidc_client);
    put(&b, "post_logout_redirect_uri", app_url(cx, S("/")));
    return b.full ? (Str){0} : arena_str(cx->arena, (Str){b.p, b.n});
}
