/* Any bytes as two chunks that a tool left behind: placed and joined, the result holds together.
 * The first two bytes say how long the first chunk is. */
#include "media/join.h"
#include "media/mp4_head.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[] = "/dev/shm/hub-fuzz-XXXXXX", paths[3][64];

static void tidy(void)
{
    for (int i = 0; i < 3; i++)
        unlink(paths[i]);
    rmdir(folder);
}

static void start(void)
{
    if (paths[0][0])
        return;
    assert(mkdtemp(folder) && atexit(tidy) == 0);
    for (int i = 0; i < 3; i++)
        snprintf(paths[i], sizeof paths[i], "%s/%d", folder, i);
}

static void put_file(const char *path, const uint8_t *p, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert(fd >= 0 && write(fd, p, n) == (ssize_t)n);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    size_t first = (size_t)data[0] << 8 | data[1], rest = size - 2;
    first = first < rest ? first : rest;
    start();
    put_file(paths[0], data + 2, first);
    put_file(paths[1], data + 2 + first, rest - first);
    Cx cx = {.arena = arena_new()};
    MediaTrack a = {0}, b = {0}, whole = {0};
    const char *chunks[] = {paths[0], paths[1]};
    if (mp4_place(&cx, paths[0], 0, 1, &a) == OK) {
        const MediaSegment *last = &a.segments[a.n - 1];
        int64_t end = last->start + last->duration; /* of a plan, in the hub: never beyond this */
        Err is = end < MP4_TIME_MAX ? mp4_place(&cx, paths[1], end, (uint32_t)a.n + 1, &b)
                                    : fail(&cx, E_MEDIA_REFUSED, "too long");
        if (is == OK && mp4_join(&cx, chunks, 2, paths[2], &whole) == OK) {
            assert(whole.n == a.n + b.n && whole.samples == a.samples + b.samples);
            assert(whole.init_size == a.init_size && whole.timescale == a.timescale);
            assert(whole.total_bytes <= a.total_bytes + b.total_bytes);
            for (size_t i = 0; i + 1 < whole.n; i++)
                assert(whole.segments[i].start + whole.segments[i].duration ==
                       whole.segments[i + 1].start);
        }
    }
    assert(whole.n || cx.said[0]);
    arena_free(cx.arena);
    return 0;
}
