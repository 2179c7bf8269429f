#include "catalog/page.h"

#include "base/id.h"

#include <stdlib.h>

/* -12_01h…: a decimal number, an underscore, an id */
Err page_start(Cx *cx, Str cursor, PageStart *out)
{
    if (!cursor.n) {
        *out = (PageStart){INT64_MAX, S("")};
        return OK;
    }
    Str id = {0}, number = str_cut(cursor, '_', &id);
    char text[24] = {0}, *end = text;
    if (number.n && number.n < sizeof text - 1)
        memcpy(text, number.p, number.n);
    long long at = strtoll(text, &end, 10);
    if (end == text || *end || text[0] == '+' || !id_valid(id))
        return fail_at(cx, "query", "/cursor", "is not the nextCursor of a page");
    *out = (PageStart){at, arena_str(cx->arena, id)};
    return OK;
}

Str page_cursor(Cx *cx, int64_t at, Str id)
{
    return arena_fmt(cx->arena, "%lld_" STR_FMT, (long long)at, STR_ARG(id));
}
