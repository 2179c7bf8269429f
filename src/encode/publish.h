/* publish.h - what an encode brought, put where viewers see it: whole or not at all.
 *
 * Files come first (synced, named), then one unit makes them visible, then the job is gone: in that
 * unit, under its fence. A unit that finds the lease lost changes nothing.
 */
#ifndef HUB_PUBLISH_H
#define HUB_PUBLISH_H

#include "common/app.h"
#include "common/queue.h"
#include "encode/encode.h"
#include "media/ladder.h"

/* The original was probed and hashed: renditions to make, the asset, the first encode job. Settled.
 */
Err publish_probed(Cx *cx, const JobRow *job, const EncodeRow *encode, const Probe *probe,
                   Str sha256);
/* The rendition's file at `path` becomes a blob and is served; queues what comes next. Settled. */
Err publish_rendition(Cx *cx, const JobRow *job, const EncodeRow *encode, const RenditionRow *row,
                      const char *path, const MediaTrack *track);
/* The original is refused; the editor reads the reason. Settled. */
Err publish_failed(Cx *cx, const JobRow *job, const EncodeRow *encode, Str reason);

#endif
