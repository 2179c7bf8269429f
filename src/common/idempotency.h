/* idempotency.h - the same request sent again, with an Idempotency-Key: one effect, one answer.
 *
 * The answer is kept in the unit of the effect, so neither is there without the other, and units
 * come one after another, so a second request finds the first one done or not begun: there is
 * nothing between. A refusal has no effect and is not kept. Keys are an account's own.
 */
#ifndef HUB_IDEMPOTENCY_H
#define HUB_IDEMPOTENCY_H

#include "base/shape.h"

typedef struct Idempotency {
    Str key;     /* empty: the request has none, and nothing is found or kept */
    Str request; /* a digest of what was asked */
} Idempotency;

/* What the viewer asks: an operation, what it is about, and its body as the contract reads it. */
Idempotency idempotency_of(Cx *cx, Str key, const char *operation, Str about, const Shape *shape,
                           const void *body);

/* *found: *out and cx->status are the answer that was given. A read, or in the unit of the effect,
 * before it. E_KEY_REUSED: the key is another request's. */
Err idempotency_find(Cx *cx, const Idempotency *of, const Shape *shape, void *out, bool *found);
/* In the unit of the effect: `out` is answered with cx->status. */
Err idempotency_keep(Cx *cx, const Idempotency *of, const Shape *shape, const void *out);

/* Forgets what is older than two days. Settled. */
Err idempotency_sweep(Cx *cx);

#endif
