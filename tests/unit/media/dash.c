#include "media/dash.h"
#include "test.h"

static bool has(const Buf *b, const char *text)
{
    bool is = b->n && memmem(b->p, b->n, text, strlen(text));
    if (!is)
        printf("%s is not in\n" STR_FMT, text, STR_ARG(((Str){b->p, b->n})));
    return is;
}

static MediaSegment pictures[] = {
    {800, 250000, 0, 60060}, {250800, 500000, 60060, 60060}, {750800, 10000, 120120, 6006}};
static MediaSegment sounds[] = {
    {700, 32000, 1978, 96256}, {32700, 34000, 98234, 96256}, {66700, 3000, 194490, 9216}};

static MediaTrack picture(void)
{
    return (MediaTrack){.kind = MEDIA_VIDEO,
                        .name = S("360p"),
                        .codecs = S("avc1.64001e"),
                        .width = 640,
                        .height = 360,
                        .fps_num = 30000,
                        .fps_den = 1001,
                        .timescale = 30000,
                        .first = 2002,
                        .n = COUNT(pictures),
                        .segments = pictures};
}

static MediaTrack sound(void)
{
    return (MediaTrack){.kind = MEDIA_AUDIO,
                        .name = S("audio"),
                        .codecs = S("mp4a.40.2"),
                        .language = S("id"),
                        .channels = 2,
                        .rate = 48000,
                        .timescale = 48000,
                        .n = COUNT(sounds),
                        .segments = sounds};
}

TEST(dash_manifest_as_a_whole)
{
    const MediaText texts[] = {{S("en"), S("en"), S("English"), true, true}};
    MediaTrack t = picture(), a = sound();
    Presentation p = {&t, 1, &a, 1, texts, 1, 4204, false};
    CLEANUP(buf_free) Buf b = BUF(1 << 16);
    dash_manifest(&b, &p);
    static const char WANT[] =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" "
        "profiles=\"urn:mpeg:dash:profile:isoff-live:2011\" type=\"static\" "
        "minBufferTime=\"PT2S\" mediaPresentationDuration=\"PT4.204S\">\n"
        " <Period id=\"0\" start=\"PT0S\">\n"
        "  <AdaptationSet id=\"1\" contentType=\"video\" mimeType=\"video/mp4\" "
        "segmentAlignment=\"true\" startWithSAP=\"1\" par=\"16:9\" maxWidth=\"640\" "
        "maxHeight=\"360\" maxFrameRate=\"30000/1001\">\n"
        "   <Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"main\"/>\n"
        "   <Representation id=\"360p\" bandwidth=\"2000000\" codecs=\"avc1.64001e\" width=\"640\" "
        "height=\"360\" frameRate=\"30000/1001\" sar=\"1:1\">\n"
        "    <SegmentTemplate timescale=\"30000\" presentationTimeOffset=\"2002\" "
        "startNumber=\"1\" initialization=\"$RepresentationID$/init.mp4\" "
        "media=\"$RepresentationID$/$Number$.m4s\">\n"
        "     <SegmentTimeline>\n"
        "      <S t=\"2002\" d=\"60060\" r=\"1\"/>\n"
        "      <S d=\"6006\"/>\n"
        "     </SegmentTimeline>\n    </SegmentTemplate>\n   </Representation>\n"
        "  </AdaptationSet>\n"
        "  <AdaptationSet id=\"2\" contentType=\"audio\" mimeType=\"audio/mp4\" "
        "segmentAlignment=\"true\" startWithSAP=\"1\" lang=\"id\">\n"
        "   <Label>Bahasa Indonesia</Label>\n"
        "   <Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"main\"/>\n"
        "   <Representation id=\"audio\" bandwidth=\"136000\" codecs=\"mp4a.40.2\" "
        "audioSamplingRate=\"48000\">\n"
        "    <AudioChannelConfiguration "
        "schemeIdUri=\"urn:mpeg:mpegB:cicp:ChannelConfiguration\" value=\"2\"/>\n"
        "    <SegmentTemplate timescale=\"48000\" presentationTimeOffset=\"3203\" "
        "startNumber=\"1\" initialization=\"$RepresentationID$/init.mp4\" "
        "media=\"$RepresentationID$/$Number$.m4s\">\n"
        "     <SegmentTimeline>\n"
        "      <S t=\"1978\" d=\"96256\" r=\"1\"/>\n"
        "      <S d=\"9216\"/>\n"
        "     </SegmentTimeline>\n    </SegmentTemplate>\n   </Representation>\n"
        "  </AdaptationSet>\n"
        "  <AdaptationSet id=\"3\" contentType=\"text\" mimeType=\"text/vtt\" lang=\"en\">\n"
        "   <Label>English</Label>\n"
        "   <Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"caption\"/>\n"
        "   <Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"main\"/>\n"
        "   <Representation id=\"text-en\" bandwidth=\"256\">\n"
        "    <BaseURL>captions/en.vtt</BaseURL>\n   </Representation>\n  </AdaptationSet>\n"
        " </Period>\n</MPD>\n";
    CHECK(str_eq((Str){b.p, b.n}, str_of(WANT)) || !printf(STR_FMT, STR_ARG(((Str){b.p, b.n}))));
}

