/* Plain MP4 files made of random fragments, read back by their sample tables alone. */
#include "media/progressive.h"
#include "base/id.h"
#include "fragments.h"
#include "media/mp4.h"
#include "media/mp4_box.h"
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Bench {
    Cx cx;
    char folder[40], paths[2][64], map[64];
    Fragments *made[2]; /* picture, sound */
    MediaTrack tracks[2];
    int64_t size;
    char *whole;
} Bench;

static void put_file(const char *path, const char *p, size_t n)
{
    unlink(path); /* some file systems write a file out that was cut to nothing first */
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    CHECK(fd >= 0 && write(fd, p, n) == (ssize_t)n);
    close(fd);
}

static Bench *bench_new(void)
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

static void bench_end(Bench *b)
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

static void index_all(Bench *b)
{
    for (int i = 0; i < 2; i++) {
        if (!b->made[i])
            continue;
        put_file(b->paths[i], b->made[i]->b.p, b->made[i]->b.n);
        int fd = open(b->paths[i], O_RDONLY | O_CLOEXEC);
        CHECK(mp4_index(&b->cx, fd, &b->tracks[i]) == OK);
        close(fd);
    }
}

static Err write_map(Bench *b)
{
    ProgressiveTrack given[2];
    for (int i = 0; i < 2; i++)
        given[i] = (ProgressiveTrack){b->paths[i], &b->tracks[i]};
    return progressive_write(&b->cx, b->made[0] ? &given[0] : NULL, b->made[1] ? &given[1] : NULL,
                             b->map, &b->size);
}

static Err open_map(Bench *b, Splice *out)
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

static void read_whole(Bench *b)
{
    Splice s = SPLICE_NONE;
    int fd = -1;
    int64_t offset = 0, length = 0, at = 0;
    CHECK(open_map(b, &s) == OK && splice_size(&s) == b->size);
    b->whole = malloc((size_t)b->size);
    for (; splice_find(&s, at, &fd, &offset, &length); at += length)
        CHECK(pread(fd, b->whole + at, (size_t)length, offset) == length);
    CHECK(at == b->size);
    splice_close(&s);
}

/* --- the sample tables, as a player reads them */

static Cursor table(Cursor stbl, uint32_t type, uint32_t *entries)
{
    Cursor c = box_child(stbl, type);
    cursor_skip(&c, type == BOX('s', 't', 's', 'z') ? 8 : 4);
    *entries = (uint32_t)cursor_take(&c, 4);
    return c;
}

/* The value of sample i in a table of runs. */
static uint32_t in_runs(Cursor c, size_t i)
{
    for (;;) {
        uint64_t count = cursor_take(&c, 4), value = cursor_take(&c, 4);
        CHECK(!c.bad);
        if (c.bad || i < count)
            return (uint32_t)value;
        i -= count;
    }
}

static bool listed(Cursor c, uint64_t number)
{
    while (c.n && !c.bad)
        if (cursor_take(&c, 4) == number)
            return true;
    return false;
}

static uint64_t nth(Cursor c, size_t i, size_t bytes)
{
    cursor_skip(&c, i * bytes);
    return cursor_take(&c, bytes);
}

/* Samples of chunk `chunk`, counted from 1. */
static uint64_t chunk_samples(Cursor stsc, uint64_t chunk)
{
    uint64_t samples = 0;
    while (stsc.n && !stsc.bad) {
        uint64_t first = cursor_take(&stsc, 4), its = cursor_take(&stsc, 4);
        CHECK(cursor_take(&stsc, 4) == 1);
        if (first > chunk)
            break;
        samples = its;
    }
    return samples;
}

static void check_samples(const Bench *b, Cursor trak, const Fragments *made, bool video)
{
    static const uint32_t path[] = {BOX('m', 'd', 'i', 'a'), BOX('m', 'i', 'n', 'f'),
                                    BOX('s', 't', 'b', 'l')};
    Cursor stbl = box_path(trak, path, COUNT(path));
    uint32_t n = 0, chunks = 0, some = 0;
    Cursor sizes = table(stbl, BOX('s', 't', 's', 'z'), &n);
    Cursor times = table(stbl, BOX('s', 't', 't', 's'), &some);
    Cursor shifts = table(stbl, BOX('c', 't', 't', 's'), &some);
    Cursor groups = table(stbl, BOX('s', 't', 's', 'c'), &some);
    Cursor places = table(stbl, BOX('c', 'o', '6', '4'), &chunks);
    Cursor keys = table(stbl, BOX('s', 't', 's', 's'), &some);
    size_t i = 0;
    CHECK(n == made->n && keys.bad == !video);
    for (uint32_t chunk = 1; chunk <= chunks; chunk++) {
        uint64_t at = nth(places, chunk - 1, 8);
        for (uint64_t k = chunk_samples(groups, chunk); k && i < n; k--, i++) {
            const FragmentSample *s = &made->samples[i];
            CHECK(nth(sizes, i, 4) == s->size && at + s->size <= (uint64_t)b->size);
            CHECK(memcmp(b->whole + at, made->b.p + s->at, s->size) == 0);
            CHECK(in_runs(times, i) == s->duration);
            CHECK((shifts.bad ? 0 : (int32_t)in_runs(shifts, i)) == s->shift);
            CHECK(!video || listed(keys, i + 1) == s->key);
            at += s->size;
        }
    }
    CHECK(i == n);
}

