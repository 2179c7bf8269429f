/* The operations of metadata.yaml. Inputs are valid when they arrive. */
#include "contract.h"
#include "db/db.h"
#include "http/answer.h"
#include "toy.h"

static Err visible(Cx *cx, Str id, Str slug, Video *out)
{
    return db_one(cx, SQL_VIDEO_VISIBLE, ARGS(V(id), V(slug), V(cx->viewer.id)), &VIDEO, out);
}

Err get_video(Cx *cx, const GetVideoIn *in, Video *out)
{
    return visible(cx, in->id, (Str){0}, out);
}

Err get_video_by_slug(Cx *cx, const GetVideoBySlugIn *in, Video *out)
{
    return visible(cx, (Str){0}, in->slug, out);
}

Err list_videos(Cx *cx, const ListVideosIn *in, VideoPage *out)
{
    VideoPage page = {0};
    TRY(db_list(cx, SQL_VIDEO_LIST,
                ARGS(V(cx->viewer.id), V(in->cursor), val_field(cx, &LIST_VIDEOS_IN, "kind", in),
                     V(in->limit + 1)),
                &VIDEO, &page.items));
    if ((int64_t)page.items.n > in->limit) { /* one more than asked: there is a next page */
        page.items.n--;
        page.next_cursor = page.items.p[page.items.n - 1].id;
        page.has.next_cursor = true;
    }
    *out = page;
    return OK;
}

Err create_video(Cx *cx, const CreateVideoIn *in, Video *out)
{
    const VideoNew *v = &in->body;
    Str id = new_id(cx), show = v->has.show ? v->show.slug : (Str){0};
#define OF(column) val_field(cx, &VIDEO_NEW, column, v)
    TRY(db_run(cx, SQL_VIDEO_ADD,
               ARGS(V(id), V(id), V(v->title), V(v->description), OF("kind"), OF("rating"),
                    V(v->premium), OF("score"), OF("tags"), OF("chapters"),
                    show.n ? V(show) : (Val){0}, OF("poster_url"), OF("extra"), OF("publish_at"),
                    V(cx->now), V(cx->viewer.id)),
               NULL));
#undef OF
    return visible(cx, id, (Str){0}, out);
}

Err update_video(Cx *cx, const UpdateVideoIn *in, Video *out)
{
    const VideoPatch *p = &in->body;
    int64_t changed = 0, version = -1;
    Video was = {0};
    if (in->has.if_match && !etag_version(in->if_match, &version))
        return fail(cx, E_CHANGED, "If-Match names no version of a video");
    TRY(visible(cx, in->id, (Str){0}, &was));
#define OF(column) val_field(cx, &VIDEO_PATCH, column, p)
    TRY(db_run(cx, SQL_VIDEO_CHANGE,
               ARGS(OF("title"), OF("description"), OF("premium"), OF("tags"),
                    V(p->has.poster_url || p->null.poster_url), OF("poster_url"),
                    V(p->has.publish_at || p->null.publish_at), OF("publish_at"), V(in->id),
                    V(cx->viewer.id), V(version)),
               &changed));
#undef OF
    if (!changed)
        return fail(cx, E_CHANGED, "video " STR_FMT " is at version %lld", STR_ARG(in->id),
                    (long long)was.version);
    return visible(cx, in->id, (Str){0}, out);
}

Err put_show(Cx *cx, const PutShowIn *in, Show *out)
{
    int64_t made = 0;
    TRY(db_run(cx, SQL_SHOW_ADD, ARGS(V(in->slug), V(in->body.title)), &made));
    if (!made)
        TRY(db_run(cx, SQL_SHOW_CHANGE, ARGS(V(in->body.title), V(in->slug)), NULL));
    cx->status = made ? 201 : 200;
    *out = (Show){.slug = in->slug, .title = in->body.title};
    return OK;
}

Err delete_video(Cx *cx, const DeleteVideoIn *in)
{
    int64_t changed = 0;
    TRY(db_run(cx, SQL_VIDEO_DROP, ARGS(V(in->id), V(cx->viewer.id)), &changed));
    return changed ? OK : fail(cx, E_NOT_FOUND, "no such Video");
}

Err publish_video(Cx *cx, const PublishVideoIn *in, Video *out)
{
    int64_t changed = 0;
    TRY(db_run(cx, SQL_VIDEO_PUBLISH, ARGS(V(in->id), V(cx->viewer.id)), &changed));
    TRY(visible(cx, in->id, (Str){0}, out));
    return changed
               ? OK
               : fail(cx, E_NOT_READY, "video " STR_FMT " has no rendition yet", STR_ARG(in->id));
}