TEST(dash_bandwidth_is_the_least_rate_that_never_runs_dry)
{
    static const struct {
        int64_t sizes[5], seconds, want;
    } rows[] = {
        {{1000, 1000, 1000, 1000, 1000}, 2, 4000}, /* even: what a segment of two seconds needs */
        {{1000, 1000, 1000, 1000, 1000}, 1, 6667}, /* five seconds' bytes within 2 + 4 */
        {{1000, 1000, 1000, 1000, 1000}, 4, 4000}, /* the first within the wait; it is the worst */
        {{1, 1, 9000, 1, 1}, 2, 36000},            /* one heavy segment, played from there */
        {{1, 5000, 5000, 5000, 1}, 2, 20000},
        {{3000, 0, 9000, 0, 0}, 1, 36000},
        {{0, 0, 0, 0, 0}, 2, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        MediaSegment s[5];
        for (size_t k = 0; k < 5; k++)
            s[k] = (MediaSegment){0, rows[i].sizes[k], (int64_t)k * rows[i].seconds * 1000,
                                  rows[i].seconds * 1000};
        MediaTrack t = {.timescale = 1000, .n = 5, .segments = s};
        CHECK(dash_bandwidth(&t) == rows[i].want ||
              !printf("row %zu: %lld\n", i, (long long)dash_bandwidth(&t)));
    }
}

TEST(dash_bandwidth_equals_the_one_counted_from_every_start)
{
    enum { N = 40 };
    uint64_t chance = 88172645463325252u;
    for (int round = 0; round < 200; round++) {
        MediaSegment s[N];
        for (size_t k = 0; k < N; k++) {
            chance ^= chance << 13, chance ^= chance >> 7, chance ^= chance << 17;
            s[k] = (MediaSegment){0, (int64_t)(chance % 400000), (int64_t)k * 2002, 2002};
        }
        MediaTrack t = {.timescale = 1000, .n = N, .segments = s};
        double want = 0;
        for (size_t i = 0; i < N; i++) {
            double bits = 0;
            for (size_t k = i; k < N; k++) {
                bits += (double)s[k].size * 8;
                double rate = bits / (2 + (double)(s[k].start - s[i].start) / 1000);
                want = rate > want ? rate : want;
            }
        }
        int64_t is = dash_bandwidth(&t);
        CHECK((double)is >= want - 1e-3 && (double)is < want + 1);
    }
}

TEST(dash_teaser_begins_at_its_first_frame_wherever_that_was)
{
    MediaSegment v[] = {{9, 100, 3003000, 60060}, {109, 100, 3063060, 60060}};
    MediaSegment s[] = {{9, 100, 4804000, 96256}, {109, 100, 4900256, 96256}};
    MediaTrack t = picture(), a = sound();
    t.segments = v;
    a.segments = s;
    t.n = a.n = 2;
    t.first = 3003000 + 2002;
    Presentation p = {&t, 1, &a, 1, NULL, 0, 4004, false};
    CLEANUP(buf_free) Buf b = BUF(1 << 16);
    dash_manifest(&b, &p);
    CHECK(has(&b, "timescale=\"30000\" presentationTimeOffset=\"3005002\" startNumber=\"1\""));
    CHECK(has(&b, "<S t=\"3005002\" d=\"60060\" r=\"1\"/>"));
    CHECK(has(&b, "timescale=\"48000\" presentationTimeOffset=\"4808003\" startNumber=\"1\""));
    CHECK(has(&b, "<S t=\"4804000\" d=\"96256\" r=\"1\"/>"));
}

TEST(dash_timeline_says_where_a_gap_is)
{
    MediaSegment v[] = {{0, 9, 0, 100}, {9, 9, 100, 100}, {18, 9, 250, 100}, {27, 9, 350, 100}};
    MediaTrack t = picture();
    t.segments = v;
    t.n = COUNT(v);
    t.first = 7;
    t.fps_num = 25;
    t.fps_den = 1;
    Presentation p = {&t, 1, NULL, 0, NULL, 0, 15, false};
    CLEANUP(buf_free) Buf b = BUF(1 << 16);
    dash_manifest(&b, &p);
    CHECK(has(&b, "<S t=\"7\" d=\"100\" r=\"1\"/>\n      <S t=\"257\" d=\"100\" r=\"1\"/>\n"));
    CHECK(has(&b, " frameRate=\"25\" ") && !memmem(b.p, b.n, "audio", 5));
}

TEST(dash_manifest_of_many_sounds_has_a_set_for_each)
{
    MediaTrack t[2] = {picture(), picture()}, a[8];
    t[1].name = S("1080p");
    t[1].width = 1920;
    t[1].height = 1080;
    for (size_t i = 0; i < COUNT(a); i++) {
        a[i] = sound();
        a[i].is_default = i == 3;
        a[i].channels = (int32_t)i + 1;
        a[i].language = i ? S("en") : S("");
    }
    a[7].n = 0;
    Presentation p = {t, 2, a, 8, NULL, 0, 4204, false};
    CLEANUP(buf_free) Buf b = BUF(1 << 16);
    dash_manifest(&b, &p);
    size_t sets = 0, alternates = 0;
    for (const char *at = b.p; (at = memmem(at, b.n - (size_t)(at - b.p), "<Adapt", 6)); at++)
        sets++;
    for (const char *at = b.p; (at = memmem(at, b.n - (size_t)(at - b.p), "\"alternate\"", 11));
         at++)
        alternates++;
    CHECK(sets == 8 && alternates == 6);
    CHECK(has(&b, "maxWidth=\"1920\" maxHeight=\"1080\"") && has(&b, "par=\"16:9\""));
    CHECK(has(&b, "ChannelConfiguration\" value=\"11\"") &&
          has(&b, "startWithSAP=\"1\">\n   <Role"));
}

TEST(dash_manifest_escapes_what_people_wrote)
{
    MediaTrack t = picture(), a = sound();
    a.label = S("<b>&\"'\x01\xEF\xBF\xBF\xFF]]>");
    Presentation p = {&t, 1, &a, 1, NULL, 0, 4204, false};
    CLEANUP(buf_free) Buf b = BUF(1 << 16);
    dash_manifest(&b, &p);
    CHECK(has(&b, "<Label>&lt;b&gt;&amp;&quot;&#39;\xEF\xBF\xBD]]&gt;</Label>"));
}

TEST(dash_says_when_the_buffer_was_too_small)
{
    CLEANUP(buf_free) Buf b = BUF(300);
    MediaTrack t = picture();
    Presentation p = {&t, 1, NULL, 0, NULL, 0, 4204, false};
    dash_manifest(&b, &p);
    CHECK(b.full && b.n <= 300);
}
