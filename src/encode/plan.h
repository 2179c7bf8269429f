/* plan.h - what is made of an original, in which order: renditions, passes, jobs.
 *
 * Passes: `early` is the first picture, in its own process so that it is there soon; `ladder` are
 * all others in one; each sound is alone. A long video's passes are cut into chunks. All in open
 * units.
 */
#ifndef HUB_PLAN_H
#define HUB_PLAN_H

#include "encode/attempt.h"

/* Rows of every rendition, in the order of the playlists. */
Err plan_renditions(Attempt *a);
/* Frames to a chunk and how many chunks; 0 and 1 when it is encoded in one piece. */
void plan_chunks(const Attempt *a, int64_t *frames, int64_t *chunks);

/* A job about this encode. `detail` may be {0}. */
Err plan_job(Attempt *a, const char *kind, Str detail, int priority);
/* All chunks of a pass, or the pass. */
Err plan_pass(Attempt *a, const char *pass, int priority);
/* What can begin once a rendition of this pass is ready. */
Err plan_after(Attempt *a, Str pass);
/* What can begin once every rendition is ready. */
Err plan_last(Attempt *a);
/* The sound that plays when nobody chose: asked for once. */
Err plan_main_sound(Attempt *a);

int64_t plan_frames(const Attempt *a); /* the whole video's, by its probe */

#endif
