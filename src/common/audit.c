#include "common/audit.h"

#include "base/fault.h"
#include "base/hash.h"
#include "contract.h"
#include "db/db.h"

static Str chain_hash(Cx *cx, const AuditRow *r)
{
    Str text = arena_fmt(
        cx->arena,
        STR_FMT "\n%lld\n" STR_FMT "\n" STR_FMT "\n" STR_FMT "\n" STR_FMT "\n" STR_FMT "\n",
        STR_ARG(r->previous), (long long)r->at, STR_ARG(r->actor), STR_ARG(r->action),
        STR_ARG(r->target), STR_ARG(r->was), STR_ARG(r->became));
    return sha256_hex(cx->arena, text);
}

Err audit_add(Cx *cx, const char *action, Str target, Str was, Str became)
{
    AuditRow last = {0};
    Err e = db_one(cx, SQL_AUDIT_LAST, NO_ARGS, &AUDIT_ROW, &last);
    if (e && e != E_NOT_FOUND)
        return e;
    AuditRow row = {.n = last.n + 1,
                    .at = cx->now,
                    .actor = cx->viewer.id.n ? cx->viewer.id : S("command line"),
                    .action = str_of(action),
                    .target = target,
                    .was = was,
                    .became = became,
                    .previous = last.hash};
    row.hash = chain_hash(cx, &row);
    return db_run(cx, SQL_AUDIT_ADD,
                  ARGS(V(row.n), V(row.at), V(row.actor), V(row.action), V(row.target),
                       val_opt(was), val_opt(became), V(row.previous), V(row.hash)),
                  NULL);
}

static Err chain_start(Cx *cx, int64_t *n, Str *previous)
{
    TRY(db_int(cx, SQL_AUDIT_CUT_N, NO_ARGS, n));
    return db_text(cx, SQL_AUDIT_CUT_HASH, NO_ARGS, previous);
}

Err audit_prune(Cx *cx, int64_t before, int64_t *gone)
{
    AuditRows page = {0};
    Str previous = {0};
    int64_t n = 0;
    size_t old = 0;
    TRY(chain_start(cx, &n, &previous));
    TRY(db_list(cx, SQL_AUDIT_AFTER, ARGS(V(n)), &AUDIT_ROW, &page.items));
    while (old < page.items.n && page.items.p[old].at < before)
        old++;
    old -= old > 0 && old == page.items.n; /* the next one is chained to it */
    *gone = (int64_t)old;
    if (!old)
        return OK;
    const AuditRow *last = &page.items.p[old - 1];
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_AUDIT_DROP, ARGS(V(last->n)), NULL));
    if (!bug("nochaincut"))
        TRY(db_run(cx, SQL_AUDIT_CUT_MOVE, ARGS(V(last->n), V(last->hash)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err audit_redact(Cx *cx, int64_t n, Str whom, Str stand_in)
{
    AuditRow row = {0};
    TRY(db_run(cx, SQL_AUDIT_REDACT, ARGS(V(whom), V(stand_in), V(n)), NULL));
    TRY(db_one(cx, SQL_AUDIT_OF, ARGS(V(n)), &AUDIT_ROW, &row));
    Str target = arena_fmt(cx->arena, "%lld", (long long)n);
    return audit_add(cx, "audit.redact", target, (Str){0}, chain_hash(cx, &row));
}

/* Its own hash holds, or a later row vouches for it. */
static Err row_holds(Cx *cx, const AuditRow *r, bool *holds)
{
    Str now = chain_hash(cx, r), vouched = {0};
    *holds = str_eq(r->hash, now);
    if (*holds)
        return OK;
    Str target = arena_fmt(cx->arena, "%lld", (long long)r->n);
    Err e = db_text(cx, SQL_AUDIT_REDACTED, ARGS(V(target), V(r->n)), &vouched);
    *holds = !e && str_eq(vouched, now);
    return e == E_NOT_FOUND ? OK : e;
}

Err audit_check(Cx *cx)
{
    AuditRows page = {0};
    Str previous = {0};
    int64_t n = 0;
    TRY(chain_start(cx, &n, &previous));
    do {
        TRY(db_list(cx, SQL_AUDIT_AFTER, ARGS(V(n)), &AUDIT_ROW, &page.items));
        for (size_t i = 0; i < page.items.n; i++) {
            const AuditRow *r = &page.items.p[i];
            bool holds = false;
            TRY(row_holds(cx, r, &holds));
            if (r->n != n + 1 || !str_eq(r->previous, previous) || !holds)
                return fail(cx, E_CONFLICT, "the audit chain breaks at row %lld", (long long)r->n);
            previous = r->hash;
            n = r->n;
        }
    } while (page.items.n);
    return OK;
}
