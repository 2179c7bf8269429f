/* The operations of ops.yaml on flags. */
#include "common/flag_rules.h"
#include "db/db.h"
#include "http/answer.h"

Err list_flags(Cx *cx, Flags *out)
{
    return flag_list(cx, out);
}

Err get_flag(Cx *cx, const GetFlagIn *in, Flag *out)
{
    return flag_get(cx, in->key, out);
}

/* A slip of the hand in an id would be a rule that never holds. */
static Err check_accounts(Cx *cx, const FlagRuleList *rules)
{
    for (size_t i = 0; i < rules->n; i++) {
        const FlagRule *r = &rules->p[i];
        AccountRow row = {0};
        Err e = r->has.account
                    ? db_one(cx, SQL_ACCOUNT_BY_ID, ARGS(V(r->account)), &ACCOUNT_ROW, &row)
                    : OK;
        if (e == E_NOT_FOUND)
            return fail_at(cx, "body", "/rules", "rule %zu: there is no account " STR_FMT, i + 1,
                           STR_ARG(r->account));
        TRY(e);
    }
    return OK;
}

Err put_flag(Cx *cx, const PutFlagIn *in, Flag *out)
{
    int64_t version = -1;
    if (in->has.if_match && !etag_version(in->if_match, &version))
        return fail(cx, E_CHANGED, "this If-Match is no ETag of the flag");
    TRY(check_accounts(cx, &in->body.rules));
    return flag_set(cx, in->key, &in->body, version, out);
}
