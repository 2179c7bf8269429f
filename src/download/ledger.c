#include "download/ledger.h"

#include "base/fault.h"
#include "db/db.h"

Err ledger_add(Cx *cx, const GrantRow *d, const char *kind, const Counts *c)
{
    return db_run(cx, SQL_LEDGER_ADD,
                  ARGS(V(d->id), V(str_of(kind)), V(d->account), V(d->day), V(d->ticket),
                       V(c->used_files), V(c->reserved_files), V(c->used_bytes),
                       V(c->reserved_bytes), V(cx->now)),
                  NULL);
}

/* Accounts before tickets, always: two that move the same rows wait for each other in one order. */
Err ledger_move(Cx *cx, const GrantRow *d, const char *kind, const Counts *c)
{
    int64_t day = bug("todayrefund") ? quota_today(cx).n : d->day;
    TRY(ledger_add(cx, d, kind, c));
    TRY(quota_move(cx, d->account, day, c));
    return quota_move(cx, d->ticket, 0, c);
}

Err ledger_check(Cx *cx)
{
    int64_t odd = 0, off = 0;
    TRY(db_int(cx, SQL_LEDGER_UNFINISHED, NO_ARGS, &odd));
    if (odd)
        return fail(cx, E_CONFLICT, "%lld downloads are not in the state of their entries",
                    (long long)odd);
    TRY(db_int(cx, SQL_LEDGER_DIFFERS, NO_ARGS, &off));
    return off ? fail(cx, E_CONFLICT, "%lld quotas are not the sums of their entries",
                      (long long)off)
               : OK;
}

Err ledger_rebuild(Cx *cx)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_LEDGER_FORGET, NO_ARGS, NULL));
    TRY(db_run(cx, SQL_LEDGER_REBUILD, NO_ARGS, NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static Err sum_up(Cx *cx, Str download)
{
    if (!bug("nototal")) {
        TRY(db_run(cx, SQL_LEDGER_TOTAL_OF_ACCOUNT, ARGS(V(download)), NULL));
        TRY(db_run(cx, SQL_LEDGER_TOTAL_OF_TICKET, ARGS(V(download)), NULL));
    }
    TRY(db_run(cx, SQL_LEDGER_DROP, ARGS(V(download)), NULL));
    return db_run(cx, SQL_LEDGER_DROP_DOWNLOAD, ARGS(V(download)), NULL);
}

/* One that has ended has no entry to come but a refund, which finds nothing then. */
Err ledger_prune(Cx *cx, int64_t before, int64_t *gone)
{
    BlobRows old = {0};
    TRY(db_list(cx, SQL_LEDGER_OLD, ARGS(V(before)), &BLOB_ROW, &old.items));
    *gone = (int64_t)old.items.n;
    if (!old.items.n)
        return OK;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    for (size_t i = 0; i < old.items.n; i++)
        TRY(sum_up(cx, old.items.p[i].key));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}
