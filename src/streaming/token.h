/* token.h - the signed part of a stream address: who may fetch what until when, without a database.
 *
 * base64url of `1` expiry(9 hex digits, seconds) flag(`p` published, `e` editor's preview)
 * video(26) playback(26) and HMAC-SHA-256 of those 63 bytes: 127 characters, one spelling only.
 */
#ifndef HUB_TOKEN_H
#define HUB_TOKEN_H

#include "base/cx.h"

typedef struct StreamToken {
    Str video, playback;
    bool preview;
    int64_t expires_at; /* Unix ms, whole seconds */
} StreamToken;

Str token_write(Cx *cx, Str key, const StreamToken *token);
/* E_TOKEN_INVALID: altered in any bit; E_TOKEN_EXPIRED. */
Err token_read(Cx *cx, Str key, Str text, StreamToken *out);

#endif
