/* ledger.h - every change of a quota, once: what was reserved, posted, given back.
 *
 * An entry is written in one unit with the change of both quotas it concerns, the account's in the
 * day of the reservation and the ticket's; (download, kind) is unique, so nothing happens twice.
 * Entries are never changed. Invariant: each quota is the sum of its entries, and of the total of
 * those that were summed up after their time.
 */
#ifndef HUB_LEDGER_H
#define HUB_LEDGER_H

#include "download/quota.h"

/* In an open unit. E_CONFLICT: this download has an entry of that kind already. `kind` is one of
 * the schema's. */
Err ledger_add(Cx *cx, const GrantRow *download, const char *kind, const Counts *change);
/* The entry, and both quotas. */
Err ledger_move(Cx *cx, const GrantRow *download, const char *kind, const Counts *change);

/* Some downloads that ended before: their entries become part of the totals of both quotas, and
 * they are gone. Settled. *gone 0: there are none. */
Err ledger_prune(Cx *cx, int64_t before, int64_t *gone);

/* For `hub doctor`: OK or E_CONFLICT with what differs. */
Err ledger_check(Cx *cx);
/* Makes the quotas anew from the entries. Settled. */
Err ledger_rebuild(Cx *cx);

#endif
