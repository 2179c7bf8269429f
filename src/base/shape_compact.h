/* shape_compact.h - JSON as shape_write makes it, read back in one pass without a tree.
 *
 * For JSON that we keep in columns. Invariant: what is accepted here, shape_read_field reads to the
 * same value; what is not (blanks, escapes, members in another order, nulls, fractions, a limit of
 * the contract passed) is for shape_read_field, which also tells why. Any thread.
 */
#ifndef HUB_SHAPE_COMPACT_H
#define HUB_SHAPE_COMPACT_H

#include "base/shape.h"

/* False: nothing is said, `at` is untouched. Strings are borrowed from `json`. */
bool shape_read_compact(Cx *cx, const Field *f, Str json, void *at);

#endif
