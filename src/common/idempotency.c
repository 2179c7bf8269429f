#include "common/idempotency.h"

#include "base/fault.h"
#include "base/hash.h"
#include "contract.h"
#include "db/db.h"

enum { ANSWER_MOST = 64 << 10, KEPT_MS = 2 * 24 * 3600 * 1000 };

Idempotency idempotency_of(Cx *cx, Str key, const char *operation, Str about, const Shape *shape,
                           const void *body)
{
    if (!key.n)
        return (Idempotency){0};
    Buf b CLEANUP(buf_free) = BUF(ANSWER_MOST);
    buf_put(&b, operation, strlen(operation));
    buf_byte(&b, '\n');
    buf_put(&b, about.p, about.n);
    buf_byte(&b, '\n');
    shape_write(&b, shape, body);
    return (Idempotency){key, sha256_hex(cx->arena, (Str){b.p, b.n})};
}

Err idempotency_find(Cx *cx, const Idempotency *of, const Shape *shape, void *out, bool *found)
{
    IdempotencyRow row = {0};
    if (!of->key.n || bug("nokey"))
        return OK;
    Err e = db_one(cx, SQL_IDEMPOTENCY_FIND, ARGS(V(cx->viewer.id), V(of->key)), &IDEMPOTENCY_ROW,
                   &row);
    if (e == E_NOT_FOUND)
        return OK;
    TRY(e);
    if (!str_eq(row.request, of->request) && !bug("anykey"))
        return fail(cx, E_KEY_REUSED, "the key was used for another request");
    TRY(shape_read(cx, shape, row.answer, out));
    cx->status = (int)row.status;
    *found = true;
    return OK;
}

Err idempotency_keep(Cx *cx, const Idempotency *of, const Shape *shape, const void *out)
{
    if (!of->key.n || bug("nokey"))
        return OK;
    Buf b CLEANUP(buf_free) = BUF(ANSWER_MOST);
    shape_write(&b, shape, out);
    if (b.full)
        return fail(cx, E_INTERNAL, "the answer passes %d bytes", ANSWER_MOST);
    return db_run(cx, SQL_IDEMPOTENCY_KEEP,
                  ARGS(V(cx->viewer.id), V(of->key), V(of->request), V(cx->status),
                       V(((Str){b.p, b.n})), V(cx->now)),
                  NULL);
}

Err idempotency_sweep(Cx *cx)
{
    int64_t old = 0;
    TRY(db_int(cx, SQL_IDEMPOTENCY_OLD, ARGS(V(cx->now - KEPT_MS)), &old));
    if (!old) /* no COMMIT for nothing */
        return OK;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_IDEMPOTENCY_SWEEP, ARGS(V(cx->now - KEPT_MS)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}
