#include "encode/attempt.h"

#include "base/clock.h"
#include "base/fault.h"
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

void attempt_begin(Attempt *a, Cx *cx, const JobRow *job)
{
    int64_t now = clock_mono_ms();
    *a = (Attempt){.cx = cx,
                   .job = job,
                   .limits = limits_of(&cx->app->conf),
                   .parts = 1,
                   .renewed_ms = now,
                   .looked_ms = now};
}

static LadderWish wish_of(Str ladder, Str early, Str preset, int64_t crf)
{
    LadderWish wish = {
        .preset_early = ladder_preset(early), .preset = ladder_preset(preset), .crf = (int)crf};
    (void)ladder_wish_read(ladder, &wish); /* checked at start */
    return wish;
}

void attempt_plan(Attempt *a)
{
    const EncodeRow *e = &a->encode;
    const Conf *c = &a->cx->app->conf;
    bool planned = e->has.ladder && !bug("newwish");
    LadderWish wish = planned ? wish_of(e->ladder, e->preset_early, e->preset, e->crf)
                              : wish_of(c->ladder, c->preset_early, c->preset, c->crf);
    ladder_plan(&a->probe, &wish, &a->ladder);
}

Err attempt_encode(Attempt *a)
{
    EncodeRow *e = &a->encode;
    TRY(encode_by_id(a->cx, a->job->subject, e));
    if (!e->has.probe)
        return OK;
    TRY(probe_again(a->cx, e->probe, e->video_ms, e->video_frames, e->duration_ms, &a->probe));
    attempt_plan(a);
    return OK;
}

/* Renewed each third of the lease; in between it is only looked at, so that a cancelled job ends
 * soon. */
bool attempt_cancelled(void *who)
{
    Attempt *a = who;
    int64_t lease = a->cx->app->conf.lease, now = clock_mono_ms();
    if (a->cx->app->stopping || a->lost)
        return true;
    if (now - a->renewed_ms > lease / 3) {
        a->lost = queue_renew(a->cx, a->job, lease) == E_CONFLICT;
        a->renewed_ms = a->looked_ms = now;
    } else if (now - a->looked_ms > LOOK_MS) {
        bool held = true;
        a->lost = queue_held(a->cx, a->job, &held) == OK && !held;
        a->looked_ms = now;
    }
    return a->lost;
}

static Err tell_percent(Attempt *a, int percent)
{
    Cx *cx = a->cx;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    for (size_t i = 0; i < a->n_rows; i++)
        TRY(db_run(cx, SQL_RENDITION_PERCENT,
                   ARGS(V(percent > 99 ? 99 : percent), V(a->rows[i].id)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

static void attempt_progress(void *who, int percent)
{
    Attempt *a = who;
    int64_t now = clock_mono_ms();
    int whole = (int)((a->part * 100 + percent) / a->parts);
    if (whole <= a->told || (a->told && now - a->told_ms < TELL_MS))
        return;
    if (tell_percent(a, whole) == OK)
        a->told = whole;
    a->told_ms = now;
}

MediaWatch attempt_watch(Attempt *a)
{
    return (MediaWatch){a, attempt_progress, attempt_cancelled};
}

MediaWatch attempt_quiet(Attempt *a)
{
    return (MediaWatch){a, NULL, attempt_cancelled};
}

Str attempt_original(const Attempt *a)
{
    return blob_path(a->cx, a->cx->app->blobs, a->encode.blob);
}

const Rung *attempt_rung(const Attempt *a, Str name)
{
    for (size_t i = 0; i < a->ladder.n; i++)
        if (str_eq(str_of(a->ladder.rungs[i].name), name))
            return &a->ladder.rungs[i];
    return NULL;
}

Err attempt_hash(Attempt *a, int fd, Str *sha256)
{
    Cx *cx = a->cx;
    uint8_t sum[64];
    char *room = arena_take(cx->arena, READ_ROOM);
    Digest *d = digest_open(DIGEST_SHA256);
    ssize_t n = 0;
    while (!attempt_cancelled(a) && (n = read(fd, room, READ_ROOM)) > 0)
        digest_add(d, room, (size_t)n);
    size_t length = digest_close(d, sum);
    if (a->lost || cx->app->stopping)
        return fail(cx, E_UNAVAILABLE, "stopped");
    if (n)
        return fail(cx, E_UNAVAILABLE, "reading the file failed");
    *sha256 = hex_text(cx->arena, sum, length);
    return OK;
}

Err attempt_forget(Attempt *a)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(a->cx, &tx));
    TRY(queue_done(a->cx, a->job));
    TRY(tx_commit(&tx));
    return db_settle(a->cx);
}
