/* The first look at an original: is it a video, what is in it, what will be made of it. */
#include "base/clock.h"
#include "base/fault.h"
#include "db/db.h"
#include "encode/jobs.h"
#include "encode/publish.h"

#include <unistd.h>

static Err set_state(Cx *cx, Str encode, Str state)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_ENCODE_STATE, ARGS(V(state), V(encode)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static Err hash_original(Attempt *a, Str *sha256)
{
    int fd = -1;
    int64_t size = 0;
    if (a->encode.has.sha256) { /* encoded before: the bytes are the same */
        *sha256 = a->encode.sha256;
        return OK;
    }
    TRY(blob_open(a->cx, a->cx->app->blobs, a->encode.blob, &fd, &size));
    Err e = attempt_hash(a, fd, sha256);
    close(fd);
    return e;
}

Err job_probe(Attempt *a)
{
    Cx *cx = a->cx;
    Str sha256 = {0};
    MediaWatch watch = attempt_quiet(a);
    TRY(set_state(cx, a->encode.id, S("probing")));
    TRY(probe_watched(cx, &a->limits, attempt_original(a).p, &watch, &a->probe));
    attempt_plan(a);
    TRY(hash_original(a, &sha256));
    crash_step("probe: done");
    cx->now = clock_now();
    return publish_probed(a, sha256);
}
