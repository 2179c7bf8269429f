/* Plain MP4 files made of random fragments, read back by their sample tables alone. */
#include "chance.h"
#include "media/mp4_box.h"
#include "progressive_bench.h"
#include "test.h"

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
    uint64_t seed = chance_seed(), state = seed;
    int before = test_failed;
    for (int round = 0; round < 24; round++) {
        Bench *b = bench_new();
        if (round % 4 != 1)
            b->made[0] = random_fragments(&state, true, 1 + chance(&state) % 8, 0);
        if (round % 4 != 2)
            b->made[1] = random_fragments(&state, false, 1 + chance(&state) % 30, 2816);
        bench_index(b);
        CHECK(bench_write(b) == OK);
        bench_read(b);
        for (size_t i = 0, k = 0; i < 2; i++)
            if (b->made[i])
                check_samples(b, track_box(b, k++), b->made[i], i == 0);
        bench_end(b);
    }
    if (test_failed > before)
        chance_tell(seed);
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
        Bench *b = bench_small(rows[i].start, rows[i].goes_on, rows[i].shift);
        CHECK(bench_write(b) == OK);
        bench_read(b);
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
    Bench *b = bench_small(2816, 2816 + 20480, 1024);
    fragments_free(b->made[0]);
    b->made[0] = NULL;
    CHECK(bench_write(b) == OK);
    bench_read(b);
    CHECK(memcmp(b->whole + 4, "ftypM4A ", 8) == 0);
    CHECK(edits(track_box(b, 0), list, 2) == 1 && list[0][1] == 1024);
    CHECK(list[0][0] == (39 * 1024 * 1000 + 47999) / 48000);
    bench_end(b);
}
