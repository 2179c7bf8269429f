#include "media/font.h"

enum { TABLE_ROW = 16, ENCODING_ROW = 8, GROUP_ROW = 12 };

/* Big-endian; 0 beyond the end. */
static uint32_t at16(Str s, size_t at)
{
    if (at + 2 > s.n || at + 2 < at)
        return 0;
    return (uint32_t)(unsigned char)s.p[at] << 8 | (unsigned char)s.p[at + 1];
}

static uint32_t at32(Str s, size_t at)
{
    return at + 4 > s.n || at + 4 < at ? 0 : at16(s, at) << 16 | at16(s, at + 2);
}

/* What is there of [at, at + n). */
static Str part(Str s, size_t at, size_t n)
{
    if (at >= s.n)
        return (Str){0};
    return (Str){s.p + at, n < s.n - at ? n : s.n - at};
}

static Str table(Str file, size_t directory, const char *tag)
{
    uint32_t n = at16(file, directory + 4);
    for (uint32_t i = 0; i < n; i++) {
        size_t row = directory + 12 + (size_t)i * TABLE_ROW;
        if (str_eq(part(file, row, 4), (Str){tag, 4}))
            return part(file, at32(file, row + 8), at32(file, row + 12));
    }
    return (Str){0};
}

/* Of the subtables for Unicode the one that reaches farthest. */
static bool choose_cmap(Str cmap, Font *font)
{
    uint32_t n = at16(cmap, 2);
    for (uint32_t i = 0; i < n && font->format != 12; i++) {
        size_t row = 4 + (size_t)i * ENCODING_ROW;
        uint32_t platform = at16(cmap, row), encoding = at16(cmap, row + 2);
        Str sub = part(cmap, at32(cmap, row + 4), cmap.n);
        uint32_t format = at16(sub, 0);
        bool unicode = platform == 0 || (platform == 3 && (encoding == 1 || encoding == 10));
        if (!unicode || (format != 4 && format != 12))
            continue;
        font->cmap = sub;
        font->format = format;
    }
    return font->format != 0;
}

bool font_open(Str file, Font *out)
{
    bool collection = str_begins(file, S("ttcf"));
    size_t directory = collection ? at32(file, 12) : 0;
    uint32_t version = at32(file, directory);
    Str head = table(file, directory, "head"), hhea = table(file, directory, "hhea");
    Font font = {.file = file,
                 .hmtx = table(file, directory, "hmtx"),
                 .units = at16(head, 18),
                 .advances = at16(hhea, 34)};
    if (version != 0x00010000 && version != 0x4F54544F) /* TrueType, "OTTO" */
        return false;
    if (font.units < 16 || font.units > 16384 || font.advances == 0 ||
        font.hmtx.n < (size_t)font.advances * 4 ||
        !choose_cmap(table(file, directory, "cmap"), &font))
        return false;
    *out = font;
    return true;
}

/* Segments of 16 bits each in four arrays, one after another. */
static uint32_t glyph_4(Str s, uint32_t c)
{
    uint32_t n = at16(s, 6) / 2;
    size_t ends = 14, starts = ends + 2 * (size_t)n + 2, deltas = starts + 2 * (size_t)n,
           ranges = deltas + 2 * (size_t)n;
    for (uint32_t i = 0; i < n && c <= 0xFFFF; i++) {
        if (c > at16(s, ends + 2 * (size_t)i))
            continue;
        uint32_t start = at16(s, starts + 2 * (size_t)i), delta = at16(s, deltas + 2 * (size_t)i);
        uint32_t range = at16(s, ranges + 2 * (size_t)i);
        if (c < start)
            return 0;
        if (range == 0)
            return (c + delta) & 0xFFFF;
        uint32_t glyph = at16(s, ranges + 2 * (size_t)i + range + 2 * (size_t)(c - start));
        return glyph ? (glyph + delta) & 0xFFFF : 0;
    }
    return 0;
}

static uint32_t glyph_12(Str s, uint32_t c)
{
    uint32_t low = 0, high = at32(s, 12);
    while (low < high) {
        uint32_t i = low + (high - low) / 2;
        size_t row = 16 + (size_t)i * GROUP_ROW;
        if (row + GROUP_ROW > s.n || c < at32(s, row))
            high = i;
        else if (c > at32(s, row + 4))
            low = i + 1;
        else
            return (at32(s, row + 8) + (c - at32(s, row))) & 0xFFFF;
    }
    return 0;
}

uint32_t font_glyph(const Font *font, uint32_t character)
{
    return font->format == 12 ? glyph_12(font->cmap, character) : glyph_4(font->cmap, character);
}

double font_advance(const Font *font, uint32_t glyph)
{
    uint32_t i = glyph < font->advances ? glyph : font->advances - 1; /* the last goes on */
    return (double)at16(font->hmtx, (size_t)i * 4) / font->units;
}
