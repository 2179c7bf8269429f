/* The union of ranges against a set of bytes, whatever the ranges are. */
#include "download/coverage.h"

#include "chance.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

#define MIB ((int64_t)COVERAGE_CHUNK)

enum { MOST = 3 * COVERAGE_CHUNK + 5 };

typedef struct Oracle {
    int64_t size, n;
    unsigned char *has;
} Oracle;

static int64_t oracle_missing(const Oracle *o, int64_t from, int64_t to)
{
    int64_t n = 0;
    for (int64_t i = from; i < to && i < o->size; i++)
        n += !o->has[i];
    return n;
}

static void oracle_add(Oracle *o, int64_t from, int64_t to)
{
    o->n += oracle_missing(o, from, to);
    if (from < o->size)
        memset(o->has + from, 1, (size_t)((to < o->size ? to : o->size) - from));
}

static void keep_and_read(Coverage *c)
{
    Buf b CLEANUP(buf_free) = BUF(1 << 20);
    Coverage back = coverage_new(c->size);
    coverage_write(c, &b);
    CHECK(!b.full && coverage_read(&back, (Str){b.p, b.n}));
    CHECK(back.bytes == c->bytes && back.n == c->n);
    coverage_free(c);
    *c = back;
}

/* Ends of chunks, of the file and of earlier ranges are where mistakes are. */
static int64_t place(uint64_t *state, const Oracle *o)
{
    int64_t at = (int64_t)(chance(state) % (uint64_t)(o->size + 2));
    int64_t odd = (int64_t)(chance(state) % 3) - 1;
    if (chance(state) % 3 == 0)
        at = at / MIB * MIB + odd;
    return at < 0 ? 0 : at;
}

static void one_file(uint64_t *state, Oracle *o)
{
    static const int64_t fixed[] = {0, 1, 65536, MIB - 1, MIB, MIB + 1, 3 * MIB, MOST};
    o->size =
        chance(state) % 2 ? fixed[chance(state) % COUNT(fixed)] : (int64_t)(chance(state) % MOST);
    o->n = 0;
    memset(o->has, 0, MOST);
    Coverage c = coverage_new(o->size);
    for (int i = 0; i < 40; i++) {
        int64_t from = place(state, o), to = chance(state) % 2 ? place(state, o) : from + 4000;
        CHECK(coverage_missing(&c, from, to) == oracle_missing(o, from, to));
        coverage_add(&c, from, to);
        if (from < to)
            oracle_add(o, from, to);
        CHECK(c.bytes == o->n && c.bytes <= c.size);
        if (i % 8 == 0)
            keep_and_read(&c);
    }
    coverage_add(&c, 0, INT64_MAX);
    CHECK(c.bytes == c.size && c.n == 0);
    coverage_free(&c);
}

TEST(coverage_counts_the_union_of_ranges_as_a_set_of_bytes_does)
{
    uint64_t seed = chance_seed(), state = seed;
    Oracle o = {.has = malloc(MOST)};
    int before = test_failed;
    for (int i = 0; o.has && i < 60; i++)
        one_file(&state, &o);
    if (test_failed != before)
        chance_tell(seed);
    free(o.has);
}

TEST(coverage_of_too_many_pieces_never_counts_too_little)
{
    Coverage c = coverage_new(10 * MIB - 7);
    for (int64_t i = 0; i < COVERAGE_RUNS; i++)
        coverage_add(&c, i * 10, i * 10 + 1);
    CHECK(c.n == COVERAGE_RUNS && c.bytes == COVERAGE_RUNS);
    coverage_add(&c, 9 * MIB, c.size - 1); /* one byte is missing of the last chunk */
    CHECK(c.n == COVERAGE_RUNS && c.bytes == COVERAGE_RUNS + MIB - 7);
    coverage_add(&c, 3 * MIB + 5, 3 * MIB + 6);
    CHECK(c.n == 1 && c.bytes == MIB + MIB - 7 + 1);
    coverage_add(&c, 0, c.size);
    CHECK(c.bytes == c.size && c.n == 0);
    coverage_free(&c);
}

TEST(coverage_that_is_damaged_is_empty)
{
    static const char *const bad[] = {"\002\001", "\001", "\001\001\377", "\001\001\001",
                                      "\001\001\377\377\377\377\377\377\377\377\377\001"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        Coverage c = coverage_new(3 * MIB);
        coverage_add(&c, 0, 5);
        CHECK(!coverage_read(&c, (Str){bad[i], strlen(bad[i])}));
        CHECK(c.bytes == 0 && c.n == 0);
    }
}

TEST(coverage_of_ten_gibibytes_takes_few_bytes)
{
    Coverage c = coverage_new(10240 * MIB);
    Buf b CLEANUP(buf_free) = BUF(1 << 20);
    coverage_add(&c, 5, 10240 * MIB - 5);
    coverage_write(&c, &b);
    CHECK(c.bytes == 10240 * MIB - 10 && c.n == 2 && b.n < 1300);
    coverage_free(&c);
}
