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

TEST(hls_media_playlist_names_every_segment_by_number)
{
    CLEANUP(buf_free) Buf b = BUF(1 << 16);
    MediaTrack t = picture();
    hls_media(&b, &t);
    CHECK(same(&b, "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:1\n"
                   "#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n"
                   "#EXT-X-MAP:URI=\"360p/init.mp4\"\n#EXTINF:2.000000,\n360p/1.m4s\n"
                   "#EXTINF:2.000000,\n360p/2.m4s\n#EXTINF:0.200000,\n360p/3.m4s\n"
                   "#EXT-X-ENDLIST\n"));
}

TEST(hls_master_states_rates_of_picture_and_sound_together)
{
    CLEANUP(buf_free) Buf b = BUF(1 << 16);
    MediaTrack t = picture(), a = sound();
    CHECK(t.peak_bps == 2000000 && t.average_bps == 1447619); /* 760,000 bytes in 4.2 s */
    CHECK(a.peak_bps == 132813 && a.average_bps == 130263);
    hls_master(&b, &t, 1, &a);
    CHECK(same(&b, "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"
                   "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"id\",LANGUAGE=\"id\","
                   "DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\",URI=\"audio.m3u8\"\n"
                   "#EXT-X-STREAM-INF:BANDWIDTH=2132813,AVERAGE-BANDWIDTH=1577882,"
                   "CODECS=\"avc1.64001e,mp4a.40.2\",RESOLUTION=640x360,FRAME-RATE=29.970,"
                   "AUDIO=\"audio\",CLOSED-CAPTIONS=NONE\n360p.m3u8\n"));
}

TEST(hls_master_without_sound_names_no_group)
{
    CLEANUP(buf_free) Buf b = BUF(1 << 16);
    MediaTrack t = picture();
    hls_master(&b, &t, 1, NULL);
    CHECK(same(&b, "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"
                   "#EXT-X-STREAM-INF:BANDWIDTH=2000000,AVERAGE-BANDWIDTH=1447619,"
                   "CODECS=\"avc1.64001e\",RESOLUTION=640x360,FRAME-RATE=29.970,"
                   "CLOSED-CAPTIONS=NONE\n360p.m3u8\n"));
}

TEST(hls_says_when_the_buffer_was_too_small)
{
    CLEANUP(buf_free) Buf b = BUF(100);
    MediaTrack t = picture();
    hls_media(&b, &t);
    CHECK(b.full && b.n <= 100);
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

TEST(track_groups_sound_by_the_moments_the_picture_changes_segment)
{
    MediaSegment grid[] = {{0, 1, 0, 2000}, {1, 1, 2000, 2000}, {2, 1, 4000, 200}};
    MediaTrack video = {.timescale = 1000, .first = 80, .n = 3, .segments = grid};
    MediaSegment parts[17];
    int64_t at = 59, offset = 100;
    for (size_t i = 0; i < COUNT(parts); i++) {
        parts[i] = (MediaSegment){offset, 10 + (int64_t)i, at, 256};
        at += 256;
        offset += parts[i].size;
    }
    MediaTrack audio = {.timescale = 1000, .n = COUNT(parts), .segments = parts};
    track_group(&audio, &video);
    CHECK(audio.n == 3);
    CHECK(parts[0].start == 59 && parts[0].offset == 100 && parts[0].duration == 8 * 256);
    CHECK(parts[1].start == 59 + 8 * 256 && parts[1].duration == 8 * 256);
    CHECK(parts[2].start == 59 + 16 * 256 && parts[2].duration == 256);
    for (size_t i = 1; i < audio.n; i++)
        CHECK(parts[i].offset == parts[i - 1].offset + parts[i - 1].size);
    CHECK(parts[2].offset + parts[2].size == offset);
}

TEST(track_that_ends_early_has_fewer_segments_and_no_empty_one)
{
    MediaSegment grid[] = {{0, 1, 0, 2000}, {1, 1, 2000, 2000}, {2, 1, 4000, 40}};
    MediaTrack video = {.timescale = 1000, .n = 3, .segments = grid};
    MediaSegment parts[] = {{0, 5, 0, 1000}, {5, 5, 1000, 1000}, {10, 5, 2000, 900}};
    MediaTrack audio = {.timescale = 1000, .n = 3, .segments = parts};
    track_group(&audio, &video);
    CHECK(audio.n == 2 && parts[0].duration == 2000 && parts[1].duration == 900);
}
