/* buf.h - bytes being written, under a ceiling.
 *
 * A write that would pass the ceiling sets `full` and is dropped, as is every
 * one after it: callers write on and ask once, at the end. Some writers ask for
 * more room than they use, so up to BUF_SLACK bytes below the ceiling may stay
 * empty. Owned by whoever made it, freed by buf_free.
 */
#ifndef HUB_BUF_H
#define HUB_BUF_H

#include "base/attr.h"
#include "base/str.h"

typedef struct Buf {
    char *p;
    size_t n, cap, max;
    bool full;
} Buf;

#define BUF(ceiling) ((Buf){.max = (ceiling)})
void buf_free(Buf *b);
bool buf_grow(Buf *b, size_t more);

/* Room for `more` bytes at p + n, or NULL. */
static inline char *buf_room(Buf *b, size_t more)
{
    if (LIKELY(more <= b->cap - b->n) || buf_grow(b, more))
        return b->p + b->n;
    return NULL;
}

static inline void buf_put(Buf *b, const char *p, size_t n)
{
    char *to = n ? buf_room(b, n) : NULL;
    if (!to)
        return;
    memcpy(to, p, n);
    b->n += n;
}

static inline void buf_byte(Buf *b, char c)
{
    char *to = buf_room(b, 1);
    if (!to)
        return;
    *to = c;
    b->n++;
}

enum { BUF_SLACK = 128, INT_TEXT = 20 };

char *int_write(char *to, int64_t i); /* at most INT_TEXT bytes; returns one past the last */

/* JSON, RFC 8259. A number that is not finite is a bug; bytes that are not UTF-8 become U+FFFD. */
void buf_json_str(Buf *b, Str s);
void buf_json_int(Buf *b, int64_t i);
void buf_json_num(Buf *b, double d);
void buf_json_time(Buf *b, int64_t ms); /* "2026-11-22T12:42:16.123Z" */

#endif
