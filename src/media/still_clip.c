/* Little films out of a finished rendition: its segments around a moment are cut out first, as a
 * fragmented MP4 without an index is otherwise read from its start. */
#include "base/file.h"
#include "media/mp4.h"
#include "media/still_run.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { PREVIEW_MS = 3000, PREVIEW_SIDE = 320, CUT_MAX = 256 << 20, COPY_STEP = 256 << 10 };

static const char video_cut[] = "cut-video.mp4", sound_cut[] = "cut-sound.mp4";

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static Err copy(Cx *cx, int from, int64_t offset, int64_t size, int to)
{
    size_t most = size < COPY_STEP ? (size_t)size : COPY_STEP;
    char *memory = arena_take(cx->arena, most + 1);
    while (size > 0) {
        ssize_t got = pread(from, memory, (size_t)size < most ? (size_t)size : most, offset);
        if (got <= 0)
            return fail(cx, E_INTERNAL, "a rendition cannot be read: %s", strerror(errno));
        if (!file_write(to, memory, (size_t)got))
            return file_failed(cx, "a clip cannot be written");
        offset += got;
        size -= got;
    }
    return OK;
}

/* Segments [i, end) behind the head, as `name` in the folder. */
static Err cut(Cx *cx, const StillJob *job, int from, const MediaTrack *track, size_t i, size_t end,
               const char *name)
{
    CLEANUP(close_fd) int to = -1;
    int64_t bytes = track->init_size;
    for (size_t k = i; k < end; k++)
        bytes += track->segments[k].size;
    if (bytes > CUT_MAX)
        return fail(cx, E_MEDIA_REFUSED, "the clip is too large");
    to = open(still_path(cx, job, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
              0600);
    if (to < 0)
        return file_failed(cx, "a clip cannot be written");
    TRY(copy(cx, from, 0, track->init_size, to));
    for (size_t k = i; k < end; k++)
        TRY(copy(cx, from, track->segments[k].offset, track->segments[k].size, to));
    return OK;
}

static int64_t ms_of(const MediaTrack *track, int64_t units)
{
    return units * 1000 / track->timescale;
}

static int64_t end_of(const MediaSegment *s)
{
    return s->start + s->duration;
}

/* The segments of a rendition that begin with the one shown at at_ms and last for length_ms: as
 * many as fit (whole), or as it takes; one at least. */
typedef struct Run {
    size_t first, end;
} Run;

static Run run_at(const MediaTrack *t, int64_t at_ms, int64_t length_ms, bool whole)
{
    Run run = {0};
    while (run.first + 1 < t->n && ms_of(t, t->segments[run.first + 1].start) <= at_ms)
        run.first++;
    int64_t from = whole ? ms_of(t, t->segments[run.first].start) : at_ms;
    run.end = run.first + 1;
    while (run.end < t->n && ms_of(t, whole ? end_of(&t->segments[run.end])
                                            : t->segments[run.end].start) <= from + length_ms)
        run.end++;
    return run;
}

static Err open_track(Cx *cx, const char *path, MediaKind kind, int *fd, MediaTrack *track)
{
    TRY(mp4_open(cx, path, O_RDONLY, fd));
    TRY(mp4_index(cx, *fd, track));
    if (track->kind != kind || track->n == 0)
        return fail(cx, E_MEDIA_REFUSED, "the rendition is not what was asked for");
    return OK;
}

/* The film that a run left, told as a Still. Its sides are the rendition's, made to fit. */
static Err film_take(Cx *cx, const StillJob *job, const char *name, const MediaTrack *video,
                     int64_t side, Still *out)
{
    Str head = {0};
    Still still = {.path = still_path(cx, job, name), .media_type = S("video/mp4")};
    if (access(still.path, F_OK))
        return fail(cx, E_MEDIA_REFUSED, "no film came out of it");
    TRY(still_head(cx, still.path, 12, &head, &still.bytes));
    if (head.n < 12 || !str_eq((Str){head.p + 4, 4}, S("ftyp")))
        return fail(cx, E_MEDIA_REFUSED, "no film came out of it");
    still_fit(video->width, video->height, side, &still.width, &still.height);
    *out = still;
    return OK;
}

static void end_args(ToolArgs *args, const char *name)
{
    args_pair(args, "-map_metadata", "-1");
    args_pair(args, "-map_chapters", "-1");
    args_pair(args, "-fflags", "+bitexact");
    args_pair(args, "-movflags", "+faststart");
    args_pair(args, "-f", "mp4");
    args_add(args, name);
}

static void preview_args(Cx *cx, const MediaTrack *video, ToolArgs *args)
{
    int32_t w = 0, h = 0;
    still_fit(video->width, video->height, PREVIEW_SIDE, &w, &h);
    args_fmt(cx, args, "-t", "%.3f", (double)PREVIEW_MS / 1000);
    args_pair(args, "-map", "0:v:0");
    args_fmt(cx, args, "-vf", "fps=15,scale=%d:%d:flags=area,format=yuv420p,setsar=1", w, h);
    args_pair(args, "-c:v", "libx264");
    args_pair(args, "-preset", "veryfast");
    args_pair(args, "-crf", "29");
    args_pair(args, "-maxrate", "160k");
    args_pair(args, "-bufsize", "160k");
    args_pair(args, "-bf", "0"); /* it then begins at 0, without an edit list */
    args_pair(args, "-flags:v", "+bitexact");
    args_add(args, "-an");
}

Err still_preview(Cx *cx, const StillJob *job, const char *rendition, int64_t at_ms, Still *out)
{
    CLEANUP(close_fd) int fd = -1;
    MediaTrack video = {0};
    ToolEnd end = {0};
    Still still = {0};
    TRY(open_track(cx, rendition, MEDIA_VIDEO, &fd, &video));
    int64_t last = track_duration_ms(&video) - PREVIEW_MS;
    at_ms = at_ms > last ? last : at_ms; /* three seconds wherever there are three */
    at_ms = at_ms < 0 ? 0 : at_ms;
    Run run = run_at(&video, at_ms, PREVIEW_MS, false);
    TRY(cut(cx, job, fd, &video, run.first, run.end, video_cut));
    const char *path = still_path(cx, job, video_cut);
    Tool tool = still_tool(job, path, NULL);
    args_fmt(cx, &tool.args, "-ss", "%.3f",
             (double)(at_ms - ms_of(&video, video.segments[run.first].start)) / 1000);
    args_input(cx, &tool.args, job->limits, path);
    preview_args(cx, &video, &tool.args);
    end_args(&tool.args, "preview.mp4");
    Err bad = tool_run(cx, &tool, &end);
    unlink(path);
    TRY(bad);
    TRY(film_take(cx, job, "preview.mp4", &video, PREVIEW_SIDE, &still));
    still.at_ms = at_ms;
    *out = still;
    return OK;
}

/* Sound before the picture's first frame, in seconds: the packet being heard, and the one it is
 * decoded with. The file's edit list hides them. Not less than the picture's own reordering, as
 * ffmpeg leaves out what is decoded before -ss. */
static double lead_of(const MediaTrack *video)
{
    double reordering = (double)video->first / (double)video->timescale;
    double packets = 2.0 * 1024 / 48000;
    return reordering > packets ? reordering : packets;
}

/* On the clock that both were encoded with (-copyts), the picture is first shown at `from` seconds
 * and the sound is in step. Taken from a little before, and then moved to begin at 0. */
static void clip_args(Cx *cx, const MediaTrack *video, const Run *run, bool sound, ToolArgs *args)
{
    const MediaSegment *first = &video->segments[run->first];
    double scale = (double)video->timescale, lead = lead_of(video);
    double from = (double)(first->start + video->first) / scale;
    double length = (double)(end_of(&video->segments[run->end - 1]) - first->start) / scale;
    args_pair(args, "-map", "0:v:0");
    if (sound)
        args_pair(args, "-map", "1:a:0");
    args_pair(args, "-c", "copy");
    args_fmt(cx, args, "-ss", "%.6f", from - lead);
    args_fmt(cx, args, "-t", "%.6f", lead + length);
    args_fmt(cx, args, "-output_ts_offset", "%.6f", -lead);
}

static Err cut_sound(Cx *cx, const StillJob *job, const char *sound, const MediaTrack *video,
                     const Run *run)
{
    CLEANUP(close_fd) int fd = -1;
    MediaTrack track = {0};
    TRY(open_track(cx, sound, MEDIA_AUDIO, &fd, &track));
    int64_t first_ms = video->first * 1000 / video->timescale;
    int64_t from = ms_of(video, video->segments[run->first].start) + first_ms - 100;
    int64_t to = ms_of(video, end_of(&video->segments[run->end - 1])) + first_ms + 100;
    Run of_sound = run_at(&track, from, to - from, false);
    return cut(cx, job, fd, &track, of_sound.first, of_sound.end, sound_cut);
}

static Err clip_run(Cx *cx, const StillJob *job, const MediaTrack *video, const Run *run,
                    bool sound)
{
    const char *path = still_path(cx, job, video_cut);
    Tool tool = still_tool(job, path, NULL);
    ToolEnd end = {0};
    tool.file_bytes = CUT_MAX;
    args_add(&tool.args, "-copyts");
    args_input(cx, &tool.args, job->limits, path);
    if (sound)
        args_input(cx, &tool.args, job->limits, still_path(cx, job, sound_cut));
    clip_args(cx, video, run, sound, &tool.args);
    end_args(&tool.args, "clip.mp4");
    return tool_run(cx, &tool, &end);
}

Err still_clip(Cx *cx, const StillJob *job, const char *rendition, const char *sound, int64_t at_ms,
               int64_t length_ms, Still *out)
{
    CLEANUP(close_fd) int fd = -1;
    MediaTrack video = {0};
    Still still = {0};
    TRY(open_track(cx, rendition, MEDIA_VIDEO, &fd, &video));
    Run run = run_at(&video, at_ms, length_ms, true);
    TRY(cut(cx, job, fd, &video, run.first, run.end, video_cut));
    if (sound)
        TRY(cut_sound(cx, job, sound, &video, &run));
    Err bad = clip_run(cx, job, &video, &run, sound != NULL);
    unlink(still_path(cx, job, video_cut));
    unlink(still_path(cx, job, sound_cut));
    TRY(bad);
    TRY(film_take(cx, job, "clip.mp4", &video, INT16_MAX, &still));
    still.at_ms = ms_of(&video, video.segments[run.first].start);
    *out = still;
    return OK;
}
