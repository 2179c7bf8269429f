/* trace.h - the names a request goes by: its id, and the W3C trace it is part of.
 *
 * A Names belongs to one loop. Neither is secret: a seeded counter through a mixer, no system call.
 */
#ifndef HUB_TRACE_H
#define HUB_TRACE_H

#include "base/str.h"

enum { REQUEST_ID_MAX = 64, TRACE_PARENT = 55, TRACE_ID = 32 };

typedef struct Names {
    uint64_t state;
} Names;

void names_seed(Names *names); /* getrandom(2) */

typedef struct Trace {
    uint8_t id_n;
    char id[REQUEST_ID_MAX];   /* X-Request-Id */
    char parent[TRACE_PARENT]; /* 00-<trace id>-<span id>-<flags>, ours */
} Trace;

/* `id` is kept when it is [A-Za-z0-9._-]{1,64}, `parent` when it is a valid traceparent (with a new
 * span id); else new ones. {0}: not given, or from somebody who may not. */
void trace_make(Names *names, Str id, Str parent, Trace *out);

static inline Str trace_id(const Trace *t)
{
    return (Str){t->parent + 3, TRACE_ID};
}

#endif
