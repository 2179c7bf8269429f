/* Any text and any search: the part lies in the text between characters, and the marks in the part,
 * rising. */
#include "catalog/highlight.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int64_t characters(Str s)
{
    int64_t n = 0;
    for (const char *p = s.p; p < str_end(s); n++)
        p += utf8_next(p, str_end(s)) ? utf8_next(p, str_end(s)) : 1;
    return n;
}

/* The first byte says how much of the rest is the search. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    Arena *a = arena_new();
    size_t asked_n = data[0] < size - 1 ? data[0] : size - 1;
    Str words = {(const char *)data + 1, asked_n},
        text = {(const char *)data + 1 + asked_n, size - 1 - asked_n}, part = {0};
    MarkList marks = {0};
    Asked asked = asked_of(a, words_of(a, words));
    for (size_t most = 10; most < 400; most *= 3)
        if (highlight(a, &asked, text, most, &part, &marks)) {
            assert(marks.n && part.p >= text.p && str_end(part) <= str_end(text));
            int64_t at = 0, end = characters(part);
            for (size_t i = 0; i < marks.n; i++) {
                assert(marks.p[i].from >= at && marks.p[i].to > marks.p[i].from);
                at = marks.p[i].to;
                assert(at <= end);
            }
        }
    arena_free(a);
    return 0;
}
