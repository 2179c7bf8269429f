#include "base/shape_check.h"

#include "base/fault.h"
#include "base/time.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

static void put_pointer(Buf *b, const Path *at)
{
    if (!at->up)
        return;
    put_pointer(b, at->up);
    buf_byte(b, '/');
    if (at->is_item)
        buf_json_int(b, (int64_t)at->index);
    for (size_t i = 0; i < at->name.n; i++) { /* RFC 6901: ~0 and ~1 */
        char c = at->name.p[i];
        if (c == '~' || c == '/')
            buf_put(b, c == '~' ? "~0" : "~1", 2);
        else
            buf_byte(b, c);
    }
}

void fault_add(Cx *cx, const Path *at, const char *fmt, ...)
{
    if (!cx->faults)
        cx->faults = arena_array(cx->arena, Fault, FAULT_MAX);
    if (cx->n_faults++ >= FAULT_MAX) /* counted, not kept */
        return;
    const Path *root = at;
    while (root->up)
        root = root->up;

    char detail[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(detail, sizeof detail, fmt, ap);
    va_end(ap);
    Buf pointer CLEANUP(buf_free) = BUF(4096);
    put_pointer(&pointer, at);
    cx->faults[cx->n_faults - 1] = (Fault){
        .in = root->name,
        .pointer = arena_str(cx->arena, (Str){pointer.p, pointer.n}),
        .detail = arena_str(cx->arena, str_of(detail)),
    };
}

Str enum_str(const Enum *e, int value)
{
    assert(value >= 1 && (size_t)value <= e->n);
    return e->values[value];
}

int enum_of(const Enum *e, Str name)
{
    for (size_t i = 1; i <= e->n; i++)
        if (str_eq(e->values[i], name))
            return (int)i;
    return 0;
}

static bool in_set(const Atom *a, char c)
{
    unsigned char u = (unsigned char)c;
    return u < 128 && (a->set[u >> 5] >> (u & 31) & 1);
}

static bool pattern_matches(const Pattern *pattern, Str s)
{
    size_t i = 0;
    for (const Atom *a = pattern->atoms; a < pattern->atoms + pattern->n; a++) {
        uint32_t seen = 0;
        for (; seen < a->max && i < s.n && in_set(a, s.p[i]); i++)
            seen++;
        if (seen < a->min)
            return false;
    }
    return i == s.n;
}

/* An absolute http(s) URI with a host, of RFC 3986 characters alone. */
static bool is_uri(Str s)
{
    static const char also[] = "-._~:/?#[]@!$&'()*+,;=%";
    size_t start = s.n > 8 && memcmp(s.p, "https://", 8) == 0  ? 8
                   : s.n > 7 && memcmp(s.p, "http://", 7) == 0 ? 7
                                                               : 0;
    if (!start || s.p[start] == '/' || s.p[start] == '?' || s.p[start] == '#')
        return false;
    for (size_t i = start; i < s.n; i++) {
        char c = s.p[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!word && (!c || !strchr(also, c)))
            return false;
    }
    return true;
}

static void check_enum(Cx *cx, const Path *at, const Field *f, Str s, void *to)
{
    int value = enum_of(f->names, s);
    if (value) {
        memcpy(to, &value, sizeof value);
        return;
    }
    Buf list CLEANUP(buf_free) = BUF(400);
    for (size_t i = 1; i <= f->names->n; i++) {
        if (i > 1)
            buf_put(&list, ", ", 2);
        buf_put(&list, f->names->values[i].p, f->names->values[i].n);
    }
    fault_add(cx, at, "must be one of %.*s", (int)list.n, list.p);
}

/* Characters of the text, -1 when it is not UTF-8. */
static int64_t characters(Str s)
{
    int64_t n = 0;
    for (const char *p = s.p, *end = str_end(s); p < end; n++) {
        size_t bytes = utf8_next(p, end);
        if (!bytes)
            return -1;
        p += bytes;
    }
    return n;
}

static void check_str(Cx *cx, const Path *at, const Field *f, Str s, void *to)
{
    int64_t n = characters(s);
    if (n < 0)
        fault_add(cx, at, "must be UTF-8");
    else if (n < f->min)
        fault_add(cx, at, "must have at least %lld characters", (long long)f->min);
    else if (n > f->max && !bug("contract-max"))
        fault_add(cx, at, "must have at most %lld characters", (long long)f->max);
    else if (f->pattern && !pattern_matches(f->pattern, s) && !bug("contract-pattern"))
        fault_add(cx, at, "must match %s", f->pattern->text);
    else if (f->format == AS_URI && !is_uri(s))
        fault_add(cx, at, "must be an http or https URL");
    else
        *(Str *)to = s;
}

void check_text(Cx *cx, const Path *at, const Field *f, Str s, void *to)
{
    if (f->kind == F_ENUM)
        check_enum(cx, at, f, s, to);
    else if (f->kind == F_STR)
        check_str(cx, at, f, s, to);
    else if (!time_read(s, to))
        fault_add(cx, at, "must be a date-time like 2026-01-31T23:59:00Z");
}

void check_int(Cx *cx, const Path *at, const Field *f, int64_t i, void *to)
{
    if (i < f->min)
        fault_add(cx, at, "must be at least %lld", (long long)f->min);
    else if (i > f->max)
        fault_add(cx, at, "must be at most %lld", (long long)f->max);
    else
        *(int64_t *)to = i;
}

void check_num(Cx *cx, const Path *at, const Field *f, double d, void *to)
{
    if (!(d >= (double)f->min && d <= (double)f->max))
        fault_add(cx, at, "must be from %lld to %lld", (long long)f->min, (long long)f->max);
    else
        *(double *)to = d;
}

void check_count(Cx *cx, const Path *at, const Field *f, size_t n)
{
    if ((int64_t)n < f->min)
        fault_add(cx, at, "must have at least %lld items", (long long)f->min);
    if ((int64_t)n > f->max)
        fault_add(cx, at, "must have at most %lld items", (long long)f->max);
}

void check_absent(Cx *cx, const Path *at, const Field *f, void *base)
{
    void *to = field_at(f, base);
    if (f->required && !bug("contract-required"))
        fault_add(cx, at, "is required");
    else if (f->has_default && f->kind == F_STR)
        *(Str *)to = f->def_str;
    else if (f->has_default && f->kind == F_ENUM)
        memcpy(to, &(int){(int)f->def}, sizeof(int));
    else if (f->has_default && f->kind == F_BOOL)
        *(bool *)to = f->def != 0;
    else if (f->has_default && f->kind != F_LIST) /* an empty list is zero already */
        *(int64_t *)to = f->def;
}
