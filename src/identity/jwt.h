/* jwt.h - a signed statement about somebody: JWT, RFC 7519, checked as RFC 8725 advises.
 *
 * First the form (jws.h), then the key by its id from the issuer's own set (jwks.h), then the
 * signature (libcjose), then what it claims. Says the same sentence whatever was wrong.
 */
#ifndef HUB_JWT_H
#define HUB_JWT_H

#include "identity/jwks.h"

enum { JWT_LEEWAY_MS = 60000, JWT_SUBJECT_MAX = 255 };

typedef struct JwtPolicy {
    JwsPolicy jws;
    Str issuer;   /* `iss` is exactly this */
    Str audience; /* among `aud` */
    Str party;    /* of an id token: `azp` is this, and is there when `aud` has others too (OpenID
                     Connect Core 3.1.3.7); empty: not looked at */
} JwtPolicy;

/* Lives in cx->arena; empty what was not claimed. */
typedef struct Jwt {
    Str subject, id, nonce, client, session; /* sub, jti, nonce, client_id or azp, sid */
    Str payload;                             /* all of it: JSON, without duplicate names */
    int64_t issued_at, expires_at;           /* Unix ms */
} Jwt;

/* E_SIGN_IN: it does not hold. *key_missing, when not NULL: true when only the key was unknown, so
 * that a fresh set may have it. */
Err jwt_verify(Cx *cx, Str token, const JwtPolicy *policy, const Jwks *keys, bool *key_missing,
               Jwt *out);

/* ES256 with a key of jwk_new_es256; `type` as "at+jwt". The payload is signed as it is. */
Err jwt_sign(Cx *cx, Str secret, Str key_id, Str type, Str payload, Str *token);

#endif
