/* mp4_grid.h - whether a fragmented MP4 is cut as our own renditions are, looked at sample by
 * sample: for pictures that somebody else encoded.
 *
 * Then each of its fragments can be played without the others, switched to, and counted in frames.
 * Any thread.
 */
#ifndef HUB_MEDIA_MP4_GRID_H
#define HUB_MEDIA_MP4_GRID_H

#include "base/cx.h"

enum { MP4_GRID_MAX = 1024 }; /* frames a segment */

/* Every fragment of the file open at fd has `frames_a_segment` samples (the last may have fewer),
 * each `frame_units` long, the first an IDR picture (ITU-T H.264 section 7.4.1.2.4), and they are
 * shown one after another from the first on without a gap: a closed group of pictures; all
 * fragments follow each other without a gap, with the same delay from decoding to showing, and
 * bring no parameter sets of their own along with their first picture. E_CONFLICT "it does not fit:
 * …" when one of that does not hold, E_MEDIA_REFUSED when it is no such file. */
Err mp4_check_grid(Cx *cx, int fd, int64_t frame_units, int64_t frames_a_segment);

#endif
