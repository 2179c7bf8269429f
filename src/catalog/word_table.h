/* word_table.h - a sorted table of words and what stands for each, in the order of bytes. Pure. */
#ifndef HUB_WORD_TABLE_H
#define HUB_WORD_TABLE_H

#include "base/str.h"

typedef struct WordEntry {
    const char *word, *term;
} WordEntry;

const char *word_find(const WordEntry *table, size_t n, Str word); /* its term; NULL: not there */

#endif
