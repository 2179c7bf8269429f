#include "http/crowd.h"

#include "base/fault.h"
#include "base/hash.h"
#include "base/id.h"

#include <assert.h>
#include <stdlib.h>

typedef struct Spot {
    Address a;
    int64_t n; /* 0: nobody; the address stays until the table is made anew */
    bool used;
} Spot;

void crowd_open(Crowd *crowd, int64_t max)
{
    *crowd = (Crowd){.max = max};
    random_bytes(&crowd->seed, sizeof crowd->seed);
    pthread_mutex_init(&crowd->mu, NULL);
}

void crowd_close(Crowd *crowd)
{
    free(crowd->spots);
    pthread_mutex_destroy(&crowd->mu);
}

static Spot *spot_of(Spot *spots, size_t cap, uint64_t seed, const Address *key)
{
    size_t i = hash64((Str){(const char *)key->b, sizeof key->b}, seed) & (cap - 1);
    while (spots[i].used && memcmp(&spots[i].a, key, sizeof *key) != 0)
        i = (i + 1) & (cap - 1);
    return &spots[i];
}

/* Room for one more at half full, without the addresses that went away. */
static void make_room(Crowd *crowd)
{
    if (crowd->n * 2 < crowd->cap)
        return;
    size_t live = 0;
    for (size_t i = 0; i < crowd->cap; i++)
        live += crowd->spots[i].n > 0;
    size_t cap = 64;
    while (cap < (live + 1) * 4)
        cap *= 2;
    Spot *spots = calloc(cap, sizeof *spots);
    if (!spots)
        abort();
    for (size_t i = 0; i < crowd->cap; i++)
        if (crowd->spots[i].n > 0)
            *spot_of(spots, cap, crowd->seed, &crowd->spots[i].a) = crowd->spots[i];
    free(crowd->spots);
    crowd->spots = spots;
    crowd->cap = cap;
    crowd->n = live;
}

bool crowd_enter(Crowd *crowd, const Address *a)
{
    Address key = address_subject(a);
    pthread_mutex_lock(&crowd->mu);
    make_room(crowd);
    Spot *spot = spot_of(crowd->spots, crowd->cap, crowd->seed, &key);
    crowd->n += !spot->used;
    bool fits = spot->n < crowd->max || bug("no-crowd");
    *spot = (Spot){key, spot->n + fits, true};
    pthread_mutex_unlock(&crowd->mu);
    return fits;
}

void crowd_leave(Crowd *crowd, const Address *a)
{
    Address key = address_subject(a);
    pthread_mutex_lock(&crowd->mu);
    Spot *spot = spot_of(crowd->spots, crowd->cap, crowd->seed, &key);
    assert(spot->used && spot->n > 0);
    spot->n--;
    pthread_mutex_unlock(&crowd->mu);
}
