/* splice.h - a file that is put together while it is sent: runs of bytes of a few other files.
 *
 * The map is a table of runs, mostly read from a file that is mapped into memory, so that a
 * thousand slow readers share its pages. Immutable once made.
 */
#ifndef HUB_SPLICE_H
#define HUB_SPLICE_H

#include "base/cx.h"

enum { SPLICE_FILES = 4 };

/* Little-endian on every machine we run on; written to files as it is. */
typedef struct SpliceRun {
    int64_t end;  /* of this run in the whole: the runs before it and it */
    int64_t at;   /* where it begins in its file */
    int64_t file; /* index of it */
} SpliceRun;

typedef struct Splice {
    int fds[SPLICE_FILES]; /* owned; -1: none */
    size_t n;
    const SpliceRun *runs; /* inside `map` */
    void *map;             /* munmap'ed by splice_close */
    size_t map_size;
} Splice;

/* Which file holds byte `at` of the whole, where, and how many follow it there. False beyond the
 * end. */
bool splice_find(const Splice *splice, int64_t at, int *fd, int64_t *offset, int64_t *length);
int64_t splice_size(const Splice *splice);
/* Checks that runs grow, name files that are there, and lie inside them: E_INTERNAL. */
Err splice_check(Cx *cx, const Splice *splice);
void splice_close(Splice *splice);

#endif
