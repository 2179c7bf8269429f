/* jwks.h - an issuer's public keys: a JWK Set, RFC 7517, with the keys of RFC 7518 section 6.
 *
 * Read strictly: a key that we cannot use safely is passed over, as the RFC asks of those that are
 * not understood. Only EC on P-256 and RSA of 2,048 to 16,384 bits; none that is for encryption
 * (`use`, `key_ops`), says another algorithm, or brings its private part along.
 */
#ifndef HUB_JWKS_H
#define HUB_JWKS_H

#include "identity/jws.h"

enum { JWKS_BYTES_MAX = 256 << 10, JWKS_KEYS_MAX = 64 };

typedef struct Jwk {
    Str id;              /* as JWS_KEY_ID_MAX; empty: none */
    unsigned algorithms; /* JwsAlgorithm, or-ed: what it may verify */
    Str json;            /* the members the key is made of, alone */
} Jwk;

typedef struct Jwks {
    Jwk *p;
    size_t n;
} Jwks;

/* Lives in cx->arena. E_INVALID: no JWK Set, or too large; without a usable key it is empty. */
Err jwks_read(Cx *cx, Str text, Jwks *out);

/* The key a token names; of a token that names none, the only one of its algorithm. NULL: none. */
const Jwk *jwks_find(const Jwks *keys, Str id, JwsAlgorithm algorithm);

/* A fresh key for ES256: the whole of it, which is secret, and its public members. */
Err jwk_new_es256(Cx *cx, Str *secret, Str *public_);

#endif
