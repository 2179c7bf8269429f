#include "identity/account.h"

#include "base/fault.h"
#include "base/hash.h"
#include "base/id.h"
#include "common/audit.h"
#include "common/app.h"
#include "db/db.h"
#include "identity/former_name.h"
#include "identity/guess.h"
#include "identity/known_browser.h"
#include "identity/issuer.h"
#include "identity/password.h"
#include "identity/provider.h"

enum { TOKEN_BYTES = 32 };

#define FAN (SCOPE_ME_READ | SCOPE_ME_WRITE | SCOPE_TICKET_WRITE | SCOPE_COMMUNITY_WRITE)
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

Err account_fit(Cx *cx, Str name)
{
    return name_good(name)
               ? OK
               : fail(cx, E_INVALID, "a name has 1 to 40 of a-z, 0-9, and inside also . _ -");
}

Err account_put(Cx *cx, Str name, Str role, Str hashed, Str *id)
{
    TRY(account_fit(cx, name));
    if (!role_known(role))
        return fail(cx, E_INVALID, "a role is fan, premium, sponsor, editor, moderator or admin");
    bool held = false;
    TRY(former_name_held(cx, name, &held));
    Str made = id_new(cx), subject = id_secret(cx, 16);
    Err e = held ? E_CONFLICT
                 : db_run(cx, SQL_ACCOUNT_ADD,
                          ARGS(V(made), V(subject), V(name), V(role), val_opt(hashed), V(cx->now)),
                          NULL);
    if (e == E_CONFLICT)
        return fail(cx, E_CONFLICT, "there is an account named " STR_FMT " already", STR_ARG(name));
    TRY(e);
    TRY(audit_add(cx, "account.add", made, (Str){0}, role));
    *id = made;
    return OK;
}

Err account_add(Cx *cx, Str name, Str role, Str password, Str *id)
{
    Str hashed = {0};
    if (password.n) { /* before the unit: it takes 30 ms */
        TRY(password_fit(cx, name, password));
        TRY(password_hash(cx, password, &hashed));
    }
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(account_put(cx, name, role, hashed, id));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err account_password(Cx *cx, Str account, Str hashed)
{
    TRY(db_run(cx, SQL_ACCOUNT_PASSWORD, ARGS(V(hashed), V(account)), NULL));
    TRY(known_forget_others(cx, account));
    return audit_add(cx, "account.password", account, (Str){0}, (Str){0});
}

Err account_by_name(Cx *cx, Str name, AccountRow *out)
{
    Err e = db_one(cx, SQL_ACCOUNT_BY_NAME, ARGS(V(name)), &ACCOUNT_ROW, out);
    return e == E_NOT_FOUND ? fail(cx, e, "there is no account named " STR_FMT, STR_ARG(name)) : e;
}

static Str hash_secret(Cx *cx, Str secret)
{
    return sha256_hex(cx->arena, secret);
}

Err credential_new(Cx *cx, const CredentialNew *what, Str *secret)
{
    Str made = id_secret(cx, TOKEN_BYTES), id = id_new(cx);
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_CREDENTIAL_ADD,
               ARGS(V(id), V(hash_secret(cx, made)), V(what->account), V(str_of(what->kind)),
                    V(cx->now), V(cx->now), V(cx->now + what->life_ms), val_opt(what->agent)),
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

bool role_needs_second(const App *app, Str role)
{
    if (provider_used(app)) /* how it knows people is its own business */
        return false;
    for (Str rest = app->conf.second_factor, one; rest.n;) {
        one = str_cut(rest, ',', &rest);
        if (str_eq(one, role))
            return true;
    }
    return false;
}

/* A person's; who holds a token was let in by the command line. */
static bool lacks_second(const Cx *cx, const CredentialRow *row)
{
    return !str_eq(row->kind, S("token")) && !row->second_factor &&
           role_needs_second(cx->app, row->role) && !bug("nosecond");
}

static uint64_t scopes_of(const Cx *cx, const CredentialRow *row)
{
    bool grant = str_eq(row->kind, S("grant"));
    if (lacks_second(cx, row) || (grant && !scope_has(row->scope, S("api")) && !bug("anyscope")))
        return SCOPE_ME_READ;
    return role_scopes(row->role);
}

static Err viewer_of(Cx *cx, Err e, const CredentialRow *row, Viewer *out)
{
    if (e == E_NOT_FOUND)
        return fail(cx, E_SIGN_IN, "these credentials are unknown, ended or expired");
    TRY(e);
    *out = (Viewer){.id = row->account,
                    .name = row->name,
                    .role = row->role,
                    .scopes = scopes_of(cx, row),
                    .session = row->id,
                    .since = row->created_at};
    return OK;
}

static int64_t oldest(const Cx *cx)
{
    return bug("nomax") ? 0 : cx->now - cx->app->conf.session_max;
}

Err credential_viewer(Cx *cx, Str secret, const char *kind, Viewer *out, CredentialRow *row)
{
    Err e = db_one(cx, SQL_CREDENTIAL_BY_HASH,
                   ARGS(V(cx->now), V(hash_secret(cx, secret)), V(str_of(kind)), V(oldest(cx))),
                   &CREDENTIAL_ROW, row);
    return viewer_of(cx, e, row, out);
}

Err grant_viewer(Cx *cx, Str grant, Viewer *out)
{
    CredentialRow row = {0};
    Err e = db_one(cx, SQL_CREDENTIAL_BY_ID, ARGS(V(cx->now), V(grant), V(oldest(cx))),
                   &CREDENTIAL_ROW, &row);
    return viewer_of(cx, e, &row, out);
}

typedef struct Guess {
    const char *kind;
    Str of;
} Guess;

static Err check(Cx *cx, const Guess *guess, Str name, Str password, AccountRow *out)
{
    AccountRow row = {0};
    TRY(guess_take(cx, guess->kind, guess->of));
    Err e = db_one(cx, SQL_ACCOUNT_BY_NAME, ARGS(V(name)), &ACCOUNT_ROW, &row);
    if (e && e != E_NOT_FOUND)
        return e;
    if (!password_right(!e && row.has.password ? row.password : (Str){0}, password))
        return fail(cx, E_SIGN_IN, "the name or the password is wrong");
    *out = row;
    return guess_forget(cx, guess->kind, guess->of);
}

Err account_check_password(Cx *cx, Str name, Str password, AccountRow *out)
{
    return check(cx, &(Guess){"password", name}, name, password, out);
}

Err account_check_own(Cx *cx, Str password)
{
    AccountRow row = {0};
    return check(cx, &(Guess){"own", cx->viewer.id}, cx->viewer.name, password, &row);
}
