/* highlight.h - where the words of a search stand in a text that it found.
 *
 * Text and search are analysed alike (analyse.h), so the marks are on what was compared: every form
 * of a word, and all words of a phrase. Pure.
 */
#ifndef HUB_HIGHLIGHT_H
#define HUB_HIGHLIGHT_H

#include "catalog/analyse.h"
#include "contract.h"

/* The words that were asked for; those that say little only when there are no others. */
typedef struct Asked {
    Terms terms;
    Str begun; /* the word of the last term, when it was typed last: it may be only begun */
} Asked;

Asked asked_of(Arena *a, Words words);

/* The text, or of a longer one a part of about `most` bytes around the first mark, cut between
 * words, and its marks in code points; false: nothing of it was asked for. Borrowed from the text
 * or the arena. */
bool highlight(Arena *a, const Asked *asked, Str text, size_t most, Str *part, MarkList *marks);

#endif
