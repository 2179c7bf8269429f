#include "page/html.h"

#include "base/fault.h"
#include "base/markup.h"

#include <assert.h>

/* Line ends and tabs are for those who wrote them to see. */
static const char *in_html(char c)
{
    return c == '\n' ? "\n" : c == '\t' ? "\t" : markup_entity(c);
}

void html_text(Buf *b, Str s)
{
    if (bug("noescape"))
        buf_put(b, s.p, s.n);
    else
        markup_put(b, s, in_html);
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

/* In JSON these three stand in strings alone. */
void html_json_ld(Buf *b, Str json)
{
    HTML(b, "<script type=\"application/ld+json\">");
    for (size_t i = 0; i < json.n; i++) {
        char c = json.p[i];
        if ((c == '<' || c == '>' || c == '&') && !bug("rawjson"))
            buf_put(b, c == '<' ? "\\u003c" : c == '>' ? "\\u003e" : "\\u0026", 6);
        else
            buf_byte(b, c);
    }
    HTML(b, "</script>\n");
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
