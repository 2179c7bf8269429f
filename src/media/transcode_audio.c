#include "media/transcode_run.h"

#include "base/fault.h"
#include "media/language.h"
#include "media/loudness.h"
#include "media/mp4.h"
#include "media/regroup.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum {
    AUDIO_BPS = 128000,
    AUDIO_RATE = 48000,
    AUDIO_PRIMING = 1024, /* samples of silence that ffmpeg's AAC encoder puts in front */
    SHORT_BY_MS = 250
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* Samples of silence before the sound. Encoded apart, the picture's first frame is shown at
 * grid->first, because frames that refer to later ones are decoded before they are shown, and the
 * sound's first sample follows its priming: with this silence both start at the same moment, and
 * both tracks' decode times at 0, which some players go by. */
static int64_t lead_of(const MediaTrack *grid)
{
    double at = (double)grid->first / (double)grid->timescale;
    int64_t lead = (int64_t)(at * AUDIO_RATE + 0.5) - AUDIO_PRIMING;
    return lead > 0 && !bug("noalign") ? lead : 0;
}

static void audio_args(Cx *cx, const ProbeAudio *audio, double gain_db, const MediaTrack *grid,
                       ToolArgs *args)
{
    long long lead = lead_of(grid);
    double seconds = (double)track_duration_ms(grid) / 1000 + (double)lead / AUDIO_RATE;
    args_fmt(cx, args, "-map", "0:%d", audio->index);
    /* exactly as long as the picture: silence where there is none, cut where there is more */
    args_fmt(cx, args, "-t", "%.6f", seconds);
    args_fmt(cx, args, "-af", "%s,adelay=%lldS:all=1,apad", filter_sound(cx, gain_db).p, lead);
    args_pair(args, "-c:a", "aac");
    args_fmt(cx, args, "-b:a", "%d", AUDIO_BPS);
    args_pair(args, "-ac", "2");
    args_fmt(cx, args, "-ar", "%d", AUDIO_RATE);
    args_pair(args, "-frag_duration", "1000000"); /* cut anew afterwards */
    args_add(args, "-vn");
}

/* Of `coded`, with its segments where the picture's are. */
static Err regroup(Cx *cx, const char *coded, const MediaTrack *grid, const char *path)
{
    CLEANUP(close_fd) int from = -1;
    CLEANUP(close_fd) int to = -1;
    TRY(mp4_open(cx, coded, O_RDONLY, &from));
    to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (to < 0)
        return fail(cx, errno == ENOSPC ? E_FULL : E_INTERNAL, "making the sound's file: %s",
                    strerror(errno));
    TRY(mp4_regroup(cx, from, grid, to));
    (void)unlink(coded);
    return OK;
}

static Err gain_of(Cx *cx, const TranscodeJob *job, const ProbeAudio *audio, const AudioWish *wish,
                   const MediaTrack *grid, double *gain_db)
{
    Loudness is = {0};
    if (!wish->normalise)
        return OK;
    TRY(loudness_measure(cx, job, audio, (double)track_duration_ms(grid) / 1000, &is));
    *gain_db = loudness_gain(&is, wish->loudness_lufs);
    return OK;
}

static Err encode(Cx *cx, const TranscodeJob *job, const ProbeAudio *audio, double gain_db,
                  const MediaTrack *grid, const char *path)
{
    Tool tool = {.limits = job->limits,
                 .original = job->original,
                 .folder = job->folder,
                 .seconds = transcode_read_seconds(job->probe),
                 .file_bytes = transcode_bytes(track_duration_ms(grid), AUDIO_BPS),
                 .watch = &job->watch};
    ToolEnd end = {0};
    transcode_begin(cx, job, TRANSCODE_FROM_START, &tool.args);
    audio_args(cx, audio, gain_db, grid, &tool.args);
    transcode_end(&tool.args, "+empty_moov+default_base_moof", path);
    return tool_run(cx, &tool, &end);
}

Err transcode_audio(Cx *cx, const TranscodeJob *job, const ProbeAudio *audio, const char *name,
                    const AudioWish *wish, const MediaTrack *grid, MediaTrack *out)
{
    const char *path = transcode_path(cx, job, name);
    const char *coded = arena_fmt(cx->arena, "%s/%s.coded.mp4", job->folder, name).p;
    MediaTrack track = {0};
    double gain_db = 0;
    TRY(gain_of(cx, job, audio, wish, grid, &gain_db));
    TRY(encode(cx, job, audio, gain_db, grid, coded));
    TRY(regroup(cx, coded, grid, path));
    TRY(transcode_index(cx, path, &track));
    int64_t short_by = track_duration_ms(grid) - track_duration_ms(&track);
    if (track.kind != MEDIA_AUDIO || track.timescale != AUDIO_RATE || short_by > SHORT_BY_MS)
        return fail(cx, E_MEDIA_REFUSED, "the sound cannot be encoded whole");
    track.name = arena_str(cx->arena, str_of(name));
    track.language = arena_str(cx->arena, media_language(audio->language));
    track.label = arena_str(cx->arena, audio->title);
    track.is_default = audio->is_default;
    *out = track;
    transcode_done(job);
    return OK;
}
