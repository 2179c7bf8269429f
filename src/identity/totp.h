/* totp.h - the second factor: time-based one-time codes of an app (RFC 6238: HMAC-SHA-1, 30 s, six
 * digits), one step to either side allowed. Each code works once.
 */
#ifndef HUB_TOTP_H
#define HUB_TOTP_H

#include "base/cx.h"

enum { TOTP_BYTES = 20, TOTP_STEP_MS = 30000 };

uint32_t totp_at(Str key, int64_t step); /* below 1,000,000 */
/* The step of those around now_ms whose code was typed; -1: none. Blanks within don't matter. */
int64_t totp_step(Str key, Str typed, int64_t now_ms);
Str totp_text(Cx *cx, Str key);                          /* base32 (RFC 4648), as apps take it */
bool totp_read(Cx *cx, Str text, Str *key);              /* of TOTP_BYTES, as totp_text writes it */
Str totp_address(Cx *cx, Str issuer, Str name, Str key); /* otpauth://totp/… */

/* Whether the account has one; a read. */
Err totp_enabled(Cx *cx, Str account, bool *out);
/* From now on, once its app's code shows that it is set up. E_SIGN_IN: the code is wrong. In an
 * open unit, audited. */
Err totp_enable(Cx *cx, Str account, Str key, Str typed);
Err totp_disable(Cx *cx, Str account);
/* E_SIGN_IN: wrong, or used before. In an open unit. */
Err totp_use(Cx *cx, Str account, Str typed);

#endif
