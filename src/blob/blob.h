/* blob.h - immutable bytes by key, in a folder.
 *
 * A key is `kind/name` of [a-z0-9.-], made by the hub and never by a client. A blob appears whole:
 * the file is synced, then gets its name, then the folder is synced. It never changes; it is
 * dropped. Any thread.
 */
#ifndef HUB_BLOB_H
#define HUB_BLOB_H

#include "base/cx.h"

typedef struct Blobs Blobs;

/* `root` is made when missing. E_UNAVAILABLE with the reason when it cannot be used. */
Err blobs_open(Cx *cx, Str root, Blobs **out);
void blobs_close(Blobs *b);

/* The file at `path`, on the same file system, is synced and becomes the blob; `path` goes on to
 * exist (both names, one file) until the caller unlinks it. Doing it twice is fine. E_FULL,
 * E_UNAVAILABLE. */
Err blob_adopt(Cx *cx, Blobs *b, Str key, const char *path);
Err blob_open(Cx *cx, Blobs *b, Str key, int *fd,
              int64_t *size); /* E_NOT_FOUND; the caller closes fd */
/* OK when it is not there. E_CONFLICT: blobs are held; ask again later. */
Err blob_drop(Cx *cx, Blobs *b, Str key);
/* From its return on, and until *fd is closed (or its process has ended), no process drops a blob
 * of this folder: what rows named at a moment later than this is there to be copied. Waits for the
 * drops that are running. E_CONFLICT: somebody else holds them. */
Err blobs_hold(Cx *cx, Blobs *b, int *fd);
/* After a failure: no row names it. Keeps cx->said; what cannot be dropped is found by `hub
 * doctor`. {0}: there is none. */
void blob_undo(Cx *cx, Blobs *b, Str key);
Str blob_path(Cx *cx, Blobs *b, Str key); /* to read it by name, for ffmpeg; NUL-ended */

/* Calls each(who, key, size) for every blob; for `hub doctor`. */
Err blob_each(Cx *cx, Blobs *b, void (*each)(void *who, Str key, int64_t size), void *who);

/* fsync of the folder that holds `path`, so that a name made or removed there lasts. */
Err folder_sync(Cx *cx, const char *folder);
Err folder_make(Cx *cx, const char *folder); /* OK when it is there; a new one lasts */

/* What errno means here: ENOSPC, EDQUOT: E_FULL; ENOENT: E_NOT_FOUND; else E_UNAVAILABLE. */
Err fail_io(Cx *cx, const char *doing, Str what);

#endif