/* The edit list's entries: duration and media time. */
static size_t edits(Cursor trak, uint32_t out[][2], size_t room)
{
    static const uint32_t path[] = {BOX('e', 'd', 't', 's'), BOX('e', 'l', 's', 't')};
    Cursor c = box_path(trak, path, COUNT(path));
    cursor_skip(&c, 4);
    size_t n = (size_t)cursor_take(&c, 4);
    for (size_t i = 0; i < n && i < room; i++) {
        out[i][0] = (uint32_t)cursor_take(&c, 4);
        out[i][1] = (uint32_t)cursor_take(&c, 4);
        cursor_skip(&c, 4);
    }
    CHECK(!c.bad && c.n == 0);
    return n;
}

/* Track number `i` of the whole. */
static Cursor track_box(const Bench *b, size_t i)
{
    Cursor all = {.p = (const uint8_t *)b->whole, .n = (size_t)b->size}, body = {0};
    uint32_t type = 0;
    Cursor moov = box_child(all, BOX('m', 'o', 'o', 'v'));
    while (box_next(&moov, &type, &body))
        if (type == BOX('t', 'r', 'a', 'k') && i-- == 0)
            return body;
    return (Cursor){.bad = true};
}

static uint64_t chance(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    return z ^ (z >> 29);
}

static Fragments *random_fragments(uint64_t *state, bool video, size_t fragments, uint64_t start)
{
    Fragments *f = fragments_new(video, video ? 12800 : 48000);
    for (size_t k = 0; k < fragments; k++) {
        FragmentSample samples[FRAGMENT_SAMPLES] = {0};
        size_t n = 1 + chance(state) % FRAGMENT_SAMPLES;
        for (size_t i = 0; i < n; i++) {
            samples[i].size = (uint32_t)(1 + chance(state) % 60);
            samples[i].duration = (uint32_t)(video ? 512 : 1024 + chance(state) % 9 / 8);
            samples[i].shift = video ? (int32_t)(i ? chance(state) % 5 * 512 : 1024) : 0;
            samples[i].key = !video || i == 0 || chance(state) % 9 == 0;
        }
        fragments_add(f, start, samples, n);
        for (size_t i = 0; i < n; i++)
            start += samples[i].duration;
    }
    return f;
}

TEST(progressive_has_every_sample_where_its_tables_say)
{
    uint64_t seed = 0, state;
    random_bytes(&seed, sizeof seed);
    const char *set = getenv("HUB_SEED");
    state = seed = set ? strtoull(set, NULL, 0) : seed;
    int before = test_failed;
    for (int round = 0; round < 24; round++) {
        Bench *b = bench_new();
        if (round % 4 != 1)
            b->made[0] = random_fragments(&state, true, 1 + chance(&state) % 8, 0);
        if (round % 4 != 2)
            b->made[1] = random_fragments(&state, false, 1 + chance(&state) % 30, 2816);
        index_all(b);
        CHECK(write_map(b) == OK);
        read_whole(b);
        for (size_t i = 0, k = 0; i < 2; i++)
            if (b->made[i])
                check_samples(b, track_box(b, k++), b->made[i], i == 0);
        bench_end(b);
    }
    if (test_failed > before)
        printf("HUB_SEED=%llu shows it again\n", (unsigned long long)seed);
}

/* Ten frames from decode time 0, shown from 1024 on at 12800 a second: 80 ms; 40 packets. */
static Bench *small(uint64_t sound_start, uint64_t sound_goes_on, int32_t shift)
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
    index_all(b);
    return b;
}

