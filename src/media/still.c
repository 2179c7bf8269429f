#include "media/still.h"

#include "base/fault.h"
#include "media/filter.h"
#include "media/still_run.h"

#include <stdio.h>
#include <unistd.h>

enum {
    POSTER_QUALITY = 3,
    TRIES = 3, /* moments looked at for one candidate */
    DARK = 20,
    LIGHT = 235,          /* mean luma, full range, beyond which a picture shows nothing */
    IMAGE_HEAD = 4 << 20, /* a camera's colour profile and previews stand before the size */
    OG_WIDTH = 1200,
    THUMB_WIDTH = 480,
    THUMB_HEIGHT = 270,
    OG_HEIGHT = 630,
};

const char *still_suffix(Str media_type)
{
    return str_eq(media_type, S("video/mp4"))   ? ".mp4"
           : str_eq(media_type, S("image/png")) ? ".png"
                                                : ".jpg";
}

/* ---- from a video */

typedef struct Shot {
    Still still;
    bool good; /* neither black nor white */
} Shot;

/* As the renditions are made: without combs, upright by ffmpeg itself, square, SDR. A JPEG's
 * matrix is always that of BT.601 (JFIF 1.02), and HD that names none is taken as BT.709, as
 * browsers do. */
static Str shot_filter(Cx *cx, const Probe *probe)
{
    const ProbeVideo *v = &probe->video;
    int64_t shown_w = 0, shown_h = 0;
    int32_t w = 0, h = 0;
    probe_shown(probe, &shown_w, &shown_h);
    still_fit(shown_w, shown_h, STILL_SIDE, &w, &h);
    bool hd = shown_w >= 720 && shown_h >= 720;
    Str map = {0};
    if (probe_is_hdr(probe))
        map = arena_fmt(cx->arena, "," STR_FMT "format=yuv420p,scale=in_color_matrix=bt709",
                        STR_ARG(filter_tonemap(cx, v)));
    else if (hd && !v->space.n)
        map = S(":in_color_matrix=bt709");
    return arena_fmt(cx->arena,
                     "%sscale=%d:%d:flags=bicubic" STR_FMT ":out_color_matrix=bt601:out_range=pc,"
                     "format=yuvj420p,setsar=1,signalstats,"
                     "metadata=mode=print:key=lavfi.signalstats.YAVG:file=-",
                     v->interlaced ? "bwdif=mode=send_frame:deint=interlaced," : "", w, h,
                     STR_ARG(map));
}

/* "lavfi.signalstats.YAVG=95.3"; -1 when it is not there */
static int luma_of(Str said)
{
    static const char key[] = "YAVG=";
    const char *at = said.n ? memmem(said.p, said.n, key, sizeof key - 1) : NULL;
    int luma = at ? 0 : -1;
    if (!at)
        return luma;
    for (at += sizeof key - 1; at < str_end(said) && *at >= '0' && *at <= '9' && luma < 1000; at++)
        luma = luma * 10 + (*at - '0');
    return luma;
}

static Err shoot(Cx *cx, const StillJob *job, const char *original, const Probe *probe,
                 int64_t at_ms, const char *name, Shot *out)
{
    CLEANUP(buf_free) Buf said = BUF(4096);
    Tool tool = still_tool(job, original, NULL);
    tool.out = &said;
    args_fmt(cx, &tool.args, "-ss", "%.3f", (double)at_ms / 1000);
    args_input(cx, &tool.args, job->limits, original);
    args_fmt(cx, &tool.args, "-map", "0:%d", probe->video.index);
    still_jpeg_args(cx, &tool.args, shot_filter(cx, probe).p, POSTER_QUALITY, name);
    ToolEnd end = {0};
    Shot shot = {0};
    TRY(tool_run(cx, &tool, &end));
    TRY(still_take(cx, job, name, &shot.still));
    int luma = luma_of((Str){said.p, said.n});
    shot.still.at_ms = at_ms;
    shot.good = (luma >= DARK && luma <= LIGHT) || bug("noluma");
    *out = shot;
    return OK;
}

/* Of equal quality, the picture with more in it takes more bytes. */
static bool better(const Shot *a, const Shot *b)
{
    return a->good != b->good ? a->good : a->still.bytes > b->still.bytes;
}

