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

static Err hash_original(Work *w, Str *sha256)
{
    int fd = -1;
    int64_t size = 0;
    if (w->encode.has.sha256) { /* encoded before: the bytes are the same */
        *sha256 = w->encode.sha256;
        return OK;
    }
    TRY(blob_open(w->cx, w->cx->app->blobs, w->encode.blob, &fd, &size));
    Err e = work_hash(w, fd, sha256);
    close(fd);
    return e;
}

Err job_probe(Work *w)
{
    Cx *cx = w->cx;
    Str sha256 = {0};
    MediaWatch watch = work_quiet(w);
    TRY(set_state(cx, w->encode.id, S("probing")));
    TRY(probe_watched(cx, &w->limits, work_original(w).p, &watch, &w->probe));
    LadderWish wish = encode_wish(&cx->app->conf);
    ladder_plan(&w->probe, &wish, &w->ladder);
    TRY(hash_original(w, &sha256));
    crash_step("probe: done");
    cx->now = clock_now();
    return publish_probed(w, sha256);
}
