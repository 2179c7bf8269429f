#include "media/dash.h"

#include "media/manifest.h"

#include <math.h>

static const char ROLE[] = "urn:mpeg:dash:role:2011";

static void put_attr(Buf *out, const char *begin, int64_t value)
{
    manifest_put(out, begin);
    manifest_int(out, value);
    buf_byte(out, '"');
}

static void put_text_attr(Buf *out, const char *begin, Str text)
{
    manifest_put(out, begin);
    manifest_xml(out, text);
    buf_byte(out, '"');
}

/* The pair of segments between which `rate` (bits a unit) falls short the most asks for a higher
 * one; the rate that is asked for by none is the answer, after a few rounds. */
static double next_rate(const MediaTrack *t, double rate)
{
    double wait = (double)DASH_MIN_BUFFER_S * (double)t->timescale;
    double low = 0, low_bits = 0, low_at = 0, bits = 0, worst = 0, next = rate;
    for (size_t k = 0; k < t->n; k++) {
        double at = (double)(t->segments[k].start - t->segments[0].start);
        if (k == 0 || bits - rate * at < low) {
            low = bits - rate * at;
            low_bits = bits;
            low_at = at;
        }
        bits += (double)t->segments[k].size * 8;
        double need = bits - low_bits, time = wait + at - low_at;
        if (need - rate * time > worst) {
            worst = need - rate * time;
            next = need / time;
        }
    }
    return next;
}

int64_t dash_bandwidth(const MediaTrack *track)
{
    enum { ROUNDS = 64 };
    double rate = 0;
    for (int i = 0; i < ROUNDS; i++) {
        double next = next_rate(track, rate);
        if (next <= rate)
            break;
        rate = next;
    }
    return (int64_t)ceil(rate * (double)track->timescale - 1e-6);
}

/* A segment's earliest presentation time is `delay` after its decode time: every segment begins
 * with a picture that is shown before all others of it. */
static void put_timeline(Buf *out, const MediaTrack *t, int64_t delay)
{
    manifest_put(out, "     <SegmentTimeline>\n");
    for (size_t i = 0; i < t->n;) {
        const MediaSegment *s = &t->segments[i];
        size_t run = 1;
        while (i + run < t->n && s[run].duration == s->duration &&
               s[run].start == s[run - 1].start + s->duration)
            run++;
        manifest_put(out, "      <S");
        if (i == 0 || s->start != s[-1].start + s[-1].duration)
            put_attr(out, " t=\"", s->start + delay);
        put_attr(out, " d=\"", s->duration);
        if (run > 1)
            put_attr(out, " r=\"", (int64_t)run - 1);
        manifest_put(out, "/>\n");
        i += run;
    }
    manifest_put(out, "     </SegmentTimeline>\n");
}

static void put_template(Buf *out, const MediaTrack *t, int64_t delay, int64_t zero)
{
    put_attr(out, "    <SegmentTemplate timescale=\"", t->timescale);
    put_attr(out, " presentationTimeOffset=\"", zero);
    manifest_put(out, " startNumber=\"1\" initialization=\"$RepresentationID$/init.mp4\" "
                      "media=\"$RepresentationID$/$Number$.m4s\">\n");
    put_timeline(out, t, delay);
    manifest_put(out, "    </SegmentTemplate>\n");
}

static void put_representation(Buf *out, const MediaTrack *t)
{
    put_text_attr(out, "   <Representation id=\"", t->name);
    put_attr(out, " bandwidth=\"", dash_bandwidth(t));
    put_text_attr(out, " codecs=\"", t->codecs);
}

static void put_frame_rate(Buf *out, const char *begin, const MediaTrack *t)
{
    manifest_put(out, begin);
    manifest_int(out, t->fps_num);
    if (t->fps_den != 1) {
        buf_byte(out, '/');
        manifest_int(out, t->fps_den);
    }
    buf_byte(out, '"');
}

static void put_video(Buf *out, const MediaTrack *t)
{
    put_representation(out, t);
    put_attr(out, " width=\"", t->width);
    put_attr(out, " height=\"", t->height);
    put_frame_rate(out, " frameRate=\"", t);
    manifest_put(out, " sar=\"1:1\">\n");
    put_template(out, t, t->first - t->segments[0].start, t->first);
    manifest_put(out, "   </Representation>\n");
}

static void put_begin(Buf *out, int64_t id, const char *kind)
{
    put_attr(out, "  <AdaptationSet id=\"", id);
    manifest_put(out, kind);
}

static void put_role(Buf *out, const char *value)
{
    manifest_put(out, "   <Role schemeIdUri=\"");
    manifest_put(out, ROLE);
    manifest_put(out, "\" value=\"");
    manifest_put(out, value);
    manifest_put(out, "\"/>\n");
}

static int64_t common_divisor(int64_t a, int64_t b)
{
    return b ? common_divisor(b, a % b) : a ? a : 1;
}

