/* ticket.h - the right of an account to fetch one asset until it expires; its address is the
 * capability. */
#ifndef HUB_TICKET_H
#define HUB_TICKET_H

#include "download/grant.h"

typedef struct TicketWish {
    Str asset;
    int64_t expires_at, max_downloads;
} TicketWish;

/* What the viewer asks for, within the bounds, and may have: before the unit. E_NOT_FOUND,
 * E_PREMIUM, E_AGE, E_TEASER, E_INVALID (/expiresAt, /maxDownloads). */
Err ticket_wish(Cx *cx, Str asset, const DownloadTicketNew *asked, TicketWish *out);
/* In an open unit: the viewer's live ticket, or (*fresh) a new one with its first download
 * reserved. E_QUOTA: give the unit up. */
Err ticket_take(Cx *cx, const TicketWish *wish, const Day *today, TicketRow *out, bool *fresh);
/* A new one in the place of the viewer's `old`, which ends if it has not yet; all or nothing, not
 * settled. Asked again it is the same new one. What ticket_wish and ticket_take refuse. */
Err ticket_renew(Cx *cx, const TicketRow *old, const Day *today, TicketRow *out);
/* Dead or alive. E_NOT_FOUND. */
Err ticket_any(Cx *cx, Str secret, TicketRow *out);
/* E_NOT_FOUND: unknown; E_GONE: expired, revoked, or its video is taken down. */
Err ticket_by_secret(Cx *cx, Str secret, TicketRow *out);
/* Writes down which have expired: they stay so though the clock is set back. Settled. */
Err ticket_sweep(Cx *cx);
Str ticket_file(Cx *cx, Str filename);            /* as a part of an address */
Str ticket_url(Cx *cx, const TicketRow *row);     /* /d/{ticket}/{file name}, absolute */
Str ticket_landing(Cx *cx, const TicketRow *row); /* /d/{ticket}, absolute */

#endif
