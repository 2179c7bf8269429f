/* regroup.h - the fragments of a sound, cut anew where the picture's segments begin.
 *
 * ISO/IEC 14496-12 section 8.8. Players that go by decode times (tfdt) place each track by where
 * its first segment begins: only when both tracks' segments begin at the same moment, to half a
 * packet, are they in step wherever playing starts. Any thread; blocks it for as long as the disk
 * takes.
 */
#ifndef HUB_MEDIA_REGROUP_H
#define HUB_MEDIA_REGROUP_H

#include "base/cx.h"
#include "media/track.h"

enum { REGROUP_DATA_MAX = 64 << 20 }; /* bytes of one fragment */

/* Writes the sound of the file `from` to the empty file `to`, both open: the same head and samples,
 * one fragment to a segment of `grid`, each beginning as near to it in decode time as a packet can.
 * When the sound ends earlier there are fewer. E_MEDIA_REFUSED when `from` is no such file or its
 * times go back, E_FULL when there is no room. */
Err mp4_regroup(Cx *cx, int from, const MediaTrack *grid, int to);

#endif
