/* push.h - messages of Web Push (RFC 8030) that wait, and what comes of sending one.
 *
 * Of one subscription one message is sent at a time, with a pause after each that grows while its
 * push service fails; one that fails for days, or that says the browser is gone, ends. A process
 * that dies while it sends may send again: the message's Topic, and its tag in the browser, make
 * them one.
 */
#ifndef HUB_PUSH_H
#define HUB_PUSH_H

#include "contract.h"

/* The next message that is due, held for a minute, and what it is about; units of its own, settled.
 * What is not to be seen any more, is too old, or is for who signed out there, is dropped on the
 * way. E_NOT_FOUND: none is due. */
Err push_take(Cx *cx, PushRow *out, Notification *about);
/* Sends it, `plain` in it for the browser alone, and keeps what came of it. Blocks for ten seconds
 * at most. An error is the store's: that a push service fails is none. Settled. */
Err push_send(Cx *cx, const PushRow *row, Str plain);

/* The viewer's word on it, into the ledger of consents; taken back, all their browsers are
 * forgotten, and what waits for them. */
Err push_agree(Cx *cx, bool granted);

/* Whether the setting push-contact is an address; E_INVALID. */
Err push_check(Cx *cx, Str contact);

#endif
