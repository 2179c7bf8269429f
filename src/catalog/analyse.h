/* analyse.h - a text as the terms that search stores and asks for, made before any index.
 *
 * The same function reads what is indexed and what is typed, so an index need only compare: FTS5
 * and tsvector `simple` hold the same terms. In order: characters are folded (fold.h) and cut into
 * words; phrases, slang, abbreviations and English become the words that stand for them (JOIN);
 * then each word gets its term: its own (STEM), the root that is left when affixes are taken off
 * (ROOT), or what Snowball's Indonesian stemmer leaves. Names are protected by being roots. A word
 * said twice in a row (layang-layang) is one. Pure; everything is taken from the arena.
 */
#ifndef HUB_ANALYSE_H
#define HUB_ANALYSE_H

#include "base/arena.h"

/* What is stored was made by this version; another one means that all is to be analysed anew. */
enum { ANALYSIS_VERSION = 1, WORD_BYTES = 64 /* of a word; the rest is not looked at */ };

typedef struct Word {
    Str text;        /* folded */
    size_t from, to; /* bytes of the text it came from */
} Word;

typedef struct Words {
    Word *p;
    size_t n;
} Words;

typedef struct Term {
    Str text;    /* no space, no quotation mark */
    size_t word; /* the first it came from */
    bool stop;   /* says little: a query leaves it out when it has others */
} Term;

typedef struct Terms {
    Term *p;
    size_t n;
} Terms;

Words words_of(Arena *a, Str text);
Terms terms_of(Arena *a, Words words);
/* All terms of a text with a space between: what is indexed. */
Str analysed(Arena *a, Str text);

#endif
