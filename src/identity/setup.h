/* setup.h - the first administrator: made with a code that only who starts the hub sees. There is
 * no default account. */
#ifndef HUB_SETUP_H
#define HUB_SETUP_H

#include "base/cx.h"

bool setup_open(Cx *cx); /* there is no administrator yet; a read */
/* A fresh code, the ones before are void. {0}: there is an administrator. Settled. */
Err setup_offer(Cx *cx, Str *code);
/* The code's administrator; `hashed` is the password. In an open unit. E_SIGN_IN: the code is
 * wrong, or somebody was faster. E_INVALID, E_CONFLICT: the name. */
Err setup_take(Cx *cx, Str code, Str name, Str hashed, Str *account);

#endif
