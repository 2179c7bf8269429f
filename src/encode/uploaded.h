/* uploaded.h - a file that came as an asset or a poster: looked at by a worker, then kept or
 * refused.
 *
 * The upload is `complete` meanwhile and its bytes are the blob {purpose}/{upload}. One unit makes
 * what it became visible, says so at the upload and takes the job off the queue, under its fence.
 */
#ifndef HUB_UPLOADED_H
#define HUB_UPLOADED_H

#include "encode/attempt.h"
#include "media/still.h"

typedef struct Uploaded {
    Attempt *attempt;
    Cx *cx; /* the attempt's */
    UploadRow row;
    Str key, path;  /* of its blob */
    StillJob still; /* with a folder of this attempt */
} Uploaded;

/* The jobs "asset" and "poster". Settled. E_MEDIA_REFUSED with the sentence for the editor. */
Err job_uploaded(Attempt *a);
/* What their failing for good means: the upload is refused, and says why. */
Err job_upload_refused(Attempt *a, Str reason);

/* What job_uploaded asks of the two kinds. */
Err asset_take(Uploaded *u);
Err poster_take(Uploaded *u);

/* SHA-256 of the file, in hexadecimal, while the lease is kept. */
Err uploaded_hash(Uploaded *u, Str *sha256);
/* In the open unit: the upload is ready and became `result`; the job is gone. E_CONFLICT: the lease
 * was lost, or the upload went with its video. */
Err uploaded_ready(Uploaded *u, Str result);

#endif
