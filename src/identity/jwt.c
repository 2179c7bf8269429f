#include "identity/jwt.h"

#include "base/fault.h"
#include "base/hash.h"
#include "base/json.h"

#include <cjose/cjose.h>

static const int64_t SECONDS_MAX = 253402300799; /* the year 9999 */

static Err refuse(Cx *cx)
{
    return fail(cx, E_SIGN_IN, "the bearer token is not valid");
}

static bool signature_holds(Str token, const Jwk *key)
{
    cjose_err why = {0};
    cjose_jwk_t *jwk = cjose_jwk_import(key->json.p, key->json.n, &why);
    cjose_jws_t *jws = jwk ? cjose_jws_import(token.p, token.n, &why) : NULL;
    bool good = jws && cjose_jws_verify(jws, jwk, &why);
    cjose_jws_release(jws);
    cjose_jwk_release(jwk);
    return good || bug("anysignature");
}

/* NumericDate, RFC 7519 section 2; a fraction is no number of ours. */
static bool moment(Json claims, const char *name, bool needed, int64_t *ms)
{
    Json value = json_member(claims, name);
    int64_t s = 0;
    if (json_kind(value) == JSON_ABSENT)
        return !needed;
    if (!json_whole(value, &s) || s < 0 || s > SECONDS_MAX)
        return false;
    *ms = s * 1000;
    return true;
}

static bool times_hold(Cx *cx, Json claims, Jwt *out)
{
    int64_t not_before = 0;
    if (!moment(claims, "exp", true, &out->expires_at) ||
        !moment(claims, "nbf", false, &not_before) ||
        !moment(claims, "iat", false, &out->issued_at))
        return false;
    return cx->now < out->expires_at + JWT_LEEWAY_MS && not_before <= cx->now + JWT_LEEWAY_MS &&
           out->issued_at <= cx->now + JWT_LEEWAY_MS;
}

static bool is_for(Json claims, const JwtPolicy *policy)
{
    Json to = json_member(claims, "aud"), party = json_member(claims, "azp");
    size_t n = json_kind(to) == JSON_IS_LIST ? json_count(to) : 1;
    bool ours = str_eq(json_text(to), policy->audience);
    for (size_t i = 0; json_kind(to) == JSON_IS_LIST && i < n; i++)
        ours |= str_eq(json_text(json_item(to, i)), policy->audience);
    if (!policy->party.n || (json_kind(party) == JSON_ABSENT && n == 1))
        return ours;
    return ours && str_eq(json_text(party), policy->party);
}

static Str kept(Cx *cx, Json claims, const char *name)
{
    return arena_str(cx->arena, json_text(json_member(claims, name)));
}

static bool claims_hold(Cx *cx, Json claims, const JwtPolicy *policy, Jwt *out)
{
    Str issuer = json_text(json_member(claims, "iss"));
    out->subject = kept(cx, claims, "sub");
    out->id = kept(cx, claims, "jti");
    out->nonce = kept(cx, claims, "nonce");
    out->session = kept(cx, claims, "sid");
    out->client = kept(cx, claims, "client_id");
    if (!out->client.n)
        out->client = kept(cx, claims, "azp");
    return json_kind(claims) == JSON_IS_OBJECT && str_eq(issuer, policy->issuer) &&
           out->subject.n && out->subject.n <= JWT_SUBJECT_MAX &&
           (is_for(claims, policy) || bug("anyaudience")) &&
           (times_hold(cx, claims, out) || bug("anytime"));
}

Err jwt_verify(Cx *cx, Str token, const JwtPolicy *policy, const Jwks *keys, bool *key_missing,
               Jwt *out)
{
    Jws jws = {0};
    Jwt jwt = {0};
    TRY(jws_read(cx, token, &policy->jws, &jws));
    const Jwk *key = jwks_find(keys, jws.key_id, jws.algorithm);
    if (key_missing)
        *key_missing = !key;
    if (!key || !signature_holds(token, key))
        return refuse(cx);
    CLEANUP(json_close) Json claims = {0};
    if (json_open(cx, jws.payload, &claims) || !claims_hold(cx, claims, policy, &jwt))
        return refuse(cx);
    jwt.payload = jws.payload;
    *out = jwt;
    return OK;
}

static Err signed_by(Cx *cx, cjose_jwk_t *key, cjose_header_t *header, Str payload, Str *token)
{
    cjose_err why = {0};
    const char *text = NULL;
    cjose_jws_t *jws = cjose_jws_sign(key, header, (const uint8_t *)payload.p, payload.n, &why);
    bool good = jws && cjose_jws_export(jws, &text, &why);
    if (good)
        *token = arena_str(cx->arena, str_of(text));
    cjose_jws_release(jws);
    return good ? OK : fail(cx, E_INTERNAL, "a token could not be signed: %s", why.message);
}

Err jwt_sign(Cx *cx, Str secret, Str key_id, Str type, Str payload, Str *token)
{
    cjose_err why = {0};
    cjose_jwk_t *key = cjose_jwk_import(secret.p, secret.n, &why);
    cjose_header_t *header = cjose_header_new(&why);
    bool ready = key && header &&
                 cjose_header_set(header, CJOSE_HDR_ALG, CJOSE_HDR_ALG_ES256, &why) &&
                 cjose_header_set(header, CJOSE_HDR_KID, arena_str(cx->arena, key_id).p, &why) &&
                 cjose_header_set(header, "typ", arena_str(cx->arena, type).p, &why);
    Err e = ready ? signed_by(cx, key, header, payload, token)
                  : fail(cx, E_INTERNAL, "a token could not be made: %s", why.message);
    cjose_header_release(header);
    cjose_jwk_release(key);
    return e;
}
