#include "media/transcode_run.h"

#include "base/fault.h"
#include "media/loudness.h"
#include "media/mp4.h"

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

/* ISO 639-2, as containers have it, to the shortest code, as RFC 5646 wants it. */
static Str language_of(Str is)
{
    static const struct {
        const char *three, *two;
    } known[] = {{"ind", "id"}, {"eng", "en"}, {"jav", "jv"}, {"sun", "su"}, {"msa", "ms"},
                 {"may", "ms"}, {"zho", "zh"}, {"chi", "zh"}, {"jpn", "ja"}, {"kor", "ko"},
                 {"ara", "ar"}, {"nld", "nl"}, {"dut", "nl"}, {"deu", "de"}, {"ger", "de"},
                 {"fra", "fr"}, {"fre", "fr"}, {"spa", "es"}, {"por", "pt"}, {"tha", "th"},
                 {"vie", "vi"}, {"tgl", "tl"}, {"hin", "hi"}, {"tam", "ta"}, {"rus", "ru"}};
    for (size_t i = 0; i < COUNT(known); i++)
        if (str_eq(is, str_of(known[i].three)))
            return str_of(known[i].two);
    bool plain = is.n == 2 || is.n == 3;
    for (size_t i = 0; i < is.n; i++)
        plain = plain && is.p[i] >= 'a' && is.p[i] <= 'z';
    return plain && !str_eq(is, S("und")) ? is : (Str){0};
}

static void audio_args(Cx *cx, const ProbeAudio *audio, double gain_db, const MediaTrack *grid,
                       ToolArgs *args)
{
    args_fmt(cx, args, "-map", "0:%d", audio->index);
    /* exactly as long as the picture: silence where there is none, cut where there is more */
    args_fmt(cx, args, "-t", "%.6f", (double)track_duration_ms(grid) / 1000);
    args_fmt(cx, args, "-af", "%s,apad", filter_sound(cx, gain_db).p);
    args_pair(args, "-c:a", "aac");
    args_fmt(cx, args, "-b:a", "%d", AUDIO_BPS);
    args_pair(args, "-ac", "2");
    args_fmt(cx, args, "-ar", "%d", AUDIO_RATE);
    args_pair(args, "-frag_duration",
              "250000"); /* short, to be grouped by the picture's segments */
    args_add(args, "-vn");
}

/* Encoded apart, the picture's first frame is shown at grid->first, because frames that refer to
 * later ones are decoded before they are shown, and the sound's first sample follows its priming.
 * Moved by the difference, both start at the same moment. */
static Err align(Cx *cx, const char *path, const MediaTrack *grid)
{
    CLEANUP(close_fd) int fd = -1;
    double at = (double)grid->first / (double)grid->timescale;
    if (bug("noalign"))
        return OK;
    TRY(mp4_open(cx, path, O_RDWR, &fd));
    return mp4_shift(cx, fd, (int64_t)(at * AUDIO_RATE + 0.5) - AUDIO_PRIMING);
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
    MediaTrack track = {0};
    double gain_db = 0;
    TRY(gain_of(cx, job, audio, wish, grid, &gain_db));
    TRY(encode(cx, job, audio, gain_db, grid, path));
    TRY(align(cx, path, grid));
    TRY(transcode_index(cx, path, &track));
    int64_t short_by = track_duration_ms(grid) - track_duration_ms(&track);
    if (track.kind != MEDIA_AUDIO || track.timescale != AUDIO_RATE || short_by > SHORT_BY_MS)
        return fail(cx, E_MEDIA_REFUSED, "the sound cannot be encoded whole");
    track.name = arena_str(cx->arena, str_of(name));
    track.language = arena_str(cx->arena, language_of(audio->language));
    track.label = arena_str(cx->arena, audio->title);
    track.is_default = audio->is_default;
    track_group(&track, grid);
    *out = track;
    transcode_done(job);
    return OK;
}
