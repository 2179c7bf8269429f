/* fold.h - one character of a text as search sees it: small, Latin without its marks.
 *
 * Latin letters become ASCII (after the decompositions of Unicode; ß is ss), Greek, Cyrillic and
 * full-width letters become small ones, every other script stays as it is. Pure.
 */
#ifndef HUB_FOLD_H
#define HUB_FOLD_H

#include "base/str.h"

typedef enum FoldKind {
    FOLD_BREAK,   /* ends a word; also a byte that is not UTF-8 */
    FOLD_LETTER,  /* letters, digits, signs of scripts without letters */
    FOLD_NOTHING, /* a mark or an apostrophe: leaves nothing and ends nothing */
} FoldKind;

enum { FOLD_MAX = 4 }; /* bytes that one character may become */

/* The character at p (< end): its bytes in *used, what it becomes in out[0 .. *n). */
FoldKind fold_next(const char *p, const char *end, size_t *used, char out[FOLD_MAX], size_t *n);

#endif
