/* Takes jobs off the queue and does them. */
#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "db/db.h"
#include "encode/jobs.h"
#include "encode/publish.h"
#include "encode/retire.h"
#include "encode/uploaded.h"

enum { FULL_PAUSE_MS = 5000, HELD_PAUSE_MS = 5000 };

static Err forget_failed(Attempt *a, Str said)
{
    (void)said; /* it was logged */
    return attempt_forget(a);
}

static Err drop_encode(Attempt *a)
{
    return encode_drop(a->cx, a->job, &a->encode);
}

/* kind, what it does, whether its subject is an encode, what a failure for good means. */
static const struct {
    const char *kind;
    Err (*run)(Attempt *a);
    bool of_encode;
    Err (*failed)(Attempt *a, Str said);
} kinds[] = {
    {"probe", job_probe, true, publish_failed},
    {"encode", job_pass, true, publish_failed},
    {"join", job_join, true, publish_failed},
    {"audio", job_sound, true, publish_failed},
    {"texts", job_texts, true, forget_failed},
    {"pictures", job_pictures, true, forget_failed},
    {"cards", job_cards, false, forget_failed},
    {"storyboard", job_storyboard, true, forget_failed},
    {"clip", job_clip, true, forget_failed},
    {"file", job_file, true, forget_failed},
    {"asset", job_uploaded, false, job_upload_refused},
    {"poster", job_uploaded, false, job_upload_refused},
    {"scan", job_scan, false, forget_failed},
    {"drop-blob", job_drop_blob, false, forget_failed},
    {"drop-encode", drop_encode, true, forget_failed},
};

Err job_drop(Attempt *a, Str key)
{
    Err e = blob_drop(a->cx, a->cx->app->blobs, key);
    if (e == E_CONFLICT) /* a backup is being made: no attempt of the job is lost by it */
        return queue_release(a->cx, a->job, HELD_PAUSE_MS);
    TRY(e);
    return attempt_forget(a);
}

Err job_drop_blob(Attempt *a)
{
    return job_drop(a, a->job->subject);
}

static void log_job(const JobRow *job, Err err, const char *why, int64_t since)
{
    log_say(err ? LOG_WARN : LOG_INFO, err ? "job.failed" : "job.done", LS("job", job->id),
            LS("kind", job->kind), LS("subject", job->subject), LS("detail", job->detail),
            LI("attempt", job->attempts), LI("ms", clock_mono_ms() - since), LZ("why", why));
}

/* Refused files fail at once; what may pass is tried again; the third time it fails too. */
static Err settle_failure(Attempt *a, size_t kind, Err err)
{
    Cx *cx = a->cx;
    Str said = arena_str(cx->arena, str_of(cx->said));
    bool held = true;
    crash_step("job: failed");
    if (queue_held(cx, a->job, &held) == OK && !held && !bug("nofence"))
        return OK; /* somebody else has it, or it was cancelled */
    if (cx->app->stopping)
        return queue_release(cx, a->job, 0);
    if (err == E_FULL) /* room will be made; the original is not at fault */
        return queue_release(cx, a->job, FULL_PAUSE_MS);
    if (err == E_CONFLICT || a->lost) /* somebody else has it */
        return OK;
    if (err != E_MEDIA_REFUSED) {
        err = queue_retry(cx, a->job, said);
        if (err != E_CONFLICT)
            return err;
        said = arena_fmt(cx->arena, "the hub could not do it after %d attempts: " STR_FMT,
                         JOB_ATTEMPTS, STR_ARG(said));
    }
    return kinds[kind].failed(a, said);
}

static size_t kind_of(const JobRow *job)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (str_eq(job->kind, str_of(kinds[i].kind)))
            return i;
    return COUNT(kinds);
}

Err encode_work_once(Cx *cx, Str worker)
{
    JobRow job = {0};
    TRY(queue_lease(cx, worker, cx->app->conf.lease, &job));
    crash_about(job.kind, job.detail);
    crash_step("job: leased");
    int64_t start = clock_mono_ms();
    Attempt *a = arena_take(cx->arena, sizeof *a); /* a ladder and a probe: large for a stack */
    size_t kind = kind_of(&job);
    attempt_begin(a, cx, &job);
    if (kind == COUNT(kinds))
        return attempt_forget(a); /* of a later release */
    Err err = kinds[kind].of_encode ? attempt_encode(a) : OK;
    if (err == E_NOT_FOUND) /* the video was deleted meanwhile */
        return attempt_forget(a);
    if (!err)
        err = kinds[kind].run(a);
    log_job(&job, err, err ? cx->said : "", start);
    return err ? settle_failure(a, kind, err) : OK;
}
