#include "catalog/picture.h"

#include "catalog/video.h"
#include "common/app.h"
#include "common/queue.h"
#include "db/db.h"
#include "http/res.h"
#include "media/still.h"

Str picture_url(Cx *cx, Str id, Str media_type)
{
    return app_url(
        cx, arena_fmt(cx->arena, "/pictures/" STR_FMT "%s", STR_ARG(id), still_suffix(media_type)));
}

Err picture_choose(Cx *cx, Str video, Str id)
{
    int64_t changed = 0;
    if (id.n)
        TRY(db_run(cx, SQL_PICTURE_CHOOSE, ARGS(V(id), V(video)), &changed));
    else
        TRY(db_run(cx, SQL_PICTURE_UNCHOOSE, ARGS(V(video)), &changed));
    if (!changed && id.n)
        return fail_at(cx, "body", "/posterId",
                       "this is no candidate and no poster of the video; see its pictures");
    return id.n ? db_run(cx, SQL_PICTURE_KEEP, ARGS(V(id)), NULL) : OK;
}

/* Cards are about the video, the clip about its newest encode. */
Err picture_ask(Cx *cx, Str video, const char *kind)
{
    Str subject = {0};
    bool clip = strcmp(kind, "clip") == 0;
    int64_t asked = 0;
    Err e =
        db_text(cx, clip ? SQL_PICTURE_ENCODE : SQL_PICTURE_HAS_POSTER, ARGS(V(video)), &subject);
    if (e == E_NOT_FOUND) /* it comes by itself later */
        return OK;
    TRY(e);
    TRY(db_int(cx, SQL_JOB_WAITING, ARGS(V(subject), V(str_of(kind))), &asked));
    return asked ? OK
                 : queue_add(cx, &(JobNew){.kind = kind,
                                           .subject = subject,
                                           .owner = cx->viewer.id,
                                           .priority = JOB_SOON});
}

static Picture picture_of(Cx *cx, const PictureRow *r, Str poster)
{
    Picture p = {.id = r->id,
                 .kind = (PictureKind)enum_of(&PICTURE_KIND, r->kind),
                 .url = picture_url(cx, r->id, r->media_type),
                 .media_type = r->media_type,
                 .width = r->width,
                 .height = r->height,
                 .size_bytes = r->size_bytes,
                 .at_ms = r->at_ms,
                 .chosen = str_eq(r->id, poster)};
    p.has.at_ms = r->has.at_ms;
    p.has.chosen = p.kind == PICTURE_KIND_CANDIDATE || p.kind == PICTURE_KIND_POSTER;
    return p;
}

Err list_video_pictures(Cx *cx, const ListVideoPicturesIn *in, Pictures *out)
{
    Video video = {0};
    PictureRows rows = {0};
    Str poster = {0};
    TRY(video_visible(cx, in->id, &video));
    TRY(db_list(cx, SQL_PICTURE_LIST, ARGS(V(in->id)), &PICTURE_ROW, &rows.items));
    Err e = db_text(cx, SQL_PICTURE_HAS_POSTER_ID, ARGS(V(in->id)), &poster);
    if (e != E_NOT_FOUND)
        TRY(e);
    Picture *list = arena_array(cx->arena, Picture, rows.items.n);
    for (size_t i = 0; i < rows.items.n; i++)
        list[i] = picture_of(cx, &rows.items.p[i], poster);
    out->items = (PictureList){list, rows.items.n};
    return OK;
}

/* A short life in caches: a picture of a video that was taken down must go soon. */
Err get_picture(Cx *cx, Req *req, Res *res)
{
    PictureRow row = {0};
    Str file = req->params[0], id = {file.p, 26};
    FileSend send = {.cache_control = "public, max-age=3600"};
    Err e = db_one(cx, SQL_PICTURE_SHOWN, ARGS(V(id), V(false)), &PICTURE_ROW, &row);
    if (e == E_NOT_FOUND && video_sees_drafts(cx)) {
        send.cache_control = "private, no-store";
        e = db_one(cx, SQL_PICTURE_SHOWN, ARGS(V(id), V(true)), &PICTURE_ROW, &row);
    }
    if (e == E_NOT_FOUND || (!e && !str_ends(file, str_of(still_suffix(row.media_type)))))
        return fail(cx, E_NOT_FOUND, "there is no such picture");
    TRY(e);
    TRY(blob_open(cx, cx->app->blobs, row.blob, &send.fd, &send.size));
    send.media_type = arena_str(cx->arena, row.media_type);
    send.etag = arena_fmt(cx->arena, "\"" STR_FMT "\"", STR_ARG(row.id));
    res_header(cx, res, "Access-Control-Allow-Origin", "*");
    return res_file(cx, req, res, &send);
}
