/* federated.h - accounts of people whom another issuer signs in: one for each (iss, sub).
 *
 * Made the first time somebody comes. The issuer's roles decide the role each time; the name is
 * taken from preferred_username once, as far as it is free and fits, and means nothing else.
 */
#ifndef HUB_FEDERATED_H
#define HUB_FEDERATED_H

#include "identity/provider.h"

/* The highest role that the token's claim --oidc-roles-claim names; fan, when it names none. */
Str federated_role(Cx *cx, const Jwt *who);

/* The account behind an id token, with the role of now. E_SIGN_IN: it is disabled here. Settled. */
Err federated_account(Cx *cx, const Jwt *who, Str *account);

/* The viewer behind an access token, in the role that it gives. E_SIGN_IN, E_UNAVAILABLE. Settled.
 */
Err federated_viewer(Cx *cx, Str token, Viewer *out);

#endif
