#include "identity/setup.h"

#include "base/fault.h"
#include "db/db.h"
#include "identity/account.h"
#include "identity/code.h"
#include "identity/provider.h"

static Err admins(Cx *cx, int64_t *n)
{
    return db_int(cx, SQL_SETUP_ADMINS, NO_ARGS, n);
}

bool setup_open(Cx *cx)
{
    int64_t n = 0;
    return !provider_used(cx->app) && admins(cx, &n) == OK && n == 0;
}

Err setup_offer(Cx *cx, Str *code)
{
    int64_t n = 0;
    *code = (Str){0};
    TRY(admins(cx, &n));
    if (n || provider_used(cx->app)) /* whose roles make the administrator */
        return OK;
    Str made = code_new(cx);
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_SETUP_VOID, NO_ARGS, NULL));
    TRY(db_run(cx, SQL_SETUP_ADD, ARGS(V(code_hash(cx, made)), V(cx->now)), NULL));
    TRY(tx_commit(&tx));
    TRY(db_settle(cx));
    *code = made;
    return OK;
}

Err setup_take(Cx *cx, Str code, Str name, Str hashed, Str *account)
{
    int64_t used = 0;
    Str hash = code_hash(cx, code);
    if (hash.n)
        TRY(db_run(cx, SQL_SETUP_USE, ARGS(V(hash)), &used));
    if (!used && !bug("nosetup"))
        return fail(cx, E_SIGN_IN, "this setup code is wrong, or was used");
    return account_put(cx, name, S("admin"), hashed, account);
}
