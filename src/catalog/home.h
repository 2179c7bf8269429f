/* home.h - the rails of the home page, for the API and for the page alike.
 *
 * Four statements at most, whoever asks. Rails hold what everybody may see; drafts and videos that
 * are not listed are in none, not even for editors, but for what somebody began to watch.
 */
#ifndef HUB_HOME_H
#define HUB_HOME_H

#include "contract.h"

enum { RAIL_VIDEOS = 10 };

/* Of cx->viewer. A read. */
Err home_read(Cx *cx, Home *out);

#endif
