#include "media/probe.h"

#include "base/json.h"
#include "media/tool.h"

enum {
    PROBE_SECONDS = 60,
    PROBE_TEXT_MAX = 1 << 20,
    PROBE_MEMORY_MB = 1024,
    MEASURE_SECONDS = 120,
    READ_A_SECOND = 20 << 20
};

static const char entries[] =
    "format=format_name,start_time,duration,size,nb_streams"
    ":stream=index,codec_type,codec_name,profile,level,bit_rate,width,height,pix_fmt,"
    "sample_aspect_ratio,field_order,"
    "r_frame_rate,avg_frame_rate,nb_frames,start_time,duration,color_range,color_space,"
    "color_transfer,color_primaries,channels,sample_rate"
    ":stream_disposition=default,attached_pic:stream_tags=language,DURATION"
    ":stream_side_data=rotation:program=program_id";

static int64_t digits(Str s, size_t *used)
{
    int64_t i = 0;
    size_t n = 0;
    for (; n < s.n && n < 15 && s.p[n] >= '0' && s.p[n] <= '9'; n++)
        i = i * 10 + (s.p[n] - '0');
    *used = n;
    return i;
}

/* ffprobe writes most numbers as strings. */
static int64_t count_in(Json value)
{
    int64_t i = 0;
    size_t used = 0;
    Str text = json_text(value);
    if (json_whole(value, &i))
        return i;
    i = digits(text, &used);
    return used == text.n ? i : 0;
}

/* "-12.345678" seconds in ms; false when it is not such a text. */
static bool ms_in(Json value, int64_t *ms)
{
    Str text = json_text(value);
    bool minus = text.n && text.p[0] == '-';
    if (minus)
        text = (Str){text.p + 1, text.n - 1};
    size_t used = 0;
    int64_t whole = digits(text, &used), part = 0, scale = 1000;
    if (used == 0 || whole > INT32_MAX)
        return false;
    if (used < text.n && text.p[used] != '.')
        return false;
    for (size_t i = used + 1; i < text.n && scale > 1; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
        scale /= 10;
        part += (text.p[i] - '0') * scale;
    }
    *ms = (whole * 1000 + part) * (minus ? -1 : 1);
    return true;
}

/* "00:00:05.280000000", as Matroska's tag has it */
static bool ms_in_clock(Str text, int64_t *ms)
{
    int64_t parts[3] = {0};
    Str rest = text;
    size_t used = 0;
    for (size_t i = 0; i < 3; i++) {
        Str part = str_cut(rest, i < 2 ? ':' : '.', &rest);
        parts[i] = digits(part, &used);
        if (used == 0 || used != part.n || parts[i] > INT32_MAX)
            return false;
    }
    Str thousandths = {rest.p, rest.n < 3 ? rest.n : 3};
    int64_t part = digits(thousandths, &used);
    *ms = ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 1000 + (used == 3 ? part : 0);
    return true;
}

/* "30000/1001" or "128:117"; false when either side is not above 0. */
static bool ratio_in(Json value, char sep, int64_t *num, int64_t *den)
{
    Str text = json_text(value), right = {0};
    Str left = str_cut(text, sep, &right);
    size_t n = 0, m = 0;
    int64_t a = digits(left, &n), b = digits(right, &m);
    if (n != left.n || m != right.n || a <= 0 || b <= 0 || a > INT32_MAX || b > INT32_MAX)
        return false;
    *num = a;
    *den = b;
    return true;
}

static Str text_in(Cx *cx, Json value)
{
    Str s = json_text(value);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] > '~')
            return (Str){0};
    return s.n && s.n <= 64 ? arena_str(cx->arena, s) : (Str){0};
}

static int rotation_in(Json stream)
{
    Json list = json_member(stream, "side_data_list");
    int64_t degrees = 0;
    for (size_t i = 0; i < json_count(list); i++)
        if (json_whole(json_member(json_item(list, i), "rotation"), &degrees))
            break;
    /* ffprobe counts anticlockwise; odd angles are shown as they are */
    int64_t clockwise = ((-degrees % 360) + 360) % 360;
    return clockwise % 90 == 0 ? (int)clockwise : 0;
}

/* From the start of the file to the end of the stream; 0 when untold. */
static int64_t end_of(Json stream, int64_t file_start)
{
    int64_t start = file_start, duration = 0;
    ms_in(json_member(stream, "start_time"), &start);
    if (!ms_in(json_member(stream, "duration"), &duration)) {
        start = 0; /* Matroska's tag is when it ends */
        ms_in_clock(json_text(json_member(json_member(stream, "tags"), "DURATION")), &duration);
    }
    int64_t end = start - file_start + duration;
    return duration > 0 && end > 0 ? end : 0;
}

