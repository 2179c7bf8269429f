/* verified.h - which tokens of the built-in issuer were verified a moment ago, so that the next
 * request with one costs a hash instead of a signature.
 *
 * Keeps the SHA-256 of the token and whose grant it is, never the token; at most VERIFIED_MS, as a
 * key may be revoked meanwhile; that the grant lives is asked of the database each time.
 */
#ifndef HUB_VERIFIED_H
#define HUB_VERIFIED_H

#include "identity/jwt.h"

enum { VERIFIED_MS = 60000, VERIFIED_ENTRIES = 4096 };

/* The grant of an access token. From the cache, or by jwt_verify with the keys of the database. A
 * read. E_SIGN_IN. */
Err verified_grant(Cx *cx, Str token, Str *grant);

#endif
