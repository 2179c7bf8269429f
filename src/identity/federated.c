#include "identity/federated.h"

#include "base/fault.h"
#include "base/id.h"
#include "base/json.h"
#include "common/audit.h"
#include "db/db.h"
#include "identity/account.h"
#include "identity/former_name.h"

enum { NAME_ROOM = 30, TAIL = 6, CLAIM_DEPTH = 8, NAME_TRIES = 4 };

/* --- roles */

/* A claim's name may have dots itself, so the whole of it is looked for first. */
static Json claim_at(Cx *cx, Json claims, Str path)
{
    Json found = json_member(claims, arena_str(cx->arena, path).p);
    if (json_kind(found) != JSON_ABSENT)
        return found;
    Str rest = path;
    found = claims;
    for (int i = 0; rest.n && i < CLAIM_DEPTH; i++) {
        Str one = str_cut(rest, '.', &rest);
        found = json_member(found, arena_str(cx->arena, one).p);
    }
    return found;
}

static bool named(Json roles, Str role)
{
    if (str_eq(json_text(roles), role))
        return true;
    for (size_t i = 0; json_kind(roles) == JSON_IS_LIST && i < json_count(roles); i++)
        if (str_eq(json_text(json_item(roles, i)), role))
            return true;
    return false;
}

Str federated_role(Cx *cx, const Jwt *who)
{
    static const Str highest_first[] = {
        {"admin", 5}, {"moderator", 9}, {"editor", 6}, {"sponsor", 7}, {"premium", 7}};
    CLEANUP(json_close) Json claims = {0};
    if (json_open(cx, who->payload, &claims))
        return S("fan");
    Json roles = claim_at(cx, claims, cx->app->conf.oidc_roles_claim);
    for (size_t i = 0; i < COUNT(highest_first); i++)
        if (named(roles, highest_first[i]))
            return highest_first[i];
    return S("fan");
}

/* --- names */

/* Of an address only what stands before the @: others see the name. */
static Str wished(Cx *cx, const Jwt *who)
{
    CLEANUP(json_close) Json claims = {0};
    char *to = arena_take(cx->arena, NAME_ROOM);
    size_t n = 0;
    Str asked = json_open(cx, who->payload, &claims)
                    ? (Str){0}
                    : json_text(json_member(claims, "preferred_username"));
    for (size_t i = 0; i < asked.n && asked.p[i] != '@' && n < NAME_ROOM; i++) {
        char c = asked.p[i];
        c = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (letter || (n && (c == '.' || c == '_' || c == '-')))
            to[n++] = c;
    }
    return n ? (Str){to, n} : S("user");
}

static Err free_name(Cx *cx, Str wish, Str *name)
{
    int64_t taken = 0;
    bool held = false;
    *name = wish;
    for (int i = 0; i < NAME_TRIES; i++) {
        TRY(db_int(cx, SQL_FEDERATED_NAME_TAKEN, ARGS(V(*name)), &taken));
        TRY(former_name_held(cx, *name, &held));
        if (!taken && !held)
            return OK;
        Str id = id_new(cx);
        *name = arena_fmt(cx->arena, STR_FMT "-%.*s", STR_ARG(wish), TAIL, id.p + id.n - TAIL);
    }
    return fail(cx, E_CONFLICT, "no name is free");
}

/* --- accounts */

static Err known(Cx *cx, const Jwt *who, FederatedRow *out)
{
    Str issuer = bug("subalone") ? S("") : cx->app->conf.oidc_issuer;
    return db_one(cx, SQL_FEDERATED_BY_SUBJECT, ARGS(V(cx->now), V(issuer), V(who->subject)),
                  &FEDERATED_ROW, out);
}

static Err make(Cx *cx, const Jwt *who, Str role, FederatedRow *out)
{
    Str id = {0}, name = {0};
    Str issuer = bug("subalone") ? S("") : cx->app->conf.oidc_issuer;
    TRY(free_name(cx, wished(cx, who), &name));
    TRY(account_put(cx, name, role, (Str){0}, &id));
    TRY(db_run(cx, SQL_FEDERATED_ADD, ARGS(V(issuer), V(who->subject), V(id), V(cx->now)), NULL));
    *out = (FederatedRow){.account = id, .name = name, .role = role};
    return OK;
}

static Err keep_role(Cx *cx, const FederatedRow *row, Str role)
{
    if (str_eq(row->role, role))
        return OK;
    TRY(db_run(cx, SQL_FEDERATED_ROLE, ARGS(V(role), V(row->account)), NULL));
    return audit_add(cx, "account.role", row->account, row->role, role);
}

/* Looked for again inside: two requests of a newcomer make one account. */
static Err make_or_keep(Cx *cx, const Jwt *who, Str role, bool may_change, FederatedRow *row)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    Err e = known(cx, who, row);
    if (e && e != E_NOT_FOUND)
        return e;
    TRY(e ? make(cx, who, role, row) : may_change ? keep_role(cx, row, role) : OK);
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static Err found(Cx *cx, const Jwt *who, Str role, bool may_change, FederatedRow *row)
{
    Err e = known(cx, who, row);
    if (e == E_NOT_FOUND || (!e && may_change && !str_eq(row->role, role)))
        e = make_or_keep(cx, who, role, may_change, row);
    TRY(e);
    return row->disabled && !bug("disabledin")
               ? fail(cx, E_SIGN_IN, "this account may not sign in any more")
               : OK;
}

Err federated_account(Cx *cx, const Jwt *who, Str *account)
{
    FederatedRow row = {0};
    TRY(found(cx, who, federated_role(cx, who), true, &row));
    *account = row.account;
    return OK;
}

Err federated_viewer(Cx *cx, Str token, Viewer *out)
{
    FederatedRow row = {0};
    Jwt who = {0};
    TRY(provider_access_token(cx, token, &who));
    Str role = federated_role(cx, &who);
    TRY(found(cx, &who, role, false, &row));
    if (row.member && str_eq(role, S("fan")))
        role = S("premium");
    *out = (Viewer){.id = row.account,
                    .name = row.name,
                    .role = role,
                    .scopes = role_scopes(role),
                    .session = S(""),
                    .since = who.issued_at};
    return OK;
}
