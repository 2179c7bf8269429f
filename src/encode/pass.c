/* A pass: the early picture, or all others in one process; whole, or a chunk of it. And the joining
 * of chunks. */
#include "base/clock.h"
#include "base/fault.h"
#include "db/db.h"
#include "encode/folder.h"
#include "encode/jobs.h"
#include "encode/plan.h"
#include "encode/publish.h"
#include "media/join.h"
#include "media/passthrough.h"

#include <stdlib.h>

/* What a job is about: "ladder:3" is chunk 3 of the ladder. */
typedef struct Pass {
    Work *w;
    Str name;
    int64_t chunk; /* -1: the whole */
    Str folder;
    RenditionRow *rows; /* of it, largest first, as the ladder has them */
    Rung *rungs;
    Made *made;
    size_t n;
} Pass;

static Err pass_read(Work *w, Pass *p)
{
    Cx *cx = w->cx;
    RenditionRows all = {0};
    Str chunk = {0};
    *p = (Pass){.w = w, .name = str_cut(w->job->detail, ':', &chunk)};
    p->chunk = chunk.n ? strtoll(chunk.p, NULL, 10) : -1;
    TRY(encode_renditions(cx, w->encode.id, &all));
    p->rows = arena_array(cx->arena, RenditionRow, all.items.n + 1);
    p->rungs = arena_array(cx->arena, Rung, all.items.n + 1);
    p->made = arena_array(cx->arena, Made, all.items.n + 1);
    for (size_t i = 0; i < all.items.n; i++) {
        const Rung *rung = work_rung(w, all.items.p[i].name);
        if (!str_eq(all.items.p[i].pass, p->name) || !rung)
            continue;
        p->rows[p->n] = all.items.p[i];
        p->made[p->n].row = &p->rows[p->n];
        p->rungs[p->n++] = *rung;
    }
    /* none: the ladder's setting changed since; it is planned anew by encoding again */
    return p->n ? OK
                : fail(cx, E_MEDIA_REFUSED,
                       "the settings of the ladder changed meanwhile; encode it again");
}

static FrameSpan span_of(const Pass *p)
{
    int64_t each = p->w->encode.chunk_frames;
    FrameSpan span = {0, 0};
    if (p->chunk < 0)
        return span;
    span.from = p->chunk * each;
    span.to = p->chunk + 1 < p->w->encode.chunks ? span.from + each : 0;
    return span;
}

static const char *file_of(const Pass *p, size_t i)
{
    return arena_fmt(p->w->cx->arena, STR_FMT "/%s.mp4", STR_ARG(p->folder), p->rungs[i].name).p;
}

static Err encode_from(const Pass *p, size_t from, const TranscodeJob *job)
{
    MediaTrack tracks[LADDER_MAX] = {0};
    TRY(transcode_videos(p->w->cx, job, p->rungs + from, p->n - from, span_of(p), tracks));
    for (size_t i = from; i < p->n; i++)
        p->made[i].track = tracks[i - from];
    return OK;
}

/* A top rendition that conforms is taken over as it is, when there are others to compare it to. */
static Err encode_pass(const Pass *p, const TranscodeJob *job)
{
    Cx *cx = p->w->cx;
    bool copy = p->chunk < 0 && p->n > 1 && passthrough_may(&p->w->probe, &p->rungs[0]);
    if (!copy)
        return encode_from(p, 0, job);
    TRY(encode_from(p, 1, job));
    Err e = transcode_copy(cx, job, &p->rungs[0], &p->made[1].track, &p->made[0].track);
    if (e != E_CONFLICT)
        return e;
    MediaTrack top = {0};
    TRY(transcode_videos(cx, job, p->rungs, 1, span_of(p), &top));
    p->made[0].track = top;
    return OK;
}

/* Where a chunk's times continue: its frames and its fragments counted from the beginning. */
static Err place(const Pass *p)
{
    for (size_t i = 0; i < p->n; i++) {
        const MediaTrack *t = &p->made[i].track;
        const Rung *r = &p->rungs[i];
        int64_t frames = p->chunk * p->w->encode.chunk_frames;
        int64_t units = frames * t->timescale * r->fps_den / r->fps_num;
        TRY(mp4_place(p->w->cx, p->made[i].path, units, (uint32_t)(frames / r->gop + 1),
                      &p->made[i].track));
    }
    return OK;
}

static Err run(Pass *p)
{
    Work *w = p->w;
    Cx *cx = w->cx;
    TranscodeJob job = {.limits = &w->limits,
                        .probe = &w->probe,
                        .original = work_original(w).p,
                        .folder = p->folder.p,
                        .watch = work_watch(w)};
    for (size_t i = 0; i < p->n; i++)
        p->made[i].path = file_of(p, i);
    TRY(encode_pass(p, &job));
    if (w->lost)
        return fail(cx, E_CONFLICT, "the lease was lost");
    cx->now = clock_now();
    if (p->chunk < 0)
        return publish_made(w, p->made, p->n);
    TRY(place(p));
    return publish_chunk(w, p->name, p->chunk, p->made, p->n);
}

static Err begin(Pass *p)
{
    Work *w = p->w;
    Cx *cx = w->cx;
    int64_t there = 0;
    w->rows = p->rows;
    w->n_rows = p->n;
    w->parts = w->encode.chunks;
    if (p->chunk >= 0)
        TRY(db_int(cx, SQL_CHUNK_COUNT, ARGS(V(p->rows[0].id)), &there));
    w->part = there;
    w->told = (int)(there * 100 / w->parts);
    return OK;
}

Err job_pass(Work *w)
{
    Pass p = {0};
    TRY(pass_read(w, &p));
    TRY(begin(&p));
    TRY(work_folder(w->cx, w->job, &p.folder));
    Err err = run(&p);
    work_folder_drop(p.folder.p);
    return err;
}

/* --- joining */

static Err join_one(Pass *p, size_t i)
{
    Cx *cx = p->w->cx;
    BlobRows blobs = {0};
    TRY(db_list(cx, SQL_CHUNK_BLOBS, ARGS(V(p->rows[i].id)), &BLOB_ROW, &blobs.items));
    if ((int64_t)blobs.items.n != p->w->encode.chunks)
        return fail(cx, E_INTERNAL, "%zu chunks of %lld are there", blobs.items.n,
                    (long long)p->w->encode.chunks);
    const char **paths = arena_array(cx->arena, const char *, blobs.items.n);
    for (size_t k = 0; k < blobs.items.n; k++)
        paths[k] = blob_path(cx, cx->app->blobs, blobs.items.p[k].key).p;
    Made *m = &p->made[i];
    m->path = file_of(p, i);
    TRY(mp4_join(cx, paths, blobs.items.n, m->path, &m->track));
    m->track.name = p->rows[i].name;
    m->track.fps_num = p->rungs[i].fps_num;
    m->track.fps_den = p->rungs[i].fps_den;
    return OK; /* each chunk has exactly its frames, and the last was measured against the whole */
}

static Err join_all(Pass *p)
{
    for (size_t i = 0; i < p->n; i++) {
        if (work_cancelled(p->w))
            return fail(p->w->cx, E_UNAVAILABLE, "stopped");
        TRY(join_one(p, i));
    }
    p->w->cx->now = clock_now();
    return publish_made(p->w, p->made, p->n);
}

Err job_join(Work *w)
{
    Pass p = {0};
    TRY(pass_read(w, &p));
    TRY(work_folder(w->cx, w->job, &p.folder));
    Err err = join_all(&p);
    work_folder_drop(p.folder.p);
    return err;
}
