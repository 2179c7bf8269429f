/* journal.h - writes down what was delivered, and looks whether what is being sent still may be.
 *
 * On a thread of its own, off the loops: what was delivered since the last time, of all downloads
 * in one unit, once it is 8 MiB, 5 s old, or nothing of it is being sent any more. A crash forgets
 * that much, in favour of whoever downloads.
 */
#ifndef HUB_JOURNAL_H
#define HUB_JOURNAL_H

#include "download/live.h"

/* Until something is due or this time has come (monotonic ms); false after journal_end. */
bool journal_wait(Lives *lives, int64_t until_ms);
void journal_end(Lives *lives); /* from any thread */
/* Once; `all`: also what is not due yet. Settled. */
Err journal_write(Cx *cx, bool all);
/* Cuts what was revoked or taken down, here or by another process. */
Err journal_look(Cx *cx);

#endif
