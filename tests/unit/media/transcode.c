/* Encoding with the real tools, on clips made here: a second or two, small. */
#include "base/fault.h"
#include "base/proc.h"
#include "media/hls.h"
#include "media/loudness.h"
#include "media/mp4.h"
#include "media/transcode.h"
#include "test.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const MediaLimits limits = {.max_pixels = 36000000,
                                   .max_fps = 120,
                                   .max_duration_ms = 60000,
                                   .memory_bytes = 4ll << 30,
                                   .threads = 2,
                                   .ffmpeg = "ffmpeg",
                                   .ffprobe = "ffprobe"};

typedef struct Bench {
    Cx cx;
    char folder[40], source[80], work[48];
    Probe probe;
    Ladder ladder;
    TranscodeJob job;
    int told, percent, asked;
    bool backwards;
} Bench;

static void run(Bench *b, const char *const *argv)
{
    ProcEnd end = {0};
    CHECK(proc_run(&b->cx, &(Proc){.argv = argv, .wall_ms = 120000}, &end) == OK);
    CHECK(end.how == PROC_EXITED && end.status == 0);
    if (end.status)
        printf(STR_FMT, STR_ARG(end.errors));
}

/* A moving pattern, and a tone when asked for. */
static Bench *bench_open(const char *picture, const char *sound)
{
    Arena *arena = arena_new();
    Bench *b = arena_take(arena, sizeof *b);
    b->cx = (Cx){.arena = arena};
    memcpy(b->folder, "/tmp/hub-transcode-XXXXXX", 26);
    CHECK(mkdtemp(b->folder));
    snprintf(b->source, sizeof b->source, "%s/source.mp4", b->folder);
    snprintf(b->work, sizeof b->work, "%.40s/parts", b->folder);
    const char *make[] = {"mkdir", b->work, NULL};
    run(b, make);
    const char *argv[24] = {"nice", "ffmpeg", "-v",    "error", "-nostdin",
                            "-y",   "-f",     "lavfi", "-i",    picture};
    size_t n = 10;
    if (sound) {
        argv[n++] = "-f";
        argv[n++] = "lavfi";
        argv[n++] = "-i";
        argv[n++] = sound;
    }
    argv[n++] = "-preset";
    argv[n++] = "ultrafast";
    argv[n++] = "-movflags";
    argv[n++] = "+faststart";
    argv[n++] = b->source;
    run(b, argv);
    b->job = (TranscodeJob){.limits = &limits,
                            .probe = &b->probe,
                            .original = b->source,
                            .folder = b->work,
                            .watch = {.who = b}};
    return b;
}

static void bench_close(Bench *b)
{
    const char *argv[] = {"rm", "-rf", b->folder, NULL};
    run(b, argv);
    arena_free(b->cx.arena);
}

static Err probe(Bench *b)
{
    TRY(probe_run(&b->cx, &limits, b->source, &b->probe));
    const LadderWish wish = {.sides = {360, 720}, .n = 2, .preset = "veryfast"};
    ladder_plan(&b->probe, &wish, &b->ladder);
    return OK;
}

static Err make(Bench *b, size_t rung, MediaTrack *out)
{
    return transcode_videos(&b->cx, &b->job, &b->ladder.rungs[rung], 1, (FrameSpan){0}, out);
}

static Err sound(Bench *b, double lufs, const MediaTrack *grid, MediaTrack *out)
{
    const AudioWish wish = {.normalise = lufs < 0, .loudness_lufs = lufs};
    return transcode_audio(&b->cx, &b->job, &b->probe.audio[0], "audio", &wish, grid, out);
}

static void on_progress(void *who, int percent)
{
    Bench *b = who;
    b->told++;
    b->backwards = b->backwards || percent <= b->percent || percent > 100;
    b->percent = percent;
}

static bool at_once(void *who)
{
    return ++((Bench *)who)->asked > 1;
}

