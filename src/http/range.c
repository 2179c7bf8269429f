#include "http/range.h"

#include "base/fault.h"
#include "http/syntax.h"

/* A position too large for 63 bits is still a number, and beyond every file. */
static bool position(Str s, int64_t *out)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    if (s.n && !text_number(s, out))
        *out = INT64_MAX;
    return s.n > 0;
}

typedef struct Spec {
    bool has_first, has_last;
    int64_t first, last; /* last is the length of a suffix when there is no first */
} Spec;

static bool spec_read(Str s, Spec *spec)
{
    Str last = {0}, first = str_cut(s, '-', &last);
    if (!last.p)
        return false;
    spec->has_first = position(first, &spec->first);
    spec->has_last = position(last, &spec->last);
    if ((first.n && !spec->has_first) || (last.n && !spec->has_last))
        return false;
    if (!spec->has_first && !spec->has_last)
        return false;
    return !(spec->has_first && spec->has_last && spec->last < spec->first);
}

RangeKind range_read(Str field, int64_t size, int64_t *first, int64_t *length)
{
    Str set = {0}, unit = str_cut(field, '=', &set);
    Spec spec = {0};
    size_t n = 0;
    if (!set.p || !text_is(unit, S("bytes")))
        return RANGE_NONE;
    for (Str rest = set; rest.p;) {
        Str one = text_trim(str_cut(rest, ',', &rest));
        if (!one.n) /* an empty list element, RFC 9110 5.6.1.2 */
            continue;
        spec = (Spec){0};
        if (!spec_read(one, &spec))
            return RANGE_NONE;
        n++;
    }
    if (n != 1 && !(n > 1 && bug("range-many")))
        return n ? RANGE_BAD : RANGE_NONE;
    if (!spec.has_first && spec.last > 0 && size == 0)
        return RANGE_NONE; /* satisfiable, but there is no way to say which part it is */
    int64_t from = spec.has_first ? spec.first : spec.last < size ? size - spec.last : 0;
    bool to_end = !spec.has_first || !spec.has_last || spec.last >= size - 1;
    if (from >= size || (!spec.has_first && spec.last == 0))
        return RANGE_BAD;
    *first = from;
    *length = to_end ? size - from : spec.last - from + 1;
    return RANGE_ONE;
}
