#include "encode/publish.h"

#include "base/fault.h"
#include "base/id.h"
#include "catalog/video.h"
#include "common/audit.h"
#include "db/db.h"
#include "encode/plan.h"
#include "encode/retire.h"

enum { SEGMENTS_A_UNIT = 500, PASS_MAX = LADDER_MAX };

static Str media_type_of(const Probe *probe, Str filename)
{
    if (str_eq(probe->container, S("mov")))
        return str_ends(filename, S(".mov")) ? S("video/quicktime") : S("video/mp4");
    if (str_eq(probe->container, S("matroska")))
        return str_ends(filename, S(".webm")) ? S("video/webm") : S("video/x-matroska");
    if (str_eq(probe->container, S("mpegts")))
        return S("video/mp2t");
    if (str_eq(probe->container, S("avi")))
        return S("video/x-msvideo");
    return S("application/octet-stream");
}

/* The chapters that lie in the file, when the editor gave none. */
static Err put_chapters(Attempt *a)
{
    Cx *cx = a->cx;
    Buf json CLEANUP(buf_free) = BUF(64 << 10);
    if (!a->probe.n_chapters)
        return OK;
    for (size_t i = 0; i < a->probe.n_chapters; i++) {
        const ProbeChapter *c = &a->probe.chapter[i];
        buf_byte(&json, i ? ',' : '[');
        Str head = arena_fmt(cx->arena, "{\"startMs\":%lld,\"title\":", (long long)c->start_ms);
        buf_put(&json, head.p, head.n);
        buf_json_str(&json, c->title);
        buf_byte(&json, '}');
    }
    buf_byte(&json, ']');
    Str list = {json.p, json.n};
    return db_run(cx, SQL_VIDEO_CHAPTERS, ARGS(V(list), V(a->encode.video)), NULL);
}

static Err put_probe(Attempt *a, Str sha256, Str type)
{
    Cx *cx = a->cx;
    const EncodeRow *e = &a->encode;
    const Probe *p = &a->probe;
    const Conf *c = &cx->app->conf;
    int64_t width = 0, height = 0;
    probe_shown(p, &width, &height);
    TRY(db_run(cx, SQL_ENCODE_PROBED,
               ARGS(V(sha256), V(type), V(p->duration_ms), V(p->json), V(p->video.duration_ms),
                    V(p->video.frames), V(e->chunk_frames), V(e->chunks), V(c->ladder),
                    V(c->preset_early), V(c->preset), V(c->crf), V(e->id)),
               NULL));
    return db_run(cx, SQL_VIDEO_PROBED,
                  ARGS(V(p->duration_ms), V(width), V(height), V(cx->now), V(e->video)), NULL);
}

