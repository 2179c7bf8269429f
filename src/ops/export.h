/* export.h - all that the hub keeps of an account, for its owner: a ZIP of one JSON file a kind.
 *
 * Secrets stay out: hashes of passwords and codes, the key of the second factor, the addresses of
 * tickets. Rows are read and written page by page, so that a long life takes no more memory than a
 * short one. */
#ifndef HUB_EXPORT_H
#define HUB_EXPORT_H

#include "base/cx.h"

/* Into a file without a name, in the data folder, which the caller closes. Outside a unit. */
Err export_make(Cx *cx, Str account, int *fd, int64_t *size);

#endif
