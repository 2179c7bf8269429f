/* join.h - chunks of one rendition, encoded apart, become its one file.
 *
 * A chunk is a fragmented MP4 (ISO/IEC 14496-12 section 8.8) of a span of the rendition's frames,
 * made by the same arguments as its neighbours, and begins at time 0. Placed, it says its own time
 * (tfdt) and numbers its fragments (mfhd) as in the whole, so that its segments can be shown with
 * the init bytes of any chunk; joined, the fragments of all stand behind the init of the first.
 * A chunk of one or two frames has no reordering, so that it starts earlier than the others and is
 * refused: let the last chunk take such a rest. Any thread; both block it for as long as the disk
 * takes.
 */
#ifndef HUB_MEDIA_JOIN_H
#define HUB_MEDIA_JOIN_H

#include "base/cx.h"
#include "media/track.h"

/* Moves the fragments of the file at `path` by `units` of its timescale and numbers them from
 * `sequence` on, in place; *out is its index afterwards, as mp4_index gives it. Not repeatable:
 * whoever fails in between makes the chunk again. E_MEDIA_REFUSED when it is no such file or a time
 * does not fit in it. */
Err mp4_place(Cx *cx, const char *path, int64_t units, uint32_t sequence, MediaTrack *out);

/* Placed chunks, in order, to the new file `to`: one init, then moof and mdat boxes only. *out is
 * its index; name and rate are the caller's to fill in, syncing is left to who publishes it.
 * E_INTERNAL when they don't belong together: their inits differ in a byte, one does not begin
 * where the one before ends, the picture's delay changes, or fragment numbers don't grow.
 * E_MEDIA_REFUSED when one is no such file, E_FULL when there is no room. After a failure what is
 * at `to` is worthless. */
Err mp4_join(Cx *cx, const char *const *paths, size_t n, const char *to, MediaTrack *out);

#endif
