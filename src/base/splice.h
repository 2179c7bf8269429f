/* splice.h - a file that is put together while it is sent: runs of bytes of a few other files.
 *
 * The map is a table of runs in the first of the files, read when a run is looked for and never
 * mapped: a reader costs its descriptors and this struct, however long the table is, and a disk
 * that fails is an answer cut short, not a signal. Immutable once made; any thread.
 */
#ifndef HUB_SPLICE_H
#define HUB_SPLICE_H

#include "base/cx.h"

enum { SPLICE_FILES = 4, SPLICE_RUNS_MAX = 1 << 22 };

/* Little-endian on every machine we run on; written to files as it is. */
typedef struct SpliceRun {
    int64_t end;  /* of this run in the whole: the runs before it and it */
    int64_t at;   /* where it begins in its file */
    int64_t file; /* index of it */
} SpliceRun;

typedef struct Splice {
    int fds[SPLICE_FILES]; /* owned; -1: none */
    size_t n;              /* runs */
    int64_t runs_at;       /* where the table of them begins in file 0 */
    int64_t size;          /* of the whole; splice_check compares it with the table */
} Splice;

#define SPLICE_NONE ((Splice){.fds = {-1, -1, -1, -1}})

/* Which file holds byte `at` of the whole, where, and how many follow it there. False beyond the
 * end, and when the table cannot be read. */
bool splice_find(const Splice *splice, int64_t at, int *fd, int64_t *offset, int64_t *length);
int64_t splice_size(const Splice *splice);
/* Checks that runs grow, name files that are there, and lie inside them: E_INTERNAL. */
Err splice_check(Cx *cx, const Splice *splice);
void splice_close(Splice *splice);

#endif