TEST(progressive_brings_picture_and_sound_to_the_same_moment)
{
    static const struct {
        const char *name;
        uint64_t start, goes_on;
        int32_t shift;
        size_t entries;
        uint32_t empty_ms, media_time;
    } rows[] = {
        {"the priming is skipped", 2816, 2816 + 20480, 1024, 1, 0, 1024},
        {"sound that begins later", 7680, 7680 + 20480, 1024, 2, 80, 0},
        {"sound that begins with the picture", 3840, 3840 + 20480, 1024, 1, 0, 0},
        {"no frames out of order: the priming cannot stand before the picture", 0, 20480, 0, 1, 0,
         1024},
        {"sound from the first decode time on", 0, 20480, 1024, 1, 0, 3840},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint32_t list[2][2] = {0};
        test_case = rows[i].name;
        Bench *b = small(rows[i].start, rows[i].goes_on, rows[i].shift);
        CHECK(write_map(b) == OK);
        read_whole(b);
        CHECK(edits(track_box(b, 0), list, 2) == 1);
        CHECK(list[0][0] == 800 && list[0][1] == (uint32_t)rows[i].shift);
        CHECK(edits(track_box(b, 1), list, 2) == rows[i].entries);
        if (rows[i].entries == 2)
            CHECK(list[0][0] == rows[i].empty_ms && list[0][1] == UINT32_MAX);
        CHECK(list[rows[i].entries - 1][1] == rows[i].media_time);
        bench_end(b);
    }
    test_case = "";
}

TEST(progressive_skips_the_priming_of_sound_alone)
{
    uint32_t list[2][2] = {0};
    Bench *b = small(2816, 2816 + 20480, 1024);
    fragments_free(b->made[0]);
    b->made[0] = NULL;
    CHECK(write_map(b) == OK);
    read_whole(b);
    CHECK(memcmp(b->whole + 4, "ftypM4A ", 8) == 0);
    CHECK(edits(track_box(b, 0), list, 2) == 1 && list[0][1] == 1024);
    CHECK(list[0][0] == (39 * 1024 * 1000 + 47999) / 48000);
    bench_end(b);
}

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
        put_file(b->paths[1], "", 0);
        break;
    }
}

TEST(progressive_refuses_an_index_that_is_not_of_the_file)
{
    for (size_t row = 0; row < 18; row++) {
        char name[16];
        snprintf(name, sizeof name, "row %zu", row);
        test_case = name;
        Bench *b = small(2816, 2816 + 20480, 1024);
        spoil(b, row);
        CHECK(write_map(b) == E_MEDIA_REFUSED && b->cx.said[0] && b->size == 0);
        CHECK(access(b->map, F_OK) != 0);
        bench_end(b);
    }
    test_case = "";
}

/* Whatever a byte of a head or a fragment becomes: refused, or a splice that holds. */
TEST(progressive_survives_every_single_changed_byte)
{
    static const unsigned char put[] = {0, 1, 0x7f, 0x80, 0xff};
    Bench *b = small(2816, 2816 + 20480, 1024);
    for (size_t i = 0; i < b->made[0]->b.n; i++)
        for (size_t k = 0; k < COUNT(put); k++) {
            Cx cx = {.arena = arena_new()}, was = b->cx;
            char byte = b->made[0]->b.p[i];
            Splice s = SPLICE_NONE;
            b->made[0]->b.p[i] = (char)put[k];
            put_file(b->paths[0], b->made[0]->b.p, b->made[0]->b.n);
            b->cx = cx;
            if (write_map(b) == OK)
                CHECK(open_map(b, &s) == OK && splice_size(&s) == b->size);
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
    Bench *b = small(2816, 2816 + 20480, 1024);
    Splice s = SPLICE_NONE;
    struct stat is;
    char *p = NULL;
    CHECK(write_map(b) == OK && stat(b->map, &is) == 0);
    size_t n = (size_t)is.st_size, runs = 32 + 5 * sizeof(SpliceRun);
    int fd = open(b->map, O_RDONLY | O_CLOEXEC);
    p = malloc(n + 1);
    CHECK(read(fd, p, n + 1) == (ssize_t)n);
    close(fd);
    for (size_t i = 0; i < runs; i++)
        for (int bit = 0; bit < 8; bit++) {
            p[i] = (char)(p[i] ^ 1 << bit);
            put_file(b->map, p, n);
            if (open_map(b, &s) == OK) /* another part of the same file, of the same length */
                CHECK(splice_check(&b->cx, &s) == OK && i >= 32 && (i - 32) / 24 > 0);
            splice_close(&s);
            p[i] = (char)(p[i] ^ 1 << bit);
        }
    for (size_t cut = 0; cut < n; cut += cut < runs ? 1 : 50) {
        put_file(b->map, p, cut);
        CHECK(open_map(b, &s) == E_INTERNAL);
    }
    put_file(b->map, p, n);
    CHECK(truncate(b->paths[1], (off_t)b->made[1]->b.n - 1) == 0 && open_map(b, &s) == E_INTERNAL);
    CHECK(truncate(b->paths[1], (off_t)b->made[1]->b.n) == 0 && open_map(b, &s) == OK);
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
