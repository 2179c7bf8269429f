/* One language's sound of an original, in step with its picture. */
#include "base/clock.h"
#include "db/db.h"
#include "encode/folder.h"
#include "encode/jobs.h"
#include "encode/plan.h"
#include "encode/publish.h"

#include <stdlib.h>

/* The segments a picture will have that is still being encoded in chunks. */
static void planned_grid(const Work *w, const RenditionRow *early, MediaTrack *grid)
{
    const Rung *r = &w->ladder.rungs[0];
    int64_t frames = plan_frames(w), n = (frames + r->gop - 1) / r->gop;
    int64_t unit = early->timescale * r->fps_den / r->fps_num;
    MediaSegment *list = arena_array(w->cx->arena, MediaSegment, (size_t)n);
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

static Err find_grid(Work *w, MediaTrack *grid)
{
    RenditionRow early = {0};
    TRY(db_one(w->cx, SQL_RENDITION_EARLY, ARGS(V(w->encode.id)), &RENDITION_ROW, &early));
    if (str_eq(early.state, S("ready")))
        return encode_track(w->cx, &early, true, grid);
    if (!early.timescale)
        return fail(w->cx, E_INTERNAL, "the sound was asked for before the picture began");
    planned_grid(w, &early, grid);
    return OK;
}

static AudioWish wish_of(const Conf *c)
{
    bool off = str_eq(c->loudness, S("off"));
    return (AudioWish){.normalise = !off, .loudness_lufs = off ? 0 : strtod(c->loudness.p, NULL)};
}

static Err make(Work *w, const RenditionRow *row, Str folder)
{
    Cx *cx = w->cx;
    Made made = {.row = row,
                 .path = arena_fmt(cx->arena, STR_FMT "/" STR_FMT ".mp4", STR_ARG(folder),
                                   STR_ARG(row->name))
                             .p};
    MediaTrack grid = {0};
    AudioWish wish = wish_of(&cx->app->conf);
    TranscodeJob job = {.limits = &w->limits,
                        .probe = &w->probe,
                        .original = work_original(w).p,
                        .folder = folder.p,
                        .watch = work_watch(w)};
    TRY(find_grid(w, &grid));
    TRY(transcode_audio(cx, &job, &w->probe.audio[row->source], row->name.p, &wish, &grid,
                        &made.track));
    if (w->lost)
        return fail(cx, E_CONFLICT, "the lease was lost");
    cx->now = clock_now();
    return publish_made(w, &made, 1);
}

Err job_sound(Work *w)
{
    Cx *cx = w->cx;
    RenditionRow *row = arena_take(cx->arena, sizeof *row);
    Str folder = {0};
    *row = (RenditionRow){0};
    TRY(db_one(cx, SQL_RENDITION_BY_NAME, ARGS(V(w->encode.id), V(w->job->detail)), &RENDITION_ROW,
               row));
    if (row->source < 0 || (size_t)row->source >= w->probe.n_audio)
        return fail(cx, E_INTERNAL, "there is no such sound in the original");
    w->rows = row;
    w->n_rows = 1;
    TRY(work_folder(cx, w->job, &folder));
    Err err = make(w, row, folder);
    work_folder_drop(folder.p);
    return err;
}
