#include "encode/publish.h"

#include "base/fault.h"
#include "base/id.h"
#include "catalog/video.h"
#include "common/audit.h"
#include "db/db.h"
#include "encode/retire.h"

enum { SEGMENTS_A_UNIT = 500 };

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

static Err add_rendition(Cx *cx, Str encode, int position, const Rung *rung,
                         const ProbeAudio *audio)
{
    Rung none = {.name = "audio", .fps_den = 1};
    const Rung *r = rung ? rung : &none;
    Str name = str_of(r->name), kind = audio ? S("audio") : S("video");
    return db_run(cx, SQL_RENDITION_ADD,
                  ARGS(V(id_new(cx)), V(encode), V(position), V(name), V(kind),
                       audio ? val_opt(audio->language) : val_null(), V((int64_t)r->width),
                       V((int64_t)r->height), V((int64_t)r->fps_num), V((int64_t)r->fps_den)),
                  NULL);
}

static const ProbeAudio *main_audio(const Probe *probe)
{
    for (size_t i = 0; i < probe->n_audio; i++)
        if (probe->audio[i].is_default)
            return &probe->audio[i];
    return probe->n_audio ? &probe->audio[0] : NULL;
}

/* The early rendition, the sound, then the rest: the order of encoding and of the playlists. */
static Err add_renditions(Cx *cx, const EncodeRow *e, const Probe *probe)
{
    Ladder ladder = {0};
    int position = 0;
    ladder_plan(probe, &ladder);
    for (size_t i = 0; i < ladder.n; i++) {
        TRY(add_rendition(cx, e->id, position++, &ladder.rungs[i], NULL));
        if (i == 0 && main_audio(probe))
            TRY(add_rendition(cx, e->id, position++, NULL, main_audio(probe)));
    }
    return queue_add(cx, &(JobNew){.kind = "encode",
                                   .subject = e->id,
                                   .detail = str_of(ladder.rungs[0].name),
                                   .owner = e->owner,
                                   .priority = JOB_URGENT});
}

