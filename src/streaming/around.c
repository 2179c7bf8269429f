/* The stream routes that are not media: captions and the storyboard. */
#include "base/fault.h"
#include "base/file.h"
#include "common/app.h"
#include "db/db.h"
#include "encode/encode.h"
#include "media/caption.h"
#include "media/hls.h"
#include "media/still.h"

#include "streaming/stream.h"

#include <stdlib.h>
#include <unistd.h>

enum { TEXT_MAX = 8 << 20 };

static Err find_caption(Cx *cx, const Req *req, const StreamToken *token, CaptionRow *row)
{
    Err e = db_one(cx, SQL_STREAM_CAPTION,
                   ARGS(V(token->video), V(req->params[2]), V(token->preview)), &CAPTION_ROW, row);
    return e == E_NOT_FOUND ? fail(cx, e, "there are no such captions") : e;
}

Err get_caption_playlist(Cx *cx, Req *req, Res *res)
{
    StreamToken token = {0};
    Version version = {0};
    CaptionRow row = {0};
    Presentation p = {0};
    TRY(stream_begin(cx, req, res, &token, &version));
    TRY(find_caption(cx, req, &token, &row));
    TRY(version_presentation(cx, &version, &p));
    MediaText text = {.name = row.name, .language = row.language, .label = row.label};
    res->body.max = TEXT_MAX;
    hls_text(&res->body, &text, p.duration_ms);
    return stream_manifest(cx, res, S("application/vnd.apple.mpegurl"));
}

static Err read_blob(Cx *cx, Str key, Str *out)
{
    int fd = -1;
    int64_t size = 0;
    TRY(blob_open(cx, cx->app->blobs, key, &fd, &size));
    bool good = file_read(cx->arena, fd, CAPTION_FILE_MAX * 2, out);
    close(fd);
    return good ? OK : fail(cx, E_INTERNAL, "blob " STR_FMT " cannot be read whole", STR_ARG(key));
}

/* Of a teaser only what is said in it, counted from its start; *first_ms: when that is in the
 * media.
 */
static Err cut_captions(Cx *cx, const Version *v, Captions *captions, int64_t *shift_ms,
                        double *first_ms)
{
    RenditionRow row = {0};
    MediaTrack whole = {0};
    TRY(db_one(cx, SQL_RENDITION_EARLY, ARGS(V(v->encode)), &RENDITION_ROW, &row));
    *first_ms = row.timescale ? (double)row.first * 1000 / (double)row.timescale : 0;
    if (!v->n)
        return OK;
    TRY(encode_track(cx, &row, true, &whole));
    size_t from = (size_t)v->first - 1, to = from + (size_t)v->n, n = 0;
    if (to > whole.n)
        return fail(cx, E_INTERNAL, "the teaser is longer than its video");
    const MediaSegment *first = &whole.segments[from], *last = &whole.segments[to - 1];
    int64_t start = (first->start - whole.segments[0].start) * 1000 / whole.timescale;
    int64_t end = (last->start + last->duration - whole.segments[0].start) * 1000 / whole.timescale;
    for (size_t i = 0; i < captions->n; i++) {
        Cue cue = captions->cues[i];
        if (cue.end_ms <= start || cue.start_ms >= end)
            continue;
        cue.start_ms = cue.start_ms < start ? start : cue.start_ms;
        cue.end_ms = cue.end_ms > end ? end : cue.end_ms;
        captions->cues[n++] = cue;
    }
    captions->n = n;
    *shift_ms = -start;
    *first_ms += (double)start;
    return OK;
}

/* Cues count from the first frame, which media time calls first_ms: RFC 8216 section 3.5. */
static void put_captions(Cx *cx, Buf *out, const Captions *captions, int64_t shift_ms,
                         double first_ms)
{
    static const char head[] = "WEBVTT\n";
    Buf text CLEANUP(buf_free) = BUF(TEXT_MAX);
    caption_write(&text, captions, shift_ms);
    Str map = arena_fmt(cx->arena, "%sX-TIMESTAMP-MAP=MPEGTS:%.0f,LOCAL:00:00:00.000\n", head,
                        first_ms * 90);
    buf_put(out, map.p, map.n);
    buf_put(out, text.p + sizeof head - 1, text.n - (sizeof head - 1));
}

Err get_caption(Cx *cx, Req *req, Res *res)
{
    StreamToken token = {0};
    Version version = {0};
    CaptionRow row = {0};
    Captions captions = {0};
    Str file = {0};
    int64_t shift_ms = 0;
    double first_ms = 0;
    TRY(stream_begin(cx, req, res, &token, &version));
    TRY(find_caption(cx, req, &token, &row));
    TRY(read_blob(cx, row.blob, &file));
    TRY(caption_read(cx, file, &captions));
    TRY(cut_captions(cx, &version, &captions, &shift_ms, &first_ms));
    res->body.max = TEXT_MAX;
    put_captions(cx, &res->body, &captions, shift_ms, first_ms);
    return stream_manifest(cx, res, S("text/vtt; charset=utf-8"));
}

/* --- storyboard */

Err get_storyboard(Cx *cx, Req *req, Res *res)
{
    StreamToken token = {0};
    Version version = {0};
    StoryboardRow row = {0};
    TRY(stream_begin(cx, req, res, &token, &version));
    Err e = token.teaser ? E_NOT_FOUND
                         : db_one(cx, SQL_STREAM_STORYBOARD,
                                  ARGS(V(version.encode), V(token.video), V(token.preview)),
                                  &STORYBOARD_ROW, &row);
    if (e == E_NOT_FOUND)
        return fail(cx, e, "there is no storyboard");
    TRY(e);
    Storyboard board = {.interval_ms = row.interval_ms,
                        .tile_width = (int32_t)row.tile_width,
                        .tile_height = (int32_t)row.tile_height,
                        .columns = (int32_t)row.columns,
                        .rows = (int32_t)row.rows,
                        .tiles = row.tiles};
    res->body.max = TEXT_MAX;
    storyboard_write(&res->body, &board, "storyboard/");
    return stream_manifest(cx, res, S("text/vtt; charset=utf-8"));
}

Err get_storyboard_sheet(Cx *cx, Req *req, Res *res)
{
    StreamToken token = {0};
    Version version = {0};
    SliceRow slice = {0};
    FileSend file = {.media_type = S("image/jpeg"),
                     .cache_control = "public, max-age=31536000, immutable"};
    TRY(stream_begin(cx, req, res, &token, &version));
    int64_t n = strtoll(req->params[2].p, NULL, 10);
    Err e = token.teaser ? E_NOT_FOUND
                         : db_one(cx, SQL_STREAM_SHEET,
                                  ARGS(V(version.encode), V(n), V(token.video), V(token.preview)),
                                  &SLICE_ROW, &slice);
    if (e == E_NOT_FOUND)
        return fail(cx, e, "there is no such sheet");
    TRY(e);
    TRY(blob_open(cx, cx->app->blobs, slice.blob, &file.fd, &file.size));
    file.etag =
        arena_fmt(cx->arena, "\"" STR_FMT "-sheet-%lld\"", STR_ARG(version.encode), (long long)n);
    return res_file(cx, req, res, &file);
}
