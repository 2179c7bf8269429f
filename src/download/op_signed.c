/* GET /signed/{token}/{filename}: the bytes of a signed address of ours. The token alone decides.
 */
#include "catalog/scan.h"
#include "common/app.h"
#include "contract.h"
#include "download/sidecar.h"
#include "download/signed.h"

Err get_signed(Cx *cx, Req *req, Res *res)
{
    SignedFile f = {0};
    FileSend file = {.fd = -1, .cache_control = "private, no-cache"};
    TRY(signed_read(cx, cx->app->stream_key, req->params[0], &f));
    TRY(scan_hold(cx, f.blob, f.sha256));
    TRY(blob_open(cx, cx->app->blobs, f.blob, &file.fd, &file.size));
    file.media_type = f.media_type;
    file.download_name = f.name;
    file.etag = arena_fmt(cx->arena, "\"" STR_FMT "\"", STR_ARG(f.sha256));
    res_header(cx, res, "Referrer-Policy", "no-referrer");
    res_header(cx, res, "Content-Security-Policy", "sandbox; default-src 'none'");
    TRY(res_file(cx, req, res, &file));
    Str digest = sidecar_digest(cx, f.sha256);
    if (res->status != 304 && digest.n)
        res_header(cx, res, "Repr-Digest", "sha-256=:" STR_FMT ":", STR_ARG(digest));
    return OK;
}
