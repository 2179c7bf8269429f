/* issuer.h - what the built-in issuer gives: codes for people who are signed in, tokens for codes
 * and for refresh tokens.
 *
 * OAuth 2.0 as RFC 9700 narrows it: authorization code with PKCE S256 alone, codes of a minute that
 * work once, refresh tokens that turn with each use; a code or refresh token that comes twice ends
 * the grant. Access tokens are JWTs (RFC 9068) that name their grant, so ending it ends them.
 */
#ifndef HUB_ISSUER_H
#define HUB_ISSUER_H

#include "identity/client.h"

enum { CODE_LIFE_MS = 60000, SCOPE_BYTES = 200 };

/* RFC 6749 5.2; the texts of `error`. */
typedef enum OauthError {
    OAUTH_NONE,
    OAUTH_INVALID_REQUEST,
    OAUTH_INVALID_CLIENT,
    OAUTH_INVALID_GRANT,
    OAUTH_UNSUPPORTED_GRANT_TYPE
} OauthError;

typedef struct CodeAsk {
    Str client, redirect_uri, challenge, scope, nonce;
    int64_t signed_in_at;
} CodeAsk;

typedef struct Issued {
    Str access, refresh, id; /* id: empty without the scope openid */
    Str scope;
} Issued;

/* E_NOT_FOUND where another issuer signs people in: then there are not two. */
Err issuer_on(Cx *cx);
/* Of the scopes we know, in one order; others are left out (RFC 6749 3.3). */
Str issuer_scope(Cx *cx, Str asked);
bool scope_has(Str scope, Str word);

/* For the viewer. Settled. */
Err issuer_code(Cx *cx, const CodeAsk *ask, Str *code);
/* *why: OAUTH_NONE, and *out is filled; else cx->said has the sentence. Settled. */
Err issuer_exchange(Cx *cx, Str client, Str code, Str redirect_uri, Str verifier, OauthError *why,
                    Issued *out);
Err issuer_refresh(Cx *cx, Str client, Str refresh, OauthError *why, Issued *out);
/* An access or refresh token of that client: its grant ends. One that is unknown is fine, RFC 7009
 * 2.2. Settled. */
Err issuer_revoke(Cx *cx, Str client, Str token);

#endif
