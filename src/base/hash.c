#include "base/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <stdlib.h>

void sha256(Str data, uint8_t out[SHA256_BYTES])
{
    SHA256((const unsigned char *)data.p, data.n, out);
}

void hmac_sha256(Str key, Str data, uint8_t out[SHA256_BYTES])
{
    unsigned n = SHA256_BYTES;
    if (!HMAC(EVP_sha256(), key.p, (int)key.n, (const unsigned char *)data.p, data.n, out, &n))
        abort();
}

void hmac_sha1(Str key, Str data, uint8_t out[SHA1_BYTES])
{
    unsigned n = SHA1_BYTES;
    if (!HMAC(EVP_sha1(), key.p, (int)key.n, (const unsigned char *)data.p, data.n, out, &n))
        abort();
}

struct Digest {
    EVP_MD_CTX *md;
};

Digest *digest_open(DigestKind kind)
{
    const EVP_MD *md = kind == DIGEST_SHA256 ? EVP_sha256()
                       : kind == DIGEST_SHA1 ? EVP_sha1()
                                             : EVP_md5();
    Digest *d = malloc(sizeof *d);
    if (!d || !(d->md = EVP_MD_CTX_new()) || !EVP_DigestInit_ex(d->md, md, NULL))
        abort();
    return d;
}

void digest_add(Digest *d, const void *p, size_t n)
{
    if (!EVP_DigestUpdate(d->md, p, n))
        abort();
}

size_t digest_close(Digest *d, uint8_t out[64])
{
    unsigned n = 0;
    uint8_t unused[64];
    if (!EVP_DigestFinal_ex(d->md, out ? out : unused, &n))
        abort();
    EVP_MD_CTX_free(d->md);
    free(d);
    return n;
}

bool same_bytes(Str a, Str b)
{
    return a.n == b.n && (a.n == 0 || CRYPTO_memcmp(a.p, b.p, a.n) == 0);
}

static const char url_letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

Str base64url(Arena *a, const void *data, size_t n)
{
    const uint8_t *p = data;
    char *text = arena_take(a, (n * 4 + 2) / 3 + 1), *to = text;
    unsigned bits = 0, have = 0;
    for (size_t i = 0; i < n; i++) {
        bits = bits << 8 | p[i];
        for (have += 8; have >= 6; have -= 6)
            *to++ = url_letters[bits >> (have - 6) & 63];
    }
    if (have)
        *to++ = url_letters[bits << (6 - have) & 63];
    return (Str){text, (size_t)(to - text)};
}

static int letter_of(char c, bool url)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == (url ? '-' : '+') ? 62 : c == (url ? '_' : '/') ? 63 : -1;
}

static bool decode(Arena *a, Str text, bool url, Str *out)
{
    if (text.n % 4 == 1)
        return false;
    char *bytes = arena_take(a, text.n * 3 / 4 + 1);
    size_t n = 0;
    unsigned bits = 0, have = 0;
    for (size_t i = 0; i < text.n; i++) {
        int v = letter_of(text.p[i], url);
        if (v < 0)
            return false;
        bits = bits << 6 | (unsigned)v;
        have += 6;
        if (have >= 8) {
            have -= 8;
            bytes[n++] = (char)(bits >> have);
        }
        bits &= (1u << have) - 1;
    }
    if (bits)
        return false; /* two texts for the same bytes */
    *out = (Str){bytes, n};
    return true;
}

bool base64url_read(Arena *a, Str text, Str *out)
{
    return decode(a, text, true, out);
}

bool base64_read(Arena *a, Str text, Str *out)
{
    if (text.n % 4)
        return false;
    size_t pad = text.n && text.p[text.n - 1] == '=' ? 1 + (text.p[text.n - 2] == '=') : 0;
    return decode(a, (Str){text.p, text.n - pad}, false, out);
}

Str base64_text(Arena *a, const void *data, size_t n)
{
    Str plain = base64url(a, data, n);
    size_t whole = (n + 2) / 3 * 4;
    char *text = arena_take(a, whole + 1);
    for (size_t i = 0; i < whole; i++) {
        char c = i < plain.n ? plain.p[i] : '=';
        text[i] = c == '-' ? '+' : c == '_' ? '/' : c;
    }
    return (Str){text, whole};
}

Str hex_text(Arena *a, const void *data, size_t n)
{
    const uint8_t *p = data;
    char *text = arena_take(a, n * 2 + 1);
    for (size_t i = 0; i < n; i++) {
        text[2 * i] = "0123456789abcdef"[p[i] >> 4];
        text[2 * i + 1] = "0123456789abcdef"[p[i] & 15];
    }
    return (Str){text, n * 2};
}

Str sha256_hex(Arena *a, Str data)
{
    uint8_t sum[SHA256_BYTES];
    sha256(data, sum);
    return hex_text(a, sum, sizeof sum);
}

static int hex_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_read(Str text, void *to, size_t n)
{
    uint8_t *out = to;
    bool good = text.n == 2 * n;
    for (size_t i = 0; good && i < n; i++) {
        int high = hex_value(text.p[2 * i]), low = hex_value(text.p[2 * i + 1]);
        good = high >= 0 && low >= 0;
        out[i] = (uint8_t)(((unsigned)high & 15) << 4 | ((unsigned)low & 15));
    }
    return good;
}

/* wyhash-like folding: two 64-bit multiplies a 16-byte step. */
__extension__ typedef unsigned __int128 Wide;

static uint64_t fold(uint64_t a, uint64_t b)
{
    Wide m = (Wide)a * b;
    return (uint64_t)m ^ (uint64_t)(m >> 64);
}

uint64_t hash64(Str s, uint64_t seed)
{
    const uint64_t k0 = 0x9e3779b97f4a7c15u, k1 = 0xd6e8feb86659fd93u;
    uint64_t h = seed ^ k0, w[2];
    size_t i = 0;
    for (; i + 16 <= s.n; i += 16) {
        memcpy(w, s.p + i, 16);
        h = fold(w[0] ^ k1, w[1] ^ h);
    }
    uint64_t tail[2] = {0};
    if (s.n > i)
        memcpy(tail, s.p + i, s.n - i);
    return fold(fold(tail[0] ^ k1, tail[1] ^ h) ^ s.n, k0);
}
