#include "base/id.h"

#include "base/hash.h"
#include "test.h"

TEST(ids_are_valid_grow_with_time_and_within_a_millisecond)
{
    Cx cx = {.arena = arena_new(), .now = 1700000000000};
    Str last = id_new(&cx);
    for (int i = 0; i < 20000; i++) {
        cx.now += i % 3 == 0;
        Str id = id_new(&cx);
        CHECK(id_valid(id) && memcmp(last.p, id.p, ID_TEXT) < 0);
        last = id;
    }
    arena_free(cx.arena);
}

TEST(ids_of_other_alphabets_or_lengths_are_not_valid)
{
    static const char *const bad[] = {"",
                                      "0",
                                      "01m81sjtafen6shspq7pdbav3",
                                      "01m81sjtafen6shspq7pdbav3zz",
                                      "01M81SJTAFEN6SHSPQ7PDBAV3Z",
                                      "81m81sjtafen6shspq7pdbav3z",
                                      "01m81sjtafen6shspq7pdbavil",
                                      "01m81sjtafen6shspq7pdbau3z",
                                      "01m81sjtafen6shspq7pdba 3z",
                                      "../../../../../../etc/pass"};
    CHECK(id_valid(S("01m81sjtafen6shspq7pdbav3z")));
    for (size_t i = 0; i < COUNT(bad); i++)
        CHECK(!id_valid(str_of(bad[i])));
}

TEST(base64url_has_one_spelling_for_each_text)
{
    Arena *a = arena_new();
    for (size_t n = 0; n < 64; n++) {
        uint8_t raw[64];
        Str back = {0};
        random_bytes(raw, sizeof raw);
        Str text = base64url(a, raw, n);
        CHECK(base64url_read(a, text, &back) && same_bytes(back, (Str){(char *)raw, n}));
    }
    Str out = {0};
    CHECK(!base64url_read(a, S("A"), &out) && !base64url_read(a, S("AB"), &out) &&
          base64url_read(a, S("AA"), &out));
    CHECK(!base64url_read(a, S("AA=="), &out) && !base64url_read(a, S("A+"), &out) &&
          !base64url_read(a, S("A A"), &out));
    CHECK(base64_read(a, S("AA=="), &out) && !base64_read(a, S("AA="), &out) &&
          !base64_read(a, S("AA"), &out));
    CHECK(!base64_read(a, S("===="), &out) && base64_read(a, S(""), &out) &&
          !base64_read(a, S("A-=="), &out));
    arena_free(a);
}

TEST(hashes_are_those_of_their_standards)
{
    Arena *a = arena_new();
    uint8_t sum[SHA256_BYTES];
    sha256(S("abc"), sum);
    CHECK(str_eq(hex_text(a, sum, sizeof sum),
                 S("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")));
    hmac_sha256(S("Jefe"), S("what do ya want for nothing?"), sum); /* RFC 4231, case 2 */
    CHECK(str_eq(hex_text(a, sum, sizeof sum),
                 S("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")));
    arena_free(a);
}
