/* Any bytes as the files of a plain MP4: behind an 'M' as its head and map, from a broken disk;
 * else as the fragmented file that it is made of, by the file's own index and by one that lies. */
#include "media/mp4.h"
#include "media/progressive.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TRACK_BYTES = 4096 };

static int file_of(const uint8_t *data, size_t size)
{
    int fd = memfd_create("map", MFD_CLOEXEC);
    assert(fd >= 0 && ftruncate(fd, (off_t)size) == 0);
    assert(!data || pwrite(fd, data, size, 0) == (ssize_t)size);
    return fd;
}

/* Every run is inside its file, and the whole has no holes. */
static void check(const Splice *s)
{
    int64_t at = 0, offset = 0, length = 0;
    char byte = 0;
    int fd = -1;
    size_t runs = 0;
    for (; splice_find(s, at, &fd, &offset, &length); at += length, runs++) {
        assert(length > 0 && pread(fd, &byte, 1, offset) == 1);
        assert(pread(fd, &byte, 1, offset + length - 1) == 1);
    }
    assert(at == splice_size(s) && runs == s->n);
}

static void as_map(Cx *cx, const uint8_t *data, size_t size)
{
    int files[2] = {file_of(NULL, TRACK_BYTES), file_of(NULL, TRACK_BYTES)};
    Splice s = SPLICE_NONE;
    size_t n = size && data[0] & 1 ? 2 : 1;
    if (n == 1)
        close(files[1]);
    if (progressive_open(cx, file_of(data + !!size, size - !!size), files, n, &s) == OK)
        check(&s);
    else
        assert(cx->said[0] && s.fds[0] == -1);
    splice_close(&s);
}

static void make(Cx *cx, const MediaTrack *t, const char *path, const char *map)
{
    ProgressiveTrack given = {path, t};
    int64_t whole = 0;
    bool video = t->kind == MEDIA_VIDEO;
    Splice s = SPLICE_NONE;
    if (progressive_write(cx, video ? &given : NULL, video ? NULL : &given, map, &whole) != OK) {
        assert(access(map, F_OK) != 0);
        return;
    }
    int file = open(path, O_RDONLY | O_CLOEXEC);
    assert(progressive_open(cx, open(map, O_RDONLY | O_CLOEXEC), &file, 1, &s) == OK);
    assert(splice_size(&s) == whole);
    check(&s);
    splice_close(&s);
    unlink(map);
}

static void as_fragments(Cx *cx, const uint8_t *data, size_t size)
{
    char folder[] = "/tmp/hub-fuzz-XXXXXX";
    assert(mkdtemp(folder));
    const char *path = arena_fmt(cx->arena, "%s/file", folder).p;
    const char *map = arena_fmt(cx->arena, "%s/map", folder).p;
    MediaTrack t = {0};
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    if (mp4_index(cx, fd, &t) == OK) {
        make(cx, &t, path, map);
        size_t i = size ? data[size - 1] % t.n : 0;
        t.segments[i].offset += (int8_t)data[size / 2];
        t.segments[i].start += (int8_t)data[size / 3];
        make(cx, &t, path, map);
    }
    close(fd);
    unlink(path);
    rmdir(folder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Cx cx = {.arena = arena_new()};
    if (size && data[0] == 'M')
        as_map(&cx, data + 1, size - 1);
    else
        as_fragments(&cx, data, size);
    arena_free(cx.arena);
    return 0;
}
