/* share.h - whether a short link is opened by a person or looked at by a program.
 *
 * Messengers and networks fetch a link to show a preview of it before anybody has tapped; these say
 * who they are. What does not is counted. Pure.
 */
#ifndef HUB_SHARE_H
#define HUB_SHARE_H

#include "base/str.h"

bool share_is_program(Str agent); /* by the User-Agent header; an empty one is a program's too */

#endif
