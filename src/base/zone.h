/* zone.h - what a clock on the wall shows in a time zone, without the C library's locale.
 *
 * Indonesian zones are built in, others come from the system's zone files. Any thread.
 */
#ifndef HUB_ZONE_H
#define HUB_ZONE_H

#include "base/cx.h"

enum { ZONE_LABEL = 12 };

typedef struct Zone {
    int32_t offset_s;       /* east of UTC */
    char label[ZONE_LABEL]; /* WIB, UTC+09 */
} Zone;

/* `name` at the moment `ms`; UTC when the zone is not known here. */
Zone zone_at(Str name, int64_t ms);

/* A day of the zone, from one midnight on its clocks to the next. */
typedef struct Day {
    int64_t n;       /* days since 1970-01-01, as the zone counts them */
    int64_t ends_at; /* Unix ms: where the next day begins */
} Day;

/* The day in which `ms` lies. Where clocks leave midnight out, the moment they do so ends it. */
Day day_at(Str name, int64_t ms);

#endif
