#include "community/tally.h"

#include "db/db.h"

Err tally_check(Cx *cx)
{
    int64_t off = 0;
    TRY(db_int(cx, SQL_TALLY_DIFFERS, NO_ARGS, &off));
    return off ? fail(cx, E_CONFLICT, "%lld numbers are not those of their rows", (long long)off)
               : OK;
}

Err tally_rebuild(Cx *cx)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_TALLY_FORGET, NO_ARGS, NULL));
    TRY(db_run(cx, SQL_TALLY_REBUILD, NO_ARGS, NULL));
    TRY(db_run(cx, SQL_TALLY_REPLIES, NO_ARGS, NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}
