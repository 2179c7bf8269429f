/* range.h - the Range field, RFC 9110 14.2, for one range of bytes. Pure. */
#ifndef HUB_RANGE_H
#define HUB_RANGE_H

#include "base/str.h"

/* RANGE_NONE: no range, another unit or broken syntax, which is ignored: all of it is sent.
 * RANGE_ONE: [*first, *first + *length) of the size, *length > 0. RANGE_BAD: cannot be satisfied,
 * or asks for more than one part: 416. */
typedef enum RangeKind { RANGE_NONE, RANGE_ONE, RANGE_BAD } RangeKind;
RangeKind range_read(Str field, int64_t size, int64_t *first, int64_t *length);

#endif
