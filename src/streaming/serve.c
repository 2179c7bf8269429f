/* The manifests and the media of streaming.yaml. Everything after the token is the same for all
 * viewers. */
#include "base/fault.h"
#include "common/app.h"
#include "http/res.h"
#include "media/dash.h"
#include "media/hls.h"
#include "streaming/stream.h"
#include "streaming/watched.h"

#include <stdlib.h>
#include <unistd.h>

enum { PLAYLIST_MAX = 4 << 20 };

static const char forever[] = "public, max-age=31536000, immutable";

/* Any page may play a stream; no cookie is looked at here. */
void stream_allow_all(Cx *cx, Res *res)
{
    res_header(cx, res, "Access-Control-Allow-Origin", "*");
    res_header(cx, res, "Access-Control-Expose-Headers", "Content-Length, Content-Range, ETag");
}

Err allow_stream(Cx *cx, Req *req, Res *res)
{
    (void)req;
    stream_allow_all(cx, res);
    res_header(cx, res, "Access-Control-Allow-Methods", "GET, HEAD");
    res_header(cx, res, "Access-Control-Allow-Headers", "Range, If-None-Match");
    res_header(cx, res, "Access-Control-Max-Age", "86400");
    return OK;
}

Err allow_segment(Cx *cx, Req *req, Res *res)
{
    return allow_stream(cx, req, res);
}

Err stream_begin(Cx *cx, const Req *req, Res *res, StreamToken *token, Version *version)
{
    stream_allow_all(cx, res);
    TRY(token_read(cx, cx->app->stream_key, req->params[0], token));
    return version_find(cx, token, req->params[1], version);
}

Err stream_manifest(Cx *cx, Res *res, Str media_type)
{
    res->media_type = media_type;
    res_header(cx, res, "Cache-Control", "private, no-store");
    return res->body.full ? fail(cx, E_INTERNAL, "the manifest passes %d bytes", PLAYLIST_MAX) : OK;
}

Err get_master(Cx *cx, Req *req, Res *res)
{
    StreamToken token = {0};
    Version version = {0};
    Presentation p = {0};
    TRY(stream_begin(cx, req, res, &token, &version));
    TRY(version_presentation(cx, &version, &p));
    res->body.max = PLAYLIST_MAX;
    hls_master(&res->body, &p);
    return stream_manifest(cx, res, S("application/vnd.apple.mpegurl"));
}

Err get_dash_manifest(Cx *cx, Req *req, Res *res)
{
    StreamToken token = {0};
    Version version = {0};
    Presentation p = {0};
    TRY(stream_begin(cx, req, res, &token, &version));
    TRY(version_presentation(cx, &version, &p));
    if (p.growing)
        return fail(cx, E_NOT_FOUND, "this version is still being encoded; HLS shows it meanwhile");
    res->body.max = PLAYLIST_MAX;
    dash_manifest(&res->body, &p);
    return stream_manifest(cx, res, S("application/dash+xml"));
}

/* A sound that is ready beside a picture that grows ends where the picture does. */
static Err cut_to_picture(Cx *cx, const Version *v, const RenditionRow *row, MediaTrack *track,
                          bool *growing)
{
    Presentation p = {0};
    if (!v->token->preview || !str_eq(row->kind, S("audio")))
        return OK;
    TRY(version_presentation(cx, v, &p));
    *growing = p.growing;
    for (size_t i = 0; p.growing && i < p.n_audios; i++)
        if (str_eq(p.audios[i].name, row->name))
            track->n = p.audios[i].n;
    return OK;
}

Err get_media_playlist(Cx *cx, Req *req, Res *res)
{
    StreamToken token = {0};
    Version version = {0};
    RenditionRow row = {0};
    MediaTrack track = {0};
    bool growing = false;
    TRY(stream_begin(cx, req, res, &token, &version));
    TRY(version_rendition(cx, &version, req->params[2], &row));
    TRY(version_track(cx, &version, &row, &track, &growing));
    TRY(cut_to_picture(cx, &version, &row, &track, &growing));
    res->body.max = PLAYLIST_MAX;
    hls_media(&res->body, &track, growing);
    return stream_manifest(cx, res, S("application/vnd.apple.mpegurl"));
}

