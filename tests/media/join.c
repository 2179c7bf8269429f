/* join.c - chunks into one file, and originals taken over, for the tests that look at it from
 * outside.
 *
 * join chunks TO FRAMES CHUNK...    each chunk of FRAMES frames but the last, in order
 * join spans ORIGINAL FOLDER        the early rendition into FOLDER, whole and from spans of frames
 * join copy ORIGINAL FOLDER         a small rendition "like" into FOLDER, the original's picture
 *                                   beside it, and the sound for it; nothing when the probe says no
 * A line for each thing made; a refusal as "unfit: SENTENCE".
 */
#include "media/join.h"
#include "media/passthrough.h"
#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { CHUNKS_MAX = 16 };

static void show(const char *what, const MediaTrack *t)
{
    printf("%s segments=%zu samples=%lld init=%lld first=%lld timescale=%lld bytes=%lld ms=%lld "
           "codecs=" STR_FMT "\n",
           what, t->n, (long long)t->samples, (long long)t->init_size, (long long)t->first,
           (long long)t->timescale, (long long)t->total_bytes, (long long)track_duration_ms(t),
           STR_ARG(t->codecs));
}

static Err join(Cx *cx, const char *to, int64_t frames, const char *const *paths, size_t n)
{
    MediaTrack t = {0};
    uint32_t sequence = 1;
    int64_t at = 0;
    for (size_t i = 0; i < n; i++) {
        TRY(mp4_place(cx, paths[i], at, sequence, &t));
        show("placed", &t);
        int64_t units = t.segments[t.n - 1].start + t.segments[t.n - 1].duration - at;
        at +=
            units / t.samples * frames; /* as whoever cut the spans reckons, not as they came out */
        sequence += (uint32_t)t.n;
    }
    TRY(mp4_join(cx, paths, n, to, &t));
    show("joined", &t);
    return OK;
}

static Err plan(Cx *cx, const MediaLimits *limits, TranscodeJob *job, Probe *probe, Ladder *ladder)
{
    LadderWish wish = {.sides = {180}, .n = 1, .preset_early = "ultrafast", .crf = 28};
    TRY(probe_run(cx, limits, job->original, probe));
    ladder_plan(probe, &wish, ladder);
    job->limits = limits;
    job->probe = probe;
    return OK;
}

/* The whole, then spans of two segments each, as a queue would have them made. */
static Err spans(Cx *cx, const MediaLimits *limits, const char *original, const char *folder)
{
    Probe probe = {0};
    Ladder ladder = {0};
    MediaTrack t = {0};
    const char *paths[CHUNKS_MAX] = {0};
    TranscodeJob job = {.original = original, .folder = folder};
    TRY(plan(cx, limits, &job, &probe, &ladder));
    const Rung *rung = &ladder.rungs[0];
    int64_t size = 2 * rung->gop, promised = transcode_frames(&probe, rung);
    size_t n = (size_t)((promised - rung->gop / 2) / size) + 1;
    if (n > CHUNKS_MAX || !transcode_can_span(&probe))
        return fail(cx, E_INVALID, "not such a clip");
    TRY(transcode_videos(cx, &job, rung, 1, (FrameSpan){0}, &t));
    show("whole", &t);
    for (size_t i = 0; i < n; i++) {
        FrameSpan span = {(int64_t)i * size, i + 1 < n ? (int64_t)(i + 1) * size : 0};
        job.folder = arena_fmt(cx->arena, "%s/%zu", folder, i).p;
        paths[i] = arena_fmt(cx->arena, "%s/%s.mp4", job.folder, rung->name).p;
        if (mkdir(job.folder, 0700))
            return fail(cx, E_INTERNAL, "no folder");
        TRY(transcode_videos(cx, &job, rung, 1, span, &t));
    }
    return join(cx, arena_fmt(cx->arena, "%s/joined.mp4", folder).p, size, paths, n);
}

static Err copy(Cx *cx, const MediaLimits *limits, const char *original, const char *folder)
{
    Probe probe = {0};
    Ladder ladder = {0};
    MediaTrack like = {0}, whole = {0}, audio = {0};
    TranscodeJob job = {.original = original, .folder = folder};
    TRY(plan(cx, limits, &job, &probe, &ladder));
    const Rung *top = &ladder.rungs[0];
    printf("probe profile=" STR_FMT " level=%lld rate=%lld top=%s may=%d\n",
           STR_ARG(probe.video.profile), (long long)probe.video.level,
           (long long)probe.video.bit_rate, top->name, passthrough_may(&probe, top));
    if (!passthrough_may(&probe, top))
        return fail(cx, E_CONFLICT, "the probe says no");
    Rung small = *top;
    memcpy(small.name, "like", 5);
    small.width = top->width / 4 * 2;
    small.height = top->height / 4 * 2;
    TRY(transcode_videos(cx, &job, &small, 1, (FrameSpan){0}, &like));
    show("like", &like);
    TRY(transcode_copy(cx, &job, top, &like, &whole));
    show("copied", &whole);
    if (probe.n_audio) {
        TRY(transcode_audio(cx, &job, &probe.audio[0], "audio", &(AudioWish){0}, &like, &audio));
        show("audio", &audio);
    }
    return OK;
}

static Err run(Cx *cx, MediaLimits *limits, int argc, char **argv)
{
    const char *order = argc > 3 ? argv[1] : "";
    if (strcmp(order, "chunks") == 0)
        return join(cx, argv[2], strtoll(argv[3], NULL, 10), (const char *const *)argv + 4,
                    (size_t)argc - 4);
    if (strcmp(order, "spans") == 0)
        return spans(cx, limits, argv[2], argv[3]);
    if (strcmp(order, "copy") == 0)
        return copy(cx, limits, argv[2], argv[3]);
    return E_INVALID;
}

const Program PROGRAM = {run, E_CONFLICT, "unfit"};
