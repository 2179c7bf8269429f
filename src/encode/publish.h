/* publish.h - what an encode brought, put where viewers see it: whole or not at all.
 *
 * Files come first (synced, named), then one unit makes them visible, then the job is gone: in that
 * unit, under its fence. A unit that finds the lease lost changes nothing. All of them settle.
 */
#ifndef HUB_PUBLISH_H
#define HUB_PUBLISH_H

#include "encode/attempt.h"

/* A finished track of a rendition. */
typedef struct Made {
    const RenditionRow *row;
    const char *path; /* in the attempt's folder */
    MediaTrack track;
    Str blob; /* filled in while it is published */
} Made;

/* The original was probed and hashed: renditions to make, the asset, the first jobs. */
Err publish_probed(Attempt *a, Str sha256);
/* Renditions made together are served; queues what comes next. */
Err publish_made(Attempt *a, Made *made, size_t n);
/* One chunk of each rendition of a pass: editors' previews play it; the last one asks for joining.
 */
Err publish_chunk(Attempt *a, Str pass, int64_t chunk, Made *made, size_t n);
/* The original is refused; the editor reads the reason. */
Err publish_failed(Attempt *a, Str reason);

/* A file of the attempt's folder becomes the blob `kind/name`, which attempts never share: the
 * fence is in it. After a later failure the caller drops it: blob_undo. */
Err publish_blob(Attempt *a, const char *kind, Str name, const char *suffix, const char *path,
                 Str *key);

#endif
