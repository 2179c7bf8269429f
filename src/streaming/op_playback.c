/* The JSON operations of streaming.yaml: a playback begins, goes on, is renewed. */
#include "base/id.h"
#include "catalog/video.h"
#include "common/app.h"
#include "streaming/token.h"

/* Who may watch: everybody, who signed in, or premium members; editors always. */
static Err check_access(Cx *cx, const VideoGate *g)
{
    bool premium = str_eq(g->access, S("premium")), members = str_eq(g->access, S("members"));
    if ((!premium && !members) || video_sees_drafts(cx))
        return OK;
    if (!cx->viewer.id.n)
        return fail(cx, E_SIGN_IN, "this video is for members; sign in first");
    if (premium && !str_eq(cx->viewer.role, S("premium")))
        return fail(cx, E_PREMIUM, "this video is for premium members");
    return OK;
}

static Err open_gate(Cx *cx, Str video, VideoGate *gate)
{
    Err e = db_one(cx, SQL_VIDEO_GATE, ARGS(V(video)), &VIDEO_GATE, gate);
    bool shown =
        !e && str_eq(gate->state, S("published")) && !str_eq(gate->visibility, S("private"));
    if (e == E_NOT_FOUND || (!e && !shown && !video_sees_drafts(cx)))
        return fail(cx, E_NOT_FOUND, "there is no such video");
    TRY(e);
    TRY(check_access(cx, gate));
    if (!gate->has.encode)
        return fail(cx, E_NOT_READY, "the first rendition is not there yet");
    return OK;
}

static Err fill(Cx *cx, const VideoGate *g, Str playback, int64_t position, Playback *out)
{
    int64_t life = cx->app->conf.stream_life;
    if (g->has.duration_ms && 3 * g->duration_ms > life)
        life = 3 * g->duration_ms;
    StreamToken token = {.video = g->id,
                         .playback = playback,
                         .preview = !str_eq(g->state, S("published")),
                         .expires_at = (cx->now + life) / 1000 * 1000};
    Str text = token_write(cx, cx->app->stream_key, &token);
    Str path = arena_fmt(cx->arena, "/stream/" STR_FMT "/" STR_FMT "/master.m3u8", STR_ARG(text),
                         STR_ARG(g->encode));
    Playback p = {.id = playback,
                  .hls_url = app_url(cx, path),
                  .resume_position_ms = position,
                  .expires_at = token.expires_at};
    TRY(db_list(cx, SQL_RENDITION_SIZES, ARGS(V(g->encode)), &RENDITION_SIZE, &p.sizes));
    *out = p;
    return OK;
}

static Err resume_at(Cx *cx, const VideoGate *g, int64_t *position)
{
    *position = 0;
    if (!cx->viewer.id.n)
        return OK;
    Err e = db_int(cx, SQL_PLAYBACK_RESUME, ARGS(V(cx->viewer.id), V(g->id)), position);
    if (e && e != E_NOT_FOUND)
        return e;
    if (g->has.duration_ms &&
        *position * 100 >= g->duration_ms * 95) /* seen to its end: from the start */
        *position = 0;
    return OK;
}

Err create_playback(Cx *cx, const CreatePlaybackIn *in, Playback *out)
{
    VideoGate gate = {0};
    int64_t position = 0;
    Str id = id_new(cx);
    TRY(open_gate(cx, in->id, &gate));
    TRY(resume_at(cx, &gate, &position));
    TRY(fill(cx, &gate, id, position, out)); /* reads come before the unit */
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_PLAYBACK_ADD,
               ARGS(V(id), V(gate.id), V(gate.encode), val_opt(cx->viewer.id),
                    V(!str_eq(gate.state, S("published"))), V(position), V(cx->now), V(cx->now)),
               NULL));
    return tx_commit(&tx);
}

Err put_progress(Cx *cx, const PutProgressIn *in)
{
    int64_t changed = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_PLAYBACK_PROGRESS,
               ARGS(V(in->body.position_ms), V(in->body.played_ms), V(cx->now), V(in->id),
                    V(cx->viewer.id)),
               &changed));
    if (!changed)
        return fail(cx, E_NOT_FOUND, "there is no such playback of yours");
    return tx_commit(&tx);
}

Err renew_playback(Cx *cx, const RenewPlaybackIn *in, Playback *out)
{
    PlaybackRow row = {0};
    VideoGate gate = {0};
    Err e = db_one(cx, SQL_PLAYBACK_BY_ID, ARGS(V(in->id)), &PLAYBACK_ROW, &row);
    if (e == E_NOT_FOUND || (!e && row.has.account && !str_eq(row.account, cx->viewer.id)))
        return fail(cx, E_NOT_FOUND, "there is no such playback of yours");
    TRY(e);
    TRY(open_gate(cx, row.video, &gate));
    return fill(cx, &gate, row.id, row.position_ms, out);
}
