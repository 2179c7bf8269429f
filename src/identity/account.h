/* account.h - a person or a machine that may sign in, with one role.
 *
 * Invariant: a password is kept as argon2id or not at all, a token only as its SHA-256. The role
 * decides the scopes (account.c holds the table).
 */
#ifndef HUB_ACCOUNT_H
#define HUB_ACCOUNT_H

#include "contract.h"

bool role_known(Str role);
uint64_t role_scopes(Str role); /* SCOPE_* bits */

/* Names are 1 to 40 of [a-z0-9._-]. `password` may be {0}: tokens only. In a unit of its own,
 * settled. E_INVALID with the reason, E_CONFLICT: the name is taken. */
Err account_add(Cx *cx, Str name, Str role, Str password, Str *id);
Err account_by_name(Cx *cx, Str name, AccountRow *out); /* E_NOT_FOUND */

/* A fresh bearer token or session for an account; the secret is told once, here. Settled. */
Err credential_new(Cx *cx, Str account, const char *kind, int64_t life_ms, Str *secret);
Err credential_revoke(Cx *cx, Str id); /* OK when it is gone already; settled */
/* The viewer behind a secret. E_SIGN_IN: unknown, expired, revoked or of the other kind. */
Err credential_viewer(Cx *cx, Str secret, const char *kind, Viewer *out, CredentialRow *row);

/* The account whose name and password these are; E_SIGN_IN, and the same time spent, when they are
 * not. */
Err account_check_password(Cx *cx, Str name, Str password, AccountRow *out);

#endif
