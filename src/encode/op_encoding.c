/* /v1/videos/{id}/encoding: told once as JSON, or as events until it is over; cancelled; begun
 * again. */
#include "common/audit.h"
#include "db/db.h"
#include "encode/encode.h"
#include "encode/retire.h"
#include "http/res.h"

enum { ANSWER_MAX_BYTES = 64 << 10, EVERY_MS = 1000 };

Err get_encoding(Cx *cx, Req *req, Res *res)
{
    Encoding status = {0};
    bool events = req_prefers(req, "text/event-stream", "application/json");
    TRY(encode_status(cx, req->params[0], &status));
    res->body.max = ANSWER_MAX_BYTES;
    shape_write(&res->body, &ENCODING, &status);
    res->media_type = S("application/json");
    if (!events) /* the loop says it of events */
        res_header(cx, res, "Cache-Control", "private, no-store");
    bool over = status.state == ENCODING_STATE_READY || status.state == ENCODING_STATE_FAILED;
    if (events) {
        res->media_type = S("text/event-stream");
        res->event = "encoding";
        res->again_ms = over ? 0 : EVERY_MS;
    }
    return OK;
}

static Err newest_of(Cx *cx, Str video, EncodeRow *out)
{
    int64_t there = 0;
    Err e = encode_newest(cx, video, out);
    if (e != E_NOT_FOUND)
        return e;
    TRY(db_int(cx, SQL_VIDEO_EXISTS, ARGS(V(video)), &there));
    return there ? fail(cx, E_CONFLICT, "the video has no original yet")
                 : fail(cx, E_NOT_FOUND, "there is no such video");
}

Err cancel_encoding(Cx *cx, const CancelEncodingIn *in)
{
    EncodeRow e = {0};
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(newest_of(cx, in->id, &e));
    if (!encode_runs(&e))
        return fail(cx, E_CONFLICT, "nothing of this video is being encoded");
    TRY(encode_cancel(cx, &e, S("cancelled by an editor")));
    TRY(audit_add(cx, "encode.cancel", in->id, e.state, (Str){0}));
    return tx_commit(&tx);
}

Err encode_again(Cx *cx, const EncodeAgainIn *in, Encoding *out)
{
    EncodeRow e = {0};
    Str id = {0};
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(newest_of(cx, in->id, &e));
    if (encode_runs(&e))
        return fail(cx, E_CONFLICT, "the video is being encoded; cancel that first");
    TRY(encode_begin(cx, in->id, e.blob, e.filename, e.size_bytes, &id));
    TRY(db_run(cx, SQL_ASSET_FOLLOW, ARGS(V(id), V(e.id), V(e.blob)), NULL));
    TRY(audit_add(cx, "encode.again", in->id, e.id, id));
    TRY(encode_status(cx, in->id, out));
    return tx_commit(&tx);
}
