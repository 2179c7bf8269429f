/* uploaded.h - a file that came as an asset or a poster: looked at by a worker, then kept or
 * refused.
 *
 * The upload is `complete` meanwhile and its bytes are the blob {purpose}/{upload}. One unit makes
 * what it became visible, says so at the upload and takes the job off the queue, under its fence.
 */
#ifndef HUB_UPLOADED_H
#define HUB_UPLOADED_H

#include "common/app.h"
#include "common/queue.h"
#include "media/still.h"

typedef struct Uploaded {
    Cx *cx;
    const JobRow *job;
    UploadRow row;
    Str key, path; /* of its blob */
    MediaLimits limits;
    StillJob still; /* with a folder of this attempt */
    int64_t renewed_ms;
    bool lost;
} Uploaded;

/* Whether a job of this kind is one of these. */
bool uploaded_takes(Str kind);
/* The job from its lease to its end, whatever that is. Settled. */
Err uploaded_work(Cx *cx, const JobRow *job);

/* What uploaded_work asks of the two kinds. E_MEDIA_REFUSED with the sentence for the editor. */
Err asset_take(Uploaded *u);
Err poster_take(Uploaded *u);

/* SHA-256 of the file, in hexadecimal, while the lease is kept. */
Err uploaded_hash(Uploaded *u, Str *sha256);
/* In the open unit: the upload is ready and became `result`; the job is gone. E_CONFLICT: the lease
 * was lost, or the upload went with its video. */
Err uploaded_ready(Uploaded *u, Str result);

#endif
