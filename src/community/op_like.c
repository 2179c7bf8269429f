/* The operations of community.yaml on likes, and what is counted of a video. */
#include "base/fault.h"
#include "catalog/trend.h"
#include "community/comment.h"
#include "db/db.h"
#include "http/res.h"

enum { EVERY_MS = 3000, COUNTS_MAX_BYTES = 4096 };

static Err read_likes(Cx *cx, Str video, Likes *out)
{
    return db_one(cx, SQL_LIKES_OF, ARGS(V(video), V(cx->viewer.id)), &LIKES, out);
}

Err get_likes(Cx *cx, const GetLikesIn *in, Likes *out)
{
    CommentPlace place = {0};
    TRY(comment_place(cx, in->id, &place));
    return read_likes(cx, in->id, out);
}

/* A like that is taken back is taken out of what it counted for, so that doing both again and again
 * moves nothing. */
static Err drop(Cx *cx, Str video, int64_t *changed)
{
    int64_t at = 0;
    Err e = db_int(cx, SQL_LIKED_AT, ARGS(V(cx->viewer.id), V(video)), &at);
    if (e)
        return e == E_NOT_FOUND ? OK : e;
    TRY(db_run(cx, SQL_LIKE_DROP, ARGS(V(cx->viewer.id), V(video)), changed));
    return bug("likemore") ? OK : trend_take(cx, video, TREND_LIKE, at);
}

static Err add(Cx *cx, Str video, int64_t *changed)
{
    TRY(db_run(cx, SQL_LIKE_ADD, ARGS(V(cx->viewer.id), V(video), V(cx->now)), changed));
    return *changed ? trend_add(cx, video, TREND_LIKE) : OK;
}

/* The row says whether there is something to count. */
static Err set(Cx *cx, Str video, bool like, Likes *out)
{
    CommentPlace place = {0};
    int64_t changed = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(comment_place(cx, video, &place));
    TRY(like ? add(cx, video, &changed) : drop(cx, video, &changed));
    if (changed || bug("liketwice"))
        TRY(db_run(cx, like ? SQL_TALLY_LIKE : SQL_TALLY_NO_LIKE, ARGS(V(video)), NULL));
    TRY(read_likes(cx, video, out));
    return tx_commit(&tx);
}

Err like_video(Cx *cx, const LikeVideoIn *in, Likes *out)
{
    return set(cx, in->id, true, out);
}

Err unlike_video(Cx *cx, const UnlikeVideoIn *in, Likes *out)
{
    return set(cx, in->id, false, out);
}

Err get_counts(Cx *cx, Req *req, Res *res)
{
    CommentPlace place = {0};
    VideoCounts counts = {0};
    TRY(comment_place(cx, req->params[0], &place));
    TRY(db_one(cx, SQL_TALLY_OF, ARGS(V(place.id)), &VIDEO_COUNTS, &counts));
    if (!comment_readable(cx, &place))
        counts.comments = 0;
    res->body.max = COUNTS_MAX_BYTES;
    shape_write(&res->body, &VIDEO_COUNTS, &counts);
    res->media_type = S("application/json");
    if (req_prefers(req, "text/event-stream", "application/json")) {
        res->media_type = S("text/event-stream");
        res->event = "counts";
        res->again_ms = EVERY_MS;
    } else { /* the loop says it of events */
        res_header(cx, res, "Cache-Control", "private, no-store");
    }
    return OK;
}
