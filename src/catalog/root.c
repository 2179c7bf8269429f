#include "catalog/root.h"

#include "base/attr.h"
#include "catalog/word_table.h"

#include <libstemmer.h>
#include <stdlib.h>

enum { LONGEST = 40, ROOT_LEAST = 3, STEM_LEAST = 5, INFORMAL_LEAST = 5 };

static const WordEntry roots[] = {
#define ROOT(word) {word, word},
#include "catalog/analyse_root_a_l.def"
#include "catalog/analyse_root_m_z.def"
#undef ROOT
};

static const WordEntry stems[] = {
#define STEM(word, term) {word, term},
#include "catalog/analyse_stem.def"
#undef STEM
};

/* What is taken off, and the letter that it had replaced; those of one beginning stand with the
 * lost letter first. */
static const struct {
    const char *prefix, *lost;
} prefixes[] = {{"", ""},       {"meng", "k"},  {"peng", "k"}, {"meny", "s"},  {"peny", "s"},
                {"men", "t"},   {"pen", "t"},   {"mem", "m"},  {"pem", "m"},   {"mem", "p"},
                {"pem", "p"},   {"men", "n"},   {"pen", "n"},  {"memper", ""}, {"diper", ""},
                {"keber", ""},  {"penge", ""},  {"menge", ""}, {"peng", ""},   {"meng", ""},
                {"peny", "ny"}, {"meny", "ny"}, {"pem", ""},   {"mem", ""},    {"pen", ""},
                {"men", ""},    {"ber", ""},    {"ter", ""},   {"per", ""},    {"di", ""},
                {"ke", ""},     {"se", ""},     {"pe", ""},    {"me", ""},     {"be", ""},
                {"pel", ""},    {"nge", ""},    {"ny", "s"},   {"ng", "k"},    {"ng", ""}};
static const char *const suffixes[] = {"",       "nya", "kan", "an", "i",  "annya",
                                       "kannya", "lah", "ku",  "mu", "in", "kanlah"};

struct RootFinder {
    struct sb_stemmer *snowball;
};

RootFinder *root_open(void)
{
    RootFinder *finder = calloc(1, sizeof *finder);
    if (!finder || !(finder->snowball = sb_stemmer_new("indonesian", "UTF_8")))
        abort(); /* out of memory: terms of another kind must not be stored */
    return finder;
}

void root_close(RootFinder *finder)
{
    sb_stemmer_delete(finder->snowball);
    free(finder);
}

/* The listed root of lost + rest without a suffix, or NULL. */
static const char *root_left(const char *lost, Str rest)
{
    char text[LONGEST + 4];
    size_t n = strlen(lost);
    memcpy(text, lost, n);
    memcpy(text + n, rest.p, rest.n);
    n += rest.n;
    for (size_t i = 0; i < COUNT(suffixes); i++) {
        Str suffix = str_of(suffixes[i]);
        if (n < suffix.n + ROOT_LEAST || !str_ends((Str){text, n}, suffix))
            continue;
        const char *found = word_find(roots, COUNT(roots), (Str){text, n - suffix.n});
        if (found)
            return found;
    }
    return NULL;
}

static const char *listed(Str word)
{
    const char *found = word_find(stems, COUNT(stems), word);
    for (size_t i = 0; i < COUNT(prefixes) && !found && word.n <= LONGEST; i++) {
        Str prefix = str_of(prefixes[i].prefix);
        if (str_begins(word, prefix) && word.n > prefix.n)
            found = root_left(prefixes[i].lost, (Str){word.p + prefix.n, word.n - prefix.n});
    }
    return found;
}

static bool vowel(char c)
{
    return c == 'a' || c == 'i' || c == 'u' || c == 'e' || c == 'o';
}

static bool plain(Str word)
{
    for (size_t i = 0; i < word.n; i++)
        if (word.p[i] < 'a' || word.p[i] > 'z')
            return false;
    return true;
}

Str root_of(Arena *a, RootFinder *finder, Str word)
{
    const char *found = listed(word);
    if (found)
        return str_of(found);
    if (word.n < STEM_LEAST || !plain(word))
        return word;
    if (word.n > INFORMAL_LEAST && str_begins(word, S("ng")) && vowel(word.p[2]))
        word = (Str){word.p + 2, word.n - 2}; /* ngambek: what is said for meng- */
    const sb_symbol *left =
        sb_stemmer_stem(finder->snowball, (const sb_symbol *)word.p, (int)word.n);
    int n = left ? sb_stemmer_length(finder->snowball) : 0;
    return n > 0 ? arena_str(a, (Str){(const char *)left, (size_t)n}) : word;
}
