#include "media/probe.h"

#include "media/tool.h"

#include <fcntl.h>
#include <unistd.h>

enum {
    PROBE_SECONDS = 60,
    PROBE_TEXT_MAX = 1 << 20,
    PROBE_MEMORY_MB = 1024,
    MEASURE_SECONDS = 120,
    READ_A_SECOND = 20 << 20
};

static const char entries[] =
    "format=format_name,start_time,duration,size,nb_streams"
    ":stream=index,codec_type,codec_name,width,height,pix_fmt,sample_aspect_ratio,field_order,"
    "r_frame_rate,avg_frame_rate,nb_frames,start_time,duration,color_range,color_space,"
    "color_transfer,color_primaries,channels,sample_rate,bit_rate,profile,level,has_b_frames"
    ":stream_disposition=default,attached_pic,forced,hearing_impaired"
    ":stream_tags=language,title,DURATION:stream_side_data=rotation:program=program_id"
    ":chapter=start_time:chapter_tags=title";

/* Reads the file through without decoding: how long its picture, or all of it, really is. A few
 * frames too short, as the end is told by the order of decoding. */
static Err measure(Cx *cx, const MediaLimits *limits, const char *path, const MediaWatch *watch,
                   bool picture_only, int64_t size, ToolEnd *end)
{
    Tool tool = {.limits = limits, .original = path, .watch = watch};
    tool.seconds = MEASURE_SECONDS + size / READ_A_SECOND;
    args_add(&tool.args, limits->ffmpeg);
    args_pair(&tool.args, "-v", "level+error");
    args_pair(&tool.args, "-nostdin", "-nostats");
    args_input(cx, &tool.args, limits, path);
    args_pair(&tool.args, "-map", "0:V:0");
    if (!picture_only)
        args_pair(&tool.args, "-map", "0:a?");
    args_pair(&tool.args, "-c", "copy");
    args_fmt(cx, &tool.args, "-t", "%lld", (long long)(limits->max_duration_ms / 1000 + 10));
    args_pair(&tool.args, "-progress", "pipe:1");
    args_pair(&tool.args, "-f", "null");
    args_add(&tool.args, "-");
    return tool_run(cx, &tool, end);
}

/* Matroska tells how long the file is, not each stream; a recording made in a browser tells
 * nothing. */
static Err measure_untold(Cx *cx, const MediaLimits *limits, const char *path,
                          const MediaWatch *watch, Probe *p)
{
    ToolEnd picture = {0}, all = {0};
    if (!p->video.has || p->video.duration_ms > 0 || probe_accept(cx, limits, p) != OK)
        return OK; /* nothing to measure, or refused anyway */
    TRY(measure(cx, limits, path, watch, true, p->size_bytes, &picture));
    int64_t by_count = picture.frames * 1000 * p->video.fps_den / p->video.fps_num;
    int64_t off = by_count - picture.out_ms;
    p->video.frames = picture.frames;
    p->video.duration_ms = off > 0 && off < 500 + by_count / 50 ? by_count : picture.out_ms;
    if (!p->duration_told) {
        p->duration_ms = p->video.duration_ms;
        return OK;
    }
    int64_t slack = 1000 + p->duration_ms / 50;
    if (p->video.duration_ms + slack >= p->duration_ms)
        return OK;
    TRY(measure(cx, limits, path, watch, false, p->size_bytes, &all));
    if (all.out_ms + slack < p->duration_ms)
        return fail(cx, E_MEDIA_REFUSED,
                    "the file is cut off: it says %.1f s, but only %.1f s are there",
                    (double)p->duration_ms / 1000, (double)all.out_ms / 1000);
    return OK;
}

/* ffprobe takes a PDF for noise, and editors do drop them here. */
static bool is_pdf(const char *path)
{
    char head[5] = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool is = fd >= 0 && pread(fd, head, sizeof head, 0) == (ssize_t)sizeof head &&
              memcmp(head, "%PDF-", sizeof head) == 0;
    if (fd >= 0)
        close(fd);
    return is;
}

static Err ask(Cx *cx, const MediaLimits *limits, const char *path, const MediaWatch *watch,
               Buf *json)
{
    int64_t memory = (int64_t)PROBE_MEMORY_MB << 20;
    Tool tool = {
        .limits = limits, .original = path, .seconds = PROBE_SECONDS, .watch = watch, .out = json};
    tool.memory_bytes = memory < limits->memory_bytes ? memory : limits->memory_bytes;
    args_add(&tool.args, limits->ffprobe);
    args_pair(&tool.args, "-v", "level+error");
    args_pair(&tool.args, "-of", "json");
    args_pair(&tool.args, "-show_entries", entries);
    args_input(cx, &tool.args, limits, path);
    if (is_pdf(path))
        return fail(cx, E_MEDIA_REFUSED,
                    "it is a PDF; upload documents as files of a video (assets)");
    ToolEnd end = {0};
    TRY(tool_run(cx, &tool, &end));
    if (json->full)
        return fail(cx, E_MEDIA_REFUSED, "the file has too much in its head to be read");
    return OK;
}

Err probe_watched(Cx *cx, const MediaLimits *limits, const char *path, const MediaWatch *watch,
                  Probe *out)
{
    CLEANUP(buf_free) Buf json = BUF(PROBE_TEXT_MAX);
    Probe p = {0};
    TRY(ask(cx, limits, path, watch, &json));
    TRY(probe_read(cx, (Str){json.p, json.n}, &p));
    TRY(measure_untold(cx, limits, path, watch, &p));
    TRY(probe_accept(cx, limits, &p));
    *out = p;
    return OK;
}

Err probe_run(Cx *cx, const MediaLimits *limits, const char *path, Probe *out)
{
    return probe_watched(cx, limits, path, NULL, out);
}

Err probe_again(Cx *cx, Str json, int64_t video_ms, int64_t video_frames, int64_t duration_ms,
                Probe *out)
{
    Probe p = {0};
    TRY(probe_read(cx, json, &p));
    p.video.duration_ms = video_ms;
    p.video.frames = video_frames;
    p.duration_ms = duration_ms;
    *out = p;
    return OK;
}
