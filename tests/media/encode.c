/* encode.c - the whole media room on one file, for the tests that look at it from outside.
 *
 * encode ORIGINAL FOLDER [MODE [SIDES [PRESET [FROM TO]]]]: probes, encodes the early rung, then
 * the others in one run, every sound and every subtitle into FOLDER, writes the manifests and cuts
 * the virtual segments to files, so that any web server can show them; a text that lies there as
 * captions/en.vtt is named in them. With FROM and TO, a span of frames of the rungs and nothing
 * else. Prints a line for each thing made; a refusal as "refused: SENTENCE".
 */
#include "media/dash.h"
#include "media/hls.h"
#include "media/jail.h"
#include "media/transcode.h"
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *at(Cx *cx, const char *folder, const char *fmt, ...) PRINTF_LIKE(3, 4);
static const char *at(Cx *cx, const char *folder, const char *fmt, ...)
{
    char name[256];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(name, sizeof name, fmt, ap);
    va_end(ap);
    return arena_fmt(cx->arena, "%s/%s", folder, name).p;
}

static void put_file(const char *path, const char *p, size_t n)
{
    FILE *f = fopen(path, "we");
    if (!f || fwrite(p, 1, n, f) != n || fclose(f))
        abort();
}

static void cut(const char *from, int64_t offset, int64_t size, const char *to)
{
    char *p = malloc((size_t)size);
    int fd = open(from, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || !p || pread(fd, p, (size_t)size, offset) != (ssize_t)size)
        abort();
    put_file(to, p, (size_t)size);
    close(fd);
    free(p);
}

static void show_track(Cx *cx, const char *folder, const MediaTrack *t)
{
    Buf list = BUF(8 << 20);
    const char *file = at(cx, folder, STR_FMT ".mp4", STR_ARG(t->name));
    hls_media(&list, t, false);
    put_file(at(cx, folder, STR_FMT ".m3u8", STR_ARG(t->name)), list.p, list.n);
    buf_free(&list);
    if (mkdir(at(cx, folder, STR_FMT, STR_ARG(t->name)), 0700) && errno != EEXIST)
        abort();
    cut(file, 0, t->init_size, at(cx, folder, STR_FMT "/init.mp4", STR_ARG(t->name)));
    for (size_t i = 0; i < t->n; i++)
        cut(file, t->segments[i].offset, t->segments[i].size,
            at(cx, folder, STR_FMT "/%zu.m4s", STR_ARG(t->name), i + 1));
    printf("track " STR_FMT " codecs=" STR_FMT " size=%dx%d fps=%d/%d samples=%lld ms=%lld "
           "segments=%zu first=%.6f peak=%lld average=%lld bytes=%lld language=" STR_FMT "\n",
           STR_ARG(t->name), STR_ARG(t->codecs), t->width, t->height, t->fps_num, t->fps_den,
           (long long)t->samples, (long long)track_duration_ms(t), t->n,
           (double)t->first / (double)t->timescale, (long long)t->peak_bps,
           (long long)t->average_bps, (long long)t->total_bytes, STR_ARG(t->language));
}

static void show_manifests(Cx *cx, const char *folder, const Presentation *p)
{
    MediaText text = {S("en"), S("en"), S("English <\"&\n"), true, true};
    Presentation all = *p;
    Buf hls = BUF(1 << 20), dash = BUF(8 << 20), list = BUF(1 << 10);
    if (access(at(cx, folder, "captions/en.vtt"), R_OK) == 0) {
        all.texts = &text;
        all.n_texts = 1;
        hls_text(&list, &text, p->duration_ms);
        put_file(at(cx, folder, "captions/en.m3u8"), list.p, list.n);
    }
    hls_master(&hls, &all);
    put_file(at(cx, folder, "master.m3u8"), hls.p, hls.n);
    dash_manifest(&dash, &all);
    put_file(at(cx, folder, "manifest.mpd"), dash.p, dash.n);
    buf_free(&hls);
    buf_free(&dash);
    buf_free(&list);
}

static void on_progress(void *who, int percent)
{
    *(int *)who = percent;
}

/* What the command line asks for. */
typedef struct Order {
    const char *original, *folder;
    LadderWish wish;
    FrameSpan span;
    bool part;
} Order;

