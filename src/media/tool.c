#include "media/tool.h"

#include "base/fault.h"
#include "base/proc.h"
#include "media/jail.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum { COMPLAINT_MAX = 120, THREADS_MAX = 8 };

static const char formats[] = "mov,matroska,flac,mp3,aac,ogg,wav,mpegts,avi,mpeg";
/* names of decoders; pictures and subtitles are named so that a file with a cover or with captions
 * is not refused for them */
static const char codecs[] =
    "h264,hevc,mpeg4,mpeg2video,mpeg1video,vp8,libvpx,vp9,libvpx-vp9,av1,libdav1d,libaom-av1,"
    "prores,mjpeg,dnxhd,dvvideo,theora,h263,"
    "aac,aac_latm,aac_fixed,mp3,mp3float,mp2,mp2float,ac3,eac3,opus,libopus,vorbis,libvorbis,flac,"
    "alac,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_u8,"
    "pcm_alaw,pcm_mulaw,pcm_dvd,pcm_bluray,"
    "png,subrip,srt,ass,ssa,mov_text,webvtt,text,dvdsub,dvbsub,pgssub,cc_dec";

void args_add(ToolArgs *args, const char *arg)
{
    assert(args->n + 1 < TOOL_ARGS_MAX); /* the last stays NULL */
    args->p[args->n++] = arg;
}

void args_pair(ToolArgs *args, const char *name, const char *value)
{
    args_add(args, name);
    args_add(args, value);
}

void args_fmt(Cx *cx, ToolArgs *args, const char *name, const char *fmt, ...)
{
    char text[4096];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    assert(n >= 0 && (size_t)n < sizeof text);
    args_pair(args, name, arena_str(cx->arena, (Str){text, (size_t)n}).p);
}

static int threads_of(const MediaLimits *limits)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int most = cores < 1 ? 1 : cores > THREADS_MAX ? THREADS_MAX : (int)cores;
    return limits->threads > 0 ? limits->threads : most;
}

static void args_guarded(Cx *cx, ToolArgs *args, const MediaLimits *limits, const char *demuxers,
                         const char *decoders, const char *path)
{
    if (!bug("nowhitelist")) {
        args_pair(args, "-protocol_whitelist", "file,pipe");
        args_pair(args, "-format_whitelist", demuxers);
        args_pair(args, "-codec_whitelist", decoders);
        args_fmt(cx, args, "-max_streams", "%d", MEDIA_STREAMS_MAX);
        args_fmt(cx, args, "-max_pixels", "%lld", (long long)limits->max_pixels);
    }
    args_fmt(cx, args, "-threads", "%d", threads_of(limits));
    args_fmt(cx, args, "-i", "file:%s", path);
}

void args_input(Cx *cx, ToolArgs *args, const MediaLimits *limits, const char *path)
{
    args_guarded(cx, args, limits, formats, codecs, path);
}

void args_picture(Cx *cx, ToolArgs *args, const MediaLimits *limits, const char *demuxer,
                  const char *decoder, const char *path)
{
    args_pair(args, "-f", demuxer); /* nothing is guessed from the name or the content */
    args_guarded(cx, args, limits, demuxer, decoder, path);
}

/* What its lines tell while it runs; nothing is allocated, as a hostile file can make it say much.
 */
typedef struct Listener {
    const Tool *tool;
    ToolEnd *end;
    int percent;
    bool no_room, no_memory, unwritten;
    char last[COMPLAINT_MAX], telling[COMPLAINT_MAX]; /* of its error lines */
} Listener;

static bool has(Str s, const char *what)
{
    return s.n && memmem(s.p, s.n, what, strlen(what));
}

/* What follows `what`; empty when it is not there, or last. */
static Str after(Str s, const char *what)
{
    const char *at = s.n ? memmem(s.p, s.n, what, strlen(what)) : NULL;
    if (!at)
        return (Str){0};
    at += strlen(what);
    return (Str){at, (size_t)(str_end(s) - at)};
}

static bool starts(Str s, const char *with, Str *rest)
{
    size_t n = strlen(with);
    if (s.n < n || memcmp(s.p, with, n) != 0)
        return false;
    *rest = (Str){s.p + n, s.n - n};
    return true;
}

/* The digits at the front; -1 without any. */
static int64_t count_of(Str s)
{
    int64_t i = 0;
    size_t from = 0;
    while (from < s.n && s.p[from] == ' ')
        from++;
    size_t n = from;
    for (; n < s.n && n < from + 18 && s.p[n] >= '0' && s.p[n] <= '9'; n++)
        i = i * 10 + (s.p[n] - '0');
    return n == from ? -1 : i;
}

