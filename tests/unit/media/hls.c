#include "media/hls.h"
#include "test.h"

static MediaSegment pictures[] = {
    {800, 250000, 0, 25600}, {250800, 500000, 25600, 25600}, {750800, 10000, 51200, 2560}};
static MediaSegment sounds[] = {{700, 32000, 2816, 96256}, {32700, 34000, 99072, 98304}};

static MediaTrack picture(void)
{
    MediaTrack t = {.kind = MEDIA_VIDEO,
                    .name = S("360p"),
                    .codecs = S("avc1.64001e"),
                    .width = 640,
                    .height = 360,
                    .fps_num = 30000,
                    .fps_den = 1001,
                    .timescale = 12800,
                    .first = 1024,
                    .n = COUNT(pictures),
                    .segments = pictures};
    track_measure(&t);
    return t;
}

static MediaTrack sound(void)
{
    MediaTrack t = {.kind = MEDIA_AUDIO,
                    .name = S("audio"),
                    .codecs = S("mp4a.40.2"),
                    .language = S("id"),
                    .channels = 2,
                    .rate = 48000,
                    .timescale = 48000,
                    .n = COUNT(sounds),
                    .segments = sounds};
    track_measure(&t);
    return t;
}

static bool same(const Buf *b, const char *text)
{
    bool is = str_eq((Str){b->p, b->n}, str_of(text));
    if (!is)
        printf(STR_FMT, STR_ARG(((Str){b->p, b->n})));
    return is;
}

static Presentation of(const MediaTrack *videos, size_t n, const MediaTrack *audios,
                       size_t n_audios)
{
    return (Presentation){.videos = videos,
                          .n_videos = n,
                          .audios = audios,
                          .n_audios = n_audios,
                          .duration_ms = n ? track_duration_ms(videos) : 0};
}

static bool has(const Buf *b, const char *text)
{
    bool is = b->n && memmem(b->p, b->n, text, strlen(text));
    if (!is)
        printf("%s is not in\n" STR_FMT, text, STR_ARG(((Str){b->p, b->n})));
    return is;
}

static size_t times(const Buf *b, const char *text)
{
    size_t n = 0;
    for (const char *p = b->p, *end = b->p + b->n;
         (p = memmem(p, (size_t)(end - p), text, strlen(text))); p++)
        n++;
    return n;
}

TEST(hls_media_playlist_names_every_segment_by_number)
{
    CLEANUP(buf_free) Buf b = BUF(1 << 16);
    MediaTrack t = picture();
    hls_media(&b, &t, false);
    CHECK(same(&b, "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:1\n"
                   "#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n"
                   "#EXT-X-MAP:URI=\"360p/init.mp4\"\n#EXTINF:2.000000,\n360p/1.m4s\n"
                   "#EXTINF:2.000000,\n360p/2.m4s\n#EXTINF:0.200000,\n360p/3.m4s\n"
                   "#EXT-X-ENDLIST\n"));
}

TEST(hls_playlist_that_grows_keeps_its_target_and_has_no_end)
{
    CLEANUP(buf_free) Buf b = BUF(1 << 16);
    MediaTrack t = picture();
    t.n = 0;
    hls_media(&b, &t, true);
    CHECK(same(&b, "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:1\n"
                   "#EXT-X-PLAYLIST-TYPE:EVENT\n#EXT-X-INDEPENDENT-SEGMENTS\n"
                   "#EXT-X-MAP:URI=\"360p/init.mp4\"\n"));
    MediaTrack end = {.name = S("x"), .timescale = 12800, .n = 1, .segments = &pictures[2]};
    for (int growing = 0; growing < 2; growing++) {
        b.n = 0;
        hls_media(&b, &end, growing);
        CHECK(has(&b, "TARGETDURATION:2\n") && has(&b, "EXTINF:0.200000,\nx/1.m4s\n"));
    }
}

