/* jws.h - a signed token as it travels: three parts, and the header that names its algorithm.
 *
 * RFC 7515, compact serialization, read as RFC 8725 advises. This is the gate before any
 * cryptography: what passes names an algorithm the issuer's policy allows and brings no key of its
 * own. It says nothing about whether the signature is good.
 */
#ifndef HUB_JWS_H
#define HUB_JWS_H

#include "base/cx.h"

enum {
    JWS_MAX = 8192,        /* bytes of the whole token */
    JWS_HEADER_MAX = 1024, /* of its header, encoded */
    JWS_KEY_ID_MAX = 64
};

/* RFC 7518 section 3.1; `none` and those with a shared secret have no name here. */
typedef enum JwsAlgorithm { JWS_ES256 = 1, JWS_RS256 = 2, JWS_PS256 = 4 } JwsAlgorithm;

typedef struct JwsPolicy {
    unsigned algorithms; /* JwsAlgorithm, or-ed: what this issuer signs with */
    Str type;            /* the `typ` it writes, as "at+jwt"; empty: "JWT" or none at all */
    bool key_id;         /* `kid` must be there: the issuer has more than one key */
} JwsPolicy;

/* Borrowed from the token or from the arena of cx. */
typedef struct Jws {
    JwsAlgorithm algorithm;
    Str key_id;    /* [A-Za-z0-9._-]{1,64}; empty: none */
    Str signed_;   /* header and payload as they are signed, with the dot between */
    Str payload;   /* decoded, any bytes */
    Str signature; /* decoded: 64 bytes with ES256, both numbers not 0; else 256 to 2048 */
} Jws;

JwsAlgorithm jws_algorithm(Str name); /* by its name in `alg`; 0: none that is known */
bool jws_key_id(Str id);              /* whether it may be a `kid`: [A-Za-z0-9._-]{1,64} */

/* E_SIGN_IN for whatever does not hold, always with the same sentence. */
Err jws_read(Cx *cx, Str token, const JwsPolicy *policy, Jws *out);

#endif
