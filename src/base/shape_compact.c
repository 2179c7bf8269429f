#include "base/shape_compact.h"

#include "base/fault.h"
#include "base/shape_check.h"

enum { DEEPEST = 32, DIGITS_MAX = 15 };

typedef struct Source {
    const char *p, *end;
    int depth;
} Source;

static const Path nowhere = {0}; /* its faults are thrown away */

static bool read_one(Cx *cx, Source *s, const Field *f, void *to);

static bool take(Source *s, const char *what, size_t n)
{
    if ((size_t)(s->end - s->p) < n || memcmp(s->p, what, n) != 0)
        return false;
    s->p += n;
    return true;
}

static bool take_text(Source *s, Str *text)
{
    if (!take(s, "\"", 1))
        return false;
    const char *from = s->p;
    for (; s->p < s->end && *s->p != '"'; s->p++)
        if ((unsigned char)*s->p < 0x20 || *s->p == '\\')
            return false;
    *text = (Str){from, (size_t)(s->p - from)};
    return take(s, "\"", 1);
}

static bool take_int(Source *s, int64_t *i)
{
    bool minus = take(s, "-", 1);
    const char *from = s->p;
    int64_t sum = 0;
    for (; s->p < s->end && *s->p >= '0' && *s->p <= '9' && s->p - from < DIGITS_MAX; s->p++)
        sum = sum * 10 + (*s->p - '0');
    *i = minus ? -sum : sum;
    return s->p > from && (*from != '0' || s->p == from + 1);
}

static bool read_object(Cx *cx, Source *s, const Shape *shape, void *base)
{
    bool first = true;
    if (!take(s, "{", 1))
        return false;
    for (size_t i = 0; i < shape->n; i++) { /* a key begins with the comma before it */
        const Field *f = &shape->fields[i];
        if (!take(s, f->key + first, (size_t)f->key_n - first)) {
            check_absent(cx, &nowhere, f, base);
            continue;
        }
        first = false;
        flag_set(f->has_at, base);
        if (!read_one(cx, s, f, field_at(f, base)))
            return false;
    }
    return take(s, "}", 1);
}

static bool read_list(Cx *cx, Source *s, const Field *f, void *to)
{
    const size_t size = f->item->size;
    List list = {0};
    if (!take(s, "[", 1))
        return false;
    for (size_t room = 0; !take(s, "]", 1); list.n++) {
        if (list.n == room) {
            void *more = arena_take(cx->arena, (room = room ? room * 2 : 4) * size);
            if (list.n)
                memcpy(more, list.p, list.n * size);
            list.p = more;
        }
        if ((list.n && !take(s, ",", 1)) ||
            !read_one(cx, s, f->item, (char *)list.p + list.n * size))
            return false;
    }
    check_count(cx, &nowhere, f, list.n);
    memcpy(to, &list, sizeof list);
    return true;
}

static bool read_one(Cx *cx, Source *s, const Field *f, void *to)
{
    Str text = {0};
    int64_t i = 0;
    bool read = false;
    if (++s->depth > DEEPEST)
        return false;
    switch ((Kind)f->kind) {
    case F_STR:
    case F_TIME:
    case F_ENUM:
        read = take_text(s, &text);
        if (read)
            check_text(cx, &nowhere, f, text, to);
        break;
    case F_INT:
        read = take_int(s, &i);
        if (read)
            check_int(cx, &nowhere, f, i, to);
        break;
    case F_BOOL:
        read = (*(bool *)to = take(s, "true", 4)) || take(s, "false", 5);
        break;
    case F_LIST:
        read = read_list(cx, s, f, to);
        break;
    case F_OBJ:
        read = read_object(cx, s, f->shape, to);
        break;
    case F_NUM:
    case F_JSON:
        break;
    }
    s->depth--;
    return read;
}

bool shape_read_compact(Cx *cx, const Field *f, Str json, void *at)
{
    Source s = {.p = json.p, .end = str_end(json)};
    size_t before = cx->n_faults;
    void *fresh = arena_take(cx->arena, f->size);
    bool read = read_one(cx, &s, f, fresh) && s.p == s.end;
    bool holds = cx->n_faults == before || bug("compact-limits");
    cx->n_faults = before;
    if (read && holds)
        memcpy(at, fresh, f->size);
    return read && holds;
}
