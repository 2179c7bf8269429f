#include "media/hls.h"

#include <stdarg.h>
#include <stdio.h>

static void put(Buf *out, const char *text)
{
    buf_put(out, text, strlen(text));
}

static void put_fmt(Buf *out, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void put_fmt(Buf *out, const char *fmt, ...)
{
    char text[256];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (n > 0)
        buf_put(out, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}

/* RFC 8216 section 4.2: a quoted string has no quote and no line end. */
static void put_quoted(Buf *out, Str text)
{
    buf_byte(out, '"');
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] >= ' ' && text.p[i] != '"')
            buf_byte(out, text.p[i]);
    buf_byte(out, '"');
}

static void put_audio(Buf *out, const MediaTrack *audio)
{
    put(out, "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=");
    put_quoted(out, audio->language.n ? audio->language : audio->name);
    if (audio->language.n) {
        put(out, ",LANGUAGE=");
        put_quoted(out, audio->language);
    }
    put_fmt(out, ",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"%d\",URI=\"" STR_FMT ".m3u8\"\n",
            audio->channels, STR_ARG(audio->name));
}

static void put_video(Buf *out, const MediaTrack *video, const MediaTrack *audio)
{
    int64_t peak = video->peak_bps + (audio ? audio->peak_bps : 0);
    int64_t average = video->average_bps + (audio ? audio->average_bps : 0);
    put_fmt(out, "#EXT-X-STREAM-INF:BANDWIDTH=%lld,AVERAGE-BANDWIDTH=%lld,CODECS=\"" STR_FMT,
            (long long)peak, (long long)average, STR_ARG(video->codecs));
    if (audio)
        put_fmt(out, "," STR_FMT, STR_ARG(audio->codecs));
    put_fmt(out, "\",RESOLUTION=%dx%d,FRAME-RATE=%.3f", video->width, video->height,
            (double)video->fps_num / video->fps_den);
    put_fmt(out, "%s,CLOSED-CAPTIONS=NONE\n" STR_FMT ".m3u8\n", audio ? ",AUDIO=\"audio\"" : "",
            STR_ARG(video->name));
}

void hls_master(Buf *out, const MediaTrack *videos, size_t n, const MediaTrack *audio)
{
    put(out, "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n");
    if (audio)
        put_audio(out, audio);
    for (size_t i = 0; i < n; i++)
        put_video(out, &videos[i], audio);
}

void hls_media(Buf *out, const MediaTrack *track)
{
    put_fmt(out,
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:%lld\n#EXT-X-MEDIA-SEQUENCE:1\n"
            "#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n"
            "#EXT-X-MAP:URI=\"" STR_FMT "/init.mp4\"\n",
            (long long)track_target_s(track), STR_ARG(track->name));
    for (size_t i = 0; i < track->n; i++)
        put_fmt(out, "#EXTINF:%.6f,\n" STR_FMT "/%zu.m4s\n",
                (double)track->segments[i].duration / (double)track->timescale,
                STR_ARG(track->name), i + 1);
    put(out, "#EXT-X-ENDLIST\n");
}
