#include "identity/former_name.h"

#include "base/fault.h"
#include "base/hash.h"
#include "common/app.h"
#include "db/db.h"

enum { DAYS_HELD = 90 };

static Str hash(Cx *cx, Str name)
{
    uint8_t sum[SHA256_BYTES];
    hmac_sha256(cx->app->stream_key, arena_fmt(cx->arena, "former name\n" STR_FMT, STR_ARG(name)),
                sum);
    return hex_text(cx->arena, sum, sizeof sum);
}

Err former_name_keep(Cx *cx, Str name)
{
    int64_t until = cx->now + DAYS_HELD * 86400000ll;
    return db_run(cx, SQL_FORMER_NAME_KEEP, ARGS(V(hash(cx, name)), V(until)), NULL);
}

Err former_name_held(Cx *cx, Str name, bool *held)
{
    int64_t n = 0;
    TRY(db_int(cx, SQL_FORMER_NAME_HELD, ARGS(V(hash(cx, name)), V(cx->now)), &n));
    *held = n > 0 && !bug("freename");
    return OK;
}

Err former_name_sweep(Cx *cx)
{
    int64_t n = 0;
    TRY(db_int(cx, SQL_FORMER_NAME_OLD, ARGS(V(cx->now)), &n));
    if (!n)
        return OK;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_FORMER_NAME_SWEEP, ARGS(V(cx->now)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}
