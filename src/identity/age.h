/* age.h - whether a viewer is old enough for what is rated 13, 17 or 21.
 *
 * What somebody said once, in years: kept with the account, or in the cookie `hub-age`
 * (`__Host-hub-age` on https) of a browser in which nobody is signed in. The setting `--age-gate`
 * says from which rating on it is asked. It keeps nobody out who lies; it keeps from showing to
 * whom it is not meant what they did not ask for.
 */
#ifndef HUB_AGE_H
#define HUB_AGE_H

#include "contract.h"
#include "http/res.h"

int64_t age_read(Str text); /* years, 0 to 120; -1: no such number */
/* The cookie of a request into cx->age; anything else is ignored. */
void age_identify(Cx *cx, const Req *req);
/* How old one has to be, in years; 0: that is not asked. */
int64_t age_asked(const Cx *cx, ContentRating rating);
/* Whether the viewer said so; `said`: years somebody vouches for now, 0: none. */
Err age_is_met(Cx *cx, ContentRating rating, int64_t said, bool *met);
/* The same; E_AGE: not met. */
Err age_check(Cx *cx, ContentRating rating, int64_t said);
/* The viewer says so now: kept with the account, else in the answer's cookie. 0: takes it back. */
Err age_say(Cx *cx, Res *res, int64_t years);

#endif
