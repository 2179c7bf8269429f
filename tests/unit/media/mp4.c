/* Files built box by box, so that every length can be made to lie. */
#include "media/mp4.h"
#include "boxes.h"
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static Made made(void)
{
    Made m = {.b = BUF(1 << 20)};
    head(&m, true, 12800);
    fragment(&m, true, 0, 50, 0x2000000);
    fragment(&m, false, 50 * 512, 32, 0x2000000);
    box(&m, "mfra");
    zeros(&m, 20);
    end(&m);
    return m;
}

static Err index_of(const char *p, size_t n, Cx *cx, MediaTrack *track)
{
    int fd = file_of(p, n);
    Err is = mp4_index(cx, fd, track);
    close(fd);
    return is;
}

TEST(mp4_index_finds_head_and_segments)
{
    Cx cx = {.arena = arena_new()};
    Made m = made();
    MediaTrack t = {0};
    CHECK(index_of(m.b.p, m.b.n, &cx, &t) == OK);
    CHECK(t.kind == MEDIA_VIDEO && str_eq(t.codecs, S("avc1.64001e")));
    CHECK(t.width == 640 && t.height == 360 && t.timescale == 12800 && t.samples == 82);
    CHECK(t.first == 1024 && t.n == 2 && t.total_bytes == (int64_t)m.b.n);
    CHECK(t.segments[0].offset == t.init_size && t.segments[0].duration == 50 * 512);
    CHECK(t.segments[1].offset == t.segments[0].offset + t.segments[0].size);
    CHECK(t.segments[1].start == 50 * 512 && t.segments[1].duration == 32 * 512);
    CHECK(t.segments[1].offset + t.segments[1].size == (int64_t)m.b.n - 28); /* without mfra */
    CHECK(track_duration_ms(&t) == 3280);
    buf_free(&m.b);
    arena_free(cx.arena);
}

TEST(mp4_index_reads_sound)
{
    Cx cx = {.arena = arena_new()};
    Made m = {.b = BUF(1 << 20)};
    MediaTrack t = {0};
    head(&m, false, 48000);
    fragment(&m, true, 2816, 12, 0x10000);
    CHECK(index_of(m.b.p, m.b.n, &cx, &t) == OK);
    CHECK(t.kind == MEDIA_AUDIO && str_eq(t.codecs, S("mp4a.40.2")));
    CHECK(t.channels == 2 && t.rate == 48000 && t.n == 1 && t.segments[0].start == 2816);
    buf_free(&m.b);
    arena_free(cx.arena);
}

TEST(mp4_index_refuses_what_does_not_hold_together)
{
    for (int row = 0; row < 9; row++) {
        Cx cx = {.arena = arena_new()};
        Made m = {.b = BUF(8 << 20)};
        MediaTrack t = {0};
        if (row != 0)
            head(&m, true, row == 1 ? 0 : 12800);
        if (row == 2)
            head(&m, true, 12800); /* twice */
        fragment(&m, true, row == 3 ? 1ull << 60 : 0, row == 4 ? 0 : 50,
                 row == 5 ? 0x10000 : 0x2000000); /* 5: no key frame */
        if (row == 6)
            fragment(&m, true, 90 * 512, 50, 0x2000000); /* a gap */
        if (row == 7)
            m.b.n -= 600; /* the mdat and more */
        if (row == 8)
            fragment(&m, true, 0, 50, 0x2000000); /* back in time */
        CHECK(index_of(m.b.p, m.b.n, &cx, &t) == E_MEDIA_REFUSED && t.kind == 0 && cx.said[0]);
        buf_free(&m.b);
        arena_free(cx.arena);
    }
}

/* Whole segments are a shorter file that holds; any other cut is seen. */
TEST(mp4_index_sees_every_cut)
{
    Made m = made();
    Cx cx = {.arena = arena_new()};
    MediaTrack whole = {0};
    CHECK(index_of(m.b.p, m.b.n, &cx, &whole) == OK);
    int64_t first_end = whole.segments[1].offset;
    int64_t second_end = whole.segments[1].offset + whole.segments[1].size;
    for (size_t n = 0; n < m.b.n; n++) {
        Cx one = {.arena = arena_new()};
        MediaTrack t = {0};
        bool ends_well = (int64_t)n == first_end || (int64_t)n == second_end;
        CHECK((index_of(m.b.p, n, &one, &t) == OK) == ends_well);
        arena_free(one.arena);
    }
    buf_free(&m.b);
    arena_free(cx.arena);
}

TEST(mp4_index_survives_every_single_changed_byte)
{
    Made m = made();
    static const unsigned char put[] = {0, 1, 0x7f, 0x80, 0xff};
    for (size_t i = 0; i < m.b.n; i++)
        for (size_t k = 0; k < COUNT(put); k++) {
            Cx cx = {.arena = arena_new()};
            MediaTrack t = {0};
            char was = m.b.p[i];
            m.b.p[i] = (char)put[k];
            if (index_of(m.b.p, m.b.n, &cx, &t) == OK)
                for (size_t s = 0; s < t.n; s++)
                    CHECK(t.segments[s].offset >= t.init_size && t.segments[s].size > 0 &&
                          t.segments[s].offset + t.segments[s].size <= (int64_t)m.b.n);
            m.b.p[i] = was;
            arena_free(cx.arena);
        }
    buf_free(&m.b);
}

TEST(mp4_open_takes_plain_files_only)
{
    Cx cx = {.arena = arena_new()};
    char folder[] = "/tmp/hub-mp4-XXXXXX";
    CHECK(mkdtemp(folder));
    const char *plain = arena_fmt(cx.arena, "%s/plain", folder).p;
    const char *link_to = arena_fmt(cx.arena, "%s/symbolic", folder).p;
    const char *second = arena_fmt(cx.arena, "%s/second", folder).p;
    const char *pipe_at = arena_fmt(cx.arena, "%s/pipe", folder).p;
    int fd = open(plain, O_WRONLY | O_CREAT | O_CLOEXEC, 0600), got = -1;
    close(fd);
    CHECK(mp4_open(&cx, plain, O_RDONLY, &got) == OK && got >= 0);
    close(got);
    CHECK(symlink(plain, link_to) == 0 && mkfifo(pipe_at, 0600) == 0);
    CHECK(mp4_open(&cx, link_to, O_RDONLY, &got) == E_INTERNAL);
    CHECK(mp4_open(&cx, pipe_at, O_RDONLY, &got) == E_MEDIA_REFUSED);
    CHECK(mp4_open(&cx, folder, O_RDONLY, &got) == E_MEDIA_REFUSED);
    CHECK(link(plain, second) == 0 && mp4_open(&cx, plain, O_RDONLY, &got) == E_MEDIA_REFUSED);
    unlink(plain);
    unlink(link_to);
    unlink(second);
    unlink(pipe_at);
    rmdir(folder);
    arena_free(cx.arena);
}
