/* tally.h - what is counted of a video: likes, comments that are shown, replies to each of them.
 *
 * Invariant: the numbers are those of the rows, as each changes in the unit of the row it counts.
 */
#ifndef HUB_TALLY_H
#define HUB_TALLY_H

#include "base/cx.h"

/* OK, or E_CONFLICT with how many numbers are wrong. */
Err tally_check(Cx *cx);
/* Counts all anew; in a unit of its own, settled. */
Err tally_rebuild(Cx *cx);

#endif
