/* next.h - where a browser goes after it signed in: only to a path of this hub.
 *
 * What passes is one '/' and then printable ASCII without a second slash or any backslash, so that
 * no browser reads another host, a header or a scheme into it. Pure.
 */
#ifndef HUB_NEXT_H
#define HUB_NEXT_H

#include "base/str.h"

enum { NEXT_MAX = 1024 };

Str next_path(Str asked); /* itself, or "/" */

#endif
