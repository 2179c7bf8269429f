/* crowd.h - how many connections of one address have no complete request yet.
 *
 * One per server, shared by its loops: a lock around a small table. Only addresses that are counted
 * take the lock: loopback and trusted proxies never do. IPv6 counts by /64.
 */
#ifndef HUB_CROWD_H
#define HUB_CROWD_H

#include "http/proxy.h"

#include <pthread.h>

typedef struct Crowd {
    pthread_mutex_t mu;
    struct Spot *spots; /* mu; open addressing, a power of two */
    size_t cap, n;
    uint64_t seed; /* nobody outside can aim at one spot */
    int64_t max;
} Crowd;

void crowd_open(Crowd *crowd, int64_t max);
void crowd_close(Crowd *crowd);
/* False: one more would pass the maximum; it is not counted. */
bool crowd_enter(Crowd *crowd, const Address *a);
void crowd_leave(Crowd *crowd, const Address *a); /* once for each entered */

#endif