static void show_probe(const Probe *p)
{
    const ProbeVideo *v = &p->video;
    printf("probe " STR_FMT " ms=%lld video=" STR_FMT " %lldx%lld rotation=%d fps=%lld/%lld "
           "frames=%lld video_ms=%lld audio=%zu texts=%zu chapters=%zu streams=%zu\n",
           STR_ARG(p->container), (long long)p->duration_ms, STR_ARG(v->codec), (long long)v->width,
           (long long)v->height, v->rotation, (long long)v->fps_num, (long long)v->fps_den,
           (long long)v->frames, (long long)v->duration_ms, p->n_audio, p->n_texts, p->n_chapters,
           p->n_streams);
}

static Err make_sounds(Cx *cx, const TranscodeJob *job, const MediaTrack *grid, MediaTrack *out)
{
    const AudioWish wish = {.normalise = true, .loudness_lufs = -16};
    for (size_t i = 0; i < job->probe->n_audio; i++) {
        const char *name = i ? arena_fmt(cx->arena, "audio%zu", i + 1).p : "audio";
        TRY(transcode_audio(cx, job, &job->probe->audio[i], name, &wish, grid, &out[i]));
        show_track(cx, job->folder, &out[i]);
    }
    return OK;
}

static Err make_texts(Cx *cx, const TranscodeJob *job)
{
    for (size_t i = 0; i < job->probe->n_texts; i++) {
        const ProbeText *t = &job->probe->text[i];
        TRY(transcode_text(cx, job, t, at(cx, job->folder, "text%zu.vtt", i)));
        printf("text " STR_FMT " language=" STR_FMT "\n", STR_ARG(t->codec), STR_ARG(t->language));
    }
    return OK;
}

static Err make_all(Cx *cx, const TranscodeJob *job, const Ladder *ladder)
{
    MediaTrack videos[LADDER_MAX] = {0}, audio[MEDIA_AUDIO_MAX] = {0};
    TRY(transcode_videos(cx, job, ladder->rungs, 1, (FrameSpan){0}, videos));
    if (ladder->n > 1)
        TRY(transcode_videos(cx, job, ladder->rungs + 1, ladder->n - 1, (FrameSpan){0},
                             videos + 1));
    for (size_t i = 0; i < ladder->n; i++)
        show_track(cx, job->folder, &videos[i]);
    TRY(make_sounds(cx, job, videos, audio));
    TRY(make_texts(cx, job));
    Presentation all = {.videos = videos,
                        .n_videos = ladder->n,
                        .audios = audio,
                        .n_audios = job->probe->n_audio,
                        .duration_ms = track_duration_ms(&videos[0])};
    show_manifests(cx, job->folder, &all);
    return OK;
}

static Err encode(Cx *cx, const MediaLimits *limits, const Order *order)
{
    Probe probe = {0}, again = {0};
    Ladder ladder = {0};
    MediaTrack part[LADDER_MAX] = {0};
    int percent = 0;
    TRY(probe_run(cx, limits, order->original, &probe));
    TRY(probe_again(cx, probe.json, probe.video.duration_ms, probe.video.frames, probe.duration_ms,
                    &again)); /* as a worker has it */
    show_probe(&again);
    ladder_plan(&again, &order->wish, &ladder);
    TranscodeJob job = {.limits = limits,
                        .probe = &again,
                        .original = order->original,
                        .folder = order->folder,
                        .watch = {.who = &percent, .progress = on_progress}};
    if (order->part) {
        TRY(transcode_videos(cx, &job, ladder.rungs, 1, order->span, part));
        show_track(cx, order->folder, part);
    } else {
        TRY(make_all(cx, &job, &ladder));
    }
    printf("percent %d\n", percent);
    return OK;
}

static bool read_order(int argc, char **argv, Order *order, JailMode *mode)
{
    LadderWish *wish = &order->wish;
    if (argc < 3 || argc > 8 || argc == 7)
        return false;
    order->original = argv[1];
    order->folder = argv[2];
    if (argc > 3 && !jail_mode_read(str_of(argv[3]), mode))
        return false;
    if (!ladder_wish_read(str_of(argc > 4 ? argv[4] : "240,360,480,720,1080"), wish))
        return false;
    if (argc > 5)
        wish->preset = wish->preset_early = ladder_preset(str_of(argv[5]));
    if (argc > 7) {
        order->part = true; /* finer, so that what differs is the picture, not its coding */
        wish->crf = 14;
        order->span = (FrameSpan){strtoll(argv[6], NULL, 10), strtoll(argv[7], NULL, 10)};
    }
    return true;
}

static Err run(Cx *cx, MediaLimits *limits, int argc, char **argv)
{
    Order order = {0};
    if (!read_order(argc, argv, &order, &limits->jail))
        return E_INVALID;
    return encode(cx, limits, &order);
}

const Program PROGRAM = {run, E_MEDIA_REFUSED, "refused"};
