/* The operations of metadata.yaml on videos. Inputs are valid when they arrive. */
#include "catalog/asset.h"
#include "catalog/page.h"
#include "catalog/picture.h"
#include "catalog/search_text.h"
#include "catalog/video.h"
#include "common/audit.h"
#include "common/news.h"
#include "db/db.h"
#include "http/answer.h"

Err get_video(Cx *cx, const GetVideoIn *in, Video *out)
{
    return video_visible(cx, in->id, out);
}

Err get_video_by_slug(Cx *cx, const GetVideoBySlugIn *in, Video *out)
{
    Err e = db_one(cx, SQL_VIDEO_BY_SLUG, ARGS(V(in->slug), V(video_sees_drafts(cx))), &VIDEO, out);
    if (e == E_NOT_FOUND)
        return fail(cx, e, "there is no such video");
    TRY(e);
    video_address(cx, out, 1);
    return OK;
}

/* %"tag"% for LIKE: how the tag stands in the JSON of the column. */
static Val tag_pattern(Cx *cx, const ListVideosIn *in)
{
    Buf json CLEANUP(buf_free) = BUF(1024), like CLEANUP(buf_free) = BUF(2048);
    if (!in->has.tag)
        return val_null();
    buf_json_str(&json, in->tag);
    buf_byte(&like, '%');
    for (size_t i = 0; i < json.n; i++) {
        if (json.p[i] == '%' || json.p[i] == '_' || json.p[i] == '!')
            buf_byte(&like, '!');
        buf_byte(&like, json.p[i]);
    }
    buf_byte(&like, '%');
    return V(arena_str(cx->arena, (Str){like.p, like.n}));
}

Err list_videos(Cx *cx, const ListVideosIn *in, VideoPage *out)
{
    VideoPage page = {0};
    PageStart start = {0};
    bool drafts = video_sees_drafts(cx),
         filtered = in->has.kind || in->has.show || in->has.tag || in->has.state;
    TRY(page_start(cx, in->has.cursor ? in->cursor : (Str){0}, &start));
    if (!drafts && !filtered)
        TRY(db_list(cx, SQL_VIDEO_LIST_PUBLIC, ARGS(V(start.at), V(start.id), V(in->limit + 1)),
                    &VIDEO, &page.items));
    else
        TRY(db_list(cx, SQL_VIDEO_LIST_FILTERED,
                    ARGS(V(start.at), V(start.id), val_field(cx, &LIST_VIDEOS_IN, "kind", in),
                         val_field(cx, &LIST_VIDEOS_IN, "show", in), tag_pattern(cx, in),
                         val_field(cx, &LIST_VIDEOS_IN, "state", in), V(drafts), V(in->limit + 1)),
                    &VIDEO, &page.items));
    if ((int64_t)page.items.n > in->limit) { /* one more than asked: there is a next page */
        const Video *last = &page.items.p[in->limit - 1];
        page.items.n = (size_t)in->limit;
        page.next_cursor = page_cursor(
            cx, last->has.published_at ? last->published_at : last->created_at, last->id);
        page.has.next_cursor = true;
    }
    video_address(cx, page.items.p, page.items.n);
    *out = page;
    return OK;
}

Err create_video(Cx *cx, const CreateVideoIn *in, Video *out)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(video_add(cx, &in->body, out));
    return tx_commit(&tx);
}

static Err patch_show(Cx *cx, const VideoPatch *p, Val *show)
{
    Str id = {0};
    if (!p->has.show)
        return OK;
    Err e = db_text(cx, SQL_SHOW_ID, ARGS(V(p->show)), &id);
    if (e == E_NOT_FOUND)
        return fail_at(cx, "body", "/show", "there is no show " STR_FMT, STR_ARG(p->show));
    TRY(e);
    *show = V(id);
    return OK;
}

static Err change(Cx *cx, const UpdateVideoIn *in, int64_t version, int64_t *changed)
{
    const VideoPatch *p = &in->body;
    Val show = {0};
    TRY(patch_show(cx, p, &show));
#define OF(column) val_field(cx, &VIDEO_PATCH, column, p)
#define GIVEN(name) V(p->has.name || p->null.name)
    return db_run(cx, SQL_VIDEO_CHANGE,
                  ARGS(OF("title"), OF("description"), OF("kind"), OF("visibility"), OF("access"),
                       OF("content_rating"), OF("language"), OF("tags"), OF("chapters"),
                       GIVEN(show), show, GIVEN(season), OF("season"), GIVEN(episode),
                       OF("episode"), GIVEN(publish_at), OF("publish_at"), GIVEN(unpublish_at),
                       OF("unpublish_at"), GIVEN(teaser_start_ms), OF("teaser_start_ms"),
                       OF("comment_policy"), V(cx->now), V(in->id), V(version)),
                  changed);
#undef GIVEN
#undef OF
}

/* What shows the title, the poster or the teaser is made anew. */
static Err patch_pictures(Cx *cx, Str video, const VideoPatch *p)
{
    bool poster = p->has.poster_id || p->null.poster_id;
    if (poster)
        TRY(picture_choose(cx, video, p->has.poster_id ? p->poster_id : (Str){0}));
    if (poster || p->has.title)
        TRY(picture_ask(cx, video, "cards"));
    if (p->has.teaser_start_ms || p->null.teaser_start_ms)
        TRY(picture_ask(cx, video, "clip"));
    return OK;
}

Err update_video(Cx *cx, const UpdateVideoIn *in, Video *out)
{
    int64_t changed = 0, version = -1;
    if (in->has.if_match && !etag_version(in->if_match, &version))
        return fail(cx, E_CHANGED, "this If-Match is no ETag of the video");
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    Video was = {0};
    TRY(video_visible(cx, in->id, &was));
    TRY(change(cx, in, version, &changed));
    if (!changed)
        return fail(cx, E_CHANGED, "the video is at version %lld", (long long)was.version);
    TRY(patch_pictures(cx, in->id, &in->body));
    TRY(news_video(cx, in->id)); /* it may be listed only now */
    TRY(search_text_write(cx, in->id));
    TRY(audit_add(cx, "video.update", in->id, was.title,
                  in->body.has.title ? in->body.title : (Str){0}));
    TRY(video_visible(cx, in->id, out));
    return tx_commit(&tx);
}

Err delete_video(Cx *cx, const DeleteVideoIn *in)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    Video was = {0};
    TRY(video_visible(cx, in->id, &was));
    TRY(blobs_later(cx, SQL_VIDEO_BLOBS, in->id));
    TRY(db_run(cx, SQL_VIDEO_TEXT_DROP, ARGS(V(in->id)), NULL));
    TRY(db_run(cx, SQL_VIDEO_DROP, ARGS(V(in->id)), NULL));
    TRY(audit_add(cx, "video.delete", in->id, was.slug, (Str){0}));
    return tx_commit(&tx);
}

Err publish_video(Cx *cx, const PublishVideoIn *in, Video *out)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    Err e = video_publish(cx, in->id);
    if (e == E_CONFLICT)
        return fail(cx, E_NOT_READY, "the video has no original yet");
    TRY(e);
    TRY(video_visible(cx, in->id, out));
    return tx_commit(&tx);
}

Err unpublish_video(Cx *cx, const UnpublishVideoIn *in, Video *out)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(video_move(cx, in->id, VIDEO_UNPUBLISH));
    TRY(audit_add(cx, "video.unpublish", in->id, (Str){0}, (Str){0}));
    TRY(video_visible(cx, in->id, out));
    return tx_commit(&tx);
}
