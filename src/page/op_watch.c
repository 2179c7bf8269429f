/* /watch/{slug}: one video to play and to download; and its download button without JavaScript. */
#include "catalog/picture.h"
#include "catalog/asset.h"
#include "catalog/video.h"
#include "contract.h"
#include "db/db.h"
#include "download/ticket.h"
#include "page/watch.h"
#include "streaming/teaser.h"

static Err find_video(Cx *cx, Str slug, Video *out)
{
    return get_video_by_slug(cx, &(GetVideoBySlugIn){.slug = slug}, out);
}

static Err find_original(Cx *cx, Str video, Asset *out, bool *there)
{
    Str id = {0};
    Err e = db_text(cx, SQL_ASSET_ORIGINAL, ARGS(V(video)), &id);
    *there = !e;
    if (e)
        return e == E_NOT_FOUND ? OK : e;
    return asset_visible(cx, id, out);
}

static bool has_role(const Cx *cx, const char *role)
{
    return str_eq(cx->viewer.role, str_of(role));
}

static WatchState state_of(const Cx *cx, const Video *video, const VideoGate *gate)
{
    bool editor = video_sees_drafts(cx), known = cx->viewer.id.n > 0;
    if (video->access != ACCESS_EVERYONE && !known)
        return WATCH_SIGN_IN;
    if (video->access == ACCESS_PREMIUM && !editor && !has_role(cx, "premium"))
        return WATCH_PREMIUM;
    return gate->has.encode ? WATCH_READY : WATCH_PREPARING;
}

/* Where this account stopped; from the start when it saw nearly all. */
static Err resume_at(Cx *cx, const Video *video, int64_t *position)
{
    if (!cx->viewer.id.n)
        return OK;
    Err e = db_int(cx, SQL_PLAYBACK_RESUME, ARGS(V(cx->viewer.id), V(video->id)), position);
    if (e && e != E_NOT_FOUND)
        return e;
    if (video->has.duration_ms && *position * 100 >= video->duration_ms * 95)
        *position = 0;
    return OK;
}

static Err find_image(Cx *cx, const Video *video, Str *out)
{
    Str id = {0};
    Err e = db_text(cx, SQL_PICTURE_OF_KIND, ARGS(V(video->id), V(S("og"))), &id);
    if (!e)
        *out = picture_url(cx, id, S("image/jpeg"));
    return e == E_NOT_FOUND ? OK : e;
}

static Err gather(Cx *cx, Str slug, Watch *w)
{
    VideoGate gate = {0};
    TRY(find_video(cx, slug, &w->video));
    TRY(db_one(cx, SQL_VIDEO_GATE, ARGS(V(w->video.id)), &VIDEO_GATE, &gate));
    if (gate.has.encode)
        TRY(db_list(cx, SQL_RENDITION_SIZES, ARGS(V(gate.encode)), &RENDITION_SIZE, &w->sizes));
    TRY(find_original(cx, w->video.id, &w->original, &w->has_original));
    TRY(resume_at(cx, &w->video, &w->position_ms));
    TRY(find_image(cx, &w->video, &w->image));
    w->has_teaser = gate.has.encode && gate.has.duration_ms && gate.duration_ms >= TEASER_LEAST_MS;
    w->state = state_of(cx, &w->video, &gate);
    return OK;
}

Err watch_page(Cx *cx, Req *req, Res *res)
{
    Watch watch = {0};
    TRY(gather(cx, req->params[0], &watch));
    Page page = page_new(cx, req, res);
    watch_write(&page, &watch);
    return OK;
}

/* --- the download button */

static Err go(Cx *cx, Res *res, Str path)
{
    res_header(cx, res, "Location", STR_FMT, STR_ARG(path));
    res_header(cx, res, "Cache-Control", "private, no-store");
    return OK;
}

Err take_ticket_page(Cx *cx, Req *req, Res *res)
{
    Video video = {0};
    Asset original = {0};
    TicketRow ticket = {0};
    bool there = false, fresh = false;
    TRY(find_video(cx, req->params[0], &video));
    if (!cx->viewer.id.n) /* the session ended since the page was loaded */
        return go(cx, res,
                  arena_fmt(cx->arena, "/auth/login?next=/watch/" STR_FMT, STR_ARG(video.slug)));
    if (!(cx->viewer.scopes & SCOPE_TICKET_WRITE))
        return fail(cx, E_FORBIDDEN, "this account may not download");
    TRY(find_original(cx, video.id, &original, &there));
    if (!there)
        return fail(cx, E_NOT_FOUND, "there is no file to download yet");
    TRY(ticket_take(cx, original.id, NULL, &ticket, &fresh));
    return go(cx, res, arena_fmt(cx->arena, "/d/" STR_FMT, STR_ARG(ticket.secret)));
}
