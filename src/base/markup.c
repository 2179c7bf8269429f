#include "base/markup.h"

const char *markup_entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* In UTF-8: C0 and DEL, C1, and what XML 1.0 has no character for. */
static bool is_control(const char *p, size_t n)
{
    const unsigned char *c = (const unsigned char *)p;
    return (n == 1 && (c[0] < ' ' || c[0] == 0x7F)) || (n == 2 && c[0] == 0xC2 && c[1] < 0xA0) ||
           (n == 3 && c[0] == 0xEF && c[1] == 0xBF && c[2] >= 0xBE);
}

void markup_put(Buf *out, Str text, const char *(*instead)(char c))
{
    for (const char *p = text.p, *end = str_end(text); p < end;) {
        size_t n = utf8_next(p, end);
        const char *other = n == 1 ? instead(*p) : n ? NULL : "\xEF\xBF\xBD";
        if (other)
            buf_put(out, other, strlen(other));
        else if (!is_control(p, n))
            buf_put(out, p, n);
        p += n ? n : 1;
    }
}
