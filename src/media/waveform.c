/* What a music file shows: its loudness, and the cover inside it. */
#include "media/still_run.h"

#include <unistd.h>

enum { WAVE_WIDTH = 1200, WAVE_HEIGHT = 240, MS_A_CPU_SECOND = 50000 };

Err still_waveform(Cx *cx, const StillJob *job, const char *sound, Still *out)
{
    Tool tool = still_tool(job, sound, "music");
    ToolEnd end = {0};
    Still still = {0};
    tool.seconds += job->limits->max_duration_ms / MS_A_CPU_SECOND;
    args_input(cx, &tool.args, job->limits, sound);
    /* few samples, as the filter keeps all of them until the end: 4000 a second are 170 MB in
     * six hours */
    args_fmt(cx, &tool.args, "-filter_complex",
             "[0:a:0]aformat=sample_fmts=s16p:sample_rates=4000:channel_layouts=mono,"
             "asetnsamples=8192:p=0,showwavespic=s=%dx%d:colors=0x808080:scale=sqrt[v]",
             WAVE_WIDTH, WAVE_HEIGHT);
    args_pair(&tool.args, "-map", "[v]");
    args_pair(&tool.args, "-frames:v", "1");
    args_pair(&tool.args, "-map_metadata", "-1");
    args_pair(&tool.args, "-c:v", "png");
    args_pair(&tool.args, "-flags:v", "+bitexact");
    args_pair(&tool.args, "-f", "image2pipe");
    args_add(&tool.args, "waveform.png");
    TRY(tool_run(cx, &tool, &end));
    TRY(still_take(cx, job, "waveform.png", &still));
    if (still.width != WAVE_WIDTH || still.height != WAVE_HEIGHT)
        return fail(cx, E_MEDIA_REFUSED, "its loudness cannot be shown");
    *out = still;
    return OK;
}

Err still_cover(Cx *cx, const StillJob *job, const char *music, Still *out)
{
    const char *raw = still_path(cx, job, "cover.bin");
    Tool tool = still_tool(job, music, "music");
    ToolEnd end = {0};
    args_input(cx, &tool.args, job->limits, music);
    args_pair(&tool.args, "-map", "0:v:0");
    args_pair(&tool.args, "-c", "copy");
    args_pair(&tool.args, "-frames:v", "1");
    args_pair(&tool.args, "-f", "image2pipe"); /* any picture, as it stands in the file */
    args_add(&tool.args, "cover.bin");
    Err bad = tool_run(cx, &tool, &end);
    if ((bad == E_MEDIA_REFUSED && strstr(cx->said, "matches no streams")) ||
        (!bad && access(raw, F_OK)))
        return fail(cx, E_MEDIA_REFUSED, "it has no cover picture");
    TRY(bad);
    bad = still_image_as(cx, job, raw, "cover.jpg", out);
    unlink(raw);
    return bad;
}
