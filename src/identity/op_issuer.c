/* What the built-in issuer tells of itself, and who a token is of. */
#include "base/json.h"
#include "common/app.h"
#include "contract.h"
#include "http/res.h"
#include "identity/issuer.h"
#include "identity/signing_key.h"

static StrList words(Cx *cx, const char *const *of, size_t n)
{
    StrList list = {arena_array(cx->arena, Str, n + 1), n};
    for (size_t i = 0; i < n; i++)
        list.p[i] = str_of(of[i]);
    return list;
}
#define WORDS(...)                                                                                 \
    words(cx, (const char *const[]){__VA_ARGS__}, COUNT(((const char *const[]){__VA_ARGS__})))

Err get_openid_configuration(Cx *cx, IssuerMetadata *out)
{
    TRY(issuer_on(cx));
    *out = (IssuerMetadata){.issuer = cx->app->public_url,
                            .authorization_endpoint = app_url(cx, S("/oauth2/authorize")),
                            .token_endpoint = app_url(cx, S("/oauth2/token")),
                            .userinfo_endpoint = app_url(cx, S("/oauth2/userinfo")),
                            .jwks_uri = app_url(cx, S("/oauth2/jwks")),
                            .revocation_endpoint = app_url(cx, S("/oauth2/revoke")),
                            .scopes_supported = WORDS("openid", "profile", "offline_access", "api"),
                            .response_types_supported = WORDS("code"),
                            .response_modes_supported = WORDS("query"),
                            .grant_types_supported = WORDS("authorization_code", "refresh_token"),
                            .subject_types_supported = WORDS("public"),
                            .id_token_signing_alg_values_supported = WORDS("ES256"),
                            .token_endpoint_auth_methods_supported = WORDS("none"),
                            .code_challenge_methods_supported = WORDS("S256"),
                            .claims_supported =
                                WORDS("sub", "iss", "aud", "exp", "iat", "auth_time", "nonce",
                                      "sid", "name", "preferred_username", "roles"),
                            .ui_locales_supported = WORDS("id", "en"),
                            .authorization_response_iss_parameter_supported = true};
    return OK;
}

static Err public_of(Cx *cx, const SigningKeyRow *row, PublicJwk *out)
{
    CLEANUP(json_close) Json key = {0};
    TRY(json_open(cx, row->public_, &key));
    *out = (PublicJwk){.kty = S("EC"),
                       .crv = S("P-256"),
                       .x = arena_str(cx->arena, json_text(json_member(key, "x"))),
                       .y = arena_str(cx->arena, json_text(json_member(key, "y"))),
                       .kid = row->id,
                       .use = S("sig"),
                       .alg = S("ES256")};
    return OK;
}

Err get_jwks(Cx *cx, JwkSet *out)
{
    SigningKeyRows rows = {0};
    TRY(issuer_on(cx));
    TRY(db_list(cx, SQL_SIGNING_KEY_LIST, NO_ARGS, &SIGNING_KEY_ROW, &rows.items));
    out->keys = (PublicJwkList){arena_array(cx->arena, PublicJwk, rows.items.n + 1), 0};
    for (size_t i = 0; i < rows.items.n; i++)
        TRY(public_of(cx, &rows.items.p[i], &out->keys.p[out->keys.n++]));
    return OK;
}

Err get_userinfo(Cx *cx, Userinfo *out)
{
    StrList roles = {arena_array(cx->arena, Str, 1), 1};
    roles.p[0] = cx->viewer.role;
    *out = (Userinfo){.sub = cx->viewer.id,
                      .name = cx->viewer.name,
                      .preferred_username = cx->viewer.name,
                      .roles = roles};
    return OK;
}

/* --- preflights of pages elsewhere, whose programs have no server: what they ask for holds the
 * secret that they need in itself, and no cookie is looked at. */

static Err preflight(Cx *cx, Res *res)
{
    res_header(cx, res, "Access-Control-Allow-Methods", "GET, POST");
    res_header(cx, res, "Access-Control-Allow-Headers", "Authorization, Content-Type");
    res_header(cx, res, "Access-Control-Max-Age", "86400");
    return OK;
}

Err allow_configuration(Cx *cx, Req *req, Res *res)
{
    (void)req;
    return preflight(cx, res);
}

Err allow_jwks(Cx *cx, Req *req, Res *res)
{
    (void)req;
    return preflight(cx, res);
}

Err allow_token(Cx *cx, Req *req, Res *res)
{
    (void)req;
    return preflight(cx, res);
}

Err allow_revocation(Cx *cx, Req *req, Res *res)
{
    (void)req;
    return preflight(cx, res);
}

Err allow_userinfo(Cx *cx, Req *req, Res *res)
{
    (void)req;
    return preflight(cx, res);
}
