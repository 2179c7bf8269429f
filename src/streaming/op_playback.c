/* The JSON operations of streaming.yaml: a playback begins, goes on, is renewed. */
#include "base/id.h"
#include "catalog/trend.h"
#include "catalog/video.h"
#include "common/app.h"
#include "community/history.h"
#include "db/db.h"
#include "identity/age.h"
#include "identity/visitor.h"
#include "streaming/teaser.h"
#include "streaming/version.h"

/* What one playback plays. */
typedef struct Play {
    VideoGate gate;
    Str version; /* an encode, or a teaser */
    bool teaser, preview;
} Play;

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

/* Editors see what is being encoded grow, when it comes in chunks. */
static Err find_growing(Cx *cx, Play *p)
{
    Err e = E_NOT_FOUND;
    if (video_sees_drafts(cx) && !p->teaser)
        e = db_text(cx, SQL_STREAM_GROWING, ARGS(V(p->gate.id)), &p->version);
    p->preview = true;
    return e == E_NOT_FOUND ? fail(cx, E_NOT_READY, "the first rendition is not there yet") : e;
}

/* The teaser is everybody's who may know of the video. */
static Err open_gate(Cx *cx, Str video, Play *p)
{
    VideoGate *g = &p->gate;
    Err e = db_one(cx, SQL_VIDEO_GATE, ARGS(V(video)), &VIDEO_GATE, g);
    bool shown = !e && str_eq(g->state, S("published")) && !str_eq(g->visibility, S("private"));
    if (e == E_NOT_FOUND || (!e && !shown && !video_sees_drafts(cx)))
        return fail(cx, E_NOT_FOUND, "there is no such video");
    TRY(e);
    if (!p->teaser)
        TRY(check_access(cx, g));
    if (!g->has.encode)
        return find_growing(cx, p);
    p->version = g->encode;
    p->preview = !str_eq(g->state, S("published"));
    return OK;
}

static Str address(Cx *cx, Str token, const Play *p, const char *file)
{
    return app_url(cx, arena_fmt(cx->arena, "/stream/" STR_FMT "/" STR_FMT "/%s", STR_ARG(token),
                                 STR_ARG(p->version), file));
}

static Err put_captions(Cx *cx, Str token, const Play *p, Playback *out)
{
    CaptionRows rows = {0};
    TRY(version_captions(cx, p->gate.id, &rows));
    CaptionTrack *list = arena_array(cx->arena, CaptionTrack, rows.items.n);
    for (size_t i = 0; i < rows.items.n; i++) {
        const CaptionRow *c = &rows.items.p[i];
        Str file = arena_fmt(cx->arena, "captions/" STR_FMT ".vtt", STR_ARG(c->name));
        list[i] = (CaptionTrack){.language = c->language,
                                 .label = c->label,
                                 .kind = (CaptionKind)enum_of(&CAPTION_KIND, c->kind),
                                 .is_default = c->is_default,
                                 .url = address(cx, token, p, file.p)};
    }
    out->captions = (CaptionTrackList){list, rows.items.n};
    return OK;
}

static Err put_storyboard(Cx *cx, Str token, const Play *p, Playback *out)
{
    int64_t there = 0;
    if (p->teaser)
        return OK;
    TRY(db_int(cx, SQL_STREAM_HAS_STORYBOARD, ARGS(V(p->version)), &there));
    if (!there)
        return OK;
    out->storyboard_url = address(cx, token, p, "storyboard.vtt");
    out->has.storyboard_url = true;
    return OK;
}

static Err fill(Cx *cx, const Play *p, Str playback, int64_t position, Playback *out)
{
    const VideoGate *g = &p->gate;
    int64_t life = cx->app->conf.stream_life;
    if (g->has.duration_ms && 3 * g->duration_ms > life)
        life = 3 * g->duration_ms;
    StreamToken token = {.video = g->id,
                         .playback = playback,
                         .preview = p->preview,
                         .teaser = p->teaser,
                         .expires_at = (cx->now + life) / 1000 * 1000};
    Str text = token_write(cx, cx->app->stream_key, &token);
    Playback made = {.id = playback,
                     .hls_url = address(cx, text, p, "master.m3u8"),
                     .dash_url = address(cx, text, p, "manifest.mpd"),
                     .teaser = p->teaser,
                     .resume_position_ms = position,
                     .expires_at = token.expires_at};
    TRY(put_captions(cx, text, p, &made));
    TRY(put_storyboard(cx, text, p, &made));
    if (g->has.encode && !p->teaser)
        TRY(db_list(cx, SQL_RENDITION_SIZES, ARGS(V(g->encode)), &RENDITION_SIZE, &made.sizes));
    *out = made;
    return OK;
}

/* A unit of its own: it is there before an address names it. */
static Err take_teaser(Cx *cx, Play *p)
{
    TeaserRow row = {0};
    if (!p->teaser)
        return OK;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(teaser_of(cx, &p->gate, &row));
    TRY(tx_commit(&tx));
    TRY(db_settle(cx));
    p->version = row.id;
    return OK;
}

Err create_playback(Cx *cx, const CreatePlaybackIn *in, Playback *out)
{
    Play play = {.teaser = in->body.teaser};
    int64_t position = 0;
    Str id = id_new(cx), visitor = {0};
    TRY(open_gate(cx, in->id, &play));
    if (!video_sees_drafts(cx))
        TRY(age_check(cx, play.gate.content_rating, in->body.confirmed_age));
    TRY(take_teaser(cx, &play));
    if (!play.teaser)
        TRY(history_resume(cx, play.gate.id, play.gate.has.duration_ms ? play.gate.duration_ms : 0,
                           &position));
    TRY(fill(cx, &play, id, position, out)); /* reads come before the unit */
    visitor = visitor_key(cx);
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    if (!play.teaser && !play.preview)
        TRY(trend_play(cx, play.gate.id, visitor));
    TRY(db_run(
        cx, SQL_PLAYBACK_ADD,
        ARGS(V(id), V(play.gate.id), V(play.gate.has.encode ? play.gate.encode : play.version),
             val_opt(cx->viewer.id), val_opt(visitor), V(play.preview),
             val_opt(play.teaser ? play.version : (Str){0}), V(position), V(cx->now), V(cx->now)),
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
    TRY(history_note(cx, in->id, in->body.position_ms));
    return tx_commit(&tx);
}

Err renew_playback(Cx *cx, const RenewPlaybackIn *in, Playback *out)
{
    PlaybackRow row = {0};
    Err e = db_one(cx, SQL_PLAYBACK_BY_ID, ARGS(V(in->id)), &PLAYBACK_ROW, &row);
    if (e == E_NOT_FOUND || (!e && row.has.account && !str_eq(row.account, cx->viewer.id)))
        return fail(cx, E_NOT_FOUND, "there is no such playback of yours");
    TRY(e);
    Play play = {.teaser = row.has.teaser};
    TRY(open_gate(cx, row.video, &play));
    if (row.has.teaser) /* the one it began with, whatever the mark is now */
        play.version = row.teaser;
    return fill(cx, &play, row.id, row.position_ms, out);
}