/* One candidate from [from, from + span): its middle, or another moment when that is black. */
static Err best_of(Cx *cx, const StillJob *job, const char *original, const Probe *probe,
                   double from, double span, int slot, Shot *out)
{
    static const double parts[TRIES] = {0.5, 0.15, 0.85};
    Shot best = {0};
    Err bad = OK;
    for (int i = 0; i < TRIES && !best.good; i++) {
        Shot shot = {0};
        const char *name = arena_fmt(cx->arena, "candidate-%d-%d.jpg", slot + 1, i + 1).p;
        Err e = shoot(cx, job, original, probe, (int64_t)(from + span * parts[i]), name, &shot);
        if (e && e != E_MEDIA_REFUSED)
            return e;
        bad = e ? e : bad;
        if (e)
            continue;
        bool first = !best.still.path;
        Shot worse = first || better(&shot, &best) ? best : shot;
        best = first || better(&shot, &best) ? shot : best;
        if (worse.still.path)
            unlink(worse.still.path);
    }
    if (!best.still.path)
        return bad;
    *out = best;
    return OK;
}

/* Among the n there are, the better first. */
static void insert(Shot *shots, size_t n, const Shot *shot)
{
    for (; n > 0 && better(shot, &shots[n - 1]); n--)
        shots[n] = shots[n - 1];
    shots[n] = *shot;
}

static Err one_candidate(Cx *cx, const StillJob *job, const char *original, const Probe *probe,
                         int64_t at_ms, Still *out)
{
    int64_t length = probe->video.duration_ms;
    Shot shot = {0};
    if (at_ms > length)
        return fail(cx, E_MEDIA_REFUSED, "the video is only %.1f s long", (double)length / 1000);
    Err bad = shoot(cx, job, original, probe, at_ms, "candidate.jpg", &shot);
    /* what is told of the end is not exact, nor is what people mean by it */
    if (bad == E_MEDIA_REFUSED && at_ms > 0 && length - at_ms < 1000)
        bad = shoot(cx, job, original, probe, length > 1000 ? length - 1000 : 0, "candidate.jpg",
                    &shot);
    TRY(bad);
    *out = shot.still;
    return OK;
}

Err still_candidates(Cx *cx, const StillJob *job, const char *original, const Probe *probe,
                     int64_t at_ms, Still *out, size_t *n)
{
    Shot shots[STILL_CANDIDATES] = {0};
    int64_t length = probe->video.duration_ms;
    size_t slots = length < 2000 ? 1 + (size_t)(length / 500) : STILL_CANDIDATES, found = 0;
    if (at_ms >= 0) {
        TRY(one_candidate(cx, job, original, probe, at_ms, out));
        *n = 1;
        return OK;
    }
    double span = (double)length * 0.9 / (double)slots;
    for (size_t i = 0; i < slots; i++) {
        Shot shot = {0};
        double from = (double)length * 0.05 + span * (double)i;
        Err e = best_of(cx, job, original, probe, from, span, (int)i, &shot);
        if (e && (e != E_MEDIA_REFUSED || (i + 1 == slots && found == 0)))
            return e;
        if (!e)
            insert(shots, found++, &shot);
    }
    for (size_t i = 0; i < found; i++)
        out[i] = shots[i].still;
    *n = found;
    return OK;
}

/* ---- from a picture */

static Err accept_image(Cx *cx, const MediaLimits *limits, const Picture *p)
{
    long long w = (long long)p->width, h = (long long)p->height;
    int64_t longer = w > h ? w : h, shorter = w > h ? h : w;
    if (bug("nolimits"))
        return OK;
    if (p->animated)
        return fail(cx, E_MEDIA_REFUSED, "the picture moves; only still ones are taken");
    if (shorter < MEDIA_SIDE_MIN || longer > INT16_MAX)
        return fail(cx, E_MEDIA_REFUSED, "the picture is %lld x %lld; each side must have %d to %d",
                    w, h, MEDIA_SIDE_MIN, INT16_MAX);
    if (w * h > limits->max_pixels)
        return fail(cx, E_MEDIA_REFUSED,
                    "the picture is %lld x %lld, %lld pixels; at most %lld are allowed", w, h,
                    w * h, (long long)limits->max_pixels);
    if (longer > shorter * MEDIA_ASPECT_MAX)
        return fail(cx, E_MEDIA_REFUSED, "the picture is %lld x %lld; at most %d to 1 is allowed",
                    w, h, MEDIA_ASPECT_MAX);
    return OK;
}

static const struct {
    const char *demuxer, *decoder;
} kinds[] = {[PICTURE_JPEG] = {"jpeg_pipe", "mjpeg"},
             [PICTURE_PNG] = {"png_pipe", "png"},
             [PICTURE_WEBP] = {"webp_pipe", "webp"}};

