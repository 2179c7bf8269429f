#include "page/text.h"

#include "base/buf.h"

#include <assert.h>

enum { FILLED_MAX = 8192 };

static const char *const texts[TEXT_COUNT][LANGUAGES] = {
#define TEXT(name, id, en) [TEXT_##name] = {id, en},
#include "page/text.def"
#undef TEXT
};

Str text_in(Language language, Text text)
{
    assert(text < TEXT_COUNT && language < LANGUAGES);
    return str_of(texts[text][language]);
}

Str text_fill(Cx *cx, Language language, Text text, const Str *values, size_t n)
{
    Buf b CLEANUP(buf_free) = BUF(FILLED_MAX);
    size_t used = 0;
    for (const char *p = texts[text][language]; *p; p++) {
        if (p[0] == '%' && p[1] == 's') {
            assert(used < n);
            buf_put(&b, values[used].p, values[used].n);
            used++;
            p++;
        } else {
            buf_byte(&b, *p);
        }
    }
    assert(used == n);
    return arena_str(cx->arena, (Str){b.p, b.n});
}
