/* The sheets of a storyboard and their WebVTT (W3C WebVTT: The Web Video Text Tracks Format). */
#include "media/still_run.h"

#include <stdio.h>

enum {
    TILE_LONG = 160,
    SHEET_SIDE = 10, /* tiles */
    SHEET_QUALITY = 8,
    SHEETS_MAX = 1000,
    MS_A_CPU_SECOND = 20000 /* of key frames, at the very least */
};

/* Whole segments: near 2 s for a film of up to 3 minutes, 4 s up to 10, then 10. */
static int64_t segments_apart(int64_t duration_ms)
{
    return duration_ms <= 3 * 60000 ? 1 : duration_ms <= 10 * 60000 ? 2 : 5;
}

/* The tiles that `select` below takes: one for each interval begun. */
static int64_t tiles_of(const MediaTrack *track, double interval)
{
    int64_t tiles = 0;
    for (size_t i = 0; i < track->n; i++)
        if ((double)track->segments[i].start / (double)track->timescale >=
            (double)tiles * interval - 0.05)
            tiles++;
    return tiles;
}

static double interval_of(const MediaTrack *track)
{
    return (double)track->segments[0].duration / (double)track->timescale *
           (double)segments_apart(track_duration_ms(track));
}

static void plan(const MediaTrack *track, Storyboard *out)
{
    double interval = interval_of(track);
    int64_t tiles = tiles_of(track, interval);
    int64_t rows = (tiles + SHEET_SIDE - 1) / SHEET_SIDE;
    bool tall = track->height > track->width;
    int32_t longer = tall ? track->height : track->width;
    int32_t shorter = (tall ? track->width : track->height) * TILE_LONG / longer / 2 * 2;
    *out = (Storyboard){.interval_ms = (int64_t)(interval * 1000 + 0.5),
                        .tile_width = tall ? shorter : TILE_LONG,
                        .tile_height = tall ? TILE_LONG : shorter,
                        .columns = tiles < SHEET_SIDE ? (int32_t)tiles : SHEET_SIDE,
                        .rows = rows < SHEET_SIDE ? (int32_t)rows : SHEET_SIDE,
                        .tiles = tiles};
    out->n = (size_t)((tiles + out->columns * out->rows - 1) / (out->columns * out->rows));
}

static void storyboard_args(Cx *cx, const Storyboard *s, const MediaTrack *track, ToolArgs *args)
{
    args_pair(args, "-map", "0:v:0");
    args_fmt(cx, args, "-vf",
             "select='gte(t,selected_n*%.6f-0.05)',scale=%d:%d:flags=area:"
             "out_color_matrix=bt601:out_range=pc,format=yuvj420p,setsar=1,tile=%dx%d",
             interval_of(track), s->tile_width, s->tile_height, s->columns, s->rows);
    args_pair(args, "-fps_mode", "passthrough");
    args_fmt(cx, args, "-frames:v", "%zu", s->n);
    args_pair(args, "-map_metadata", "-1");
    args_pair(args, "-c:v", "mjpeg");
    args_fmt(cx, args, "-q:v", "%d", SHEET_QUALITY);
    args_pair(args, "-flags:v", "+bitexact");
    args_pair(args, "-f", "image2");
    args_add(args, "%d.jpg"); /* in the folder it works in: whose name may hold anything */
}

Err still_storyboard(Cx *cx, const StillJob *job, const char *rendition, const MediaTrack *track,
                     Storyboard *out)
{
    Storyboard s = {0};
    ToolEnd end = {0};
    if (track->kind != MEDIA_VIDEO || track->n == 0 || track->width < 1 || track->height < 1 ||
        track->segments[0].duration < 1)
        return fail(cx, E_MEDIA_REFUSED, "there is no picture to show");
    plan(track, &s);
    if (s.n > SHEETS_MAX || s.tile_width < 2 || s.tile_height < 2)
        return fail(cx, E_MEDIA_REFUSED, "the film is too long for a storyboard");
    Tool tool = still_tool(job, rendition, NULL);
    tool.seconds += track_duration_ms(track) / MS_A_CPU_SECOND;
    args_pair(&tool.args, "-skip_frame", "nokey");
    args_input(cx, &tool.args, job->limits, rendition);
    storyboard_args(cx, &s, track, &tool.args);
    TRY(tool_run(cx, &tool, &end));
    s.sheets = arena_array(cx->arena, Still, s.n);
    for (size_t i = 0; i < s.n; i++)
        TRY(still_take(cx, job, arena_fmt(cx->arena, "%zu.jpg", i + 1).p, &s.sheets[i]));
    if (s.sheets[0].width != s.tile_width * s.columns ||
        s.sheets[0].height != s.tile_height * s.rows)
        return fail(cx, E_MEDIA_REFUSED, "the storyboard is not what was asked for");
    *out = s;
    return OK;
}

static void put_time(Buf *out, int64_t ms)
{
    char text[32];
    int n = snprintf(text, sizeof text, "%02lld:%02d:%02d.%03d", (long long)(ms / 3600000),
                     (int)(ms / 60000 % 60), (int)(ms / 1000 % 60), (int)(ms % 1000));
    buf_put(out, text, (size_t)n);
}

void storyboard_write(Buf *out, const Storyboard *s, const char *base)
{
    int64_t a_sheet = (int64_t)s->columns * s->rows;
    char text[96];
    buf_put(out, "WEBVTT\n", 7);
    for (int64_t i = 0; i < s->tiles; i++) {
        int64_t at = i % a_sheet;
        buf_byte(out, '\n');
        put_time(out, i * s->interval_ms);
        buf_put(out, " --> ", 5);
        put_time(out, (i + 1) * s->interval_ms);
        buf_byte(out, '\n');
        buf_put(out, base, strlen(base));
        int n =
            snprintf(text, sizeof text, "%lld.jpg#xywh=%lld,%lld,%d,%d\n",
                     (long long)(i / a_sheet + 1), (long long)(at % s->columns * s->tile_width),
                     (long long)(at / s->columns * s->tile_height), s->tile_width, s->tile_height);
        buf_put(out, text, (size_t)n);
    }
}
