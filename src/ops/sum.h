/* sum.h - bytes of a file, summed on their way. */
#ifndef HUB_SUM_H
#define HUB_SUM_H

#include "base/cx.h"
#include "base/hash.h"

/* The first n bytes of what is open at `from`, written to `to` unless that is -1, with their
 * SHA-256. E_FULL; E_UNAVAILABLE: it cannot be read, or ends before. */
Err sum_bytes(Cx *cx, int from, int64_t n, int to, uint8_t sum[SHA256_BYTES]);
/* The whole of the file at `path`. E_NOT_FOUND. */
Err sum_file(Cx *cx, Str path, int64_t *size, uint8_t sum[SHA256_BYTES]);

/* Told now and then how far long work is; `all` 0: nobody knows. */
typedef void Told(const char *what, int64_t done, int64_t all);

#endif
