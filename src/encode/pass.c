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
    Attempt *a;
    Str name;
    int64_t chunk; /* -1: the whole */
    Str folder;
    RenditionRow *rows; /* of it, largest first, as the ladder has them */
    Rung *rungs;
    Made *made;
    size_t n;
} Pass;

static Err pass_read(Attempt *a, Pass *p)
{
    Cx *cx = a->cx;
    RenditionRows all = {0};
    Str chunk = {0};
    *p = (Pass){.a = a, .name = str_cut(a->job->detail, ':', &chunk)};
    p->chunk = chunk.n ? strtoll(chunk.p, NULL, 10) : -1;
    TRY(encode_renditions(cx, a->encode.id, &all));
    p->rows = arena_array(cx->arena, RenditionRow, all.items.n + 1);
    p->rungs = arena_array(cx->arena, Rung, all.items.n + 1);
    p->made = arena_array(cx->arena, Made, all.items.n + 1);
    for (size_t i = 0; i < all.items.n; i++) {
        const Rung *rung = attempt_rung(a, all.items.p[i].name);
        if (!str_eq(all.items.p[i].pass, p->name) || !rung)
            continue;
        p->rows[p->n] = all.items.p[i];
        p->made[p->n].row = &p->rows[p->n];
        p->rungs[p->n++] = *rung;
    }
    return p->n ? OK : fail(cx, E_INTERNAL, "nothing is planned for this pass");
}

static FrameSpan span_of(const Pass *p)
{
    int64_t each = p->a->encode.chunk_frames;
    FrameSpan span = {0, 0};
    if (p->chunk < 0)
        return span;
    span.from = p->chunk * each;
    span.to = p->chunk + 1 < p->a->encode.chunks ? span.from + each : 0;
    return span;
}

static const char *file_of(const Pass *p, size_t i)
{
    return arena_fmt(p->a->cx->arena, STR_FMT "/%s.mp4", STR_ARG(p->folder), p->rungs[i].name).p;
}

static Err encode_from(const Pass *p, size_t from, const TranscodeJob *job)
{
    MediaTrack tracks[LADDER_MAX] = {0};
    TRY(transcode_videos(p->a->cx, job, p->rungs + from, p->n - from, span_of(p), tracks));
    for (size_t i = from; i < p->n; i++)
        p->made[i].track = tracks[i - from];
    return OK;
}

/* A top rendition that conforms is taken over as it is, when there are others to compare it to. */
static Err encode_pass(const Pass *p, const TranscodeJob *job)
{
    Cx *cx = p->a->cx;
    bool copy = p->chunk < 0 && p->n > 1 && passthrough_may(&p->a->probe, &p->rungs[0]);
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
        int64_t frames = p->chunk * p->a->encode.chunk_frames;
        int64_t units = frames * t->timescale * r->fps_den / r->fps_num;
        TRY(mp4_place(p->a->cx, p->made[i].path, units, (uint32_t)(frames / r->gop + 1),
                      &p->made[i].track));
    }
    return OK;
}

static Err run(Pass *p)
{
    Attempt *a = p->a;
    Cx *cx = a->cx;
    TranscodeJob job = {.limits = &a->limits,
                        .probe = &a->probe,
                        .original = attempt_original(a).p,
                        .folder = p->folder.p,
                        .watch = attempt_watch(a)};
    for (size_t i = 0; i < p->n; i++)
        p->made[i].path = file_of(p, i);
    TRY(encode_pass(p, &job));
    if (a->lost)
        return fail(cx, E_CONFLICT, "the lease was lost");
    cx->now = clock_now();
    if (p->chunk < 0)
        return publish_made(a, p->made, p->n);
    TRY(place(p));
    return publish_chunk(a, p->name, p->chunk, p->made, p->n);
}

static Err begin(Pass *p)
{
    Attempt *a = p->a;
    Cx *cx = a->cx;
    int64_t there = 0;
    a->rows = p->rows;
    a->n_rows = p->n;
    a->parts = a->encode.chunks;
    if (p->chunk >= 0)
        TRY(db_int(cx, SQL_CHUNK_COUNT, ARGS(V(p->rows[0].id)), &there));
    a->part = there;
    a->told = (int)(there * 100 / a->parts);
    return OK;
}

Err job_pass(Attempt *a)
{
    Pass p = {0};
    TRY(pass_read(a, &p));
    TRY(begin(&p));
    TRY(attempt_folder(a->cx, a->job, &p.folder));
    Err err = run(&p);
    attempt_folder_drop(p.folder.p);
    return err;
}

/* --- joining */

static Err join_one(Pass *p, size_t i)
{
    Cx *cx = p->a->cx;
    BlobRows blobs = {0};
    TRY(db_list(cx, SQL_CHUNK_BLOBS, ARGS(V(p->rows[i].id)), &BLOB_ROW, &blobs.items));
    if ((int64_t)blobs.items.n != p->a->encode.chunks)
        return fail(cx, E_INTERNAL, "%zu chunks of %lld are there", blobs.items.n,
                    (long long)p->a->encode.chunks);
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
        if (attempt_cancelled(p->a))
            return fail(p->a->cx, E_UNAVAILABLE, "stopped");
        TRY(join_one(p, i));
    }
    p->a->cx->now = clock_now();
    return publish_made(p->a, p->made, p->n);
}

Err job_join(Attempt *a)
{
    Pass p = {0};
    TRY(pass_read(a, &p));
    TRY(attempt_folder(a->cx, a->job, &p.folder));
    Err err = join_all(&p);
    attempt_folder_drop(p.folder.p);
    return err;
}
