#include "media/probe.h"
#include "test.h"

#define VIDEO(more)                                                                                \
    "{\"index\":0,\"codec_type\":\"video\",\"codec_name\":\"h264\",\"width\":1280,\"height\":720," \
    "\"avg_frame_rate\":\"25/1\",\"duration\":\"5.280000\"" more "}"
#define FILE_OF(streams, format)                                                                   \
    "{\"streams\":[" streams                                                                       \
    "],\"format\":{\"format_name\":\"mov,mp4\",\"duration\":\"5.312000\"" format "}}"

static const MediaLimits limits = {
    .max_pixels = 36000000, .max_fps = 120, .max_duration_ms = 6ll * 3600 * 1000};

TEST(probe_reads_what_ffprobe_prints)
{
    Cx cx = {.arena = arena_new()};
    Probe p = {0};
    Str json = S(FILE_OF(
        VIDEO(",\"sample_aspect_ratio\":\"128:117\",\"nb_frames\":\"132\",\"start_time\":"
              "\"0.100000\",\"field_order\":\"tt\",\"color_transfer\":\"smpte2084\","
              "\"side_data_list\":[{},{\"rotation\":-90}],\"disposition\":{\"attached_pic\":"
              "0}") ",{\"index\":1,\"codec_type\":\"audio\",\"codec_name\":\"aac\","
                    "\"channels\":6,"
                    "\"sample_rate\":\"48000\",\"tags\":{\"language\":\"ind\"},"
                    "\"disposition\":{\"default\":1}},{\"index\":2,\"codec_type\":\"data\"}",
        ",\"nb_streams\":3,\"size\":\"1055736\",\"start_time\":\"0.000000\""));
    CHECK(probe_read(&cx, json, &p) == OK && probe_accept(&cx, &limits, &p) == OK);
    CHECK(str_eq(p.container, S("mov")) && p.duration_ms == 5312 && p.size_bytes == 1055736);
    CHECK(p.n_streams == 3 && p.n_audio == 1 && p.duration_told);
    CHECK(str_eq(p.video.codec, S("h264")) && p.video.width == 1280 && p.video.height == 720);
    CHECK(p.video.sar_num == 128 && p.video.sar_den == 117 && p.video.frames == 132);
    CHECK(p.video.rotation == 90 && p.video.interlaced && probe_is_hdr(&p));
    CHECK(p.video.duration_ms == 5380 && p.video.fps_num == 25 && p.video.fps_den == 1);
    CHECK(str_eq(p.audio[0].codec, S("aac")) && p.audio[0].channels == 6);
    CHECK(p.audio[0].rate == 48000 && str_eq(p.audio[0].language, S("ind")));
    CHECK(p.audio[0].is_default && p.audio[0].index == 1);
    arena_free(cx.arena);
}

TEST(probe_takes_the_picture_that_is_no_cover_and_matroskas_own_clock)
{
    Cx cx = {.arena = arena_new()};
    Probe p = {0};
    Str json = S("{\"streams\":[{\"index\":0,\"codec_type\":\"video\",\"codec_name\":\"png\","
                 "\"disposition\":{\"attached_pic\":1}},{\"index\":3,\"codec_type\":\"video\","
                 "\"codec_name\":\"vp9\",\"width\":640,\"height\":360,\"avg_frame_rate\":\"0/0\","
                 "\"r_frame_rate\":\"30/1\",\"tags\":{\"DURATION\":\"00:01:02.345000000\"}}],"
                 "\"format\":{\"format_name\":\"matroska,webm\"}}");
    CHECK(probe_read(&cx, json, &p) == OK);
    CHECK(p.video.index == 3 && str_eq(p.video.codec, S("vp9")) && p.video.fps_num == 30);
    CHECK(p.video.duration_ms == 62345 && !p.duration_told && p.duration_ms == 0);
    arena_free(cx.arena);
}