static void tell(Listener *l)
{
    const MediaWatch *watch = l->tool->watch;
    if (!watch || !watch->progress || l->tool->frames <= 0)
        return;
    int64_t percent = l->end->frames * 100 / l->tool->frames;
    percent = percent > 99 ? 99 : percent; /* 100 is for who has checked the result */
    if (percent <= l->percent)
        return;
    l->percent = (int)percent;
    watch->progress(watch->who, l->percent);
}

/* key=value lines of -progress */
static void on_progress(void *who, Str line)
{
    Listener *l = who;
    Str value = {0};
    if (starts(line, "frame=", &value)) {
        int64_t frames = count_of(value);
        l->end->frames = frames > 0 && frames < INT32_MAX ? frames : l->end->frames;
        tell(l);
    } else if (starts(line, "out_time_us=", &value)) {
        int64_t us = count_of(value);
        l->end->out_ms = us > 0 ? us / 1000 : l->end->out_ms;
    }
}

/* For people: without the path of the file, printable, not long. */
static void clean(char to[static COMPLAINT_MAX], Str s)
{
    Str rest = {0};
    if (starts(s, "file:", &rest) || starts(s, "/", &rest))
        rest = after(s, ": ");
    s = rest.n ? rest : s;
    size_t n = s.n < COMPLAINT_MAX - 1 ? s.n : COMPLAINT_MAX - 1;
    for (size_t i = 0; i < n; i++)
        to[i] = s.p[i] >= ' ' && s.p[i] <= '~' ? s.p[i] : '?';
    to[n] = 0;
}

/* Lines that say more about the file than the last one does. */
static void note_telling(Listener *l, Str line)
{
    Str rest = {0}, codec = str_cut(after(line, "Codec ("), ')', &rest);
    size_t room = sizeof l->telling;
    if (l->telling[0])
        return;
    if (has(line, "Format not on whitelist"))
        snprintf(l->telling, room, "it is not %s",
                 l->tool->what ? l->tool->what : "MP4, MOV, Matroska, WebM, MPEG or AVI");
    else if (has(line, "Incorrect password"))
        snprintf(l->telling, room, "it is locked by a password");
    else if (has(line, "max_streams parameter"))
        snprintf(l->telling, room, "it has more than the %d streams allowed", MEDIA_STREAMS_MAX);
    else if (codec.n && codec.n < 80 && has(line, "not on whitelist"))
        snprintf(l->telling, room, "its codec " STR_FMT " is not one of those taken",
                 STR_ARG(codec));
    else if (has(line, "Error marking filters as finished"))
        snprintf(l->telling, room, "none of its frames can be decoded");
    else if (has(line, "exceeds specified max pixel count"))
        snprintf(l->telling, room, "its picture has more than the %lld pixels allowed",
                 (long long)l->tool->limits->max_pixels);
}

/* "[verbose] Input stream #0:0 (video): 56 packets read (97633 bytes); 53 frames decoded;" */
static bool note_decoded(Listener *l, Str line)
{
    if (!has(line, "Input stream #0:") || !has(line, "(video)") || !has(line, "frames decoded"))
        return false;
    int64_t frames = count_of(after(line, " bytes); "));
    l->end->decoded = frames > l->end->decoded ? frames : l->end->decoded;
    return true;
}

static void on_error_line(void *who, Str line)
{
    static const char *const levels[] = {"[error] ", "[fatal] ", "[panic] "};
    Listener *l = who;
    Str said = {0};
    if (note_decoded(l, line))
        return;
    l->end->cut |= has(line, "invalid concatenated file detected");
    l->end->estimated |= has(line, "Estimating duration from bitrate");
    if (l->tool->poppler)
        said = line;
    for (size_t i = 0; i < COUNT(levels) && !said.n; i++)
        said = after(line, levels[i]);
    if (!said.n)
        return;
    l->end->complaints++;
    l->no_room |= has(said, "No space left on device") || has(said, "Disk quota exceeded");
    l->unwritten |= has(said, "Error closing file") || has(said, "Error writing trailer");
    l->no_memory |= has(said, "Cannot allocate memory");
    note_telling(l, said);
    clean(l->last, said);
}

static bool on_tick(void *who)
{
    const MediaWatch *watch = ((Listener *)who)->tool->watch;
    return watch && watch->cancelled && watch->cancelled(watch->who);
}

static long long mega(int64_t bytes)
{
    return (long long)(bytes >> 20);
}

