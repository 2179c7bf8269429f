/* dash.h - the MPD (ISO/IEC 23009-1, isoff-live profile, static) of a presentation.
 *
 * One period, which begins with the picture's first frame; every alternate sound and text is an
 * adaptation set of its own. Addresses are those of the playlists. Pure; any thread. A Buf that was
 * too small is `full`.
 */
#ifndef HUB_MEDIA_DASH_H
#define HUB_MEDIA_DASH_H

#include "base/buf.h"
#include "media/presentation.h"

void dash_manifest(Buf *out, const Presentation *p);

/* MPD@minBufferTime, and section 5.3.5.2's @bandwidth for it: at this rate a player that waits so
 * long at the start of any segment never runs dry. Bits a second, rounded up. */
enum { DASH_MIN_BUFFER_S = 2 };
int64_t dash_bandwidth(const MediaTrack *track);

#endif
