#include "page/html.h"

#include "base/fault.h"

#include <assert.h>

/* What stands for one byte of ASCII; NULL: itself. */
static const char *entity(char c)
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
    case '\n':
    case '\t':
        return NULL;
    default:
        return (unsigned char)c < 0x20 || c == 0x7f ? "" : NULL;
    }
}

void html_text(Buf *b, Str s)
{
    for (const char *p = s.p, *end = str_end(s); p < end;) {
        size_t n = utf8_next(p, end);
        const char *other = n == 1 && !bug("noescape") ? entity(*p) : n ? NULL : "\xEF\xBF\xBD";
        if (other)
            buf_put(b, other, strlen(other));
        else
            buf_put(b, p, n);
        p += n ? n : 1;
    }
}

static void attr_begin(Buf *b, const char *name)
{
    buf_byte(b, ' ');
    buf_put(b, name, strlen(name));
    buf_put(b, "=\"", 2);
}

void html_attr(Buf *b, const char *name, Str value)
{
    assert(strncmp(name, "on", 2) != 0 && strcmp(name, "style") != 0);
    attr_begin(b, name);
    html_text(b, value);
    buf_byte(b, '"');
}

void html_attr_int(Buf *b, const char *name, int64_t value)
{
    char text[INT_TEXT];
    html_attr(b, name, (Str){text, (size_t)(int_write(text, value) - text)});
}

/* A second slash or a backslash would name another host. */
static bool is_path(Str s)
{
    return str_begins(s, S("/")) && !(s.n > 1 && (s.p[1] == '/' || s.p[1] == '\\'));
}

void html_link(Buf *b, const char *name, Str address)
{
    bool good = is_path(address) || str_begins(address, S("?")) || str_begins(address, S("#")) ||
                str_begins(address, S("https://")) || str_begins(address, S("http://"));
    for (size_t i = 0; i < address.n; i++) /* browsers drop these before they look */
        good = good && (unsigned char)address.p[i] > ' ';
    html_attr(b, name, good || bug("anylink") ? address : S("#"));
}

void html_paragraphs(Buf *b, Str s)
{
    bool open = false;
    while (s.n) {
        Str line = str_cut(s, '\n', &s);
        if (line.n && line.p[line.n - 1] == '\r')
            line.n--;
        if (!line.n) {
            if (open)
                HTML(b, "</p>");
            open = false;
            continue;
        }
        if (open)
            HTML(b, "<br>");
        else
            HTML(b, "<p>");
        open = true;
        html_text(b, line);
    }
    if (open)
        HTML(b, "</p>");
}
