#include "http/syntax.h"

/* clang-format off */
enum {
    F = IS_FIELD,                                             /* of fields only */
    T = IS_FIELD | IS_TOKEN,                                  /* # % ^ ` | */
    B = IS_FIELD | IS_PCHAR | IS_QUERY | IS_HOST,             /* ( ) , ; = */
    D = B | IS_TOKEN,                                         /* ! $ & ' * + */
    U = D,                                                    /* unreserved: letters, digits, - . _ ~ */
    C = IS_FIELD | IS_PCHAR | IS_QUERY,                       /* : @ */
    Q = IS_FIELD | IS_QUERY,                                  /* / ? */
};

const uint8_t syntax_class[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, F, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    F, D, F, T, D, T, D, D, B, B, D, D, B, U, U, Q, /*  !"#$%&'()*+,-./ */
    U, U, U, U, U, U, U, U, U, U, C, B, F, B, F, Q, /* 0123456789:;<=>? */
    C, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, /* @ABC */
    U, U, U, U, U, U, U, U, U, U, U, F, F, F, T, U, /* XYZ[\]^_ */
    T, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, /* `abc */
    U, U, U, U, U, U, U, U, U, U, U, F, T, F, U, 0, /* xyz{|}~ */
    F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F,
    F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F,
    F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F,
    F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F, F,
};
/* clang-format on */

static char lower_of(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

bool text_is(Str s, Str lower)
{
    if (s.n != lower.n)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (lower_of(s.p[i]) != lower.p[i])
            return false;
    return true;
}

Str text_trim(Str s)
{
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
        s = (Str){s.p + 1, s.n - 1};
    while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
        s.n--;
    return s;
}

bool text_number(Str s, int64_t *out)
{
    int64_t sum = 0;
    if (!s.n)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        if (__builtin_mul_overflow(sum, 10, &sum) ||
            __builtin_add_overflow(sum, s.p[i] - '0', &sum))
            return false;
    }
    *out = sum;
    return true;
}

bool text_lists(Str list, Str item)
{
    for (Str rest = list; rest.n;)
        if (text_is(text_trim(str_cut(rest, ',', &rest)), item))
            return true;
    return false;
}
