/* Chunks built box by box, placed and joined in a folder. */
#include "media/join.h"
#include "boxes.h"
#include "media/mp4.h"
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNKS = 3, FRAMES = 50 }; /* frames a fragment; two fragments a chunk */

typedef struct Bench {
    Cx cx;
    char folder[32];
    const char *paths[CHUNKS], *to;
} Bench;

static void put_file(const char *path, const Made *m)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(fd >= 0 && write(fd, m->b.p, m->b.n) == (ssize_t)m->b.n);
    close(fd);
}

typedef struct Chunk {
    bool narrow; /* tfdt of 4 bytes */
    uint32_t timescale, delay, rest;
    uint64_t gap; /* between its fragments */
    bool apart;   /* something stands between its fragments */
} Chunk;

static void put_chunk(const Bench *b, size_t i, const Chunk *c)
{
    Made m = {.b = BUF(1 << 20)};
    uint32_t delay = c->delay ? c->delay : 2;
    head(&m, true, c->timescale ? c->timescale : 12800);
    for (uint32_t k = 0; k < 2; k++)
        put_fragment(&m, &(Fragment){.wide = !c->narrow,
                                     .start = k * (FRAMES * FRAME + c->gap),
                                     .samples = k && c->rest ? c->rest : FRAMES,
                                     .first_flags = KEY_FLAGS,
                                     .sequence = k + 1,
                                     .delay = delay});
    if (c->apart) {
        box(&m, "sidx");
        zeros(&m, 30);
        end(&m);
        fragment(&m, true, 2 * FRAMES * FRAME, FRAMES, KEY_FLAGS);
    }
    box(&m, "mfra");
    zeros(&m, 20);
    end(&m);
    put_file(b->paths[i], &m);
    buf_free(&m.b);
}

static Bench *bench_open(void)
{
    Arena *arena = arena_new();
    Bench *b = arena_take(arena, sizeof *b);
    b->cx = (Cx){.arena = arena};
    memcpy(b->folder, "/tmp/hub-join-XXXXXX", 21);
    CHECK(mkdtemp(b->folder));
    for (int i = 0; i < CHUNKS; i++) {
        b->paths[i] = arena_fmt(arena, "%s/chunk%d", b->folder, i).p;
        put_chunk(b, (size_t)i, &(Chunk){.rest = i == CHUNKS - 1 ? 7 : 0});
    }
    b->to = arena_fmt(arena, "%s/whole", b->folder).p;
    return b;
}

static void bench_close(Bench *b)
{
    for (int i = 0; i < CHUNKS; i++)
        unlink(b->paths[i]);
    unlink(b->to);
    CHECK(rmdir(b->folder) == 0);
    arena_free(b->cx.arena);
}

static Err place(Bench *b, size_t i, MediaTrack *t)
{
    return mp4_place(&b->cx, b->paths[i], (int64_t)i * 2 * FRAMES * FRAME, (uint32_t)i * 2 + 1, t);
}

static void place_all(Bench *b)
{
    for (size_t i = 0; i < CHUNKS; i++) {
        MediaTrack t = {0};
        CHECK(place(b, i, &t) == OK);
    }
}

static Err join(Bench *b, MediaTrack *t)
{
    return mp4_join(&b->cx, b->paths, CHUNKS, b->to, t);
}

static size_t read_file(const char *path, char *to, size_t room)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = read(fd, to, room);
    close(fd);
    CHECK(n > 0 && (size_t)n < room);
    return n > 0 ? (size_t)n : 0;
}

TEST(join_places_a_chunk_so_that_it_can_be_shown_by_itself)
{
    Bench *b = bench_open();
    MediaTrack t = {0};
    CHECK(place(b, 1, &t) == OK && t.n == 2 && t.samples == 2 * FRAMES);
    CHECK(t.segments[0].start == 2 * FRAMES * FRAME && t.segments[1].start == 3 * FRAMES * FRAME);
    CHECK(t.first == 2 * FRAMES * FRAME + 2 * FRAME);
    bench_close(b);
}

TEST(join_makes_the_very_file_that_one_run_would_have_made)
{
    Bench *b = bench_open();
    Made m = {.b = BUF(1 << 20)};
    MediaTrack t = {0};
    static char got[1 << 16];
    place_all(b);
    CHECK(join(b, &t) == OK && t.n == 6 && t.samples == 5 * FRAMES + 7);
    head(&m, true, 12800);
    for (uint32_t k = 0; k < 6; k++)
        put_fragment(&m, &(Fragment){.wide = true,
                                     .start = (uint64_t)k * FRAMES * FRAME,
                                     .samples = k == 5 ? 7 : FRAMES,
                                     .first_flags = KEY_FLAGS,
                                     .sequence = k + 1,
                                     .delay = 2});
    size_t n = read_file(b->to, got, sizeof got);
    CHECK(n == m.b.n && memcmp(got, m.b.p, n) == 0 && t.total_bytes == (int64_t)n);
    CHECK(t.segments[5].offset + t.segments[5].size == (int64_t)n);
    buf_free(&m.b);
    bench_close(b);
}

