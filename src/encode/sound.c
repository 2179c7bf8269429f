/* One language's sound of an original, in step with its picture. */
#include "base/clock.h"
#include "db/db.h"
#include "encode/folder.h"
#include "encode/jobs.h"
#include "encode/plan.h"
#include "encode/publish.h"

#include <stdlib.h>

/* The segments a picture will have that is still being encoded in chunks. */
static void planned_grid(const Attempt *a, const RenditionRow *early, MediaTrack *grid)
{
    const Rung *r = &a->ladder.rungs[0];
    int64_t frames = plan_frames(a), n = (frames + r->gop - 1) / r->gop;
    int64_t unit = early->timescale * r->fps_den / r->fps_num;
    MediaSegment *list = arena_array(a->cx->arena, MediaSegment, (size_t)n);
    for (int64_t i = 0; i < n; i++) {
        int64_t some = frames - i * r->gop < r->gop ? frames - i * r->gop : r->gop;
        list[i] = (MediaSegment){.start = i * r->gop * unit, .duration = some * unit};
    }
    *grid = (MediaTrack){.kind = MEDIA_VIDEO,
                         .timescale = early->timescale,
                         .first = early->first,
                         .n = (size_t)n,
                         .segments = list};
}

static Err find_grid(Attempt *a, MediaTrack *grid)
{
    RenditionRow early = {0};
    TRY(db_one(a->cx, SQL_RENDITION_EARLY, ARGS(V(a->encode.id)), &RENDITION_ROW, &early));
    if (str_eq(early.state, S("ready")))
        return encode_track(a->cx, &early, true, grid);
    if (!early.timescale)
        return fail(a->cx, E_INTERNAL, "the sound was asked for before the picture began");
    planned_grid(a, &early, grid);
    return OK;
}

static AudioWish wish_of(const Conf *c)
{
    bool off = str_eq(c->loudness, S("off"));
    return (AudioWish){.normalise = !off, .loudness_lufs = off ? 0 : strtod(c->loudness.p, NULL)};
}

static Err make(Attempt *a, const RenditionRow *row, Str folder)
{
    Cx *cx = a->cx;
    Made made = {.row = row,
                 .path = arena_fmt(cx->arena, STR_FMT "/" STR_FMT ".mp4", STR_ARG(folder),
                                   STR_ARG(row->name))
                             .p};
    MediaTrack grid = {0};
    AudioWish wish = wish_of(&cx->app->conf);
    TranscodeJob job = {.limits = &a->limits,
                        .probe = &a->probe,
                        .original = attempt_original(a).p,
                        .folder = folder.p,
                        .watch = attempt_watch(a)};
    TRY(find_grid(a, &grid));
    TRY(transcode_audio(cx, &job, &a->probe.audio[row->source], row->name.p, &wish, &grid,
                        &made.track));
    if (a->lost)
        return fail(cx, E_CONFLICT, "the lease was lost");
    cx->now = clock_now();
    return publish_made(a, &made, 1);
}

Err job_sound(Attempt *a)
{
    Cx *cx = a->cx;
    RenditionRow *row = arena_take(cx->arena, sizeof *row);
    Str folder = {0};
    *row = (RenditionRow){0};
    TRY(db_one(cx, SQL_RENDITION_BY_NAME, ARGS(V(a->encode.id), V(a->job->detail)), &RENDITION_ROW,
               row));
    if (row->source < 0 || (size_t)row->source >= a->probe.n_audio)
        return fail(cx, E_INTERNAL, "there is no such sound in the original");
    a->rows = row;
    a->n_rows = 1;
    TRY(attempt_folder(cx, a->job, &folder));
    Err err = make(a, row, folder);
    attempt_folder_drop(folder.p);
    return err;
}
