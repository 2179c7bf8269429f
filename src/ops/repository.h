/* repository.h - a folder of backups: snapshots beside each other, and blobs that they share.
 *
 *     DIR/2026-11-23t081500.123z/   one snapshot: inventory, hub.db, hub.conf, uploads/ID
 *     DIR/blobs/ab/ab12…            bytes by their SHA-256, named by the inventories
 *     DIR/lock                      of who writes
 *
 * Snapshots are ordered by name, which is their time in UTC. One without an inventory is none: what
 * a process that died left of it goes with the next backup. Nothing of a snapshot ever changes.
 */
#ifndef HUB_REPOSITORY_H
#define HUB_REPOSITORY_H

#include "base/cx.h"
#include "base/hash.h"

typedef struct Repository {
    Str root;
    int lock;
} Repository;

typedef struct Names {
    Str *p;
    size_t n;
} Names;

/* To be written to (made when missing), or to be read from. E_CONFLICT: a backup is being written;
 * to write, also while somebody reads. */
Err repository_open(Cx *cx, Str root, bool write, Repository *out);
void repository_close(Repository *r);

/* Oldest first; `whole`: without those that were never finished. */
Err repository_names(Cx *cx, const Repository *r, bool whole, Names *out);
/* Whole ones, oldest first. */
Err repository_snapshots(Cx *cx, const Repository *r, Names *out);
/* The one of that name, or the newest when `name` is empty. E_NOT_FOUND. */
Err repository_find(Cx *cx, const Repository *r, Str name, Str *out);
/* A folder for a new one, made, with a name that sorts behind all others; the name is returned. */
Err repository_begin(Cx *cx, const Repository *r, Str *name);

Str repository_file(Cx *cx, const Repository *r, Str snapshot, Str file); /* NUL-ended */
Str repository_blob(Cx *cx, const Repository *r, const uint8_t sum[SHA256_BYTES]);
/* Makes the folder that repository_blob's file lies in. */
Err repository_blob_folder(Cx *cx, const Repository *r, const uint8_t sum[SHA256_BYTES]);

/* Keeps the newest `keep` (at least one), drops the others, what is half-made, and the blobs that
 * no snapshot left names. */
Err repository_prune(Cx *cx, const Repository *r, size_t keep);

#endif
