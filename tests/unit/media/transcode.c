/* Encoding with the real tools, on clips made here: a second or two, small. */
#include "base/fault.h"
#include "base/proc.h"
#include "media/hls.h"
#include "media/mp4.h"
#include "media/transcode.h"
#include "test.h"

#include <fcntl.h>
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
    char folder[40], source[64], work[64];
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
    snprintf(b->work, sizeof b->work, "%s/work", b->folder);
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
    double sound_at = (double)(audio.first + 1024) / 48000; /* after its priming */
    CHECK(picture_at - sound_at < 0.001 && sound_at - picture_at < 0.001);
    for (size_t i = 0; i < video.n; i++) {
        double v = (double)video.segments[i].start / (double)video.timescale + picture_at;
        double a = (double)audio.segments[i].start / 48000;
        CHECK(v - a < 0.2 && a - v < 0.2);
    }
    bench_close(b);
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
