/* known_browser.h - browsers in which somebody signed in to an account before: the random 128 bits
 * of the cookie `hub-known` (`__Host-hub-known` on https).
 *
 * What they guess at that account is counted apart (identity/guess.h), so that no stranger who
 * guesses all day keeps its owner waiting. It proves nothing else and opens nothing. OWASP calls
 * them device cookies.
 */
#ifndef HUB_KNOWN_BROWSER_H
#define HUB_KNOWN_BROWSER_H

#include "http/res.h"

enum { KNOWN_BROWSERS = 10 }; /* of one account; the oldest goes */

/* The cookie of a request into cx->known; anything that is none of ours is ignored. */
void known_identify(Cx *cx, const Req *req);
/* It is signed in now. In a unit of its own, settled. */
Err known_note(Cx *cx, Res *res, Str account);
/* What names this browser among the guesses at `account`, an id or a name; empty: a stranger's. */
Err known_key(Cx *cx, Str account, Str *key);
/* All but this browser are strangers from now on. In the unit of the caller. */
Err known_forget_others(Cx *cx, Str account);

#endif
