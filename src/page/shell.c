#include "page/shell.h"

#include "base/buf.h"
#include "base/fault.h"

enum { WORD_MAX = 16 << 10 };

/* What means nothing within double quotes, in sh and in cmd.exe. */
static bool plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr(" ._~:/+,=@%()-&;'[]{}", c));
}

Str shell_word(Cx *cx, Str text)
{
    Buf b CLEANUP(buf_free) = BUF(WORD_MAX);
    bool simple = true;
    for (size_t i = 0; i < text.n; i++)
        simple = simple && plain(text.p[i]);
    if (simple || bug("noquote"))
        return arena_fmt(cx->arena, "\"" STR_FMT "\"", STR_ARG(text));
    buf_byte(&b, '\'');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\'')
            buf_put(&b, "'\\''", 4);
        else if ((unsigned char)text.p[i] >= ' ') /* a pasted control character would act at once */
            buf_byte(&b, text.p[i]);
    }
    buf_byte(&b, '\'');
    return arena_str(cx->arena, (Str){b.p, b.n});
}

Str shell_file(Cx *cx, Str name)
{
    if (name.n && name.p[0] == '-')
        name = arena_fmt(cx->arena, "./" STR_FMT, STR_ARG(name));
    return shell_word(cx, name);
}
