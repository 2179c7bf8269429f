/* toy.h - what the toy's operations and its tests share: ids, and a store in memory behind db/db.h.
 *
 * The store has the calls the operations use and nothing of group commit: these tests are about the
 * contract.
 */
#ifndef HUB_TOY_H
#define HUB_TOY_H

#include "db/db.h"

/* The clock in base32, so that later is greater; one thread. */
Str new_id(Cx *cx);

Conn *toy_open(void); /* migrated; with three of Ann's videos */
void toy_close(Conn *conn);

#endif