TEST(transcode_makes_a_track_whose_segments_are_two_seconds_and_whose_sound_keeps_step)
{
    Bench *b = bench_open("testsrc=s=320x180:r=30000/1001:d=5", "sine=d=5");
    MediaTrack video = {0}, audio = {0};
    b->job.watch.progress = on_progress;
    CHECK(probe(b) == OK && b->ladder.n == 1 && b->probe.n_audio == 1);
    CHECK(make(b, 0, &video) == OK);
    CHECK(b->percent == 100 && b->told > 0 && !b->backwards);
    CHECK(str_eq(video.name, S("180p")) && video.width == 320 && video.height == 180);
    CHECK(video.samples == 150 && video.n == 3 && video.timescale == 30000);
    CHECK(video.segments[0].duration == 60 * 1001 && video.segments[1].duration == 60 * 1001);
    CHECK(video.peak_bps >= video.average_bps && video.average_bps > 0);
    b->percent = 0;
    CHECK(sound(b, -16, &video, &audio) == OK);
    CHECK(audio.n == video.n && str_eq(audio.codecs, S("mp4a.40.2")) && audio.channels == 2);
    double picture_at = (double)video.first / (double)video.timescale;
    /* the priming and the silence behind it reach to where the first frame is shown */
    double packets = (picture_at + 150 * 1001.0 / 30000) * 48000 / 1024;
    CHECK(audio.first == 0 && audio.samples == (int64_t)ceil(packets));
    for (size_t i = 0; i < video.n; i++) {
        double v = (double)video.segments[i].start / (double)video.timescale;
        double a = (double)audio.segments[i].start / 48000;
        CHECK(fabs(v - a) < 0.011); /* half a packet */
    }
    bench_close(b);
}

TEST(transcode_makes_several_renditions_in_one_run_with_the_same_segments)
{
    Bench *b = bench_open("testsrc=s=720x406:r=60000/1001:d=3", NULL);
    const LadderWish wish = {.sides = {360, 240, 144}, .n = 3, .preset = "ultrafast"};
    MediaTrack tracks[2] = {0};
    CHECK(probe(b) == OK);
    ladder_plan(&b->probe, &wish, &b->ladder);
    b->job.watch.progress = on_progress;
    CHECK(b->ladder.n == 3);
    CHECK(transcode_videos(&b->cx, &b->job, b->ladder.rungs + 1, 2, (FrameSpan){0}, tracks) == OK);
    CHECK(b->percent == 100 && b->told > 0 && !b->backwards);
    CHECK(str_eq(tracks[0].name, S("240p")) && str_eq(tracks[1].name, S("144p")));
    CHECK(tracks[0].samples == 180 && tracks[1].samples == 180 && tracks[0].n == tracks[1].n);
    CHECK(tracks[0].width == 426 && tracks[1].height == 144);
    CHECK(tracks[0].first == tracks[1].first);
    for (size_t i = 0; i < tracks[0].n; i++)
        CHECK(tracks[0].segments[i].start == tracks[1].segments[i].start);
    bench_close(b);
}

TEST(transcode_makes_a_span_of_frames_exactly_and_the_last_one_to_the_end)
{
    Bench *b = bench_open("testsrc=s=320x180:r=25:d=7", NULL);
    MediaTrack track = {0};
    CHECK(probe(b) == OK && transcode_can_span(&b->probe));
    const Rung *r = &b->ladder.rungs[0];
    CHECK(transcode_frames(&b->probe, r) == 175);
    CHECK(transcode_videos(&b->cx, &b->job, r, 1, (FrameSpan){100, 150}, &track) == OK);
    CHECK(track.samples == 50 && track.n == 1 && track.segments[0].start == 0);
    CHECK(transcode_videos(&b->cx, &b->job, r, 1, (FrameSpan){150, 0}, &track) == OK);
    CHECK(track.samples == 25 && track.segments[0].start == 0);
    CHECK(transcode_videos(&b->cx, &b->job, r, 1, (FrameSpan){0, 50}, &track) == OK);
    CHECK(track.samples == 50);
    CHECK(transcode_videos(&b->cx, &b->job, r, 1, (FrameSpan){150, 200}, &track) ==
          E_MEDIA_REFUSED);
    CHECK(strstr(b->cx.said, "cut off or damaged") && track.samples == 50);
    bench_close(b);
}

/* Says that frame `is` is a key frame, where the file's second one was. */
static void move_second_key_frame(const Bench *b, uint32_t is)
{
    static uint8_t bytes[4 << 20];
    int fd = open(b->source, O_RDWR | O_CLOEXEC);
    ssize_t n = read(fd, bytes, sizeof bytes);
    uint8_t *box = n > 0 ? memmem(bytes, (size_t)n, "stss", 4) : NULL;
    CHECK(box && box[11] == 2); /* as many key frames */
    for (size_t i = 0; box && i < 4; i++)
        box[16 + i] = (uint8_t)(is >> (24 - 8 * i));
    CHECK(pwrite(fd, bytes, (size_t)n, 0) == n);
    close(fd);
}

