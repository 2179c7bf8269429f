#include "media/sound.h"

#include "base/fault.h"
#include "base/json.h"
#include "media/tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum {
    MP3_COMPLAINTS = 6,
    ASK_SECONDS = 60,
    DECODE_SECONDS = 60,
    MS_A_CPU_SECOND = 50000,
    TEXT_MAX = 1 << 20
};

static const char entries[] = "format=format_name,duration:format_tags"
                              ":stream=index,codec_type,codec_name,channels,sample_rate"
                              ":stream_disposition=attached_pic:stream_tags";

typedef struct Told {
    SoundInfo info;
    int64_t ms; /* 0: nothing told */
    int index;  /* of the sound among the streams */
} Told;

static Str format_of(Json root)
{
    Str rest = {0};
    return str_cut(json_text(json_member(json_member(root, "format"), "format_name")), ',', &rest);
}

/* Numbers that ffprobe writes as texts; -1 when it is none, or out of all bounds. */
static double number_in(Json value)
{
    char text[32];
    Str s = json_text(value);
    if (s.n == 0 || s.n >= sizeof text)
        return -1;
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    double d = strtod(text, NULL);
    return d >= 0 && d < 1e9 ? d : -1;
}

/* On one line, without what is no text, cut between characters. */
static Str clean(Cx *cx, Str s)
{
    char text[SOUND_TAG_MAX];
    size_t n = 0;
    for (const char *p = s.p, *end = str_end(s); p < end;) {
        size_t used = utf8_next(p, end);
        bool control = used == 1 && (*p < ' ' || *p == 127);
        control = control || (used == 2 && *p == '\xC2' && (unsigned char)p[1] < 0xA0);
        if (used && !control && n + used > sizeof text)
            break;
        if (used && !control && !(n == 0 && *p == ' ')) {
            memcpy(text + n, p, used);
            n += used;
        }
        p += used ? used : 1;
    }
    while (n && text[n - 1] == ' ')
        n--;
    return arena_str(cx->arena, (Str){text, n});
}

/* Names of tags are written in any case: "TITLE" in FLAC, "title" in MP4. */
static void read_tags(Cx *cx, Json tags, SoundInfo *info)
{
    const struct {
        const char *name;
        Str *to;
    } known[] = {{"title", &info->title}, {"artist", &info->artist}, {"album", &info->album}};
    JsonMember m = {0};
    while (json_next(tags, &m))
        for (size_t i = 0; i < COUNT(known); i++)
            if (m.name.n == strlen(known[i].name) &&
                strncasecmp(m.name.p, known[i].name, m.name.n) == 0 && known[i].to->n == 0)
                *known[i].to = clean(cx, json_text(m.value));
}

static bool format_known(Str format)
{
    static const char *const known[] = {"mp3", "flac", "mov", "aac", "wav", "ogg"};
    for (size_t i = 0; i < COUNT(known); i++)
        if (str_eq(format, str_of(known[i])))
            return true;
    return false;
}

static void read_sound(Cx *cx, Json stream, int64_t index, Told *told)
{
    int64_t channels = 0;
    json_whole(json_member(stream, "channels"), &channels);
    told->index = (int)index;
    told->info.codec = arena_str(cx->arena, json_text(json_member(stream, "codec_name")));
    told->info.channels = channels > 0 && channels < 256 ? (int32_t)channels : 0;
    told->info.rate = (int32_t)number_in(json_member(stream, "sample_rate"));
    read_tags(cx, json_member(stream, "tags"), &told->info);
}

static Err read_told(Cx *cx, Str text, Told *out)
{
    CLEANUP(json_close) Json root = {0};
    Told told = {.index = -1};
    bool moves = false;
    if (json_open(cx, text, &root))
        return fail(cx, E_MEDIA_REFUSED, "the file cannot be read as music");
    Json streams = json_member(root, "streams"), format = json_member(root, "format");
    read_tags(cx, json_member(format, "tags"), &told.info);
    for (size_t i = 0; i < json_count(streams); i++) {
        Json stream = json_item(streams, i);
        Str type = json_text(json_member(stream, "codec_type"));
        bool cover = json_flag(json_member(json_member(stream, "disposition"), "attached_pic"));
        int64_t index = (int64_t)i;
        json_whole(json_member(stream, "index"), &index);
        told.info.has_cover |= cover;
        moves |= str_eq(type, S("video")) && !cover;
        if (str_eq(type, S("audio")) && told.index < 0 && index >= 0 && index < INT16_MAX)
            read_sound(cx, stream, index, &told);
    }
    if (moves)
        return fail(cx, E_MEDIA_REFUSED, "it has a moving picture: upload it as a video");
    if (told.index < 0 || told.info.channels < 1 || told.info.rate < 1 ||
        !format_known(format_of(root)))
        return fail(cx, E_MEDIA_REFUSED,
                    "it is not music as MP3, FLAC, M4A, AAC, WAV, Ogg or Opus");
    double seconds = number_in(json_member(format, "duration"));
    told.ms = seconds > 0 ? (int64_t)(seconds * 1000 + 0.5) : 0;
    *out = told;
    return OK;
}

