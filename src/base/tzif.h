/* tzif.h - a time zone file, RFC 8536, asked for one moment: how far clocks are ahead, and what
 * that is called.
 *
 * Pure over the bytes, which may be anything. Rules of years to come (the footer's TZ string) are
 * read in the form Mm.w.d, the only one that the zone database uses.
 */
#ifndef HUB_TZIF_H
#define HUB_TZIF_H

#include "base/zone.h"

/* `at` in Unix seconds. False: not a zone file of version 2 or later; *out stays. */
bool tzif_read(Str file, int64_t at, Zone *out);
/* The same by a TZ string alone, such as AEST-10AEDT,M10.1.0,M4.1.0/3. */
bool tzif_rule(Str text, int64_t at, Zone *out);

#endif
