#include "encode/kept_picture.h"

#include "base/id.h"
#include "common/app.h"
#include "db/db.h"

Err picture_store(Cx *cx, KeptPicture *p)
{
    Str id = id_new(cx), key = arena_fmt(cx->arena, "picture/" STR_FMT "%s", STR_ARG(id),
                                         still_suffix(p->still.media_type));
    TRY(blob_adopt(cx, cx->app->blobs, key, p->still.path));
    p->id = id;
    p->blob = key;
    return OK;
}

Err picture_add(Cx *cx, const KeptPicture *p)
{
    const Still *s = &p->still;
    return db_run(cx, SQL_PICTURE_ADD,
                  ARGS(V(p->id), val_opt(p->video), val_opt(p->asset), val_opt(p->encode),
                       V(str_of(p->kind)), V(p->n), V(s->at_ms), V(p->blob), V(s->media_type),
                       V((int64_t)s->width), V((int64_t)s->height), V(s->bytes), V(cx->now)),
                  NULL);
}
