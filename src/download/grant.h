/* grant.h - one download of a ticket, from its reservation to its settlement.
 *
 *     reserved --post--> open --settle--> settled [--refund-->]
 *        \--void--> void
 *
 * A reservation holds one file and all its bytes in the quotas of the account and of the ticket;
 * posting, before the first byte leaves, turns them into used ones; settling gives back what was
 * not delivered. So a crash can only leave too much held, never too little. Each step happens once,
 * however often it is asked for: its UPDATE names the state it comes from. A ticket has one
 * download that is reserved or open at most; requests until resume_until belong to it. Whatever is
 * given back goes to the day of the reservation. In an open unit unless it says otherwise.
 */
#ifndef HUB_GRANT_H
#define HUB_GRANT_H

#include "download/quota.h"

/* A read, also outside a unit: the download, reserved or open, that a request of this ticket (its
 * id) belongs to at cx->now. E_NOT_FOUND: there is none. */
Err grant_now(Cx *cx, Str ticket, GrantRow *out);
/* The one that is reserved or open, or a new reservation in the place of one whose time is over.
 * E_QUOTA: nothing of it was kept, give the unit up; E_GONE: the ticket died or is used up;
 * E_UNAVAILABLE: what was sent of the one before is still being written down. */
Err grant_of_ticket(Cx *cx, const TicketRow *ticket, const Day *today, GrantRow *out);
/* Durable with the unit: the first byte leaves after that. Of an open one OK, *grant is then as it
 * is kept. E_CONFLICT: it was voided meanwhile. */
Err grant_post(Cx *cx, GrantRow *grant);

/* What was delivered so far, of all connections together. */
typedef struct GrantCover {
    int64_t covered_bytes; /* of the union of ranges, at most the size */
    Str bitmap;            /* of that union, any bytes */
    int64_t sent_bytes;    /* overlap included, since sent_since */
    int64_t sent_since;    /* Unix ms: where the running 24 h began */
    bool failed;           /* bytes of it could not be read */
} GrantCover;
/* Journals it. Less than what is kept, or of a download that is not open: nothing happens. */
Err grant_cover(Cx *cx, Str id, const GrantCover *cover);
/* The bitmap that was journalled, into cx->arena; empty: none. No statement. */
Err grant_bitmap(Cx *cx, const GrantRow *grant, Str *bitmap);

/* Bytes that were not delivered come back, and the file too when less than 1 % was, or when bytes
 * could not be read and it never got whole. Of one that is not open: nothing happens. */
Err grant_settle(Cx *cx, Str id);
Err grant_void(Cx *cx, Str id);
/* The rest of what a settled one was charged. E_CONFLICT: it is not settled, or was refunded. */
Err grant_refund(Cx *cx, Str id);
/* Its ticket ends now: what is open may not be resumed, a reservation is void; one of which bytes
 * were sent, too few to be paid for, stays until its start_by. */
Err grant_cut(Cx *cx, Str ticket);

/* Tells of a refusal and is its error: of a quota, the teaser gate, membership or the malware hold,
 * others are not told. In a unit of its own after the one that was given up; once a day for the
 * same account, file and reason. What was said of the refusal stays. */
Err grant_refused(Cx *cx, Str account, Str asset, const Day *today, Err why);

/* Voids and settles what is due. Settled. */
Err grant_sweep(Cx *cx);

#endif
