/* upload.h - bytes that arrive by tus 1.0, in a file under data/uploads until they are whole.
 *
 * Invariant: `received` bytes of an open upload are on disk and stay: the file is synced before the
 * number is written, and the number is durable before a client hears it. What the file holds beyond
 * them is not ours and is cut off. One request at a time writes an upload (flock).
 */
#ifndef HUB_UPLOAD_H
#define HUB_UPLOAD_H

#include "contract.h"
#include "http/res.h"
#include "upload/tus.h"

/* The viewer's own; another's is E_NOT_FOUND. E_GONE: expired. */
Err upload_by_id(Cx *cx, Str id, UploadRow *out);
/* A row and an empty file. Settled. */
Err upload_new(Cx *cx, const UploadRow *row);
/* Takes the request's body at `offset`; *received is the new end, durable when it returns OK, and
 * also told when it fails midway. Completes the upload when it is whole; E_MEDIA_REFUSED: then it
 * was whole and refused. Settled. */
Err upload_append(Cx *cx, Req *req, const UploadRow *row, int64_t offset,
                  const TusChecksum *checksum, int64_t *received);
Err upload_drop(Cx *cx, const UploadRow *row); /* settled */

/* Drops what expired, and files whose row is gone or complete. */
Err upload_sweep(Cx *cx);

/* data/uploads, made when missing. */
Err upload_folder(Cx *cx, Str *path);

#endif
