#include "media/hls.h"

#include "media/manifest.h"

/* Segments are groups of pictures of two seconds (2.002 at 23.976 and 29.97), whatever their
 * number; a playlist that grows must not change its target (RFC 8216 section 4.3.3.1). */
enum { TARGET_MIN_S = 2 };

static const char HEAD[] = "#EXTM3U\n#EXT-X-VERSION:7\n";

static void put_attr(Buf *out, const char *name, int64_t value)
{
    manifest_put(out, name);
    manifest_int(out, value);
}

/* `begin` and a quoted string after it. */
static void put_quoted(Buf *out, const char *begin, Str text)
{
    manifest_put(out, begin);
    buf_byte(out, '"');
    manifest_quotable(out, text);
    buf_byte(out, '"');
}

static void put_name(Buf *out, Buf *taken, Str label, Str language, Str otherwise)
{
    manifest_put(out, ",NAME=\"");
    manifest_name(taken, label, language, otherwise, out);
    buf_byte(out, '"');
    if (language.n)
        put_quoted(out, ",LANGUAGE=", language);
}

static void put_choice(Buf *out, bool is_default, bool automatic)
{
    manifest_put(out, is_default  ? ",DEFAULT=YES,AUTOSELECT=YES"
                      : automatic ? ",DEFAULT=NO,AUTOSELECT=YES"
                                  : ",DEFAULT=NO,AUTOSELECT=NO");
}

/* Section 4.3.4.1.1: what a player may choose by itself it can tell apart by language. */
static bool audio_is_automatic(const Presentation *p, size_t which, size_t chosen)
{
    for (size_t i = 0; i < p->n_audios; i++)
        if ((i < which || i == chosen) && i != which &&
            str_eq(p->audios[i].language, p->audios[which].language))
            return false;
    return true;
}

static void put_audios(Buf *out, const Presentation *p)
{
    CLEANUP(buf_free) Buf taken = BUF(1 << 20);
    size_t chosen = manifest_default_audio(p);
    for (size_t i = 0; i < p->n_audios; i++) {
        const MediaTrack *a = &p->audios[i];
        manifest_put(out, "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\"");
        put_name(out, &taken, a->label, a->language, S("audio"));
        put_choice(out, i == chosen, audio_is_automatic(p, i, chosen));
        put_attr(out, ",CHANNELS=\"", a->channels);
        manifest_put(out, "\",URI=\"");
        manifest_quotable(out, a->name);
        manifest_put(out, ".m3u8\"\n");
    }
}

static size_t default_text(const Presentation *p)
{
    size_t i = 0;
    while (i < p->n_texts && !p->texts[i].is_default)
        i++;
    return i;
}

static bool text_is_automatic(const Presentation *p, size_t which, size_t chosen)
{
    for (size_t i = 0; i < p->n_texts; i++)
        if ((i < which || i == chosen) && i != which && p->texts[i].sdh == p->texts[which].sdh &&
            str_eq(p->texts[i].language, p->texts[which].language))
            return false;
    return true;
}

static void put_texts(Buf *out, const Presentation *p)
{
    CLEANUP(buf_free) Buf taken = BUF(1 << 20);
    size_t chosen = default_text(p);
    for (size_t i = 0; i < p->n_texts; i++) {
        const MediaText *t = &p->texts[i];
        manifest_put(out, "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"subs\"");
        put_name(out, &taken, t->label, t->language, t->name);
        put_choice(out, i == chosen, text_is_automatic(p, i, chosen));
        manifest_put(out, ",FORCED=NO");
        if (t->sdh)
            manifest_put(out, ",CHARACTERISTICS=\"public.accessibility.transcribes-spoken-dialog,"
                              "public.accessibility.describes-music-and-sound\"");
        manifest_put(out, ",URI=\"captions/");
        manifest_quotable(out, t->name);
        manifest_put(out, ".m3u8\"\n");
    }
}

/* Of the group, each once, as any of them may play. */
static void put_audio_codecs(Buf *out, const Presentation *p, const char *between)
{
    for (size_t i = 0; i < p->n_audios; i++) {
        bool again = false;
        for (size_t k = 0; k < i; k++)
            again = again || str_eq(p->audios[k].codecs, p->audios[i].codecs);
        if (again)
            continue;
        manifest_put(out, between);
        manifest_quotable(out, p->audios[i].codecs);
        between = ",";
    }
}

