/* The operations of metadata.yaml on captions; they come by upload.yaml. */
#include "catalog/video.h"
#include "common/audit.h"
#include "common/queue.h"
#include "db/db.h"

static Err caption_by_id(Cx *cx, Str id, Caption *out)
{
    Err e = db_one(cx, SQL_CAPTION_BY_ID, ARGS(V(id)), &CAPTION, out);
    return e == E_NOT_FOUND ? fail(cx, e, "there are no such captions") : e;
}

Err list_captions(Cx *cx, const ListCaptionsIn *in, VideoCaptions *out)
{
    Video video = {0};
    TRY(video_visible(cx, in->id, &video));
    return db_list(cx, SQL_CAPTION_LIST, ARGS(V(in->id)), &CAPTION, &out->items);
}

Err update_caption(Cx *cx, const UpdateCaptionIn *in, Caption *out)
{
    const CaptionPatch *p = &in->body;
    Caption was = {0};
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(caption_by_id(cx, in->id, &was));
    TRY(db_run(cx, SQL_CAPTION_CHANGE,
               ARGS(val_field(cx, &CAPTION_PATCH, "label", p),
                    val_field(cx, &CAPTION_PATCH, "is_default", p), V(in->id)),
               NULL));
    if (p->has.is_default && p->is_default)
        TRY(db_run(cx, SQL_CAPTION_ALONE, ARGS(V(in->id)), NULL));
    TRY(audit_add(cx, "caption.update", in->id, was.label, p->has.label ? p->label : (Str){0}));
    TRY(caption_by_id(cx, in->id, out));
    return tx_commit(&tx);
}

Err delete_caption(Cx *cx, const DeleteCaptionIn *in)
{
    Caption was = {0};
    Str blob = {0};
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(caption_by_id(cx, in->id, &was));
    TRY(db_text(cx, SQL_CAPTION_BLOB, ARGS(V(in->id)), &blob));
    TRY(db_run(cx, SQL_CAPTION_DROP, ARGS(V(in->id)), NULL));
    TRY(queue_drop_blob(cx, blob));
    TRY(audit_add(cx, "caption.delete", in->id, was.name, (Str){0}));
    return tx_commit(&tx);
}
