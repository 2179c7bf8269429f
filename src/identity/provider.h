/* provider.h - another OpenID Connect issuer that signs people in instead of the hub: what it says
 * of itself (OpenID Connect Discovery 1.0), its keys, and whether a token is its own.
 *
 * Both are kept as refreshed.h says, so it may be away for a day. These functions may wait for it:
 * never on a server's loop.
 */
#ifndef HUB_PROVIDER_H
#define HUB_PROVIDER_H

#include "common/app.h"
#include "identity/jwt.h"

typedef struct Provider {
    Str authorization, token; /* endpoints, absolute */
    Str end_session;          /* empty: it has none */
    bool tells_issuer;        /* `iss` comes with each answer, RFC 9207 */
    bool secret_in_form;      /* it takes client_secret_post alone */
} Provider;

bool provider_used(const App *app); /* --oidc-issuer names one */
/* E_INVALID: the settings do not fit. */
Err provider_check(Cx *cx, const Conf *conf);

/* Lives in cx->arena. E_UNAVAILABLE. */
Err provider_read(Cx *cx, Provider *out);

/* An id token for us, whose nonce the caller compares. E_SIGN_IN, E_UNAVAILABLE. */
Err provider_id_token(Cx *cx, Str token, Jwt *out);
/* An access token that has us among its audience: of the type at+jwt (RFC 9068), or one that says
 * of itself "typ":"Bearer". An id token is none. */
Err provider_access_token(Cx *cx, Str token, Jwt *out);

#endif
