/* still.c - one maker of pictures on one file, for the tests that look at what it makes.
 *
 * still MODE FOLDER WORD ARGS...: MODE is the jail's. Prints a line for each file made; a refusal
 * as "refused: SENTENCE".
 */
#include "media/jail.h"
#include "media/sound.h"
#include "media/still.h"
#include "media/transcode.h"
#include "program.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct Order {
    StillJob job;
    int argc;
    char **argv; /* the arguments after WORD */
} Order;

static const char *arg(const Order *o, int i)
{
    return i < o->argc ? o->argv[i] : "";
}

static int64_t number(const Order *o, int i)
{
    return strtoll(arg(o, i), NULL, 10);
}

static void show(const Still *s)
{
    printf("still %s type=" STR_FMT " size=%dx%d bytes=%lld at=%lld\n", s->path,
           STR_ARG(s->media_type), s->width, s->height, (long long)s->bytes, (long long)s->at_ms);
}

static Err candidates(Cx *cx, const Order *o)
{
    Probe probe = {0};
    Still made[STILL_CANDIDATES] = {0};
    size_t n = 0;
    TRY(probe_run(cx, o->job.limits, arg(o, 0), &probe));
    TRY(still_candidates(cx, &o->job, arg(o, 0), &probe, number(o, 1), made, &n));
    for (size_t i = 0; i < n; i++)
        show(&made[i]);
    return OK;
}

/* The lowest rung, or the sound, as the encoder makes it: from which the others are made. */
static Err rendition(Cx *cx, const Order *o)
{
    Probe probe = {0};
    Ladder ladder = {0};
    MediaTrack video = {0}, audio = {0};
    TRY(probe_run(cx, o->job.limits, arg(o, 0), &probe));
    TranscodeJob job = {
        .limits = o->job.limits, .probe = &probe, .original = arg(o, 0), .folder = o->job.folder};
    LadderWish wish = {.sides = {360}, .n = 1};
    AudioWish loud = {.normalise = true, .loudness_lufs = -16};
    ladder_plan(&probe, &wish, &ladder);
    TRY(transcode_videos(cx, &job, ladder.rungs, 1, (FrameSpan){0}, &video));
    if (probe.n_audio)
        TRY(transcode_audio(cx, &job, &probe.audio[0], "audio", &loud, &video, &audio));
    printf("rendition " STR_FMT "\n", STR_ARG(video.name));
    return OK;
}

static Err storyboard(Cx *cx, const Order *o)
{
    MediaTrack track = {0};
    Storyboard s = {0};
    TRY(program_index(cx, arg(o, 0), &track));
    TRY(still_storyboard(cx, &o->job, arg(o, 0), &track, &s));
    printf("storyboard interval=%lld tile=%dx%d grid=%dx%d tiles=%lld sheets=%zu\n",
           (long long)s.interval_ms, s.tile_width, s.tile_height, s.columns, s.rows,
           (long long)s.tiles, s.n);
    for (size_t i = 0; i < s.n; i++)
        show(&s.sheets[i]);
    Buf text = BUF(4 << 20);
    storyboard_write(&text, &s, "");
    fwrite(text.p, 1, text.n, stdout);
    buf_free(&text);
    return OK;
}

static Err sound(Cx *cx, const Order *o)
{
    SoundInfo info = {0};
    TRY(sound_probe(cx, o->job.limits, arg(o, 0), &info));
    printf("sound codec=" STR_FMT " ms=%lld channels=%d rate=%d cover=%d title='" STR_FMT
           "' artist='" STR_FMT "' album='" STR_FMT "'\n",
           STR_ARG(info.codec), (long long)info.duration_ms, info.channels, info.rate,
           info.has_cover, STR_ARG(info.title), STR_ARG(info.artist), STR_ARG(info.album));
    return OK;
}

static Err make(Cx *cx, const Order *o, const char *word, Still *s)
{
    const StillJob *job = &o->job;
    const char *in = arg(o, 0), *second = *arg(o, 1) ? arg(o, 1) : NULL;
    if (strcmp(word, "image") == 0)
        return still_from_image(cx, job, in, s);
    if (strcmp(word, "og") == 0)
        return still_og(cx, job, in, s);
    if (strcmp(word, "card") == 0) /* POSTER FONT TITLE WIDTH HEIGHT */
        return still_card(cx, job, in, second, str_of(arg(o, 2)), (int32_t)number(o, 3),
                          (int32_t)number(o, 4), s);
    if (strcmp(word, "preview") == 0)
        return still_preview(cx, job, in, number(o, 1), s);
    if (strcmp(word, "clip") == 0) /* RENDITION SOUND AT LENGTH */
        return still_clip(cx, job, in, second, number(o, 2), number(o, 3), s);
    if (strcmp(word, "waveform") == 0)
        return still_waveform(cx, job, in, s);
    if (strcmp(word, "cover") == 0)
        return still_cover(cx, job, in, s);
    if (strcmp(word, "pdf") == 0)
        return still_pdf(cx, job, second ? second : "pdftoppm", in, s);
    return fail(cx, E_INTERNAL, "unknown: %s", word);
}

static Err obey(Cx *cx, const Order *o, const char *word)
{
    Still s = {0};
    if (strcmp(word, "candidates") == 0)
        return candidates(cx, o);
    if (strcmp(word, "rendition") == 0)
        return rendition(cx, o);
    if (strcmp(word, "storyboard") == 0)
        return storyboard(cx, o);
    if (strcmp(word, "sound") == 0)
        return sound(cx, o);
    TRY(make(cx, o, word, &s));
    show(&s);
    return OK;
}

static Err run(Cx *cx, MediaLimits *limits, int argc, char **argv)
{
    if (argc < 5 || !jail_mode_read(str_of(argv[1]), &limits->jail))
        return E_INVALID;
    Order order = {{.limits = limits, .folder = argv[2]}, argc - 4, argv + 4};
    return obey(cx, &order, argv[3]);
}

const Program PROGRAM = {run, E_MEDIA_REFUSED, "refused"};
