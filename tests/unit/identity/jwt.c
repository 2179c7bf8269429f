/* What a signed token claims, and whose key it may be: our own tokens hold, and whatever is changed
 * about them does not. */
#include "identity/jwt.h"
#include "base/hash.h"
#include "test.h"

#include <stdio.h>

static const int64_t NOW = 1700000000000;

typedef struct Scene {
    Cx cx;
    Str secret, public_;
    Jwks keys;
    JwtPolicy policy;
} Scene;

static void scene_open(Scene *s)
{
    *s = (Scene){.cx = {.arena = arena_new(), .now = NOW},
                 .policy = {.jws = {JWS_ES256, S("at+jwt"), true},
                            .issuer = S("https://hub.example"),
                            .audience = S("hub-api")}};
    CHECK(jwk_new_es256(&s->cx, &s->secret, &s->public_) == OK);
    Str set = arena_fmt(s->cx.arena, "{\"keys\":[{\"kid\":\"one\",%.*s]}", (int)s->public_.n - 1,
                        s->public_.p + 1);
    CHECK(jwks_read(&s->cx, set, &s->keys) == OK && s->keys.n == 1);
}

static void scene_close(Scene *s)
{
    arena_free(s->cx.arena);
}

static Err verified(Scene *s, const char *payload, Jwt *out)
{
    Str token = {0};
    CHECK(jwt_sign(&s->cx, s->secret, S("one"), S("at+jwt"), str_of(payload), &token) == OK);
    return jwt_verify(&s->cx, token, &s->policy, &s->keys, NULL, out);
}

#define HEAD "\"iss\":\"https://hub.example\",\"aud\":\"hub-api\",\"sub\":\"anna\""

TEST(a_token_of_ours_tells_what_it_claims)
{
    Scene s;
    Jwt jwt = {0};
    scene_open(&s);
    CHECK(verified(&s,
                   "{" HEAD ",\"exp\":1700000600,\"iat\":1700000000,\"jti\":\"7\",\"sid\":\"g\","
                   "\"client_id\":\"app\",\"nonce\":\"n\"}",
                   &jwt) == OK);
    CHECK(str_eq(jwt.subject, S("anna")) && str_eq(jwt.id, S("7")) && str_eq(jwt.session, S("g")));
    CHECK(str_eq(jwt.client, S("app")) && str_eq(jwt.nonce, S("n")));
    CHECK(jwt.expires_at == 1700000600000 && jwt.issued_at == NOW);
    CHECK(
        verified(&s,
                 "{\"iss\":\"https://"
                 "hub.example\",\"aud\":[\"other\",\"hub-api\"],\"sub\":\"a\",\"exp\":1700000600}",
                 &jwt) == OK);
    CHECK(verified(&s, "{" HEAD ",\"exp\":1699999941}", &jwt) == OK); /* the leeway */
    CHECK(verified(&s, "{" HEAD ",\"exp\":1700000600,\"nbf\":1700000060}", &jwt) == OK);
    scene_close(&s);
}

TEST(a_claim_that_does_not_hold_is_refused)
{
    static const char *const rows[] = {
        "{" HEAD "}",
        "{" HEAD ",\"exp\":1699999940}",
        "{" HEAD ",\"exp\":0}",
        "{" HEAD ",\"exp\":-1}",
        "{" HEAD ",\"exp\":\"1700000600\"}",
        "{" HEAD ",\"exp\":1700000600.5}",
        "{" HEAD ",\"exp\":1e40}",
        "{" HEAD ",\"exp\":253402300800}",
        "{" HEAD ",\"exp\":9223372036854775807}",
        "{" HEAD ",\"exp\":null}",
        "{" HEAD ",\"exp\":true}",
        "{" HEAD ",\"exp\":[1700000600]}",
        "{" HEAD ",\"exp\":1700000600,\"exp\":1700000601}",
        "{" HEAD ",\"exp\":1700000600,\"nbf\":1700000061}",
        "{" HEAD ",\"exp\":1700000600,\"nbf\":\"0\"}",
        "{" HEAD ",\"exp\":1700000600,\"iat\":1700000061}",
        "{" HEAD ",\"exp\":1700000600,\"iat\":{}}",
        "{\"iss\":\"https://hub.example/\",\"aud\":\"hub-api\",\"sub\":\"a\",\"exp\":1700000600}",
        "{\"iss\":\"https://HUB.example\",\"aud\":\"hub-api\",\"sub\":\"a\",\"exp\":1700000600}",
        "{\"iss\":[\"https://hub.example\"],\"aud\":\"hub-api\",\"sub\":\"a\",\"exp\":1700000600}",
        "{\"aud\":\"hub-api\",\"sub\":\"a\",\"exp\":1700000600}",
        "{\"iss\":\"https://hub.example\",\"aud\":\"hub-ap\",\"sub\":\"a\",\"exp\":1700000600}",
        "{\"iss\":\"https://hub.example\",\"aud\":\"hub-api \",\"sub\":\"a\",\"exp\":1700000600}",
        "{\"iss\":\"https://hub.example\",\"aud\":[],\"sub\":\"a\",\"exp\":1700000600}",
        "{\"iss\":\"https://"
        "hub.example\",\"aud\":[[\"hub-api\"]],\"sub\":\"a\",\"exp\":1700000600}",
        "{\"iss\":\"https://"
        "hub.example\",\"aud\":{\"hub-api\":1},\"sub\":\"a\",\"exp\":1700000600}",
        "{\"iss\":\"https://hub.example\",\"sub\":\"a\",\"exp\":1700000600}",
        "{\"iss\":\"https://hub.example\",\"aud\":\"hub-api\",\"exp\":1700000600}",
        "{\"iss\":\"https://hub.example\",\"aud\":\"hub-api\",\"sub\":\"\",\"exp\":1700000600}",
        "{\"iss\":\"https://hub.example\",\"aud\":\"hub-api\",\"sub\":7,\"exp\":1700000600}",
        "[" HEAD "]",
        "\"text\"",
        "{" HEAD ",\"exp\":1700000600} ,",
        "{" HEAD ",\"exp\":1700000600",
        "\xEF\xBB\xBF{" HEAD ",\"exp\":1700000600}",
        "{" HEAD ",\"exp\":1700000600,\"x\":\"\xff\"}",
        "",
    };
    Scene s;
    scene_open(&s);
    for (size_t i = 0; i < COUNT(rows); i++) {
        Jwt jwt = {0};
        test_case = rows[i];
        CHECK(verified(&s, rows[i], &jwt) == E_SIGN_IN && !jwt.subject.p);
        CHECK(strcmp(s.cx.said, "the bearer token is not valid") == 0);
    }
    test_case = NULL;
    char longer[600];
    snprintf(longer, sizeof longer,
             "{\"iss\":\"https://"
             "hub.example\",\"aud\":\"hub-api\",\"exp\":1700000600,\"sub\":\"%0256d\"}",
             7);
    Jwt jwt = {0};
    CHECK(verified(&s, longer, &jwt) == E_SIGN_IN);
    scene_close(&s);
}

