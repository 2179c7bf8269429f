#include "http/chunked.h"

#include "http/syntax.h"

enum { SIZE_DIGITS = 16 };
enum { AT_SIZE, AT_SIZE_LF, AT_DATA, AT_DATA_CR, AT_DATA_LF, AT_END_CR, AT_END_LF, AT_END, AT_BAD };

/* One octet of the framing; false when it may not stand here. */
static bool framing(Chunked *c, char octet)
{
    int digit = hex_digit(octet);
    switch (c->state) {
    case AT_SIZE:
        if (digit >= 0 && c->digits < SIZE_DIGITS) {
            c->digits++;
            return !__builtin_mul_overflow(c->left, 16, &c->left) &&
                   !__builtin_add_overflow(c->left, digit, &c->left);
        }
        c->state = AT_SIZE_LF;
        return octet == '\r' && c->digits > 0;
    case AT_SIZE_LF:
        c->state = c->left ? AT_DATA : AT_END_CR;
        return octet == '\n';
    case AT_DATA_CR:
        c->state = AT_DATA_LF;
        return octet == '\r';
    case AT_DATA_LF:
        *c = (Chunked){.state = AT_SIZE};
        return octet == '\n';
    case AT_END_CR:
        c->state = AT_END_LF;
        return octet == '\r';
    case AT_END_LF:
        c->state = AT_END;
        return octet == '\n';
    default:
        return false;
    }
}

ChunkStep chunked_next(Chunked *c, Str *in, Str *data)
{
    while (in->n && c->state != AT_END && c->state != AT_BAD) {
        if (c->state == AT_DATA) {
            size_t n = (uint64_t)c->left < in->n ? (size_t)c->left : in->n;
            *data = (Str){in->p, n};
            *in = (Str){in->p + n, in->n - n};
            c->left -= (int64_t)n;
            if (!c->left)
                c->state = AT_DATA_CR;
            return CHUNK_DATA;
        }
        if (!framing(c, in->p[0]))
            c->state = AT_BAD;
        *in = (Str){in->p + 1, in->n - 1};
    }
    return c->state == AT_END ? CHUNK_END : c->state == AT_BAD ? CHUNK_BAD : CHUNK_MORE;
}