TEST(probe_keeps_subtitles_that_are_text_and_the_names_of_sounds)
{
    Cx cx = {.arena = arena_new()};
    Probe p = {0}, again = {0};
    Str json = S(FILE_OF(
        VIDEO(",\"profile\":\"High\",\"level\":40,\"bit_rate\":\"1200000\",\"has_b_frames\":"
              "2") ",{\"index\":1,\"codec_type\":\"audio\",\"codec_name\":\"aac\","
                   "\"channels\":2,"
                   "\"tags\":{\"title\":\"Kommentar für alle\"}},"
                   "{\"index\":2,\"codec_type\":\"subtitle\",\"codec_name\":\"mov_text\","
                   "\"tags\":"
                   "{\"language\":\"ind\",\"title\":\"Tuli\"},\"disposition\":{\"default\":1,"
                   "\"hearing_impaired\":1}},"
                   "{\"index\":3,\"codec_type\":\"subtitle\",\"codec_name\":\"hdmv_pgs_"
                   "subtitle\"},"
                   "{\"index\":4,\"codec_type\":\"subtitle\",\"codec_name\":\"ass\","
                   "\"disposition\":"
                   "{\"forced\":1},\"tags\":{\"title\":\"line\\nbreak\"}}",
        ""));
    CHECK(probe_read(&cx, json, &p) == OK);
    CHECK(str_eq(p.video.profile, S("High")) && p.video.level == 40);
    CHECK(p.video.bit_rate == 1200000 && p.video.reorders == 2);
    CHECK(p.n_audio == 1 && str_eq(p.audio[0].title, S("Kommentar für alle")));
    CHECK(p.n_texts == 2 && p.text[0].index == 2 && str_eq(p.text[0].codec, S("mov_text")));
    CHECK(str_eq(p.text[0].language, S("ind")) && str_eq(p.text[0].title, S("Tuli")));
    CHECK(p.text[0].is_default && p.text[0].sdh && !p.text[0].forced);
    CHECK(p.text[1].index == 4 && p.text[1].forced && p.text[1].title.n == 0);
    CHECK(str_eq(p.json, json));
    CHECK(probe_again(&cx, p.json, 5000, 125, 5100, &again) == OK && again.n_texts == 2);
    CHECK(again.video.duration_ms == 5000 && again.video.frames == 125);
    CHECK(again.duration_ms == 5100 && again.duration_told);
    arena_free(cx.arena);
}

#define CHAPTER(at, title) "{\"start_time\":\"" at "\",\"tags\":{\"title\":\"" title "\"}}"

TEST(probe_keeps_chapters_in_order_from_the_start_of_the_file)
{
    Cx cx = {.arena = arena_new()};
    Probe p = {0};
    Str json =
        S("{\"streams\":[" VIDEO("") "],\"chapters\":[" CHAPTER("4.500000", "Dua") "," CHAPTER(
            "0.500000",
            "Satu") "," CHAPTER("4.500000",
                                "again") "," CHAPTER("99.0",
                                                     "beyond") "," CHAPTER("-3.0",
                                                                           "before") ",{\"start_"
                                                                                     "time\":\"2."
                                                                                     "000000\"},{}]"
                                                                                     ",\"format\":{"
                                                                                     "\"format_"
                                                                                     "name\":"
                                                                                     "\"mov\","
                                                                                     "\"start_"
                                                                                     "time\":\"0."
                                                                                     "500000\","
                                                                                     "\"duration\":"
                                                                                     "\"5.312000\"}"
                                                                                     "}");
    CHECK(probe_read(&cx, json, &p) == OK && p.n_chapters == 3);
    CHECK(p.chapter[0].start_ms == 0 && str_eq(p.chapter[0].title, S("Satu")));
    CHECK(p.chapter[1].start_ms == 1500 && p.chapter[1].title.n == 0);
    CHECK(p.chapter[2].start_ms == 4000 && str_eq(p.chapter[2].title, S("Dua")));
    arena_free(cx.arena);
}

