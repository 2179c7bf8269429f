#include "download/coverage.h"

#include "base/fault.h"

#include <stdlib.h>

enum { FORM = 1 };

static size_t bits_size(const Coverage *c)
{
    return (size_t)((c->size + (int64_t)COVERAGE_CHUNK * 8 - 1) / ((int64_t)COVERAGE_CHUNK * 8));
}

Coverage coverage_new(int64_t size)
{
    return (Coverage){.size = size};
}

void coverage_free(Coverage *c)
{
    free(c->whole);
    free(c->runs);
    *c = coverage_new(c->size);
}

static bool is_whole(const Coverage *c, int64_t chunk)
{
    return c->whole && c->whole[chunk / 8] >> (chunk % 8) & 1;
}

static void set_whole(Coverage *c, int64_t chunk)
{
    if (!c->whole)
        c->whole = calloc(bits_size(c), 1);
    if (!c->whole)
        abort();
    c->whole[chunk / 8] |= (uint8_t)(1 << (chunk % 8));
}

/* The first run that ends at or after `at`. */
static size_t find(const Coverage *c, int64_t at)
{
    size_t low = 0, high = c->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->runs[middle].to < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void drop(Coverage *c, size_t at, size_t n)
{
    if (n)
        memmove(c->runs + at, c->runs + at + n, (c->n - at - n) * sizeof *c->runs);
    c->n -= n;
}

/* The chunk that lacks least counts as whole. Forgetting something instead would give bytes away to
 * whoever asks for a file in enough pieces. */
static void round_up(Coverage *c)
{
    size_t best = 0, many = 0;
    int64_t lacks = INT64_MAX, chunk = 0;
    for (size_t i = 0, n; i < c->n; i += n) {
        int64_t of = c->runs[i].from / COVERAGE_CHUNK, missing = COVERAGE_CHUNK;
        if (missing > c->size - of * COVERAGE_CHUNK)
            missing = c->size - of * COVERAGE_CHUNK;
        for (n = 0; i + n < c->n && c->runs[i + n].from / COVERAGE_CHUNK == of; n++)
            missing -= c->runs[i + n].to - c->runs[i + n].from;
        if (missing < lacks) {
            best = i;
            many = n;
            lacks = missing;
            chunk = of;
        }
    }
    drop(c, best, many);
    set_whole(c, chunk);
    c->bytes += lacks;
}

static void insert(Coverage *c, size_t at, CoverageRun run)
{
    if (c->n == c->room) {
        c->room = c->room ? c->room * 2 : 4;
        c->runs = realloc(c->runs, c->room * sizeof *c->runs);
    }
    if (!c->runs)
        abort();
    memmove(c->runs + at + 1, c->runs + at, (c->n - at) * sizeof *c->runs);
    c->runs[at] = run;
    c->n++;
    c->bytes += run.to - run.from;
}

/* Within one chunk [start, end): what it touches in that chunk becomes one run, or the chunk whole.
 */
static void add_part(Coverage *c, int64_t start, int64_t end, CoverageRun run)
{
    size_t at = find(c, run.from), n = 0;
    if (at < c->n && c->runs[at].to <= start) /* it ends where this chunk begins */
        at++;
    for (; at + n < c->n && c->runs[at + n].from <= run.to && c->runs[at + n].from < end; n++) {
        const CoverageRun *old = &c->runs[at + n];
        c->bytes -= old->to - old->from;
        run.from = old->from < run.from ? old->from : run.from;
        run.to = old->to > run.to ? old->to : run.to;
    }
    drop(c, at, n);
    if (run.from == start && run.to == end) {
        set_whole(c, start / COVERAGE_CHUNK);
        c->bytes += end - start;
        return;
    }
    insert(c, at, run);
    if (c->n > COVERAGE_RUNS)
        round_up(c);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

void coverage_add(Coverage *c, int64_t from, int64_t to)
{
    to = least(to, c->size);
    for (int64_t at = from < 0 ? 0 : from; at < to;) {
        int64_t chunk = at / COVERAGE_CHUNK, start = chunk * COVERAGE_CHUNK;
        int64_t end = least(start + COVERAGE_CHUNK, c->size), stop = least(end, to);
        if (bug("nounion"))
            c->bytes = least(c->bytes + stop - at, c->size);
        else if (!is_whole(c, chunk))
            add_part(c, start, end, (CoverageRun){at, stop});
        at = stop;
    }
}

int64_t coverage_missing(const Coverage *c, int64_t from, int64_t to)
{
    int64_t n = 0;
    to = least(to, c->size);
    for (int64_t at = from < 0 ? 0 : from; at < to;) {
        int64_t chunk = at / COVERAGE_CHUNK;
        int64_t stop = least((chunk + 1) * COVERAGE_CHUNK, to);
        n += is_whole(c, chunk) ? 0 : stop - at;
        at = stop;
    }
    for (size_t i = find(c, from); i < c->n && c->runs[i].from < to; i++) {
        int64_t first = c->runs[i].from > from ? c->runs[i].from : from;
        int64_t last = least(c->runs[i].to, to);
        n -= last > first ? last - first : 0;
    }
    return n;
}

/* --- as it is kept */

static void put_number(Buf *out, uint64_t n)
{
    char byte = 0;
    for (; n > 127; n >>= 7) {
        byte = (char)((n & 127) | 128);
        buf_put(out, &byte, 1);
    }
    byte = (char)n;
    buf_put(out, &byte, 1);
}

static bool take_number(Str *from, int64_t *out)
{
    uint64_t n = 0;
    for (unsigned shift = 0; from->n && shift < 56; shift += 7) {
        unsigned char byte = (unsigned char)*from->p;
        from->p++;
        from->n--;
        n |= (uint64_t)(byte & 127) << shift;
        if (!(byte & 128)) {
            *out = (int64_t)n;
            return true;
        }
    }
    return false;
}

void coverage_write(const Coverage *c, Buf *out)
{
    static const char zeros[64], form = FORM;
    int64_t at = 0;
    if (!c->bytes)
        return;
    buf_put(out, &form, 1);
    for (size_t left = c->whole ? 0 : bits_size(c), n; left; left -= n) {
        n = left < sizeof zeros ? left : sizeof zeros;
        buf_put(out, zeros, n);
    }
    if (c->whole)
        buf_put(out, (const char *)c->whole, bits_size(c));
    for (size_t i = 0; i < c->n; i++) {
        put_number(out, (uint64_t)(c->runs[i].from - at));
        put_number(out, (uint64_t)(c->runs[i].to - c->runs[i].from));
        at = c->runs[i].to;
    }
}

/* Through coverage_add: whatever stands there, it is the union of ranges of this file. */
static bool read_all(Coverage *c, Str kept)
{
    size_t bits = bits_size(c);
    int64_t at = 0, gap = 0, length = 0;
    if (kept.n < 1 + bits || *kept.p != FORM)
        return false;
    for (int64_t i = 0; i * COVERAGE_CHUNK < c->size; i++)
        if ((unsigned char)kept.p[1 + i / 8] >> (i % 8) & 1)
            coverage_add(c, i * COVERAGE_CHUNK, (i + 1) * COVERAGE_CHUNK);
    for (Str rest = {kept.p + 1 + bits, kept.n - 1 - bits}; rest.n;) {
        if (!take_number(&rest, &gap) || !take_number(&rest, &length) || gap > c->size - at ||
            length > c->size - at - gap)
            return false;
        coverage_add(c, at + gap, at + gap + length);
        at += gap + length;
    }
    return true;
}

bool coverage_read(Coverage *c, Str kept)
{
    coverage_free(c);
    if (!kept.n || read_all(c, kept))
        return true;
    coverage_free(c);
    return false;
}
