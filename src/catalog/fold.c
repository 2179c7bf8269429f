#include "catalog/fold.h"

#include "base/attr.h"

static const struct {
    uint32_t first;
    const char *letters;
} latin[] = {
#define LATIN(first, letters) {first, letters},
#include "catalog/fold_latin.def"
#undef LATIN
};

/* Ranges that hold no letter of any word; first and last. */
static const uint32_t breaks[][2] = {
    {0x80, 0xA9},     {0xAB, 0xB4},     {0xB6, 0xB9},     {0xBB, 0xBF},       {0x2000, 0x2BFF},
    {0x2E00, 0x2E7F}, {0x3000, 0x3004}, {0x3008, 0x3020}, {0x30FB, 0x30FB},   {0xE000, 0xF8FF},
    {0xFE10, 0xFE6F}, {0xFF00, 0xFF0F}, {0xFF1A, 0xFF20}, {0xFF3B, 0xFF40},   {0xFF5B, 0xFF65},
    {0xFFE0, 0xFFFF}, {0x0589, 0x058A}, {0x060C, 0x061B}, {0x1F000, 0x1FBFF}, {0x0964, 0x0965},
    {0xD7, 0xD7},     {0xF7, 0xF7},     {0x061D, 0x061F}, {0xE0000, 0x10FFFF}};

static uint32_t decode(const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;
    if (n == 1)
        return p[0];
    uint32_t c = p[0] & (0x7FU >> n);
    for (size_t i = 1; i < n; i++)
        c = c << 6 | (p[i] & 0x3F);
    return c;
}

static size_t encode(uint32_t c, char out[FOLD_MAX])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)((0xF00U >> n & 0xFF) | c);
    return n;
}

/* What a Latin letter becomes; empty: c is none. */
static Str latin_of(uint32_t c)
{
    for (size_t i = 0; i < COUNT(latin); i++) {
        if (c - latin[i].first >= 16)
            continue;
        Str rest = str_of(latin[i].letters), letter = {0};
        for (uint32_t at = latin[i].first; at <= c; at++)
            letter = str_cut(rest, ' ', &rest);
        return letter.n && letter.p[0] != '-' ? letter : (Str){0};
    }
    return (Str){0};
}

static uint32_t small(uint32_t c)
{
    if ((c >= 0x391 && c <= 0x3A9) || (c >= 0x410 && c <= 0x42F))
        return c + 0x20;
    if (c >= 0x400 && c <= 0x40F)
        return c + 0x50;
    if (c >= 0xFF10 && c <= 0xFF19)
        return c - 0xFF10 + '0';
    if ((c >= 0xFF21 && c <= 0xFF3A) || (c >= 0xFF41 && c <= 0xFF5A))
        return (c - 0xFF21) % 0x20 + 'a';
    return c == 0x3C2 ? 0x3C3 : c; /* the sigma that ends a word */
}

static FoldKind fold_ascii(char c, char out[FOLD_MAX], size_t *n)
{
    if (c == '\'')
        return FOLD_NOTHING;
    c = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
        return FOLD_BREAK;
    out[0] = c;
    *n = 1;
    return FOLD_LETTER;
}

FoldKind fold_next(const char *p, const char *end, size_t *used, char out[FOLD_MAX], size_t *n)
{
    size_t bytes = utf8_next(p, end);
    *used = bytes ? bytes : 1;
    *n = 0;
    if (bytes <= 1)
        return bytes ? fold_ascii(*p, out, n) : FOLD_BREAK;
    uint32_t c = decode(p, bytes);
    if ((c >= 0x300 && c <= 0x36F) || c == 0x2019 || c == 0x2BC || c == 0xAD ||
        (c >= 0x200B && c <= 0x200F) || (c >= 0xFE00 && c <= 0xFE0F))
        return FOLD_NOTHING;
    for (size_t i = 0; i < COUNT(breaks); i++)
        if (c >= breaks[i][0] && c <= breaks[i][1])
            return FOLD_BREAK;
    Str letter = latin_of(c);
    if (letter.n) {
        memcpy(out, letter.p, letter.n);
        *n = letter.n;
    } else {
        *n = encode(small(c), out);
    }
    return FOLD_LETTER;
}