/* Turned as its EXIF says, by ffmpeg itself, so that its sides are known only there. Transparent
 * parts become white, as on a page. */
#define FIT(side) "'max(2,trunc(" side "*min(1,1280/max(iw,ih))/2)*2)'"
static const char image_scale[] = "scale=" FIT("iw") ":" FIT("ih") ":flags=bicubic";
static const char image_whiten[] = ",format=rgba,split[a][b];[a]lutrgb=r=255:g=255:b=255:a=255[w]"
                                   ";[w][b]overlay=format=rgb,scale";

Err still_image_as(Cx *cx, const StillJob *job, const char *image, const char *name, Still *out)
{
    Str head = {0};
    int64_t bytes = 0;
    Picture picture = {0};
    Still still = {0};
    ToolEnd end = {0};
    TRY(still_head(cx, image, IMAGE_HEAD, &head, &bytes));
    if (!picture_read(head, &picture))
        return fail(cx, E_MEDIA_REFUSED, "it is not a JPEG, PNG or WebP picture");
    TRY(accept_image(cx, job->limits, &picture));
    bool opaque = picture.kind == PICTURE_JPEG;
    Tool tool = still_tool(job, image, "a picture");
    args_picture(cx, &tool.args, job->limits, kinds[picture.kind].demuxer,
                 kinds[picture.kind].decoder, image);
    args_pair(&tool.args, "-map", "0:v:0");
    Str filter = arena_fmt(cx->arena, "%s%s%cout_color_matrix=bt601:out_range=pc,setsar=1",
                           image_scale, opaque ? "" : image_whiten, opaque ? ':' : '=');
    still_jpeg_args(cx, &tool.args, filter.p, POSTER_QUALITY, name);
    TRY(tool_run(cx, &tool, &end));
    TRY(still_take(cx, job, name, &still));
    /* decoders fill with grey what is missing, and exit with 0; remarks about a camera's notes
     * (its APP segments) are no damage */
    if (end.complaint.n && !memmem(end.complaint.p, end.complaint.n, "APP", 3) && !bug("noverify"))
        return fail(cx, E_MEDIA_REFUSED, "the picture is cut off or damaged: " STR_FMT,
                    STR_ARG(end.complaint));
    *out = still;
    return OK;
}

Err still_from_image(Cx *cx, const StillJob *job, const char *image, Still *out)
{
    return still_image_as(cx, job, image, "image.jpg", out);
}

/* The poster covers width x height, in the best quality that takes no more than `most` bytes. */
static Err cover(Cx *cx, const StillJob *job, const char *poster, const Still *want,
                 const char *name, int64_t most, Still *out)
{
    static const int qualities[] = {3, 6, 10, 16, 24, 31};
    Still still = {0};
    /* of a tall poster, the part above the middle is shown: that is where faces are */
    const char *filter = arena_fmt(cx->arena,
                                   "scale=%d:%d:force_original_aspect_ratio=increase:flags=bicubic,"
                                   "crop=%d:%d:(iw-ow)/2:(ih-oh)/3,setsar=1",
                                   want->width, want->height, want->width, want->height)
                             .p;
    for (size_t i = 0; i < COUNT(qualities); i++) {
        Tool tool = still_tool(job, poster, "a picture");
        ToolEnd end = {0};
        args_picture(cx, &tool.args, job->limits, "jpeg_pipe", "mjpeg", poster);
        still_jpeg_args(cx, &tool.args, filter, qualities[i], name);
        TRY(tool_run(cx, &tool, &end));
        TRY(still_take(cx, job, name, &still));
        if (still.bytes <= most)
            break;
    }
    if (still.bytes > most || still.width != want->width || still.height != want->height)
        return fail(cx, E_MEDIA_REFUSED, "the picture cannot be made small enough");
    *out = still;
    return OK;
}

Err still_og(Cx *cx, const StillJob *job, const char *poster, Still *out)
{
    Still want = {.width = OG_WIDTH, .height = OG_HEIGHT};
    return cover(cx, job, poster, &want, "og.jpg", STILL_OG_BYTES, out);
}

Err still_thumb(Cx *cx, const StillJob *job, const char *poster, Still *out)
{
    Still want = {.width = THUMB_WIDTH, .height = THUMB_HEIGHT};
    return cover(cx, job, poster, &want, "thumb.jpg", STILL_THUMB_BYTES, out);
}
