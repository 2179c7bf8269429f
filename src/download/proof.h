/* proof.h - the teaser gate: an asset behind it is for whoever watched the video's teaser.
 *
 * By the hub's own counters and clock alone: 90 % of the teaser's length was sent whole to one
 * playback, of the teaser or of the video, and 90 % of that length has passed since its first
 * segment was sent. Players fetch ahead, so the moment of one fetch says nothing.
 */
#ifndef HUB_PROOF_H
#define HUB_PROOF_H

#include "contract.h"

/* Of the viewer, for an asset. OK: it has no gate, its video has no teaser, the viewer edits, or
 * proved it within `proof_life`. E_TEASER: says how far they are. Not in a unit. */
Err proof_check(Cx *cx, Str asset);
Err proof_sweep(Cx *cx);

#endif
