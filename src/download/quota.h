/* quota.h - how many downloads, and how many bytes, an account may begin in a day.
 *
 * A day is one of the hub's zone (base/zone.h). The limit is the account's own allowance, else its
 * tier's; staff has none. Counted per owner, an account in a day or a ticket in its life (day 0):
 * used + reserved never pass the limit that held at the reservation. Who counts goes by the ledger.
 */
#ifndef HUB_QUOTA_H
#define HUB_QUOTA_H

#include "base/zone.h"
#include "contract.h"

/* What an entry changes; in a row of quota and in one of the ledger. */
typedef struct Counts {
    int64_t used_files, reserved_files, used_bytes, reserved_bytes;
} Counts;

/* The hub's day of cx->now. Asked before a unit: it may read a file of the system's. */
Day quota_today(Cx *cx);

/* As /v1/me/quota tells it. One statement. */
Err quota_read(Cx *cx, Str account, const Day *today, Quota *out);

/* In an open unit: one download of so many bytes, when both limits have room. E_QUOTA, with the
 * limit and its end in cx->more. */
Err quota_reserve(Cx *cx, Str account, const Day *today, int64_t bytes);
/* The same of a ticket's own limit. E_GONE: all are used up. */
Err quota_reserve_ticket(Cx *cx, Str ticket, int64_t most, int64_t bytes);
/* In an open unit. Below nothing is a bug: E_CONFLICT. */
Err quota_move(Cx *cx, Str owner, int64_t day, const Counts *change);

/* Another allowance than the tier's, -1: the tier's. Setting it goes into the audit; settled. */
Err allowance_get(Cx *cx, Str account, int64_t *files, int64_t *bytes);
Err allowance_set(Cx *cx, Str account, int64_t files, int64_t bytes);

#endif
