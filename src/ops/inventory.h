/* inventory.h - what a backup holds: a line of text for each file, and a sum over all lines.
 *
 *     hub-backup 1
 *     file SHA256 SIZE PATH     of the snapshot's own folder: hub.db, hub.conf, uploads/ID
 *     blob SHA256 SIZE KEY      in the repository's blobs, by its sum; in the order of the keys
 *     end SHA256                of all lines before, their ends included
 *
 * Sums are lower-case hexadecimal, sizes bytes, the lines' ends LF. It is written last: an
 * inventory that is there and whole is a backup that is. A path is one or two names of [a-z0-9.-],
 * none of which begins with '.'; so no line can lead out of a folder.
 */
#ifndef HUB_INVENTORY_H
#define HUB_INVENTORY_H

#include "base/cx.h"
#include "base/hash.h"

#include <stdio.h>

enum { INVENTORY_LINE = 256 }; /* bytes of the longest, its end included */

typedef struct InventoryItem {
    bool blob;
    Str path; /* borrowed: of the line, or of the reader until it reads on */
    int64_t size;
    uint8_t sum[SHA256_BYTES];
} InventoryItem;

/* One line without its end. False: it is no item. */
bool inventory_item(Str line, InventoryItem *out);

typedef struct Inventory {
    FILE *file;
    Digest *digest; /* of what was written */
    char path[1024];
    char line[INVENTORY_LINE];
} Inventory;

/* Reads it whole once, so that its sum is known to hold before an item is believed. E_NOT_FOUND;
 * E_CONFLICT: damaged, or of a later release. */
Err inventory_open(Cx *cx, Str path, Inventory *out);
Err inventory_next(Cx *cx, Inventory *i, InventoryItem *out); /* E_NOT_FOUND: that was all */

/* Makes one beside `path`; it gets its name by inventory_end, which syncs all of it. */
Err inventory_make(Cx *cx, Str path, Inventory *out);
Err inventory_add(Cx *cx, Inventory *i, const InventoryItem *item);
Err inventory_end(Cx *cx, Inventory *i);

void inventory_close(Inventory *i); /* of {0}, and twice: fine */

#endif
