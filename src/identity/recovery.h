/* recovery.h - codes that take the place of a forgotten password or a lost second factor, each
 * once. There is no e-mail: who loses password and codes asks an administrator. */
#ifndef HUB_RECOVERY_H
#define HUB_RECOVERY_H

#include "base/cx.h"

enum { RECOVERY_CODES = 10 };

/* Told once, here; those before are void. In an open unit. */
Err recovery_renew(Cx *cx, Str account, Str codes[static RECOVERY_CODES]);
/* Uses it up. E_SIGN_IN: it is none of this account's. In an open unit. */
Err recovery_use(Cx *cx, Str account, Str typed);
Err recovery_left(Cx *cx, Str account, int64_t *out); /* a read */

#endif
