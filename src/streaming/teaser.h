/* teaser.h - the public cut of a video: whole segments of an encode, under a version of its own.
 *
 * Nothing is encoded for it. It begins at the segment that holds the editor's mark, is at most the
 * setting `teaser` and at most a third of the video. A new mark makes a new version; the old one
 * goes on to exist as long as its encode.
 */
#ifndef HUB_TEASER_H
#define HUB_TEASER_H

#include "contract.h"

enum { TEASER_LEAST_MS = 6000 /* a video below has none */ };

/* Its version for what the video serves now; made when it is not there. In an open unit.
 * E_CONFLICT: the video is too short to have one. */
Err teaser_of(Cx *cx, const VideoGate *gate, TeaserRow *out);

/* How long that version is, in ms; 0 when there is none: nothing is encoded, or the video is too
 * short. */
Err teaser_length(Cx *cx, const VideoGate *gate, int64_t *ms);

/* Pure: which of n segments of `segment_ms`, for a mark at mark_ms. */
void teaser_place(int64_t n, double segment_ms, int64_t duration_ms, int64_t mark_ms,
                  int64_t longest_ms, int64_t *first, int64_t *count);

#endif