static Err ask(Cx *cx, const MediaLimits *limits, const char *path, Told *out)
{
    CLEANUP(buf_free) Buf json = BUF(TEXT_MAX);
    Tool tool = {
        .limits = limits, .original = path, .what = "music", .seconds = ASK_SECONDS, .out = &json};
    args_add(&tool.args, limits->ffprobe);
    args_pair(&tool.args, "-v", "level+error");
    args_pair(&tool.args, "-of", "json");
    args_pair(&tool.args, "-show_entries", entries);
    args_input(cx, &tool.args, limits, path);
    ToolEnd end = {0};
    TRY(tool_run(cx, &tool, &end));
    if (json.full)
        return fail(cx, E_MEDIA_REFUSED, "the file has too much in its head to be read");
    return read_told(cx, (Str){json.p, json.n}, out);
}

/* From start to end; times are counted in samples, so that what cannot be decoded is missed. */
static Err decode(Cx *cx, const MediaLimits *limits, const char *path, int index, ToolEnd *end)
{
    Tool tool = {.limits = limits,
                 .original = path,
                 .what = "music",
                 .seconds = DECODE_SECONDS + limits->max_duration_ms / MS_A_CPU_SECOND};
    args_add(&tool.args, limits->ffmpeg);
    args_pair(&tool.args, "-v", "level+warning"); /* MP3 says here that it is cut */
    args_pair(&tool.args, "-nostdin", "-nostats");
    args_input(cx, &tool.args, limits, path);
    args_fmt(cx, &tool.args, "-map", "0:%d", index);
    args_pair(&tool.args, "-af", "asetpts=N/SR/TB");
    args_fmt(cx, &tool.args, "-t", "%lld", (long long)(limits->max_duration_ms / 1000 + 10));
    args_pair(&tool.args, "-progress", "pipe:1");
    args_pair(&tool.args, "-f", "null");
    args_add(&tool.args, "-");
    return tool_run(cx, &tool, end);
}

static Err check_whole(Cx *cx, const Told *told, const ToolEnd *end)
{
    int64_t spare = 500 + told->ms / 50;
    if (bug("noverify"))
        return OK;
    if (end->out_ms <= 0)
        return fail(cx, E_MEDIA_REFUSED, "no sound in it can be decoded");
    if (end->cut || (!end->estimated && end->out_ms + spare < told->ms))
        return fail(cx, E_MEDIA_REFUSED,
                    "the file is cut off or damaged: only %.1f s of it can be played",
                    (double)end->out_ms / 1000);
    /* players and ffmpeg alike pass over strange bytes in MP3: many files have some, at the start
     * or at the end */
    if (end->complaints > (str_eq(told->info.codec, S("mp3")) ? MP3_COMPLAINTS : 0))
        return fail(cx, E_MEDIA_REFUSED, "the file is damaged: " STR_FMT, STR_ARG(end->complaint));
    return OK;
}

static Err too_long(Cx *cx, const MediaLimits *limits, int64_t ms)
{
    if (ms <= limits->max_duration_ms || bug("nolimits"))
        return OK;
    return fail(cx, E_MEDIA_REFUSED, "it is %.1f s long; at most %.1f s are allowed",
                (double)ms / 1000, (double)limits->max_duration_ms / 1000);
}

Err sound_probe(Cx *cx, const MediaLimits *limits, const char *path, SoundInfo *out)
{
    Told told = {0};
    ToolEnd end = {0};
    TRY(ask(cx, limits, path, &told));
    TRY(too_long(cx, limits, told.ms));
    TRY(decode(cx, limits, path, told.index, &end));
    TRY(too_long(cx, limits, end.out_ms));
    TRY(check_whole(cx, &told, &end));
    told.info.duration_ms = end.out_ms;
    *out = told.info;
    return OK;
}
