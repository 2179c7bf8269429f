#include "identity/jwks.h"

#include "base/hash.h"
#include "base/json.h"

#include <cjose/cjose.h>
#include <stdlib.h>

enum { P256 = 32, RSA_LEAST = 256, RSA_MOST = 2048, EXPONENT_MOST = 8 };

static bool number_of(Cx *cx, Json key, const char *name, size_t least, size_t most, Str *text)
{
    Str bytes = {0};
    *text = arena_str(cx->arena, json_text(json_member(key, name)));
    return text->n <= 4 * most && base64url_read(cx->arena, *text, &bytes) && bytes.n >= least &&
           bytes.n <= most && bytes.p[0] != 0;
}

static bool coordinate(Cx *cx, Json key, const char *name, Str *text)
{
    Str bytes = {0};
    *text = arena_str(cx->arena, json_text(json_member(key, name)));
    return base64url_read(cx->arena, *text, &bytes) && bytes.n == P256;
}

static bool elliptic(Cx *cx, Json key, Jwk *out)
{
    Str x = {0}, y = {0};
    if (!str_eq(json_text(json_member(key, "crv")), S("P-256")) || !coordinate(cx, key, "x", &x) ||
        !coordinate(cx, key, "y", &y))
        return false;
    out->algorithms = JWS_ES256;
    out->json = arena_fmt(
        cx->arena, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" STR_FMT "\",\"y\":\"" STR_FMT "\"}",
        STR_ARG(x), STR_ARG(y));
    return true;
}

/* An exponent of 1 or an even one verifies what nobody signed. */
static bool exponent_holds(Cx *cx, Str text)
{
    Str e = {0};
    return base64url_read(cx->arena, text, &e) && (e.p[e.n - 1] & 1) && (e.n > 1 || e.p[0] >= 3);
}

static bool rsa(Cx *cx, Json key, Jwk *out)
{
    Str n = {0}, e = {0};
    if (!number_of(cx, key, "n", RSA_LEAST, RSA_MOST, &n) ||
        !number_of(cx, key, "e", 1, EXPONENT_MOST, &e) || !exponent_holds(cx, e))
        return false;
    out->algorithms = JWS_RS256 | JWS_PS256;
    out->json =
        arena_fmt(cx->arena, "{\"kty\":\"RSA\",\"n\":\"" STR_FMT "\",\"e\":\"" STR_FMT "\"}",
                  STR_ARG(n), STR_ARG(e));
    return true;
}

static bool to_verify(Json key)
{
    Json use = json_member(key, "use"), ops = json_member(key, "key_ops");
    if (json_kind(use) != JSON_ABSENT && !str_eq(json_text(use), S("sig")))
        return false;
    if (json_kind(ops) == JSON_ABSENT)
        return true;
    for (size_t i = 0; i < json_count(ops); i++)
        if (str_eq(json_text(json_item(ops, i)), S("verify")))
            return true;
    return false;
}

static unsigned algorithms_of(Json key, unsigned possible)
{
    Json named = json_member(key, "alg");
    JwsAlgorithm only = jws_algorithm(json_text(named));
    return json_kind(named) == JSON_ABSENT ? possible : possible & (unsigned)only;
}

static bool one(Cx *cx, Json key, Jwk *out)
{
    Json id = json_member(key, "kid");
    Str kind = json_text(json_member(key, "kty"));
    if (json_kind(json_member(key, "d")) != JSON_ABSENT || !to_verify(key))
        return false;
    if (!(str_eq(kind, S("EC")) && elliptic(cx, key, out)) &&
        !(str_eq(kind, S("RSA")) && rsa(cx, key, out)))
        return false;
    out->id = arena_str(cx->arena, json_text(id));
    out->algorithms = algorithms_of(key, out->algorithms);
    return out->algorithms && (json_kind(id) == JSON_ABSENT || jws_key_id(out->id));
}

Err jwks_read(Cx *cx, Str text, Jwks *out)
{
    CLEANUP(json_close) Json set = {0};
    if (text.n > JWKS_BYTES_MAX || json_open(cx, text, &set))
        return fail(cx, E_INVALID, "this is no JWK Set");
    Json keys = json_member(set, "keys");
    size_t n = json_count(keys);
    if (json_kind(keys) != JSON_IS_LIST || n > JWKS_KEYS_MAX)
        return fail(cx, E_INVALID, "this is no JWK Set of at most %d keys", JWKS_KEYS_MAX);
    Jwks found = {arena_array(cx->arena, Jwk, n + 1), 0};
    for (size_t i = 0; i < n; i++) {
        Jwk *next = &found.p[found.n];
        *next = (Jwk){0};
        found.n +=
            json_kind(json_item(keys, i)) == JSON_IS_OBJECT && one(cx, json_item(keys, i), next);
    }
    *out = found;
    return OK;
}

const Jwk *jwks_find(const Jwks *keys, Str id, JwsAlgorithm algorithm)
{
    const Jwk *found = NULL;
    for (size_t i = 0; i < keys->n; i++) {
        const Jwk *key = &keys->p[i];
        if (!(key->algorithms & (unsigned)algorithm) || (id.n && !str_eq(key->id, id)))
            continue;
        if (found) /* two that it could be: neither is chosen */
            return NULL;
        found = key;
    }
    return found;
}

static Err written(Cx *cx, const cjose_jwk_t *key, bool secret, Str *out)
{
    cjose_err why = {0};
    char *text = cjose_jwk_to_json(key, secret, &why);
    if (!text)
        return fail(cx, E_INTERNAL, "a key could not be written: %s", why.message);
    *out = arena_str(cx->arena, str_of(text));
    cjose_get_dealloc()(text);
    return OK;
}

Err jwk_new_es256(Cx *cx, Str *secret, Str *public_)
{
    cjose_err why = {0};
    cjose_jwk_t *key = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &why);
    if (!key)
        return fail(cx, E_INTERNAL, "a key could not be made: %s", why.message);
    Err e = written(cx, key, true, secret);
    e = e ? e : written(cx, key, false, public_);
    cjose_jwk_release(key);
    return e;
}
