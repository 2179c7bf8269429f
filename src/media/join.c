#include "media/join.h"

#include "base/fault.h"
#include "base/file.h"
#include "media/mp4.h"
#include "media/mp4_head.h"
#include "media/mp4_walk.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { COPY_STEP = 1 << 30, PLAIN_STEP = 256 << 10 };

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static Err place_fragment(Cx *cx, Mp4Walk *walk, int64_t units, uint32_t sequence)
{
    Mp4Fragment f = {0};
    Cursor body = {0};
    TRY(walk_body(cx, walk, &body));
    if (!mp4_read_fragment(body, &(Mp4Defaults){.duration = 1}, &f))
        return mp4_broken(cx, "a fragment");
    int64_t time = f.start + units;
    if (time < 0 || time > MP4_TIME_MAX)
        return mp4_broken(cx, "a time does not fit");
    TRY(walk_write(cx, walk, walk->body_at + (int64_t)f.time_at, f.time_bytes, (uint64_t)time));
    return walk_write(cx, walk, walk->body_at + (int64_t)f.sequence_at, 4, sequence);
}

Err mp4_place(Cx *cx, const char *path, int64_t units, uint32_t sequence, MediaTrack *out)
{
    CLEANUP(close_fd) int fd = -1;
    CLEANUP(walk_end) Mp4Walk walk = {0};
    bool more = true;
    assert(units > -MP4_TIME_MAX && units < MP4_TIME_MAX);
    TRY(mp4_open(cx, path, O_RDWR, &fd));
    TRY(walk_start(cx, fd, &walk));
    for (;;) {
        TRY(walk_next(cx, &walk, &more));
        if (!more)
            return mp4_index(cx, fd, out);
        if (walk.type != BOX('m', 'o', 'o', 'f'))
            continue;
        TRY(place_fragment(cx, &walk, units, sequence));
        if (__builtin_add_overflow(sequence, 1, &sequence))
            return mp4_broken(cx, "it has too many fragments");
    }
}

/* What the next chunk must go on from. */
typedef struct Joining {
    const char *init; /* of the first; in the arena */
    int64_t init_size, total_bytes, samples;
    int64_t end, delay; /* decode time behind the last frame; from decoding to showing */
    uint32_t sequence;
    size_t chunks, segments;
} Joining;

static Err apart(Cx *cx, const Joining *in, const char *what)
{
    return fail(cx, E_INTERNAL, "the chunks do not belong together: chunk %zu %s", in->chunks + 1,
                what);
}

static Err read_init(Cx *cx, const Mp4Walk *walk, int64_t size, const char **out)
{
    if (size > MP4_BOX_MAX)
        return mp4_broken(cx, "its head is too large");
    char *p = arena_take(cx->arena, (size_t)size);
    TRY(walk_read(cx, walk, 0, p, (size_t)size));
    *out = p;
    return OK;
}

/* Neither sees a lie within a chunk's mdat; both see a chunk of other arguments or another span. */
static Err check_continues(Cx *cx, const Joining *in, const Mp4Walk *walk, const MediaTrack *t)
{
    const char *init = NULL;
    if (t->init_size != in->init_size)
        return apart(cx, in, "has another head than the first");
    TRY(read_init(cx, walk, t->init_size, &init));
    if (memcmp(init, in->init, (size_t)t->init_size) != 0)
        return apart(cx, in, "has another head than the first");
    if (t->segments[0].start != in->end)
        return apart(cx, in, "does not begin where the one before ends");
    if (t->first - t->segments[0].start != in->delay)
        return apart(cx, in, "shows its frames earlier or later than the first");
    return OK;
}

static Err check_within(Cx *cx, const Joining *in, const MediaTrack *t)
{
    for (size_t i = 1; i < t->n; i++)
        if (t->segments[i].start != t->segments[i - 1].start + t->segments[i - 1].duration)
            return apart(cx, in, "has a gap");
    return OK;
}

/* Numbers must grow; data must be told from its own fragment and stand right behind it, or it could
 * not be moved. */
static Err check_fragments(Cx *cx, Joining *in, Mp4Walk *walk)
{
    int64_t behind = 0; /* the last moof */
    bool more = true;
    for (;;) {
        Mp4Fragment f = {0};
        Cursor body = {0};
        TRY(walk_next(cx, walk, &more));
        if (!more)
            return OK;
        if (walk->type == BOX('m', 'd', 'a', 't') && walk->box_at != behind)
            return mp4_broken(cx, "its samples are not where they should be");
        if (walk->type != BOX('m', 'o', 'o', 'f'))
            continue;
        behind = walk->at;
        TRY(walk_body(cx, walk, &body));
        if (!mp4_read_fragment(body, &(Mp4Defaults){.duration = 1}, &f) || f.absolute)
            return mp4_broken(cx, "a fragment");
        if (f.sequence <= in->sequence && !bug("nojoincheck"))
            return apart(cx, in, "has a fragment whose number does not grow");
        in->sequence = f.sequence;
    }
}

