#include "media/mp4.h"

#include "media/mp4_head.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A walk over the boxes of a file, holding at most one in memory. */
typedef struct Walk {
    int fd;
    int64_t at, size; /* of the next box; of the file */
    int64_t box_at, body_at, body_size;
    uint32_t type;
    size_t boxes;
    uint8_t *memory; /* MP4_BOX_MAX at most */
    size_t room;
} Walk;

static void walk_end(Walk *walk)
{
    free(walk->memory);
}

static Err broken(Cx *cx, const char *what)
{
    return fail(cx, E_MEDIA_REFUSED, "what was encoded cannot be read back: %s", what);
}

static Err read_at(Cx *cx, const Walk *walk, int64_t at, void *to, size_t n)
{
    char *p = to;
    while (n) {
        ssize_t got = pread(walk->fd, p, n, at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail(cx, E_INTERNAL, "reading what was encoded: %s", strerror(errno));
        if (got == 0)
            return broken(cx, "it is cut off");
        p += got;
        at += got;
        n -= (size_t)got;
    }
    return OK;
}

static Err walk_start(Cx *cx, int fd, Walk *walk)
{
    struct stat is;
    if (fstat(fd, &is))
        return fail(cx, E_INTERNAL, "looking at what was encoded: %s", strerror(errno));
    *walk = (Walk){.fd = fd, .size = is.st_size};
    return OK;
}

/* The head of the next box; *more is false at the end of the file. */
static Err walk_next(Cx *cx, Walk *walk, bool *more)
{
    uint8_t head[16];
    int64_t left = walk->size - walk->at;
    *more = left > 0;
    if (left == 0)
        return OK;
    if (left < 8 || ++walk->boxes > MP4_BOXES_MAX)
        return broken(cx, left < 8 ? "it is cut off" : "it has too many boxes");
    Cursor c = {.p = head, .n = left < 16 ? 8 : 16};
    TRY(read_at(cx, walk, walk->at, head, c.n));
    size_t before = c.n;
    uint64_t size = cursor_take(&c, 4);
    walk->type = (uint32_t)cursor_take(&c, 4);
    if (size == 1)
        size = cursor_take(&c, 8);
    int64_t used = (int64_t)(before - c.n);
    if (c.bad || size < (uint64_t)used || size > (uint64_t)left)
        return broken(cx, "a box does not fit");
    walk->box_at = walk->at;
    walk->body_at = walk->at + used;
    walk->body_size = (int64_t)size - used;
    walk->at += (int64_t)size;
    return OK;
}

static Err walk_body(Cx *cx, Walk *walk, Cursor *body)
{
    if (walk->body_size > MP4_BOX_MAX)
        return broken(cx, "a box is too large");
    size_t n = (size_t)walk->body_size;
    if (n > walk->room) {
        walk->memory = realloc(walk->memory, n);
        if (!walk->memory)
            abort();
        walk->room = n;
    }
    TRY(read_at(cx, walk, walk->body_at, walk->memory, n));
    *body = (Cursor){.p = walk->memory, .n = n};
    return OK;
}

/* Segments being found. */
typedef struct Finds {
    MediaSegment *p;
    size_t n, room;
} Finds;

static void finds_free(Finds *finds)
{
    free(finds->p);
}

static Err finds_add(Cx *cx, Finds *finds, MediaSegment segment)
{
    if (finds->n == MP4_FRAGMENTS_MAX)
        return broken(cx, "it has too many fragments");
    if (finds->n == finds->room) {
        finds->room = finds->room ? finds->room * 2 : 64;
        finds->p = reallocarray(finds->p, finds->room, sizeof *finds->p);
        if (!finds->p)
            abort();
    }
    finds->p[finds->n++] = segment;
    return OK;
}

/* Where the index stands in the file. */
typedef struct Indexing {
    Walk walk;
    Finds finds;
    MediaTrack track;
    Mp4Defaults defaults;
    Mp4Fragment fragment; /* the last moof, whose mdat is awaited */
    bool awaited;
    int64_t begin; /* where the next segment begins: after the last one's mdat */
} Indexing;

static void indexing_end(Indexing *indexing)
{
    walk_end(&indexing->walk);
    finds_free(&indexing->finds);
}

static Err take_moov(Cx *cx, Indexing *in)
{
    Cursor body = {0};
    if (in->track.kind)
        return broken(cx, "it has two heads");
    TRY(walk_body(cx, &in->walk, &body));
    TRY(mp4_read_head(cx, body, &in->track, &in->defaults));
    in->track.init_size = in->begin = in->walk.at;
    return OK;
}

static Err take_moof(Cx *cx, Indexing *in)
{
    Cursor body = {0};
    if (!in->track.kind || in->awaited)
        return broken(cx, "its fragments are out of order");
    TRY(walk_body(cx, &in->walk, &body));
    if (!mp4_read_fragment(body, &in->defaults, &in->fragment))
        return broken(cx, "a fragment");
    if (in->track.kind == MEDIA_VIDEO && !in->fragment.key)
        return broken(cx, "a segment does not start with a key frame");
    in->awaited = true;
    return OK;
}

static Err take_mdat(Cx *cx, Indexing *in)
{
    const Mp4Fragment *f = &in->fragment;
    const MediaSegment *last = in->finds.n ? &in->finds.p[in->finds.n - 1] : NULL;
    if (!in->awaited || f->bytes > in->walk.body_size)
        return broken(cx, "its samples are not where they should be");
    int64_t gap = last ? f->start - last->start - last->duration : 0;
    if (gap < -in->track.timescale / 2 || gap > in->track.timescale / 2 ||
        (last && f->start <= last->start))
        return broken(cx, "its fragments leave a gap in time");
    if (!last)
        in->track.first = f->shown;
    in->track.samples += f->samples;
    TRY(finds_add(cx, &in->finds,
                  (MediaSegment){.offset = in->begin,
                                 .size = in->walk.at - in->begin,
                                 .start = f->start,
                                 .duration = f->duration}));
    in->begin = in->walk.at;
    in->awaited = false;
    return OK;
}

static Err take_box(Cx *cx, Indexing *in)
{
    switch (in->walk.type) {
    case BOX('m', 'o', 'o', 'v'):
        return take_moov(cx, in);
    case BOX('m', 'o', 'o', 'f'):
        return take_moof(cx, in);
    case BOX('m', 'd', 'a', 't'):
        return take_mdat(cx, in);
    default:
        return OK; /* ftyp, styp, sidx, mfra: not needed */
    }
}

Err mp4_index(Cx *cx, int fd, MediaTrack *out)
{
    CLEANUP(indexing_end) Indexing in = {0};
    bool more = true;
    TRY(walk_start(cx, fd, &in.walk));
    for (;;) {
        TRY(walk_next(cx, &in.walk, &more));
        if (!more)
            break;
        TRY(take_box(cx, &in));
    }
    if (in.awaited || in.finds.n == 0)
        return broken(cx, in.awaited ? "it is cut off" : "there is nothing in it");
    MediaTrack t = in.track;
    t.n = in.finds.n;
    t.segments = arena_array(cx->arena, MediaSegment, t.n);
    memcpy(t.segments, in.finds.p, t.n * sizeof *t.segments);
    t.total_bytes = in.walk.size;
    track_measure(&t);
    *out = t;
    return OK;
}

Err mp4_open(Cx *cx, const char *path, int flags, int *fd)
{
    struct stat is = {0};
    int at = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (at < 0)
        return fail(cx, E_INTERNAL, "opening what was encoded: %s", strerror(errno));
    if (fstat(at, &is) || !S_ISREG(is.st_mode) || is.st_nlink != 1) {
        close(at);
        return broken(cx, "it is not a plain file");
    }
    *fd = at;
    return OK;
}

static Err write_time(Cx *cx, const Walk *walk, const Mp4Fragment *f, int64_t time)
{
    uint8_t bytes[8];
    if (f->time_bytes == 4 && time > UINT32_MAX)
        return broken(cx, "a time does not fit");
    for (size_t i = 0; i < f->time_bytes; i++)
        bytes[i] = (uint8_t)((uint64_t)time >> 8 * (f->time_bytes - 1 - i));
    int64_t at = walk->body_at + (int64_t)f->time_at;
    if (pwrite(walk->fd, bytes, f->time_bytes, at) != (ssize_t)f->time_bytes)
        return fail(cx, errno == ENOSPC ? E_FULL : E_INTERNAL, "writing what was encoded: %s",
                    strerror(errno));
    return OK;
}

Err mp4_shift(Cx *cx, int fd, int64_t units)
{
    CLEANUP(walk_end) Walk walk = {0};
    Mp4Defaults defaults = {.duration = 1};
    bool more = true;
    TRY(walk_start(cx, fd, &walk));
    for (;;) {
        Mp4Fragment f = {0};
        Cursor body = {0};
        TRY(walk_next(cx, &walk, &more));
        if (!more)
            return OK;
        if (walk.type != BOX('m', 'o', 'o', 'f'))
            continue;
        TRY(walk_body(cx, &walk, &body));
        if (!mp4_read_fragment(body, &defaults, &f))
            return broken(cx, "a fragment");
        int64_t time = f.start + units;
        TRY(write_time(cx, &walk, &f, time > 0 ? time : 0));
    }
}
