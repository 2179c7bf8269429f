/* watched.h - which segments of a video were sent whole to which playback, by the hub's own count.
 *
 * Counted on the loops in memory and written by watched_write, a second later at most; what was not
 * written is lost with the process. A segment counts when one GET got all of it and the peer
 * acknowledged every byte, in any rendition with a picture, once a playback. After as much as the
 * longest teaser nothing more of a playback is kept: it proves all there is to prove.
 */
#ifndef HUB_WATCHED_H
#define HUB_WATCHED_H

#include "contract.h"
#include "http/delivery.h"

typedef struct Watched Watched; /* one per process; any thread */

/* enough_ms: more than this of one playback is not kept. */
Watched *watched_new(int64_t enough_ms);
void watched_free(Watched *w); /* NULL is fine */

/* Segment n of an encode, `size` bytes and `duration_ms` long, about to be sent to a playback. */
Delivery *watched_delivery(Watched *w, Str playback, Str encode, int64_t n, int64_t size,
                           int64_t duration_ms);

/* Everything counted so far is in the database when it returns; not in a unit. What could not be
 * written is kept for the next time. */
Err watched_write(Cx *cx, Watched *w);
/* Takes away what is too old to prove anything. In a unit of its own. */
Err watched_sweep(Cx *cx);

#endif
