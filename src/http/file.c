/* file.c - a file as an answer: preconditions, one range, and the fields that go with them. */
#include "http/condition.h"
#include "http/date.h"
#include "http/range.h"
#include "http/res.h"

/* What stands in 200 stands in 304 too, RFC 9110 15.4.5. */
static void put_validators(Cx *cx, Res *res, const FileSend *file)
{
    if (file->etag.n)
        res_header(cx, res, "ETag", STR_FMT, STR_ARG(file->etag));
    if (file->modified > 0) {
        char date[DATE_TEXT];
        date_write(date, file->modified);
        res_header(cx, res, "Last-Modified", "%.*s", DATE_TEXT, date);
    }
    if (file->cache_control)
        res_header(cx, res, "Cache-Control", "%s", file->cache_control);
}

static Err refuse_range(Cx *cx, Res *res, const FileSend *file)
{
    res->n_headers = 0; /* a cache must not keep the refusal as long as the file */
    res_header(cx, res, "Content-Range", "bytes */%lld", (long long)file->size);
    return fail(cx, E_RANGE, "ask for one range within %lld bytes", (long long)file->size);
}

static Err choose(Cx *cx, const Req *req, Res *res, const FileSend *file)
{
    Version version = {file->etag, file->modified, cx->now};
    int status = condition_status(req, &version);
    if (status == 412)
        return fail(cx, E_CHANGED, "the file is not the one that If-Match names");
    put_validators(cx, res, file);
    if (status == 304) {
        res->status = 304;
        return OK;
    }
    int64_t first = 0, length = file->size;
    RangeKind kind = RANGE_NONE;
    if (req->method == M_GET && condition_range(req, &version))
        kind = range_read(req_header(req, "range"), file->size, &first, &length);
    res_header(cx, res, "Accept-Ranges", "bytes");
    if (kind == RANGE_BAD)
        return refuse_range(cx, res, file);
    if (kind == RANGE_ONE)
        res_header(cx, res, "Content-Range", "bytes %lld-%lld/%lld", (long long)first,
                   (long long)(first + length - 1), (long long)file->size);
    if (file->download_name.n)
        res_header(cx, res, "Content-Disposition", STR_FMT,
                   STR_ARG(content_disposition(cx, file->download_name)));
    res->status = kind == RANGE_ONE ? 206 : 200;
    res->media_type = file->media_type;
    res->offset = file->offset + first;
    res->length = length;
    return OK;
}

Err res_file(Cx *cx, const Req *req, Res *res, const FileSend *file)
{
    FileSend f = *file;
    if (f.splice) {
        f.fd = -1;
        f.offset = 0;
        f.size = splice_size(f.splice);
    }
    Err e = choose(cx, req, res, &f);
    res->fd = f.fd;
    res->splice = f.splice;
    res->delivery = f.delivery;
    if (f.delivery) {
        f.delivery->from = res->offset - f.offset;
        f.delivery->length = res->length;
    }
    if (e || res->status == 304)
        res_drop_file(res);
    return e;
}
