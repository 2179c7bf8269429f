/* mistyped.h - what somebody may have meant by words that no video holds. */
#ifndef HUB_MISTYPED_H
#define HUB_MISTYPED_H

#include "base/cx.h"
#include "catalog/analyse.h"

/* Letters left out, too many, wrong or swapped with their neighbour (optimal string alignment);
 * over bytes, at most WORD_BYTES of each; more than `most` is most + 1. Pure. */
int letters_apart(Str a, Str b, int most);

/* The words, those unknown to search replaced by the nearest that the texts hold: one letter off,
 * of six letters and more two; or joined with the next when that is a
 * word; the last one completed. */
Err mistyped(Cx *cx, Words given, Words *out);

#endif
