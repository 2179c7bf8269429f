/* root.h - the term of one word: its root, as far as lists and Snowball's stemmer know it.
 *
 * Affixes are taken off when a listed root is left (menonton: tonton, masakan: masak), as Nazief
 * and Adriani proposed; what no list knows goes to Snowball's Indonesian stemmer (libstemmer).
 */
#ifndef HUB_ROOT_H
#define HUB_ROOT_H

#include "base/arena.h"

typedef struct RootFinder RootFinder; /* one thread's */

RootFinder *root_open(void); /* never NULL */
void root_close(RootFinder *finder);
/* Of a folded word; lives in the arena or for ever. Never empty when the word is not. */
Str root_of(Arena *a, RootFinder *finder, Str word);

#endif
