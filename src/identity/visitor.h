/* visitor.h - who watches without an account: the random 128 bits of the cookie `hub-viewer`.
 *
 * `__Host-hub-viewer` with Secure on https. Only its SHA-256 is kept, in `playback.visitor`; at
 * sign-in what it watched becomes the account's.
 */
#ifndef HUB_VISITOR_H
#define HUB_VISITOR_H

#include "common/app.h"
#include "http/res.h"

/* The cookie of a request into cx->visitor; anything that is none of ours is ignored. */
void visitor_identify(Cx *cx, const Req *req);
/* What stands in the database for nobody's playbacks: {0} for somebody signed in. Without a cookie
 * a new one is put into the answer (cx->cookie), unless this address gets none. */
Str visitor_key(Cx *cx);
/* What the visitor of this request watched is the account's from now on. Settled. */
Err visitor_becomes(Cx *cx, Str account);

#endif
