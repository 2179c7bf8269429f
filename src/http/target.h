/* target.h - the request target and the host, checked by RFC 9112 3.2 and RFC 3986 3.
 *
 * What passes here means one thing only: no dot segments, no empty ones, no encoded separators, no
 * control characters, so that no two readers of a path disagree. Pure; any thread.
 */
#ifndef HUB_TARGET_H
#define HUB_TARGET_H

#include "base/str.h"

enum { TARGET_MAX = 8 << 10 };

/* origin-form: the path still encoded, the query without '?'. False: refuse. */
bool target_read(Str target, Str *path, Str *query);
/* uri-host [ ":" port ], RFC 9110 7.2; never empty. */
bool host_valid(Str host);

#endif
