/* What administrators do with accounts. */
#include "base/fault.h"
#include "common/audit.h"
#include "contract.h"
#include "db/db.h"

static Err one(Cx *cx, Str id, Account *out)
{
    Err e = db_one(cx, SQL_ACCOUNT_SEEN, ARGS(V(id)), &ACCOUNT, out);
    return e == E_NOT_FOUND ? fail(cx, e, "there is no such account") : e;
}

Err list_accounts(Cx *cx, const ListAccountsIn *in, AccountPage *out)
{
    AccountPage page = {0};
    Str after = in->has.cursor ? in->cursor : (Str){0};
    Val name = in->has.name ? V(in->name) : val_null();
    TRY(db_list(cx, SQL_ACCOUNT_LIST, ARGS(V(after), name, V(in->limit + 1)), &ACCOUNT,
                &page.items));
    if ((int64_t)page.items.n > in->limit) {
        page.items.n = (size_t)in->limit;
        page.next_cursor = page.items.p[in->limit - 1].id;
        page.has.next_cursor = true;
    }
    *out = page;
    return OK;
}

Err get_account(Cx *cx, const GetAccountIn *in, Account *out)
{
    return one(cx, in->id, out);
}

/* Of what changes: role, end of membership, disabled; for the audit. */
static Str told(Cx *cx, const Account *a)
{
    return arena_fmt(cx->arena, STR_FMT " %lld %s", STR_ARG(enum_str(&ROLE, (int)a->role)),
                     a->has.member_until ? (long long)a->member_until : 0,
                     a->has.disabled_at ? "disabled" : "enabled");
}

static Err keep_one_admin(Cx *cx, const Account *was, const AccountPatch *p)
{
    int64_t others = 0;
    bool goes = (p->has.role && p->role != ROLE_ADMIN) || (p->has.disabled && p->disabled);
    if (was->role != ROLE_ADMIN || was->has.disabled_at || !goes)
        return OK;
    TRY(db_int(cx, SQL_ACCOUNT_ADMINS, ARGS(V(was->id)), &others));
    return others || bug("lastadmin")
               ? OK
               : fail(cx, E_CONFLICT, "this is the last administrator; make another one first");
}

/* Credentials, and what works without: links to downloads. */
static Err let_out(Cx *cx, Str id)
{
    TRY(db_run(cx, SQL_CREDENTIAL_END_ALL, ARGS(V(cx->now), V(id)), NULL));
    return bug("keeptickets") ? OK
                              : db_run(cx, SQL_ACCOUNT_TICKETS_END, ARGS(V(cx->now), V(id)), NULL);
}

Err update_account(Cx *cx, const UpdateAccountIn *in, Account *out)
{
    const AccountPatch *p = &in->body;
    Account was = {0}, is = {0};
    bool member = p->has.member_until || p->null.member_until;
    int64_t disabled = p->has.disabled ? p->disabled : -1;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(one(cx, in->id, &was));
    TRY(keep_one_admin(cx, &was, p));
    TRY(db_run(cx, SQL_ACCOUNT_CHANGE,
               ARGS(val_field(cx, &ACCOUNT_PATCH, "role", p), V(member),
                    val_field(cx, &ACCOUNT_PATCH, "member_until", p), V(disabled), V(cx->now),
                    V(in->id)),
               NULL));
    if (disabled == 1)
        TRY(let_out(cx, in->id));
    TRY(one(cx, in->id, &is));
    TRY(audit_add(cx, "account.update", in->id, told(cx, &was), told(cx, &is)));
    *out = is;
    return tx_commit(&tx);
}
