#include "download/proof.h"

#include "base/fault.h"
#include "catalog/video.h"
#include "common/app.h"
#include "db/db.h"
#include "streaming/teaser.h"
#include "streaming/watched.h"

/* How far a viewer is. */
typedef struct Watching {
    int64_t required, covered, wait; /* ms */
} Watching;

static Err find_kept(Cx *cx, Str video, bool *kept)
{
    int64_t until = 0;
    Err e = db_int(cx, SQL_PROOF_UNTIL, ARGS(V(cx->viewer.id), V(video)), &until);
    *kept = !e && cx->now < until;
    return e == E_NOT_FOUND ? OK : e;
}

static Err look(Cx *cx, Str video, Watching *w)
{
    WatchedRow row = {0};
    if (cx->app->watched)
        TRY(watched_write(cx, cx->app->watched));
    Err e = db_one(
        cx, SQL_WATCHED_BEST,
        ARGS(V(cx->viewer.id), V(video), V(cx->now - cx->app->conf.proof_life), V(w->required)),
        &WATCHED_ROW, &row);
    if (e && e != E_NOT_FOUND)
        return e;
    int64_t passed = e ? 0 : cx->now - row.first_at;
    w->covered = e ? 0 : row.covered_ms;
    w->wait = passed < w->required ? w->required - passed : 0;
    if (bug("gateearly"))
        w->wait = 0;
    return OK;
}

static Err keep(Cx *cx, Str video)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_PROOF_KEEP,
               ARGS(V(cx->viewer.id), V(video), V(cx->now + cx->app->conf.proof_life)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static Err refuse(Cx *cx, Str video, const Watching *w)
{
    int64_t missing = w->covered < w->required ? w->required - w->covered : 0;
    int64_t later = missing > w->wait ? missing : w->wait;
    Str url = app_url(cx, arena_fmt(cx->arena, "/v1/videos/" STR_FMT "/playbacks", STR_ARG(video)));
    Buf b CLEANUP(buf_free) = BUF(4096);
    Err e = fail(cx, E_TEASER, "watch the teaser first: %lld of %lld s are watched",
                 (long long)w->covered / 1000, (long long)(w->required + 999) / 1000);
    buf_put(&b, "\"teaserPlaybackUrl\":", 20);
    buf_json_str(&b, url);
    Str rest = arena_fmt(cx->arena, ",\"requiredMs\":%lld,\"coveredMs\":%lld,\"waitMs\":%lld",
                         (long long)w->required, (long long)w->covered, (long long)w->wait);
    buf_put(&b, rest.p, rest.n);
    cx->more = arena_str(cx->arena, (Str){b.p, b.n});
    cx->retry_after_s = (int)((later + 999) / 1000);
    return e;
}

static Err check(Cx *cx, const VideoGate *video)
{
    Watching w = {0};
    int64_t teaser = 0;
    bool kept = false;
    TRY(find_kept(cx, video->id, &kept));
    if (kept)
        return OK;
    TRY(teaser_length(cx, video, &teaser));
    if (!teaser)
        return OK;
    w.required = (teaser * 9 + 9) / 10;
    TRY(look(cx, video->id, &w));
    return w.covered >= w.required && !w.wait ? keep(cx, video->id) : refuse(cx, video->id, &w);
}

Err proof_check(Cx *cx, Str asset)
{
    VideoGate video = {0};
    if (video_sees_drafts(cx) || bug("nogate"))
        return OK;
    Err e = db_one(cx, SQL_PROOF_VIDEO, ARGS(V(asset)), &VIDEO_GATE, &video);
    if (e)
        return e == E_NOT_FOUND ? OK : e;
    return check(cx, &video);
}

Err proof_sweep(Cx *cx)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_PROOF_SWEEP, ARGS(V(cx->now)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}
