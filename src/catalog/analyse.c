#include "catalog/analyse.h"

#include "base/attr.h"
#include "catalog/fold.h"
#include "catalog/root.h"
#include "catalog/word_table.h"

enum { JOIN_WORDS = 4, JOIN_BYTES = 48, TERMS_EACH = 4 };

static const WordEntry joins[] = {
#define JOIN(from, to) {from, to},
#include "catalog/analyse_join.def"
#undef JOIN
};

static const WordEntry stops[] = {
#define STOP(word) {word, word},
#include "catalog/analyse_stop.def"
#undef STOP
};

/* The word that begins at or after *at, which goes behind it; false: there is none. */
static bool next_word(Str text, size_t *at, char *to, Word *out)
{
    const char *end = str_end(text);
    size_t n = 0, used = 0, more = 0;
    char letter[FOLD_MAX];
    for (; *at < text.n; *at += used) {
        FoldKind kind = fold_next(text.p + *at, end, &used, letter, &more);
        if (kind == FOLD_BREAK && n)
            break;
        if (kind != FOLD_LETTER || n + more > WORD_BYTES)
            continue;
        if (!n)
            out->from = *at;
        memcpy(to + n, letter, more);
        n += more;
        out->to = *at + used;
    }
    out->text = (Str){to, n};
    return n > 0;
}

Words words_of(Arena *a, Str text)
{
    Words words = {0};
    Word word = {0};
    char folded[WORD_BYTES];
    size_t n = 0;
    for (size_t at = 0; next_word(text, &at, folded, &word);)
        n++;
    words.p = arena_array(a, Word, n + 1);
    for (size_t at = 0; words.n < n && next_word(text, &at, folded, &word);) {
        word.text = arena_str(a, word.text);
        words.p[words.n++] = word;
    }
    return words;
}

/* The longest phrase that begins with words.p[at]; *n is how many words it takes, at least 1. */
static const char *join_at(Words words, size_t at, size_t *n)
{
    char text[JOIN_BYTES];
    size_t bytes = 0;
    const char *found = NULL;
    *n = 1;
    for (size_t i = 0; i < JOIN_WORDS && at + i < words.n; i++) {
        Str word = words.p[at + i].text;
        if (bytes + word.n + 1 > sizeof text)
            break;
        if (i)
            text[bytes++] = ' ';
        memcpy(text + bytes, word.p, word.n);
        bytes += word.n;
        const char *to = word_find(joins, COUNT(joins), (Str){text, bytes});
        if (to) {
            found = to;
            *n = i + 1;
        }
    }
    return found;
}

static void add(Arena *a, RootFinder *finder, Terms *terms, Str word, size_t from)
{
    bool stop = word_find(stops, COUNT(stops), word) != NULL;
    Str term = stop ? word : root_of(a, finder, word);
    if (terms->n && str_eq(terms->p[terms->n - 1].text, term))
        return;
    terms->p[terms->n++] = (Term){term, from, stop};
}

Terms terms_of(Arena *a, Words words)
{
    Terms terms = {.p = arena_array(a, Term, words.n * TERMS_EACH + 1)};
    RootFinder *finder = root_open();
    for (size_t at = 0, n = 0; at < words.n; at += n) {
        const char *to = join_at(words, at, &n);
        Str rest = to ? str_of(to) : words.p[at].text;
        for (size_t i = 0; i < TERMS_EACH && rest.n; i++)
            add(a, finder, &terms, str_cut(rest, ' ', &rest), at);
    }
    root_close(finder);
    return terms;
}

Str analysed(Arena *a, Str text)
{
    Terms terms = terms_of(a, words_of(a, text));
    size_t n = 0;
    for (size_t i = 0; i < terms.n; i++)
        n += terms.p[i].text.n + 1;
    char *to = arena_take(a, n + 1), *p = to;
    for (size_t i = 0; i < terms.n; i++) {
        if (i)
            *p++ = ' ';
        memcpy(p, terms.p[i].text.p, terms.p[i].text.n);
        p += terms.p[i].text.n;
    }
    return (Str){to, (size_t)(p - to)};
}
