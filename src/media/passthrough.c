#include "media/passthrough.h"

#include "base/fault.h"
#include "media/mp4.h"
#include "media/mp4_grid.h"
#include "media/transcode_run.h"

#include <fcntl.h>
#include <unistd.h>

enum {
    LEVEL_MAX = 52, /* H.264 level 5.2: 2160p at 60, what hardware decodes */
    BURST = 2, /* the largest segment's rate to the cap: what our encoder's buffer allows too */
    RATE_SAME = 5000, /* one in so many: containers that count in ms can't say 30000/1001 */
    COPY_SECONDS = 120,
    COPY_A_SECOND = 20 << 20,
    DECODE_FACTOR = 4, /* times the duration */
    FILE_SPARE = 64 << 20,
};

static const char *const profiles[] = {"Constrained Baseline", "Baseline", "Main", "High"};

static bool is_one_of(Str s, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(s, str_of(list[i])))
            return true;
    return false;
}

static bool rate_fits(const ProbeVideo *v, const Rung *rung)
{
    double is = (double)v->fps_num / (double)v->fps_den;
    double wanted = (double)rung->fps_num / rung->fps_den;
    double off = is > wanted ? is - wanted : wanted - is;
    return off * RATE_SAME <= wanted;
}

/* Limited range and no wide gamut: nothing that the rungs we encode would show otherwise. */
static bool colours_fit(const Probe *probe)
{
    const ProbeVideo *v = &probe->video;
    return str_eq(v->pix_fmt, S("yuv420p")) && !str_eq(v->range, S("pc")) && !probe_is_hdr(probe) &&
           !str_begins(v->primaries, S("bt2020")) && !str_begins(v->space, S("bt2020"));
}

/* Of the picture where it is told; else of the whole file, which is more. */
static int64_t bits_a_second(const Probe *probe)
{
    if (probe->video.bit_rate > 0)
        return probe->video.bit_rate;
    return probe->duration_ms > 0 ? probe->size_bytes * 8 / probe->duration_ms * 1000 : 0;
}

