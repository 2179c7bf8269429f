/* The pictures around a video: candidates for its poster, OpenGraph picture and share cards,
 * storyboard and moving poster, share clip and waveform. */
#include "base/clock.h"
#include "base/fault.h"
#include "base/id.h"
#include "db/db.h"
#include "encode/folder.h"
#include "encode/jobs.h"
#include "encode/kept_picture.h"
#include "encode/publish.h"
#include "media/still.h"

enum { PICTURES_MAX = 64, CLIP_MS = 20000, CLIP_SIDE = 720, CARD = 1080, STORY = 1920 };

/* What one job made; all of it is shown in one unit. */
typedef struct Batch {
    Attempt *a;
    Str folder;
    size_t n;
    KeptPicture made[PICTURES_MAX];
} Batch;

static Err collect(Batch *p, const char *kind, int64_t n, const Still *still)
{
    if (p->n == PICTURES_MAX)
        return fail(p->a->cx, E_INTERNAL, "too many pictures");
    p->made[p->n++] = (KeptPicture){.kind = kind, .n = n, .still = *still};
    return OK;
}

static StillJob still_job(Batch *p)
{
    return (StillJob){.limits = &p->a->limits, .folder = p->folder.p, .watch = attempt_quiet(p->a)};
}

static Err store(Batch *p)
{
    for (size_t i = 0; i < p->n; i++)
        TRY(picture_store(p->a->cx, &p->made[i]));
    crash_step("pictures: blobs there");
    return OK;
}

/* `encode` {0}: they outlive the encode. */
static Err add_rows(Batch *p, Str video, Str encode)
{
    for (size_t i = 0; i < p->n; i++) {
        p->made[i].video = video;
        p->made[i].encode = encode;
        TRY(picture_add(p->a->cx, &p->made[i]));
    }
    return OK;
}

static Str id_of(const Batch *p, const char *kind)
{
    for (size_t i = 0; i < p->n; i++)
        if (strcmp(p->made[i].kind, kind) == 0)
            return p->made[i].id;
    return (Str){0};
}

/* Those it replaces go with the unit that shows the new ones. */
static Err replace(Cx *cx, Str video, const char *kind)
{
    TRY(db_run(cx, SQL_PICTURE_DROP_JOBS, ARGS(V(cx->now), V(cx->now), V(video), V(str_of(kind))),
               NULL));
    return db_run(cx, SQL_PICTURE_DROP, ARGS(V(video), V(str_of(kind))), NULL);
}

/* make() gathers, then show() is the unit; what was adopted goes when it fails. */
static Err job(Attempt *a, Err (*make)(Batch *p), Err (*show)(Batch *p))
{
    Batch *p = arena_take(a->cx->arena, sizeof *p);
    *p = (Batch){.a = a};
    TRY(attempt_folder(a->cx, a->job, &p->folder));
    Err err = make(p);
    a->cx->now = clock_now();
    if (!err)
        err = store(p);
    if (!err)
        err = show(p);
    for (size_t i = 0; err && i < p->n; i++)
        blob_undo(a->cx, a->cx->app->blobs, p->made[i].blob);
    attempt_folder_drop(p->folder.p);
    return err;
}

/* --- poster */

static Err make_candidates(Batch *p)
{
    Attempt *a = p->a;
    StillJob still = still_job(p);
    Still found[STILL_CANDIDATES] = {0};
    size_t n = 0;
    TRY(still_candidates(a->cx, &still, attempt_original(a).p, &a->probe, -1, found, &n));
    for (size_t i = 0; i < n; i++)
        TRY(collect(p, "candidate", (int64_t)i + 1, &found[i]));
    return OK;
}

static Err ask_cards(Attempt *a, Str video)
{
    return queue_add(
        a->cx,
        &(JobNew){.kind = "cards", .subject = video, .owner = a->job->owner, .priority = JOB_SOON});
}

