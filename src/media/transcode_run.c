#include "media/transcode_run.h"

#include "media/mp4.h"

#include <fcntl.h>
#include <unistd.h>

enum { FILE_SPARE = 64 << 20, WALL_LEAST_S = 60, WALL_FACTOR = 20 };

void transcode_begin(Cx *cx, const TranscodeJob *job, int64_t seek_ms, ToolArgs *args)
{
    args_add(args, job->limits->ffmpeg);
    args_pair(args, "-v", "level+verbose"); /* it counts decoded frames at this level only */
    args_pair(args, "-hide_banner", "-nostdin");
    args_pair(args, "-nostats", "-y");
    args_pair(args, "-progress", "pipe:1");
    if (seek_ms >= 0) {
        args_pair(args, "-copyts", "-start_at_zero");
        args_add(args, "-noaccurate_seek");
        args_fmt(cx, args, "-ss", "%lldms", (long long)seek_ms);
    } else if (job->probe && str_begins(job->probe->container, S("mpeg"))) {
        /* Of formats whose clock may jump, ffmpeg takes the start of the streams it reads for the
         * file's, so that sound read alone loses its distance to the picture; unless told a start.
         */
        args_pair(args, "-itsoffset", "1us");
    }
    args_input(cx, args, job->limits, job->original);
}

/* Never +cmaf: ffmpeg then writes negative composition offsets, which browsers take as the standard
 * says and ffmpeg's own demuxer shifts by two frames, so that one of them is out of step. */
void transcode_end(ToolArgs *args, const char *flags, const char *path)
{
    args_pair(args, "-sn", "-dn");
    args_pair(args, "-map_metadata", "-1");
    args_pair(args, "-map_chapters", "-1");
    args_pair(args, "-f", "mp4");
    args_pair(args, "-movflags", flags);
    args_add(args, path);
}

const char *transcode_path(Cx *cx, const TranscodeJob *job, const char *name)
{
    return arena_fmt(cx->arena, "%s/%s.mp4", job->folder, name).p;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

Err transcode_index(Cx *cx, const char *path, MediaTrack *out)
{
    CLEANUP(close_fd) int fd = -1;
    TRY(mp4_open(cx, path, O_RDONLY, &fd));
    return mp4_index(cx, fd, out);
}

int64_t transcode_longest_ms(const Probe *probe)
{
    return probe->video.duration_ms > probe->duration_ms ? probe->video.duration_ms
                                                         : probe->duration_ms;
}

int64_t transcode_read_seconds(const Probe *probe)
{
    int64_t seconds = WALL_FACTOR * transcode_longest_ms(probe) / 1000;
    return seconds > WALL_LEAST_S ? seconds : WALL_LEAST_S;
}

int64_t transcode_bytes(int64_t ms, int64_t bps)
{
    return ms / 1000 * bps / 8 * 2 + FILE_SPARE;
}

void transcode_done(const TranscodeJob *job)
{
    if (job->watch.progress)
        job->watch.progress(job->watch.who, 100);
}
