#include "encode/uploaded.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/log.h"
#include "db/db.h"
#include "encode/folder.h"
#include "media/jail.h"

#include <unistd.h>

enum { READ_ROOM = 1 << 20, FULL_PAUSE_MS = 5000 };

static const struct {
    const char *kind;
    Err (*take)(Uploaded *u);
} kinds[] = {{"asset", asset_take}, {"poster", poster_take}};

static size_t kind_of(Str kind)
{
    size_t i = 0;
    while (i < COUNT(kinds) && !str_eq(kind, str_of(kinds[i].kind)))
        i++;
    return i;
}

bool uploaded_takes(Str kind)
{
    return kind_of(kind) < COUNT(kinds);
}

static bool is_cancelled(void *who)
{
    Uploaded *u = who;
    int64_t lease = u->cx->app->conf.lease, now = clock_mono_ms();
    if (u->cx->app->stopping)
        return true;
    if (now - u->renewed_ms > lease / 3) {
        u->lost = queue_renew(u->cx, u->job, lease) == E_CONFLICT;
        u->renewed_ms = now;
    }
    return u->lost;
}

Err uploaded_hash(Uploaded *u, Str *sha256)
{
    Cx *cx = u->cx;
    uint8_t sum[64];
    int fd = -1;
    int64_t size = 0;
    TRY(blob_open(cx, cx->app->blobs, u->key, &fd, &size));
    char *room = arena_take(cx->arena, READ_ROOM);
    Digest *d = digest_open(DIGEST_SHA256);
    ssize_t n = 0;
    while (!is_cancelled(u) && (n = read(fd, room, READ_ROOM)) > 0)
        digest_add(d, room, (size_t)n);
    close(fd);
    size_t length = digest_close(d, sum);
    if (n)
        return fail(cx, E_UNAVAILABLE, n < 0 ? "reading the file failed" : "stopped");
    *sha256 = hex_text(cx->arena, sum, length);
    return OK;
}

Err uploaded_ready(Uploaded *u, Str result)
{
    int64_t changed = 0;
    TRY(queue_done(u->cx, u->job));
    TRY(db_run(u->cx, SQL_UPLOAD_SETTLED, ARGS(V(S("ready")), val_null(), V(result), V(u->row.id)),
               &changed));
    return changed ? OK : fail(u->cx, E_CONFLICT, "the upload went with its video");
}

static Err refuse(Uploaded *u, Str reason)
{
    Cx *cx = u->cx;
    Tx tx CLEANUP(tx_end) = {0};
    cx->now = clock_now();
    TRY(tx_begin(cx, &tx));
    TRY(queue_done(cx, u->job));
    TRY(db_run(cx, SQL_UPLOAD_SETTLED, ARGS(V(S("refused")), V(reason), val_null(), V(u->row.id)),
               NULL));
    TRY(queue_drop_blob(cx, u->key));
    crash_step("upload: before it is refused");
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

/* Its video or show was deleted meanwhile, and with it the row of the upload. */
static Err forget(Uploaded *u)
{
    Cx *cx = u->cx;
    TRY(blob_drop(cx, cx->app->blobs, u->key));
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(queue_done(cx, u->job));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static Err settle_failure(Uploaded *u, Err err)
{
    Cx *cx = u->cx;
    Str said = arena_str(cx->arena, str_of(cx->said));
    crash_step("job: failed");
    if (cx->app->stopping)
        return queue_release(cx, u->job, 0);
    if (err == E_FULL) /* room will be made; the file is not at fault */
        return queue_release(cx, u->job, FULL_PAUSE_MS);
    if (err == E_CONFLICT || u->lost) /* somebody else has it, or its upload is gone */
        return OK;
    if (err != E_MEDIA_REFUSED) {
        err = queue_retry(cx, u->job, said);
        if (err != E_CONFLICT)
            return err;
        said = arena_fmt(cx->arena, "the hub could not take it in after %d attempts: " STR_FMT,
                         JOB_ATTEMPTS, STR_ARG(said));
    }
    return refuse(u, said);
}

static void begin(Uploaded *u)
{
    const Conf *c = &u->cx->app->conf;
    u->limits = (MediaLimits){.max_pixels = c->max_pixels,
                              .max_fps = c->max_fps,
                              .max_duration_ms = c->max_duration,
                              .memory_bytes = c->job_memory,
                              .ffmpeg = c->ffmpeg.p,
                              .ffprobe = c->ffprobe.p};
    (void)jail_mode_read(c->jail, &u->limits.jail); /* checked at start */
    u->key = arena_fmt(u->cx->arena, STR_FMT "/" STR_FMT, STR_ARG(u->job->kind),
                       STR_ARG(u->job->subject));
    u->path = blob_path(u->cx, u->cx->app->blobs, u->key);
    u->renewed_ms = clock_mono_ms();
}

static Err take(Uploaded *u)
{
    Str folder = {0};
    TRY(work_folder(u->cx, u->job, &folder));
    u->still =
        (StillJob){.limits = &u->limits, .folder = folder.p, .watch = {u, NULL, is_cancelled}};
    Err e = kinds[kind_of(u->job->kind)].take(u);
    work_folder_drop(folder.p);
    return e;
}

Err uploaded_work(Cx *cx, const JobRow *job)
{
    Uploaded u = {.cx = cx, .job = job};
    int64_t start = clock_mono_ms();
    begin(&u);
    Err e = db_one(cx, SQL_UPLOAD_TAKEN, ARGS(V(job->subject)), &UPLOAD_ROW, &u.row);
    if (e == E_NOT_FOUND)
        return forget(&u);
    if (!e)
        e = take(&u);
    log_say(e ? LOG_WARN : LOG_INFO, e ? "job.failed" : "job.done", LS("job", job->id),
            LS("kind", job->kind), LS("subject", job->subject), LI("attempt", job->attempts),
            LI("ms", clock_mono_ms() - start), LZ("why", e ? cx->said : ""));
    return e ? settle_failure(&u, e) : OK;
}
