/* scan.h - the malware hold: what was uploaded is downloaded only when clamd found it clean.
 *
 * A verdict is of bytes, by their SHA-256. What was made of an original is as clean as that. Off
 * unless the setting clamd is given; while on, whatever is not known to be clean is held.
 */
#ifndef HUB_SCAN_H
#define HUB_SCAN_H

#include "common/clamd.h"
#include "common/queue.h"

/* May the bytes of this asset's blob, whose hash is `sha256`, go out? A read. E_MALWARE: clamd
 * found something in them; E_UNSCANNED: not known to be clean, cx->retry_after_s is set. */
Err scan_hold(Cx *cx, Str blob, Str sha256);

/* Asks for the scans that are due, of what was uploaded before the hold was switched on too.
 * Settled. */
Err scan_schedule(Cx *cx);
/* In an open unit. A find is told in the audit log and the outbox. */
Err scan_record(Cx *cx, Str sha256, const ClamdAnswer *answer, Str scanner);

#endif
