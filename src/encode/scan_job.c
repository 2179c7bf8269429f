/* Sends an upload to clamd. Whatever comes of it is a verdict: what failed is asked for again by
 * scan_schedule, so that the job's own attempts are never used up. */
#include "base/clock.h"
#include "base/fault.h"
#include "catalog/scan.h"
#include "db/db.h"
#include "encode/jobs.h"

#include <unistd.h>

static Err look(Attempt *a, ClamdAnswer *out, Str *scanner)
{
    Cx *cx = a->cx;
    Str address = cx->app->conf.clamd, sha256 = {0};
    ClamdWatch watch = {a, attempt_cancelled};
    int fd = -1;
    int64_t size = 0;
    TRY(blob_open(cx, cx->app->blobs, a->job->detail, &fd, &size));
    Err e = clamd_version(cx, address, scanner);
    if (!e && size > cx->app->conf.clamd_max && !bug("scanlarge")) {
        *out = (ClamdAnswer){CLAMD_FAILED,
                             S("larger than clamd-max, so clamd may not have read all of it")};
        close(fd);
        return OK;
    }
    if (!e)
        e = clamd_scan(cx, address, fd, &watch, out, &sha256);
    close(fd);
    TRY(e);
    if (!str_eq(sha256, a->job->subject))
        *out = (ClamdAnswer){CLAMD_FAILED, S("the file has not the bytes of its hash")};
    return OK;
}

Err job_scan(Attempt *a)
{
    Cx *cx = a->cx;
    ClamdAnswer answer = {0};
    Str scanner = {0};
    Tx tx CLEANUP(tx_end) = {0};
    if (!cx->app->conf.clamd.n)
        return attempt_forget(a);
    Err e = look(a, &answer, &scanner);
    if (e && (cx->app->stopping || a->lost))
        return e;
    if (e)
        answer = (ClamdAnswer){CLAMD_FAILED, arena_str(cx->arena, str_of(cx->said))};
    cx->said[0] = 0;
    cx->now = clock_now();
    TRY(tx_begin(cx, &tx));
    TRY(queue_done(cx, a->job));
    TRY(scan_record(cx, a->job->subject, &answer, scanner));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}
