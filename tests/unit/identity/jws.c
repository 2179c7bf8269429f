/* What may stand around a signature: hostile headers and spellings, each refused before any key is
 * looked at. */
#include "identity/jws.h"
#include "base/hash.h"
#include "test.h"

#include <string.h>

static const JwsPolicy ours = {.algorithms = JWS_ES256, .type = {"at+jwt", 6}, .key_id = true};
static const JwsPolicy theirs = {.algorithms = JWS_RS256 | JWS_PS256};

static Str joined(Cx *cx, Str header, Str payload, Str signature)
{
    Str parts[3] = {base64url(cx->arena, header.p, header.n),
                    base64url(cx->arena, payload.p, payload.n),
                    base64url(cx->arena, signature.p, signature.n)};
    size_t n = 0;
    char *to = arena_take(cx->arena, parts[0].n + parts[1].n + parts[2].n + 2);
    for (size_t i = 0; i < 3; i++) {
        if (i)
            to[n++] = '.';
        if (parts[i].n)
            memcpy(to + n, parts[i].p, parts[i].n);
        n += parts[i].n;
    }
    return (Str){to, n};
}

static Err read_signed(const char *header, Str signature, const JwsPolicy *policy)
{
    Cx cx = {.arena = arena_new()};
    Jws out = {0};
    Err e = jws_read(&cx, joined(&cx, str_of(header), S("{}"), signature), policy, &out);
    CHECK(e == OK || !out.signed_.p);
    arena_free(cx.arena);
    return e;
}

static Err read_header(const char *header, const JwsPolicy *policy)
{
    static char signature[256];
    memset(signature, 1, sizeof signature);
    return read_signed(header, (Str){signature, policy == &ours ? 64 : 256}, policy);
}

TEST(a_header_the_policy_knows_passes)
{
    CHECK(read_header("{\"alg\":\"ES256\",\"kid\":\"a.B_9-\",\"typ\":\"at+jwt\"}", &ours) == OK);
    CHECK(read_header("{\"alg\":\"RS256\"}", &theirs) == OK);
    CHECK(read_header("{\"alg\":\"PS256\",\"typ\":\"JWT\",\"x5t\":\"q\"}", &theirs) == OK);
}

TEST(a_header_with_anything_else_is_refused)
{
    static const char *const rows[] = {
        "",
        "[]",
        "null",
        "\"ES256\"",
        "{}",
        "{\"alg\":null}",
        "{\"alg\":\"none\"}",
        "{\"alg\":\"None\"}",
        "{\"alg\":\"\"}",
        "{\"alg\":\"HS256\"}",
        "{\"alg\":\"HS512\"}",
        "{\"alg\":\"rs256\"}",
        "{\"alg\":\"RS256 \"}",
        "{\"alg\":\"RS512\"}",
        "{\"alg\":\"ES256\"}",
        "{\"alg\":\"RS256\\u0000\"}",
        "{\"alg\":[\"RS256\"]}",
        "{\"alg\":1}",
        "{\"Alg\":\"RS256\"}",
        "{\"alg\":\"none\",\"alg\":\"RS256\"}",
        "{\"alg\":\"RS256\",\"alg\":\"none\"}",
        "{\"alg\":\"RS256\",\"jwk\":{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}}",
        "{\"alg\":\"RS256\",\"jku\":\"https://example.org/keys\"}",
        "{\"alg\":\"RS256\",\"x5u\":\"https://example.org/cert\"}",
        "{\"alg\":\"RS256\",\"x5c\":[\"MIIB\"]}",
        "{\"alg\":\"RS256\",\"crit\":[\"exp\"]}",
        "{\"alg\":\"RS256\",\"crit\":[]}",
        "{\"alg\":\"RS256\",\"zip\":\"DEF\"}",
        "{\"alg\":\"RS256\",\"b64\":false}",
        "{\"alg\":\"RS256\",\"cty\":\"JWT\"}",
        "{\"alg\":\"RS256\",\"typ\":\"at+jwt\"}",
        "{\"alg\":\"RS256\",\"typ\":null}",
        "{\"alg\":\"RS256\",\"kid\":\"\"}",
        "{\"alg\":\"RS256\",\"kid\":1}",
        "{\"alg\":\"RS256\",\"kid\":null}",
        "{\"alg\":\"RS256\",\"kid\":\"../../dev/null\"}",
        "{\"alg\":\"RS256\",\"kid\":\"x' OR '1'='1\"}",
        "{\"alg\":\"RS256\",\"kid\":\"https://a.b\"}",
        "{\"alg\":\"RS256\",\"kid\":\"a\\u0000\"}",
        ("{\"alg\":\"RS256\",\"kid\":"
         "\"0123456789012345678901234567890123456789012345678901234567890"
         "1234\"}"),
        "{\"alg\":\"RS256\"}{}",
        "{\"alg\":\"RS256\"",
        "{\"alg\":\"RS256\",}",
        "{'alg':'RS256'}",
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK(read_header(rows[i], &theirs) == E_SIGN_IN);
    CHECK(read_header("{\"alg\":\"ES256\",\"typ\":\"at+jwt\"}", &ours) == E_SIGN_IN);
    CHECK(read_header("{\"alg\":\"ES256\",\"kid\":\"a\"}", &ours) == E_SIGN_IN);
    CHECK(read_header("{\"alg\":\"ES256\",\"kid\":\"a\",\"typ\":\"JWT\"}", &ours) == E_SIGN_IN);
}

TEST(a_signature_of_zeros_or_another_length_is_refused)
{
    static const char *const header = "{\"alg\":\"ES256\",\"kid\":\"a\",\"typ\":\"at+jwt\"}";
    char r[65] = {0};
    CHECK(read_signed(header, (Str){r, 64}, &ours) == E_SIGN_IN);
    r[0] = 1;
    CHECK(read_signed(header, (Str){r, 64}, &ours) == E_SIGN_IN);
    r[63] = 1;
    CHECK(read_signed(header, (Str){r, 64}, &ours) == OK);
    r[0] = 0;
    CHECK(read_signed(header, (Str){r, 64}, &ours) == E_SIGN_IN);
    r[0] = 1;
    CHECK(read_signed(header, (Str){r, 63}, &ours) == E_SIGN_IN);
    CHECK(read_signed(header, (Str){r, 65}, &ours) == E_SIGN_IN);
    CHECK(read_signed(header, (Str){0}, &ours) == E_SIGN_IN);
}

TEST(another_spelling_of_a_token_is_refused)
{
    static const char *const rows[] = {"",
                                       ".",
                                       "..",
                                       "...",
                                       "a.b",
                                       "e30.e30.",
                                       "e30..e30",
                                       ".e30.e30",
                                       "e30.e30.e30.e30",
                                       "e30=.e30.e30",
                                       "e3 0.e30.e30"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        Cx cx = {.arena = arena_new()};
        Jws out = {0};
        CHECK(jws_read(&cx, str_of(rows[i]), &theirs, &out) == E_SIGN_IN && !out.signed_.p);
        arena_free(cx.arena);
    }
}
