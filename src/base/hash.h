/* hash.h - SHA-256, HMAC-SHA-256, base64 and hex, by libcrypto; compares in constant time. */
#ifndef HUB_HASH_H
#define HUB_HASH_H

#include "base/arena.h"

enum { SHA256_BYTES = 32, SHA256_HEX = 64, SHA1_BYTES = 20, MD5_BYTES = 16 };

void sha256(Str data, uint8_t out[SHA256_BYTES]);
void hmac_sha256(Str key, Str data, uint8_t out[SHA256_BYTES]);
void hmac_sha1(Str key, Str data, uint8_t out[SHA1_BYTES]); /* for RFC 6238 alone */

/* A running digest: SHA-256, or what tus asks for (sha1, md5, crc is not). Owned by the caller. */
typedef struct Digest Digest;
typedef enum DigestKind { DIGEST_SHA256, DIGEST_SHA1, DIGEST_MD5 } DigestKind;
Digest *digest_open(DigestKind kind);
void digest_add(Digest *d, const void *p, size_t n);
size_t digest_close(Digest *d, uint8_t out[64]); /* bytes written; frees it; out may be NULL */

bool same_bytes(Str a, Str b); /* constant time in the content; lengths may be told apart */

Str base64url(Arena *a, const void *p, size_t n); /* RFC 4648 section 5, without padding */
/* Strict: no padding, no other letters, unused bits zero. False leaves *out alone. */
bool base64url_read(Arena *a, Str text, Str *out);
bool base64_read(Arena *a, Str text, Str *out);     /* RFC 4648 section 4, with padding, strict */
Str base64_text(Arena *a, const void *p, size_t n); /* the same, written */
Str hex_text(Arena *a, const void *p, size_t n);
Str sha256_hex(Arena *a, Str data);          /* lower case */
bool hex_read(Str text, void *to, size_t n); /* of n bytes, in lower case; false leaves rubbish */

uint64_t hash64(Str s, uint64_t seed); /* for tables and ETags; not for secrets */

#endif