TEST(an_id_token_names_the_party_it_is_for)
{
    static const struct {
        const char *claims;
        Err e;
    } rows[] = {{"\"aud\":\"hub-api\"", OK},
                {"\"aud\":[\"hub-api\"]", OK},
                {"\"aud\":\"hub-api\",\"azp\":\"hub-api\"", OK},
                {"\"aud\":[\"hub-api\",\"b\"],\"azp\":\"hub-api\"", OK},
                {"\"aud\":[\"hub-api\",\"b\"]", E_SIGN_IN},
                {"\"aud\":[\"hub-api\",\"b\"],\"azp\":\"b\"", E_SIGN_IN},
                {"\"aud\":\"hub-api\",\"azp\":\"b\"", E_SIGN_IN},
                {"\"aud\":\"b\",\"azp\":\"hub-api\"", E_SIGN_IN}};
    Scene s;
    scene_open(&s);
    s.policy.party = S("hub-api");
    for (size_t i = 0; i < COUNT(rows); i++) {
        Jwt jwt = {0};
        test_case = rows[i].claims;
        Str payload = arena_fmt(
            s.cx.arena, "{\"iss\":\"https://hub.example\",\"sub\":\"a\",\"exp\":1700000600,%s}",
            rows[i].claims);
        CHECK(verified(&s, payload.p, &jwt) == rows[i].e);
    }
    test_case = NULL;
    scene_close(&s);
}

TEST(a_token_changed_at_any_place_is_refused)
{
    Scene s;
    Str token = {0};
    scene_open(&s);
    CHECK(jwt_sign(&s.cx, s.secret, S("one"), S("at+jwt"), S("{" HEAD ",\"exp\":1700000600}"),
                   &token) == OK);
    char copy[JWS_MAX];
    for (size_t i = 0; i < token.n; i++) {
        Jwt jwt = {0};
        memcpy(copy, token.p, token.n);
        copy[i] = copy[i] == 'A' ? 'B' : 'A';
        CHECK(jwt_verify(&s.cx, (Str){copy, token.n}, &s.policy, &s.keys, NULL, &jwt) == E_SIGN_IN);
    }
    scene_close(&s);
}

TEST(a_key_that_is_not_there_is_told_and_another_one_is_not_tried)
{
    Scene s, other;
    Str token = {0};
    Jwt jwt = {0};
    bool missing = false;
    const Str payload = S("{" HEAD ",\"exp\":1700000600}");
    scene_open(&s);
    scene_open(&other);
    CHECK(jwt_sign(&s.cx, s.secret, S("two"), S("at+jwt"), payload, &token) == OK);
    CHECK(jwt_verify(&s.cx, token, &s.policy, &s.keys, &missing, &jwt) == E_SIGN_IN && missing);
    CHECK(jwt_sign(&s.cx, other.secret, S("one"), S("at+jwt"), payload, &token) == OK);
    CHECK(jwt_verify(&s.cx, token, &s.policy, &s.keys, &missing, &jwt) == E_SIGN_IN && !missing);
    CHECK(jwt_sign(&s.cx, s.secret, S("one"), S("JWT"), payload, &token) == OK);
    CHECK(jwt_verify(&s.cx, token, &s.policy, &s.keys, &missing, &jwt) ==
          E_SIGN_IN); /* an id token */
    scene_close(&other);
    scene_close(&s);
}

