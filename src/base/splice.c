#include "base/splice.h"

#include "base/fault.h"
#include "base/file.h"

#include <sys/stat.h>
#include <unistd.h>

enum { RUNS_AT_ONCE = 128 };

static bool read_runs(const Splice *splice, size_t i, SpliceRun *to, size_t n)
{
    int64_t at = splice->runs_at + (int64_t)(i * sizeof *to);
    ssize_t all = (ssize_t)(n * sizeof *to);
    return file_read_part(splice->fds[0], at, to, (size_t)all) == all;
}

bool splice_find(const Splice *splice, int64_t at, int *fd, int64_t *offset, int64_t *length)
{
    size_t low = 0, high = splice->n;
    int64_t begin = 0; /* of run `low` in the whole */
    SpliceRun run = {0};
    if (at < 0 || at >= splice->size)
        return false;
    while (low < high) { /* run `high`, if there is one, ends after `at` */
        size_t middle = low + (high - low) / 2;
        if (!read_runs(splice, middle, &run, 1))
            return false;
        if (run.end > at) {
            high = middle;
        } else {
            low = middle + 1;
            begin = run.end;
        }
    }
    if (low == splice->n || !read_runs(splice, low, &run, 1) || run.end <= at || begin > at ||
        run.at < 0 || run.file < 0 || run.file >= SPLICE_FILES)
        return false; /* it was checked, but files change on a broken disk */
    *fd = splice->fds[run.file];
    *offset = run.at + (at - begin);
    *length = run.end - at;
    return true;
}

int64_t splice_size(const Splice *splice)
{
    return splice->size;
}

/* Sizes of the files, -1 for those that are not there. */
static bool measure(const Splice *splice, int64_t *sizes)
{
    for (size_t i = 0; i < SPLICE_FILES; i++) {
        struct stat is = {0};
        sizes[i] = -1;
        if (splice->fds[i] < 0)
            continue;
        if (fstat(splice->fds[i], &is) || !S_ISREG(is.st_mode))
            return false;
        sizes[i] = is.st_size;
    }
    return true;
}

static bool lies_inside(const SpliceRun *run, int64_t begin, const int64_t *sizes)
{
    if (run->end <= begin || run->file < 0 || run->file >= SPLICE_FILES || run->at < 0)
        return false;
    int64_t size = sizes[run->file];
    return run->at <= size && run->end - begin <= size - run->at;
}

Err splice_check(Cx *cx, const Splice *splice)
{
    SpliceRun runs[RUNS_AT_ONCE];
    int64_t sizes[SPLICE_FILES], end = 0;
    if (!measure(splice, sizes))
        return fail(cx, E_INTERNAL, "a file of a splice is not a plain file");
    if (splice->n == 0 || splice->n > SPLICE_RUNS_MAX || splice->runs_at < 0 ||
        splice->runs_at > sizes[0] - (int64_t)(splice->n * sizeof *runs))
        return fail(cx, E_INTERNAL, "a splice has %zu runs, which its file cannot hold", splice->n);
    if (bug("nosplicecheck"))
        return OK;
    for (size_t i = 0; i < splice->n; i += RUNS_AT_ONCE) {
        size_t n = splice->n - i < RUNS_AT_ONCE ? splice->n - i : RUNS_AT_ONCE;
        if (!read_runs(splice, i, runs, n))
            return fail(cx, E_INTERNAL, "the runs of a splice cannot be read");
        for (size_t k = 0; k < n; k++) {
            if (!lies_inside(&runs[k], end, sizes))
                return fail(cx, E_INTERNAL, "run %zu of a splice is not in its file", i + k);
            end = runs[k].end;
        }
    }
    if (end != splice->size)
        return fail(cx, E_INTERNAL, "a splice of %lld bytes says it has %lld", (long long)end,
                    (long long)splice->size);
    return OK;
}

void splice_close(Splice *splice)
{
    for (size_t i = 0; i < SPLICE_FILES; i++)
        if (splice->fds[i] >= 0)
            close(splice->fds[i]);
    *splice = SPLICE_NONE;
}