static const struct {
    const char *json, *says;
} refused[] = {
    {"", "cannot be read"},
    {"[]", "cannot be read"},
    {"{\"streams\":[],\"format\":{}}", "cannot be read"},
    {FILE_OF("", ""), "no moving picture"},
    {FILE_OF("{\"codec_type\":\"audio\",\"codec_name\":\"aac\",\"channels\":2}", ""),
     "no moving picture"},
    {FILE_OF(VIDEO(",\"disposition\":{\"attached_pic\":1}"), ""), "upload sound alone as a file"},
    {FILE_OF(VIDEO(""), ",\"nb_streams\":33"), "33 streams; at most 32"},
    {FILE_OF("{\"codec_type\":\"video\",\"codec_name\":\"cinepak\",\"width\":320,\"height\":240}",
             ""),
     "cinepak"},
    {FILE_OF("{\"codec_type\":\"video\",\"codec_name\":\"h264\",\"width\":16384,\"height\":8704}",
             ""),
     "16384 x 8704, 142606336 pixels; at most 36000000"},
    {FILE_OF("{\"codec_type\":\"video\",\"codec_name\":\"h264\",\"width\":2147483648,"
             "\"height\":2147483648}",
             ""),
     "each side"},
    {FILE_OF("{\"codec_type\":\"video\",\"codec_name\":\"h264\",\"width\":0,\"height\":0}", ""),
     "0 x 0"},
    {FILE_OF("{\"codec_type\":\"video\",\"codec_name\":\"h264\",\"width\":-5,\"height\":720}", ""),
     "each side"},
    {FILE_OF("{\"codec_type\":\"video\",\"codec_name\":\"h264\",\"width\":1600,\"height\":32}", ""),
     "1600 x 32; at most 10 to 1"},
    {FILE_OF(VIDEO(",\"sample_aspect_ratio\":\"1000:1\""), ""), "10 to 1"},
    {FILE_OF("{\"codec_type\":\"video\",\"codec_name\":\"h264\",\"width\":64,\"height\":64,"
             "\"avg_frame_rate\":\"1000000/1\"}",
             ""),
     "1000000.00 frames a second; at most 120"},
    {"{\"streams\":[" VIDEO(
         "") "],\"format\":{\"format_name\":\"mov\",\"duration\":\"360000.000000\"}}",
     "360000.0 s long; at most 21600.0 s"},
    {"{\"streams\":[{\"codec_type\":\"video\",\"codec_name\":\"h264\",\"width\":64,\"height\":"
     "64,\"duration\":\"99999.0\"}],\"format\":{\"format_name\":\"mov\",\"duration\":\"1.0\"}}",
     "99999.0 s long"},
};

TEST(probe_refuses_each_thing_beyond_a_limit_and_says_which)
{
    for (size_t i = 0; i < COUNT(refused); i++) {
        Cx cx = {.arena = arena_new()};
        Probe p = {0};
        Err bad = probe_read(&cx, str_of(refused[i].json), &p);
        if (!bad)
            bad = probe_accept(&cx, &limits, &p);
        CHECK(bad == E_MEDIA_REFUSED);
        if (!strstr(cx.said, refused[i].says))
            printf("row %zu said: %s\n", i, cx.said);
        CHECK(strstr(cx.said, refused[i].says));
        arena_free(cx.arena);
    }
}

TEST(probe_is_exact_at_its_limits)
{
    static const struct {
        int64_t width, height, num, den, ms;
        size_t streams;
        Err is;
    } rows[] = {
        {6000, 6000, 120, 1, 21600000, 32, OK},
        {6001, 6000, 120, 1, 21600000, 32, E_MEDIA_REFUSED},
        {6000, 6000, 120001, 1000, 21600000, 32, E_MEDIA_REFUSED},
        {6000, 6000, 120, 1, 21600001, 32, E_MEDIA_REFUSED},
        {6000, 6000, 120, 1, 21600000, 33, E_MEDIA_REFUSED},
        {16, 16, 1, 1, 1, 1, OK},
        {15, 16, 1, 1, 1, 1, E_MEDIA_REFUSED},
        {160, 16, 1, 1, 1, 1, OK},
        {162, 16, 1, 1, 1, 1, E_MEDIA_REFUSED},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        Cx cx = {.arena = arena_new()};
        Probe p = {.duration_ms = rows[i].ms,
                   .n_streams = rows[i].streams,
                   .video = {.has = true,
                             .codec = S("h264"),
                             .width = rows[i].width,
                             .height = rows[i].height,
                             .sar_num = 1,
                             .sar_den = 1,
                             .fps_num = rows[i].num,
                             .fps_den = rows[i].den}};
        CHECK(probe_accept(&cx, &limits, &p) == rows[i].is);
        arena_free(cx.arena);
    }
}