bool passthrough_may(const Probe *probe, const Rung *rung)
{
    const ProbeVideo *v = &probe->video;
    int64_t bps = bits_a_second(probe);
    bool contained = str_eq(probe->container, S("mov")) || str_eq(probe->container, S("matroska"));
    bool coded = str_eq(v->codec, S("h264")) && is_one_of(v->profile, profiles, COUNT(profiles)) &&
                 v->level > 0 && v->level <= LEVEL_MAX;
    bool shaped = v->width == rung->width && v->height == rung->height && v->rotation == 0 &&
                  v->sar_num == v->sar_den && !v->interlaced;
    return contained && coded && shaped && rate_fits(v, rung) && colours_fit(probe) && bps > 0 &&
           bps <= rung->max_bps;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static Err unfit(Cx *cx, const char *what)
{
    return fail(cx, E_CONFLICT, "it does not fit: %s", what);
}

/* What is wrong with the copy is no fault of the file: it can still be encoded. */
static Err as_unfit(Cx *cx, Err bad)
{
    if (bad != E_MEDIA_REFUSED)
        return bad;
    return unfit(cx, arena_str(cx->arena, str_of(cx->said)).p);
}

/* How the rungs are cut, in units of their timescale. */
typedef struct Grid {
    int64_t frame, delay; /* of one frame; frames from the first one's decoding to its showing */
} Grid;

static Err grid_of(Cx *cx, const Rung *rung, const MediaTrack *like, Grid *out)
{
    int64_t units = like->timescale * rung->fps_den;
    int64_t frame = units / rung->fps_num;
    if (like->n == 0 || frame < 1 || units % rung->fps_num || like->first % frame ||
        like->segments[0].start != 0)
        return unfit(cx, "the rendition beside it has no such grid");
    *out = (Grid){.frame = frame, .delay = like->first / frame};
    return OK;
}

/* Each frame's time is brought to the nearest of the grid's, as the filter does before encoding;
 * decoding is counted through, `delay` frames ahead of showing, as in the rungs we encode: whatever
 * reordering the original has, all renditions then begin at the same moment and at decode time 0.
 * Frames that the grid has no room for, or too many, stay wrong, and are seen afterwards. A new
 * fragment begins at a key frame that is a whole segment behind the last, so that more key frames
 * than ours do no harm. */
static void copy_args(Cx *cx, const TranscodeJob *job, const Rung *rung, const MediaTrack *like,
                      const Grid *grid, const char *path, ToolArgs *args)
{
    int64_t least_us =
        (2ll * rung->gop - 1) * 500000 * rung->fps_den / rung->fps_num; /* half a frame less */
    transcode_begin(cx, job, TRANSCODE_FROM_START, args);
    args_fmt(cx, args, "-map", "0:%d", job->probe->video.index);
    args_pair(args, "-c:v", "copy");
    args_fmt(cx, args, "-bsf:v",
             "setts=time_base=1/%lld:pts=round(PTS/%lld)*%lld:dts=(N-%lld)*%lld:duration=%lld",
             (long long)like->timescale, (long long)grid->frame, (long long)grid->frame,
             (long long)grid->delay, (long long)grid->frame, (long long)grid->frame);
    args_fmt(cx, args, "-video_track_timescale", "%lld", (long long)like->timescale);
    args_fmt(cx, args, "-min_frag_duration", "%lld", (long long)least_us);
    transcode_end(args, "+frag_keyframe+empty_moov+default_base_moof", path);
}

static Err copy(Cx *cx, const TranscodeJob *job, const Rung *rung, const MediaTrack *like,
                const Grid *grid, const char *path)
{
    Tool tool = {.limits = job->limits,
                 .original = job->original,
                 .folder = job->folder,
                 .seconds = COPY_SECONDS + job->probe->size_bytes / COPY_A_SECOND,
                 .file_bytes = job->probe->size_bytes + FILE_SPARE,
                 .watch = &(MediaWatch){.who = job->watch.who, .cancelled = job->watch.cancelled}};
    ToolEnd end = {0};
    copy_args(cx, job, rung, like, grid, path, &tool.args);
    return tool_run(cx, &tool, &end);
}

/* A player meets the copy without the care that went into decoding the original: with the head's
 * parameters only, and from its first frame on. */
static Err check_decodes(Cx *cx, const TranscodeJob *job, const MediaTrack *like, const char *path)
{
    Tool tool = {.limits = job->limits,
                 .original = path,
                 .seconds = COPY_SECONDS + DECODE_FACTOR * track_duration_ms(like) / 1000,
                 .watch = &job->watch,
                 .frames = like->samples};
    ToolEnd end = {0};
    TranscodeJob again = {.limits = job->limits, .original = path};
    transcode_begin(cx, &again, TRANSCODE_FROM_START, &tool.args);
    args_pair(&tool.args, "-map", "0:v:0");
    args_pair(&tool.args, "-fps_mode", "passthrough");
    args_pair(&tool.args, "-f", "null");
    args_add(&tool.args, "-");
    TRY(tool_run(cx, &tool, &end));
    if (end.complaint.n)
        return fail(cx, E_CONFLICT, "it does not fit: decoding it says " STR_FMT,
                    STR_ARG(end.complaint));
    if (end.frames != like->samples || end.decoded != like->samples)
        return unfit(cx, "not all of its frames can be decoded");
    return OK;
}

/* Segment by segment, the very times of the rung we encoded. */
static Err check_like(Cx *cx, const Rung *rung, const MediaTrack *like, const MediaTrack *t)
{
    if (t->width != rung->width || t->height != rung->height || t->timescale != like->timescale)
        return unfit(cx, "its size or its timescale is another");
    if (t->samples != like->samples || t->n != like->n)
        return fail(cx, E_CONFLICT,
                    "it does not fit: it has %lld frames in %zu segments, not %lld in %zu",
                    (long long)t->samples, t->n, (long long)like->samples, like->n);
    if (t->first != like->first)
        return unfit(cx, "its first frame is shown at another moment");
    for (size_t i = 0; i < t->n; i++)
        if (t->segments[i].start != like->segments[i].start ||
            t->segments[i].duration != like->segments[i].duration)
            return unfit(cx, "its segments begin at other moments");
    if (t->average_bps > rung->max_bps || t->peak_bps > BURST * rung->max_bps)
        return fail(cx, E_CONFLICT, "it does not fit: it has up to %lld bits a second",
                    (long long)t->peak_bps);
    return OK;
}

static Err check_copy(Cx *cx, const Rung *rung, const MediaTrack *like, const Grid *grid,
                      const char *path, MediaTrack *out)
{
    CLEANUP(close_fd) int fd = -1;
    MediaTrack t = {0};
    TRY(mp4_open(cx, path, O_RDONLY, &fd));
    TRY(mp4_index(cx, fd, &t));
    TRY(check_like(cx, rung, like, &t));
    if (!bug("nogrid"))
        TRY(mp4_check_grid(cx, fd, grid->frame, rung->gop));
    *out = t;
    return OK;
}

static Err take_over(Cx *cx, const TranscodeJob *job, const Rung *rung, const MediaTrack *like,
                     const char *path, MediaTrack *out)
{
    Grid grid = {0};
    MediaTrack t = {0};
    TRY(grid_of(cx, rung, like, &grid));
    TRY(copy(cx, job, rung, like, &grid, path));
    TRY(check_copy(cx, rung, like, &grid, path, &t));
    if (!bug("nodecode"))
        TRY(check_decodes(cx, job, like, path));
    *out = t;
    return OK;
}

Err transcode_copy(Cx *cx, const TranscodeJob *job, const Rung *rung, const MediaTrack *like,
                   MediaTrack *out)
{
    MediaTrack t = {0};
    const char *path = transcode_path(cx, job, rung->name);
    Err bad = take_over(cx, job, rung, like, path, &t);
    if (bad) {
        unlink(path);
        return as_unfit(cx, bad);
    }
    t.name = arena_str(cx->arena, str_of(rung->name));
    t.fps_num = rung->fps_num;
    t.fps_den = rung->fps_den;
    *out = t;
    transcode_done(job);
    return OK;
}
