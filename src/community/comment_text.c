#include "community/comment_text.h"

#include "base/buf.h"
#include "base/fault.h"

enum { MARKS_MOST = 4, LINES_MOST = 2, NAME_MOST = 40, HOUR_DIGITS = 3 };

typedef struct Span {
    uint32_t from, to;
} Span;

/* UAX 9: marks, embeddings, overrides and isolates; and what has no width, by which words are
 * hidden from whoever searches for them. The joiners stay: scripts and emoji need them. */
static const Span unseen[] = {
    {0xAD, 0xAD},     {0x34F, 0x34F},   {0x61C, 0x61C},   {0x180E, 0x180E},   {0x200B, 0x200B},
    {0x200E, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x206F}, {0xFEFF, 0xFEFF},   {0xFFF9, 0xFFFB},
    {0xFFFE, 0xFFFF}, {0xFDD0, 0xFDEF}, {0xE000, 0xF8FF}, {0xE0000, 0x10FFFF}};
static const Span marks[] = {{0x300, 0x36F},   {0x483, 0x489},   {0x1AB0, 0x1AFF},
                             {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0xFE20, 0xFE2F}};
static const Span blank[] = {{0x20, 0x20},     {0xA0, 0xA0},     {0x115F, 0x1160},
                             {0x1680, 0x1680}, {0x2000, 0x200D}, {0x202F, 0x202F},
                             {0x205F, 0x205F}, {0x2800, 0x2800}, {0x3000, 0x3000},
                             {0x3164, 0x3164}, {0xFE00, 0xFE0F}, {0xFFA0, 0xFFA0}};

static bool within(const Span *spans, size_t n, uint32_t c)
{
    for (size_t i = 0; i < n; i++)
        if (c >= spans[i].from && c <= spans[i].to)
            return true;
    return false;
}

static uint32_t code_point(const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;
    uint32_t c = n == 1 ? p[0] : p[0] & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++)
        c = c << 6 | (p[i] & 0x3F);
    return c;
}

typedef struct Cleaning {
    Buf *b;
    size_t characters, seen; /* seen: other than blanks */
    size_t marks, lines;     /* in a row */
} Cleaning;

static void put_line_end(Cleaning *c)
{
    while (c->b->n && c->b->p[c->b->n - 1] == ' ' && c->characters) {
        c->b->n--;
        c->characters--;
    }
    if (!c->b->n || c->lines == LINES_MOST)
        return;
    buf_byte(c->b, '\n');
    c->characters++;
    c->lines++;
    c->marks = 0;
}

static void put(Cleaning *c, uint32_t point, const char *p, size_t n)
{
    bool mark = within(marks, COUNT(marks), point);
    c->marks = mark ? c->marks + 1 : 0;
    if (c->marks > MARKS_MOST || (point == ' ' && (!c->b->n || c->lines)))
        return;
    c->lines = 0;
    c->seen += !mark && !within(blank, COUNT(blank), point);
    c->characters++;
    buf_put(c->b, p, n);
}

/* False: a control character. */
static bool clean_one(Cleaning *c, uint32_t point, const char *p, size_t n)
{
    if (point == '\r' || point == 0x2028 || point == 0x2029)
        point = '\n';
    if (point == '\t')
        return put(c, ' ', " ", 1), true;
    if (point == '\n')
        return put_line_end(c), true;
    if (point < 0x20 || (point >= 0x7F && point < 0xA0))
        return false;
    if (!within(unseen, COUNT(unseen), point))
        put(c, point, p, n);
    return true;
}

static Str trimmed(Str s)
{
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\n'))
        s.n--;
    return s;
}

Err comment_clean(Cx *cx, const char *pointer, Str typed, Str *out)
{
    Buf b CLEANUP(buf_free) = BUF(COMMENT_BYTES + BUF_SLACK);
    Cleaning c = {.b = &b};
    if (bug("rawcomment")) {
        *out = typed;
        return OK;
    }
    for (size_t i = 0, n = 0; i < typed.n && c.characters <= COMMENT_CHARACTERS; i += n) {
        const char *p = typed.p + i;
        n = utf8_next(p, str_end(typed));
        if (!n)
            return fail_at(cx, "body", pointer, "is not UTF-8");
        if (*p == '\r' && i + 1 < typed.n && p[1] == '\n')
            continue;
        if (!clean_one(&c, code_point(p, n), p, n))
            return fail_at(cx, "body", pointer, "has a control character in it");
    }
    if (c.characters > COMMENT_CHARACTERS)
        return fail_at(cx, "body", pointer, "has more than %d characters", COMMENT_CHARACTERS);
    if (!c.seen)
        return fail_at(cx, "body", pointer, "has nothing to see in it");
    *out = arena_str(cx->arena, trimmed((Str){b.p, b.n}));
    return OK;
}

