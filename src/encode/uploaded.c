#include "encode/uploaded.h"

#include "base/clock.h"
#include "base/fault.h"
#include "db/db.h"
#include "encode/folder.h"

#include <unistd.h>

static Str key_of(const Work *w)
{
    return arena_fmt(w->cx->arena, STR_FMT "/" STR_FMT, STR_ARG(w->job->kind),
                     STR_ARG(w->job->subject));
}

Err uploaded_hash(Uploaded *u, Str *sha256)
{
    int fd = -1;
    int64_t size = 0;
    TRY(blob_open(u->cx, u->cx->app->blobs, u->key, &fd, &size));
    Err e = work_hash(u->work, fd, sha256);
    close(fd);
    return e;
}

Err uploaded_ready(Uploaded *u, Str result)
{
    int64_t changed = 0;
    TRY(queue_done(u->cx, u->work->job));
    TRY(db_run(u->cx, SQL_UPLOAD_SETTLED, ARGS(V(S("ready")), val_null(), V(result), V(u->row.id)),
               &changed));
    return changed ? OK : fail(u->cx, E_CONFLICT, "the upload went with its video");
}

Err job_upload_refused(Work *w, Str reason)
{
    Cx *cx = w->cx;
    Tx tx CLEANUP(tx_end) = {0};
    cx->now = clock_now();
    TRY(tx_begin(cx, &tx));
    TRY(queue_done(cx, w->job));
    TRY(db_run(cx, SQL_UPLOAD_SETTLED,
               ARGS(V(S("refused")), V(reason), val_null(), V(w->job->subject)), NULL));
    TRY(queue_drop_blob(cx, key_of(w)));
    crash_step("upload: before it is refused");
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static Err take(Uploaded *u)
{
    Work *w = u->work;
    Str folder = {0};
    TRY(work_folder(u->cx, w->job, &folder));
    u->still = (StillJob){.limits = &w->limits, .folder = folder.p, .watch = work_quiet(w)};
    Err e = str_eq(w->job->kind, S("poster")) ? poster_take(u) : asset_take(u);
    work_folder_drop(folder.p);
    return e;
}

Err job_uploaded(Work *w)
{
    Uploaded u = {.work = w, .cx = w->cx, .key = key_of(w)};
    u.path = blob_path(w->cx, w->cx->app->blobs, u.key);
    Err e = db_one(w->cx, SQL_UPLOAD_TAKEN, ARGS(V(w->job->subject)), &UPLOAD_ROW, &u.row);
    if (e == E_NOT_FOUND) { /* its video or show was deleted meanwhile, and with it the row */
        TRY(blob_drop(w->cx, w->cx->app->blobs, u.key));
        return work_forget(w);
    }
    TRY(e);
    return take(&u);
}
