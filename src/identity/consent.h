/* consent.h - what somebody agreed to, and when: a ledger, of which the latest row of a purpose
 * holds. UU PDP 27/2022, articles 20 to 22. */
#ifndef HUB_CONSENT_H
#define HUB_CONSENT_H

#include "contract.h"

enum { CONSENT_TEXT = 1 }; /* of the words on /me/privacy; grows when their meaning changes */

/* The viewer said so now. In the unit of what it changes. */
Err consent_note(Cx *cx, Purpose purpose, bool granted);
/* The same, where what they did says it: nothing when it is what they said last. */
Err consent_imply(Cx *cx, Purpose purpose, bool granted);

#endif
