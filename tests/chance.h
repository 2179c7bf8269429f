/* chance.h - random numbers, and how to have the same again: HUB_SEED; tests only. */
#ifndef HUB_TEST_CHANCE_H
#define HUB_TEST_CHANCE_H

#include "base/id.h"

#include <stdio.h>
#include <stdlib.h>

/* Of this run: HUB_SEED, or another each time. */
static inline uint64_t chance_seed(void)
{
    uint64_t seed = 0;
    const char *set = getenv("HUB_SEED");
    random_bytes(&seed, sizeof seed);
    return set ? strtoull(set, NULL, 0) : seed;
}

/* Where a test that took its chances failed. */
static inline void chance_tell(uint64_t seed)
{
    printf("HUB_SEED=%llu shows it again\n", (unsigned long long)seed);
}

/* The next number; the state begins as the seed. */
static inline uint64_t chance(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    return z ^ (z >> 29);
}

#endif