/* Section 4.3.4.2: a variant's rates are those of its worst playable combination. */
static void put_rates(Buf *out, const Presentation *p, const MediaTrack *video)
{
    int64_t peak = 0, average = 0;
    for (size_t i = 0; i < p->n_audios; i++) {
        const MediaTrack *a = &p->audios[i];
        peak = a->peak_bps > peak ? a->peak_bps : peak;
        average = a->average_bps > average ? a->average_bps : average;
    }
    put_attr(out, "#EXT-X-STREAM-INF:BANDWIDTH=", peak + (video ? video->peak_bps : 0));
    put_attr(out, ",AVERAGE-BANDWIDTH=", average + (video ? video->average_bps : 0));
}

static void put_groups(Buf *out, const Presentation *p, Str name)
{
    if (p->n_audios)
        manifest_put(out, ",AUDIO=\"audio\"");
    if (p->n_texts)
        manifest_put(out, ",SUBTITLES=\"subs\"");
    manifest_put(out, ",CLOSED-CAPTIONS=NONE\n");
    manifest_quotable(out, name);
    manifest_put(out, ".m3u8\n");
}

/* Thousandths of a whole number of units: "29.970". */
static void put_decimal(Buf *out, int64_t value, int64_t one, int digits)
{
    manifest_int(out, value / one);
    buf_byte(out, '.');
    for (int64_t rest = value % one; digits > 0; digits--, rest %= one) {
        one /= 10;
        buf_byte(out, (char)('0' + rest / one));
    }
}

static void put_video(Buf *out, const Presentation *p, const MediaTrack *video)
{
    put_rates(out, p, video);
    manifest_put(out, ",CODECS=\"");
    manifest_quotable(out, video->codecs);
    put_audio_codecs(out, p, ",");
    put_attr(out, "\",RESOLUTION=", video->width);
    put_attr(out, "x", video->height);
    manifest_put(out, ",FRAME-RATE=");
    put_decimal(out, manifest_rescale(video->fps_num, video->fps_den, 1000), 1000, 3);
    put_groups(out, p, video->name);
}

void hls_master(Buf *out, const Presentation *p)
{
    manifest_put(out, HEAD);
    manifest_put(out, "#EXT-X-INDEPENDENT-SEGMENTS\n");
    put_audios(out, p);
    put_texts(out, p);
    for (size_t i = 0; i < p->n_videos; i++)
        put_video(out, p, &p->videos[i]);
    if (!p->n_audios)
        return;
    put_rates(out, p, NULL);
    manifest_put(out, ",CODECS=\"");
    put_audio_codecs(out, p, "");
    buf_byte(out, '"');
    put_groups(out, p, p->audios[manifest_default_audio(p)].name);
}

static void put_head(Buf *out, int64_t target_s, bool growing)
{
    manifest_put(out, HEAD);
    put_attr(out, "#EXT-X-TARGETDURATION:", target_s);
    manifest_put(out, "\n#EXT-X-MEDIA-SEQUENCE:1\n");
    manifest_put(out, growing ? "#EXT-X-PLAYLIST-TYPE:EVENT\n" : "#EXT-X-PLAYLIST-TYPE:VOD\n");
}

/* Ends are rounded, not lengths: so the sum stays exact to a microsecond over any number. */
static void put_segments(Buf *out, const MediaTrack *track)
{
    int64_t units = 0, done = 0;
    for (size_t i = 0; i < track->n; i++) {
        units += track->segments[i].duration;
        int64_t end = manifest_rescale(units, track->timescale, 1000000);
        manifest_put(out, "#EXTINF:");
        put_decimal(out, end - done, 1000000, 6);
        manifest_put(out, ",\n");
        manifest_str(out, track->name);
        put_attr(out, "/", (int64_t)i + 1);
        manifest_put(out, ".m4s\n");
        done = end;
    }
}

void hls_media(Buf *out, const MediaTrack *track, bool growing)
{
    int64_t target = track_target_s(track);
    put_head(out, target > TARGET_MIN_S ? target : TARGET_MIN_S, growing);
    manifest_put(out, "#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MAP:URI=\"");
    manifest_quotable(out, track->name);
    manifest_put(out, "/init.mp4\"\n");
    put_segments(out, track);
    if (!growing)
        manifest_put(out, "#EXT-X-ENDLIST\n");
}

void hls_text(Buf *out, const MediaText *text, int64_t duration_ms)
{
    int64_t target = manifest_rescale(duration_ms, 1000, 1);
    put_head(out, target > 0 ? target : 1, false);
    manifest_put(out, "#EXTINF:");
    put_decimal(out, duration_ms, 1000, 3);
    manifest_put(out, ",\n");
    manifest_quotable(out, text->name);
    manifest_put(out, ".vtt\n#EXT-X-ENDLIST\n");
}