TEST(hls_segment_lengths_add_up_exactly_at_any_rate)
{
    static const struct {
        int64_t timescale, duration;
        const char *lengths;
    } rows[] = {
        {30000, 60060, "2.002000 2.002000 2.002000 "},
        {24000, 48048, "2.002000 2.002000 2.002000 "},
        {48000, 96256, "2.005333 2.005334 2.005333 "},
        {44100, 88064, "1.996916 1.996916 1.996916 "},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t d = rows[i].duration;
        MediaSegment s[] = {{0, 1, 0, d}, {1, 1, d, d}, {2, 1, 2 * d, d}};
        MediaTrack t = {.name = S("x"), .timescale = rows[i].timescale, .n = 3, .segments = s};
        CLEANUP(buf_free) Buf b = BUF(1 << 16), lengths = BUF(1000);
        hls_media(&b, &t, false);
        for (const char *p = b.p; (p = memmem(p, b.n - (size_t)(p - b.p), "EXTINF:", 7)); p += 7) {
            buf_put(&lengths, p + 7, 8);
            buf_byte(&lengths, ' ');
        }
        CHECK(same(&lengths, rows[i].lengths));
    }
}

TEST(hls_master_states_rates_of_picture_and_sound_together)
{
    CLEANUP(buf_free) Buf b = BUF(1 << 16);
    MediaTrack t = picture(), a = sound();
    CHECK(t.peak_bps == 2000000 && t.average_bps == 1447619); /* 760,000 bytes in 4.2 s */
    CHECK(a.peak_bps == 132813 && a.average_bps == 130263);
    Presentation p = of(&t, 1, &a, 1);
    hls_master(&b, &p);
    CHECK(same(&b, "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"
                   "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"Bahasa Indonesia\","
                   "LANGUAGE=\"id\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\",URI=\"audio.m3u8\"\n"
                   "#EXT-X-STREAM-INF:BANDWIDTH=2132813,AVERAGE-BANDWIDTH=1577882,"
                   "CODECS=\"avc1.64001e,mp4a.40.2\",RESOLUTION=640x360,FRAME-RATE=29.970,"
                   "AUDIO=\"audio\",CLOSED-CAPTIONS=NONE\n360p.m3u8\n"
                   "#EXT-X-STREAM-INF:BANDWIDTH=132813,AVERAGE-BANDWIDTH=130263,"
                   "CODECS=\"mp4a.40.2\",AUDIO=\"audio\",CLOSED-CAPTIONS=NONE\naudio.m3u8\n"));
}

TEST(hls_master_without_sound_names_no_group)
{
    CLEANUP(buf_free) Buf b = BUF(1 << 16);
    MediaTrack t = picture();
    Presentation p = of(&t, 1, NULL, 0);
    hls_master(&b, &p);
    CHECK(same(&b, "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"
                   "#EXT-X-STREAM-INF:BANDWIDTH=2000000,AVERAGE-BANDWIDTH=1447619,"
                   "CODECS=\"avc1.64001e\",RESOLUTION=640x360,FRAME-RATE=29.970,"
                   "CLOSED-CAPTIONS=NONE\n360p.m3u8\n"));
}

TEST(hls_master_of_eight_sounds_has_one_default_and_no_name_twice)
{
    static const char *const labels[] = {"Commentary", "Commentary", "Commentary 2", "",
                                         "",           "",           "\"\n",         ""};
    static const char *const languages[] = {"id", "en", "en", "en", "en", "xx", "", ""};
    MediaTrack t = picture(), a[8];
    for (size_t i = 0; i < COUNT(a); i++) {
        a[i] = sound();
        a[i].label = str_of(labels[i]);
        a[i].language = str_of(languages[i]);
        a[i].is_default = i == 2 || i == 4;
        a[i].peak_bps = 100000 + (int64_t)i;
    }
    a[5].codecs = S("mp4a.40.5");
    CLEANUP(buf_free) Buf b = BUF(1 << 16);
    Presentation p = of(&t, 1, a, COUNT(a));
    hls_master(&b, &p);
    static const char *const names[] = {
        "Commentary", "Commentary 2", "Commentary 2 2", "English", "English 2", "xx", "'", "audio"};
    for (size_t i = 0; i < COUNT(names); i++) {
        char want[64];
        snprintf(want, sizeof want, ",NAME=\"%s\",", names[i]);
        CHECK(times(&b, want) == 1);
    }
    CHECK(times(&b, "DEFAULT=YES") == 1);
    CHECK(has(&b, "NAME=\"Commentary 2 2\",LANGUAGE=\"en\",DEFAULT=YES,AUTOSELECT=YES"));
    CHECK(has(&b, "NAME=\"Commentary 2\",LANGUAGE=\"en\",DEFAULT=NO,AUTOSELECT=NO"));
    CHECK(has(&b, "NAME=\"Commentary\",LANGUAGE=\"id\",DEFAULT=NO,AUTOSELECT=YES"));
    CHECK(has(&b, "BANDWIDTH=2100007,"));
    CHECK(times(&b, "CODECS=\"avc1.64001e,mp4a.40.2,mp4a.40.5\"") == 1);
}

