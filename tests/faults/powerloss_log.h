/* powerloss_log.h - the undo log of powerloss.so: what changed in the watched folder, and what was
 * synced.
 *
 * A record is a struct Record, the path, the data. Bytes belong to an inode, so they follow a file
 * that is renamed; names belong to their folder. Each is one writev at the end of the log, so those
 * of several processes do not mix. Between lock and unlock no other thread changes the folder.
 */
#ifndef HUB_POWERLOSS_LOG_H
#define HUB_POWERLOSS_LOG_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

enum Kind {
    BYTES =
        1, /* data: what stood at `at`; `size`: of the file before; `more`: bytes being written */
    SYNCED = 2,  /* a file's bytes, or a folder's names */
    CREATED = 3, /* a file, a folder or a link */
    GONE = 4,    /* data: the hard link that keeps it, empty for a folder */
    RENAMED = 5, /* data: the old path */
    DROPPED = 6, /* a sync failed: what was pending of this file is lost for good */
    ALL = 7,     /* syncfs, sync */
};

struct Record {
    uint32_t kind, path_n;
    uint64_t inode;
    int64_t at, size, more, n;
};

void lock(void);
void unlock(void);
bool watching(void); /* false: PL_DIR or PL_LOG is not set, nothing is to be done */

/* The path behind a descriptor; false when it is none of ours. */
bool path_of(int fd, char path[PATH_MAX]);
/* The full path of a name, whether it exists or not: its folder's, and the last part. */
bool path_at(int folder, const char *name, char path[PATH_MAX]);

/* All below: locked. */
void emit(struct Record r, const char *path, const void *data);
void emit_text(enum Kind kind, const char *path, const char *text);
void emit_all(void);                        /* all of the folder is synced */
void before(int fd, int64_t at, int64_t n); /* `n` bytes at `at` are about to change */
void keep(const char *path);                /* this name is about to go; its file stays reachable */
bool sync_fails(const char *path);          /* PL_EIO: is it this one? */

#endif
