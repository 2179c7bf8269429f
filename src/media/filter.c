#include "media/filter.h"

/* What it names, or what is usual where it names nothing: zscale refuses to guess. */
static const char *colour(Str named, const char *usual)
{
    return named.n ? named.p : usual;
}

/* HDR to SDR; BT.2020 and BT.2100 where the file says no more than its transfer. Mobius leaves all
 * but the highlights as bright as they were, where hable makes the whole picture darker. */
Str filter_tonemap(Cx *cx, const ProbeVideo *v)
{
    return arena_fmt(cx->arena,
                     "setparams=color_primaries=%s:color_trc=%s:colorspace=%s:range=%s,"
                     "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,"
                     "tonemap=mobius:desat=0,zscale=t=bt709:m=bt709:r=tv,",
                     colour(v->primaries, "bt2020"), v->transfer.p, colour(v->space, "bt2020nc"),
                     colour(v->range, "tv"));
}

/* What comes before the first picture shows that picture. Not so after a seek: had it ended behind
 * the span's first frame, frames are missing then, which is noticed, not repeated, which is not. */
static Str grid(Cx *cx, const Rung *rung, FrameSpan span, bool sought)
{
    Str fps = arena_fmt(cx->arena, "fps=%d/%d%s", rung->fps_num, rung->fps_den,
                        sought ? "" : ":start_time=0");
    Str end = {0};
    if (!span.from && !span.to)
        return fps;
    if (span.to)
        end = arena_fmt(cx->arena, ":end_pts=%lld", (long long)span.to);
    return arena_fmt(cx->arena, STR_FMT ",trim=start_pts=%lld" STR_FMT ",setpts=PTS-%lld",
                     STR_ARG(fps), (long long)span.from, STR_ARG(end), (long long)span.from);
}

/* Rotation is ffmpeg's own: it turns the picture before the first of these. */
Str filter_video(Cx *cx, const Probe *probe, const Rung *rungs, size_t n, FrameSpan span,
                 bool sought)
{
    Str graph = arena_fmt(cx->arena,
                          "[0:%d]%s" STR_FMT ",scale=%d:%d:flags=bicubic," STR_FMT
                          "format=yuv420p,setsar=1",
                          probe->video.index,
                          probe->video.interlaced ? "bwdif=mode=send_frame:deint=interlaced," : "",
                          STR_ARG(grid(cx, rungs, span, sought)), rungs->width, rungs->height,
                          STR_ARG(probe_is_hdr(probe) ? filter_tonemap(cx, &probe->video) : S("")));
    for (size_t i = 1; i < n; i++)
        graph = arena_fmt(cx->arena,
                          STR_FMT ",split[v%zu][s%zu];[s%zu]scale=%d:%d:flags=bicubic,setsar=1",
                          STR_ARG(graph), i - 1, i, i, rungs[i].width, rungs[i].height);
    return arena_fmt(cx->arena, STR_FMT "[v%zu]", STR_ARG(graph), n - 1);
}

Str filter_sound(Cx *cx, double gain_db)
{
    Str volume = arena_fmt(cx->arena, ",volume=%.2fdB:precision=float", gain_db);
    return arena_fmt(cx->arena,
                     "aresample=48000:async=1:first_pts=0:rematrix_maxval=1,"
                     "aformat=sample_fmts=fltp:channel_layouts=stereo" STR_FMT,
                     STR_ARG(gain_db == 0 ? S("") : volume));
}
