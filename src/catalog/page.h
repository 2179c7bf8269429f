/* page.h - where a page of a list begins: a number and an id, both falling, in an opaque cursor. */
#ifndef HUB_PAGE_H
#define HUB_PAGE_H

#include "base/cx.h"

typedef struct PageStart {
    int64_t at;
    Str id;
} PageStart;

/* The first page begins before everything. E_INVALID (/cursor): not one of ours. */
Err page_start(Cx *cx, Str cursor, PageStart *out);
Str page_cursor(Cx *cx, int64_t at, Str id);

#endif