Err publish_probed(Attempt *a, Str sha256)
{
    Cx *cx = a->cx;
    EncodeRow *e = &a->encode;
    Str type = arena_str(cx->arena, media_type_of(&a->probe, e->filename));
    plan_chunks(a, &e->chunk_frames, &e->chunks);
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(queue_done(cx, a->job));
    TRY(put_probe(a, sha256, type));
    TRY(put_chapters(a));
    TRY(db_run(cx, SQL_ASSET_ADD,
               ARGS(V(id_new(cx)), V(e->video), V(e->id), V(e->filename), V(type), V(e->size_bytes),
                    V(sha256), V(e->blob), V(a->probe.duration_ms), V(cx->now), V(cx->now)),
               NULL));
    TRY(plan_renditions(a));
    TRY(plan_pass(a, "early", JOB_URGENT));
    crash_step("probe: before commit");
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

/* Rows of a rendition nobody sees yet, in units that let others in between; each under the fence,
 * or a worker that lost its lease would write over what another has shown since. */
static Err put_segments(Attempt *a, Str rendition, const MediaTrack *track)
{
    Cx *cx = a->cx;
    for (size_t from = 0; from == 0 || from < track->n; from += SEGMENTS_A_UNIT) {
        Tx tx CLEANUP(tx_end) = {0};
        TRY(tx_begin(cx, &tx));
        TRY(queue_hold(cx, a->job, cx->app->conf.lease));
        if (from == 0) /* what an attempt before us left */
            TRY(db_run(cx, SQL_SEGMENT_DROP, ARGS(V(rendition)), NULL));
        for (size_t i = from; i < track->n && i < from + SEGMENTS_A_UNIT; i++) {
            const MediaSegment *s = &track->segments[i];
            TRY(db_run(cx, SQL_SEGMENT_ADD,
                       ARGS(V(rendition), V((int64_t)i + 1), V(s->offset), V(s->size), V(s->start),
                            V(s->duration)),
                       NULL));
        }
        TRY(tx_commit(&tx));
        TRY(db_settle(cx));
        crash_step("segments: after a unit");
    }
    return OK;
}

/* How far an encode is. */
typedef struct Standing {
    size_t ready, all;
    bool picture, sound; /* the early one; the one that plays by itself, or there is none */
} Standing;

static Err look(Cx *cx, Str encode, Standing *out)
{
    RenditionRows all = {0};
    Standing p = {.sound = true};
    TRY(encode_renditions(cx, encode, &all));
    for (size_t i = 0; i < all.items.n; i++) {
        const RenditionRow *r = &all.items.p[i];
        bool ready = str_eq(r->state, S("ready"));
        p.ready += ready;
        p.picture |= ready && str_eq(r->pass, S("early"));
        p.sound &= ready || !str_eq(r->pass, S("audio")) || !r->is_default;
    }
    p.all = all.items.n;
    *out = p;
    return OK;
}

/* The early picture and the sound are there: the version plays. All are there: it is finished. */
static Err mark_progress(Attempt *a)
{
    Cx *cx = a->cx;
    const EncodeRow *e = &a->encode;
    Standing p = {0};
    TRY(look(cx, e->id, &p));
    if (p.picture && (p.sound || bug("halfmade"))) {
        int64_t wanted = 0, served = 0;
        TRY(db_run(cx, SQL_VIDEO_SERVE, ARGS(V(e->id), V(cx->now), V(e->video), V(e->id)),
                   &served));
        if (served)
            TRY(encode_retire(cx, e->video, e->id));
        TRY(db_int(cx, SQL_VIDEO_WANTS_PUBLISHING, ARGS(V(e->video)), &wanted));
        if (wanted)
            TRY(video_publish(cx, e->video));
    }
    if (p.ready < p.all)
        return OK;
    TRY(db_run(cx, SQL_ENCODE_STATE, ARGS(V(S("ready")), V(e->id)), NULL));
    TRY(video_move(cx, e->video, VIDEO_ENCODED));
    return plan_last(a);
}

static Err mark_ready(Attempt *a, const Made *m)
{
    Cx *cx = a->cx;
    const MediaTrack *t = &m->track;
    int64_t changed = 0;
    TRY(db_run(cx, SQL_RENDITION_READY,
               ARGS(V(m->blob), V(t->total_bytes), V(t->codecs), V((int64_t)t->width),
                    V((int64_t)t->height), V(m->row->fps_num), V(m->row->fps_den), V(t->timescale),
                    V(t->init_size), V(t->peak_bps), V(t->average_bps), V(t->first), V(t->samples),
                    V((int64_t)t->channels), val_opt(t->language), val_opt(t->label),
                    V(m->row->id)),
               &changed));
    if (!changed)
        return fail(cx, E_CONFLICT, "rendition " STR_FMT " is ready already, or its video gone",
                    STR_ARG(m->row->name));
    /* the pieces it was joined from */
    TRY(db_run(cx, SQL_CHUNK_DROP_JOBS, ARGS(V(cx->now), V(cx->now), V(m->row->id)), NULL));
    TRY(db_run(cx, SQL_CHUNK_SEGMENT_DROP, ARGS(V(m->row->id)), NULL));
    return db_run(cx, SQL_CHUNK_DROP, ARGS(V(m->row->id)), NULL);
}

static Err show(Attempt *a, const Made *made, size_t n)
{
    Cx *cx = a->cx;
    for (size_t i = 0; i < n; i++)
        TRY(put_segments(a, made[i].row->id, &made[i].track));
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(queue_done(cx, a->job));
    for (size_t i = 0; i < n; i++)
        TRY(mark_ready(a, &made[i]));
    TRY(plan_after(a, made[0].row->pass));
    TRY(mark_progress(a));
    crash_step("rendition: before commit");
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err publish_blob(Attempt *a, const char *kind, Str name, const char *suffix, const char *path,
                 Str *key)
{
    Cx *cx = a->cx;
    *key = arena_fmt(cx->arena, "%s/" STR_FMT "-%lld%s", kind, STR_ARG(name),
                     (long long)a->job->fence, suffix);
    return blob_adopt(cx, cx->app->blobs, *key, path);
}

static Err adopt(Attempt *a, const char *kind, const char *suffix, Made *made, size_t n)
{
    for (size_t i = 0; i < n; i++)
        TRY(publish_blob(a, kind, made[i].row->id, suffix, made[i].path, &made[i].blob));
    return OK;
}

static void drop_made(Attempt *a, const Made *made, size_t n)
{
    for (size_t i = 0; i < n; i++)
        blob_undo(a->cx, a->cx->app->blobs, made[i].blob);
}

Err publish_made(Attempt *a, Made *made, size_t n)
{
    Err err = OK;
    bool late = bug("rows-first");
    for (size_t i = 0; late && i < n; i++)
        made[i].blob = arena_fmt(a->cx->arena, "rendition/" STR_FMT "-%lld.mp4",
                                 STR_ARG(made[i].row->id), (long long)a->job->fence);
    if (!late)
        err = adopt(a, "rendition", ".mp4", made, n);
    if (!err)
        err = show(a, made, n);
    if (!err && late)
        err = adopt(a, "rendition", ".mp4", made, n);
    if (err)
        drop_made(a, made, n);
    return err;
}

/* --- chunks */

static Err put_chunk(Attempt *a, int64_t chunk, const Made *m)
{
    Cx *cx = a->cx;
    const MediaTrack *t = &m->track;
    const Rung *r = attempt_rung(a, m->row->name);
    int64_t first = chunk * a->encode.chunk_frames / r->gop;
    TRY(db_run(cx, SQL_CHUNK_ADD,
               ARGS(V(m->row->id), V(chunk), V(m->blob), V(t->total_bytes), V(t->init_size)),
               NULL));
    for (size_t i = 0; i < t->n; i++) {
        const MediaSegment *s = &t->segments[i];
        TRY(db_run(cx, SQL_CHUNK_SEGMENT_ADD,
                   ARGS(V(m->row->id), V(first + (int64_t)i + 1), V(chunk), V(s->offset),
                        V(s->size), V(s->start), V(s->duration)),
                   NULL));
    }
    if (chunk > 0)
        return OK;
    return db_run(cx, SQL_RENDITION_BEGUN,
                  ARGS(V(t->codecs), V(t->timescale), V(t->init_size), V(t->first), V(m->row->id)),
                  NULL);
}

static Err show_chunk(Attempt *a, Str pass, int64_t chunk, const Made *made, size_t n)
{
    Cx *cx = a->cx;
    int64_t there = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    /* one at a time, so that of two last ones one sees the other */
    TRY(db_run(cx, SQL_ENCODE_LOCK, ARGS(V(a->encode.id)), NULL));
    TRY(queue_done(cx, a->job));
    for (size_t i = 0; i < n; i++)
        TRY(put_chunk(a, chunk, &made[i]));
    TRY(db_int(cx, SQL_CHUNK_COUNT, ARGS(V(made[0].row->id)), &there));
    bool early = str_eq(pass, S("early"));
    if (early && chunk == 0)
        TRY(plan_main_sound(a));
    if (there == a->encode.chunks)
        TRY(plan_job(a, "join", pass, early ? JOB_URGENT : JOB_NORMAL));
    crash_step("chunk: before commit");
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err publish_chunk(Attempt *a, Str pass, int64_t chunk, Made *made, size_t n)
{
    Str suffix = arena_fmt(a->cx->arena, "-%lld.mp4", (long long)chunk);
    Err err = adopt(a, "chunk", suffix.p, made, n);
    if (!err)
        err = show_chunk(a, pass, chunk, made, n);
    if (err)
        drop_made(a, made, n);
    return err;
}

Err publish_failed(Attempt *a, Str reason)
{
    Cx *cx = a->cx;
    const EncodeRow *e = &a->encode;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(queue_done(cx, a->job));
    TRY(encode_cancel(cx, e, reason));
    TRY(audit_add(cx, "encode.failed", e->video, (Str){0}, reason));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}
