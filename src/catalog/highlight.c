#include "catalog/highlight.h"

Asked asked_of(Arena *a, Words words)
{
    Terms terms = terms_of(a, words);
    Asked asked = {.terms = {arena_array(a, Term, terms.n + 1), 0}};
    bool telling = false;
    for (size_t i = 0; i < terms.n; i++)
        telling |= !terms.p[i].stop;
    for (size_t i = 0; i < terms.n; i++)
        if (!telling || !terms.p[i].stop)
            asked.terms.p[asked.terms.n++] = terms.p[i];
    size_t n = asked.terms.n;
    if (n && asked.terms.p[n - 1].word + 1 == words.n)
        asked.begun = words.p[words.n - 1].text;
    return asked;
}

static bool is_asked(const Asked *asked, Str term)
{
    for (size_t i = 0; i < asked->terms.n; i++)
        if (str_eq(asked->terms.p[i].text, term))
            return true;
    return asked->begun.n && str_begins(term, asked->begun);
}

/* The end of what the terms of words.p[from] stand for: the word before the next term's. */
static size_t last_word(Words words, Terms terms, size_t i)
{
    for (size_t next = i + 1; next < terms.n; next++)
        if (terms.p[next].word != terms.p[i].word)
            return terms.p[next].word - 1;
    return words.n - 1;
}

/* Spans in bytes, rising, none inside another; those that only a space parts are one. */
static size_t spans_of(Arena *a, const Asked *asked, Str text, Mark **out)
{
    Words words = words_of(a, text);
    Terms terms = terms_of(a, words);
    Mark *spans = arena_array(a, Mark, terms.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < terms.n; i++) {
        if (!is_asked(asked, terms.p[i].text))
            continue;
        int64_t from = (int64_t)words.p[terms.p[i].word].from;
        int64_t to = (int64_t)words.p[last_word(words, terms, i)].to;
        if (n && from <= spans[n - 1].to + 1)
            spans[n - 1].to = to > spans[n - 1].to ? to : spans[n - 1].to;
        else
            spans[n++] = (Mark){from, to};
    }
    *out = spans;
    return n;
}

/* Where a word begins, at or after `at`; never beyond `least`. */
static size_t word_start(Str text, size_t at, size_t least)
{
    while (at < least && at && text.p[at - 1] != ' ' && text.p[at - 1] != '\n')
        at++;
    return at;
}

static Str part_of(Str text, const Mark *first, size_t most)
{
    size_t before = most / 4,
           from = (size_t)first->from > before ? (size_t)first->from - before : 0;
    if (text.n <= most)
        return text;
    from = word_start(text, from, (size_t)first->from);
    size_t to = from + most < text.n ? from + most : text.n;
    while (to < text.n && to > (size_t)first->to && text.p[to] != ' ' && text.p[to] != '\n')
        to--;
    if (to < text.n) /* one long word: between two characters at least */
        while (to < text.n && ((unsigned char)text.p[to] & 0xC0) == 0x80)
            to++;
    return (Str){text.p + from, to - from};
}

/* A byte that belongs to no character counts as one. */
static int64_t characters(const char *p, const char *end)
{
    int64_t n = 0;
    for (size_t step = 0; p < end; n++, p += step)
        step = utf8_next(p, end) ? utf8_next(p, end) : 1;
    return n;
}

bool highlight(Arena *a, const Asked *asked, Str text, size_t most, Str *part, MarkList *marks)
{
    Mark *spans = NULL;
    size_t n = spans_of(a, asked, text, &spans);
    if (!n)
        return false;
    *part = part_of(text, &spans[0], most);
    int64_t start = part->p - text.p, end = start + (int64_t)part->n, told = 0;
    const char *at = part->p;
    *marks = (MarkList){arena_array(a, Mark, n), 0};
    for (size_t i = 0; i < n && spans[i].from < end; i++) {
        int64_t to = spans[i].to < end ? spans[i].to : end; /* of a very long word its beginning */
        int64_t from = told + characters(at, text.p + spans[i].from);
        told = from + characters(text.p + spans[i].from, text.p + to);
        at = text.p + to;
        marks->p[marks->n++] = (Mark){from, told};
    }
    return true;
}
