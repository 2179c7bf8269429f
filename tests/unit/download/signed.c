/* Addresses that this hub signs: they come back whole, no bit may be changed, and none lives too
 * long. */
#include "download/signed.h"

#include "base/hash.h"
#include "test.h"

static const Str key = {"0123456789abcdef0123456789abcdef", 32};
static const int64_t NOW = 1700000000000, MINUTE = 60000, HOUR = 3600000;

static const SignedFile sample = {
    .blob = {"original/01abc", 14},
    .name = {"\"Liburan\" 100%.mp4", 18},
    .media_type = {"video/mp4", 9},
    .sha256 = {"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 64},
    .size = 5,
    .expires_at = INT64_MAX,
};

TEST(a_signed_address_comes_back_whole)
{
    Cx cx = {.arena = arena_new(), .now = NOW};
    SignedFile out = {0};
    Str token = signed_write(&cx, key, &sample, NOW + MINUTE);
    CHECK(signed_read(&cx, key, token, &out) == OK);
    CHECK(str_eq(out.blob, sample.blob) && str_eq(out.name, sample.name));
    CHECK(str_eq(out.media_type, sample.media_type) && str_eq(out.sha256, sample.sha256));
    CHECK(out.expires_at == NOW + MINUTE);
    cx.now = NOW + MINUTE - 1;
    CHECK(signed_read(&cx, key, token, &out) == OK);
    cx.now++;
    out.name = S("untouched");
    CHECK(signed_read(&cx, key, token, &out) == E_GONE && str_eq(out.name, S("untouched")));
    arena_free(cx.arena);
}

TEST(no_bit_of_a_signed_address_may_be_changed)
{
    Cx cx = {.arena = arena_new(), .now = NOW};
    SignedFile out = {0};
    Str token = signed_write(&cx, key, &sample, NOW + MINUTE), raw = {0};
    CHECK(base64url_read(cx.arena, token, &raw));
    char *bytes = (char *)(uintptr_t)raw.p;
    for (size_t bit = 0; bit < raw.n * 8; bit++) {
        bytes[bit / 8] ^= (char)(1 << bit % 8);
        CHECK(signed_read(&cx, key, base64url(cx.arena, bytes, raw.n), &out) == E_TOKEN_INVALID);
        bytes[bit / 8] ^= (char)(1 << bit % 8);
    }
    for (size_t n = 0; n < token.n; n++)
        CHECK(signed_read(&cx, key, (Str){token.p, n}, &out) == E_TOKEN_INVALID);
    CHECK(signed_read(&cx, S("another key of the hub, 32 bytes"), token, &out) == E_TOKEN_INVALID);
    /* Sealed by the key that stream addresses are sealed by. */
    hmac_sha256(key, (Str){raw.p, raw.n - SHA256_BYTES}, (uint8_t *)bytes + raw.n - SHA256_BYTES);
    CHECK(signed_read(&cx, key, base64url(cx.arena, bytes, raw.n), &out) == E_TOKEN_INVALID);
    arena_free(cx.arena);
}

TEST(a_signed_address_lives_as_long_as_its_file_takes)
{
    static const struct {
        int64_t size, ticket, wanted;
    } rows[] = {
        {0, 24 * HOUR, 5 * MINUTE},
        {300000000, 24 * HOUR, 5 * MINUTE},
        {300001000, 24 * HOUR, 5 * MINUTE + 1},
        {3600000000, 24 * HOUR, HOUR},
        {INT64_MAX, 24 * HOUR, 6 * HOUR},
        {0, MINUTE, MINUTE},
        {3600000000, 10 * MINUTE, 10 * MINUTE},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        SignedFile f = {.size = rows[i].size, .expires_at = NOW + rows[i].ticket};
        CHECK(signer_until(NOW, &f) == NOW + rows[i].wanted);
    }
}

TEST(a_signer_needs_settings_that_make_sense)
{
    static const struct {
        const char *signer, *url, *secret;
        Err wanted;
    } rows[] = {
        {"none", "", "", OK},
        {"hub", "", "", OK},
        {"apache", "", "", E_INVALID},
        {"nginx", "https://f.example", "0123456789abcdef", OK},
        {"nginx", "http://f.example:81/a/b-c", "0123456789abcdef", OK},
        {"nginx", "", "0123456789abcdef", E_INVALID},
        {"nginx", "https://f.example/", "0123456789abcdef", E_INVALID},
        {"nginx", "https://f.example/a//b", "0123456789abcdef", E_INVALID},
        {"nginx", "https://f.example/a/../b", "0123456789abcdef", E_INVALID},
        {"nginx", "https://f.example/a%20b", "0123456789abcdef", E_INVALID},
        {"nginx", "https://f.example/a", "0123456789abcde", E_INVALID},
        {"nginx", "https://f.example/a", "0123456789abcde$", E_INVALID},
    };
    Cx cx = {.arena = arena_new()};
    for (size_t i = 0; i < COUNT(rows); i++) {
        Conf c = {.signer = str_of(rows[i].signer),
                  .signer_url = str_of(rows[i].url),
                  .signer_secret = str_of(rows[i].secret)};
        test_case = rows[i].url;
        CHECK(signer_check(&cx, &c) == rows[i].wanted);
    }
    arena_free(cx.arena);
}
