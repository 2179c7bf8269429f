/* What ffprobe printed, read: a stranger's words, each believed only as far as its kind allows. */
#include "base/json.h"
#include "media/probe.h"

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

/* The same, where less than nothing means untold. */
static int64_t told_in(Json value)
{
    int64_t i = count_in(value);
    return i > 0 ? i : 0;
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

/* As people read it: UTF-8 without control characters, cut nowhere; empty when it is too long. */
static Str label_in(Cx *cx, Json value, size_t most)
{
    Str s = json_text(value);
    size_t n = 0;
    if (s.n > most)
        return (Str){0};
    for (size_t i = 0; i < s.n; i += n) {
        n = utf8_next(s.p + i, str_end(s));
        bool control =
            (unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f ||
            (n == 2 && (unsigned char)s.p[i] == 0xC2 && (unsigned char)s.p[i + 1] < 0xA0);
        if (n == 0 || control)
            return (Str){0};
    }
    return arena_str(cx->arena, s);
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
    v.profile = text_in(cx, json_member(stream, "profile"));
    v.level = told_in(json_member(stream, "level"));
    v.bit_rate = told_in(json_member(stream, "bit_rate"));
    v.reorders = told_in(json_member(stream, "has_b_frames"));
    *out = v;
}

static void read_audio(Cx *cx, Json stream, ProbeAudio *out)
{
    *out = (ProbeAudio){
        .index = (int)count_in(json_member(stream, "index")),
        .codec = text_in(cx, json_member(stream, "codec_name")),
        .language = text_in(cx, json_member(json_member(stream, "tags"), "language")),
        .title = label_in(cx, json_member(json_member(stream, "tags"), "title"), PROBE_TITLE_MAX),
        .channels = count_in(json_member(stream, "channels")),
        .rate = count_in(json_member(stream, "sample_rate")),
        .is_default = json_flag(json_member(json_member(stream, "disposition"), "default"))};
}

static bool is_text(Str codec)
{
    static const char *const texts[] = {"subrip", "ass", "ssa", "mov_text", "webvtt", "text"};
    for (size_t i = 0; i < COUNT(texts); i++)
        if (str_eq(codec, str_of(texts[i])))
            return true;
    return false;
}

static void read_text(Cx *cx, Json stream, ProbeText *out)
{
    Json tags = json_member(stream, "tags"), disposition = json_member(stream, "disposition");
    *out = (ProbeText){.index = (int)count_in(json_member(stream, "index")),
                       .codec = text_in(cx, json_member(stream, "codec_name")),
                       .language = text_in(cx, json_member(tags, "language")),
                       .title = label_in(cx, json_member(tags, "title"), PROBE_TITLE_MAX),
                       .is_default = json_flag(json_member(disposition, "default")),
                       .forced = json_flag(json_member(disposition, "forced")),
                       .sdh = json_flag(json_member(disposition, "hearing_impaired"))};
}

/* Kept in order of time, whatever the file's own is; the later of two at one moment wins nothing.
 */
static void add_chapter(Probe *p, ProbeChapter chapter)
{
    size_t at = p->n_chapters;
    while (at && p->chapter[at - 1].start_ms > chapter.start_ms)
        at--;
    if (p->n_chapters == PROBE_CHAPTERS_MAX ||
        (at && p->chapter[at - 1].start_ms == chapter.start_ms))
        return;
    memmove(&p->chapter[at + 1], &p->chapter[at], (p->n_chapters - at) * sizeof chapter);
    p->chapter[at] = chapter;
    p->n_chapters++;
}

static void read_chapters(Cx *cx, Json chapters, int64_t file_start, Probe *p)
{
    for (size_t i = 0; i < json_count(chapters); i++) {
        Json chapter = json_item(chapters, i);
        int64_t ms = 0;
        if (!ms_in(json_member(chapter, "start_time"), &ms))
            continue;
        ms = ms > file_start ? ms - file_start : 0;
        if (p->duration_told && ms >= p->duration_ms)
            continue;
        Json title = json_member(json_member(chapter, "tags"), "title");
        add_chapter(p, (ProbeChapter){ms, label_in(cx, title, PROBE_CHAPTER_MAX)});
    }
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
        else if (str_eq(type, S("subtitle")) && p->n_texts < MEDIA_TEXT_MAX &&
                 is_text(json_text(json_member(stream, "codec_name"))))
            read_text(cx, stream, &p->text[p->n_texts++]);
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
    p.json = arena_str(cx->arena, json);
    read_streams(cx, streams, start, &p);
    read_chapters(cx, json_member(root, "chapters"), start, &p);
    *out = p;
    return OK;
}