static Err examine(Cx *cx, const char *path, Joining *in)
{
    CLEANUP(close_fd) int fd = -1;
    CLEANUP(walk_end) Mp4Walk walk = {0};
    MediaTrack t = {0};
    TRY(mp4_open(cx, path, O_RDONLY, &fd));
    TRY(mp4_index(cx, fd, &t));
    TRY(walk_start(cx, fd, &walk));
    if (in->chunks == 0) {
        TRY(read_init(cx, &walk, t.init_size, &in->init));
        in->init_size = in->total_bytes = t.init_size;
        in->delay = t.first - t.segments[0].start;
    } else if (!bug("nojoincheck")) {
        TRY(check_continues(cx, in, &walk, &t));
    }
    if (!bug("nojoincheck"))
        TRY(check_within(cx, in, &t));
    TRY(check_fragments(cx, in, &walk));
    in->end = t.segments[t.n - 1].start + t.segments[t.n - 1].duration;
    in->samples += t.samples;
    in->segments += t.n;
    in->chunks++;
    return OK;
}

static Err unwritten(Cx *cx)
{
    return file_failed(cx, "joining what was encoded");
}

/* The file being written. */
typedef struct Sink {
    int fd;
    char *room; /* PLAIN_STEP, once it was needed */
} Sink;

static void sink_close(Sink *to)
{
    close_fd(&to->fd);
}

static Err put(Cx *cx, const Sink *to, const char *p, size_t n)
{
    return file_write(to->fd, p, n) ? OK : unwritten(cx);
}

/* Where the kernel can't copy between the two files itself. */
static Err copy_plain(Cx *cx, const Mp4Walk *walk, int64_t at, int64_t n, Sink *to)
{
    if (!to->room)
        to->room = arena_take(cx->arena, PLAIN_STEP);
    while (n) {
        size_t step = n < PLAIN_STEP ? (size_t)n : PLAIN_STEP;
        TRY(walk_read(cx, walk, at, to->room, step));
        TRY(put(cx, to, to->room, step));
        at += (int64_t)step;
        n -= (int64_t)step;
    }
    return OK;
}

static Err copy(Cx *cx, const Mp4Walk *walk, int64_t at, int64_t n, Sink *to)
{
    while (n) {
        size_t step = n < COPY_STEP ? (size_t)n : COPY_STEP;
        off_t from = at;
        ssize_t got = copy_file_range(walk->fd, &from, to->fd, NULL, step, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EIO))
            return unwritten(cx);
        if (got <= 0)
            return copy_plain(cx, walk, at, n, to);
        at += got;
        n -= got;
    }
    return OK;
}

static bool is_carried(uint32_t type)
{
    return type == BOX('m', 'o', 'o', 'f') || type == BOX('m', 'd', 'a', 't');
}

/* moof and mdat of one chunk; neighbours are copied in one go. What lies between and behind them
 * (mfra, sidx, free) tells of a file that this is no longer. */
static Err carry(Cx *cx, const char *path, Sink *to)
{
    CLEANUP(close_fd) int fd = -1;
    CLEANUP(walk_end) Mp4Walk walk = {0};
    int64_t from = 0, end = 0; /* found, not yet copied */
    bool more = true;
    TRY(mp4_open(cx, path, O_RDONLY, &fd));
    TRY(walk_start(cx, fd, &walk));
    for (;;) {
        TRY(walk_next(cx, &walk, &more));
        if (!more)
            return copy(cx, &walk, from, end - from, to);
        if (!is_carried(walk.type))
            continue;
        if (walk.box_at != end) {
            TRY(copy(cx, &walk, from, end - from, to));
            from = walk.box_at;
        }
        end = walk.at;
    }
}

static Err check_joined(Cx *cx, const Joining *in, const char *to, MediaTrack *out)
{
    CLEANUP(close_fd) int fd = -1;
    MediaTrack t = {0};
    TRY(mp4_open(cx, to, O_RDONLY, &fd));
    TRY(mp4_index(cx, fd, &t));
    if (t.samples != in->samples || t.n != in->segments || t.init_size != in->init_size)
        return fail(cx, E_INTERNAL, "what was joined has not all of its %lld frames",
                    (long long)in->samples);
    *out = t;
    return OK;
}

Err mp4_join(Cx *cx, const char *const *paths, size_t n, const char *to, MediaTrack *out)
{
    CLEANUP(sink_close) Sink sink = {.fd = -1};
    Joining in = {0};
    assert(n > 0);
    for (size_t i = 0; i < n; i++)
        TRY(examine(cx, paths[i], &in));
    sink.fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (sink.fd < 0)
        return unwritten(cx);
    TRY(put(cx, &sink, in.init, (size_t)in.init_size));
    for (size_t i = 0; i < n; i++)
        TRY(carry(cx, paths[i], &sink));
    return check_joined(cx, &in, to, out);
}