/* Teasers are counted by the hub, so no cache may answer for it. */
static Err send_slice(Cx *cx, Req *req, Res *res, const StreamToken *token, const SliceRow *slice,
                      Str etag, Delivery *delivery)
{
    FileSend file = {.offset = slice->at,
                     .size = slice->size,
                     .media_type = S("video/mp4"),
                     .etag = etag,
                     .cache_control =
                         token->teaser || token->preview ? "private, no-store" : forever,
                     .delivery = delivery};
    int64_t whole = 0;
    Err e = blob_open(cx, cx->app->blobs, slice->blob, &file.fd, &whole);
    if (e) {
        delivery_end(&file.delivery, 0, 0);
        return e;
    }
    if (slice->at < 0 || slice->size < 0 || slice->at > whole || slice->size > whole - slice->at) {
        close(file.fd);
        delivery_end(&file.delivery, 0, 0);
        return fail(cx, E_INTERNAL, "blob " STR_FMT " is shorter than its index",
                    STR_ARG(slice->blob));
    }
    return res_file(cx, req, res, &file);
}

/* Sent whole, it counts for the gate of downloads; sound alone and a preview do not. */
static Delivery *counted(const Cx *cx, const Req *req, const Version *v, int64_t n,
                         const SliceRow *slice)
{
    bool picture = slice->has.picture_ms || bug("gatesound");
    if (!n || !picture || req->method != M_GET || v->token->preview || !cx->app->watched)
        return NULL;
    return watched_delivery(cx->app->watched, v->token->playback, v->encode, n + v->first - 1,
                            slice->size, slice->has.picture_ms ? slice->picture_ms : 2000);
}

static Err send_part(Cx *cx, Req *req, Res *res, int64_t n)
{
    StreamToken token = {0};
    Version version = {0};
    SliceRow slice = {0};
    TRY(stream_begin(cx, req, res, &token, &version));
    TRY(version_slice(cx, &version, req->params[2], n, &slice));
    Str etag = arena_fmt(cx->arena, "\"" STR_FMT "-" STR_FMT "-%lld\"", STR_ARG(req->params[1]),
                         STR_ARG(req->params[2]), (long long)n);
    return send_slice(cx, req, res, &token, &slice, etag, counted(cx, req, &version, n, &slice));
}

Err get_init_segment(Cx *cx, Req *req, Res *res)
{
    return send_part(cx, req, res, 0);
}

Err get_segment(Cx *cx, Req *req, Res *res)
{
    /* at most seven digits by the contract; ends at NUL or '.' */
    int64_t n = strtoll(req->params[3].p, NULL, 10);
    if (n < 1) {
        stream_allow_all(cx, res);
        return fail(cx, E_NOT_FOUND, "there is no such segment");
    }
    return send_part(cx, req, res, n);
}

Err get_rendition_file(Cx *cx, Req *req, Res *res)
{
    StreamToken token = {0};
    Version version = {0};
    RenditionRow row = {0};
    TRY(stream_begin(cx, req, res, &token, &version));
    if (token.teaser)
        return fail(cx, E_NOT_FOUND, "a teaser has no file");
    TRY(version_rendition(cx, &version, req->params[2], &row));
    if (!row.has.blob)
        return fail(cx, E_NOT_FOUND, "there is no such rendition yet");
    SliceRow slice = {.blob = row.blob, .at = 0, .size = row.size_bytes};
    return send_slice(cx, req, res, &token, &slice,
                      arena_fmt(cx->arena, "\"" STR_FMT "\"", STR_ARG(row.id)), NULL);
}
