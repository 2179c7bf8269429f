/* A splice of files that hold counted bytes, against their plain concatenation. */
#include "base/splice.h"
#include "base/id.h"
#include "chance.h"
#include "test.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { RUNS = 40, FILE_BYTES = 5000, TABLE_AT = 24 };

static int file_of(const void *p, size_t n)
{
    int fd = memfd_create("splice", MFD_CLOEXEC);
    CHECK(fd >= 0 && pwrite(fd, p, n, 0) == (ssize_t)n);
    return fd;
}

/* File 0 has the table behind some bytes of its own, the others are random. */
static Splice made(const SpliceRun *runs, size_t n, const char bytes[3][FILE_BYTES])
{
    Splice s = {.fds = {file_of(bytes[0], FILE_BYTES), file_of(bytes[1], FILE_BYTES),
                        file_of(bytes[2], FILE_BYTES), -1},
                .n = n,
                .runs_at = TABLE_AT};
    CHECK(pwrite(s.fds[0], runs, n * sizeof *runs, TABLE_AT) == (ssize_t)(n * sizeof *runs));
    s.size = n ? runs[n - 1].end : 0;
    return s;
}

static char *concatenated(const Splice *s, const SpliceRun *runs)
{
    char *whole = malloc((size_t)s->size + 1);
    int64_t begin = 0;
    for (size_t i = 0; i < s->n; begin = runs[i++].end) {
        size_t n = (size_t)(runs[i].end - begin);
        CHECK(pread(s->fds[runs[i].file], whole + begin, n, runs[i].at) == (ssize_t)n);
    }
    return whole;
}

static void check_byte(const Splice *s, const char *whole, const SpliceRun *runs, int64_t at)
{
    int fd = -1;
    int64_t offset = -1, length = -1;
    size_t i = 0;
    char byte = 0;
    while (runs[i].end <= at)
        i++;
    CHECK(splice_find(s, at, &fd, &offset, &length));
    CHECK(fd == s->fds[runs[i].file] && length == runs[i].end - at);
    CHECK(pread(fd, &byte, 1, offset) == 1 && byte == whole[at]);
}

TEST(splice_finds_every_byte_of_the_whole)
{
    static char bytes[3][FILE_BYTES];
    uint64_t seed = chance_seed(), state = seed;
    int before = test_failed;
    random_bytes(bytes, sizeof bytes);
    for (int round = 0; round < 20; round++) {
        SpliceRun runs[RUNS];
        size_t n = 1 + chance(&state) % RUNS;
        int64_t end = 0;
        for (size_t i = 0; i < n; i++) {
            int64_t length = 1 + (int64_t)(chance(&state) % (i % 3 ? 300 : 3));
            int64_t at = (int64_t)(chance(&state) % (uint64_t)(FILE_BYTES - length + 1));
            runs[i] = (SpliceRun){end += length, at, (int64_t)(chance(&state) % 3)};
        }
        Cx cx = {.arena = arena_new()};
        Splice s = made(runs, n, bytes);
        char *whole = concatenated(&s, runs);
        int fd = -1;
        int64_t offset = 0, length = 0;
        CHECK(splice_check(&cx, &s) == OK && splice_size(&s) == end);
        for (int64_t at = 0; at < end; at++)
            check_byte(&s, whole, runs, at);
        CHECK(!splice_find(&s, end, &fd, &offset, &length) && fd == -1);
        CHECK(!splice_find(&s, -1, &fd, &offset, &length));
        CHECK(!splice_find(&s, INT64_MAX, &fd, &offset, &length));
        free(whole);
        splice_close(&s);
        arena_free(cx.arena);
    }
    if (test_failed > before)
        chance_tell(seed);
}

TEST(splice_check_refuses_runs_that_do_not_hold)
{
    static const char bytes[3][FILE_BYTES];
    static const struct {
        const char *name;
        SpliceRun bad;
    } rows[] = {
        {"an empty run", {10, 0, 1}},
        {"a run backwards", {9, 0, 1}},
        {"before its file", {20, -1, 1}},
        {"no such file", {20, 0, SPLICE_FILES}},
        {"a file below the first", {20, 0, -1}},
        {"a file that is not open", {20, 0, 3}},
        {"over the end of its file", {20, FILE_BYTES - 9, 1}},
        {"begins beyond its file", {20, FILE_BYTES + 1, 1}},
        {"as far as numbers go", {20, INT64_MAX, 1}},
        {"as long as numbers go", {INT64_MAX, 0, 1}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        Cx cx = {.arena = arena_new()};
        SpliceRun runs[] = {{10, 0, 1}, rows[i].bad};
        test_case = rows[i].name;
        Splice s = made(runs, COUNT(runs), bytes);
        CHECK(splice_check(&cx, &s) == E_INTERNAL && cx.said[0]);
        splice_close(&s);
        arena_free(cx.arena);
    }
    test_case = "";
}

TEST(splice_check_refuses_a_table_that_is_not_there)
{
    static const char bytes[3][FILE_BYTES];
    SpliceRun runs[] = {{10, 0, 1}, {20, FILE_BYTES - 10, 2}};
    Cx cx = {.arena = arena_new()};
    Splice s = made(runs, COUNT(runs), bytes), bad = s;
    CHECK(splice_check(&cx, &s) == OK);
    bad.n = 0;
    CHECK(splice_check(&cx, &bad) == E_INTERNAL);
    bad.n = (FILE_BYTES - TABLE_AT) / sizeof *runs + 1;
    CHECK(splice_check(&cx, &bad) == E_INTERNAL);
    bad.n = SIZE_MAX / sizeof *runs + 2;
    CHECK(splice_check(&cx, &bad) == E_INTERNAL);
    bad = s;
    bad.runs_at = -1;
    CHECK(splice_check(&cx, &bad) == E_INTERNAL);
    bad = s;
    bad.size++;
    CHECK(splice_check(&cx, &bad) == E_INTERNAL);
    CHECK(ftruncate(s.fds[2], FILE_BYTES - 1) == 0 && splice_check(&cx, &s) == E_INTERNAL);
    int fd = -1;
    int64_t offset = 0, length = 0;
    CHECK(ftruncate(s.fds[0], TABLE_AT + 30) == 0 && !splice_find(&s, 15, &fd, &offset, &length));
    splice_close(&s);
    CHECK(s.fds[0] == -1 && splice_size(&s) == 0);
    arena_free(cx.arena);
}
