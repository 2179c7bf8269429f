/* Takes jobs off the queue and does them: probe, encode, drop-blob. */
#include "base/clock.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/log.h"
#include "db/db.h"
#include "encode/folder.h"
#include "encode/publish.h"
#include "encode/retire.h"
#include "encode/uploaded.h"
#include "media/jail.h"
#include "media/mp4.h"
#include "media/transcode.h"

#include <unistd.h>

enum { READ_ROOM = 1 << 20, TELL_MS = 1000, ASK_MS = 1000, FULL_PAUSE_MS = 5000 };

/* A job being done. The lease is renewed from the callbacks of the tool, on the job's own thread.
 */
typedef struct Work {
    Cx *cx;
    const JobRow *job;
    const RenditionRow *row; /* of an encode; NULL in a probe */
    int percent, told;
    int64_t renewed_ms, told_ms, asked_ms;
    bool lost;
} Work;

static MediaLimits limits_of(const Conf *c)
{
    MediaLimits l = {.max_pixels = c->max_pixels,
                     .max_fps = c->max_fps,
                     .max_duration_ms = c->max_duration,
                     .memory_bytes = c->job_memory,
                     .ffmpeg = c->ffmpeg.p,
                     .ffprobe = c->ffprobe.p};
    (void)jail_mode_read(c->jail, &l.jail); /* checked at start */
    return l;
}

static bool work_cancelled(void *who)
{
    Work *w = who;
    int64_t lease = w->cx->app->conf.lease, now = clock_mono_ms();
    if (w->cx->app->stopping)
        return true;
    if (now - w->asked_ms > ASK_MS) { /* an editor may have cancelled it */
        bool held = true;
        w->lost = queue_held(w->cx, w->job, &held) == OK && !held;
        w->asked_ms = now;
    }
    if (!w->lost && now - w->renewed_ms > lease / 3) {
        w->lost = queue_renew(w->cx, w->job, lease) == E_CONFLICT;
        w->renewed_ms = now;
    }
    return w->lost;
}

