/* relying_party.h - the hub as the client of another issuer: OpenID Connect Core 1.0, section 3.1,
 * the authorization code flow with PKCE S256 (RFC 7636), `state`, `nonce` and `iss` (RFC 9207).
 *
 * Between the two redirects nothing is kept here: a cookie of ten minutes, sealed, holds the state
 * and where to go on to. Nonce and verifier follow from the state by a key of the hub, so the
 * browser never has them.
 */
#ifndef HUB_RELYING_PARTY_H
#define HUB_RELYING_PARTY_H

#include "http/res.h"
#include "identity/provider.h"

/* Sends the browser to the issuer, with the cookie. `next` is a path of ours. E_UNAVAILABLE. */
Err relying_party_ask(Cx *cx, Res *res, Str next);

/* What it came back with: who it is, and where to go on to. The cookie is gone in any case. All
 * that does not hold is E_SIGN_IN; E_UNAVAILABLE: the issuer is away. */
Err relying_party_answer(Cx *cx, const Req *req, Res *res, Jwt *who, Str *next);

/* Where a browser may end what it has with the issuer; empty: nowhere. */
Str relying_party_end(Cx *cx);

#endif
