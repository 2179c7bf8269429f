/* Any bytes as a file that a tool left behind: indexed, held against a grid, its sound cut
 * anew, and listed, without a crash. */
#include "media/hls.h"
#include "media/mp4.h"
#include "media/mp4_grid.h"
#include "media/regroup.h"

#include <assert.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const MediaTrack *t)
{
    int64_t at = t->init_size;
    assert(t->kind && t->n && t->timescale > 0 && t->codecs.n && t->init_size > 0);
    assert(t->peak_bps >= t->average_bps && t->samples > 0);
    for (size_t i = 0; i < t->n; i++) {
        const MediaSegment *s = &t->segments[i];
        assert(s->offset == at && s->size > 0 && s->duration > 0 && s->start >= 0);
        assert(i == 0 || s->start > t->segments[i - 1].start);
        at += s->size;
    }
    assert(at <= t->total_bytes);
}

/* What passes for a file on the grid has fragments of that many frames each, but the last. */
static void check_grid(Cx *cx, int fd, const MediaTrack *t)
{
    int64_t n = (int64_t)t->n, gop = (t->samples + n - 1) / n;
    gop = gop < MP4_GRID_MAX ? gop : MP4_GRID_MAX;
    int64_t frame = t->segments[0].duration / gop;
    if (frame < 1 || mp4_check_grid(cx, fd, frame, gop) != OK)
        return;
    for (size_t i = 0; i < t->n; i++)
        assert(t->segments[i].duration == frame * gop || i + 1 == t->n);
    assert(t->samples <= gop * n && t->first >= t->segments[0].start - INT32_MAX - 1ll);
}

/* Cut at its own segments a sound stays as it is; cut at every other it has half as many. */
static void check_regroup(Cx *cx, int fd, const MediaTrack *t)
{
    static int to = -1;
    MediaTrack grid = *t, cut = {0};
    if (to < 0)
        to = memfd_create("cut", MFD_CLOEXEC);
    assert(to >= 0 && ftruncate(to, 0) == 0 && lseek(to, 0, SEEK_SET) == 0);
    grid.segments = arena_array(cx->arena, MediaSegment, t->n);
    grid.n = 0;
    for (size_t i = 0; i < t->n; i += 2)
        grid.segments[grid.n++] = t->segments[i];
    if (mp4_regroup(cx, fd, &grid, to) != OK)
        return;
    assert(t->kind == MEDIA_AUDIO && mp4_index(cx, to, &cut) == OK);
    check(&cut);
    assert(cut.n >= 1 && cut.n <= grid.n && cut.samples == t->samples);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;
    if (fd < 0)
        fd = memfd_create("mp4", MFD_CLOEXEC);
    assert(fd >= 0 && ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
    Cx cx = {.arena = arena_new()};
    CLEANUP(buf_free) Buf text = BUF(1 << 20);
    MediaTrack t = {0};
    if (mp4_index(&cx, fd, &t) == OK) {
        check(&t);
        check_grid(&cx, fd, &t);
        hls_media(&text, &t, false);
        check_regroup(&cx, fd, &t);
    } else {
        assert(cx.said[0] && t.kind == 0);
        (void)!mp4_check_grid(&cx, fd, 512, 50);
    }
    arena_free(cx.arena);
    return 0;
}
