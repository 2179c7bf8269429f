/* What a screen shows to this viewer, as the store says it. */
#include "catalog/picture.h"
#include "catalog/video.h"
#include "community/history.h"
#include "db/db.h"
#include "identity/age.h"
#include "page/screen.h"
#include "streaming/teaser.h"

static ScreenState state_of(const Cx *cx, const Screen *s)
{
    const Video *video = &s->video;
    if (video->access != ACCESS_EVERYONE && !cx->viewer.id.n)
        return SCREEN_SIGN_IN;
    if (video->access == ACCESS_PREMIUM && !s->edits && !str_eq(cx->viewer.role, S("premium")))
        return SCREEN_PREMIUM;
    return s->encode.n ? SCREEN_READY : SCREEN_PREPARING;
}

/* Editors watch it while it is being encoded, once its first chunk is there. */
static Err find_growing(Cx *cx, Screen *s)
{
    Str version = {0};
    Err e = db_text(cx, SQL_STREAM_GROWING, ARGS(V(s->video.id)), &version);
    if (!e)
        s->state = SCREEN_READY;
    return e == E_NOT_FOUND ? OK : e;
}

static Err find_image(Cx *cx, Screen *s)
{
    Str id = {0};
    Err e = db_text(cx, SQL_PICTURE_OF_KIND, ARGS(V(s->video.id), V(S("og"))), &id);
    if (!e)
        s->image = picture_url(cx, id, S("image/jpeg"));
    return e == E_NOT_FOUND ? OK : e;
}

/* What only those see who are old enough; editors are. */
static Err find_age(Cx *cx, Screen *s)
{
    bool met = s->edits;
    if (!met)
        TRY(age_is_met(cx, s->video.content_rating, 0, &met));
    if (!met)
        s->state = SCREEN_AGE;
    return OK;
}

Err screen_find(Cx *cx, Str slug, Screen *out)
{
    VideoGate gate = {0};
    Screen s = {.edits = video_sees_drafts(cx)};
    TRY(get_video_by_slug(cx, &(GetVideoBySlugIn){.slug = slug}, &s.video));
    TRY(db_one(cx, SQL_VIDEO_GATE, ARGS(V(s.video.id)), &VIDEO_GATE, &gate));
    s.encode = gate.has.encode ? gate.encode : (Str){0};
    s.has_teaser = gate.has.encode && gate.has.duration_ms && gate.duration_ms >= TEASER_LEAST_MS;
    s.state = state_of(cx, &s);
    TRY(history_resume(cx, s.video.id, s.video.has.duration_ms ? s.video.duration_ms : 0,
                       &s.position_ms));
    TRY(find_image(cx, &s));
    if (s.state == SCREEN_PREPARING && s.edits)
        TRY(find_growing(cx, &s));
    TRY(find_age(cx, &s));
    *out = s;
    return OK;
}
