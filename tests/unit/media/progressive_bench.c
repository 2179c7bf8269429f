#include "progressive_bench.h"

#include "media/mp4.h"
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void bench_put(const char *path, const char *p, size_t n)
{
    unlink(path); /* some file systems write a file out that was cut to nothing first */
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    CHECK(fd >= 0 && write(fd, p, n) == (ssize_t)n);
    close(fd);
}

Bench *bench_new(void)
{
    Arena *arena = arena_new();
    Bench *b = arena_take(arena, sizeof *b);
    b->cx = (Cx){.arena = arena};
    memcpy(b->folder, "/tmp/hub-progressive-XXXXXX", 28);
    CHECK(mkdtemp(b->folder));
    snprintf(b->map, sizeof b->map, "%s/map", b->folder);
    for (int i = 0; i < 2; i++)
        snprintf(b->paths[i], sizeof b->paths[i], "%s/%d.mp4", b->folder, i);
    return b;
}

void bench_end(Bench *b)
{
    for (int i = 0; i < 2; i++) {
        unlink(b->paths[i]);
        if (b->made[i])
            fragments_free(b->made[i]);
    }
    unlink(b->map);
    rmdir(b->folder);
    free(b->whole);
    arena_free(b->cx.arena);
}

void bench_index(Bench *b)
{
    for (int i = 0; i < 2; i++) {
        if (!b->made[i])
            continue;
        bench_put(b->paths[i], b->made[i]->b.p, b->made[i]->b.n);
        int fd = open(b->paths[i], O_RDONLY | O_CLOEXEC);
        CHECK(mp4_index(&b->cx, fd, &b->tracks[i]) == OK);
        close(fd);
    }
}

Err bench_write(Bench *b)
{
    ProgressiveTrack given[2];
    for (int i = 0; i < 2; i++)
        given[i] = (ProgressiveTrack){b->paths[i], &b->tracks[i]};
    return progressive_write(&b->cx, b->made[0] ? &given[0] : NULL, b->made[1] ? &given[1] : NULL,
                             b->map, &b->size);
}

Err bench_splice(Bench *b, Splice *out)
{
    int files[2], fd = open(b->map, O_RDONLY | O_CLOEXEC);
    size_t n = 0;
    for (int i = 0; i < 2; i++)
        if (b->made[i])
            files[n++] = open(b->paths[i], O_RDONLY | O_CLOEXEC);
    Err e = progressive_open(&b->cx, fd, files, n, out);
    for (size_t i = 0; e && i < n; i++)
        CHECK(fcntl(files[i], F_GETFD) < 0); /* taken over */
    CHECK(!e || fcntl(fd, F_GETFD) < 0);
    return e;
}

void bench_read(Bench *b)
{
    Splice s = SPLICE_NONE;
    int fd = -1;
    int64_t offset = 0, length = 0, at = 0;
    CHECK(bench_splice(b, &s) == OK && splice_size(&s) == b->size);
    b->whole = malloc((size_t)b->size);
    for (; splice_find(&s, at, &fd, &offset, &length); at += length)
        CHECK(pread(fd, b->whole + at, (size_t)length, offset) == length);
    CHECK(at == b->size);
    splice_close(&s);
}

Bench *bench_small(uint64_t sound_start, uint64_t sound_goes_on, int32_t shift)
{
    Bench *b = bench_new();
    FragmentSample frames[20] = {0}, packets[20] = {0};
    for (size_t i = 0; i < COUNT(frames); i++) {
        frames[i] = (FragmentSample){5, 512, shift, i % 10 == 0, 0};
        packets[i] = (FragmentSample){3, 1024, 0, true, 0};
    }
    b->made[0] = fragments_new(true, 12800);
    b->made[1] = fragments_new(false, 48000);
    fragments_add(b->made[0], 0, frames, 10);
    fragments_add(b->made[0], 5120, frames + 10, 10);
    fragments_add(b->made[1], sound_start, packets, 20);
    fragments_add(b->made[1], sound_goes_on, packets, 20);
    bench_index(b);
    return b;
}
