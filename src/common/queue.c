#include "common/queue.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/id.h"
#include "db/db.h"

enum { TRIES_MAX = 16 }; /* other workers that may be faster, one after another */

Err queue_add(Cx *cx, const JobNew *job)
{
    int64_t run_at = job->run_at ? job->run_at : cx->now;
    return db_run(cx, SQL_JOB_ADD,
                  ARGS(V(id_new(cx)), V(str_of(job->kind)), V(job->subject), V(job->detail),
                       V(job->owner), V(job->heavy), V(job->priority), V(run_at), V(cx->now)),
                  NULL);
}

Err queue_drop_blob(Cx *cx, Str key)
{
    return queue_add(cx, &(JobNew){.kind = "drop-blob", .subject = key, .priority = JOB_LATER});
}

/* In one unit: the job is the worker's, and its owner goes to the end. E_NOT_FOUND: it was taken.
 */
static Err take(Cx *cx, Str id, Str worker, int64_t now, int64_t lease_ms, JobRow *out)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_one(
        cx, SQL_JOB_LEASE,
        ARGS(V(worker), V(now + lease_ms), V(id), V(now), V(bug("noheavy") ? S("") : worker)),
        &JOB_ROW, out));
    TRY(db_run(cx, SQL_TURN_TAKE, ARGS(V(out->owner)), NULL));
    TRY(db_run(cx, SQL_TURN_FORGET, NO_ARGS, NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

/* Looking for the next is a read of its own: an idle worker takes no writer, and a long queue keeps
 * nobody from it. A job outlives the moment its Cx began: leases count from the clock, not from
 * cx->now. */
Err queue_lease(Cx *cx, Str worker, int64_t lease_ms, JobRow *out)
{
    for (int tries = 0; tries < TRIES_MAX; tries++) {
        int64_t now = clock_now();
        Str id = {0};
        Err e = db_text(cx, SQL_JOB_NEXT,
                        ARGS(V(now), V(bug("noheavy") ? S("") : worker), V(bug("noturn") ? 0 : 1)),
                        &id);
        if (e == E_NOT_FOUND)
            return fail(cx, e, "no job is due");
        TRY(e);
        e = take(cx, id, worker, now, lease_ms, out);
        if (e != E_NOT_FOUND)
            return e;
        TRY(db_settle(cx));
    }
    return fail(cx, E_NOT_FOUND, "others were faster");
}

static Err change(Cx *cx, Sql id, const Val *args, size_t n)
{
    int64_t changed = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, id, args, n, &changed));
    if (!changed)
        return fail(cx, E_CONFLICT, "the lease was lost");
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err queue_renew(Cx *cx, const JobRow *job, int64_t lease_ms)
{
    return change(cx, SQL_JOB_RENEW, ARGS(V(clock_now() + lease_ms), V(job->id), V(job->fence)));
}

Err queue_hold(Cx *cx, const JobRow *job, int64_t lease_ms)
{
    int64_t changed = 0;
    TRY(db_run(cx, SQL_JOB_RENEW, ARGS(V(clock_now() + lease_ms), V(job->id), V(job->fence)),
               &changed));
    return changed || bug("nofence") ? OK : fail(cx, E_CONFLICT, "the lease was lost");
}

Err queue_held(Cx *cx, const JobRow *job, bool *held)
{
    int64_t n = 0;
    TRY(db_int(cx, SQL_JOB_OURS, ARGS(V(job->id), V(job->fence)), &n));
    *held = n > 0;
    return OK;
}

Err queue_cancel(Cx *cx, Str subject)
{
    return db_run(cx, SQL_JOB_CANCEL, ARGS(V(subject)), NULL);
}

Err queue_done(Cx *cx, const JobRow *job)
{
    int64_t changed = 0;
    TRY(db_run(cx, SQL_JOB_DONE, ARGS(V(job->id), V(job->fence)), &changed));
    return changed || bug("nofence") ? OK : fail(cx, E_CONFLICT, "the lease was lost");
}

Err queue_retry(Cx *cx, const JobRow *job, Str said)
{
    if (job->attempts >= JOB_ATTEMPTS)
        return fail(cx, E_CONFLICT, "%d attempts failed; the last: " STR_FMT, JOB_ATTEMPTS,
                    STR_ARG(said));
    int64_t pause = 2000ll << (2 * job->attempts);
    return change(cx, SQL_JOB_RETRY,
                  ARGS(V(clock_now() + pause), V(said), V(job->id), V(job->fence)));
}

Err queue_release(Cx *cx, const JobRow *job, int64_t pause_ms)
{
    return change(cx, SQL_JOB_RELEASE, ARGS(V(clock_now() + pause_ms), V(job->id), V(job->fence)));
}

Err worker_seen(Cx *cx, Str worker)
{
    int64_t now = clock_now();
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_WORKER_SEEN, ARGS(V(worker), V(now)), NULL));
    TRY(db_run(cx, SQL_WORKER_FORGET, ARGS(V(now - 3600000)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err worker_gone(Cx *cx, Str worker)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_WORKER_GONE, ARGS(V(worker)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err worker_alive(Cx *cx, int64_t within_ms, bool *alive)
{
    int64_t n = 0;
    TRY(db_int(cx, SQL_WORKER_ALIVE, ARGS(V(clock_now() - within_ms)), &n));
    *alive = n > 0;
    return OK;
}
