/* backup.h - the data folder copied while it is served, and what is read back from the copy.
 *
 * Order: blobs are held (nobody drops one), the database is copied as of one moment, then what its
 * rows name. A blob comes before its row and goes after it, so all of them are there; an upload
 * only grows, so its acknowledged bytes are, too. A blob never changes: one that the newest
 * snapshot has is not read again. Everything is on the disk before the inventory gets its name.
 */
#ifndef HUB_BACKUP_H
#define HUB_BACKUP_H

#include "ops/repository.h"
#include "ops/sum.h"

typedef struct BackupResult {
    Str name;             /* of the snapshot */
    int64_t blobs, fresh; /* named by rows; of these copied now */
    int64_t bytes;        /* copied now */
    int64_t lost;         /* blobs that were not there, as `hub doctor` would say */
} BackupResult;

/* Into `root`, of which the newest `keep` snapshots stay. `link`: blobs as second names of the same
 * files where the file system can. `told` may be NULL. Text of the result is in cx->arena. */
Err backup_make(Cx *cx, Str root, size_t keep, bool link, Told *told, BackupResult *out);

typedef struct BackupFindings {
    int64_t files, bad; /* looked at; damaged, missing or needed and not there */
    Str first;          /* the first of them */
} BackupFindings;

/* Sums of all files, the database's own integrity, and whether every blob a row needs is there. OK
 * also when there are findings; an error: it cannot be looked at. `name` empty: the newest. */
Err backup_verify(Cx *cx, Str root, Str name, Told *told, BackupFindings *out);

/* The snapshot `name` (empty: the newest) as the data folder `data`, which is empty or not there.
 * `force`: what is there moves to a folder before-restore-… inside it first. Sums are compared
 * on the way. Until it is whole the folder holds a file `restoring`, with which no hub opens it. */
Err backup_restore(Cx *cx, Str root, Str name, Str data, bool force, Told *told);

/* A copied database, opened for reads; of the same moment as its snapshot. */
typedef struct BackupRows {
    Cx cx;
    struct Db *db;
} BackupRows;
Err backup_rows_open(Cx *cx, Str path, BackupRows *out);
void backup_rows_close(BackupRows *rows); /* {0} is fine */

#endif