static Err tell_percent(Cx *cx, const RenditionRow *row, int percent)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_RENDITION_PERCENT, ARGS(V(percent > 99 ? 99 : percent), V(row->id)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static void work_progress(void *who, int percent)
{
    Work *w = who;
    int64_t now = clock_mono_ms();
    if (percent <= w->told || (w->told && now - w->told_ms < TELL_MS))
        return;
    if (tell_percent(w->cx, w->row, percent) == OK)
        w->told = percent;
    w->told_ms = now;
}

static Err hash_blob(Work *w, Str blob, Str *sha256)
{
    Cx *cx = w->cx;
    uint8_t sum[64];
    int fd = -1;
    int64_t size = 0;
    TRY(blob_open(cx, cx->app->blobs, blob, &fd, &size));
    char *room = arena_take(cx->arena, READ_ROOM);
    Digest *d = digest_open(DIGEST_SHA256);
    ssize_t n = 0;
    while (!work_cancelled(w) && (n = read(fd, room, READ_ROOM)) > 0)
        digest_add(d, room, (size_t)n);
    close(fd);
    size_t length = digest_close(d, sum);
    if (n)
        return fail(cx, E_UNAVAILABLE, n < 0 ? "reading the original failed" : "stopped");
    *sha256 = hex_text(cx->arena, sum, length);
    return OK;
}

static Err set_state(Cx *cx, Str encode, Str state)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_ENCODE_STATE, ARGS(V(state), V(encode)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static Err do_probe(Work *w, const EncodeRow *e)
{
    Cx *cx = w->cx;
    MediaLimits limits = limits_of(&cx->app->conf);
    Probe probe = {0};
    Str sha256 = {0};
    TRY(set_state(cx, e->id, S("probing")));
    MediaWatch watch = {w, NULL, work_cancelled};
    TRY(probe_watched(cx, &limits, blob_path(cx, cx->app->blobs, e->blob).p, &watch, &probe));
    TRY(hash_blob(w, e->blob, &sha256));
    crash_step("probe: done");
    cx->now = clock_now();
    return publish_probed(cx, w->job, e, &probe, sha256);
}

static Err make_track(Work *w, const EncodeRow *e, const Probe *probe, const TranscodeJob *job,
                      MediaTrack *out)
{
    Cx *cx = w->cx;
    Ladder ladder = {0};
    ladder_plan(probe, &ladder);
    for (size_t i = 0; i < ladder.n; i++)
        if (str_eq(str_of(ladder.rungs[i].name), w->row->name))
            return transcode_video(cx, job, &ladder.rungs[i], out);
    RenditionRow early = {0};
    MediaTrack grid = {0};
    size_t main_audio = 0;
    while (main_audio + 1 < probe->n_audio && !probe->audio[main_audio].is_default)
        main_audio++;
    if (probe->n_audio && !probe->audio[main_audio].is_default)
        main_audio = 0;
    TRY(db_one(cx, SQL_RENDITION_BY_NAME, ARGS(V(e->id), V(str_of(ladder.rungs[0].name))),
               &RENDITION_ROW, &early));
    int fd = -1;
    int64_t size = 0;
    TRY(blob_open(cx, cx->app->blobs, early.blob, &fd, &size));
    Err read = mp4_index(cx, fd, &grid);
    close(fd);
    TRY(read);
    return transcode_audio(cx, job, &probe->audio[main_audio], &grid, out);
}

static Err do_encode(Work *w, const EncodeRow *e)
{
    Cx *cx = w->cx;
    MediaLimits limits = limits_of(&cx->app->conf);
    Str original = blob_path(cx, cx->app->blobs, e->blob), folder = {0};
    Probe probe = {0};
    RenditionRow *row = arena_take(cx->arena, sizeof *row);
    MediaTrack track = {0};
    TRY(db_one(cx, SQL_RENDITION_BY_NAME, ARGS(V(e->id), V(w->job->detail)), &RENDITION_ROW, row));
    w->row = row;
    TRY(tell_percent(cx, row, 0));
    MediaWatch quiet = {w, NULL, work_cancelled};
    TRY(probe_watched(cx, &limits, original.p, &quiet, &probe));
    TRY(work_folder(cx, w->job, &folder));
    TranscodeJob job = {.limits = &limits,
                        .probe = &probe,
                        .original = original.p,
                        .folder = folder.p,
                        .watch = {w, work_progress, work_cancelled}};
    Err err = make_track(w, e, &probe, &job, &track);
    if (!err && !w->lost) {
        Str file =
            arena_fmt(cx->arena, STR_FMT "/" STR_FMT ".mp4", STR_ARG(folder), STR_ARG(row->name));
        cx->now = clock_now();
        err = publish_rendition(cx, w->job, e, row, file.p, &track);
    }
    work_folder_drop(folder.p);
    return err;
}

static Err do_drop(Work *w)
{
    Cx *cx = w->cx;
    TRY(blob_drop(cx, cx->app->blobs, w->job->subject));
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(queue_done(cx, w->job));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static Err forget(Cx *cx, const JobRow *job)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(queue_done(cx, job));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static void log_job(const JobRow *job, const char *event, LogLevel level, const char *why,
                    int64_t since)
{
    log_say(level, event, LS("job", job->id), LS("kind", job->kind), LS("subject", job->subject),
            LS("detail", job->detail), LI("attempt", job->attempts),
            LI("ms", clock_mono_ms() - since), LZ("why", why));
}

/* Refused files fail at once; what may pass is tried again; the third time it fails too. */
static Err settle_failure(Work *w, const EncodeRow *e, Err err)
{
    Cx *cx = w->cx;
    Str said = arena_str(cx->arena, str_of(cx->said));
    bool held = true;
    crash_step("job: failed");
    if (queue_held(cx, w->job, &held) == OK && !held && !bug("nofence"))
        return OK; /* somebody else has it, or it was cancelled */
    if (cx->app->stopping)
        return queue_release(cx, w->job, 0);
    if (err == E_FULL) /* room will be made; the original is not at fault */
        return queue_release(cx, w->job, FULL_PAUSE_MS);
    if (err == E_CONFLICT || w->lost) /* somebody else has it */
        return OK;
    if (err != E_MEDIA_REFUSED) {
        err = queue_retry(cx, w->job, said);
        if (err != E_CONFLICT)
            return err;
        said = arena_fmt(cx->arena, "the hub could not encode it after %d attempts: " STR_FMT,
                         JOB_ATTEMPTS, STR_ARG(said));
    }
    return e->id.n ? publish_failed(cx, w->job, e, said) : forget(cx, w->job);
}

Err encode_work_once(Cx *cx, Str worker)
{
    JobRow job = {0};
    EncodeRow e = {0};
    TRY(queue_lease(cx, worker, cx->app->conf.lease, &job));
    int64_t start = clock_mono_ms();
    Work w = {.cx = cx, .job = &job, .renewed_ms = start, .asked_ms = start};
    bool drop = str_eq(job.kind, S("drop-blob"));
    if (uploaded_takes(job.kind))
        return uploaded_work(cx, &job);
    Err err = drop ? OK : encode_by_id(cx, job.subject, &e);
    if (err == E_NOT_FOUND) /* the video was deleted meanwhile */
        return forget(cx, &job);
    if (!err)
        err = drop                                 ? do_drop(&w)
              : str_eq(job.kind, S("drop-encode")) ? encode_drop(cx, &job, &e)
              : str_eq(job.kind, S("probe"))       ? do_probe(&w, &e)
                                                   : do_encode(&w, &e);
    if (str_eq(job.kind, S("drop-encode"))) /* its failure is none of the encode's */
        e = (EncodeRow){0};
    log_job(&job, err ? "job.failed" : "job.done", err ? LOG_WARN : LOG_INFO, err ? cx->said : "",
            start);
    return err ? settle_failure(&w, &e, err) : OK;
}
