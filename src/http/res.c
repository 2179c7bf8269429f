#include "http/res.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

void res_drop_file(Res *res)
{
    if (res->fd >= 0)
        close(res->fd);
    if (res->splice)
        splice_close(res->splice);
    res->fd = -1;
    res->splice = NULL;
    delivery_end(&res->delivery, 0, 0);
}

void res_header(Cx *cx, Res *res, const char *name, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *p = arena_take(cx->arena, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    Str value = {p, (size_t)n};
    assert(res->n_headers < RES_HEADERS);
    assert(!memchr(p, '\r', value.n) && !memchr(p, '\n', value.n) && !memchr(p, 0, value.n));
    res->headers[res->n_headers++] = (Header){str_of(name), value};
}

/* RFC 8187 3.2.1: what may stand unencoded. */
static bool attr_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c && strchr("!#$&+-.^_`|~", c));
}

/* For readers that know no filename*: no quote, backslash, percent or separator, so that none of
 * them finds an escape in it; one '_' for each character beyond ASCII. */
static size_t put_fallback(char *to, Str name)
{
    size_t n = 0;
    for (const char *p = name.p, *end = str_end(name); p < end;) {
        size_t bytes = utf8_next(p, end);
        char c = *p;
        bool plain = bytes == 1 && c >= 0x20 && c < 0x7f && !strchr("\"\\%/;", c);
        to[n++] = plain ? c : '_';
        p += bytes ? bytes : 1;
    }
    return n;
}

/* Bytes that are not UTF-8 become U+FFFD; a control or a separator becomes '_'. */
static size_t put_extended(char *to, Str name)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t n = 0;
    for (const char *p = name.p, *end = str_end(name); p < end;) {
        size_t bytes = utf8_next(p, end);
        bool inert =
            bytes == 1 && ((unsigned char)*p < 0x20 || *p == 0x7f || *p == '/' || *p == '\\');
        const char *from = !bytes ? "\xEF\xBF\xBD" : inert ? "_" : p;
        size_t count = !bytes ? 3 : bytes;
        for (size_t i = 0; i < count; i++) {
            unsigned char c = (unsigned char)from[i];
            if (attr_char(from[i])) {
                to[n++] = from[i];
                continue;
            }
            to[n++] = '%';
            to[n++] = hex[c >> 4];
            to[n++] = hex[c & 15];
        }
        p += bytes ? bytes : 1;
    }
    return n;
}

Str content_disposition(Cx *cx, Str name)
{
    static const char head[] = "attachment; filename=\"", middle[] = "\"; filename*=UTF-8''";
    char *p = arena_take(cx->arena, sizeof head + sizeof middle + name.n * 10);
    size_t n = sizeof head - 1;
    memcpy(p, head, n);
    n += put_fallback(p + n, name);
    memcpy(p + n, middle, sizeof middle - 1);
    n += sizeof middle - 1;
    n += put_extended(p + n, name);
    return (Str){p, n};
}
