/* The JSON operations of identity.yaml; the sign-in form is page/login. */
#include "contract.h"
#include "db/db.h"

Err get_me(Cx *cx, Me *out)
{
    AccountRow row = {0};
    TRY(db_one(cx, SQL_ACCOUNT_BY_ID, ARGS(V(cx->viewer.id)), &ACCOUNT_ROW, &row));
    Str *roles = arena_array(cx->arena, Str, 1);
    roles[0] = row.role;
    *out = (Me){.id = row.id,
                .name = row.name,
                .roles = {roles, 1},
                .membership = str_eq(row.role, S("premium")) ? MEMBERSHIP_PREMIUM : MEMBERSHIP_FREE,
                .created_at = row.created_at};
    return OK;
}
