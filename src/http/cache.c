#include "http/cache.h"

#include "base/hash.h"

#include <stdlib.h>

enum { WAYS = 4 };

static void drop(Cache *cache, size_t i)
{
    CacheEntry *e = cache->slots[i];
    if (!e)
        return;
    cache->bytes -= e->size;
    free(e);
    cache->slots[i] = NULL;
}

void cache_clear(Cache *cache)
{
    for (size_t i = 0; i < CACHE_ENTRIES; i++)
        drop(cache, i);
}

const CacheEntry *cache_find(Cache *cache, Str target, uint32_t version, int64_t now)
{
    uint64_t hash = hash64(target, 0);
    for (size_t i = 0; i < WAYS; i++) {
        size_t at = (hash + i) % CACHE_ENTRIES;
        CacheEntry *e = cache->slots[at];
        if (!e || e->hash != hash || !str_eq(e->target, target))
            continue;
        if (e->version == version && now < e->expires)
            return e;
        drop(cache, at);
        return NULL;
    }
    return NULL;
}

/* An empty slot of its ways, the one of the same target, or the one that expires first. */
static size_t slot_for(const Cache *cache, uint64_t hash, Str target)
{
    size_t best = hash % CACHE_ENTRIES;
    for (size_t i = 0; i < WAYS; i++) {
        size_t at = (hash + i) % CACHE_ENTRIES;
        const CacheEntry *e = cache->slots[at], *now_best = cache->slots[best];
        if (e && e->hash == hash && str_eq(e->target, target))
            return at;
        if (!e || (now_best && e->expires < now_best->expires))
            best = at;
    }
    return best;
}

static Str copy(char **to, Str s)
{
    Str made = {*to, s.n};
    if (s.n)
        memcpy(*to, s.p, s.n);
    *to += s.n;
    return made;
}

void cache_put(Cache *cache, const CacheEntry *entry)
{
    size_t text =
        entry->target.n + entry->etag.n + entry->head.n + entry->not_modified.n + entry->body.n;
    if (text > CACHE_ENTRY_MAX)
        return;
    uint64_t hash = hash64(entry->target, 0);
    drop(cache, slot_for(cache, hash, entry->target));
    if (cache->bytes + sizeof *entry + text > CACHE_BYTES)
        cache_clear(cache);
    CacheEntry *made = malloc(sizeof *made + text);
    if (!made)
        abort();
    *made = *entry;
    made->hash = hash;
    made->size = sizeof *made + text;
    char *to = made->text;
    made->target = copy(&to, entry->target);
    made->etag = copy(&to, entry->etag);
    made->head = copy(&to, entry->head);
    made->not_modified = copy(&to, entry->not_modified);
    made->body = copy(&to, entry->body);
    cache->slots[slot_for(cache, hash, entry->target)] = made;
    cache->bytes += made->size;
}
