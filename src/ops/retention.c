#include "ops/retention.h"

#include "base/fault.h"
#include "base/log.h"
#include "common/app.h"
#include "common/audit.h"
#include "contract.h"
#include "db/db.h"
#include "download/edge_log.h"
#include "download/ledger.h"

enum { UNITS_A_RUN = 100 };

/* Rows that are named outside of the unit and forgotten in it, one by one. */
static Err forget_each(Cx *cx, Sql named, Sql forget, int64_t before, int64_t *gone)
{
    BlobRows rows = {0};
    TRY(db_list(cx, named, ARGS(V(before)), &BLOB_ROW, &rows.items));
    *gone = (int64_t)rows.items.n;
    if (!rows.items.n)
        return OK;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    for (size_t i = 0; i < rows.items.n; i++)
        TRY(db_run(cx, forget, ARGS(V(rows.items.p[i].key), V(before)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static Err visitors(Cx *cx, int64_t before, int64_t *gone)
{
    return forget_each(cx, SQL_RETENTION_VISITORS, SQL_RETENTION_VISITOR_FORGET, before, gone);
}

static Err agents(Cx *cx, int64_t before, int64_t *gone)
{
    return forget_each(cx, SQL_RETENTION_AGENTS, SQL_RETENTION_AGENT_FORGET, before, gone);
}

/* Looked for outside of the unit: no COMMIT for nothing. */
static Err forget_all(Cx *cx, Sql old, Sql forget, int64_t before, int64_t *gone)
{
    TRY(db_int(cx, old, ARGS(V(before)), gone));
    if (!*gone)
        return OK;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, forget, ARGS(V(before)), gone));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static Err outbox(Cx *cx, int64_t before, int64_t *gone)
{
    return forget_all(cx, SQL_RETENTION_OUTBOX_OLD, SQL_RETENTION_OUTBOX, before, gone);
}

static Err known(Cx *cx, int64_t before, int64_t *gone)
{
    return forget_all(cx, SQL_RETENTION_KNOWN_OLD, SQL_RETENTION_KNOWN, before, gone);
}

static Err requests(Cx *cx, int64_t before, int64_t *gone)
{
    return forget_all(cx, SQL_RETENTION_REQUESTS_OLD, SQL_RETENTION_REQUESTS, before, gone);
}

static Err pauses(Cx *cx, int64_t before, int64_t *gone)
{
    return forget_all(cx, SQL_RETENTION_PAUSES_OLD, SQL_RETENTION_PAUSES, before, gone);
}

static Err forget(Cx *cx, const char *what, int64_t keep,
                  Err (*some)(Cx *cx, int64_t before, int64_t *gone))
{
    int64_t all = 0, gone = 1;
    Err e = OK;
    if (keep <= 0 || bug("keepall"))
        return OK;
    for (int i = 0; !e && gone && i < UNITS_A_RUN; i++) {
        e = some(cx, cx->now - keep, &gone);
        all += e ? 0 : gone;
    }
    if (all)
        log_say(LOG_INFO, "retention", LZ("what", what), LI("rows", all));
    return e;
}

Err retention_run(Cx *cx)
{
    const Conf *c = &cx->app->conf;
    TRY(forget(cx, "visitors", c->visitor_keep, visitors));
    TRY(forget(cx, "browsers of sessions", c->visitor_keep, agents));
    TRY(forget(cx, "known browsers", c->known_keep, known));
    TRY(forget(cx, "requests elsewhere", EDGE_KEEP_MS, requests));
    TRY(forget(cx, "pauses of direct mode", 1, pauses));
    TRY(forget(cx, "outbox", c->outbox_keep, outbox));
    TRY(forget(cx, "downloads", c->ledger_keep, ledger_prune));
    return forget(cx, "audit", c->audit_keep, audit_prune);
}
