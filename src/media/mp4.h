/* mp4.h - reads the fragmented MP4 files we made, box by box, and believes none of them.
 *
 * ISO/IEC 14496-12 (boxes), 14496-15 (avcC), 14496-1 (esds). One track to a file. Every length is
 * checked against its box and the file; boxes read into memory have a ceiling. The tool that wrote
 * the file read a stranger's bytes, so the file is a stranger's too. Any thread.
 */
#ifndef HUB_MEDIA_MP4_H
#define HUB_MEDIA_MP4_H

#include "base/cx.h"
#include "media/track.h"

enum { MP4_BOX_MAX = 4 << 20, MP4_FRAGMENTS_MAX = 1 << 20, MP4_BOXES_MAX = 4 << 20 };

/* The track of the file open at fd (any offset; only read at). One segment to a fragment. Name,
 * language and fps are the caller's to fill in. E_MEDIA_REFUSED when it is no such file. */
Err mp4_index(Cx *cx, int fd, MediaTrack *out);

/* Opens a file the tool left behind, for reading or both: a plain file with one name, not a link.
 */
Err mp4_open(Cx *cx, const char *path, int flags, int *fd);

#endif
