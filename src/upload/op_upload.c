/* The operations of upload.yaml: tus 1.0 over an upload. */
#include "base/fault.h"
#include "base/id.h"
#include "common/app.h"
#include "db/db.h"
#include "http/date.h"
#include "upload/purpose.h"
#include "upload/upload.h"

static void tus_headers(Cx *cx, Res *res)
{
    res_header(cx, res, "Tus-Resumable", "1.0.0");
    res_header(cx, res, "Cache-Control", "no-store");
}

/* Every answer says the version; a request of another one is told which is spoken. */
static Err tus_begin(Cx *cx, const Req *req, Res *res)
{
    tus_headers(cx, res);
    if (str_eq(req_header(req, "Tus-Resumable"), S("1.0.0")))
        return OK;
    res_header(cx, res, "Tus-Version", "1.0.0");
    return fail(cx, E_TUS_VERSION, "Tus-Resumable must be 1.0.0");
}

static void put_expiry(Cx *cx, Res *res, int64_t at)
{
    char date[DATE_TEXT];
    date_write(date, at);
    res_header(cx, res, "Upload-Expires", "%.*s", DATE_TEXT, date);
}

Err describe_uploads(Cx *cx, Req *req, Res *res)
{
    (void)req;
    res_header(cx, res, "Tus-Resumable", "1.0.0");
    res_header(cx, res, "Tus-Version", "1.0.0");
    res_header(cx, res, "Tus-Extension",
               "creation,creation-with-upload,termination,checksum,expiration");
    res_header(cx, res, "Tus-Checksum-Algorithm", "sha256,sha1,md5");
    res_header(cx, res, "Tus-Max-Size", "%lld", (long long)cx->app->conf.max_upload);
    return OK;
}

static Err read_length(Cx *cx, const Req *req, int64_t *size)
{
    Str text = req_header(req, "Upload-Length");
    if (req_header(req, "Upload-Defer-Length").p)
        return fail(cx, E_MALFORMED, "Upload-Defer-Length is not offered; send Upload-Length");
    if (!tus_number(text, size))
        return fail(cx, E_MALFORMED, "Upload-Length must be a whole number of bytes");
    return *size < 1 ? fail(cx, E_MALFORMED, "an empty file is nothing to keep") : OK;
}

static Err read_row(Cx *cx, const Req *req, UploadRow *row)
{
    TusMetadata meta = {0};
    int64_t size = 0;
    Str header = req_header(req, "Upload-Metadata");
    TRY(read_length(cx, req, &size));
    TRY(tus_metadata(cx, header, &meta));
    TRY(purpose_read(cx, &meta, size, row));
    row->id = id_new(cx);
    row->account = cx->viewer.id;
    row->state = S("open");
    row->metadata = header;
    row->expires_at = cx->now + cx->app->conf.upload_expires;
    return OK;
}

static bool has_part(const Req *req)
{
    return req->length != 0;
}

static Err check_part(Cx *cx, const Req *req, TusChecksum *checksum, bool *checked)
{
    Str sum = req_header(req, "Upload-Checksum");
    if (!str_eq(req_header(req, "Content-Type"), S("application/offset+octet-stream")))
        return fail(cx, E_MEDIA_TYPE, "Content-Type must be application/offset+octet-stream");
    *checked = sum.p != NULL;
    return sum.p ? tus_checksum(cx, sum, checksum) : OK;
}

Err create_upload(Cx *cx, Req *req, Res *res)
{
    UploadRow row = {0};
    TusChecksum checksum = {0};
    bool checked = false;
    TRY(tus_begin(cx, req, res));
    TRY(read_row(cx, req, &row));
    if (has_part(req))
        TRY(check_part(cx, req, &checksum, &checked));
    if (req->length > row.size)
        return fail(cx, E_TOO_LARGE, "the part is longer than Upload-Length");
    TRY(upload_new(cx, &row));
    Str path = arena_fmt(cx->arena, "/v1/uploads/" STR_FMT, STR_ARG(row.id)),
        url = app_url(cx, path);
    int64_t received = 0;
    Err e =
        has_part(req) ? upload_append(cx, req, &row, 0, checked ? &checksum : NULL, &received) : OK;
    if (e == E_MEDIA_REFUSED)
        return e;
    if (e) {
        cx->said[0] = 0; /* the upload is there: the client goes on from Upload-Offset */
        res->close = true;
    }
    res->status = 201;
    res_header(cx, res, "Location", STR_FMT, STR_ARG(url));
    res_header(cx, res, "Upload-Offset", "%lld", (long long)received);
    put_expiry(cx, res, row.expires_at);
    return OK;
}

