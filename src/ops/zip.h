/* zip.h - an archive being written to a file: entries one after another, stored as they are.
 *
 * The format of PKWARE's APPNOTE 6.3, without compression and without ZIP64: under 4 GiB. Belongs
 * to its caller. */
#ifndef HUB_ZIP_H
#define HUB_ZIP_H

#include "base/cx.h"

enum { ZIP_ENTRIES = 32 };

typedef struct Zip {
    int fd;     /* the caller's, empty, for reading and writing */
    int64_t at; /* bytes written */
    size_t n;
    struct {
        const char *name;
        uint32_t crc, size, at;
    } entries[ZIP_ENTRIES];
} Zip;

/* What is written from now on is this entry's. `name` is a literal. */
Err zip_entry(Cx *cx, Zip *zip, const char *name);
Err zip_write(Cx *cx, Zip *zip, Str bytes);    /* E_FULL, E_TOO_LARGE, E_INTERNAL */
Err zip_end(Cx *cx, Zip *zip);                 /* zip->at is then its length */
uint32_t crc32_of(uint32_t before, Str bytes); /* ISO 3309, as ZIP asks; of nothing: 0 */

#endif
