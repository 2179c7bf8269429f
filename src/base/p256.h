/* p256.h - keys on the curve P-256 (FIPS 186-5), by libcrypto: agreement and signature.
 *
 * A private key is its number, 32 bytes; a public one its point, uncompressed (SEC 1, 2.3.3), 65
 * bytes. Pure but for chance. Any thread.
 */
#ifndef HUB_P256_H
#define HUB_P256_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum { P256_PRIVATE = 32, P256_PUBLIC = 65, P256_SHARED = 32, P256_SIGNATURE = 64 };

void p256_generate(uint8_t private_key[P256_PRIVATE]);
/* False: this number is no private key. */
bool p256_public(const uint8_t private_key[P256_PRIVATE], uint8_t out[P256_PUBLIC]);
bool p256_is_public(Str key); /* 65 bytes that are a point of the curve */
/* ECDH (SP 800-56A, 5.7.1.2). False: one of them is no key. */
bool p256_shared(const uint8_t private_key[P256_PRIVATE], const uint8_t peer[P256_PUBLIC],
                 uint8_t out[P256_SHARED]);
/* ECDSA with SHA-256, both numbers after each other: ES256 of RFC 7518, 3.4. */
bool p256_sign(const uint8_t private_key[P256_PRIVATE], Str text, uint8_t out[P256_SIGNATURE]);

#endif
