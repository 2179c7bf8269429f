/* audit.h - what privileged operations did, each row chained to the one before by its hash.
 *
 * Written in the same unit as the change itself, so neither is there without the other. The chain
 * is SHA-256 over previous, at, actor, action, target, was, became, each ended by LF.
 */
#ifndef HUB_AUDIT_H
#define HUB_AUDIT_H

#include "base/cx.h"

/* In an open unit. `was` and `became` are JSON or short text; {0} for none. The actor is the
 * viewer, or "command line". */
Err audit_add(Cx *cx, const char *action, Str target, Str was, Str became);

/* Drops some rows from the chain's start that are older than `before`, and keeps where it begins
 * now; never the newest row. Settled. *gone 0: there are none. */
Err audit_prune(Cx *cx, int64_t before, int64_t *gone);
/* In an open unit: `whom` in row n gives way to `stand_in`. The chain goes on over the hash that
 * the row had, and a new row "audit.redact" vouches for what stands there now. */
Err audit_redact(Cx *cx, int64_t n, Str whom, Str stand_in);

/* Walks the chain: OK, or E_CONFLICT naming the first row that does not hold. */
Err audit_check(Cx *cx);

#endif
