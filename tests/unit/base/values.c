/* Ids, hashes, base64 and times: each reads its own writing and nothing else. */
#include "base/hash.h"
#include "base/id.h"
#include "base/time.h"
#include "test.h"

#include <string.h>

#define T(lit)                                                                                     \
    {                                                                                              \
        lit, sizeof(lit) - 1                                                                       \
    }

TEST(ids_grow_and_never_repeat)
{
    Cx cx = {.arena = arena_new(), .now = 1700000000000};
    char last[ID_TEXT + 1] = "";
    for (int i = 0; i < 5000; i++) {
        cx.now += i % 100 == 99; /* many in one millisecond, and the next ones */
        Str id = id_new(&cx);
        CHECK(id_valid(id));
        CHECK(memcmp(last, id.p, ID_TEXT) < 0);
        memcpy(last, id.p, ID_TEXT);
        arena_reset(cx.arena);
    }
    arena_free(cx.arena);
}

TEST(ids_of_later_times_are_greater_texts)
{
    Cx cx = {.arena = arena_new()};
    static const int64_t times[] = {
        1, 1000, 1600000000000, 1800000000000, 4000000000000, 200000000000000};
    Str before = S("");
    for (size_t i = 0; i < COUNT(times); i++) {
        cx.now = times[i];
        Str id = id_new(&cx);
        CHECK(!before.n || memcmp(before.p, id.p, ID_TEXT) < 0);
        before = id;
    }
    arena_free(cx.arena);
}

TEST(an_id_is_26_characters_of_its_alphabet_within_128_bits)
{
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        {"01h2xcejqtf2nbrexx3vqjhp41", true},   {"00000000000000000000000000", true},
        {"7zzzzzzzzzzzzzzzzzzzzzzzzz", true},   {"8zzzzzzzzzzzzzzzzzzzzzzzzz", false},
        {"zzzzzzzzzzzzzzzzzzzzzzzzzz", false},  {"01h2xcejqtf2nbrexx3vqjhp4", false},
        {"01h2xcejqtf2nbrexx3vqjhp411", false}, {"01H2XCEJQTF2NBREXX3VQJHP41", false},
        {"01i2xcejqtf2nbrexx3vqjhp41", false},  {"01l2xcejqtf2nbrexx3vqjhp41", false},
        {"01o2xcejqtf2nbrexx3vqjhp41", false},  {"01u2xcejqtf2nbrexx3vqjhp41", false},
        {"01h2xcejqtf2nbrexx3vqjhp4/", false},  {"", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        test_case = rows[i].text;
        CHECK(id_valid(str_of(rows[i].text)) == rows[i].good);
    }
    CHECK(!id_valid((Str){0}));
}

TEST(secrets_are_long_and_differ)
{
    Cx cx = {.arena = arena_new()};
    Str a = id_secret(&cx, SECRET_BYTES), b = id_secret(&cx, SECRET_BYTES), raw = {0};
    CHECK(a.n == 43 && b.n == 43 && !str_eq(a, b));
    CHECK(base64url_read(cx.arena, a, &raw) && raw.n == SECRET_BYTES);
    arena_free(cx.arena);
}

TEST(base64_is_read_strictly)
{
    static const struct {
        Str url, plain; /* of the same bytes; empty: not a text of that kind */
        Str bytes;
    } good[] = {
        {T(""), T(""), T("")},
        {T("Zg"), T("Zg=="), T("f")},
        {T("Zm8"), T("Zm8="), T("fo")},
        {T("Zm9v"), T("Zm9v"), T("foo")},
        {T("-_-_"), T("+/+/"), T("\xfb\xff\xbf")},
        {T("AAAA"), T("AAAA"), T("\0\0\0")},
    };
    static const Str bad_url[] = {T("Z"),     T("Zg=="),   T("Zh"),   T("Zm9"),
                                  T("Zm8="),  T("Zm9v\n"), T("Zm 9"), T("+/+/"),
                                  T("Zm9vZ"), T("Zm\09"),  T("====")};
    static const Str bad_plain[] = {T("Zg"),    T("Zg="),  T("Zg==="), T("Zh=="),
                                    T("Zm9="),  T("-_-_"), T("=Zg="),  T("Zg==Zg=="),
                                    T("Zm9v "), T("Z=g="), T("====")};
    Arena *a = arena_new();
    for (size_t i = 0; i < COUNT(good); i++) {
        Str out = {0};
        CHECK(base64url_read(a, good[i].url, &out) && str_eq(out, good[i].bytes));
        CHECK(base64_read(a, good[i].plain, &out) && str_eq(out, good[i].bytes));
        CHECK(str_eq(base64url(a, good[i].bytes.p, good[i].bytes.n), good[i].url));
        CHECK(str_eq(base64_text(a, good[i].bytes.p, good[i].bytes.n), good[i].plain));
    }
    for (size_t i = 0; i < COUNT(bad_url); i++) {
        Str out = S("untouched");
        test_case = bad_url[i].p;
        CHECK(!base64url_read(a, bad_url[i], &out) && str_eq(out, S("untouched")));
    }
    for (size_t i = 0; i < COUNT(bad_plain); i++) {
        Str out = S("untouched");
        test_case = bad_plain[i].p;
        CHECK(!base64_read(a, bad_plain[i], &out) && str_eq(out, S("untouched")));
    }
    arena_free(a);
}

