#include "program.h"

#include "media/jail.h"
#include "media/mp4.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

Err program_index(Cx *cx, const char *path, MediaTrack *out)
{
    int fd = -1;
    TRY(mp4_open(cx, path, O_RDONLY, &fd));
    Err e = mp4_index(cx, fd, out);
    close(fd);
    return e;
}

static int told(const Cx *cx, Err bad)
{
    if (bad == OK)
        return 0;
    if (bad == E_INVALID && !cx->said[0])
        return 2;
    printf("%s: %s\n", bad == PROGRAM.refusal ? PROGRAM.word : "failed", cx->said);
    return bad == PROGRAM.refusal ? 3 : 1;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "jail-exec") == 0)
        return jail_main(argc, argv);
    MediaLimits limits = {.max_pixels = 36000000,
                          .max_fps = 120,
                          .max_duration_ms = 6ll * 3600 * 1000,
                          .memory_bytes = 4ll << 30,
                          .ffmpeg = "ffmpeg",
                          .ffprobe = "ffprobe"};
    Cx cx = {.arena = arena_new()};
    int code = told(&cx, PROGRAM.run(&cx, &limits, argc, argv));
    arena_free(cx.arena);
    return code;
}
