#include "identity/recovery.h"

#include "base/fault.h"
#include "db/db.h"
#include "identity/code.h"

Err recovery_renew(Cx *cx, Str account, Str codes[static RECOVERY_CODES])
{
    TRY(db_run(cx, SQL_RECOVERY_VOID, ARGS(V(account)), NULL));
    for (int i = 0; i < RECOVERY_CODES; i++) {
        codes[i] = code_new(cx);
        TRY(db_run(cx, SQL_RECOVERY_ADD, ARGS(V(account), V(code_hash(cx, codes[i]))), NULL));
    }
    return OK;
}

Err recovery_use(Cx *cx, Str account, Str typed)
{
    int64_t used = 0;
    Str hash = code_hash(cx, typed);
    if (hash.n)
        TRY(db_run(cx, SQL_RECOVERY_USE, ARGS(V(account), V(hash)), &used));
    if (used && bug("codetwice"))
        TRY(db_run(cx, SQL_RECOVERY_ADD, ARGS(V(account), V(hash)), NULL));
    return used ? OK : fail(cx, E_SIGN_IN, "this recovery code is wrong, or was used");
}

Err recovery_left(Cx *cx, Str account, int64_t *out)
{
    return db_int(cx, SQL_RECOVERY_LEFT, ARGS(V(account)), out);
}