/* --- links */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool is_word(char c)
{
    char l = lower(c);
    return (l >= 'a' && l <= 'z') || (l >= '0' && l <= '9') || (unsigned char)c >= 0x80;
}

static bool stands(Str text, size_t at, Str word)
{
    if (text.n - at < word.n)
        return false;
    for (size_t i = 0; i < word.n; i++)
        if (lower(text.p[at + i]) != word.p[i])
            return false;
    return true;
}

/* A host's last label, after the dot at `at`. Where links in comments lead; a full stop without a
 * blank behind it is common, so not every word may be one. */
static bool is_host(Str text, size_t at)
{
    static const char *const ends[] = {
        "com", "net", "org",  "id",  "co",   "me",   "ly",   "io",   "gg",     "tv",   "app",
        "dev", "xyz", "info", "biz", "link", "site", "shop", "top",  "online", "club", "click",
        "ru",  "cn",  "in",   "us",  "uk",   "cc",   "to",   "live", "pro",    "store"};
    if (!at || !is_word(text.p[at - 1]))
        return false;
    for (size_t i = 0; i < COUNT(ends); i++) {
        Str label = str_of(ends[i]);
        size_t end = at + 1 + label.n;
        if (stands(text, at + 1, label) && (end == text.n || !is_word(text.p[end])))
            return true;
    }
    return false;
}

bool comment_links(Str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (stands(text, i, S("://")) || stands(text, i, S("www.")) ||
            (text.p[i] == '.' && is_host(text, i)))
            return true;
    return false;
}

/* --- pieces */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_name(char c)
{
    return (is_word(c) && (unsigned char)c < 0x80) || c == '.' || c == '_' || c == '-';
}

/* @name: a word of its own, without the full stop that ends a sentence. */
static size_t mention_at(Str text, size_t at, CommentPiece *out)
{
    size_t n = 1;
    while (at + n < text.n && n <= NAME_MOST + 1 && is_name(text.p[at + n]))
        n++;
    while (n > 1 && !is_word(text.p[at + n - 1]))
        n--;
    bool good = n > 1 && n <= NAME_MOST + 1 && is_word(text.p[at + 1]) &&
                (at + n == text.n || (!is_word(text.p[at + n]) && text.p[at + n] != '@'));
    if (!good)
        return 0;
    *out = (CommentPiece){PIECE_MENTION, {text.p + at, n}, {text.p + at + 1, n - 1}, 0};
    return n;
}

/* How many digits stand there, and their number; more than `most` is none. */
static size_t number_at(Str text, size_t at, size_t most, int64_t *number)
{
    size_t n = 0;
    for (*number = 0; at + n < text.n && is_digit(text.p[at + n]); n++)
        *number = n < most ? *number * 10 + (text.p[at + n] - '0') : *number;
    return n <= most ? n : 0;
}

/* 1:23, 83:20, 1:02:03 */
static size_t time_at(Str text, size_t at, int64_t duration_ms, CommentPiece *out)
{
    int64_t part = 0, seconds = 0;
    size_t n = number_at(text, at, HOUR_DIGITS, &seconds), parts = 1;
    while (n && at + n < text.n && text.p[at + n] == ':') {
        size_t digits = number_at(text, at + n + 1, 2, &part);
        if (digits != 2 || part > 59 || ++parts > 3)
            return 0;
        seconds = seconds * 60 + part;
        n += 3;
    }
    bool more = at + n < text.n && is_word(text.p[at + n]);
    if (parts < 2 || more || seconds * 1000 >= duration_ms)
        return 0;
    *out = (CommentPiece){PIECE_TIME, {text.p + at, n}, {0}, seconds * 1000};
    return n;
}

static size_t special_at(const CommentScan *s, size_t at, CommentPiece *out)
{
    char before = at ? s->text.p[at - 1] : ' ', c = s->text.p[at];
    if (is_word(before) || before == '@' || before == ':' || before == '.' || before == '/' ||
        before == '-' || before == '_')
        return 0;
    return c == '@'      ? mention_at(s->text, at, out)
           : is_digit(c) ? time_at(s->text, at, s->duration_ms, out)
                         : 0;
}

bool comment_piece(CommentScan *s, CommentPiece *out)
{
    size_t start = s->at, n = 0;
    CommentPiece found = {0};
    for (; s->at < s->text.n; s->at++) {
        n = special_at(s, s->at, &found);
        if (n)
            break;
    }
    if (s->at > start) { /* what comes next is found again then */
        *out = (CommentPiece){PIECE_TEXT, {s->text.p + start, s->at - start}, {0}, 0};
        return true;
    }
    s->at += n;
    *out = found;
    return n > 0;
}
