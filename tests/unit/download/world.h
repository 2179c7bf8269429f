/* world.h - a migrated database in memory, with accounts and tickets that nobody has used yet.
 *
 * Account n is "a0007", its tickets "t0007-0" to "t0007-3" are of four files of fixed sizes; ticket
 * k may be used 1 + (n + k) % 3 times.
 */
#ifndef HUB_DOWNLOAD_WORLD_H
#define HUB_DOWNLOAD_WORLD_H

#include "common/app.h"
#include "download/grant.h"
#include "store.h"
#include "test.h"

enum { ACCOUNTS = 500, TICKETS = 4, FILES_A_DAY = 4, BYTES_A_DAY = 700, START_BY = 900000 };
enum { DAY_MS = 86400000, WINDOW = 3 * DAY_MS };
#define BASE 1700000000000 /* 05:13 in Jakarta */

extern const int64_t sizes[TICKETS];

typedef struct World {
    Cx cx;
    App app;
    Store store;
} World;

World *world_open(void);
void world_close(World *w);
void world_again(World *w); /* closes the store and opens it, as a restart does */

Str account_id(World *w, int n);
TicketRow ticket_of(World *w, int n, int k);
int64_t ticket_end(int k); /* Unix ms */

#endif
