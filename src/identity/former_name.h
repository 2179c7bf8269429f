/* former_name.h - names of erased accounts: nobody seems to be somebody who has just left.
 *
 * Only an HMAC of the name is kept, under a key that nobody outside has: a list of names cannot be
 * tried against it. */
#ifndef HUB_FORMER_NAME_H
#define HUB_FORMER_NAME_H

#include "base/cx.h"

Err former_name_keep(Cx *cx, Str name); /* in an open unit */
/* Whether it may not be taken yet. A read, also in a unit. */
Err former_name_held(Cx *cx, Str name, bool *held);
Err former_name_sweep(Cx *cx); /* settled */

#endif
