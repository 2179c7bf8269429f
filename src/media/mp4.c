#include "media/mp4.h"

#include "media/mp4_head.h"
#include "media/mp4_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

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
        return mp4_broken(cx, "it has too many fragments");
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
    Mp4Walk walk;
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
        return mp4_broken(cx, "it has two heads");
    TRY(walk_body(cx, &in->walk, &body));
    TRY(mp4_read_head(cx, body, &in->track, &in->defaults));
    in->track.init_size = in->begin = in->walk.at;
    return OK;
}

static Err take_moof(Cx *cx, Indexing *in)
{
    Cursor body = {0};
    if (!in->track.kind || in->awaited)
        return mp4_broken(cx, "its fragments are out of order");
    TRY(walk_body(cx, &in->walk, &body));
    if (!mp4_read_fragment(body, &in->defaults, &in->fragment))
        return mp4_broken(cx, "a fragment");
    if (in->track.kind == MEDIA_VIDEO && !in->fragment.key)
        return mp4_broken(cx, "a segment does not start with a key frame");
    in->awaited = true;
    return OK;
}

static Err take_mdat(Cx *cx, Indexing *in)
{
    const Mp4Fragment *f = &in->fragment;
    const MediaSegment *last = in->finds.n ? &in->finds.p[in->finds.n - 1] : NULL;
    if (!in->awaited || f->bytes > in->walk.body_size)
        return mp4_broken(cx, "its samples are not where they should be");
    int64_t gap = last ? f->start - last->start - last->duration : 0;
    if (gap < -in->track.timescale / 2 || gap > in->track.timescale / 2 ||
        (last && f->start <= last->start))
        return mp4_broken(cx, "its fragments leave a gap in time");
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
        return mp4_broken(cx, in.awaited ? "it is cut off" : "there is nothing in it");
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
        return mp4_broken(cx, "it is not a plain file");
    }
    *fd = at;
    return OK;
}
