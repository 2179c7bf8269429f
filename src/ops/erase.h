/* erase.h - an account goes: nothing names the person any more, and what is counted stays counted.
 *
 * What was paid for or said in public needs somebody whose it is: a stand-in, an account that
 * nobody can sign in as and that only this program knew the origin of while it ran. Reports, short
 * links and downloads become the stand-in's; comments lose their text; everything else is deleted.
 * Each step is a short unit and may be done twice, so a crash goes on where it was. The last one
 * deletes the account, which every reference that was forgotten would refuse.
 */
#ifndef HUB_ERASE_H
#define HUB_ERASE_H

#include "base/cx.h"

/* The viewer's account is to be erased after --erase-after; all sessions and tokens end now. In a
 * unit of its own, not settled. E_CONFLICT: it is the last administrator. */
Err erase_ask(Cx *cx);
/* One account whose time has come, all of it. Settled. OK, also when there is none. */
Err erase_run(Cx *cx);

#endif
