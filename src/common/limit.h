/* limit.h - how many requests of a class one subject may make: a token bucket each.
 *
 * In memory, so a restart forgives. A bucket holds one second's worth (at least 5 requests) and
 * fills steadily. Subjects that are full again are forgotten. Any thread; never blocks for long.
 */
#ifndef HUB_LIMIT_H
#define HUB_LIMIT_H

#include "base/str.h"

typedef struct Limiter Limiter;

Limiter *limiter_new(const int64_t *per_second, size_t n_classes); /* copied */
void limiter_free(Limiter *l);

/* Takes one. False: none is left and *wait_ms says when there is. *left: whole requests that
 * remain. */
bool limiter_take(Limiter *l, size_t class_, Str subject, int64_t now_ms, int64_t *left,
                  int64_t *wait_ms);
int64_t limiter_rate(const Limiter *l, size_t class_);

#endif
