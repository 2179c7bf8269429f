/* syntax.h - the character classes of RFC 9110 and RFC 3986, and text compared without case.
 *
 * Pure functions over a constant table; any thread.
 */
#ifndef HUB_SYNTAX_H
#define HUB_SYNTAX_H

#include "base/str.h"

enum {
    IS_TOKEN = 1, /* tchar, RFC 9110 5.6.2 */
    IS_FIELD = 2, /* what a field value may hold: VCHAR, SP, HTAB, obs-text */
    IS_PCHAR = 4, /* RFC 3986 3.3, without '%' */
    IS_QUERY = 8, /* pchar, '/' and '?' */
    IS_HOST = 16, /* reg-name: unreserved and sub-delims, without '%' */
};

extern const uint8_t syntax_class[256];

static inline bool syntax_is(char c, unsigned class)
{
    return syntax_class[(unsigned char)c] & class;
}

static inline bool syntax_all(Str s, unsigned class)
{
    for (size_t i = 0; i < s.n; i++)
        if (!syntax_is(s.p[i], class))
            return false;
    return true;
}

/* 0 to 15, or -1. */
static inline int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    char low = (char)(c | 0x20);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/* ASCII letters without case; every other byte as it is. */
bool text_is(Str s, Str lower);
/* Without the blanks (SP, HTAB) around it. */
Str text_trim(Str s);
/* 1*DIGIT that fits 63 bits; false else. No sign, no blank, no list. */
bool text_number(Str s, int64_t *out);
/* Whether `item` (lower case) is one of the comma-separated elements of `list`. */
bool text_lists(Str list, Str item);

#endif
