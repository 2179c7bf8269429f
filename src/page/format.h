/* format.h - sizes, durations, numbers and times as people of a language write them. Pure; text in
 * cx->arena.
 *
 * Sizes are decimal (1 MB = 1,000,000 bytes), as mobile plans count them.
 */
#ifndef HUB_FORMAT_H
#define HUB_FORMAT_H

#include "page/text.h"

Str format_size(Cx *cx, Language language, int64_t bytes);  /* 4,2 MB; 4.2 MB */
Str format_count(Cx *cx, Language language, int64_t count); /* 1.482.332; 1,482,332 */
Str format_duration(Cx *cx, int64_t ms);                    /* 4:05, 1:02:03 */
Str format_period(Cx *cx, int64_t ms);                      /* PT1H2M3S, for <time datetime> */
Str format_instant(Cx *cx, int64_t ms); /* 2026-11-22T05:42:16Z, for <time datetime> */
Str format_date(Cx *cx, Language language, Str zone, int64_t ms); /* 22 November 2026 */
Str format_moment(Cx *cx, Language language, Str zone,
                  int64_t ms);                           /* 22 November 2026 pukul 12.42 WIB */
Str format_until(Cx *cx, Language language, int64_t ms); /* 3 hari lagi; in 3 days. Rounded down */

#endif
