#include "identity/jws.h"

#include "base/fault.h"
#include "base/hash.h"
#include "base/json.h"

enum { HALF = 32, RSA_LEAST = 256, RSA_MOST = 2048 };

static Err refuse(Cx *cx)
{
    return fail(cx, E_SIGN_IN, "the bearer token is not valid");
}

JwsAlgorithm jws_algorithm(Str name)
{
    static const struct {
        Str name;
        JwsAlgorithm algorithm;
    } rows[] = {{{"ES256", 5}, JWS_ES256}, {{"RS256", 5}, JWS_RS256}, {{"PS256", 5}, JWS_PS256}};
    for (size_t i = 0; i < COUNT(rows); i++)
        if (str_eq(rows[i].name, name))
            return rows[i].algorithm;
    return 0;
}

bool jws_key_id(Str id)
{
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '.' || c == '_' || c == '-'))
            return false;
    }
    return id.n > 0 && id.n <= JWS_KEY_ID_MAX;
}

static bool type_holds(Json type, Str wanted)
{
    if (wanted.n)
        return str_eq(json_text(type), wanted);
    return json_kind(type) == JSON_ABSENT || str_eq(json_text(type), S("JWT"));
}

/* Only members that are understood: jwk, jku, x5u, x5c, crit, zip, b64 and all to come bring trust
 * or meaning that the policy did not give. x5t and x5t#S256 only point at a key, and are passed by.
 */
static bool members_known(Json header)
{
    JsonMember m = {0};
    while (json_next(header, &m))
        if (!str_eq(m.name, S("alg")) && !str_eq(m.name, S("kid")) && !str_eq(m.name, S("typ")) &&
            !str_eq(m.name, S("x5t")) && !str_eq(m.name, S("x5t#S256")))
            return false;
    return true;
}

static bool header_holds(Cx *cx, Json header, const JwsPolicy *policy, Jws *out)
{
    Json id = json_member(header, "kid");
    Str text = json_text(id);
    out->algorithm = jws_algorithm(json_text(json_member(header, "alg")));
    if (json_kind(header) != JSON_IS_OBJECT || !(out->algorithm & policy->algorithms))
        return false;
    if ((!members_known(header) && !bug("anymember")) ||
        !type_holds(json_member(header, "typ"), policy->type))
        return false;
    if (json_kind(id) == JSON_ABSENT)
        return !policy->key_id;
    if (!jws_key_id(text))
        return false;
    out->key_id = arena_str(cx->arena, text); /* outlives the document */
    return true;
}

/* r or s of nothing but zeros verifies against any key in careless code (CVE-2022-21449). */
static bool signature_holds(JwsAlgorithm algorithm, Str signature)
{
    static const char zeros[HALF];
    if (algorithm != JWS_ES256)
        return signature.n >= RSA_LEAST && signature.n <= RSA_MOST;
    if (bug("zerosign"))
        return signature.n == 2 * (size_t)HALF;
    return signature.n == 2 * (size_t)HALF && memcmp(signature.p, zeros, HALF) != 0 &&
           memcmp(signature.p + HALF, zeros, HALF) != 0;
}

Err jws_read(Cx *cx, Str token, const JwsPolicy *policy, Jws *out)
{
    Jws jws = {0};
    Str rest = {0}, signature = {0}, text = {0};
    Str head = str_cut(token, '.', &rest), payload = str_cut(rest, '.', &signature);
    if (token.n > JWS_MAX || head.n > JWS_HEADER_MAX || !head.n || !payload.n || !signature.n)
        return refuse(cx);
    if (!base64url_read(cx->arena, head, &text) ||
        !base64url_read(cx->arena, payload, &jws.payload) ||
        !base64url_read(cx->arena, signature, &jws.signature))
        return refuse(cx);
    CLEANUP(json_close) Json header = {0};
    if (json_open(cx, text, &header) || !header_holds(cx, header, policy, &jws) ||
        !signature_holds(jws.algorithm, jws.signature))
        return refuse(cx);
    jws.signed_ = (Str){token.p, head.n + 1 + payload.n};
    *out = jws;
    return OK;
}
