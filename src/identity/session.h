/* session.h - who is behind a request: a bearer token (RFC 6750) or a browser's session cookie.
 *
 * Cookies follow the public URL: https `__Host-hub` with Secure; http on loopback `hub`; http
 * elsewhere none, unless --insecure-http. Unsafe requests with a cookie must come from our own
 * origin.
 */
#ifndef HUB_SESSION_H
#define HUB_SESSION_H

#include "common/app.h"
#include "http/res.h"

/* Fills cx->viewer. Nothing given: OK and nobody. E_SIGN_IN: bad credentials; E_FORBIDDEN: another
 * origin. */
Err session_identify(Cx *cx, const Req *req);

const char *session_cookie_name(const App *app); /* NULL: signing in is refused on this address */
/* Set-Cookie for a session begun (secret) or ended ({0}). */
void session_set_cookie(Cx *cx, Res *res, Str secret);
/* Of a browser that has shown who it is; ends the one it had, and what it watched becomes the
 * account's. With the cookie in `res`. Settled. */
Err session_begin(Cx *cx, const Req *req, Res *res, Str account);
/* An unsafe request from a page of ours: Origin, or without one Sec-Fetch-Site. */
bool session_same_origin(const App *app, const Req *req);

#endif