TEST(hls_master_lists_texts_and_says_which_are_for_the_deaf)
{
    const MediaText texts[] = {
        {S("id"), S("id"), {0}, false, true},
        {S("en-sdh"), S("en"), S("English, with sounds"), true, false},
        {S("en"), S("en"), {0}, false, true},
    };
    CLEANUP(buf_free) Buf b = BUF(1 << 16);
    MediaTrack t = picture(), a = sound();
    Presentation p = of(&t, 1, &a, 1);
    p.texts = texts;
    p.n_texts = COUNT(texts);
    hls_master(&b, &p);
    CHECK(has(&b,
              "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"subs\",NAME=\"Bahasa Indonesia\","
              "LANGUAGE=\"id\",DEFAULT=YES,AUTOSELECT=YES,FORCED=NO,URI=\"captions/id.m3u8\"\n"));
    CHECK(has(&b,
              "NAME=\"English, with sounds\",LANGUAGE=\"en\",DEFAULT=NO,AUTOSELECT=YES,"
              "FORCED=NO,CHARACTERISTICS=\"public.accessibility.transcribes-spoken-dialog,"
              "public.accessibility.describes-music-and-sound\",URI=\"captions/en-sdh.m3u8\"\n"));
    CHECK(times(&b, "SUBTITLES=\"subs\"") == 2 && times(&b, "TYPE=SUBTITLES") == 3);
    CHECK(times(&b, "DEFAULT=YES") == 2);
    b.n = 0;
    hls_text(&b, &texts[1], 61500);
    CHECK(same(&b, "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:62\n#EXT-X-MEDIA-SEQUENCE:1\n"
                   "#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:61.500,\nen-sdh.vtt\n#EXT-X-ENDLIST\n"));
}

TEST(hls_master_lets_no_label_out_of_its_quotes)
{
    const struct {
        Str label;
        const char *name;
    } rows[] = {
        {S("a\"\n#EXT-X-ENDLIST\r\nx"), ",NAME=\"a'#EXT-X-ENDLISTx\","},
        {S("\",URI=\"//evil/"), ",NAME=\"',URI='//evil/\","},
        {S("\xC2\x85\x7F\x1B[0m\xFF\xEF\xBF\xBF"), ",NAME=\"[0m\xEF\xBF\xBD\","},
        {S("\xF0\x9F\x8E\xA7 d\xC3\xA9j\xC3\xA0"),
         ",NAME=\"\xF0\x9F\x8E\xA7 d\xC3\xA9j\xC3\xA0\","},
        {S("\n\t"), ",NAME=\"Bahasa Indonesia\","},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        CLEANUP(buf_free) Buf b = BUF(1 << 16);
        MediaTrack t = picture(), a = sound();
        a.label = rows[i].label;
        Presentation p = of(&t, 1, &a, 1);
        hls_master(&b, &p);
        CHECK(has(&b, rows[i].name) && times(&b, "\n") == 8);
    }
}

TEST(hls_says_when_the_buffer_was_too_small)
{
    CLEANUP(buf_free) Buf b = BUF(100), c = BUF(200);
    MediaTrack t = picture(), a = sound();
    hls_media(&b, &t, false);
    CHECK(b.full && b.n <= 100);
    Presentation p = of(&t, 1, &a, 1);
    hls_master(&c, &p);
    CHECK(c.full && c.n <= 200);
}

TEST(track_target_is_the_longest_segment_rounded)
{
    MediaSegment s[] = {{0, 1, 0, 0}};
    MediaTrack t = {.timescale = 1000, .n = 1, .segments = s};
    static const struct {
        int64_t units, seconds;
    } rows[] = {{1, 1}, {999, 1}, {1499, 1}, {1500, 2}, {2002, 2}, {2499, 2}, {2500, 3}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        s[0].duration = rows[i].units;
        CHECK(track_target_s(&t) == rows[i].seconds);
    }
}
