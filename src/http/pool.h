/* pool.h - threads that run exchanges, each with a Conn of its own.
 *
 * Waking costs more than a small operation. So one thread at a time is being woken, and while it is
 * on its way the others go on with what is queued: the newcomer wakes the loops they owe answers
 * to. Writes (Route.write and unsafe methods) use some of the threads only, so that readers never
 * wait for a COMMIT. A thread starts when it is first needed, and opens its Conn then. Any thread
 * may push.
 */
#ifndef HUB_POOL_H
#define HUB_POOL_H

#include "http/exchange.h"

typedef struct Pool Pool;

typedef struct PoolStats {
    uint64_t depth, busy, runs, waited_us, threads;
} PoolStats;

/* db may be NULL. `writers`: threads that may write at the same time. There is room for no more
 * while `most_queued` wait, while the oldest of its kind has waited longer than most_wait_ms, or
 * when one more would, by how long they take lately; three times as long while its queue has stood
 * for less than that. most_wait_ms below 0: however long. */
Pool *pool_new(Db *db, size_t threads, size_t writers, size_t most_queued, int64_t most_wait_ms);
void pool_free(Pool *pool); /* joins; nothing may be queued or running */

/* Whether one more would find room; what operators ask always does, and comes first. */
bool pool_has_room(Pool *pool, const Exchange *x);
/* The same and a claim on it, given back by running. False: shed it. */
bool pool_claim(Pool *pool, const Exchange *x);
void pool_push(Pool *pool, Exchange *first); /* claimed ones, chained by `next` */
PoolStats pool_stats(Pool *pool);

#endif
