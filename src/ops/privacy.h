/* privacy.h - who may take an account along or end it: whoever shows again that it is theirs. */
#ifndef HUB_PRIVACY_H
#define HUB_PRIVACY_H

#include "http/res.h"

/* The viewer's password, and a code when signing in asks for one. A browser has to; who holds a
 * token was let in by the command line; an account without a password has a session of the last ten
 * minutes instead. E_SIGN_IN: wrong; E_FORBIDDEN: too old; E_LIMITED. In units of its own, settled.
 */
Err privacy_confirm(Cx *cx, Str password, Str code);
/* The archive as the answer. */
Err privacy_send(Cx *cx, const Req *req, Res *res);

#endif
