/* /watch/{slug}: one video to play and to download; and its download button without JavaScript. */
#include "catalog/asset.h"
#include "catalog/video.h"
#include "contract.h"
#include "db/db.h"
#include "download/ticket.h"
#include "page/save.h"
#include "page/watch.h"

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

/* Everything but originals: a replaced one stays downloadable by its ticket alone. */
static Err find_others(Cx *cx, Watch *w)
{
    AssetPage page = {0};
    size_t n = 0;
    TRY(list_video_assets(cx, &(ListVideoAssetsIn){.id = w->screen.video.id, .limit = 100}, &page));
    for (size_t i = 0; i < page.items.n; i++)
        if (page.items.p[i].kind != ASSET_KIND_ORIGINAL)
            page.items.p[n++] = page.items.p[i];
    page.items.n = n;
    w->others = page.items;
    return OK;
}

static Err gather(Cx *cx, Str slug, Watch *w)
{
    const Video *video = &w->screen.video;
    TRY(screen_find(cx, slug, &w->screen));
    if (w->screen.encode.n)
        TRY(db_list(cx, SQL_RENDITION_SIZES, ARGS(V(w->screen.encode)), &RENDITION_SIZE,
                    &w->sizes));
    TRY(find_original(cx, video->id, &w->original, &w->has_original));
    TRY(find_others(cx, w));
    w->premium = w->screen.edits || str_eq(cx->viewer.role, S("premium"));
    return OK;
}

Err watch_page(Cx *cx, Req *req, Res *res)
{
    Watch watch = {0};
    TRY(gather(cx, req->params[0], &watch));
    TRY(talk_gather(cx, req, &watch.screen.video, &watch.talk));
    TRY(follow_gather(cx, &watch.screen.video, &watch.following));
    TRY(save_gather(cx, watch.screen.video.id, &watch.lists));
    Page page = page_new(cx, req, res);
    watch_write(&page, &watch);
    return OK;
}

/* --- the download button */

/* The one its button names, of this video; without a name the original. */
static Err find_wanted(Cx *cx, const Req *req, const Video *video, Asset *out)
{
    Str id = req_form(cx, req, "asset");
    bool there = false;
    if (id.n) {
        TRY(asset_visible(cx, id, out));
        there = out->has.video_id && str_eq(out->video_id, video->id);
    } else {
        TRY(find_original(cx, video->id, out, &there));
    }
    return there ? OK : fail(cx, E_NOT_FOUND, "there is no such file of this video");
}

Err take_ticket_page(Cx *cx, Req *req, Res *res)
{
    Video video = {0};
    Asset wanted = {0};
    DownloadTicket made = {0};
    TRY(find_video(cx, req->params[0], &video));
    if (!cx->viewer.id.n) /* the session ended since the page was loaded */
        return page_go(
            cx, res, arena_fmt(cx->arena, "/auth/login?next=/watch/" STR_FMT, STR_ARG(video.slug)));
    if (!(cx->viewer.scopes & SCOPE_TICKET_WRITE))
        return fail(cx, E_FORBIDDEN, "this account may not download");
    TRY(find_wanted(cx, req, &video, &wanted));
    TRY(create_ticket(cx, &(CreateTicketIn){.id = wanted.id}, &made));
    return page_go(cx, res, arena_fmt(cx->arena, "/d/" STR_FMT, STR_ARG(made.ticket)));
}
