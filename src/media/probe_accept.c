/* The limits, in C, after the probe: one sentence each, with what was measured and what is allowed.
 */
#include "base/fault.h"
#include "media/probe.h"

static const char *const video_codecs[] = {"h264",  "hevc",    "mpeg4",  "mpeg2video", "mpeg1video",
                                           "vp8",   "vp9",     "av1",    "prores",     "mjpeg",
                                           "dnxhd", "dvvideo", "theora", "h263"};

static bool codec_known(Str codec)
{
    for (size_t i = 0; i < COUNT(video_codecs); i++)
        if (str_eq(codec, str_of(video_codecs[i])))
            return true;
    return false;
}

void probe_shown(const Probe *probe, int64_t *width, int64_t *height)
{
    const ProbeVideo *v = &probe->video;
    int64_t w = v->width * v->sar_num / v->sar_den; /* each below 2^31, checked when read */
    bool turned = v->rotation == 90 || v->rotation == 270;
    *width = turned ? v->height : w;
    *height = turned ? w : v->height;
}

bool probe_is_hdr(const Probe *probe)
{
    return str_eq(probe->video.transfer, S("smpte2084")) ||
           str_eq(probe->video.transfer, S("arib-std-b67"));
}

static Err accept_picture(Cx *cx, const MediaLimits *limits, const Probe *probe)
{
    const ProbeVideo *v = &probe->video;
    int64_t pixels = 0;
    if (v->width < MEDIA_SIDE_MIN || v->height < MEDIA_SIDE_MIN || v->width > INT16_MAX ||
        v->height > INT16_MAX)
        return fail(cx, E_MEDIA_REFUSED, "the picture is %lld x %lld; each side must have %d to %d",
                    (long long)v->width, (long long)v->height, MEDIA_SIDE_MIN, INT16_MAX);
    pixels = v->width * v->height;
    if (pixels > limits->max_pixels)
        return fail(cx, E_MEDIA_REFUSED,
                    "the picture is %lld x %lld, %lld pixels; at most %lld are allowed",
                    (long long)v->width, (long long)v->height, (long long)pixels,
                    (long long)limits->max_pixels);
    int64_t w = 0, h = 0;
    probe_shown(probe, &w, &h);
    int64_t longer = w > h ? w : h, shorter = w > h ? h : w;
    if (shorter < MEDIA_SIDE_MIN || longer > shorter * MEDIA_ASPECT_MAX)
        return fail(cx, E_MEDIA_REFUSED,
                    "the picture is shown as %lld x %lld; at most %d to 1 is "
                    "allowed",
                    (long long)w, (long long)h, MEDIA_ASPECT_MAX);
    if (v->fps_num > v->fps_den * limits->max_fps)
        return fail(cx, E_MEDIA_REFUSED, "it has %.2f frames a second; at most %lld are allowed",
                    (double)v->fps_num / (double)v->fps_den, (long long)limits->max_fps);
    return OK;
}

static Err accept_length(Cx *cx, const MediaLimits *limits, const Probe *probe)
{
    int64_t longest = probe->duration_ms > probe->video.duration_ms ? probe->duration_ms
                                                                    : probe->video.duration_ms;
    if (longest > limits->max_duration_ms)
        return fail(cx, E_MEDIA_REFUSED, "it is %.1f s long; at most %.1f s are allowed",
                    (double)longest / 1000, (double)limits->max_duration_ms / 1000);
    return OK;
}

Err probe_accept(Cx *cx, const MediaLimits *limits, const Probe *probe)
{
    const ProbeVideo *v = &probe->video;
    if (bug("nolimits"))
        return OK;
    if (probe->n_streams > MEDIA_STREAMS_MAX)
        return fail(cx, E_MEDIA_REFUSED, "it has %zu streams; at most %d are allowed",
                    probe->n_streams, MEDIA_STREAMS_MAX);
    if (!v->has)
        return fail(
            cx, E_MEDIA_REFUSED,
            "it has no moving picture; upload sound alone as a file of the video (an asset)");
    if (!codec_known(v->codec))
        return fail(cx, E_MEDIA_REFUSED,
                    "its picture is coded as \"" STR_FMT "\", which is not "
                    "one of the codecs taken",
                    STR_ARG(v->codec));
    TRY(accept_picture(cx, limits, probe));
    return accept_length(cx, limits, probe);
}
