#include "identity/code.h"

#include "base/hash.h"
#include "base/id.h"

#include <string.h>

enum { CODE_BYTES = 10, CODE_CHARS = 16, GROUP = 4 };

static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";

Str code_new(Cx *cx)
{
    uint8_t raw[CODE_BYTES];
    char text[CODE_CHARS + CODE_CHARS / GROUP];
    size_t n = 0;
    random_bytes(raw, sizeof raw);
    for (size_t i = 0; i < CODE_CHARS; i++) {
        size_t bit = i * 5;
        unsigned two =
            (unsigned)raw[bit / 8] << 8 | (bit / 8 + 1 < CODE_BYTES ? raw[bit / 8 + 1] : 0);
        if (i && i % GROUP == 0)
            text[n++] = '-';
        text[n++] = letters[two >> (11 - bit % 8) & 31];
    }
    return arena_str(cx->arena, (Str){text, n});
}

static char plain(char c)
{
    c = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    return c == 'o' ? '0' : c == 'i' || c == 'l' ? '1' : c;
}

Str code_hash(Cx *cx, Str typed)
{
    char text[CODE_CHARS];
    size_t n = 0;
    for (size_t i = 0; i < typed.n; i++) {
        char c = plain(typed.p[i]);
        if (c == '-' || c == ' ')
            continue;
        if (n == CODE_CHARS || !c || !strchr(letters, c))
            return (Str){0};
        text[n++] = c;
    }
    if (n != CODE_CHARS)
        return (Str){0};
    return sha256_hex(cx->arena, (Str){text, n});
}
