/* Files, indexes and maps that do not belong together: refused, or a splice that holds. */
#include "progressive_bench.h"
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void spoil(Bench *b, size_t row)
{
    MediaTrack *video = &b->tracks[0], *audio = &b->tracks[1];
    MediaSegment first = video->segments[0];
    switch (row) {
    case 0:
        video->samples++;
        break;
    case 1:
        video->segments[1].offset++;
        break;
    case 2:
        video->segments[1].size--;
        break;
    case 3:
        video->segments[1].start++;
        break;
    case 4:
        video->segments[0].duration--;
        break;
    case 5:
        video->timescale *= 2;
        break;
    case 6:
        video->width += 2;
        break;
    case 7:
        video->total_bytes++;
        break;
    case 8:
        video->first++;
        break;
    case 9:
        video->segments[0] = video->segments[1];
        video->segments[1] = first;
        break;
    case 10:
        video->n--;
        break;
    case 11:
        video->init_size -= 4;
        break;
    case 12:
        video->segments[1] = first;
        break;
    case 13:
        video->segments[1].size = INT64_MAX;
        break;
    case 14:
        video->codecs = S("avc1.640028");
        break;
    case 15:
        audio->rate = 44100;
        break;
    case 16:
        CHECK(truncate(b->paths[0], video->total_bytes - 1) == 0);
        break;
    default:
        bench_put(b->paths[1], "", 0);
        break;
    }
}

TEST(progressive_refuses_an_index_that_is_not_of_the_file)
{
    for (size_t row = 0; row < 18; row++) {
        char name[16];
        snprintf(name, sizeof name, "row %zu", row);
        test_case = name;
        Bench *b = bench_small(2816, 2816 + 20480, 1024);
        spoil(b, row);
        CHECK(bench_write(b) == E_MEDIA_REFUSED && b->cx.said[0] && b->size == 0);
        CHECK(access(b->map, F_OK) != 0);
        bench_end(b);
    }
    test_case = "";
}

/* Whatever a byte of a head or a fragment becomes: refused, or a splice that holds. */
TEST(progressive_survives_every_single_changed_byte)
{
    static const unsigned char put[] = {0, 1, 0x7f, 0x80, 0xff};
    Bench *b = bench_small(2816, 2816 + 20480, 1024);
    for (size_t i = 0; i < b->made[0]->b.n; i++)
        for (size_t k = 0; k < COUNT(put); k++) {
            Cx cx = {.arena = arena_new()}, was = b->cx;
            char byte = b->made[0]->b.p[i];
            Splice s = SPLICE_NONE;
            b->made[0]->b.p[i] = (char)put[k];
            bench_put(b->paths[0], b->made[0]->b.p, b->made[0]->b.n);
            b->cx = cx;
            if (bench_write(b) == OK)
                CHECK(bench_splice(b, &s) == OK && splice_size(&s) == b->size);
            splice_close(&s);
            unlink(b->map);
            b->made[0]->b.p[i] = byte;
            b->cx = was;
            arena_free(cx.arena);
        }
    bench_end(b);
}

TEST(progressive_open_refuses_what_does_not_belong_together)
{
    Bench *b = bench_small(2816, 2816 + 20480, 1024);
    Splice s = SPLICE_NONE;
    struct stat is;
    char *p = NULL;
    CHECK(bench_write(b) == OK && stat(b->map, &is) == 0);
    size_t n = (size_t)is.st_size, runs = 32 + 5 * sizeof(SpliceRun);
    int fd = open(b->map, O_RDONLY | O_CLOEXEC);
    p = malloc(n + 1);
    CHECK(read(fd, p, n + 1) == (ssize_t)n);
    close(fd);
    for (size_t i = 0; i < runs; i++)
        for (int bit = 0; bit < 8; bit++) {
            p[i] = (char)(p[i] ^ 1 << bit);
            bench_put(b->map, p, n);
            if (bench_splice(b, &s) == OK) /* another part of the same file, of the same length */
                CHECK(splice_check(&b->cx, &s) == OK && i >= 32 && (i - 32) / 24 > 0);
            splice_close(&s);
            p[i] = (char)(p[i] ^ 1 << bit);
        }
    for (size_t cut = 0; cut < n; cut += cut < runs ? 1 : 50) {
        bench_put(b->map, p, cut);
        CHECK(bench_splice(b, &s) == E_INTERNAL);
    }
    bench_put(b->map, p, n);
    CHECK(truncate(b->paths[1], (off_t)b->made[1]->b.n - 1) == 0 &&
          bench_splice(b, &s) == E_INTERNAL);
    CHECK(truncate(b->paths[1], (off_t)b->made[1]->b.n) == 0 && bench_splice(b, &s) == OK);
    splice_close(&s);
    free(p);
    bench_end(b);
}

TEST(progressive_open_takes_over_files_that_are_too_many)
{
    Cx cx = {.arena = arena_new()};
    int files[6];
    Splice s = SPLICE_NONE;
    for (size_t n = 0; n <= COUNT(files); n++) {
        for (size_t i = 0; i < n; i++)
            files[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
        int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
        CHECK(progressive_open(&cx, fd, files, n, &s) == E_INTERNAL && s.fds[0] == -1);
        CHECK(fcntl(fd, F_GETFD) < 0);
        for (size_t i = 0; i < n; i++)
            CHECK(fcntl(files[i], F_GETFD) < 0);
    }
    arena_free(cx.arena);
}