TEST(bytes_of_every_length_go_through_base64_and_back)
{
    Arena *a = arena_new();
    uint8_t bytes[100];
    random_bytes(bytes, sizeof bytes);
    for (size_t n = 0; n <= sizeof bytes; n++) {
        Str text = base64url(a, bytes, n), back = {0};
        CHECK(text.n == (n * 4 + 2) / 3);
        CHECK(base64url_read(a, text, &back) && back.n == n &&
              (!n || memcmp(back.p, bytes, n) == 0));
    }
    arena_free(a);
}

TEST(hex_is_read_strictly)
{
    uint8_t got[3];
    CHECK(hex_read(S("00ff1a"), got, 3) && got[0] == 0 && got[1] == 0xff && got[2] == 0x1a);
    static const char *const bad[] = {"",       "00ff1",  "00ff1a0", "00FF1A",
                                      "00ff1g", "0x00ff", " 0ff1a"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        test_case = bad[i];
        CHECK(!hex_read(str_of(bad[i]), got, 3));
    }
}

TEST(hashes_are_those_of_the_standards)
{
    Arena *a = arena_new();
    uint8_t sum[64];
    sha256(S("abc"), sum); /* FIPS 180-4 */
    CHECK(str_eq(hex_text(a, sum, SHA256_BYTES),
                 S("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")));
    hmac_sha256(S("Jefe"), S("what do ya want for nothing?"), sum); /* RFC 4231 */
    CHECK(str_eq(hex_text(a, sum, SHA256_BYTES),
                 S("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")));
    Digest *d = digest_open(DIGEST_MD5); /* RFC 1321 */
    digest_add(d, "message ", 8);
    digest_add(d, "digest", 6);
    CHECK(digest_close(d, sum) == MD5_BYTES);
    CHECK(str_eq(hex_text(a, sum, MD5_BYTES), S("f96b697d7cb7938d525a2f31aaf161d0")));
    d = digest_open(DIGEST_SHA1);
    digest_add(d, "abc", 3);
    CHECK(digest_close(d, sum) == SHA1_BYTES);
    CHECK(str_eq(hex_text(a, sum, SHA1_BYTES), S("a9993e364706816aba3e25717850c26c9cd0d89d")));
    arena_free(a);
}

TEST(bytes_are_the_same_or_not)
{
    CHECK(same_bytes(S("abc"), S("abc")) && same_bytes(S(""), (Str){0}));
    CHECK(!same_bytes(S("abc"), S("abd")) && !same_bytes(S("abc"), S("ab")) &&
          !same_bytes(S("abc"), S("")));
}

TEST(times_are_those_of_rfc_3339)
{
    static const struct {
        const char *text;
        int64_t ms;
        const char *back; /* NULL: refused */
    } rows[] = {
        {"1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000Z"},
        {"2026-11-22T12:42:16.123Z", 1795351336123, "2026-11-22T12:42:16.123Z"},
        {"2026-11-22T12:42:16.123999Z", 1795351336123, "2026-11-22T12:42:16.123Z"},
        {"2026-11-22T19:42:16.1+07:00", 1795351336100, "2026-11-22T12:42:16.100Z"},
        {"2026-11-22t12:42:16z", 1795351336000, "2026-11-22T12:42:16.000Z"},
        {"2024-02-29T00:00:00Z", 1709164800000, "2024-02-29T00:00:00.000Z"},
        {"2000-02-29T23:59:59Z", 951868799000, "2000-02-29T23:59:59.000Z"},
        {"1969-12-31T23:59:59.999Z", -1, "1969-12-31T23:59:59.999Z"},
        {"9999-12-31T23:59:59.999Z", TIME_MAX, "9999-12-31T23:59:59.999Z"},
        {"2023-02-29T00:00:00Z", 0, NULL},
        {"1900-02-29T00:00:00Z", 0, NULL},
        {"2026-13-01T00:00:00Z", 0, NULL},
        {"2026-00-01T00:00:00Z", 0, NULL},
        {"2026-04-31T00:00:00Z", 0, NULL},
        {"2026-01-01T24:00:00Z", 0, NULL},
        {"2026-01-01T00:60:00Z", 0, NULL},
        {"2026-06-30T23:59:60Z", 0, NULL},
        {"2026-01-01T00:00:00", 0, NULL},
        {"2026-01-01", 0, NULL},
        {"2026-01-01T00:00:00+7:00", 0, NULL},
        {"2026-01-01T00:00:00+24:00", 0, NULL},
        {"2026-01-01T00:00:00.Z", 0, NULL},
        {"2026-01-01T00:00:00Z ", 0, NULL},
        {" 2026-01-01T00:00:00Z", 0, NULL},
        {"+2026-01-01T00:00:00Z", 0, NULL},
        {"2026-1-1T0:0:0Z", 0, NULL},
        {"", 0, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t ms = 42;
        char back[TIME_TEXT];
        test_case = rows[i].text;
        bool read = time_read(str_of(rows[i].text), &ms);
        CHECK(read == (rows[i].back != NULL));
        if (!read || !rows[i].back)
            continue;
        CHECK(ms == rows[i].ms);
        time_write(back, ms);
        CHECK(memcmp(back, rows[i].back, TIME_TEXT) == 0);
    }
}
