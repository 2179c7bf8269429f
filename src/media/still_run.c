#include "media/still_run.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEAD_MAX = 64 << 10 };

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

Tool still_tool(const StillJob *job, const char *original, const char *what)
{
    Tool tool = {.limits = job->limits,
                 .original = original,
                 .what = what,
                 .folder = job->folder,
                 .seconds = STILL_SECONDS,
                 .file_bytes = STILL_FILE_MAX,
                 .watch = &job->watch};
    args_add(&tool.args, job->limits->ffmpeg);
    args_pair(&tool.args, "-v", "level+error");
    args_pair(&tool.args, "-nostdin", "-nostats");
    args_pair(&tool.args, "-hide_banner", "-y");
    return tool;
}

void still_jpeg_args(Cx *cx, ToolArgs *args, const char *filter, int quality, const char *name)
{
    args_pair(args, "-vf", filter);
    args_pair(args, "-frames:v", "1");
    args_pair(args, "-map_metadata", "-1");
    args_pair(args, "-c:v", "mjpeg");
    args_pair(args, "-pix_fmt", "yuvj420p");
    args_fmt(cx, args, "-q:v", "%d", quality);
    args_pair(args, "-flags:v", "+bitexact"); /* else it signs each picture with its version */
    args_pair(args, "-f", "mjpeg");
    args_add(args, name);
}

const char *still_path(Cx *cx, const StillJob *job, const char *name)
{
    return arena_fmt(cx->arena, "%s/%s", job->folder, name).p;
}

Err still_head(Cx *cx, const char *path, size_t most, Str *head, int64_t *bytes)
{
    CLEANUP(close_fd) int fd = -1;
    struct stat is;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &is))
        return fail(cx, E_INTERNAL, "a picture cannot be opened: %s", strerror(errno));
    if (!S_ISREG(is.st_mode))
        return fail(cx, E_MEDIA_REFUSED, "it is not a plain file");
    size_t n = (size_t)is.st_size < most ? (size_t)is.st_size : most;
    char *p = arena_take(cx->arena, n + 1);
    ssize_t have = file_read_part(fd, 0, p, n);
    if (have < 0)
        return fail(cx, E_INTERNAL, "a picture cannot be read: %s", strerror(errno));
    *head = (Str){p, (size_t)have};
    *bytes = is.st_size;
    return OK;
}

Err still_take(Cx *cx, const StillJob *job, const char *name, Still *out)
{
    const char *path = still_path(cx, job, name);
    Str head = {0};
    int64_t bytes = 0;
    Picture picture = {0};
    if (access(path, F_OK))
        return fail(cx, E_MEDIA_REFUSED, "no picture came out of it");
    TRY(still_head(cx, path, HEAD_MAX, &head, &bytes));
    if (!picture_read(head, &picture))
        return fail(cx, E_MEDIA_REFUSED, "no picture came out of it");
    *out = (Still){.path = path,
                   .media_type = picture.kind == PICTURE_PNG ? S("image/png") : S("image/jpeg"),
                   .width = (int32_t)picture.width,
                   .height = (int32_t)picture.height,
                   .bytes = bytes};
    return OK;
}

void still_fit(int64_t width, int64_t height, int64_t side, int32_t *w, int32_t *h)
{
    int64_t longer = width > height ? width : height;
    int64_t to = longer < side ? longer : side;
    int64_t x = width * to / longer / 2 * 2, y = height * to / longer / 2 * 2;
    *w = (int32_t)(x < 2 ? 2 : x);
    *h = (int32_t)(y < 2 ? 2 : y);
}
