/* password.h - passwords: kept as argon2id (RFC 9106), checked in the same time whoever is named.
 *
 * A new one has 8 to 256 bytes and is none that is guessed first: a common word with some digits
 * and signs around it, a run of the keyboard or the alphabet, one's own name, or one of the list of
 * breached ones that the operator gave (--password-list). NIST SP 800-63B 5.1.1.2.
 */
#ifndef HUB_PASSWORD_H
#define HUB_PASSWORD_H

#include "base/cx.h"

enum { PASSWORD_MIN = 8, PASSWORD_MAX = 256 };

typedef enum PasswordFault {
    PASSWORD_FITS,
    PASSWORD_SHORT, /* or longer than anybody types */
    PASSWORD_COMMON,
    PASSWORD_NAME,
    PASSWORD_BREACHED
} PasswordFault;
/* E_INTERNAL: the list cannot be read. No statement. */
Err password_judge(Cx *cx, Str name, Str password, PasswordFault *out);
/* E_INVALID with the reason. */
Err password_fit(Cx *cx, Str name, Str password);
/* Of one that is fit; takes 30 ms. */
Err password_hash(Cx *cx, Str password, Str *out);
/* `kept` may be {0}: the same time is spent, and it is wrong. */
bool password_right(Str kept, Str password);

#endif
