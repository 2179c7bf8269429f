/* signed.h - addresses that this hub signs and honours itself: one file until a moment, without a
 * database.
 *
 * /signed/{token}/{filename}. The token is base64url of `1`, the expiry (9 hex digits, seconds),
 * and the blob's key, the SHA-256, the media type and the name, an LF before each, then
 * HMAC-SHA-256 of all that. One spelling only.
 */
#ifndef HUB_SIGNED_H
#define HUB_SIGNED_H

#include "download/signer.h"

Str signed_url(Cx *cx, const SignedFile *file, int64_t until);

/* `key` is the hub's key of stream addresses; this one is derived from it. */
Str signed_write(Cx *cx, Str key, const SignedFile *file, int64_t until);
/* E_TOKEN_INVALID: altered in any bit; E_GONE: its time is over. *file has no size. */
Err signed_read(Cx *cx, Str key, Str token, SignedFile *file);

#endif