static Err refuse_signal(Cx *cx, const Tool *tool, const ProcEnd *end)
{
    if (end->status == SIGXFSZ)
        return fail(cx, E_MEDIA_REFUSED, "the file would grow beyond %lld MB when encoded",
                    mega(tool->file_bytes));
    if (end->status == SIGXCPU || end->cpu_ms >= tool->seconds * 1000)
        return fail(cx, E_MEDIA_REFUSED, "the file took more than the %lld s of computing allowed",
                    (long long)tool->seconds);
    if (end->status == SIGKILL || end->status == SIGTERM || end->status == SIGINT)
        return fail(cx, E_UNAVAILABLE, "%s was stopped from outside", tool->args.p[0]);
    return fail(cx, E_MEDIA_REFUSED, "the file broke the decoder (signal %d)", end->status);
}

static Err refuse_exit(Cx *cx, const Tool *tool, const ProcEnd *end, const Listener *l)
{
    Str why = {0}, rest = {0};
    if (end->status == JAIL_BROKEN && starts(end->errors, "jail: ", &why)) {
        why = str_cut(why, '\n', &rest); /* STR_ARG looks at its argument twice */
        return fail(cx, E_UNAVAILABLE, "%s cannot run confined here: " STR_FMT, tool->args.p[0],
                    STR_ARG(why));
    }
    if (end->cpu_ms >= tool->seconds * 1000)
        return fail(cx, E_MEDIA_REFUSED, "the file took more than the %lld s of computing allowed",
                    (long long)tool->seconds);
    if (l->telling[0])
        return fail(cx, E_MEDIA_REFUSED, "the file is refused: %s", l->telling);
    if (l->no_memory)
        return fail(cx, E_MEDIA_REFUSED, "the file needs more than the %lld MB of memory allowed",
                    mega(tool->memory_bytes ? tool->memory_bytes : tool->limits->memory_bytes));
    return fail(cx, E_MEDIA_REFUSED, "the file cannot be read as %s: %s",
                tool->what ? tool->what : "video",
                l->last[0] ? l->last : "the tool gave no reason");
}

static Err judge(Cx *cx, const Tool *tool, const ProcEnd *end, const Listener *l)
{
    switch (end->how) {
    case PROC_CANCELLED:
        return fail(cx, E_UNAVAILABLE, "stopped before it was done");
    case PROC_TIMED_OUT:
        return fail(cx, E_MEDIA_REFUSED, "the file took longer than the %lld s allowed",
                    (long long)tool->seconds);
    case PROC_SIGNALLED:
        return refuse_signal(cx, tool, end);
    case PROC_EXITED:
        break;
    }
    /* ffmpeg exits with 0 when the last write of a file found no room */
    if (l->no_room)
        return fail(cx, E_FULL, "there is no room left for what is encoded");
    if (l->unwritten)
        return fail(cx, E_UNAVAILABLE, "what is encoded cannot be written: %s", l->last);
    return end->status == 0 ? OK : refuse_exit(cx, tool, end, l);
}

Err tool_run(Cx *cx, const Tool *tool, ToolEnd *end)
{
    ToolEnd got = {.decoded = -1};
    Listener listener = {.tool = tool, .end = &got};
    int64_t memory = tool->memory_bytes ? tool->memory_bytes : tool->limits->memory_bytes;
    Jail jail = {.mode = tool->limits->jail,
                 .cpu_s = tool->seconds,
                 .memory_bytes = memory,
                 .file_bytes = tool->file_bytes,
                 .read = {tool->original},
                 .write = tool->folder,
                 .fonts = tool->poppler};
    Proc proc = {.argv = jail_argv(cx, tool->limits->self, &jail, tool->args.p),
                 .folder = tool->folder ? tool->folder : "/",
                 .wall_ms = tool->seconds * 1000,
                 .out = tool->out,
                 .who = &listener,
                 .out_line = tool->out ? NULL : on_progress,
                 .err_line = on_error_line,
                 .cancelled = on_tick};
    if (access(tool->original, R_OK))
        return fail(cx, E_INTERNAL, "the original cannot be read: %s", strerror(errno));
    ProcEnd ended = {0};
    TRY(proc_run(cx, &proc, &ended));
    TRY(judge(cx, tool, &ended, &listener));
    got.cpu_ms = ended.cpu_ms;
    got.wall_ms = ended.wall_ms;
    got.memory_bytes = ended.memory_bytes;
    got.complaint =
        arena_str(cx->arena, str_of(listener.telling[0] ? listener.telling : listener.last));
    *end = got;
    return OK;
}
