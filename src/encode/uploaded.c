#include "encode/uploaded.h"

#include "base/clock.h"
#include "base/fault.h"
#include "db/db.h"
#include "encode/jobs.h"
#include "encode/folder.h"

#include <unistd.h>

static Str key_of(const Attempt *a)
{
    return arena_fmt(a->cx->arena, STR_FMT "/" STR_FMT, STR_ARG(a->job->kind),
                     STR_ARG(a->job->subject));
}

Err uploaded_hash(Uploaded *u, Str *sha256)
{
    int fd = -1;
    int64_t size = 0;
    TRY(blob_open(u->cx, u->cx->app->blobs, u->key, &fd, &size));
    Err e = attempt_hash(u->attempt, fd, sha256);
    close(fd);
    return e;
}

Err uploaded_ready(Uploaded *u, Str result)
{
    int64_t changed = 0;
    TRY(queue_done(u->cx, u->attempt->job));
    TRY(db_run(u->cx, SQL_UPLOAD_SETTLED, ARGS(V(S("ready")), val_null(), V(result), V(u->row.id)),
               &changed));
    return changed ? OK : fail(u->cx, E_CONFLICT, "the upload went with its video");
}

Err job_upload_refused(Attempt *a, Str reason)
{
    Cx *cx = a->cx;
    Tx tx CLEANUP(tx_end) = {0};
    cx->now = clock_now();
    TRY(tx_begin(cx, &tx));
    TRY(queue_done(cx, a->job));
    TRY(db_run(cx, SQL_UPLOAD_SETTLED,
               ARGS(V(S("refused")), V(reason), val_null(), V(a->job->subject)), NULL));
    TRY(queue_drop_blob(cx, key_of(a)));
    crash_step("upload: before it is refused");
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static Err take(Uploaded *u)
{
    Attempt *a = u->attempt;
    Str folder = {0};
    TRY(attempt_folder(u->cx, a->job, &folder));
    u->still = (StillJob){.limits = &a->limits, .folder = folder.p, .watch = attempt_quiet(a)};
    Err e = str_eq(a->job->kind, S("poster")) ? poster_take(u) : asset_take(u);
    attempt_folder_drop(folder.p);
    return e;
}

Err job_uploaded(Attempt *a)
{
    Uploaded u = {.attempt = a, .cx = a->cx, .key = key_of(a)};
    u.path = blob_path(a->cx, a->cx->app->blobs, u.key);
    Err e = db_one(a->cx, SQL_UPLOAD_TAKEN, ARGS(V(a->job->subject)), &UPLOAD_ROW, &u.row);
    if (e == E_NOT_FOUND) /* its video or show was deleted meanwhile, and with it the row */
        return job_drop(a, u.key);
    TRY(e);
    return take(&u);
}
