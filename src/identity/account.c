#include "identity/account.h"

#include "base/hash.h"
#include "base/id.h"
#include "common/audit.h"
#include "db/db.h"

#include <argon2.h>
#include <stdlib.h>

/* RFC 9106, second recommended option, with less memory: 19 MiB, t=2, p=1 (OWASP's minimum). */
enum { ARGON_MEMORY_KIB = 19456, ARGON_TIME = 2, ARGON_LANES = 1, SALT_BYTES = 16, TAG_BYTES = 32 };
enum { PASSWORD_MIN = 8, PASSWORD_MAX = 256, TOKEN_BYTES = 32 };

#define FAN (SCOPE_ME_READ | SCOPE_TICKET_WRITE | SCOPE_COMMUNITY_WRITE)
#define EDITOR                                                                                     \
    (FAN | SCOPE_SHOW_WRITE | SCOPE_VIDEO_WRITE | SCOPE_VIDEO_PUBLISH | SCOPE_UPLOAD_WRITE)

static const struct {
    const char *name;
    uint64_t scopes;
} roles[] = {
    {"fan", FAN},
    {"premium", FAN},
    {"sponsor", FAN},
    {"editor", EDITOR},
    {"moderator", FAN | SCOPE_COMMENT_MODERATE},
    {"admin", ~0ull},
};

bool role_known(Str role)
{
    for (size_t i = 0; i < COUNT(roles); i++)
        if (str_eq(role, str_of(roles[i].name)))
            return true;
    return false;
}

uint64_t role_scopes(Str role)
{
    for (size_t i = 0; i < COUNT(roles); i++)
        if (str_eq(role, str_of(roles[i].name)))
            return roles[i].scopes;
    return 0;
}

static bool name_good(Str name)
{
    if (name.n < 1 || name.n > 40)
        return false;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
            !(i && (c == '.' || c == '_' || c == '-')))
            return false;
    }
    return true;
}

static Err hash_password(Cx *cx, Str password, Str *out)
{
    uint8_t salt[SALT_BYTES];
    char *text = arena_take(cx->arena, 160);
    if (password.n < PASSWORD_MIN || password.n > PASSWORD_MAX)
        return fail(cx, E_INVALID, "a password has %d to %d characters", PASSWORD_MIN,
                    PASSWORD_MAX);
    random_bytes(salt, sizeof salt);
    if (argon2id_hash_encoded(ARGON_TIME, ARGON_MEMORY_KIB, ARGON_LANES, password.p, password.n,
                              salt, sizeof salt, TAG_BYTES, text, 160) != ARGON2_OK)
        return fail(cx, E_INTERNAL, "argon2id failed");
    *out = str_of(text);
    return OK;
}

Err account_add(Cx *cx, Str name, Str role, Str password, Str *id)
{
    Str hashed = {0};
    if (!name_good(name))
        return fail(cx, E_INVALID, "a name has 1 to 40 of a-z, 0-9, and inside also . _ -");
    if (!role_known(role))
        return fail(cx, E_INVALID, "a role is fan, premium, sponsor, editor, moderator or admin");
    if (password.n)
        TRY(hash_password(cx, password, &hashed)); /* before the unit: it takes 30 ms */
    Str made = id_new(cx), subject = id_secret(cx, 16);
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    Err e = db_run(cx, SQL_ACCOUNT_ADD,
                   ARGS(V(made), V(subject), V(name), V(role), val_opt(hashed), V(cx->now)), NULL);
    if (e == E_CONFLICT)
        return fail(cx, E_CONFLICT, "there is an account named " STR_FMT " already", STR_ARG(name));
    TRY(e);
    TRY(audit_add(cx, "account.add", made, (Str){0}, role));
    TRY(tx_commit(&tx));
    TRY(db_settle(cx));
    *id = made;
    return OK;
}

Err account_by_name(Cx *cx, Str name, AccountRow *out)
{
    Err e = db_one(cx, SQL_ACCOUNT_BY_NAME, ARGS(V(name)), &ACCOUNT_ROW, out);
    return e == E_NOT_FOUND ? fail(cx, e, "there is no account named " STR_FMT, STR_ARG(name)) : e;
}

static Str hash_secret(Cx *cx, Str secret)
{
    uint8_t sum[SHA256_BYTES];
    sha256(secret, sum);
    return hex_text(cx->arena, sum, sizeof sum);
}

Err credential_new(Cx *cx, Str account, const char *kind, int64_t life_ms, Str *secret)
{
    Str made = id_secret(cx, TOKEN_BYTES), id = id_new(cx);
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_CREDENTIAL_ADD,
               ARGS(V(id), V(hash_secret(cx, made)), V(account), V(str_of(kind)), V(cx->now),
                    V(cx->now), V(cx->now + life_ms)),
               NULL));
    TRY(db_run(cx, SQL_CREDENTIAL_SWEEP, ARGS(V(cx->now - 86400000)), NULL));
    TRY(tx_commit(&tx));
    TRY(db_settle(cx));
    *secret = made;
    return OK;
}

Err credential_revoke(Cx *cx, Str id)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_CREDENTIAL_REVOKE, ARGS(V(cx->now), V(id)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err credential_viewer(Cx *cx, Str secret, const char *kind, Viewer *out, CredentialRow *row)
{
    Err e =
        db_one(cx, SQL_CREDENTIAL_BY_HASH,
               ARGS(V(hash_secret(cx, secret)), V(str_of(kind)), V(cx->now)), &CREDENTIAL_ROW, row);
    if (e == E_NOT_FOUND)
        return fail(cx, E_SIGN_IN, "these credentials are unknown, ended or expired");
    TRY(e);
    *out = (Viewer){.id = row->account,
                    .name = row->name,
                    .role = row->role,
                    .scopes = role_scopes(row->role),
                    .session = row->id};
    return OK;
}

/* Of no password; checked in place of one when there is none, so that a wrong name takes as long.
 */
static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                             "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

Err account_check_password(Cx *cx, Str name, Str password, AccountRow *out)
{
    AccountRow row = {0};
    Err e = db_one(cx, SQL_ACCOUNT_BY_NAME, ARGS(V(name)), &ACCOUNT_ROW, &row);
    if (e && e != E_NOT_FOUND)
        return e;
    const char *kept =
        !e && row.has.password ? row.password.p : nobody; /* arena text ends in NUL */
    bool short_enough = password.n && password.n <= PASSWORD_MAX;
    int rc = argon2id_verify(kept, short_enough ? password.p : "-", short_enough ? password.n : 1);
    if (rc != ARGON2_OK || kept == nobody || !short_enough)
        return fail(cx, E_SIGN_IN, "the name or the password is wrong");
    *out = row;
    return OK;
}
