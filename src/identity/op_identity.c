/* The JSON operations of identity.yaml; the sign-in form is page/login. */
#include "contract.h"
#include "db/db.h"

Err get_me(Cx *cx, Me *out)
{
    AccountRow row = {0};
    TRY(db_one(cx, SQL_ACCOUNT_BY_ID, ARGS(V(cx->viewer.id)), &ACCOUNT_ROW, &row));
    Str *roles = arena_array(cx->arena, Str, 1);
    bool dated = row.has.member_until && str_eq(row.role, S("fan"));
    bool member = str_eq(row.role, S("premium")) || (dated && row.member_until > cx->now);
    roles[0] = row.role;
    *out = (Me){.id = row.id,
                .name = row.name,
                .roles = {roles, 1},
                .membership = member ? MEMBERSHIP_PREMIUM : MEMBERSHIP_FREE,
                .created_at = row.created_at,
                .member_until = row.member_until,
                .second_factor = row.has.totp,
                .confirmed_age = row.confirmed_age,
                .has = {.member_until = dated && row.member_until > cx->now,
                        .second_factor = true,
                        .confirmed_age = row.confirmed_age > 0}};
    return OK;
}
