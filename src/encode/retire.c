#include "encode/retire.h"

#include "base/fault.h"
#include "catalog/video.h"
#include "common/app.h"
#include "common/queue.h"
#include "db/db.h"
#include "encode/encode.h"

enum { PUT_OFF_MS = 24 * 3600 * 1000 };

static Err drop_each(Cx *cx, const BlobRows *blobs)
{
    for (size_t i = 0; i < blobs->items.n; i++)
        TRY(queue_drop_blob(cx, blobs->items.p[i].key));
    return OK;
}

/* The files fans get, their bytes too; `original`: that one as well, but not its bytes. */
static Err drop_files(Cx *cx, const EncodeRow *e, bool original)
{
    BlobRows blobs = {0};
    TRY(db_list(cx, SQL_ENCODE_ASSET_BLOBS, ARGS(V(e->id)), &BLOB_ROW, &blobs.items));
    TRY(drop_each(cx, &blobs));
    return db_run(cx, SQL_ENCODE_DROP_ASSETS, ARGS(V(e->id), V(original)), NULL);
}

static Err drop_made(Cx *cx, const EncodeRow *e, bool all)
{
    BlobRows blobs = {0};
    TRY(db_list(cx, SQL_ENCODE_BLOBS, ARGS(V(e->id), V(all)), &BLOB_ROW, &blobs.items));
    TRY(drop_each(cx, &blobs));
    TRY(db_run(cx, SQL_ENCODE_DROP_RENDITIONS, ARGS(V(e->id), V(all)), NULL));
    if (!all)
        return OK;
    TRY(db_run(cx, SQL_VIDEO_FORGET_PICTURES, ARGS(V(e->id), V(e->video)), NULL));
    TRY(db_run(cx, SQL_ENCODE_DROP_PICTURES, ARGS(V(e->id)), NULL));
    return db_run(cx, SQL_ENCODE_DROP_STORYBOARD, ARGS(V(e->id)), NULL);
}

/* `former` plays again, or nothing does. */
static Err fall_back(Cx *cx, const EncodeRow *e, Str former)
{
    TRY(db_run(cx, SQL_VIDEO_SERVE_FORMER, ARGS(val_opt(former), V(cx->now), V(e->video)), NULL));
    return video_move(cx, e->video, former.n ? VIDEO_KEPT : VIDEO_FAILED);
}

Err encode_cancel(Cx *cx, const EncodeRow *e, Str reason)
{
    VideoGate gate = {0};
    Str former = {0};
    int64_t changed = 0;
    TRY(db_run(cx, SQL_ENCODE_STOP, ARGS(V(reason), V(e->id)), &changed));
    if (!changed)
        return fail(cx, E_CONFLICT, "the encoding is over");
    TRY(queue_cancel(cx, e->id));
    TRY(db_one(cx, SQL_VIDEO_GATE, ARGS(V(e->video)), &VIDEO_GATE, &gate));
    Err found = db_text(cx, SQL_ENCODE_FORMER, ARGS(V(e->video), V(e->id)), &former);
    if (found && found != E_NOT_FOUND)
        return found;
    bool serves = gate.has.encode && str_eq(gate.encode, e->id);
    bool shown = !str_eq(gate.state, S("processing"));
    bool keep = serves && shown && !former.n;
    TRY(drop_made(cx, e, !keep));
    if (!keep)
        TRY(drop_files(cx, e, false));
    if (keep || !gate.has.encode)
        return video_move(cx, e->video, VIDEO_FAILED);
    if (serves && former.n) /* it had been sent away */
        TRY(queue_cancel(cx, former));
    return fall_back(cx, e, serves ? former : gate.encode);
}

/* A replaced version that still runs is stopped: nobody would see the rest of it. */
static Err send_away(Cx *cx, Str id, int64_t life)
{
    EncodeRow e = {0};
    TRY(encode_by_id(cx, id, &e));
    TRY(queue_cancel(cx, id));
    TRY(db_run(cx, SQL_ENCODE_STOP, ARGS(V(S("a newer version took its place")), V(id)), NULL));
    if (e.has.duration_ms && 3 * e.duration_ms > life)
        life = 3 * e.duration_ms;
    return queue_add(cx, &(JobNew){.kind = "drop-encode",
                                   .subject = id,
                                   .priority = JOB_LATER,
                                   .run_at = cx->now + life});
}

Err encode_retire(Cx *cx, Str video, Str except)
{
    BlobRows older = {0};
    VideoGate gate = {0};
    int64_t life = cx->app->conf.stream_life;
    TRY(db_list(cx, SQL_ENCODE_OLDER, ARGS(V(video), V(except)), &BLOB_ROW, &older.items));
    if (!older.items.n)
        return OK;
    TRY(db_one(cx, SQL_VIDEO_GATE, ARGS(V(video)), &VIDEO_GATE, &gate));
    if (gate.has.duration_ms && 3 * gate.duration_ms > life) /* addresses made since the probe */
        life = 3 * gate.duration_ms;
    for (size_t i = 0; i < older.items.n; i++)
        TRY(send_away(cx, older.items.p[i].key, life));
    return OK;
}

/* The files of it that fans get; from now on there is no new ticket. *off: it is wanted, by a
 * ticket or because it may have to play again. */
static Err drop_assets(Cx *cx, const JobRow *job, const EncodeRow *e, bool *off)
{
    int64_t wanted = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(queue_hold(cx, job, cx->app->conf.lease));
    TRY(db_int(cx, SQL_ENCODE_WANTED, ARGS(V(e->id), V(cx->now), V(e->video)), &wanted));
    *off = wanted > 0 && !bug("noticket");
    if (!*off)
        TRY(drop_files(cx, e, true));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

/* By the hundreds, so that others get in between. */
static Err drop_segments(Cx *cx, const JobRow *job, Str rendition)
{
    for (int64_t changed = 1; changed;) {
        Tx tx CLEANUP(tx_end) = {0};
        TRY(tx_begin(cx, &tx));
        TRY(queue_hold(cx, job, cx->app->conf.lease));
        TRY(db_run(cx, SQL_ENCODE_DROP_SEGMENTS, ARGS(V(rendition)), &changed));
        TRY(tx_commit(&tx));
        TRY(db_settle(cx));
        crash_step("drop: after a unit");
    }
    return OK;
}

static Err drop_rest(Cx *cx, const JobRow *job, const EncodeRow *e)
{
    int64_t needed = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(queue_done(cx, job));
    TRY(db_int(cx, SQL_ORIGINAL_NEEDED, ARGS(V(e->video), V(e->blob), V(e->id)), &needed));
    if (!needed || bug("noshare"))
        TRY(queue_drop_blob(cx, e->blob));
    TRY(drop_made(cx, e, true));
    TRY(db_run(cx, SQL_ENCODE_DROP, ARGS(V(e->id)), NULL));
    crash_step("drop: before commit");
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err encode_drop(Cx *cx, const JobRow *job, const EncodeRow *e)
{
    RenditionRows all = {0};
    bool off = false;
    TRY(drop_assets(cx, job, e, &off));
    if (off)
        return queue_release(cx, job, PUT_OFF_MS);
    TRY(encode_renditions(cx, e->id, &all));
    for (size_t i = 0; i < all.items.n; i++)
        TRY(drop_segments(cx, job, all.items.p[i].id));
    return drop_rest(cx, job, e);
}
