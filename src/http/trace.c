#include "http/trace.h"

#include "base/id.h"

void names_seed(Names *names)
{
    random_bytes(&names->state, sizeof names->state);
}

/* splitmix64: a permutation of its counter, so no number comes twice */
static uint64_t next(Names *names)
{
    uint64_t z = names->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void put_hex(char *to, uint64_t n)
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 15; i >= 0; i--, n >>= 4)
        to[i] = digits[n & 15];
}

static bool id_fits(Str id)
{
    if (!id.n || id.n > REQUEST_ID_MAX)
        return false;
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i], low = (char)(c | 0x20);
        if (!(c >= '0' && c <= '9') && !(low >= 'a' && low <= 'z') && c != '.' && c != '_' &&
            c != '-')
            return false;
    }
    return true;
}

/* n lower-case hex digits, not all zero. */
static bool hex_id(const char *p, size_t n, bool zero_too)
{
    bool some = false;
    for (size_t i = 0; i < n; i++) {
        if (!(p[i] >= '0' && p[i] <= '9') && !(p[i] >= 'a' && p[i] <= 'f'))
            return false;
        some |= p[i] != '0';
    }
    return some || zero_too;
}

static bool parent_fits(Str s)
{
    return s.n == TRACE_PARENT && memcmp(s.p, "00-", 3) == 0 && s.p[35] == '-' && s.p[52] == '-' &&
           hex_id(s.p + 3, 32, false) && hex_id(s.p + 36, 16, false) && hex_id(s.p + 53, 2, true);
}

void trace_make(Names *names, Str id, Str parent, Trace *out)
{
    if (id_fits(id)) {
        out->id_n = (uint8_t)id.n;
        memcpy(out->id, id.p, id.n);
    } else {
        out->id_n = 16;
        put_hex(out->id, next(names));
    }
    if (parent_fits(parent)) {
        memcpy(out->parent, parent.p, TRACE_PARENT);
    } else {
        memcpy(out->parent, "00-", 3);
        put_hex(out->parent + 3, next(names));
        put_hex(out->parent + 19, next(names) | 1); /* never all zero */
        memcpy(out->parent + 35, "-0000000000000000-01", 20);
    }
    put_hex(out->parent + 36, next(names) | 1);
}