Err head_upload(Cx *cx, Req *req, Res *res)
{
    UploadRow row = {0};
    TRY(tus_begin(cx, req, res));
    TRY(upload_by_id(cx, req->params[0], &row));
    res->status = 200;
    res_header(cx, res, "Upload-Offset", "%lld", (long long)row.received);
    res_header(cx, res, "Upload-Length", "%lld", (long long)row.size);
    if (row.metadata.n)
        res_header(cx, res, "Upload-Metadata", STR_FMT, STR_ARG(row.metadata));
    if (str_eq(row.state, S("open")))
        put_expiry(cx, res, row.expires_at);
    return OK;
}

Err append_upload(Cx *cx, Req *req, Res *res)
{
    UploadRow row = {0};
    TusChecksum checksum = {0};
    int64_t offset = 0, received = 0;
    bool checked = false;
    TRY(tus_begin(cx, req, res));
    TRY(check_part(cx, req, &checksum, &checked));
    if (!tus_number(req_header(req, "Upload-Offset"), &offset))
        return fail(cx, E_MALFORMED, "Upload-Offset must be a whole number of bytes");
    TRY(upload_by_id(cx, req->params[0], &row));
    if (offset != row.received && !bug("nooffset"))
        return fail(cx, E_CONFLICT, "the upload is at offset %lld", (long long)row.received);
    if (!str_eq(row.state, S("open")))
        return has_part(req) ? fail(cx, E_CONFLICT, "the upload is complete") : OK;
    if (req->length > row.size - offset)
        return fail(cx, E_TOO_LARGE, "this goes beyond the Upload-Length of %lld bytes",
                    (long long)row.size);
    Err e = upload_append(cx, req, &row, offset, checked ? &checksum : NULL, &received);
    res_header(cx, res, "Upload-Offset", "%lld", (long long)received);
    TRY(e);
    put_expiry(cx, res, cx->now + cx->app->conf.upload_expires);
    return OK;
}

Err delete_upload(Cx *cx, Req *req, Res *res)
{
    UploadRow row = {0};
    TRY(tus_begin(cx, req, res));
    TRY(upload_by_id(cx, req->params[0], &row));
    return upload_drop(cx, &row);
}

/* Of an original its encode knows: it is kept once that was found to be a video. */
static Err original_outcome(Cx *cx, const UploadRow *row, UploadStatus *out)
{
    UploadOutcome now = {0};
    Str key = arena_fmt(cx->arena, "original/" STR_FMT, STR_ARG(row->id));
    Err e = db_one(cx, SQL_UPLOAD_OUTCOME, ARGS(V(row->video), V(key)), &UPLOAD_OUTCOME, &now);
    if (e && e != E_NOT_FOUND)
        return e;
    bool waits = !e && !now.has.result, failed = waits && str_eq(now.state, S("failed"));
    out->state = failed ? UPLOAD_STATE_REFUSED : waits ? UPLOAD_STATE_COMPLETE : UPLOAD_STATE_READY;
    out->has.reason = failed && now.has.reason;
    out->reason = now.reason;
    out->has.asset_id = !e && now.has.result;
    out->asset_id = now.result;
    return OK;
}

Err get_upload(Cx *cx, const GetUploadIn *in, UploadStatus *out)
{
    UploadRow row = {0};
    TRY(upload_by_id(cx, in->id, &row));
    UploadPurpose purpose = (UploadPurpose)enum_of(&UPLOAD_PURPOSE, row.purpose);
    UploadStatus status = {.id = row.id,
                           .purpose = purpose,
                           .filename = row.filename,
                           .size_bytes = row.size,
                           .received_bytes = row.received,
                           .state = (UploadState)enum_of(&UPLOAD_STATE, row.state),
                           .reason = row.reason,
                           .asset_id = row.result,
                           .caption_id = row.result,
                           .picture_id = row.result};
    status.has.reason = row.has.reason;
    status.has.asset_id = row.has.result && purpose == UPLOAD_PURPOSE_ASSET;
    status.has.caption_id = row.has.result && purpose == UPLOAD_PURPOSE_CAPTION;
    status.has.picture_id = row.has.result && purpose == UPLOAD_PURPOSE_POSTER;
    if (purpose == UPLOAD_PURPOSE_ORIGINAL && status.state == UPLOAD_STATE_COMPLETE)
        TRY(original_outcome(cx, &row, &status));
    *out = status;
    return OK;
}
