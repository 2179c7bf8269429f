/* picture.h - the pictures and little films of a video: their addresses, who sees them, which one
 * is the poster.
 *
 * A picture never changes; a new one has a new id, so its address may be kept for good. Whoever may
 * not see the video may not see them: the row is asked each time.
 */
#ifndef HUB_PICTURE_H
#define HUB_PICTURE_H

#include "contract.h"

/* https://…/pictures/{id}.jpg, by its media type. */
Str picture_url(Cx *cx, Str id, Str media_type);

/* In an open unit. `id` {0}: the hub's own pick. E_INVALID (/posterId): no such candidate. */
Err picture_choose(Cx *cx, Str video, Str id);
/* In an open unit: "cards" or "clip" are made anew once there is something to make them of. */
Err picture_ask(Cx *cx, Str video, const char *kind);

#endif
