/* push_message.h - one message of Web Push as it travels: sealed for the browser that reads it
 * (RFC 8291, in the coding of RFC 8188), and signed to the push service by whom it is sent (RFC
 * 8292).
 */
#ifndef HUB_PUSH_MESSAGE_H
#define HUB_PUSH_MESSAGE_H

#include "base/aes.h"
#include "base/cx.h"
#include "base/p256.h"

enum {
    PUSH_AUTH = 16,
    PUSH_SALT = 16,
    PUSH_HEAD = PUSH_SALT + 4 + 1 + P256_PUBLIC,
    PUSH_PLAIN_MAX = 3072 /* push services must take 4,096 bytes in all: RFC 8030, 7.2 */
};

/* What must be different each time. */
typedef struct PushChance {
    uint8_t private_key[P256_PRIVATE], salt[PUSH_SALT];
} PushChance;

/* Where a message may be sent: https with a host that is no address of a private network, or, with
 * `loopback`, http to this machine. Gives scheme, host and port as `aud` of a VAPID token and as
 * people read it. False: nowhere. What the host's name resolves to is looked at when it is sent. */
bool push_endpoint(Str endpoint, bool loopback, Str *origin, Str *host);

/* The body, Content-Encoding aes128gcm; `plain` is PUSH_PLAIN_MAX bytes at most. E_INVALID: p256dh
 * (65 bytes) or auth (16) are no keys. */
Err push_seal(Cx *cx, Str p256dh, Str auth, Str plain, const PushChance *chance, Str *out);

/* The Authorization header's value for the push service at `origin`; good until `expires_s` (Unix,
 * 24 h from now at most). E_INTERNAL: push_key is none. */
Err push_authorization(Cx *cx, Str push_key, Str origin, Str contact, int64_t expires_s, Str *out);

#endif
