#include "identity/issuer.h"

#include "base/buf.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/id.h"
#include "db/db.h"
#include "identity/account.h"
#include "identity/provider.h"
#include "identity/signing_key.h"
#include "identity/verified.h"

enum { CODE_BYTES = 32, REFRESH_BYTES = 32, TOKEN_ROOM = 4096, HOUR_MS = 3600000 };

static const Str SCOPES[] = {{"openid", 6}, {"profile", 7}, {"offline_access", 14}, {"api", 3}};

Err issuer_on(Cx *cx)
{
    return provider_used(cx->app) ? fail(cx, E_NOT_FOUND, "this hub is no issuer") : OK;
}

bool scope_has(Str scope, Str word)
{
    for (Str rest = scope, one; rest.n;) {
        one = str_cut(rest, ' ', &rest);
        if (str_eq(one, word))
            return true;
    }
    return false;
}

Str issuer_scope(Cx *cx, Str asked)
{
    Str scope = S("");
    for (size_t i = 0; i < COUNT(SCOPES); i++)
        if (scope_has(asked, SCOPES[i]))
            scope = arena_fmt(cx->arena, STR_FMT "%s" STR_FMT, STR_ARG(scope), scope.n ? " " : "",
                              STR_ARG(SCOPES[i]));
    return scope;
}

static Str hashed(Cx *cx, Str secret)
{
    return sha256_hex(cx->arena, secret);
}

Err issuer_code(Cx *cx, const CodeAsk *ask, Str *code)
{
    Str made = id_secret(cx, CODE_BYTES);
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_OAUTH_CODE_SWEEP, ARGS(V(cx->now - HOUR_MS)), NULL));
    TRY(db_run(cx, SQL_OAUTH_CODE_ADD,
               ARGS(V(hashed(cx, made)), V(ask->client), V(cx->viewer.id), V(ask->redirect_uri),
                    V(ask->challenge), V(ask->scope), V(ask->nonce), V(ask->signed_in_at),
                    V(cx->now + CODE_LIFE_MS), V(cx->viewer.session)),
               NULL));
    TRY(tx_commit(&tx));
    TRY(db_settle(cx));
    *code = made;
    return OK;
}

/* --- tokens */

static void put(Buf *b, const char *name, Str value)
{
    buf_byte(b, ',');
    buf_json_str(b, str_of(name));
    buf_byte(b, ':');
    buf_json_str(b, value);
}

static void put_int(Buf *b, const char *name, int64_t value)
{
    buf_byte(b, ',');
    buf_json_str(b, str_of(name));
    buf_byte(b, ':');
    buf_json_int(b, value);
}

static void put_head(Cx *cx, Buf *b, const OauthGrantRow *grant, Str audience)
{
    buf_put(b, "{\"iss\":", 7);
    buf_json_str(b, cx->app->public_url);
    put(b, "sub", grant->account);
    put(b, "aud", audience);
    put_int(b, "iat", cx->now / 1000);
    put_int(b, "exp", (cx->now + TOKEN_LIFE_MS) / 1000);
    put(b, "sid", grant->id);
    buf_put(b, ",\"roles\":[", 10);
    buf_json_str(b, grant->role);
    buf_byte(b, ']');
}

static Err sign(Cx *cx, const SigningKeyRow *key, Str type, const Buf *b, Str *token)
{
    if (b->full)
        return fail(cx, E_INTERNAL, "a token grew too large");
    return jwt_sign(cx, key->secret, key->id, type, (Str){b->p, b->n}, token);
}

static Err access_token(Cx *cx, const SigningKeyRow *key, const OauthGrantRow *grant, Str *token)
{
    Buf b CLEANUP(buf_free) = BUF(TOKEN_ROOM);
    put_head(cx, &b, grant, cx->app->public_url);
    put(&b, "client_id", grant->client);
    put(&b, "jti", id_new(cx));
    put(&b, "scope", grant->scope);
    buf_byte(&b, '}');
    return sign(cx, key, S("at+jwt"), &b, token);
}

/* OpenID Connect Core 2. */
static Err id_token(Cx *cx, const SigningKeyRow *key, const OauthGrantRow *grant,
                    const OauthCodeRow *code, Str *token)
{
    Buf b CLEANUP(buf_free) = BUF(TOKEN_ROOM);
    put_head(cx, &b, grant, grant->client);
    if (code && code->nonce.n)
        put(&b, "nonce", code->nonce);
    if (code)
        put_int(&b, "auth_time", code->signed_in_at / 1000);
    if (scope_has(grant->scope, S("profile"))) {
        put(&b, "name", grant->name);
        put(&b, "preferred_username", grant->name);
    }
    buf_byte(&b, '}');
    return sign(cx, key, S("JWT"), &b, token);
}

static Err issue(Cx *cx, const OauthGrantRow *grant, const OauthCodeRow *code, Str refresh,
                 Issued *out)
{
    SigningKeyRow key = {0};
    Issued made = {.scope = grant->scope};
    TRY(signing_key_active(cx, &key));
    TRY(access_token(cx, &key, grant, &made.access));
    if (scope_has(grant->scope, S("openid")))
        TRY(id_token(cx, &key, grant, code, &made.id));
    if (scope_has(grant->scope, S("offline_access")))
        made.refresh = refresh;
    *out = made;
    return OK;
}

/* --- what they are given for */

/* One sentence for all that is wrong with a code or refresh token. */
static Err no_grant(Cx *cx, OauthError *why)
{
    *why = OAUTH_INVALID_GRANT;
    (void)!fail(cx, E_INVALID, "the grant is unknown, expired, used before or for another client");
    return OK;
}

