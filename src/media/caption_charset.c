#include "media/caption_charset.h"

typedef enum Charset { UTF_8, UTF_16_LE, UTF_16_BE, WINDOWS_1252 } Charset;

enum { REPLACEMENT = 0xFFFD, BYTE_ORDER_MARK = 0xFEFF, NUL_SHARE = 8, GROWTH = 3 };

typedef struct Reader {
    const unsigned char *p, *end;
    Charset charset;
} Reader;

/* 0x80 to 0x9F; 0 where the code page has nothing. */
static const uint16_t windows_1252[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

uint32_t caption_char(uint32_t c)
{
    if ((c >= '\t' && c <= '\r') || c == 0x85 || c == 0x2028 || c == 0x2029)
        return ' ';
    if (c < ' ' || (c >= 0x7F && c < 0xA0) || c == BYTE_ORDER_MARK)
        return 0;
    return c > 0x10FFFF || (c >= 0xD800 && c < 0xE000) ? REPLACEMENT : c;
}

char *utf8_write(char *to, uint32_t c)
{
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; c >>= 6)
        to[i] = (char)(0x80 | (c & 0x3F));
    to[0] = (char)(lead[n] | c);
    return to + n;
}

static uint32_t take_utf8(Reader *r)
{
    size_t n = utf8_next((const char *)r->p, (const char *)r->end);
    uint32_t c = n == 1 ? r->p[0] : n ? r->p[0] & (0xFFu >> (n + 1)) : REPLACEMENT;
    for (size_t i = 1; i < n; i++)
        c = c << 6 | (r->p[i] & 0x3Fu);
    r->p += n ? n : 1;
    return c;
}

static uint32_t unit(Reader *r)
{
    bool big = r->charset == UTF_16_BE;
    uint32_t c = (uint32_t)r->p[!big] << 8 | r->p[big];
    r->p += 2;
    return c;
}

/* RFC 2781. Half a unit at the end is left out. */
static uint32_t take_utf16(Reader *r)
{
    if (r->end - r->p < 2) {
        r->p = r->end;
        return BYTE_ORDER_MARK;
    }
    uint32_t high = unit(r);
    if (high < 0xD800 || high >= 0xDC00 || r->end - r->p < 2)
        return high;
    uint32_t low = unit(r);
    if (low >= 0xDC00 && low < 0xE000)
        return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    r->p -= 2;
    return REPLACEMENT;
}

static uint32_t take(Reader *r)
{
    if (r->charset == UTF_8)
        return take_utf8(r);
    if (r->charset != WINDOWS_1252)
        return take_utf16(r);
    unsigned char c = *r->p++;
    return c >= 0x80 && c < 0xA0 ? windows_1252[c - 0x80] : c;
}

static bool is_utf8(Str s)
{
    const char *p = s.p, *end = str_end(s);
    while (p < end) {
        size_t n = utf8_next(p, end);
        if (n == 0)
            return false;
        p += n;
    }
    return true;
}

static Charset charset_of(Str file)
{
    if (str_begins(file, S("\xFF\xFE")))
        return UTF_16_LE;
    if (str_begins(file, S("\xFE\xFF")))
        return UTF_16_BE;
    return str_begins(file, S("\xEF\xBB\xBF")) || is_utf8(file) ? UTF_8 : WINDOWS_1252;
}

Err caption_refuse_unknown(Cx *cx)
{
    return fail(cx, E_MEDIA_REFUSED,
                "this is neither SubRip nor WebVTT: SubRip begins with a number or a time, WebVTT "
                "with the word WEBVTT; both are plain text, best saved as UTF-8");
}

Err caption_decode(Cx *cx, Str file, Str *text)
{
    const unsigned char *p = (const unsigned char *)file.p;
    Reader r = {p, p + file.n, charset_of(file)};
    char *start = arena_take(cx->arena, file.n * GROWTH + 1), *to = start;
    size_t all = 0, nuls = 0;
    bool after_cr = false;
    while (r.p < r.end) {
        uint32_t c = take(&r), shown = caption_char(c);
        all++;
        nuls += c == 0;
        if (c == '\r' || c == '\n') {
            if (c == '\r' || !after_cr)
                *to++ = '\n';
        } else if (shown) {
            to = utf8_write(to, shown);
        }
        after_cr = c == '\r';
    }
    if (nuls > all / NUL_SHARE)
        return caption_refuse_unknown(cx);
    *text = (Str){start, (size_t)(to - start)};
    return OK;
}
