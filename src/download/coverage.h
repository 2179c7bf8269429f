/* coverage.h - which bytes of a file were delivered: the union of ranges, counted exactly.
 *
 * A bit for each whole chunk of 1 MiB (10 GiB: 1.25 KiB), and the runs within chunks that are not
 * whole yet, sorted. Of runs there are COVERAGE_RUNS at most; beyond that the chunk that lacks
 * least counts as whole: never too little, and too much only of what came in a thousand pieces.
 */
#ifndef HUB_COVERAGE_H
#define HUB_COVERAGE_H

#include "base/buf.h"

enum { COVERAGE_CHUNK = 1 << 20, COVERAGE_RUNS = 1024 };

typedef struct CoverageRun {
    int64_t from, to; /* bytes [from, to) of one chunk */
} CoverageRun;

typedef struct Coverage {
    int64_t size, bytes; /* of the file; of the union */
    uint8_t *whole;      /* NULL until a chunk is */
    CoverageRun *runs;
    size_t n, room;
} Coverage;

Coverage coverage_new(int64_t size);
void coverage_free(Coverage *c);

/* Bytes [from, to), cut to the file. */
void coverage_add(Coverage *c, int64_t from, int64_t to);
/* How many of them are not covered yet. */
int64_t coverage_missing(const Coverage *c, int64_t from, int64_t to);

/* As the store keeps it: a mark of the form (1), the bits, then for each run the gap before it and
 * its length, LEB128. Nothing: empty. */
void coverage_write(const Coverage *c, Buf *out);
/* False, and then it is empty: damaged, or of another size. */
bool coverage_read(Coverage *c, Str kept);

#endif
