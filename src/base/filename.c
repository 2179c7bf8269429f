#include "base/filename.h"

#include <strings.h>

enum { EXTENSION_MAX = 5 };

/* What stands after the last separator that has something after it. */
static Str last_part(Str name, char separator)
{
    for (Str rest = name, part; rest.n;) {
        part = str_cut(rest, separator, &rest);
        name = part.n || rest.n ? part : name;
    }
    return name;
}

static uint32_t code_point(const char *text, size_t bytes)
{
    const unsigned char *p = (const unsigned char *)text;
    static const unsigned char mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t c = p[0] & mask[bytes];
    for (size_t i = 1; i < bytes; i++)
        c = c << 6 | (p[i] & 0x3F);
    return c;
}

/* Unicode: controls, marks and overrides of direction, separators of lines, what has no width. Not
 * U+200C and U+200D, which Persian and emoji need. */
static bool is_unfit(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == '/' || c == '\\' || c == 0xAD ||
           c == 0x61C || c == 0x180E || c == 0x200B || c == 0x200E || c == 0x200F ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
           (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F);
}

Str filename_safe(Cx *cx, Str name, Str otherwise)
{
    name = last_part(last_part(name, '/'), '\\');
    char *to = arena_take(cx->arena, FILENAME_MAX_BYTES + 1);
    size_t n = 0;
    for (const char *p = name.p, *end = str_end(name); p < end;) {
        size_t bytes = utf8_next(p, end);
        if (bytes && !is_unfit(code_point(p, bytes)) && n + bytes <= FILENAME_MAX_BYTES) {
            memcpy(to + n, p, bytes);
            n += bytes;
        }
        p += bytes ? bytes : 1;
    }
    bool dots = n == 0 || (n == 1 && to[0] == '.') || (n == 2 && to[0] == '.' && to[1] == '.');
    return dots ? otherwise : (Str){to, n};
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

Str filename_extension(Str name)
{
    size_t dot = name.n;
    while (dot && name.p[dot - 1] != '.')
        dot--;
    Str found = {name.p + dot, name.n - dot};
    if (!dot || !found.n || found.n > EXTENSION_MAX || !is_letter(found.p[0]))
        return (Str){0};
    for (size_t i = 0; i < found.n; i++)
        if (!is_letter(found.p[i]) && !(found.p[i] >= '0' && found.p[i] <= '9'))
            return (Str){0};
    return found;
}

static bool is_one_of(Str extension, const char *const *extensions)
{
    for (; *extensions; extensions++)
        if (strlen(*extensions) == extension.n &&
            strncasecmp(*extensions, extension.p, extension.n) == 0)
            return true;
    return false;
}

/* Neither hidden nor ended by what Windows takes away. */
static Str trimmed(Str name)
{
    while (name.n && (name.p[0] == '.' || name.p[0] == ' '))
        name = (Str){name.p + 1, name.n - 1};
    while (name.n && (name.p[name.n - 1] == '.' || name.p[name.n - 1] == ' '))
        name.n--;
    return name;
}

Str filename_with(Cx *cx, Str name, const char *const *extensions)
{
    name = trimmed(name);
    Str had = filename_extension(name), stem = name;
    if (had.n && is_one_of(had, extensions) && name.n > had.n + 1)
        return name;
    if (had.n)
        stem = trimmed((Str){name.p, name.n - had.n - 1});
    Str more = filename_extension(stem);
    if (more.n && is_one_of(more, extensions) && stem.n > more.n + 1) /* a.pdf.exe */
        return stem;
    size_t most = FILENAME_MAX_BYTES - 1 - strlen(*extensions);
    while (stem.n > most || (stem.n && stem.n < name.n && (name.p[stem.n] & 0xC0) == 0x80))
        stem.n--; /* never within a character */
    stem = trimmed(stem);
    stem = stem.n ? stem : S("file");
    return arena_fmt(cx->arena, STR_FMT ".%s", STR_ARG(stem), *extensions);
}
