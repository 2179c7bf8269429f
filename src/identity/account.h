/* account.h - a person or a machine that may sign in, with one role.
 *
 * Invariant: a password is kept as argon2id or not at all, a token only as its SHA-256. The role
 * decides the scopes (account.c holds the table).
 */
#ifndef HUB_ACCOUNT_H
#define HUB_ACCOUNT_H

#include "common/app.h"
#include "contract.h"

bool role_known(Str role);
uint64_t role_scopes(Str role);                   /* SCOPE_* bits */
bool role_needs_second(const App *app, Str role); /* --second-factor */

/* Names are 1 to 40 of [a-z0-9._-]. E_INVALID with the reason. */
Err account_fit(Cx *cx, Str name);
/* `password` may be {0}: tokens only. In a unit of its own, settled. E_INVALID with the reason,
 * E_CONFLICT: the name is taken. */
Err account_add(Cx *cx, Str name, Str role, Str password, Str *id);
/* The same in an open unit, of a password that is hashed. */
Err account_put(Cx *cx, Str name, Str role, Str hashed, Str *id);
/* Another password, hashed; in an open unit, audited. */
Err account_password(Cx *cx, Str account, Str hashed);
Err account_by_name(Cx *cx, Str name, AccountRow *out); /* E_NOT_FOUND */

typedef struct CredentialNew {
    Str account;
    const char *kind; /* token, session */
    int64_t life_ms;
    Str agent; /* of a session: what the browser calls itself; may be empty */
} CredentialNew;
/* The secret is told once, here. Settled. */
Err credential_new(Cx *cx, const CredentialNew *what, Str *secret);
Err credential_revoke(Cx *cx, Str id); /* OK when it is gone already; settled */
/* The viewer behind a secret. E_SIGN_IN: unknown, expired, revoked or of the other kind. */
Err credential_viewer(Cx *cx, Str secret, const char *kind, Viewer *out, CredentialRow *row);

/* The same of a grant, by the id that its access tokens name. Without the scope `api` it may read
 * who it is of, and no more. */
Err grant_viewer(Cx *cx, Str grant, Viewer *out);

/* The account whose name and password these are; E_SIGN_IN, and the same time spent, when they are
 * not; E_LIMITED: too many guesses. Settled. */
Err account_check_password(Cx *cx, Str name, Str password, AccountRow *out);
/* Likewise the viewer's own, counted apart: whoever guesses at the sign-in form keeps nobody from
 * changing a password that is guessed at. */
Err account_check_own(Cx *cx, Str password);

#endif
