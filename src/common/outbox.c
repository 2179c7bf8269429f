#include "common/outbox.h"

#include "db/db.h"

enum { PAYLOAD_MAX = 16 << 10 };

Err outbox_add(Cx *cx, const char *topic, Str id, const Shape *shape, const void *payload)
{
    Buf b CLEANUP(buf_free) = BUF(PAYLOAD_MAX);
    shape_write(&b, shape, payload);
    if (b.full)
        return fail(cx, E_INTERNAL, "the payload of %s passes %d bytes", topic, PAYLOAD_MAX);
    return db_run(cx, SQL_OUTBOX_ADD,
                  ARGS(V(id), V(str_of(topic)), V(((Str){b.p, b.n})), V(cx->now)), NULL);
}

Err outbox_waits(Cx *cx, Str id, bool *out)
{
    int64_t n = 0;
    TRY(db_int(cx, SQL_OUTBOX_WAITS, ARGS(V(id)), &n));
    *out = n > 0;
    return OK;
}
