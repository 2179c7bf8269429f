/* store.h - a migrated database in a folder of its own, for tests of what stands on one.
 *
 * The folder lies in memory where the machine has room for that. The caller's context gets the
 * connection, its App the database.
 */
#ifndef HUB_TEST_STORE_H
#define HUB_TEST_STORE_H

#include "common/app.h"

typedef struct Store {
    char folder[40], path[64];
} Store;

/* `name` says whose folder it is. */
void store_open(Store *s, Cx *cx, const char *name);
void store_again(const Store *s, Cx *cx); /* closed and opened, as by a restart */
void store_close(const Store *s, Cx *cx); /* with its folder */
/* Rows as a test needs them, not as an operation makes them: SQL by a connection of its own. */
void store_put(const Store *s, Cx *cx, const char *sql);

#endif
