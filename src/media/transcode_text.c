#include "media/transcode_run.h"

#include "media/mp4.h"

#include <fcntl.h>
#include <unistd.h>

enum { TEXT_BYTES_MAX = 16 << 20 };

static Err check_file(Cx *cx, const char *path)
{
    char head[6] = {0};
    int fd = -1;
    TRY(mp4_open(cx, path, O_RDONLY, &fd)); /* a plain file, whatever it holds */
    ssize_t n = pread(fd, head, sizeof head, 0);
    close(fd);
    if (n != (ssize_t)sizeof head || memcmp(head, "WEBVTT", sizeof head) != 0)
        return fail(cx, E_MEDIA_REFUSED, "the subtitles in the file cannot be read");
    return OK;
}

Err transcode_text(Cx *cx, const TranscodeJob *job, const ProbeText *text, const char *path)
{
    Tool tool = {.limits = job->limits,
                 .original = job->original,
                 .folder = job->folder,
                 .seconds = transcode_read_seconds(job->probe),
                 .file_bytes = TEXT_BYTES_MAX,
                 .watch = &(MediaWatch){job->watch.who, NULL, job->watch.cancelled}};
    ToolEnd end = {0};
    transcode_begin(cx, job, TRANSCODE_FROM_START, &tool.args);
    args_fmt(cx, &tool.args, "-map", "0:%d", text->index);
    args_pair(&tool.args, "-c:s", "webvtt");
    args_pair(&tool.args, "-map_metadata", "-1");
    args_pair(&tool.args, "-map_chapters", "-1");
    args_pair(&tool.args, "-f", "webvtt");
    args_add(&tool.args, path);
    TRY(tool_run(cx, &tool, &end));
    return check_file(cx, path);
}