static void read_video(Cx *cx, Json stream, int64_t file_start, ProbeVideo *out)
{
    Str field = json_text(json_member(stream, "field_order"));
    ProbeVideo v = {.has = true, .sar_num = 1, .sar_den = 1, .fps_num = 25, .fps_den = 1};
    v.index = (int)count_in(json_member(stream, "index"));
    v.codec = text_in(cx, json_member(stream, "codec_name"));
    v.pix_fmt = text_in(cx, json_member(stream, "pix_fmt"));
    v.profile = text_in(cx, json_member(stream, "profile"));
    v.level = count_in(json_member(stream, "level"));
    v.bit_rate = count_in(json_member(stream, "bit_rate"));
    v.width = count_in(json_member(stream, "width"));
    v.height = count_in(json_member(stream, "height"));
    ratio_in(json_member(stream, "sample_aspect_ratio"), ':', &v.sar_num, &v.sar_den);
    v.rotation = rotation_in(stream);
    if (!ratio_in(json_member(stream, "avg_frame_rate"), '/', &v.fps_num, &v.fps_den))
        ratio_in(json_member(stream, "r_frame_rate"), '/', &v.fps_num, &v.fps_den);
    v.frames = count_in(json_member(stream, "nb_frames"));
    v.duration_ms = end_of(stream, file_start);
    v.interlaced = field.n == 2 && (field.p[0] == 't' || field.p[0] == 'b');
    v.range = text_in(cx, json_member(stream, "color_range"));
    v.space = text_in(cx, json_member(stream, "color_space"));
    v.transfer = text_in(cx, json_member(stream, "color_transfer"));
    v.primaries = text_in(cx, json_member(stream, "color_primaries"));
    *out = v;
}

static void read_audio(Cx *cx, Json stream, ProbeAudio *out)
{
    *out = (ProbeAudio){
        .index = (int)count_in(json_member(stream, "index")),
        .codec = text_in(cx, json_member(stream, "codec_name")),
        .language = text_in(cx, json_member(json_member(stream, "tags"), "language")),
        .channels = count_in(json_member(stream, "channels")),
        .rate = count_in(json_member(stream, "sample_rate")),
        .is_default = json_flag(json_member(json_member(stream, "disposition"), "default"))};
}

static void read_streams(Cx *cx, Json streams, int64_t file_start, Probe *p)
{
    for (size_t i = 0; i < json_count(streams); i++) {
        Json stream = json_item(streams, i);
        Json disposition = json_member(stream, "disposition");
        Str type = json_text(json_member(stream, "codec_type"));
        int64_t index = count_in(json_member(stream, "index"));
        if (index < 0 || index > INT16_MAX)
            continue;
        bool cover = json_flag(json_member(disposition, "attached_pic"));
        if (str_eq(type, S("video")) && !cover && !p->video.has)
            read_video(cx, stream, file_start, &p->video);
        else if (str_eq(type, S("audio")) && p->n_audio < MEDIA_AUDIO_MAX &&
                 count_in(json_member(stream, "channels")) > 0)
            read_audio(cx, stream, &p->audio[p->n_audio++]);
    }
}

Err probe_read(Cx *cx, Str json, Probe *out)
{
    CLEANUP(json_close) Json root = {0};
    if (json_open(cx, json, &root))
        return fail(cx, E_MEDIA_REFUSED, "the file cannot be read as video");
    Json format = json_member(root, "format"), streams = json_member(root, "streams");
    int64_t start = 0, count = 0;
    Str rest = {0};
    Probe p = {0};
    Str name = text_in(cx, json_member(format, "format_name"));
    p.container = str_cut(name, ',', &rest);
    if (json_kind(format) != JSON_IS_OBJECT || !p.container.n)
        return fail(cx, E_MEDIA_REFUSED, "the file cannot be read as video");
    ms_in(json_member(format, "start_time"), &start);
    p.duration_told = ms_in(json_member(format, "duration"), &p.duration_ms) && p.duration_ms > 0;
    p.size_bytes = count_in(json_member(format, "size"));
    count = count_in(json_member(format, "nb_streams"));
    p.n_streams = json_count(streams);
    if (count > 0 && (size_t)count > p.n_streams)
        p.n_streams = (size_t)count;
    read_streams(cx, streams, start, &p);
    *out = p;
    return OK;
}

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
