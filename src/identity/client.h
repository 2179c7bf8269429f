/* client.h - the programs that may ask people to sign in here: public clients of OAuth 2.0 (RFC
 * 6749 2.1), which prove themselves by PKCE and where they are sent back to.
 *
 * The operator names them; there is no consent page, as each is the brand's own.
 */
#ifndef HUB_CLIENT_H
#define HUB_CLIENT_H

#include "contract.h"

enum { CLIENT_URIS_MAX = 10, CLIENT_URI_BYTES = 500 };

/* https, http on this machine's loopback, or a scheme of a reversed domain name (RFC 8252 7.1); no
 * fragment, no wildcard. */
bool client_uri_fit(Str uri);
/* Ids are as account names. E_INVALID with the reason, E_CONFLICT: it is there. Settled, audited.
 */
Err client_add(Cx *cx, Str id, Str name, const StrList *uris);
Err client_by_id(Cx *cx, Str id, OauthClientRow *out); /* E_NOT_FOUND */
/* With all that it was given. E_NOT_FOUND. Settled, audited. */
Err client_remove(Cx *cx, Str id);
bool client_has_uri(const OauthClientRow *client, Str uri); /* letter by letter */

#endif
