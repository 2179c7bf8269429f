#include "media/transcode.h"

#include "base/fault.h"
#include "media/mp4.h"
#include "media/tool.h"

#include <fcntl.h>
#include <unistd.h>

enum {
    WALL_LEAST_S = 60,
    WALL_FACTOR = 20,
    FILE_SPARE = 64 << 20,
    AUDIO_BPS = 128000,
    AUDIO_RATE = 48000,
    AUDIO_PRIMING = 1024, /* samples of silence that ffmpeg's AAC encoder puts in front */
    MEASURED_SLACK_MS = 250,
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* The rendition's length by the probe, in frames of its own rate. */
static int64_t frames_promised(const Probe *probe, const Rung *rung)
{
    double frames = (double)probe->video.duration_ms * rung->fps_num / rung->fps_den / 1000;
    return frames < 1 ? 1 : (int64_t)(frames + 0.5);
}

/* max(2 frames, 1 %), and a quarter of a second where the length had to be measured. */
static int64_t frames_tolerated(const Probe *probe, const Rung *rung, int64_t promised)
{
    int64_t some = promised / 100 > 2 ? promised / 100 : 2;
    bool told = probe->duration_told && str_eq(probe->container, S("mov"));
    return told ? some : some + MEASURED_SLACK_MS * rung->fps_num / rung->fps_den / 1000;
}

static int64_t seconds_allowed(const Probe *probe)
{
    int64_t ms = probe->video.duration_ms > probe->duration_ms ? probe->video.duration_ms
                                                               : probe->duration_ms;
    int64_t seconds = WALL_FACTOR * ms / 1000;
    return seconds > WALL_LEAST_S ? seconds : WALL_LEAST_S;
}

static int64_t bytes_allowed(const Probe *probe, int64_t bps)
{
    return probe->video.duration_ms / 1000 * bps / 8 * 2 + FILE_SPARE;
}

static Str path_of(Cx *cx, const TranscodeJob *job, const char *name)
{
    return arena_fmt(cx->arena, "%s/%s.mp4", job->folder, name);
}

static void start_args(Cx *cx, const TranscodeJob *job, ToolArgs *args)
{
    args_add(args, job->limits->ffmpeg);
    args_pair(args, "-v", "level+verbose"); /* it counts decoded frames at this level only */
    args_pair(args, "-hide_banner", "-nostdin");
    args_pair(args, "-nostats", "-y");
    args_input(cx, args, job->limits, job->original);
}

/* Never +cmaf: ffmpeg then writes negative composition offsets, which browsers take as the standard
 * says and ffmpeg's own demuxer shifts by two frames, so that one of them is out of step. */
static void end_args(ToolArgs *args, const char *flags, const char *path)
{
    args_pair(args, "-sn", "-dn");
    args_pair(args, "-map_metadata", "-1");
    args_pair(args, "-map_chapters", "-1");
    args_pair(args, "-progress", "pipe:1");
    args_pair(args, "-f", "mp4");
    args_pair(args, "-movflags", flags);
    args_add(args, path);
}

/* What it names, or what is usual where it names nothing: zscale refuses to guess. */
static const char *colour(Str named, const char *usual)
{
    return named.n ? named.p : usual;
}

/* HDR to SDR; BT.2020 and BT.2100 where the file says no more than its transfer. */
static Str tonemap(Cx *cx, const ProbeVideo *v)
{
    return arena_fmt(cx->arena,
                     "setparams=color_primaries=%s:color_trc=%s:colorspace=%s:range=%s,"
                     "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,"
                     "tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,",
                     colour(v->primaries, "bt2020"), v->transfer.p, colour(v->space, "bt2020nc"),
                     colour(v->range, "tv"));
}

/* Rotation is ffmpeg's own: it turns the picture before the first of these. */
static Str video_filter(Cx *cx, const Probe *probe, const Rung *rung)
{
    Str map = probe_is_hdr(probe) ? tonemap(cx, &probe->video) : S("");
    return arena_fmt(cx->arena,
                     "%sfps=%d/%d:start_time=0,scale=%d:%d:flags=bicubic," STR_FMT
                     "format=yuv420p,setsar=1",
                     probe->video.interlaced ? "bwdif=mode=send_frame:deint=interlaced," : "",
                     rung->fps_num, rung->fps_den, rung->width, rung->height, STR_ARG(map));
}

static void video_args(Cx *cx, const TranscodeJob *job, const Rung *rung, int64_t most_frames,
                       ToolArgs *args)
{
    int64_t scale = rung->fps_num;
    while (scale < 10000)
        scale *= 2; /* as ffmpeg does: one frame is a whole number of units */
    args_fmt(cx, args, "-map", "0:%d", job->probe->video.index);
    args_fmt(cx, args, "-frames:v", "%lld", (long long)most_frames);
    args_pair(args, "-vf", video_filter(cx, job->probe, rung).p);
    args_pair(args, "-fps_mode", "passthrough");
    args_pair(args, "-c:v", "libx264");
    args_pair(args, "-preset", rung->preset);
    args_pair(args, "-profile:v", "high");
    args_pair(args, "-pix_fmt", "yuv420p");
    args_pair(args, "-crf", "23");
    args_fmt(cx, args, "-maxrate", "%lld", (long long)rung->max_bps);
    args_fmt(cx, args, "-bufsize", "%lld", (long long)rung->max_bps * 2);
    args_fmt(cx, args, "-g", "%d", rung->gop);
    args_fmt(cx, args, "-keyint_min", "%d", rung->gop);
    args_fmt(cx, args, "-force_key_frames", "expr:not(mod(n,%d))", rung->gop);
    args_pair(args, "-sc_threshold", "0");
    /* the same reordering in every preset, so that all renditions start at the same moment */
    args_pair(args, "-x264-params", "open-gop=0:bframes=3:b-pyramid=normal");
    args_fmt(cx, args, "-video_track_timescale", "%lld", (long long)scale);
    args_add(args, "-an");
}

/* Every way of coming out short has ended with exit 0 when tried: the counts are what is believed.
 */
static Err check_frames(Cx *cx, const TranscodeJob *job, const Rung *rung, const ToolEnd *end,
                        int64_t frames)
{
    const ProbeVideo *v = &job->probe->video;
    int64_t promised = frames_promised(job->probe, rung);
    int64_t tolerated = frames_tolerated(job->probe, rung, promised);
    double fps = (double)rung->fps_num / rung->fps_den;
    if (bug("noverify"))
        return OK;
    if (frames < promised - tolerated)
        return fail(cx, E_MEDIA_REFUSED,
                    "the file is cut off or damaged: it says %.1f s, but only %.1f s can be read",
                    (double)v->duration_ms / 1000, (double)frames / fps);
    if (frames > promised + tolerated)
        return fail(cx, E_MEDIA_REFUSED, "the file goes on after the %.1f s it says it has",
                    (double)v->duration_ms / 1000);
    /* gaps are filled by repeating frames, so frames that can't be decoded show here alone; only
     * where the file counts its frames: an AVI counts those it left out too */
    double coded = (double)v->duration_ms * (double)v->fps_num / (double)v->fps_den / 1000;
    double wanted = coded < (double)v->frames ? coded : (double)v->frames;
    double spare = wanted / 50 > 3 ? wanted / 50 : 3;
    if (str_eq(job->probe->container, S("mov")) && v->frames && end->decoded >= 0 &&
        (double)end->decoded + spare < wanted)
        return fail(cx, E_MEDIA_REFUSED,
                    "the file is damaged: only %lld of its %.0f frames can be decoded",
                    (long long)end->decoded, wanted);
    return OK;
}

static Err index_file(Cx *cx, const char *path, MediaTrack *out)
{
    CLEANUP(close_fd) int fd = -1;
    TRY(mp4_open(cx, path, O_RDONLY, &fd));
    return mp4_index(cx, fd, out);
}

static void tell_done(const TranscodeJob *job)
{
    if (job->watch.progress)
        job->watch.progress(job->watch.who, 100);
}

Err transcode_video(Cx *cx, const TranscodeJob *job, const Rung *rung, MediaTrack *out)
{
    int64_t promised = frames_promised(job->probe, rung);
    int64_t most = promised + 2 * frames_tolerated(job->probe, rung, promised);
    Str path = path_of(cx, job, rung->name);
    Tool tool = {.limits = job->limits,
                 .original = job->original,
                 .folder = job->folder,
                 .seconds = seconds_allowed(job->probe),
                 .file_bytes = bytes_allowed(job->probe, rung->max_bps),
                 .watch = &job->watch,
                 .frames = promised};
    start_args(cx, job, &tool.args);
    video_args(cx, job, rung, most, &tool.args);
    end_args(&tool.args, "+frag_keyframe+empty_moov+default_base_moof", path.p);
    ToolEnd end = {0};
    MediaTrack track = {0};
    TRY(tool_run(cx, &tool, &end));
    TRY(index_file(cx, path.p, &track));
    TRY(check_frames(cx, job, rung, &end, track.samples));
    if (track.kind != MEDIA_VIDEO || track.width != rung->width || track.height != rung->height)
        return fail(cx, E_MEDIA_REFUSED, "what was encoded is not what was asked for");
    track.name = arena_str(cx->arena, str_of(rung->name));
    track.fps_num = rung->fps_num;
    track.fps_den = rung->fps_den;
    *out = track;
    tell_done(job);
    return OK;
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

static void audio_args(Cx *cx, const ProbeAudio *audio, const MediaTrack *video, ToolArgs *args)
{
    args_fmt(cx, args, "-map", "0:%d", audio->index);
    /* exactly as long as the picture: silence where there is none, cut where there is more */
    args_fmt(cx, args, "-t", "%.6f", (double)track_duration_ms(video) / 1000);
    args_pair(args, "-af", "aresample=48000:async=1:first_pts=0,apad");
    args_pair(args, "-c:a", "aac");
    args_fmt(cx, args, "-b:a", "%d", AUDIO_BPS);
    args_pair(args, "-ac", "2");
    args_fmt(cx, args, "-ar", "%d", AUDIO_RATE);
    args_pair(args, "-frag_duration",
              "250000"); /* short, to be grouped by the picture's segments */
    args_add(args, "-vn");
}

/* Encoded apart, the picture's first frame is shown at video->first, because frames that refer to
 * later ones are decoded before they are shown, and the sound's first sample follows its priming.
 * Moved by the difference, both start at the same moment. */
static Err align(Cx *cx, const char *path, const MediaTrack *video)
{
    CLEANUP(close_fd) int fd = -1;
    double at = (double)video->first / (double)video->timescale;
    if (bug("noalign"))
        return OK;
    TRY(mp4_open(cx, path, O_RDWR, &fd));
    return mp4_shift(cx, fd, (int64_t)(at * AUDIO_RATE + 0.5) - AUDIO_PRIMING);
}

Err transcode_audio(Cx *cx, const TranscodeJob *job, const ProbeAudio *audio,
                    const MediaTrack *video, MediaTrack *out)
{
    Str path = path_of(cx, job, "audio");
    Tool tool = {.limits = job->limits,
                 .original = job->original,
                 .folder = job->folder,
                 .seconds = seconds_allowed(job->probe),
                 .file_bytes = bytes_allowed(job->probe, AUDIO_BPS),
                 .watch = &job->watch};
    start_args(cx, job, &tool.args);
    audio_args(cx, audio, video, &tool.args);
    end_args(&tool.args, "+empty_moov+default_base_moof", path.p);
    ToolEnd end = {0};
    MediaTrack track = {0};
    TRY(tool_run(cx, &tool, &end));
    TRY(align(cx, path.p, video));
    TRY(index_file(cx, path.p, &track));
    int64_t short_by = track_duration_ms(video) - track_duration_ms(&track);
    if (track.kind != MEDIA_AUDIO || track.timescale != AUDIO_RATE || short_by > MEASURED_SLACK_MS)
        return fail(cx, E_MEDIA_REFUSED, "the sound cannot be encoded whole");
    track.name = S("audio");
    track.language = arena_str(cx->arena, language_of(audio->language));
    track_group(&track, video);
    *out = track;
    tell_done(job);
    return OK;
}