TEST(join_leaves_out_what_stands_between_fragments)
{
    Bench *b = bench_open();
    MediaTrack t = {0};
    put_chunk(b, 0, &(Chunk){.apart = true});
    CHECK(mp4_place(&b->cx, b->paths[0], 0, 1, &t) == OK && t.n == 3);
    CHECK(mp4_place(&b->cx, b->paths[1], 3 * FRAMES * FRAME, 4, &t) == OK);
    CHECK(mp4_join(&b->cx, b->paths, 2, b->to, &t) == OK && t.n == 5);
    static char got[1 << 16];
    size_t n = read_file(b->to, got, sizeof got);
    CHECK(!memmem(got, n, "sidx", 4) && !memmem(got, n, "mfra", 4));
    for (size_t i = 1; i < t.n; i++)
        CHECK(t.segments[i].offset == t.segments[i - 1].offset + t.segments[i - 1].size);
    bench_close(b);
}

TEST(join_refuses_chunks_that_do_not_belong_together)
{
    static const struct {
        const char *said;
        Chunk is;
        bool unplaced;
    } rows[] = {{"another head", {.timescale = 25600}, false},
                {"does not begin", {0}, true},
                {"earlier or later", {.delay = 3}, false},
                {"a gap", {.gap = 1}, false}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        Bench *b = bench_open();
        MediaTrack t = {0}, none = {0};
        place_all(b);
        put_chunk(b, 1, &rows[i].is);
        CHECK(rows[i].unplaced || place(b, 1, &none) == OK);
        CHECK(join(b, &t) == E_INTERNAL && strstr(b->cx.said, rows[i].said) && t.n == 0);
        CHECK(strstr(b->cx.said, "chunk 2 ") && access(b->to, F_OK) != 0);
        bench_close(b);
    }
}

TEST(join_refuses_chunks_in_another_order_missing_or_numbered_alike)
{
    Bench *b = bench_open();
    MediaTrack t = {0};
    place_all(b);
    const char *missing[] = {b->paths[0], b->paths[2]}, *twice[] = {b->paths[0], b->paths[0]};
    const char *turned[] = {b->paths[1], b->paths[0]};
    CHECK(mp4_join(&b->cx, missing, 2, b->to, &t) == E_INTERNAL);
    CHECK(mp4_join(&b->cx, twice, 2, b->to, &t) == E_INTERNAL);
    CHECK(mp4_join(&b->cx, turned, 2, b->to, &t) == E_INTERNAL);
    put_chunk(b, 1, &(Chunk){0});
    CHECK(mp4_place(&b->cx, b->paths[1], 2 * FRAMES * FRAME, 2, &t) == OK);
    CHECK(join(b, &t) == E_INTERNAL && strstr(b->cx.said, "number does not grow"));
    bench_close(b);
}

TEST(join_refuses_what_is_no_such_file)
{
    Bench *b = bench_open();
    MediaTrack t = {0};
    struct stat is = {0};
    place_all(b);
    CHECK(stat(b->paths[1], &is) == 0 && truncate(b->paths[1], is.st_size - 100) == 0);
    CHECK(join(b, &t) == E_MEDIA_REFUSED && mp4_place(&b->cx, b->paths[1], 0, 1, &t) && t.n == 0);
    unlink(b->paths[1]);
    CHECK(join(b, &t) == E_INTERNAL && mp4_place(&b->cx, b->paths[1], 0, 1, &t) == E_INTERNAL);
    bench_close(b);
}

/* Whose offset into its mdat would be wrong afterwards. */
TEST(join_refuses_a_fragment_that_does_not_stand_before_its_samples)
{
    Bench *b = bench_open();
    Made m = {.b = BUF(1 << 20)};
    MediaTrack t = {0};
    static const char between[] = "\0\0\0\010free";
    head(&m, true, 12800);
    fragment(&m, true, 0, FRAMES, KEY_FLAGS);
    size_t mdat = m.b.n - FRAMES * SAMPLE_BYTES - 8;
    buf_put(&m.b, between, 8);
    memmove(m.b.p + mdat + 8, m.b.p + mdat, m.b.n - mdat - 8);
    memcpy(m.b.p + mdat, between, 8);
    put_file(b->paths[0], &m);
    CHECK(mp4_place(&b->cx, b->paths[0], 0, 1, &t) == OK); /* it can be played */
    CHECK(mp4_join(&b->cx, b->paths, 1, b->to, &t) == E_MEDIA_REFUSED);
    buf_free(&m.b);
    bench_close(b);
}

TEST(join_places_within_what_a_file_can_tell)
{
    Bench *b = bench_open();
    MediaTrack t = {0};
    put_chunk(b, 0, &(Chunk){.narrow = true});
    int64_t most = UINT32_MAX - FRAMES * FRAME; /* of the second fragment, four bytes */
    CHECK(mp4_place(&b->cx, b->paths[0], most, 1, &t) == OK);
    CHECK(t.segments[1].start == UINT32_MAX);
    CHECK(mp4_place(&b->cx, b->paths[0], 1, 1, &t) == E_MEDIA_REFUSED);
    put_chunk(b, 0, &(Chunk){0});
    CHECK(mp4_place(&b->cx, b->paths[0], -1, 1, &t) == E_MEDIA_REFUSED);
    put_chunk(b, 0, &(Chunk){0});
    CHECK(mp4_place(&b->cx, b->paths[0], 0, UINT32_MAX, &t) == E_MEDIA_REFUSED);
    bench_close(b);
}

TEST(join_says_when_there_is_no_room)
{
    Bench *b = bench_open();
    MediaTrack t = {0};
    place_all(b);
    CHECK(mp4_join(&b->cx, b->paths, CHUNKS, "/dev/full", &t) == E_FULL && t.n == 0);
    bench_close(b);
}
