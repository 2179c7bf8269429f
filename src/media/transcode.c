#include "media/transcode_run.h"

#include "base/fault.h"

#include <assert.h>

enum {
    WALL_LEAST_S = 60,
    WALL_FACTOR = 20,
    FULL_HD = 1920 * 1080,
    FULL_HD_FPS = 30,
    MEASURED_SLACK_MS = 250,
    PRE_ROLL_MS = 1000,  /* more than a coder reorders; what filters look back at */
    UNDECODED_SPARE = 3, /* frames, or a fiftieth */
    IN_FLIGHT = 32,      /* packets read, not decoded, when a span is full */
};

int64_t transcode_frames(const Probe *probe, const Rung *rung)
{
    double frames = (double)probe->video.duration_ms * rung->fps_num / rung->fps_den / 1000;
    return frames < 1 ? 1 : (int64_t)(frames + 0.5);
}

bool transcode_can_span(const Probe *probe)
{
    return str_eq(probe->container, S("mov")) || str_eq(probe->container, S("matroska"));
}

/* max(2 frames, 1 %), and a quarter of a second where the length had to be measured. */
static int64_t frames_tolerated(const Probe *probe, const Rung *rung, int64_t promised)
{
    int64_t some = promised / 100 > 2 ? promised / 100 : 2;
    bool told = probe->duration_told && str_eq(probe->container, S("mov"));
    return told ? some : some + MEASURED_SLACK_MS * rung->fps_num / rung->fps_den / 1000;
}

/* One run of the tool over some rungs and frames. */
typedef struct Run {
    const TranscodeJob *job;
    const Rung *rungs;
    size_t n;
    FrameSpan span;
    int64_t promised, tolerated; /* of the whole */
    int64_t seek_ms;
} Run;

static int64_t run_frames(const Run *run)
{
    int64_t left = run->promised - run->span.from;
    return run->span.to ? run->span.to - run->span.from : left > 0 ? left : 1;
}

/* Twenty times as long as what is to be encoded plays, and as much again for each 1080p30 of it;
 * before that, what is read to get there. */
static int64_t seconds_allowed(const Run *run)
{
    double pixels = 0, fps = (double)run->rungs->fps_num / run->rungs->fps_den;
    int64_t longest = transcode_longest_ms(run->job->probe);
    bool whole = !run->span.from && !run->span.to;
    for (size_t i = 0; i < run->n; i++)
        pixels += (double)run->rungs[i].width * run->rungs[i].height;
    double factor = WALL_FACTOR * (1 + pixels * fps / FULL_HD / FULL_HD_FPS);
    double length = whole ? (double)longest / 1000 : (double)run_frames(run) / fps;
    double seconds = length * factor + (double)run->span.from / fps;
    return seconds > WALL_LEAST_S ? (int64_t)seconds : WALL_LEAST_S;
}

static void coder_args(Cx *cx, const Rung *rung, ToolArgs *args)
{
    int64_t scale = rung->fps_num;
    while (scale < 10000)
        scale *= 2; /* as ffmpeg does: one frame is a whole number of units */
    args_pair(args, "-c:v", "libx264");
    args_pair(args, "-preset", rung->preset);
    args_pair(args, "-profile:v", "high");
    args_pair(args, "-pix_fmt", "yuv420p");
    args_fmt(cx, args, "-crf", "%d", rung->crf);
    args_fmt(cx, args, "-maxrate", "%lld", (long long)rung->max_bps);
    args_fmt(cx, args, "-bufsize", "%lld", (long long)rung->max_bps * 2);
    args_fmt(cx, args, "-g", "%d", rung->gop);
    args_fmt(cx, args, "-keyint_min", "%d", rung->gop);
    args_fmt(cx, args, "-force_key_frames", "expr:not(mod(n,%d))", rung->gop);
    args_pair(args, "-sc_threshold", "0");
    /* the same reordering in every preset, so that all renditions start at the same moment */
    args_pair(args, "-x264-params", "open-gop=0:bframes=3:b-pyramid=normal");
    args_fmt(cx, args, "-video_track_timescale", "%lld", (long long)scale);
}

static void run_args(Cx *cx, const Run *run, ToolArgs *args)
{
    int64_t most = run_frames(run) + (run->span.to ? 0 : 2 * run->tolerated);
    transcode_begin(cx, run->job, run->seek_ms, args);
    args_pair(args, "-filter_complex_threads", "1"); /* more of them only cost */
    args_pair(
        args, "-filter_complex",
        filter_video(cx, run->job->probe, run->rungs, run->n, run->span, run->seek_ms >= 0).p);
    for (size_t i = 0; i < run->n; i++) {
        args_fmt(cx, args, "-map", "[v%zu]", i);
        args_fmt(cx, args, "-frames:v", "%lld", (long long)most);
        args_pair(args, "-fps_mode", "passthrough");
        coder_args(cx, &run->rungs[i], args);
        args_add(args, "-an");
        transcode_end(args, "+frag_keyframe+empty_moov+default_base_moof",
                      transcode_path(cx, run->job, run->rungs[i].name));
    }
}

