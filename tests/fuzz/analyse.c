/* Any bytes as a text: its words lie in it one after the other, and its terms are bare words. */
#include "catalog/analyse.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_words(Words words, Str text)
{
    size_t at = 0;
    for (size_t i = 0; i < words.n; i++) {
        Word w = words.p[i];
        assert(w.from >= at && w.to > w.from && w.to <= text.n);
        assert(w.text.n && w.text.n <= WORD_BYTES);
        at = w.to;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *a = arena_new();
    Str text = {(const char *)data, size};
    Words words = words_of(a, text);
    Terms terms = terms_of(a, words);
    check_words(words, text);
    for (size_t i = 0; i < terms.n; i++) {
        Str t = terms.p[i].text;
        assert(t.n && t.n <= WORD_BYTES && terms.p[i].word < words.n);
        for (const char *p = t.p; p < str_end(t);) {
            size_t n = utf8_next(p, str_end(t));
            assert(n && ((unsigned char)*p >= 0x80 || (*p >= '0' && *p <= '9') ||
                         (*p >= 'a' && *p <= 'z')));
            p += n;
        }
    }
    assert(analysed(a, text).n <= terms.n * (WORD_BYTES + 1));
    arena_free(a);
    return 0;
}
