/* outbox.h - facts to be told elsewhere, written in the unit of what they are about.
 *
 * Both are there or neither is. Who reads the outbox may read a fact twice; its id tells.
 */
#ifndef HUB_OUTBOX_H
#define HUB_OUTBOX_H

#include "base/shape.h"

/* In an open unit; the payload is JSON of the shape. An `id` that is there already: nothing
 * happens. */
Err outbox_add(Cx *cx, const char *topic, Str id, const Shape *shape, const void *payload);
/* A read: whether it waits there already, so that telling it again costs no unit. */
Err outbox_waits(Cx *cx, Str id, bool *out);

#endif