Err publish_probed(Cx *cx, const JobRow *job, const EncodeRow *e, const Probe *probe, Str sha256)
{
    int64_t width = 0, height = 0;
    Str type = arena_str(cx->arena, media_type_of(probe, e->filename));
    probe_shown(probe, &width, &height);
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(queue_done(cx, job));
    TRY(db_run(cx, SQL_ENCODE_PROBED, ARGS(V(sha256), V(type), V(probe->duration_ms), V(e->id)),
               NULL));
    TRY(db_run(cx, SQL_VIDEO_PROBED,
               ARGS(V(probe->duration_ms), V(width), V(height), V(cx->now), V(e->video)), NULL));
    TRY(db_run(cx, SQL_ASSET_ADD,
               ARGS(V(id_new(cx)), V(e->video), V(e->id), V(e->filename), V(type), V(e->size_bytes),
                    V(sha256), V(e->blob), V(cx->now)),
               NULL));
    TRY(add_renditions(cx, e, probe));
    crash_step("probe: before commit");
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

/* Rows of a rendition nobody sees yet, in units that let others in between; each under the fence,
 * or a worker that lost its lease would write over what another has shown since. */
static Err put_segments(Cx *cx, const JobRow *job, Str rendition, const MediaTrack *track)
{
    for (size_t from = 0; from == 0 || from < track->n; from += SEGMENTS_A_UNIT) {
        Tx tx CLEANUP(tx_end) = {0};
        TRY(tx_begin(cx, &tx));
        TRY(queue_hold(cx, job, cx->app->conf.lease));
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

/* What comes after this rendition: the sound, then the higher ones. */
static Err queue_next(Cx *cx, const EncodeRow *e, const RenditionRow *done)
{
    RenditionRows all = {0};
    if (done->position != 0)
        return OK;
    TRY(encode_renditions(cx, e->id, &all));
    for (size_t i = 0; i < all.items.n; i++) {
        const RenditionRow *r = &all.items.p[i];
        bool sound = str_eq(r->kind, S("audio"));
        if (r->position != 0)
            TRY(queue_add(cx, &(JobNew){.kind = "encode",
                                        .subject = e->id,
                                        .detail = r->name,
                                        .owner = e->owner,
                                        .priority = sound ? JOB_URGENT : JOB_NORMAL}));
    }
    return OK;
}

/* The early picture and the sound are there: the version plays. All are there: it is finished. */
static Err mark_progress(Cx *cx, const EncodeRow *e)
{
    RenditionRows all = {0};
    bool picture = false, silent = false;
    size_t ready = 0;
    TRY(encode_renditions(cx, e->id, &all));
    for (size_t i = 0; i < all.items.n; i++) {
        const RenditionRow *r = &all.items.p[i];
        bool is_ready = str_eq(r->state, S("ready")), sound = str_eq(r->kind, S("audio"));
        ready += is_ready;
        picture |= is_ready && !sound;
        silent |= !is_ready && sound;
    }
    if (picture && (!silent || bug("halfmade"))) {
        int64_t wanted = 0, changed = 0;
        TRY(db_run(cx, SQL_VIDEO_SERVE, ARGS(V(e->id), V(cx->now), V(e->video), V(e->id)),
                   &changed));
        if (changed)
            TRY(encode_retire(cx, e->video, e->id));
        TRY(db_int(cx, SQL_VIDEO_WANTS_PUBLISHING, ARGS(V(e->video)), &wanted));
        if (wanted)
            TRY(video_publish(cx, e->video));
    }
    if (ready < all.items.n)
        return OK;
    TRY(db_run(cx, SQL_ENCODE_STATE, ARGS(V(S("ready")), V(e->id)), NULL));
    return video_move(cx, e->video, VIDEO_ENCODED);
}

static Err show_rendition(Cx *cx, const JobRow *job, const EncodeRow *e, const RenditionRow *row,
                          Str key, const MediaTrack *t)
{
    int64_t changed = 0;
    TRY(put_segments(cx, job, row->id, t));
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(queue_done(cx, job));
    TRY(db_run(cx, SQL_RENDITION_READY,
               ARGS(V(key), V(t->total_bytes), V(t->codecs), V((int64_t)t->width),
                    V((int64_t)t->height), V(row->fps_num), V(row->fps_den), V(t->timescale),
                    V(t->init_size), V(t->peak_bps), V(t->average_bps), V(row->id)),
               &changed));
    if (!changed)
        return fail(cx, E_CONFLICT, "rendition " STR_FMT " is ready already, or its video gone",
                    STR_ARG(row->name));
    TRY(queue_next(cx, e, row));
    TRY(mark_progress(cx, e));
    crash_step("rendition: before commit");
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err publish_rendition(Cx *cx, const JobRow *job, const EncodeRow *e, const RenditionRow *row,
                      const char *path, const MediaTrack *track)
{
    /* the fence in the key: two attempts never write one blob */
    Str key = arena_fmt(cx->arena, "rendition/" STR_FMT "-%lld.mp4", STR_ARG(row->id),
                        (long long)job->fence);
    if (!bug("rows-first"))
        TRY(blob_adopt(cx, cx->app->blobs, key, path));
    Err err = show_rendition(cx, job, e, row, key, track);
    if (!err && bug("rows-first"))
        err = blob_adopt(cx, cx->app->blobs, key, path);
    if (err) {
        char said[sizeof cx->said];
        memcpy(said, cx->said, sizeof said);
        (void)(blob_drop(cx, cx->app->blobs, key) ==
               OK); /* no row names it; else hub doctor finds it */
        memcpy(cx->said, said, sizeof said);
    }
    return err;
}

Err publish_failed(Cx *cx, const JobRow *job, const EncodeRow *e, Str reason)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(queue_done(cx, job));
    TRY(db_run(cx, SQL_ENCODE_FAIL, ARGS(V(reason), V(e->id)), NULL));
    TRY(video_move(cx, e->video, VIDEO_FAILED));
    TRY(audit_add(cx, "encode.failed", e->video, (Str){0}, reason));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}
