/* breached.h - whether a password is in a list of breached ones.
 *
 * A text file as the ones people download: a line each of the SHA-1 in hexadecimal, sorted, with or
 * without a count behind a colon. It is searched where it lies, 40 reads for the largest.
 */
#ifndef HUB_BREACHED_H
#define HUB_BREACHED_H

#include "base/cx.h"

/* E_INVALID: the file cannot be read, or its first line is not such a one. */
Err breached_check_list(Cx *cx, Str path);
/* An empty path: no list, false. E_INTERNAL: the list cannot be read. */
Err breached_find(Cx *cx, Str path, Str password, bool *out);

#endif
