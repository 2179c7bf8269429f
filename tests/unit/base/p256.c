/* The vectors of RFC 5903, 8.1 (agreement) and of GCM's test case 3 (McGrew and Viega, appendix B);
 * what is no key. */
#include "base/p256.h"
#include "base/aes.h"
#include "base/hash.h"
#include "test.h"

static const char *const ONE = "c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433";
static const char *const ONE_POINT =
    "04dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c37725811805271a0461cdb8252d61f1c456fa3"
    "e59ab1f45b33accf5f58389e0577b8990bb3";
static const char *const TWO = "c6ef9c5d78ae012a011164acb397ce2088685d8f06bf9be0b283ab46476bee53";
static const char *const TWO_POINT =
    "04d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf6356fbf3ca366cc23e8157854c13c5"
    "8d6aac23f046ada30f8353e74f33039872ab";
static const char *const BOTH = "d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de";

static void of_hex(const char *text, uint8_t *to, size_t n)
{
    CHECK(hex_read(str_of(text), to, n));
}

TEST(two_keys_agree_as_in_rfc_5903)
{
    uint8_t one[P256_PRIVATE], two[P256_PRIVATE], points[2][P256_PUBLIC], made[P256_PUBLIC];
    uint8_t wanted[P256_SHARED], got[P256_SHARED];
    of_hex(ONE, one, sizeof one);
    of_hex(TWO, two, sizeof two);
    of_hex(ONE_POINT, points[0], P256_PUBLIC);
    of_hex(TWO_POINT, points[1], P256_PUBLIC);
    of_hex(BOTH, wanted, sizeof wanted);
    CHECK(p256_public(one, made) && memcmp(made, points[0], P256_PUBLIC) == 0);
    CHECK(p256_public(two, made) && memcmp(made, points[1], P256_PUBLIC) == 0);
    CHECK(p256_shared(one, points[1], got) && memcmp(got, wanted, sizeof got) == 0);
    CHECK(p256_shared(two, points[0], got) && memcmp(got, wanted, sizeof got) == 0);
}

TEST(what_is_no_key_is_none)
{
    uint8_t one[P256_PRIVATE], zero[P256_PRIVATE] = {0}, order[P256_PRIVATE], point[P256_PUBLIC];
    uint8_t out[P256_PUBLIC];
    of_hex(ONE, one, sizeof one);
    of_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", order, sizeof order);
    of_hex(TWO_POINT, point, sizeof point);
    CHECK(!p256_public(zero, out) && !p256_public(order, out));
    CHECK(!p256_sign(zero, S("text"), out) && !p256_shared(order, point, out));
    CHECK(p256_is_public((Str){(const char *)point, sizeof point}));
    CHECK(!p256_is_public((Str){(const char *)point, sizeof point - 1}) && !p256_is_public(S("")));
    point[P256_PUBLIC - 1] ^= 1; /* beside the curve */
    CHECK(!p256_is_public((Str){(const char *)point, sizeof point}));
    CHECK(!p256_shared(one, point, out));
    point[P256_PUBLIC - 1] ^= 1;
    for (int first = 0; first < 256; first++) /* other forms, and the point at infinity */
        if (first != 4) {
            point[0] = (uint8_t)first;
            CHECK(!p256_is_public((Str){(const char *)point, sizeof point}));
        }
}

TEST(fresh_keys_differ_and_signatures_too)
{
    uint8_t a[P256_PRIVATE], b[P256_PRIVATE], point[P256_PUBLIC];
    uint8_t first[P256_SIGNATURE], second[P256_SIGNATURE];
    p256_generate(a);
    p256_generate(b);
    CHECK(memcmp(a, b, sizeof a) != 0 && p256_public(a, point) && p256_public(b, point));
    CHECK(p256_sign(a, S("text"), first) && p256_sign(a, S("text"), second));
    CHECK(memcmp(first, second, sizeof first) != 0);
}

TEST(gcm_seals_as_its_authors_say)
{
    static const char *const PLAIN =
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449"
        "a6b525b16aedf5aa0de657ba637b391aafd255";
    static const char *const SEALED =
        "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac"
        "84aa051ba30b396a0aac973d58e091473f59854d5c2af327cd64a62cf35abd2ba6fab4";
    uint8_t key[AES128_KEY], nonce[GCM_NONCE], plain[64], wanted[64 + GCM_TAG], got[64 + GCM_TAG];
    of_hex("feffe9928665731c6d6a8f9467308308", key, sizeof key);
    of_hex("cafebabefacedbaddecaf888", nonce, sizeof nonce);
    of_hex(PLAIN, plain, sizeof plain);
    of_hex(SEALED, wanted, sizeof wanted);
    aes128_gcm_seal(key, nonce, (Str){(const char *)plain, sizeof plain}, got);
    CHECK(memcmp(got, wanted, sizeof got) == 0);
}