/* Gaps are filled by repeating frames, so frames that can't be decoded show here alone; only where
 * the file counts its frames: an AVI counts those it left out too. Of a span it is known only what
 * was read for it. */
static Err check_decoded(Cx *cx, const Run *run, const ToolEnd *end)
{
    const ProbeVideo *v = &run->job->probe->video;
    bool part = run->span.from || run->span.to;
    double coded = (double)v->duration_ms * (double)v->fps_num / (double)v->fps_den / 1000;
    double wanted = coded < (double)v->frames ? coded : (double)v->frames;
    if (!str_eq(run->job->probe->container, S("mov")) || !v->frames || end->decoded < 0)
        return OK;
    if (part)
        wanted = (double)end->packets;
    double spare = wanted / 50 > UNDECODED_SPARE ? wanted / 50 : UNDECODED_SPARE;
    if ((double)end->decoded + spare + (part ? IN_FLIGHT : 0) < wanted)
        return fail(cx, E_MEDIA_REFUSED,
                    "the file is damaged: only %lld of its %.0f frames can be decoded",
                    (long long)end->decoded, wanted);
    return OK;
}

/* Every way of coming out short has ended with exit 0 when tried: the counts are what is believed.
 */
static Err check_frames(Cx *cx, const Run *run, const Rung *rung, int64_t frames)
{
    double fps = (double)rung->fps_num / rung->fps_den;
    double says = (double)run->job->probe->video.duration_ms / 1000;
    int64_t upto = run->span.from + frames;
    if (run->span.to ? upto < run->span.to : upto < run->promised - run->tolerated)
        return fail(cx, E_MEDIA_REFUSED,
                    "the file is cut off or damaged: it says %.1f s, but only %.1f s can be read",
                    says, (double)upto / fps);
    if (run->span.to ? upto > run->span.to : upto > run->promised + run->tolerated)
        return fail(cx, E_MEDIA_REFUSED, "the file goes on after the %.1f s it says it has", says);
    return OK;
}

static Err take_track(Cx *cx, const Run *run, const Rung *rung, MediaTrack *out)
{
    MediaTrack track = {0};
    TRY(transcode_index(cx, transcode_path(cx, run->job, rung->name), &track));
    if (!bug("noverify"))
        TRY(check_frames(cx, run, rung, track.samples));
    if (track.kind != MEDIA_VIDEO || track.width != rung->width || track.height != rung->height)
        return fail(cx, E_MEDIA_REFUSED, "what was encoded is not what was asked for");
    track.name = arena_str(cx->arena, str_of(rung->name));
    track.fps_num = rung->fps_num;
    track.fps_den = rung->fps_den;
    *out = track;
    return OK;
}

static Err run_once(Cx *cx, const Run *run, MediaTrack *tracks)
{
    int64_t most_bps = 0, ms = run_frames(run) * 1000 * run->rungs->fps_den / run->rungs->fps_num;
    for (size_t i = 0; i < run->n; i++)
        most_bps = run->rungs[i].max_bps > most_bps ? run->rungs[i].max_bps : most_bps;
    Tool tool = {.limits = run->job->limits,
                 .original = run->job->original,
                 .folder = run->job->folder,
                 .seconds = seconds_allowed(run),
                 .file_bytes = transcode_bytes(ms, most_bps),
                 .watch = &run->job->watch,
                 .frames = run_frames(run)};
    ToolEnd end = {0};
    run_args(cx, run, &tool.args);
    TRY(tool_run(cx, &tool, &end));
    for (size_t i = 0; i < run->n; i++)
        TRY(take_track(cx, run, &run->rungs[i], &tracks[i]));
    return bug("noverify") ? OK : check_decoded(cx, run, &end);
}

Err transcode_videos(Cx *cx, const TranscodeJob *job, const Rung *rungs, size_t n, FrameSpan span,
                     MediaTrack *out)
{
    MediaTrack tracks[LADDER_MAX] = {0};
    Run run = {.job = job, .rungs = rungs, .n = n, .span = span, .seek_ms = TRANSCODE_FROM_START};
    int64_t from_ms = span.from * 1000 * rungs->fps_den / rungs->fps_num;
    assert(n > 0 && n <= LADDER_MAX && span.from % rungs->gop == 0 && span.from >= 0);
    assert(!span.to || span.to > span.from);
    run.promised = transcode_frames(job->probe, rungs);
    run.tolerated = frames_tolerated(job->probe, rungs, run.promised);
    if (from_ms > PRE_ROLL_MS)
        run.seek_ms = from_ms - PRE_ROLL_MS;
    Err err = run_once(cx, &run, tracks);
    if (err == E_MEDIA_REFUSED && run.seek_ms >= 0 && !bug("trust-index")) {
        /* not every file's index leads where it should: read all that comes before */
        run.seek_ms = TRANSCODE_FROM_START;
        err = run_once(cx, &run, tracks);
    }
    TRY(err);
    memcpy(out, tracks, n * sizeof *out);
    transcode_done(job);
    return OK;
}