TEST(transcode_reads_from_the_start_where_the_index_leads_to_no_key_frame)
{
    Bench *b = bench_open("testsrc=s=320x180:r=25:d=12", NULL);
    MediaTrack track = {0};
    move_second_key_frame(b, 120);
    CHECK(probe(b) == OK);
    Err err = transcode_videos(&b->cx, &b->job, b->ladder.rungs, 1, (FrameSpan){150, 200}, &track);
    CHECK(err == OK && track.samples == 50);
    bench_close(b);
}

/* Of what was encoded. */
static Loudness heard(Bench *b, const char *name)
{
    Loudness is = {0};
    Probe encoded = {.n_audio = 1, .duration_ms = 4000};
    snprintf(b->source, sizeof b->source, "%s/%.20s.mp4", b->work, name);
    b->job.probe = &encoded;
    CHECK(loudness_measure(&b->cx, &b->job, &encoded.audio[0], 60, &is) == OK);
    return is;
}

TEST(transcode_brings_sound_to_the_loudness_wished_for_as_far_as_its_peaks_allow)
{
    static const struct {
        const char *sound;
        double lufs, peak; /* what it becomes; 0: any */
    } rows[] = {
        {"sine=f=997:d=4,volume=-20dB", -16, 0},                               /* turned up */
        {"sine=f=997:d=4,volume=16dB,aformat=channel_layouts=stereo", -16, 0}, /* turned down */
        {"sine=f=997:d=4,volume=-20dB,aformat=channel_layouts=5.1", -16, 0},
        {"aevalsrc='0.02*sin(2*PI*997*t)+between(t,2,2.001)*0.7':s=48000:d=4", 0, -1}, /* a click */
        {"anullsrc=d=4", -70, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        Bench *b = bench_open("testsrc=s=64x64:r=25:d=4", rows[i].sound);
        MediaTrack video = {0}, audio = {0};
        CHECK(probe(b) == OK && make(b, 0, &video) == OK);
        CHECK(sound(b, -16, &video, &audio) == OK && audio.channels == 2);
        Loudness is = heard(b, "audio");
        bool holds = (rows[i].lufs == 0 || fabs(is.lufs - rows[i].lufs) < 0.7) &&
                     (rows[i].peak == 0 || fabs(is.peak_dbtp - rows[i].peak) < 1);
        CHECK(holds);
        if (!holds)
            printf("row %zu: %.1f LUFS, peak %.1f\n", i, is.lufs, is.peak_dbtp);
        bench_close(b);
    }
}

TEST(transcode_leaves_sound_as_loud_as_it_is_when_asked_to_and_knows_a_grid_yet_to_be_made)
{
    Bench *b = bench_open("testsrc=s=64x64:r=25:d=4", "sine=f=997:d=4,volume=-20dB");
    MediaSegment segments[] = {{0, 0, 0, 25600}, {0, 0, 25600, 25600}};
    MediaTrack grid = {.timescale = 12800, .first = 1024, .n = 2, .segments = segments}, out = {0};
    CHECK(probe(b) == OK);
    b->probe.audio[0].title = S("Komentar");
    CHECK(sound(b, 0, &grid, &out) == OK && out.n == 2 && str_eq(out.label, S("Komentar")));
    CHECK(out.first == 0 && fabs((double)out.segments[1].start / 48000 - 2) < 0.011);
    CHECK(heard(b, "audio").lufs < -30);
    bench_close(b);
}

TEST(loudness_turns_up_to_the_target_or_to_the_peaks_and_leaves_silence_and_what_is_near)
{
    static const struct {
        double lufs, peak, gain;
    } rows[] = {
        {-23, -20, 7}, {-23, -4, 3},  {-10, 0.5, -6}, {-16.4, -3, 0},    {-16.4, 2, -3},
        {-70, -60, 0}, {-60, -50, 0}, {-59, -58, 43}, {-20, -0.5, -0.5},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        double gain = loudness_gain(&(Loudness){rows[i].lufs, rows[i].peak}, -16);
        CHECK(fabs(gain - rows[i].gain) < 1e-9);
    }
}

TEST(loudness_is_read_from_the_summary_alone)
{
    Loudness is = {1, 2};
    loudness_line(&is, S("    I:         -37.7 LUFS"));
    CHECK(is.lufs < -37.6 && is.lufs > -37.8 && is.peak_dbtp > 1.9);
    loudness_line(&is, S("    Peak:      -13.5 dBFS"));
    loudness_line(&is, S("    Threshold: -47.7 LUFS"));
    loudness_line(&is, S("    I: "));
    loudness_line(&is, S("    I: nan LUFS"));
    loudness_line(&is, (Str){0});
    CHECK(is.lufs < -37.6 && is.lufs > -37.8 && is.peak_dbtp < -13.4 && is.peak_dbtp > -13.6);
    loudness_line(&is, S("    Peak:       -inf dBFS"));
    CHECK(isinf(is.peak_dbtp));
}

TEST(transcode_stops_when_cancelled)
{
    Bench *b = bench_open("testsrc=s=1280x720:r=30:d=8", NULL);
    MediaTrack video = {0};
    b->job.watch.cancelled = at_once;
    CHECK(probe(b) == OK && b->ladder.n == 2);
    CHECK(make(b, 1, &video) == E_UNAVAILABLE);
    CHECK(strstr(b->cx.said, "stopped") && video.n == 0);
    bench_close(b);
}

TEST(transcode_refuses_a_file_cut_off_behind_its_index)
{
    Bench *b = bench_open("testsrc2=s=320x180:r=25:d=6", NULL);
    MediaTrack video = {0};
    int fd = open(b->source, O_RDWR | O_CLOEXEC);
    off_t size = lseek(fd, 0, SEEK_END);
    CHECK(size > 0 && ftruncate(fd, size / 2) == 0);
    close(fd);
    CHECK(probe(b) == OK && b->probe.duration_ms == 6000); /* as it says itself */
    CHECK(make(b, 0, &video) == E_MEDIA_REFUSED);
    CHECK(strstr(b->cx.said, "cut off or damaged: it says 6.0 s"));
    bench_close(b);
}

TEST(transcode_refuses_a_file_with_its_middle_gone)
{
    Bench *b = bench_open("testsrc2=s=320x180:r=25:d=6", NULL);
    MediaTrack video = {0};
    static char nothing[1 << 16];
    int fd = open(b->source, O_RDWR | O_CLOEXEC);
    off_t size = lseek(fd, 0, SEEK_END);
    for (off_t at = size / 3; at < size * 2 / 3; at += (off_t)sizeof nothing)
        CHECK(pwrite(fd, nothing, sizeof nothing, at) == (ssize_t)sizeof nothing);
    close(fd);
    CHECK(probe(b) == OK);
    CHECK(make(b, 0, &video) == E_MEDIA_REFUSED);
    CHECK(strstr(b->cx.said, "damaged"));
    bench_close(b);
}

TEST(probe_refuses_by_its_own_limits_a_file_that_plays)
{
    Bench *b = bench_open("testsrc=s=320x180:r=25:d=2", "sine=d=2");
    MediaLimits tight = limits;
    tight.max_duration_ms = 1999;
    CHECK(probe_run(&b->cx, &tight, b->source, &b->probe) == E_MEDIA_REFUSED);
    CHECK(strstr(b->cx.said, "2.0 s long; at most 2.0 s") || strstr(b->cx.said, "s long"));
    tight = limits;
    tight.max_pixels = 320 * 180 - 1;
    CHECK(probe_run(&b->cx, &tight, b->source, &b->probe) == E_MEDIA_REFUSED);
    CHECK(strstr(b->cx.said, "pixels"));
    tight = limits;
    tight.max_fps = 24;
    CHECK(probe_run(&b->cx, &tight, b->source, &b->probe) == E_MEDIA_REFUSED);
    CHECK(strstr(b->cx.said, "25.00 frames a second"));
    bench_close(b);
}

TEST(probe_stops_when_cancelled)
{
    Bench *b = bench_open("testsrc=s=64x64:r=25:d=1", NULL);
    b->asked = 1; /* so that the first question is answered with yes */
    b->job.watch.cancelled = at_once;
    CHECK(probe_watched(&b->cx, &limits, b->source, &b->job.watch, &b->probe) == E_UNAVAILABLE);
    CHECK(strstr(b->cx.said, "stopped") && !b->probe.video.has);
    bench_close(b);
}

TEST(probe_says_when_the_tool_is_missing)
{
    Bench *b = bench_open("testsrc=s=64x64:r=25:d=1", NULL);
    MediaLimits none = limits;
    none.ffprobe = "/nonexistent/ffprobe";
    CHECK(probe_run(&b->cx, &none, b->source, &b->probe) == E_UNAVAILABLE);
    CHECK(strstr(b->cx.said, "/nonexistent/ffprobe"));
    CHECK(probe_run(&b->cx, &limits, "/nonexistent/file", &b->probe) == E_INTERNAL);
    bench_close(b);
}
