#include "media/mp4_box.h"

#include <assert.h>

uint64_t cursor_take(Cursor *c, size_t bytes)
{
    uint64_t v = 0;
    assert(bytes <= 8);
    if (c->bad || bytes > c->n) {
        *c = (Cursor){.bad = true};
        return 0;
    }
    for (size_t i = 0; i < bytes; i++)
        v = v << 8 | c->p[i];
    c->p += bytes;
    c->n -= bytes;
    return v;
}

void cursor_skip(Cursor *c, size_t bytes)
{
    if (c->bad || bytes > c->n) {
        *c = (Cursor){.bad = true};
        return;
    }
    if (bytes) /* NULL + 0 is undefined */
        c->p += bytes;
    c->n -= bytes;
}

bool box_next(Cursor *in, uint32_t *type, Cursor *body)
{
    if (in->bad || in->n == 0)
        return false;
    Cursor head = *in;
    uint64_t size = cursor_take(&head, 4);
    uint32_t is = (uint32_t)cursor_take(&head, 4);
    if (size == 1)
        size = cursor_take(&head, 8);
    size_t used = in->n - head.n;
    if (head.bad || size < used || size > in->n) {
        *in = (Cursor){.bad = true};
        return false;
    }
    *type = is;
    *body = (Cursor){.p = head.p, .n = (size_t)size - used};
    cursor_skip(in, (size_t)size);
    return true;
}

Cursor box_child(Cursor in, uint32_t type)
{
    uint32_t is = 0;
    Cursor body = {0};
    while (box_next(&in, &is, &body))
        if (is == type)
            return body;
    return (Cursor){.bad = true};
}

Cursor box_path(Cursor in, const uint32_t *types, size_t n)
{
    for (size_t i = 0; i < n; i++)
        in = box_child(in, types[i]);
    return in;
}
