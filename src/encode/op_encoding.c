/* GET /v1/videos/{id}/encoding: once as JSON, or as events until it is over. */
#include "encode/encode.h"
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
