/* second.h - between the password and the code: who has shown the password, sealed, for five
 * minutes. Nothing is kept; whoever holds it still needs the code. */
#ifndef HUB_SECOND_H
#define HUB_SECOND_H

#include "common/app.h"

Str second_write(Cx *cx, Str account);
/* E_SIGN_IN: altered, or too old. */
Err second_read(Cx *cx, Str text, Str *account);
/* A code of the app, or a recovery code, which is used up. E_SIGN_IN: wrong; E_LIMITED: too many
 * guesses. In units of its own, settled. */
Err second_check(Cx *cx, Str account, Str typed);

#endif
