/* A sound's packets cut where the picture's segments begin. */
#include "media/regroup.h"

#include "fragments.h"
#include "media/mp4.h"
#include "test.h"

#include <sys/mman.h>
#include <unistd.h>

enum { PACKET = 1024, RATE = 48000, EACH = 12 };

static MediaSegment gops[] = {
    {0, 1, 0, 2000}, {1, 1, 2000, 2000}, {2, 1, 4000, 2000}, {3, 1, 6000, 200}};
static const MediaTrack picture = {.timescale = 1000, .first = 80, .n = 4, .segments = gops};

/* n packets from `start` on, in fragments of EACH. */
static Fragments *sound_of(size_t n, uint64_t start)
{
    Fragments *f = fragments_new(false, RATE);
    FragmentSample s[EACH];
    for (size_t i = 0; i < EACH; i++)
        s[i] = (FragmentSample){.size = 5 + (uint32_t)i, .duration = PACKET, .key = true};
    for (size_t i = 0; i < n; i += EACH)
        fragments_add(f, start + i * PACKET, s, n - i < EACH ? n - i : EACH);
    return f;
}

static Err cut(Cx *cx, const Fragments *f, const MediaTrack *grid, int *fd)
{
    int from = memfd_create("from", MFD_CLOEXEC);
    *fd = memfd_create("to", MFD_CLOEXEC);
    CHECK(write(from, f->b.p, f->b.n) == (ssize_t)f->b.n);
    Err e = mp4_regroup(cx, from, grid, *fd);
    close(from);
    return e;
}

TEST(regroup_begins_each_segment_as_near_to_the_pictures_as_a_packet_can)
{
    Cx cx = {.arena = arena_new()};
    Fragments *f = sound_of(288, 0); /* 6.144 s */
    MediaTrack t = {0};
    int fd = -1;
    CHECK(cut(&cx, f, &picture, &fd) == OK && mp4_index(&cx, fd, &t) == OK);
    CHECK(t.n == 4 && t.samples == 288 && t.segments[0].start == 0);
    for (size_t i = 0; i < t.n; i++) {
        int64_t at = gops[i].start * RATE / 1000, off = t.segments[i].start - at;
        CHECK(off >= -PACKET / 2 && off <= PACKET / 2);
        CHECK(i == 0 ||
              t.segments[i].start == t.segments[i - 1].start + t.segments[i - 1].duration);
    }
    CHECK(t.segments[3].start + t.segments[3].duration == 288 * PACKET);
    close(fd);
    fragments_free(f);
    arena_free(cx.arena);
}

TEST(regroup_keeps_every_packets_bytes_in_order)
{
    Cx cx = {.arena = arena_new()};
    Fragments *f = sound_of(200, 0);
    MediaTrack t = {0};
    int fd = -1;
    CHECK(cut(&cx, f, &picture, &fd) == OK && mp4_index(&cx, fd, &t) == OK && t.n == 3);
    size_t n = 0;
    for (size_t i = 0; i < t.n; i++) {
        int64_t left = t.segments[i].duration / PACKET, bytes = 0;
        for (size_t k = n; left-- > 0; k++)
            bytes += f->samples[k].size;
        char got[4096];
        int64_t end = t.segments[i].offset + t.segments[i].size;
        CHECK(pread(fd, got, (size_t)bytes, end - bytes) == bytes);
        for (int64_t at = 0; at < bytes; at += f->samples[n++].size)
            CHECK(!memcmp(got + at, f->b.p + f->samples[n].at, f->samples[n].size));
    }
    CHECK(n == 200);
    close(fd);
    fragments_free(f);
    arena_free(cx.arena);
}

TEST(regroup_gives_a_gap_to_the_packet_before_it_and_refuses_times_that_go_back)
{
    Cx cx = {.arena = arena_new()};
    FragmentSample s[] = {{.size = 3, .duration = PACKET, .key = true},
                          {.size = 4, .duration = PACKET, .key = true}};
    Fragments *f = fragments_new(false, RATE);
    MediaTrack t = {0};
    int fd = -1;
    fragments_add(f, 0, s, 2);
    fragments_add(f, 2 * PACKET + 100, s, 2);
    CHECK(cut(&cx, f, &picture, &fd) == OK && mp4_index(&cx, fd, &t) == OK);
    CHECK(t.n == 1 && t.segments[0].duration == 4 * PACKET + 100);
    close(fd);
    fragments_add(f, PACKET, s, 2);
    CHECK(cut(&cx, f, &picture, &fd) == E_MEDIA_REFUSED);
    close(fd);
    fragments_free(f);
    arena_free(cx.arena);
}

TEST(regroup_takes_sound_alone_and_nothing_that_is_cut_off)
{
    Cx cx = {.arena = arena_new()};
    Fragments *video = fragments_new(true, 12800), *f = sound_of(30, 0);
    FragmentSample s = {.size = 9, .duration = 512, .key = true};
    int fd = -1;
    fragments_add(video, 0, &s, 1);
    CHECK(cut(&cx, video, &picture, &fd) == E_MEDIA_REFUSED);
    close(fd);
    f->b.n--;
    CHECK(cut(&cx, f, &picture, &fd) == E_MEDIA_REFUSED);
    close(fd);
    fragments_free(video);
    fragments_free(f);
    arena_free(cx.arena);
}
