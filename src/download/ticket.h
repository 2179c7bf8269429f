/* ticket.h - the right of an account to fetch one asset until it expires; its address is the
 * capability. */
#ifndef HUB_TICKET_H
#define HUB_TICKET_H

#include "contract.h"

/* A ticket for the viewer; the live one when there is one (*fresh false). In its own unit, not
 * settled. E_NOT_FOUND, E_PREMIUM, E_INVALID (/expiresAt). */
Err ticket_take(Cx *cx, Str asset, const int64_t *expires_at, TicketRow *out, bool *fresh);
/* E_NOT_FOUND: unknown; E_GONE: expired, revoked, or its video is taken down. */
Err ticket_by_secret(Cx *cx, Str secret, TicketRow *out);
Str ticket_file(Cx *cx, const TicketRow *row);    /* the file name as a part of an address */
Str ticket_url(Cx *cx, const TicketRow *row);     /* /d/{ticket}/{file name}, absolute */
Str ticket_landing(Cx *cx, const TicketRow *row); /* /d/{ticket}, absolute */

#endif
