/* code.h - codes that people write down: 80 random bits as four groups of Crockford base32,
 * abcd-efgh-jkmn-pqrs. Kept as SHA-256 only: they cannot be guessed, so a slow hash gains nothing.
 */
#ifndef HUB_CODE_H
#define HUB_CODE_H

#include "base/cx.h"

Str code_new(Cx *cx);
/* Of one as it was typed: case, blanks and hyphens don't matter, o is 0, i and l are 1. {0}: it is
 * none. */
Str code_hash(Cx *cx, Str typed);

#endif