/* The largest picture tells the shape of all: in small ones it is rounded to whole pixels. */
static void put_shape(Buf *out, const Presentation *p)
{
    const MediaTrack *large = p->videos, *fast = p->videos;
    for (size_t i = 1; i < p->n_videos; i++) {
        const MediaTrack *t = &p->videos[i];
        if ((int64_t)t->width * t->height > (int64_t)large->width * large->height)
            large = t;
        if ((int64_t)t->fps_num * fast->fps_den > (int64_t)fast->fps_num * t->fps_den)
            fast = t;
    }
    int64_t unit = common_divisor(large->width, large->height);
    manifest_put(out, " par=\"");
    manifest_int(out, large->width / unit);
    put_attr(out, ":", large->height / unit);
    put_attr(out, " maxWidth=\"", large->width);
    put_attr(out, " maxHeight=\"", large->height);
    put_frame_rate(out, " maxFrameRate=\"", fast);
}

static void put_videos(Buf *out, const Presentation *p, int64_t id)
{
    if (!p->n_videos)
        return;
    put_begin(out, id,
              " contentType=\"video\" mimeType=\"video/mp4\" segmentAlignment=\"true\" "
              "startWithSAP=\"1\"");
    put_shape(out, p);
    manifest_put(out, ">\n");
    put_role(out, "main");
    for (size_t i = 0; i < p->n_videos; i++)
        if (p->videos[i].n)
            put_video(out, &p->videos[i]);
    manifest_put(out, "  </AdaptationSet>\n");
}

static void put_language(Buf *out, Str language, Str label)
{
    Str name = label.n ? label : manifest_language(language);
    if (language.n)
        put_text_attr(out, " lang=\"", language);
    manifest_put(out, ">\n");
    if (!name.n)
        return;
    manifest_put(out, "   <Label>");
    manifest_xml(out, name);
    manifest_put(out, "</Label>\n");
}

/* ISO/IEC 23091-3: up to six channels the number is the layout. */
static int64_t channel_layout(int32_t channels)
{
    return channels == 8 ? 12 : channels == 7 ? 11 : channels;
}

static void put_audio(Buf *out, const Presentation *p, const MediaTrack *t, int64_t id)
{
    bool chosen = t == &p->audios[manifest_default_audio(p)];
    const MediaTrack *picture = p->n_videos ? p->videos : NULL;
    int64_t zero = picture ? manifest_rescale(picture->first, picture->timescale, t->timescale)
                           : t->segments[0].start;
    put_begin(out, id,
              " contentType=\"audio\" mimeType=\"audio/mp4\" segmentAlignment=\"true\" "
              "startWithSAP=\"1\"");
    put_language(out, t->language, t->label);
    put_role(out, chosen ? "main" : "alternate");
    put_representation(out, t);
    put_attr(out, " audioSamplingRate=\"", t->rate);
    manifest_put(out, ">\n    <AudioChannelConfiguration "
                      "schemeIdUri=\"urn:mpeg:mpegB:cicp:ChannelConfiguration\"");
    put_attr(out, " value=\"", channel_layout(t->channels));
    manifest_put(out, "/>\n");
    put_template(out, t, 0, zero);
    manifest_put(out, "   </Representation>\n  </AdaptationSet>\n");
}

/* A whole WebVTT file beside the segments; its times count from the period's start. */
static void put_text(Buf *out, const MediaText *t, int64_t id)
{
    put_begin(out, id, " contentType=\"text\" mimeType=\"text/vtt\"");
    put_language(out, t->language, t->label);
    put_role(out, t->sdh ? "caption" : "subtitle");
    if (t->is_default)
        put_role(out, "main");
    put_text_attr(out, "   <Representation id=\"text-", t->name);
    manifest_put(out, " bandwidth=\"256\">\n    <BaseURL>captions/");
    manifest_xml(out, t->name);
    manifest_put(out, ".vtt</BaseURL>\n   </Representation>\n  </AdaptationSet>\n");
}

void dash_manifest(Buf *out, const Presentation *p)
{
    int64_t id = 1;
    manifest_put(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                      "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" "
                      "profiles=\"urn:mpeg:dash:profile:isoff-live:2011\" type=\"static\"");
    manifest_put(out, " minBufferTime=\"PT");
    manifest_int(out, DASH_MIN_BUFFER_S);
    manifest_put(out, "S\" mediaPresentationDuration=\"PT");
    manifest_int(out, p->duration_ms / 1000);
    int64_t ms = p->duration_ms % 1000;
    char rest[] = {'.', (char)('0' + ms / 100), (char)('0' + ms / 10 % 10), (char)('0' + ms % 10)};
    buf_put(out, rest, sizeof rest);
    manifest_put(out, "S\">\n <Period id=\"0\" start=\"PT0S\">\n");
    put_videos(out, p, id++);
    for (size_t i = 0; i < p->n_audios; i++)
        if (p->audios[i].n)
            put_audio(out, p, &p->audios[i], id++);
    for (size_t i = 0; i < p->n_texts; i++)
        put_text(out, &p->texts[i], id++);
    manifest_put(out, " </Period>\n</MPD>\n");
}