/* x and y of a point of P-256, n of an RSA key of 2,048 bits: any digits do where only the form is
 * looked at. */
#define X "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\""
#define Y "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\""
#define EC "\"kty\":\"EC\",\"crv\":\"P-256\"," X "," Y

static size_t usable(const char *key)
{
    Cx cx = {.arena = arena_new()};
    Jwks keys = {0};
    Str set = arena_fmt(cx.arena, "{\"keys\":[%s]}", key);
    CHECK(jwks_read(&cx, set, &keys) == OK);
    arena_free(cx.arena);
    return keys.n;
}

TEST(a_key_that_cannot_be_used_safely_is_passed_over)
{
    static const struct {
        const char *key;
        size_t n;
    } rows[] = {
        {"{" EC "}", 1},
        {"{" EC ",\"kid\":\"a.b-C_9\",\"use\":\"sig\",\"alg\":\"ES256\",\"key_ops\":[\"verify\"],"
         "\"x5c\":[]}",
         1},
        {"{" EC ",\"kid\":\"../../dev/null\"}", 0},
        {"{" EC ",\"kid\":\"\"}", 0},
        {"{" EC ",\"kid\":7}", 0},
        {"{" EC ",\"use\":\"enc\"}", 0},
        {"{" EC ",\"use\":null}", 0},
        {"{" EC ",\"alg\":\"RS256\"}", 0},
        {"{" EC ",\"alg\":\"none\"}", 0},
        {"{" EC ",\"key_ops\":[\"sign\"]}", 0},
        {"{" EC ",\"key_ops\":\"verify\"}", 0},
        {"{" EC ",\"d\":\"AAAA\"}", 0},
        {"{\"kty\":\"EC\",\"crv\":\"P-384\"," X "," Y "}", 0},
        {"{\"kty\":\"EC\",\"crv\":\"P-256\"," X "}", 0},
        {"{\"kty\":\"EC\",\"crv\":\"P-256\"," X ",\"y\":\"AA\"}", 0},
        {"{\"kty\":\"oct\",\"k\":\"AAAA\"}", 0},
        {"{\"kty\":\"OKP\",\"crv\":\"Ed25519\"," X "}", 0},
        {"{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", 0},
        {"7", 0},
        {"null,{" EC "}", 1},
        {"{}", 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        test_case = rows[i].key;
        CHECK(usable(rows[i].key) == rows[i].n);
    }
    test_case = NULL;
}

TEST(an_rsa_key_has_its_bounds)
{
    static const struct {
        size_t bytes;
        const char *e;
        size_t n;
    } rows[] = {{256, "AQAB", 1},   {255, "AQAB", 0},
                {2048, "AQAB", 1},  {2049, "AQAB", 0},
                {256, "Aw", 1},     {256, "AQ", 0},
                {256, "Ag", 0},     {256, "", 0},
                {256, "AAEAAQ", 0}, {256, "AQABAQABAQABAQAB", 0}};
    static char bytes[4096];
    memset(bytes, 0xc5, sizeof bytes);
    for (size_t i = 0; i < COUNT(rows); i++) {
        Arena *a = arena_new();
        Str n = base64url(a, bytes, rows[i].bytes);
        CHECK(usable(arena_fmt(a, "{\"kty\":\"RSA\",\"n\":\"" STR_FMT "\",\"e\":\"%s\"}",
                               STR_ARG(n), rows[i].e)
                         .p) == rows[i].n);
        arena_free(a);
    }
}

TEST(what_is_no_set_of_keys_is_refused_and_two_of_one_name_are_none)
{
    static const char *const rows[] = {"",
                                       "[]",
                                       "{}",
                                       "{\"keys\":{}}",
                                       "{\"keys\":null}",
                                       "{\"keys\":[],\"keys\":[]}",
                                       "{\"keys\":[}"};
    Cx cx = {.arena = arena_new()};
    Jwks keys = {0};
    for (size_t i = 0; i < COUNT(rows); i++) {
        test_case = rows[i];
        CHECK(jwks_read(&cx, str_of(rows[i]), &keys) == E_INVALID);
    }
    test_case = NULL;
    CHECK(jwks_read(&cx, S("{\"keys\":[]}"), &keys) == OK && keys.n == 0);
    CHECK(jwks_read(&cx,
                    S("{\"keys\":[{" EC ",\"kid\":\"a\"},{" EC ",\"kid\":\"a\"},{" EC
                      ",\"kid\":\"b\"}]}"),
                    &keys) == OK &&
          keys.n == 3);
    CHECK(!jwks_find(&keys, S("a"), JWS_ES256) &&
          jwks_find(&keys, S("b"), JWS_ES256) == &keys.p[2]);
    CHECK(!jwks_find(&keys, S(""), JWS_ES256) && !jwks_find(&keys, S("b"), JWS_RS256));
    arena_free(cx.arena);
}
