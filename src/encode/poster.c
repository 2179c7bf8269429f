/* An editor's own poster: any image that is understood, as a JPEG of ours. */
#include "base/clock.h"
#include "base/fault.h"
#include "catalog/picture.h"
#include "db/db.h"
#include "encode/kept_picture.h"
#include "encode/uploaded.h"

static Err show(Uploaded *u, const KeptPicture *poster)
{
    Cx *cx = u->cx;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(uploaded_ready(u, poster->id));
    TRY(picture_add(cx, poster));
    TRY(picture_choose(cx, u->row.video, poster->id)); /* who sends one wants it */
    TRY(picture_ask(cx, u->row.video, "cards"));
    TRY(queue_drop_blob(cx, u->key));
    crash_step("poster: before commit");
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err poster_take(Uploaded *u)
{
    KeptPicture poster = {.kind = "poster", .video = u->row.video};
    TRY(still_from_image(u->cx, &u->still, u->path.p, &poster.still));
    u->cx->now = clock_now();
    TRY(picture_store(u->cx, &poster));
    Err e = show(u, &poster);
    if (e)
        blob_undo(u->cx, u->cx->app->blobs, poster.blob);
    return e;
}