/* RFC 7636 4.6. */
static bool proves(Cx *cx, Str verifier, Str challenge)
{
    uint8_t sum[SHA256_BYTES];
    sha256(verifier, sum);
    return (verifier.n >= 43 && verifier.n <= 128 &&
            same_bytes(base64url(cx->arena, sum, sizeof sum), challenge)) ||
           bug("anyverifier");
}

static Err end_grant(Cx *cx, Str id)
{
    if (bug("noreuse"))
        return OK;
    return db_run(cx, SQL_CREDENTIAL_REVOKE, ARGS(V(cx->now), V(id)), NULL);
}

static Err begin_grant(Cx *cx, const OauthCodeRow *code, Str hash, Str refresh,
                       OauthGrantRow *grant)
{
    int64_t spent = 0, made = 0;
    OauthClientRow client = {0};
    Str secret = hashed(cx, refresh);
    grant->id = id_new(cx);
    TRY(client_by_id(cx, code->client, &client));
    TRY(db_run(cx, SQL_OAUTH_CODE_SPEND, ARGS(V(grant->id), V(hash)), &spent));
    TRY(db_run(cx, SQL_GRANT_ADD,
               ARGS(V(grant->id), V(secret), V(cx->now), V(cx->now + cx->app->conf.session_life),
                    V(client.name), V(client.id), V(code->scope), V(code->account),
                    val_opt(code->session), V(bug("oldsession"))),
               &made));
    if (!spent || !made)
        return E_NOT_FOUND;
    return db_one(cx, SQL_GRANT_BY_HASH, ARGS(V(cx->now), V(secret), V((int64_t)0)),
                  &OAUTH_GRANT_ROW, grant);
}

static Err exchange(Cx *cx, const CodeAsk *shown, Str verifier, Str hash, OauthCodeRow *code,
                    Str refresh, OauthGrantRow *grant)
{
    TRY(db_one(cx, SQL_OAUTH_CODE_BY_HASH, ARGS(V(hash)), &OAUTH_CODE_ROW, code));
    if (code->has.grant_id) { /* shown twice: RFC 6749 4.1.2 */
        TRY(end_grant(cx, code->grant_id));
        return E_NOT_FOUND;
    }
    if (cx->now >= code->expires_at || !str_eq(code->client, shown->client) ||
        !str_eq(code->redirect_uri, shown->redirect_uri) || !proves(cx, verifier, code->challenge))
        return E_NOT_FOUND;
    return begin_grant(cx, code, hash, refresh, grant);
}

Err issuer_exchange(Cx *cx, Str client, Str code, Str redirect_uri, Str verifier, OauthError *why,
                    Issued *out)
{
    OauthCodeRow row = {0};
    OauthGrantRow grant = {0};
    Str refresh = id_secret(cx, REFRESH_BYTES);
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    Err e = exchange(cx, &(CodeAsk){.client = client, .redirect_uri = redirect_uri}, verifier,
                     hashed(cx, code), &row, refresh, &grant);
    if (e && e != E_NOT_FOUND)
        return e;
    TRY(tx_commit(&tx)); /* also what a second showing ended */
    TRY(db_settle(cx));
    *why = OAUTH_NONE;
    return e ? no_grant(cx, why) : issue(cx, &grant, &row, refresh, out);
}

static Err turn(Cx *cx, Str client, Str hash, Str next, OauthGrantRow *grant)
{
    Str of = {0};
    int64_t turned = 0, oldest = cx->now - cx->app->conf.session_max;
    Err e = db_text(cx, SQL_GRANT_SPENT, ARGS(V(hash)), &of);
    if (!e) { /* shown twice */
        TRY(end_grant(cx, of));
        return E_NOT_FOUND;
    }
    if (e != E_NOT_FOUND)
        return e;
    TRY(db_one(cx, SQL_GRANT_BY_HASH, ARGS(V(cx->now), V(hash), V(oldest)), &OAUTH_GRANT_ROW,
               grant));
    if (!str_eq(grant->client, client))
        return E_NOT_FOUND;
    TRY(db_run(cx, SQL_GRANT_SPENT_ADD, ARGS(V(hash), V(grant->id)), NULL));
    TRY(db_run(cx, SQL_GRANT_TURN,
               ARGS(V(hashed(cx, next)), V(cx->now), V(cx->now + cx->app->conf.session_life),
                    V(grant->id), V(hash)),
               &turned));
    return turned ? OK : E_NOT_FOUND;
}

Err issuer_refresh(Cx *cx, Str client, Str refresh, OauthError *why, Issued *out)
{
    OauthGrantRow grant = {0};
    Str next = id_secret(cx, REFRESH_BYTES);
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    Err e = turn(cx, client, hashed(cx, refresh), next, &grant);
    if (e && e != E_NOT_FOUND)
        return e;
    TRY(tx_commit(&tx));
    TRY(db_settle(cx));
    *why = OAUTH_NONE;
    return e ? no_grant(cx, why) : issue(cx, &grant, NULL, next, out);
}

Err issuer_revoke(Cx *cx, Str client, Str token)
{
    OauthGrantRow grant = {0};
    Str id = {0};
    Err e = db_one(cx, SQL_GRANT_BY_HASH, ARGS(V(cx->now), V(hashed(cx, token)), V((int64_t)0)),
                   &OAUTH_GRANT_ROW, &grant);
    if (e == E_NOT_FOUND)
        e = verified_grant(cx, token, &id);
    else
        id = grant.id;
    if (e == E_SIGN_IN) {
        cx->said[0] = 0;
        return OK;
    }
    TRY(e);
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_GRANT_END, ARGS(V(cx->now), V(id), V(client), V(bug("anyrevoke"))), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}
