#include "encode/work.h"

#include "base/clock.h"
#include "base/hash.h"
#include "db/db.h"
#include "media/jail.h"

#include <unistd.h>

enum { READ_ROOM = 1 << 20, TELL_MS = 1000, LOOK_MS = 1000 };

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

void work_begin(Work *w, Cx *cx, const JobRow *job)
{
    int64_t now = clock_mono_ms();
    *w = (Work){.cx = cx,
                .job = job,
                .limits = limits_of(&cx->app->conf),
                .parts = 1,
                .renewed_ms = now,
                .looked_ms = now};
}

LadderWish encode_wish(const Conf *c)
{
    LadderWish wish = {.preset_early = ladder_preset(c->preset_early),
                       .preset = ladder_preset(c->preset),
                       .crf = (int)c->crf};
    (void)ladder_wish_read(c->ladder, &wish); /* checked at start */
    return wish;
}

Err work_encode(Work *w)
{
    EncodeRow *e = &w->encode;
    TRY(encode_by_id(w->cx, w->job->subject, e));
    if (!e->has.probe)
        return OK;
    TRY(probe_again(w->cx, e->probe, e->video_ms, e->video_frames, e->duration_ms, &w->probe));
    LadderWish wish = encode_wish(&w->cx->app->conf);
    ladder_plan(&w->probe, &wish, &w->ladder);
    return OK;
}

/* Renewed each third of the lease; in between it is only looked at, so that a cancelled job ends
 * soon. */
bool work_cancelled(void *who)
{
    Work *w = who;
    int64_t lease = w->cx->app->conf.lease, now = clock_mono_ms();
    if (w->cx->app->stopping || w->lost)
        return true;
    if (now - w->renewed_ms > lease / 3) {
        w->lost = queue_renew(w->cx, w->job, lease) == E_CONFLICT;
        w->renewed_ms = w->looked_ms = now;
    } else if (now - w->looked_ms > LOOK_MS) {
        bool held = true;
        w->lost = queue_held(w->cx, w->job, &held) == OK && !held;
        w->looked_ms = now;
    }
    return w->lost;
}

static Err tell_percent(Work *w, int percent)
{
    Cx *cx = w->cx;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    for (size_t i = 0; i < w->n_rows; i++)
        TRY(db_run(cx, SQL_RENDITION_PERCENT,
                   ARGS(V(percent > 99 ? 99 : percent), V(w->rows[i].id)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static void work_progress(void *who, int percent)
{
    Work *w = who;
    int64_t now = clock_mono_ms();
    int whole = (int)((w->part * 100 + percent) / w->parts);
    if (whole <= w->told || (w->told && now - w->told_ms < TELL_MS))
        return;
    if (tell_percent(w, whole) == OK)
        w->told = whole;
    w->told_ms = now;
}

MediaWatch work_watch(Work *w)
{
    return (MediaWatch){w, work_progress, work_cancelled};
}

MediaWatch work_quiet(Work *w)
{
    return (MediaWatch){w, NULL, work_cancelled};
}

Str work_original(const Work *w)
{
    return blob_path(w->cx, w->cx->app->blobs, w->encode.blob);
}

const Rung *work_rung(const Work *w, Str name)
{
    for (size_t i = 0; i < w->ladder.n; i++)
        if (str_eq(str_of(w->ladder.rungs[i].name), name))
            return &w->ladder.rungs[i];
    return NULL;
}

Err work_hash(Work *w, int fd, Str *sha256)
{
    Cx *cx = w->cx;
    uint8_t sum[64];
    char *room = arena_take(cx->arena, READ_ROOM);
    Digest *d = digest_open(DIGEST_SHA256);
    ssize_t n = 0;
    while (!work_cancelled(w) && (n = read(fd, room, READ_ROOM)) > 0)
        digest_add(d, room, (size_t)n);
    size_t length = digest_close(d, sum);
    if (w->lost || cx->app->stopping)
        return fail(cx, E_UNAVAILABLE, "stopped");
    if (n)
        return fail(cx, E_UNAVAILABLE, "reading the file failed");
    *sha256 = hex_text(cx->arena, sum, length);
    return OK;
}

Err work_forget(Work *w)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(w->cx, &tx));
    TRY(queue_done(w->cx, w->job));
    TRY(tx_commit(&tx));
    return db_settle(w->cx);
}
