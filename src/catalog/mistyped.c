#include "catalog/mistyped.h"

#include "contract.h"
#include "db/db.h"

enum { LEAST = 4, LONG_WORD = 6 };

static int least(int a, int b)
{
    return a < b ? a : b;
}

int letters_apart(Str a, Str b, int most)
{
    int rows[3][WORD_BYTES + 1];
    int *before = rows[0], *above = rows[1], *row = rows[2];
    int m = least((int)a.n, WORD_BYTES), n = least((int)b.n, WORD_BYTES);
    for (int j = 0; j <= n; j++)
        above[j] = before[j] = j;
    for (int i = 1; i <= m; i++) {
        row[0] = i;
        for (int j = 1; j <= n; j++) {
            row[j] =
                least(above[j - 1] + (a.p[i - 1] != b.p[j - 1]), 1 + least(above[j], row[j - 1]));
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        int *old = before;
        before = above;
        above = row;
        row = old;
    }
    return least(above[n], most + 1);
}

/* "abc" OR "bcd" OR ...: of three characters each; folded words hold no quotation mark. */
static Str parts_of(Cx *cx, Str word)
{
    Buf b CLEANUP(buf_free) = BUF(2048);
    const char *end = str_end(word);
    for (const char *p = word.p; p < end; p += utf8_next(p, end)) {
        const char *to = p;
        for (int i = 0; i < 3 && to; i++)
            to = to < end ? to + utf8_next(to, end) : NULL;
        if (!to)
            break;
        if (b.n)
            buf_put(&b, " OR ", 4);
        buf_byte(&b, '"');
        buf_put(&b, p, (size_t)(to - p));
        buf_byte(&b, '"');
    }
    return arena_str(cx->arena, (Str){b.p, b.n});
}

static Err known(Cx *cx, Str word, bool *out)
{
    Terms terms = terms_of(cx->arena, (Words){&(Word){.text = word}, 1});
    int64_t there = 0;
    *out = true;
    for (size_t i = 0; i < terms.n && *out; i++) {
        Str match = arena_fmt(cx->arena, "\"" STR_FMT "\"", STR_ARG(terms.p[i].text));
        TRY(db_int(cx, SQL_VIDEO_TEXT_ANY, ARGS(V(match)), &there));
        *out = there > 0 || terms.p[i].stop;
    }
    return OK;
}

static Err nearest(Cx *cx, Str *word)
{
    BlobRows near = {0};
    int most = word->n < LONG_WORD ? 1 : 2;
    Str best = *word;
    Str parts = parts_of(cx, *word);
    if (!parts.n)
        return OK;
    TRY(db_list(cx, SQL_SEARCH_WORD_NEAR, ARGS(V(parts)), &BLOB_ROW, &near.items));
    for (size_t i = 0; i < near.items.n && most >= 0; i++) {
        int apart = letters_apart(*word, near.items.p[i].key, most);
        bool itself = apart == 0; /* of a video that is gone, or not public */
        if (apart <= most && !itself) {
            best = near.items.p[i].key;
            most = apart - 1;
        }
    }
    *word = best;
    return OK;
}

static Err joined(Cx *cx, Words given, size_t at, Str *out)
{
    int64_t there = 0;
    if (at + 1 >= given.n || given.p[at].text.n + given.p[at + 1].text.n > WORD_BYTES)
        return OK;
    Str both = arena_fmt(cx->arena, STR_FMT STR_FMT, STR_ARG(given.p[at].text),
                         STR_ARG(given.p[at + 1].text));
    TRY(db_int(cx, SQL_SEARCH_WORD_THERE, ARGS(V(both)), &there));
    if (there)
        *out = both;
    return OK;
}

/* The first word that begins so: terms are roots, and somebody may be at the letters before. */
static Err begun(Cx *cx, Str *word, bool *found)
{
    Str whole = {0}, end = arena_fmt(cx->arena, STR_FMT "\xF4\x8F\xBF\xBF", STR_ARG(*word));
    Err e = db_text(cx, SQL_SEARCH_WORD_BEGUN, ARGS(V(*word), V(end)), &whole);
    *found = e == OK;
    if (e && e != E_NOT_FOUND)
        return e;
    if (*found)
        *word = whole;
    return OK;
}

Err mistyped(Cx *cx, Words given, Words *out)
{
    Words meant = {arena_array(cx->arena, Word, given.n + 1), 0};
    for (size_t i = 0; i < given.n; i++) {
        Str both = {0};
        bool is_known = false;
        Word *word = &meant.p[meant.n++];
        *word = given.p[i];
        TRY(joined(cx, given, i, &both));
        if (both.n) {
            word->text = both;
            i++;
            continue;
        }
        TRY(known(cx, word->text, &is_known));
        if (!is_known && i + 1 == given.n)
            TRY(begun(cx, &word->text, &is_known));
        if (!is_known && word->text.n >= LEAST)
            TRY(nearest(cx, &word->text));
    }
    *out = meant;
    return OK;
}
