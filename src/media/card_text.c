#include "media/card_text.h"

enum { TITLE_MAX = 1000 }; /* characters looked at */

/* A title as characters that can be shown. */
typedef struct Glyphs {
    size_t n;
    uint32_t c[TITLE_MAX];
    double advance[TITLE_MAX]; /* ems */
} Glyphs;

typedef struct Span {
    size_t from, to;
} Span;

/* Part of the width, and the lines that it may take: few lines in a large size. */
static const struct {
    int32_t part;
    size_t lines;
} sizes[] = {{11, 2}, {13, 3}, {15, 4}, {18, 4}, {22, 4}, {27, 4}};

static uint32_t decode(const char *p, size_t n)
{
    static const unsigned char first[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t c = (unsigned char)p[0] & first[n];
    for (size_t i = 1; i < n; i++)
        c = c << 6 | ((unsigned char)p[i] & 0x3F);
    return c;
}

static size_t encode(uint32_t c, char *to)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; c >>= 6)
        to[i] = (char)(0x80 | (c & 0x3F));
    to[0] = (char)((n == 2 ? 0xC0 : n == 3 ? 0xE0 : 0xF0) | c);
    return n;
}

static bool is_blank(uint32_t c)
{
    return c <= ' ' || c == 0x85 || c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

/* Says how others look, or which way they run, and is nothing itself. */
static bool is_shapeless(uint32_t c)
{
    return (c >= 0x7F && c < 0xA0) || c == 0xAD || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
           (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF || (c >= 0xFFF0 && c <= 0xFFFD) ||
           c >= 0xE0000 || (c >= 0x1F3FB && c <= 0x1F3FF);
}

static void put(Glyphs *g, uint32_t c, double advance)
{
    g->c[g->n] = c;
    g->advance[g->n++] = advance;
}

static void gather(const Font *font, Str title, Glyphs *g)
{
    double blank = font_advance(font, font_glyph(font, ' '));
    bool gap = false;
    for (const char *p = title.p, *end = str_end(title); p < end && g->n + 2 < TITLE_MAX;) {
        size_t used = utf8_next(p, end);
        uint32_t c = used ? decode(p, used) : 0xFFFD;
        uint32_t glyph = is_blank(c) || is_shapeless(c) ? 0 : font_glyph(font, c);
        p += used ? used : 1;
        gap |= is_blank(c);
        if (glyph == 0)
            continue;
        if (gap && g->n)
            put(g, ' ', blank);
        gap = false;
        put(g, c, font_advance(font, glyph));
    }
}

/* The line that begins at `from`: words as far as they fit, or a part of one that is too long. */
static Span line_at(const Glyphs *g, size_t from, double ems)
{
    double wide = 0;
    size_t i = from, word_end = from;
    for (; i < g->n; i++) {
        wide += g->advance[i];
        if (g->c[i] == ' ')
            word_end = i;
        if (wide > ems && g->c[i] != ' ' && i > from)
            break;
    }
    if (i == g->n)
        return (Span){from, g->n};
    return (Span){from, word_end > from ? word_end : i};
}

static size_t wrap(const Glyphs *g, double ems, Span *lines, size_t most)
{
    size_t n = 0, from = 0;
    while (from < g->n && n < most) {
        lines[n] = line_at(g, from, ems);
        from = lines[n++].to;
        while (from < g->n && g->c[from] == ' ')
            from++;
    }
    return from < g->n ? most + 1 : n;
}

static Str text_of(Arena *arena, const Glyphs *g, Span s, const char *end)
{
    size_t n = 0, more = strlen(end);
    char *p = arena_take(arena, (s.to - s.from) * 4 + more + 1);
    for (size_t i = s.from; i < s.to; i++)
        n += encode(g->c[i], p + n);
    memcpy(p + n, end, more);
    return (Str){p, n + more};
}

/* Shortened so that the ellipsis has room. */
static Span shorten(const Glyphs *g, Span s, double ems, double ellipsis)
{
    double wide = ellipsis;
    for (size_t i = s.from; i < s.to; i++)
        wide += g->advance[i];
    while (s.to > s.from + 1 && (wide > ems || g->c[s.to - 1] == ' '))
        wide -= g->advance[--s.to];
    return s;
}

void card_wrap(Arena *arena, const Font *font, Str title, int32_t width, CardText *out)
{
    Glyphs *g = arena_take(arena, sizeof *g);
    Span lines[CARD_LINES] = {0};
    gather(font, title, g);
    size_t n = 0, i = 0;
    double ems = 0;
    for (; i < COUNT(sizes); i++) {
        ems = sizes[i].part;
        n = wrap(g, ems, lines, sizes[i].lines);
        if (n <= sizes[i].lines)
            break;
    }
    bool over = i == COUNT(sizes);
    *out = (CardText){.size = width / sizes[over ? i - 1 : i].part, .n = over ? CARD_LINES : n};
    uint32_t dots = font_glyph(font, 0x2026);
    if (over)
        lines[CARD_LINES - 1] = shorten(g, lines[CARD_LINES - 1], ems,
                                        dots ? font_advance(font, dots)
                                             : 3 * font_advance(font, font_glyph(font, '.')));
    for (size_t k = 0; k < out->n; k++)
        out->lines[k] = text_of(arena, g, lines[k],
                                over && k + 1 == CARD_LINES ? (dots ? "\xE2\x80\xA6" : "...") : "");
}
