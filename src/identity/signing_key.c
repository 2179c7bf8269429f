#include "identity/signing_key.h"

#include "base/id.h"
#include "common/audit.h"
#include "identity/jwt.h"

/* A token signed at the last moment, and clocks that differ. */
static const int64_t PASSIVE_MS = TOKEN_LIFE_MS + 2 * JWT_LEEWAY_MS;

Err signing_key_active(Cx *cx, SigningKeyRow *out)
{
    Err e = db_one(cx, SQL_SIGNING_KEY_ACTIVE, NO_ARGS, &SIGNING_KEY_ROW, out);
    return e == E_NOT_FOUND ? fail(cx, E_UNAVAILABLE, "the issuer has no key yet") : e;
}

Err signing_key_set(Cx *cx, Jwks *out)
{
    SigningKeyRows rows = {0};
    TRY(db_list(cx, SQL_SIGNING_KEY_LIST, NO_ARGS, &SIGNING_KEY_ROW, &rows.items));
    *out = (Jwks){arena_array(cx->arena, Jwk, rows.items.n + 1), rows.items.n};
    for (size_t i = 0; i < rows.items.n; i++)
        out->p[i] = (Jwk){rows.items.p[i].id, JWS_ES256, rows.items.p[i].public_};
    return OK;
}

static Err add(Cx *cx)
{
    Str secret = {0}, public_ = {0};
    TRY(jwk_new_es256(cx, &secret, &public_));
    return db_run(cx, SQL_SIGNING_KEY_ADD, ARGS(V(id_new(cx)), V(secret), V(public_), V(cx->now)),
                  NULL);
}

/* The next one signs, and another one is published in its place. */
static Err step(Cx *cx)
{
    Str next = {0};
    Err e = db_text(cx, SQL_SIGNING_KEY_NEXT, NO_ARGS, &next);
    if (e == E_NOT_FOUND) { /* the first start, or it was revoked */
        TRY(add(cx));
        e = db_text(cx, SQL_SIGNING_KEY_NEXT, NO_ARGS, &next);
    }
    TRY(e);
    TRY(db_run(cx, SQL_SIGNING_KEY_RETIRE, ARGS(V(cx->now)), NULL));
    TRY(db_run(cx, SQL_SIGNING_KEY_ACTIVATE, ARGS(V(cx->now), V(next)), NULL));
    TRY(add(cx));
    return audit_add(cx, "signing_key.active", next, (Str){0}, (Str){0});
}

Err signing_key_rotate(Cx *cx, bool now)
{
    SigningKeyRow active = {0};
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    Err e = signing_key_active(cx, &active);
    if (e && e != E_UNAVAILABLE)
        return e;
    if (e || now || cx->now >= active.active_at + cx->app->conf.key_rotate)
        TRY(step(cx));
    TRY(db_run(cx, SQL_SIGNING_KEY_SWEEP, ARGS(V(cx->now - PASSIVE_MS)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err signing_key_revoke(Cx *cx, Str id)
{
    SigningKeyRow active = {0};
    int64_t gone = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_SIGNING_KEY_DROP, ARGS(V(id)), &gone));
    if (!gone)
        return fail(cx, E_NOT_FOUND, "there is no key " STR_FMT, STR_ARG(id));
    TRY(audit_add(cx, "signing_key.revoke", id, (Str){0}, (Str){0}));
    Err e = signing_key_active(cx, &active);
    if (e && e != E_UNAVAILABLE)
        return e;
    if (e)
        TRY(step(cx));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}
