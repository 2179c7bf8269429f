/* encode.h - one encode of one original: the {version} of stream addresses.
 *
 * waiting → probing → encoding → ready, or failed with a reason. A rendition is seen by viewers
 * only from the unit that marks it ready, with all its segments. The early rendition and the sound
 * come first; from then on the version can be published.
 */
#ifndef HUB_ENCODE_H
#define HUB_ENCODE_H

#include "contract.h"
#include "media/track.h"

/* In an open unit: an original lies in the blob store; queues its probe and moves the video. The
 * work takes the turns of the viewer. *id is the version. */
Err encode_begin(Cx *cx, Str video, Str blob, Str filename, int64_t size, Str *id);

/* The newest encode of a video. E_NOT_FOUND: there is no such video. A video without one is
 * waiting. */
Err encode_status(Cx *cx, Str video, Encoding *out);

/* E_NOT_FOUND: the video has none. */
Err encode_newest(Cx *cx, Str video, EncodeRow *out);
bool encode_runs(const EncodeRow *row); /* neither ready nor failed */
Err encode_by_id(Cx *cx, Str id, EncodeRow *out);
Err encode_renditions(Cx *cx, Str id, RenditionRows *out); /* in order of position */
/* A ready rendition as the manifests want it, with its segments when asked. */
Err encode_track(Cx *cx, const RenditionRow *row, bool segments, MediaTrack *out);
/* One that is being encoded in chunks, as far as there is no gap from its start; perhaps nothing.
 */
Err encode_track_growing(Cx *cx, const RenditionRow *row, MediaTrack *out);

/* Runs what the queue holds, one job at a time, in the calling thread. E_NOT_FOUND: nothing is due.
 */
Err encode_work_once(Cx *cx, Str worker);

#endif
