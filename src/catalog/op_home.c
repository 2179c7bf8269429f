/* The operations of metadata.yaml on the home page. */
#include "catalog/home.h"
#include "common/audit.h"
#include "db/db.h"
#include "http/answer.h"

Err get_home(Cx *cx, Home *out)
{
    return home_read(cx, out);
}

static Err read_layout(Cx *cx, HomeLayout *out)
{
    return db_one(cx, SQL_HOME_LAYOUT, NO_ARGS, &HOME_LAYOUT, out);
}

Err get_home_layout(Cx *cx, HomeLayout *out)
{
    return read_layout(cx, out);
}

static Err check_order(Cx *cx, const HomeOrder *order)
{
    for (size_t i = 1; i < order->rails.n; i++)
        for (size_t j = 0; j < i; j++)
            if (order->rails.p[i] == order->rails.p[j])
                return fail_at(cx, "body", arena_fmt(cx->arena, "/rails/%zu", i).p,
                               "stands there already");
    return OK;
}

Err put_home_layout(Cx *cx, const PutHomeLayoutIn *in, HomeLayout *out)
{
    int64_t changed = 0, version = -1;
    HomeLayout was = {0};
    Val rails = val_field(cx, &HOME_ORDER, "rails", &in->body);
    if (in->has.if_match && !etag_version(in->if_match, &version))
        return fail(cx, E_CHANGED, "this If-Match is no ETag of the layout");
    TRY(check_order(cx, &in->body));
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(read_layout(cx, &was));
    TRY(db_run(cx, SQL_HOME_LAYOUT_SET, ARGS(rails, V(cx->now), V(version)), &changed));
    if (!changed)
        return fail(cx, E_CHANGED, "the layout is at version %lld", (long long)was.version);
    TRY(audit_add(cx, "home.order", S("home"), (Str){0}, rails.s));
    TRY(read_layout(cx, out));
    return tx_commit(&tx);
}
