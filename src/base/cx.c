#include "base/cx.h"

#include <stdarg.h>
#include <stdio.h>

Err fail(Cx *cx, Err e, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(cx->said, sizeof cx->said, fmt, ap);
    va_end(ap);
    cx->more = (Str){0};
    return e;
}

Err fail_at(Cx *cx, const char *in, const char *pointer, const char *fmt, ...)
{
    char detail[256];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(detail, sizeof detail, fmt, ap);
    va_end(ap);
    if (!cx->faults)
        cx->faults = arena_array(cx->arena, Fault, FAULT_MAX);
    if (cx->n_faults < FAULT_MAX)
        cx->faults[cx->n_faults] =
            (Fault){str_of(in), str_of(pointer), arena_str(cx->arena, str_of(detail))};
    cx->n_faults++;
    return fail(cx, E_INVALID, "%s: %s", pointer, detail);
}
