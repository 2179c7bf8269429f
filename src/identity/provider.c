#include "identity/provider.h"

#include "base/fault.h"
#include "base/fetch.h"
#include "base/json.h"
#include "identity/refreshed.h"

enum { DOCUMENT_MAX = 256 << 10, WALL_MS = 5000 };

static Refreshed document = REFRESHED_INIT, keys = REFRESHED_INIT;

bool provider_used(const App *app)
{
    return app->conf.oidc_issuer.n > 0;
}

/* --- the settings */

static unsigned algorithms_of(Str names)
{
    unsigned all = 0;
    for (Str rest = names, one; rest.n;) {
        one = str_cut(rest, ',', &rest);
        JwsAlgorithm known = jws_algorithm(one);
        if (!known)
            return 0;
        all |= (unsigned)known;
    }
    return all;
}

/* What a Location may hold, and no more. */
static bool address_fit(Str url)
{
    bool good = str_begins(url, S("https://")) || str_begins(url, S("http://127.")) ||
                str_begins(url, S("http://localhost")) || str_begins(url, S("http://[::1]"));
    for (size_t i = 0; i < url.n; i++)
        good = good && url.p[i] > ' ' && url.p[i] < 0x7f && url.p[i] != '#' && url.p[i] != '"' &&
               url.p[i] != '\\' && url.p[i] != '@';
    return good;
}

Err provider_check(Cx *cx, const Conf *c)
{
    if (!c->oidc_issuer.n)
        return OK;
    if (!address_fit(c->oidc_issuer) || memchr(c->oidc_issuer.p, '?', c->oidc_issuer.n))
        return fail(cx, E_INVALID, "--oidc-issuer is an https address without a query");
    if (!c->oidc_client.n)
        return fail(cx, E_INVALID, "--oidc-issuer needs --oidc-client");
    if (!algorithms_of(c->oidc_algorithms))
        return fail(cx, E_INVALID, "--oidc-algorithms: of RS256, PS256 and ES256, by commas");
    return OK;
}

/* --- what it says of itself */

static Err get(Cx *cx, Str url, size_t most, Str *text)
{
    Fetched got = {0};
    Err e =
        fetch(cx, &(Fetch){.url = url, .max = most, .reach = FETCH_ANY, .wall_ms = WALL_MS}, &got);
    if (e) /* an address that may not be fetched is no better */
        return E_UNAVAILABLE;
    if (got.status != 200)
        return fail(cx, E_UNAVAILABLE, "the sign-in service answers %lld", (long long)got.status);
    *text = got.body;
    return OK;
}

static Str address(Cx *cx, Json said, const char *name)
{
    return arena_str(cx->arena, json_text(json_member(said, name)));
}

static bool takes_basic(Json said)
{
    Json ways = json_member(said, "token_endpoint_auth_methods_supported");
    for (size_t i = 0; i < json_count(ways); i++)
        if (str_eq(json_text(json_item(ways, i)), S("client_secret_basic")))
            return true;
    return json_kind(ways) != JSON_IS_LIST; /* RFC 8414: the default */
}

/* Discovery 4.3: the issuer it names is the one that was asked for, letter by letter. */
static Err understand(Cx *cx, Str text, Provider *out, Str *keys_at)
{
    CLEANUP(json_close) Json said = {0};
    if (json_open(cx, text, &said))
        return fail(cx, E_UNAVAILABLE, "what the sign-in service says of itself is no JSON");
    Str issuer = json_text(json_member(said, "issuer"));
    if (!str_eq(issuer, cx->app->conf.oidc_issuer) && !bug("otherissuer"))
        return fail(cx, E_UNAVAILABLE, "the sign-in service calls itself by another name");
    Provider p = {.authorization = address(cx, said, "authorization_endpoint"),
                  .token = address(cx, said, "token_endpoint"),
                  .end_session = address(cx, said, "end_session_endpoint"),
                  .tells_issuer = json_flag(
                      json_member(said, "authorization_response_iss_parameter_supported")),
                  .secret_in_form = !takes_basic(said)};
    *keys_at = address(cx, said, "jwks_uri");
    if (!address_fit(p.authorization) || !address_fit(p.token) || !address_fit(*keys_at))
        return fail(cx, E_UNAVAILABLE, "the sign-in service does not say where it is asked");
    if (!address_fit(p.end_session))
        p.end_session = (Str){0};
    *out = p;
    return OK;
}

static Err get_document(Cx *cx, Str *text)
{
    Provider p = {0};
    Str at = cx->app->conf.oidc_issuer, keys_at = {0};
    at.n -= str_ends(at, S("/"));
    TRY(get(cx, arena_fmt(cx->arena, STR_FMT "/.well-known/openid-configuration", STR_ARG(at)),
            DOCUMENT_MAX, text));
    return understand(cx, *text, &p, &keys_at);
}

static Err read_all(Cx *cx, Provider *out, Str *keys_at)
{
    Str text = {0};
    TRY(refreshed_text(cx, &document, false, get_document, &text));
    return understand(cx, text, out, keys_at);
}

Err provider_read(Cx *cx, Provider *out)
{
    Str keys_at = {0};
    return read_all(cx, out, &keys_at);
}

/* --- its keys */

/* A set without a key we can use takes no other's place. */
static Err get_keys(Cx *cx, Str *text)
{
    Provider p = {0};
    Jwks set = {0};
    Str keys_at = {0};
    TRY(read_all(cx, &p, &keys_at));
    TRY(get(cx, keys_at, JWKS_BYTES_MAX, text));
    if (jwks_read(cx, *text, &set) || !set.n)
        return fail(cx, E_UNAVAILABLE, "the sign-in service publishes no key");
    return OK;
}

static Err verify_by(Cx *cx, Str token, const JwtPolicy *policy, bool newer, bool *missing,
                     Jwt *out)
{
    Str text = {0};
    Jwks set = {0};
    TRY(refreshed_text(cx, &keys, newer, get_keys, &text));
    TRY(jwks_read(cx, text, &set));
    return jwt_verify(cx, token, policy, &set, missing, out);
}

static Err verify(Cx *cx, Str token, Str type, bool id, Jwt *out)
{
    const Conf *c = &cx->app->conf;
    JwtPolicy policy = {.jws = {algorithms_of(c->oidc_algorithms), type, false},
                        .issuer = c->oidc_issuer,
                        .audience = c->oidc_client,
                        .party = id ? c->oidc_client : (Str){0}};
    bool missing = false;
    Err e = verify_by(cx, token, &policy, false, &missing, out);
    return e && missing ? verify_by(cx, token, &policy, true, &missing, out) : e;
}

Err provider_id_token(Cx *cx, Str token, Jwt *out)
{
    return verify(cx, token, S(""), true, out);
}

static bool says_bearer(Cx *cx, const Jwt *jwt)
{
    CLEANUP(json_close) Json claims = {0};
    return json_open(cx, jwt->payload, &claims) == OK &&
           str_eq(json_text(json_member(claims, "typ")), S("Bearer"));
}

Err provider_access_token(Cx *cx, Str token, Jwt *out)
{
    Jwt jwt = {0};
    Err e = verify(cx, token, S("at+jwt"), false, out);
    if (e != E_SIGN_IN)
        return e;
    TRY(verify(cx, token, S(""), false, &jwt));
    if (!says_bearer(cx, &jwt) && !bug("idasaccess"))
        return fail(cx, E_SIGN_IN, "the bearer token is not valid");
    cx->said[0] = 0;
    *out = jwt;
    return OK;
}
