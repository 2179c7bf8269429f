#include "media/mp4_walk.h"

#include "base/file.h"
#include "media/mp4.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

Err mp4_broken(Cx *cx, const char *what)
{
    return fail(cx, E_MEDIA_REFUSED, "what was encoded cannot be read back: %s", what);
}

Err walk_start(Cx *cx, int fd, Mp4Walk *walk)
{
    struct stat is;
    if (fstat(fd, &is))
        return file_failed(cx, "looking at what was encoded");
    *walk = (Mp4Walk){.fd = fd, .size = is.st_size};
    return OK;
}

void walk_end(Mp4Walk *walk)
{
    free(walk->memory);
}

Err walk_read(Cx *cx, const Mp4Walk *walk, int64_t at, void *to, size_t n)
{
    ssize_t have = file_read_part(walk->fd, at, to, n);
    if (have < 0)
        return file_failed(cx, "reading what was encoded");
    return (size_t)have == n ? OK : mp4_broken(cx, "it is cut off");
}

Err walk_write(Cx *cx, const Mp4Walk *walk, int64_t at, size_t bytes, uint64_t value)
{
    uint8_t text[8];
    if (bytes < 8 && value >> 8 * bytes)
        return mp4_broken(cx, "a number does not fit");
    for (size_t i = 0; i < bytes; i++)
        text[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
    if (pwrite(walk->fd, text, bytes, at) != (ssize_t)bytes)
        return file_failed(cx, "writing what was encoded");
    return OK;
}

Err walk_next(Cx *cx, Mp4Walk *walk, bool *more)
{
    uint8_t head[16];
    int64_t left = walk->size - walk->at;
    *more = left > 0;
    if (left == 0)
        return OK;
    if (left < 8 || ++walk->boxes > MP4_BOXES_MAX)
        return mp4_broken(cx, left < 8 ? "it is cut off" : "it has too many boxes");
    Cursor c = {.p = head, .n = left < 16 ? 8 : 16};
    TRY(walk_read(cx, walk, walk->at, head, c.n));
    size_t before = c.n;
    uint64_t size = cursor_take(&c, 4);
    walk->type = (uint32_t)cursor_take(&c, 4);
    if (size == 1)
        size = cursor_take(&c, 8);
    int64_t used = (int64_t)(before - c.n);
    if (c.bad || size < (uint64_t)used || size > (uint64_t)left)
        return mp4_broken(cx, "a box does not fit");
    walk->box_at = walk->at;
    walk->body_at = walk->at + used;
    walk->body_size = (int64_t)size - used;
    walk->at += (int64_t)size;
    return OK;
}

Err walk_body(Cx *cx, Mp4Walk *walk, Cursor *body)
{
    if (walk->body_size > MP4_BOX_MAX)
        return mp4_broken(cx, "a box is too large");
    size_t n = (size_t)walk->body_size;
    if (n > walk->room) {
        walk->memory = realloc(walk->memory, n);
        if (!walk->memory)
            abort();
        walk->room = n;
    }
    TRY(walk_read(cx, walk, walk->body_at, walk->memory, n));
    *body = (Cursor){.p = walk->memory, .n = n};
    return OK;
}
