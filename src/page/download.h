/* download.h - what the pages about download tickets have in common. */
#ifndef HUB_PAGE_DOWNLOAD_H
#define HUB_PAGE_DOWNLOAD_H

#include "contract.h"
#include "page/layout.h"

/* A form with one button, sent to the ticket's page. `act` is what the field `do` says: revoke or
 * renew. `from_list`: it leads back to the list of tickets. `of`: the file, for who hears the
 * button alone; empty: not said. */
typedef struct TicketForm {
    Str ticket, of;
    const char *act;
    Text label;
    bool first, from_list;
} TicketForm;
void put_ticket_form(Page *p, const TicketForm *form);

void put_expiry(Page *p, int64_t ms); /* by the hub's clock and in UTC, and how long until then */
void put_allowance(Page *p, const Quota *quota); /* what is left today, as rows of a table */
void put_row(Page *p, Text label);               /* <dt>label</dt><dd> */

#endif
