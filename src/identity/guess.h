/* guess.h - how often somebody may guess at a password or a code: slowed down, never locked out.
 *
 * Counted by what is named, whether it is there or not, so that waiting tells nothing; and counted
 * before the guess is looked at, so that many at once are no way around it. Five are free, then the
 * next one waits 1 s, 2 s and so on up to a minute. An hour without a guess forgives. A browser
 * that signed in to what is named before has a count of its own (identity/known_browser.h).
 */
#ifndef HUB_GUESS_H
#define HUB_GUESS_H

#include "base/cx.h"

/* One guess at `name` of a `kind` ("password"). In a unit of its own, settled. E_LIMITED, with
 * Retry-After: it is too early. */
Err guess_take(Cx *cx, const char *kind, Str name);
/* It was right: the guesses before are forgotten. In a unit of its own, settled. */
Err guess_forget(Cx *cx, const char *kind, Str name);
Err guess_sweep(Cx *cx); /* settled */

#endif
