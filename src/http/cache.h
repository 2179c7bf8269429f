/* cache.h - whole answers to anonymous GETs, kept by one loop while the database does not change.
 *
 * An entry is good only for the db_version, on the loop's own Conn, that was read before its answer
 * was made, and for a few seconds. Bounded in entries and bytes. One thread, the loop's.
 */
#ifndef HUB_CACHE_H
#define HUB_CACHE_H

#include "http/route.h"

enum {
    CACHE_ENTRIES = 512,
    CACHE_BYTES = 8 << 20,
    CACHE_ENTRY_MAX = 256 << 10,
    CACHE_LIFE_MS = 5000
};

typedef struct CacheEntry {
    uint64_t hash;
    uint32_t version;
    int64_t expires; /* monotonic ms */
    const Route *route;
    Str target, etag;
    Str head,
        not_modified; /* head lines of a 200 and of a 304, without those of one answer alone */
    Str body;
    size_t size;
    char text[]; /* what the Strs point into */
} CacheEntry;

typedef struct Cache {
    CacheEntry *slots[CACHE_ENTRIES]; /* owned */
    size_t bytes;
} Cache;

const CacheEntry *cache_find(Cache *cache, Str target, uint32_t version, int64_t now);
/* Copies all of `entry` but hash and size. Too large: nothing happens. */
void cache_put(Cache *cache, const CacheEntry *entry);
void cache_clear(Cache *cache);

#endif
