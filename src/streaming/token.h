/* token.h - the signed part of a stream address: who may fetch what until when, without a database.
 *
 * base64url of `1` expiry(9 hex digits, seconds) scope video(26) playback(26) and HMAC-SHA-256 of
 * those 63 bytes: 127 characters, one spelling only. The scope is one letter: `p` the published
 * video, `e` an editor's preview of it, `t` its teaser alone, `u` an editor's preview of that.
 */
#ifndef HUB_TOKEN_H
#define HUB_TOKEN_H

#include "base/cx.h"

typedef struct StreamToken {
    Str video, playback;
    bool preview;       /* by an editor: also what is not published */
    bool teaser;        /* opens versions that are teasers, and no other */
    int64_t expires_at; /* Unix ms, whole seconds */
} StreamToken;

Str token_write(Cx *cx, Str key, const StreamToken *token);
/* E_TOKEN_INVALID: altered in any bit; E_TOKEN_EXPIRED. */
Err token_read(Cx *cx, Str key, Str text, StreamToken *out);

#endif
