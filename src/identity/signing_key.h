/* signing_key.h - the keys of the built-in issuer: one signs, one is published before it will, and
 * those that signed go on verifying until their last token has ended.
 *
 * Kept in the database as they are: who reads that can do all the issuer can, with or without them.
 */
#ifndef HUB_SIGNING_KEY_H
#define HUB_SIGNING_KEY_H

#include "common/app.h"
#include "contract.h"
#include "identity/jwks.h"

enum { TOKEN_LIFE_MS = 600000 }; /* of what they sign */

/* The one that signs; E_UNAVAILABLE: there is none yet. */
Err signing_key_active(Cx *cx, SigningKeyRow *out);
/* All that are published. */
Err signing_key_set(Cx *cx, Jwks *out);
/* Makes the first two; makes the next one sign when --key-rotate is over, or `now`; drops those
 * that nobody needs. A unit of its own, settled; audited when something changes. */
Err signing_key_rotate(Cx *cx, bool now);
/* It verifies nothing any more, within a minute everywhere; the next one signs. E_NOT_FOUND. */
Err signing_key_revoke(Cx *cx, Str id);

#endif
