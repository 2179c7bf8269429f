/* second.h - between the password and the code: who has shown the password, sealed, for five
 * minutes. Nothing is kept; whoever holds it still needs the code. It ends with the password that
 * was shown, and with the account. */
#ifndef HUB_SECOND_H
#define HUB_SECOND_H

#include "common/app.h"
#include "contract.h"

Str second_write(Cx *cx, const AccountRow *account);
/* E_SIGN_IN: altered, too old, or of a password that is none any more. */
Err second_read(Cx *cx, Str text, Str *account);
/* A code of the app, or a recovery code, which is used up. E_SIGN_IN: wrong; E_LIMITED: too many
 * guesses. In units of its own, settled. */
Err second_check(Cx *cx, Str account, Str typed);

#endif
