#include "media/loudness.h"

#include "media/transcode_run.h"

#include <math.h>
#include <stdlib.h>

enum { LEVEL_TRACE = 56 }; /* of the tool: the summary is wanted, not a line for each tenth */

static const double near_enough = 0.5, peak_most = -1; /* LU; dBTP, as EBU R 128 has it */

double loudness_gain(const Loudness *is, double target_lufs)
{
    double gain = target_lufs - is->lufs;
    if (is->lufs <= LOUDNESS_SILENCE)
        return 0;
    if (fabs(gain) <= near_enough && is->peak_dbtp <= 0)
        return 0;
    return fmin(gain, peak_most - is->peak_dbtp);
}

static bool number_after(Str line, const char *name, double *to)
{
    char text[32] = {0};
    const char *at = line.n ? memmem(line.p, line.n, name, strlen(name)) : NULL;
    if (!at)
        return false;
    at += strlen(name);
    size_t n = (size_t)(str_end(line) - at);
    memcpy(text, at, n < sizeof text - 1 ? n : sizeof text - 1);
    char *end = text;
    double is = strtod(text, &end);
    if (end == text || isnan(is))
        return false;
    *to = is;
    return true;
}

void loudness_line(Loudness *is, Str line)
{
    if (!number_after(line, "  I: ", &is->lufs))
        (void)number_after(line, "  Peak: ", &is->peak_dbtp);
}

static void on_line(void *who, Str line)
{
    loudness_line(who, line);
}

Err loudness_measure(Cx *cx, const TranscodeJob *job, const ProbeAudio *audio, double seconds,
                     Loudness *out)
{
    Loudness is = {.lufs = NAN, .peak_dbtp = NAN};
    Tool tool = {.limits = job->limits,
                 .original = job->original,
                 .seconds = transcode_read_seconds(job->probe),
                 .watch = &(MediaWatch){job->watch.who, NULL, job->watch.cancelled},
                 .who = &is,
                 .err_line = on_line};
    transcode_begin(cx, job, TRANSCODE_FROM_START, &tool.args);
    args_fmt(cx, &tool.args, "-map", "0:%d", audio->index);
    args_fmt(cx, &tool.args, "-t", "%.6f", seconds);
    args_fmt(cx, &tool.args, "-af", "%s,ebur128=peak=true:framelog=%d", filter_sound(cx, 0).p,
             LEVEL_TRACE);
    args_pair(&tool.args, "-vn", "-sn");
    args_pair(&tool.args, "-f", "null");
    args_add(&tool.args, "-");
    ToolEnd end = {0};
    TRY(tool_run(cx, &tool, &end));
    if (isnan(is.lufs) || isnan(is.peak_dbtp))
        return fail(cx, E_MEDIA_REFUSED, "the loudness of the sound cannot be measured");
    *out = is;
    return OK;
}