static Err show_candidates(Batch *p)
{
    Cx *cx = p->a->cx;
    const EncodeRow *e = &p->a->encode;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(queue_done(cx, p->a->job));
    /* an editor's choice stays */
    TRY(db_run(cx, SQL_VIDEO_POSTER, ARGS(V(id_of(p, "candidate")), V(cx->now), V(e->video)),
               NULL));
    TRY(replace(cx, e->video, "candidate"));
    TRY(add_rows(p, e->video, e->id));
    TRY(ask_cards(p->a, e->video));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err job_pictures(Attempt *a)
{
    return job(a, make_candidates, show_candidates);
}

/* --- cards */

static Err make_cards(Batch *p)
{
    Attempt *a = p->a;
    Cx *cx = a->cx;
    StillJob still = still_job(p);
    PosterRow row = {0};
    Still thumb = {0}, og = {0}, story = {0}, square = {0};
    TRY(db_one(cx, SQL_VIDEO_POSTER_BLOB, ARGS(V(a->job->subject)), &POSTER_ROW, &row));
    const char *poster = blob_path(cx, cx->app->blobs, row.blob).p;
    const char *font = cx->app->conf.brand_font.p;
    TRY(still_thumb(cx, &still, poster, &thumb));
    TRY(collect(p, "thumb", 0, &thumb));
    TRY(still_og(cx, &still, poster, &og));
    TRY(collect(p, "og", 0, &og));
    TRY(still_card(cx, &still, poster, font, row.title, CARD, STORY, &story));
    TRY(collect(p, "card-9x16", 0, &story));
    TRY(still_card(cx, &still, poster, font, row.title, CARD, CARD, &square));
    return collect(p, "card-1x1", 0, &square);
}

static Err show_cards(Batch *p)
{
    Cx *cx = p->a->cx;
    Str video = p->a->job->subject;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(queue_done(cx, p->a->job));
    for (size_t i = 0; i < p->n; i++)
        TRY(replace(cx, video, p->made[i].kind));
    TRY(add_rows(p, video, (Str){0}));
    TRY(db_run(cx, SQL_VIDEO_THUMB, ARGS(V(id_of(p, "thumb")), V(cx->now), V(video)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err job_cards(Attempt *a)
{
    Err e = job(a, make_cards, show_cards);
    return e == E_NOT_FOUND ? attempt_forget(a) : e; /* no poster, or the video is gone */
}

/* --- storyboard and moving poster, of finished renditions */

/* The highest ready picture of at most `side` at its short side; with side 0 the smallest. */
static Err find_picture(Attempt *a, int64_t side, RenditionRow *out)
{
    RenditionRows all = {0};
    TRY(encode_renditions(a->cx, a->encode.id, &all));
    const RenditionRow *best = NULL;
    for (size_t i = 0; i < all.items.n; i++) {
        const RenditionRow *r = &all.items.p[i];
        int64_t is = r->width < r->height ? r->width : r->height;
        if (!str_eq(r->kind, S("video")) || !str_eq(r->state, S("ready")))
            continue;
        int64_t had = best ? best->width < best->height ? best->width : best->height : 0;
        bool better = !best || (had > side ? is < had : is <= side && is > had);
        best = better ? r : best;
    }
    if (!best)
        return fail(a->cx, E_NOT_FOUND, "no rendition is ready");
    *out = *best;
    return OK;
}

static Err make_storyboard(Batch *p)
{
    Attempt *a = p->a;
    Cx *cx = a->cx;
    StillJob still = still_job(p);
    RenditionRow row = {0};
    MediaTrack track = {0};
    Storyboard *board = arena_take(cx->arena, sizeof *board);
    Still preview = {0};
    int64_t at = 0;
    TRY(find_picture(a, 0, &row));
    TRY(encode_track(cx, &row, true, &track));
    const char *path = blob_path(cx, cx->app->blobs, row.blob).p;
    *board = (Storyboard){0};
    TRY(still_storyboard(cx, &still, path, &track, board));
    for (size_t i = 0; i < board->n; i++)
        TRY(collect(p, "storyboard", (int64_t)i + 1, &board->sheets[i]));
    TRY(db_int(cx, SQL_VIDEO_POSTER_AT, ARGS(V(a->encode.video)), &at));
    TRY(still_preview(cx, &still, path, at, &preview));
    a->result = board;
    return collect(p, "preview", 0, &preview);
}

static Err show_storyboard(Batch *p)
{
    Attempt *a = p->a;
    Cx *cx = a->cx;
    const EncodeRow *e = &a->encode;
    const Storyboard *b = a->result;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(queue_done(cx, a->job));
    TRY(add_rows(p, e->video, e->id));
    TRY(db_run(cx, SQL_STORYBOARD_ADD,
               ARGS(V(e->id), V(b->interval_ms), V((int64_t)b->tile_width),
                    V((int64_t)b->tile_height), V((int64_t)b->columns), V((int64_t)b->rows),
                    V(b->tiles)),
               NULL));
    TRY(db_run(cx, SQL_VIDEO_PREVIEW, ARGS(V(id_of(p, "preview")), V(cx->now), V(e->video)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err job_storyboard(Attempt *a)
{
    return job(a, make_storyboard, show_storyboard);
}

/* --- share clip and waveform */

static Err find_sound(Attempt *a, const char **path)
{
    RenditionRow row = {0};
    Err e = db_one(a->cx, SQL_RENDITION_BY_NAME, ARGS(V(a->encode.id), V(S("audio"))),
                   &RENDITION_ROW, &row);
    *path = e ? NULL : blob_path(a->cx, a->cx->app->blobs, row.blob).p;
    return e == E_NOT_FOUND ? OK : e;
}

static Err make_clip(Batch *p)
{
    Attempt *a = p->a;
    Cx *cx = a->cx;
    StillJob still = still_job(p);
    RenditionRow row = {0};
    Still clip = {0}, wave = {0};
    const char *sound = NULL;
    int64_t at = 0;
    TRY(find_picture(a, CLIP_SIDE, &row));
    TRY(find_sound(a, &sound));
    TRY(db_int(cx, SQL_VIDEO_TEASER_AT, ARGS(V(a->encode.video)), &at));
    TRY(still_clip(cx, &still, blob_path(cx, cx->app->blobs, row.blob).p, sound, at, CLIP_MS,
                   &clip));
    TRY(collect(p, "clip", 0, &clip));
    if (!sound)
        return OK;
    TRY(still_waveform(cx, &still, sound, &wave));
    return collect(p, "waveform", 0, &wave);
}

static Err show_clip(Batch *p)
{
    Cx *cx = p->a->cx;
    const EncodeRow *e = &p->a->encode;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(queue_done(cx, p->a->job));
    TRY(replace(cx, e->video, "clip"));
    TRY(replace(cx, e->video, "waveform"));
    TRY(add_rows(p, e->video, e->id));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err job_clip(Attempt *a)
{
    return job(a, make_clip, show_clip);
}
