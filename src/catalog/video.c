#include "catalog/video.h"

#include "base/id.h"
#include "catalog/picture.h"
#include "catalog/search_text.h"
#include "common/audit.h"
#include "common/news.h"
#include "common/queue.h"
#include "db/db.h"

static const struct {
    VideoState from;
    VideoEvent event;
    VideoState to;
} moves[] = {
#define MOVE(from, event, to) {VIDEO_STATE_##from, VIDEO_##event, VIDEO_STATE_##to},
#include "catalog/video_state.def"
#undef MOVE
};

bool video_next(VideoState from, VideoEvent event, VideoState *to)
{
    for (size_t i = 0; i < COUNT(moves); i++)
        if (moves[i].from == from && moves[i].event == event) {
            *to = moves[i].to;
            return true;
        }
    return false;
}

Err video_move(Cx *cx, Str id, VideoEvent event)
{
    Str was = {0};
    VideoState from = 0, to = 0;
    int64_t changed = 0;
    Err e = db_text(cx, SQL_VIDEO_STATE, ARGS(V(id)), &was);
    if (e == E_NOT_FOUND)
        return fail(cx, e, "there is no such video");
    TRY(e);
    from = (VideoState)enum_of(&VIDEO_STATE, was);
    if (!video_next(from, event, &to))
        return fail(cx, E_CONFLICT, "a video that is " STR_FMT " cannot do this", STR_ARG(was));
    TRY(db_run(cx, SQL_VIDEO_MOVE,
               ARGS(V(enum_str(&VIDEO_STATE, (int)to)), V(cx->now), V(id), V(was)), &changed));
    return changed ? OK : fail(cx, E_CONFLICT, "the video moved meanwhile");
}

bool video_sees_drafts(const Cx *cx)
{
    return cx->viewer.scopes & SCOPE_VIDEO_WRITE;
}

Err video_visible(Cx *cx, Str id, Video *out)
{
    Err e = db_one(cx, SQL_VIDEO_BY_ID, ARGS(V(id), V(video_sees_drafts(cx))), &VIDEO, out);
    if (e == E_NOT_FOUND)
        return fail(cx, e, "there is no such video");
    TRY(e);
    video_address(cx, out, 1);
    return OK;
}

void video_address(Cx *cx, Video *videos, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        Video *v = &videos[i];
        if (v->has.poster_url)
            v->poster_url = picture_url(cx, v->poster_url, S("image/jpeg"));
        if (v->has.thumbnail_url)
            v->thumbnail_url = picture_url(cx, v->thumbnail_url, S("image/jpeg"));
        if (v->has.preview_url)
            v->preview_url = picture_url(cx, v->preview_url, S("video/mp4"));
    }
}

enum { SLUG_LENGTH = 70 };

/* Letters and digits of ASCII, lower case; everything else one hyphen. */
static Str slug_of(Cx *cx, Str title)
{
    char *to = arena_take(cx->arena, SLUG_LENGTH + 1);
    size_t n = 0;
    for (size_t i = 0; i < title.n && n < SLUG_LENGTH; i++) {
        char c = title.p[i];
        c = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            to[n++] = c;
        else if (n && to[n - 1] != '-')
            to[n++] = '-';
    }
    while (n && to[n - 1] == '-')
        n--;
    return n ? (Str){to, n} : S("video");
}

Err slug_make(Cx *cx, Str title, Sql taken, Str *out)
{
    Str slug = slug_of(cx, title);
    int64_t there = 0;
    TRY(db_int(cx, taken, ARGS(V(slug)), &there));
    if (there) {
        Str id = id_new(cx); /* its tail is random */
        slug = arena_fmt(cx->arena, STR_FMT "-%.6s", STR_ARG(slug), id.p + 20);
    }
    *out = slug;
    return OK;
}

static Err show_id(Cx *cx, Str slug, Val *id)
{
    Str found = {0};
    Err e = db_text(cx, SQL_SHOW_ID, ARGS(V(slug)), &found);
    if (e == E_NOT_FOUND)
        return fail_at(cx, "body", "/show", "there is no show " STR_FMT, STR_ARG(slug));
    TRY(e);
    *id = V(found);
    return OK;
}

Err video_add(Cx *cx, const VideoNew *given, Video *out)
{
    Str id = id_new(cx), slug = {0};
    Val show = {0};
    TRY(slug_make(cx, given->title, SQL_VIDEO_SLUG_TAKEN, &slug));
    if (given->has.show)
        TRY(show_id(cx, given->show, &show));
#define OF(column) val_field(cx, &VIDEO_NEW, column, given)
    TRY(db_run(cx, SQL_VIDEO_ADD,
               ARGS(V(id), V(slug), OF("title"), OF("description"), OF("kind"), OF("visibility"),
                    OF("access"), OF("content_rating"), OF("language"), show, OF("season"),
                    OF("episode"), OF("tags"), OF("chapters"), OF("publish_at"), OF("unpublish_at"),
                    OF("teaser_start_ms"), OF("comment_policy"), V(cx->now), val_opt(cx->viewer.id),
                    V(cx->now), V(cx->now)),
               NULL));
#undef OF
    TRY(search_text_write(cx, id));
    TRY(audit_add(cx, "video.create", id, (Str){0}, slug));
    return db_one(cx, SQL_VIDEO_BY_ID, ARGS(V(id), V(true)), &VIDEO, out); /* no picture yet */
}

Err video_publish(Cx *cx, Str id)
{
    VideoGate gate = {0};
    int64_t publish_at = 0;
    Err e = db_one(cx, SQL_VIDEO_GATE, ARGS(V(id)), &VIDEO_GATE, &gate);
    if (e == E_NOT_FOUND)
        return fail(cx, e, "there is no such video");
    TRY(e);
    if (!gate.has.encode)
        return fail(cx, E_NOT_READY, "the first rendition is not there yet; see its encoding");
    TRY(db_int(cx, SQL_VIDEO_PUBLISH_AT, ARGS(V(id)), &publish_at));
    bool later = publish_at > cx->now;
    TRY(video_move(cx, id, later ? VIDEO_SCHEDULE : VIDEO_PUBLISH));
    if (!later) {
        TRY(db_run(cx, SQL_VIDEO_PUBLISH, ARGS(V(cx->now), V(cx->now), V(id)), NULL));
        TRY(news_video(cx, id));
    }
    return audit_add(cx, later ? "video.schedule" : "video.publish", id, gate.state, (Str){0});
}

static Err move_one(Cx *cx, Str id, bool publish)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(publish ? video_publish(cx, id) : video_move(cx, id, VIDEO_UNPUBLISH));
    if (!publish)
        TRY(audit_add(cx, "video.unpublish", id, S("unpublishAt"), (Str){0}));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err video_run_schedule(Cx *cx, int *moved)
{
    *moved = 0;
    for (int publish = 1; publish >= 0; publish--) {
        BlobRows due = {0};
        TRY(db_list(cx, publish ? SQL_VIDEO_DUE : SQL_VIDEO_OVER, ARGS(V(cx->now)), &BLOB_ROW,
                    &due.items));
        for (size_t i = 0; i < due.items.n; i++, ++*moved)
            TRY(move_one(cx, due.items.p[i].key, publish));
    }
    return OK;
}
