/* date.h - HTTP dates, RFC 9110 5.6.7: written as IMF-fixdate, read in all three forms. Pure. */
#ifndef HUB_DATE_H
#define HUB_DATE_H

#include "base/str.h"

enum { DATE_TEXT = 29 }; /* bytes of Sun, 22 Nov 2026 12:42:16 GMT */

void date_write(char to[static DATE_TEXT], int64_t ms);
/* Whole seconds, as Unix ms. `now` tells the century of the oldest form but one. */
bool date_read(Str text, int64_t now, int64_t *ms);

#endif
