/* The byte routes of streaming.yaml. Everything after the token is the same for all viewers. */
#include "common/app.h"
#include "encode/encode.h"
#include "http/res.h"
#include "media/hls.h"
#include "streaming/token.h"

#include <stdlib.h>
#include <unistd.h>

enum { PLAYLIST_MAX = 4 << 20, TRACKS_MAX = 16 };

static const char FOREVER[] = "public, max-age=31536000, immutable";

/* Any page may play a stream; no cookie is looked at here. */
static void allow_all(Cx *cx, Res *res)
{
    res_header(cx, res, "Access-Control-Allow-Origin", "*");
    res_header(cx, res, "Access-Control-Expose-Headers", "Content-Length, Content-Range, ETag");
}

Err allow_stream(Cx *cx, Req *req, Res *res)
{
    (void)req;
    allow_all(cx, res);
    res_header(cx, res, "Access-Control-Allow-Methods", "GET, HEAD");
    res_header(cx, res, "Access-Control-Allow-Headers", "Range, If-None-Match");
    res_header(cx, res, "Access-Control-Max-Age", "86400");
    return OK;
}

Err allow_segment(Cx *cx, Req *req, Res *res)
{
    return allow_stream(cx, req, res);
}

static Err begin(Cx *cx, const Req *req, Res *res, StreamToken *token)
{
    allow_all(cx, res);
    return token_read(cx, cx->app->stream_key, req->params[0], token);
}

static void send_playlist(Cx *cx, Res *res)
{
    res->media_type = S("application/vnd.apple.mpegurl");
    res_header(cx, res, "Cache-Control", "private, no-store");
}

Err get_master(Cx *cx, Req *req, Res *res)
{
    StreamToken token = {0};
    int64_t there = 0;
    RenditionRows rows = {0};
    MediaTrack videos[TRACKS_MAX], audio = {0};
    size_t n = 0;
    bool sound = false;
    TRY(begin(cx, req, res, &token));
    TRY(db_int(cx, SQL_STREAM_VERSION, ARGS(V(req->params[1]), V(token.video), V(token.preview)),
               &there));
    if (there)
        TRY(encode_renditions(cx, req->params[1], &rows));
    for (size_t i = 0; i < rows.items.n; i++) {
        const RenditionRow *r = &rows.items.p[i];
        if (!str_eq(r->state, S("ready")))
            continue;
        if (str_eq(r->kind, S("audio")) && !sound) {
            TRY(encode_track(cx, r, true, &audio));
            sound = true;
        } else if (str_eq(r->kind, S("video")) && n < TRACKS_MAX) {
            TRY(encode_track(cx, r, true, &videos[n++]));
        }
    }
    if (!n)
        return fail(cx, E_NOT_FOUND, "there is no such version");
    res->body.max = PLAYLIST_MAX;
    Presentation all = {.videos = videos, .n_videos = n, .audios = &audio, .n_audios = sound};
    hls_master(&res->body, &all);
    send_playlist(cx, res);
    return OK;
}

static Err find_rendition(Cx *cx, const Req *req, const StreamToken *token, RenditionRow *row)
{
    Err e = db_one(cx, SQL_STREAM_RENDITION,
                   ARGS(V(req->params[1]), V(req->params[2]), V(token->video), V(token->preview)),
                   &RENDITION_ROW, row);
    return e == E_NOT_FOUND ? fail(cx, e, "there is no such rendition") : e;
}

Err get_media_playlist(Cx *cx, Req *req, Res *res)
{
    StreamToken token = {0};
    RenditionRow row = {0};
    MediaTrack track = {0};
    TRY(begin(cx, req, res, &token));
    TRY(find_rendition(cx, req, &token, &row));
    TRY(encode_track(cx, &row, true, &track));
    res->body.max = PLAYLIST_MAX;
    hls_media(&res->body, &track, false);
    send_playlist(cx, res);
    return res->body.full ? fail(cx, E_INTERNAL, "the playlist passes %d bytes", PLAYLIST_MAX) : OK;
}

static Err send_slice(Cx *cx, Req *req, Res *res, Str blob, int64_t at, int64_t size, Str etag)
{
    FileSend file = {.offset = at,
                     .size = size,
                     .media_type = S("video/mp4"),
                     .etag = etag,
                     .cache_control = FOREVER};
    int64_t whole = 0;
    TRY(blob_open(cx, cx->app->blobs, blob, &file.fd, &whole));
    if (at < 0 || size < 0 || at > whole || size > whole - at) {
        close(file.fd);
        return fail(cx, E_INTERNAL, "blob " STR_FMT " is shorter than its index", STR_ARG(blob));
    }
    return res_file(cx, req, res, &file);
}

Err get_init_segment(Cx *cx, Req *req, Res *res)
{
    StreamToken token = {0};
    RenditionRow row = {0};
    TRY(begin(cx, req, res, &token));
    TRY(find_rendition(cx, req, &token, &row));
    Str etag = arena_fmt(cx->arena, "\"" STR_FMT "-init\"", STR_ARG(row.id));
    return send_slice(cx, req, res, row.blob, 0, row.init_size, etag);
}

Err get_segment(Cx *cx, Req *req, Res *res)
{
    StreamToken token = {0};
    SliceRow slice = {0};
    TRY(begin(cx, req, res, &token));
    int64_t n = strtoll(req->params[3].p, NULL,
                        10); /* at most seven digits by the contract; ends at NUL or '.' */
    Err e =
        db_one(cx, SQL_STREAM_SEGMENT,
               ARGS(V(req->params[1]), V(req->params[2]), V(n), V(token.video), V(token.preview)),
               &SLICE_ROW, &slice);
    if (e == E_NOT_FOUND)
        return fail(cx, e, "there is no such segment");
    TRY(e);
    Str etag = arena_fmt(cx->arena, "\"" STR_FMT "-" STR_FMT "-%lld\"", STR_ARG(req->params[1]),
                         STR_ARG(req->params[2]), (long long)n);
    return send_slice(cx, req, res, slice.blob, slice.at, slice.size, etag);
}
