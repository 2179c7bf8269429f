/* retention.h - what the hub forgets by itself: each kind after its setting, 0 s: never.
 *
 * In units of some hundred rows, settled one by one, so that nobody waits for long; what is left of
 * a heap goes with the next run.
 */
#ifndef HUB_RETENTION_H
#define HUB_RETENTION_H

#include "base/cx.h"

Err retention_run(Cx *cx);

#endif
