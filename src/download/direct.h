/* direct.h - direct mode: whether a signed address is given in the place of the bytes, and what
 * that costs. */
#ifndef HUB_DIRECT_H
#define HUB_DIRECT_H

#include "download/flow.h"
#include "download/signer.h"

/* Whose account the ticket is decides. *out stays NULL where this process sends, as it does what is
 * put together from parts, for assets that are to be proxied, for tickets of few downloads, whose
 * count an address would not keep, and for accounts that are paused. Not while a value of the memo
 * is in hand. */
Err direct_signer(Cx *cx, const GrantRow *grant, const TicketRow *ticket, const Signer **out);

/* In an open unit: the account gets no signed address for --direct-pause, as `download`'s sent so
 * many bytes; into the audit. *paused: it was not before. */
Err direct_pause(Cx *cx, Str account, Str download, int64_t bytes, bool *paused);
/* E_NOT_FOUND: it is not. */
Err direct_paused(Cx *cx, Str account, DirectPauseRow *out);
/* Before its time, by an operator; into the audit. E_NOT_FOUND: it is not paused. Settled. */
Err direct_resume(Cx *cx, Str account);

/* FLOW_GO: it is charged whole, so an address may be given. E_GONE: cut. */
Err direct_begin(Cx *cx, Live *live, FlowStep *step);
/* Posted, and all of it counts as delivered, as nobody sees what is. On disk when it returns. */
Err direct_post(Cx *cx, GrantRow *grant, Live *live);

#endif
