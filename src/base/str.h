/* str.h - borrowed text: bytes somebody else owns, with their length.
 *
 * Passed by value, not NUL-terminated, never freed; it lives as long as what
 * it points into (an Arena, a request buffer, a literal). Empty is {0}.
 */
#ifndef HUB_STR_H
#define HUB_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct Str {
    const char *p;
    size_t n; /* bytes */
} Str;

#define S(lit) ((Str){"" lit "", sizeof(lit) - 1})
#define STR_FMT "%.*s"
#define STR_ARG(s) (int)(s).n, (s).p

static inline bool str_eq(Str a, Str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* One past the last byte; NULL for {0}, as NULL + 0 is undefined in C. */
static inline const char *str_end(Str s)
{
    return s.n ? s.p + s.n : s.p;
}

static inline Str str_of(const char *z)
{
    return (Str){z, strlen(z)};
}

static inline bool str_begins(Str s, Str start)
{
    return s.n >= start.n && memcmp(s.p, start.p, start.n) == 0;
}

static inline bool str_ends(Str s, Str end)
{
    return s.n >= end.n && memcmp(s.p + s.n - end.n, end.p, end.n) == 0;
}

/* What stands before the first `sep`; *rest begins after it, and is {0} when there was none. */
static inline Str str_cut(Str s, char sep, Str *rest)
{
    const char *at = s.n ? memchr(s.p, sep, s.n) : NULL;
    size_t n = at ? (size_t)(at - s.p) : s.n;
    *rest = at ? (Str){at + 1, s.n - n - 1} : (Str){0};
    return (Str){s.p, n};
}

/* Bytes of the well-formed UTF-8 sequence at p (RFC 3629: no surrogates, no overlong forms,
 * nothing above U+10FFFF); 0 when there is none. */
static inline size_t utf8_next(const char *text, const char *end)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t left = (size_t)(end - text);
    if (p[0] < 0x80)
        return 1;
    size_t n = p[0] >= 0xC2 && p[0] < 0xE0   ? 2
               : p[0] >= 0xE0 && p[0] < 0xF0 ? 3
               : p[0] >= 0xF0 && p[0] < 0xF5 ? 4
                                             : 0;
    if (n == 0 || left < n)
        return 0;
    unsigned char low = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : 0x80;
    unsigned char high = p[0] == 0xED ? 0x9F : p[0] == 0xF4 ? 0x8F : 0xBF;
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    return n;
}

#endif
