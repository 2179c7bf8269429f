/* id.h - names of rows, and secrets.
 *
 * An id is a UUIDv7 (RFC 9562) as 26 characters of lower-case Crockford base32 with two zero bits
 * in front, so text order is time order. Ids are not secret: whatever grants access is id_secret().
 */
#ifndef HUB_ID_H
#define HUB_ID_H

#include "base/cx.h"

enum { ID_TEXT = 26, SECRET_BYTES = 32 };

Str id_new(Cx *cx); /* at cx->now; ids of one process never repeat and grow within a millisecond */
bool id_valid(Str s); /* 26 characters of the alphabet, within 128 bits */
Str id_secret(Cx *cx,
              size_t bytes); /* getrandom(2), as base64url without padding; 16 bytes at least */
void random_bytes(void *to, size_t n); /* getrandom(2); aborts when the kernel has none */

#endif
