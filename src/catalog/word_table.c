#include "catalog/word_table.h"

#include <string.h>

const char *word_find(const WordEntry *table, size_t n, Str word)
{
    size_t low = 0;
    while (low < n) {
        size_t middle = low + (n - low) / 2;
        Str there = str_of(table[middle].word);
        int way = memcmp(there.p, word.p, there.n < word.n ? there.n : word.n);
        way = way ? way : there.n < word.n ? -1 : there.n > word.n;
        if (way == 0)
            return table[middle].term;
        if (way < 0)
            low = middle + 1;
        else
            n = middle;
    }
    return NULL;
}
