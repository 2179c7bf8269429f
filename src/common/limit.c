#include "common/limit.h"

#include "base/fault.h"
#include "base/hash.h"
#include "base/id.h"

#include <pthread.h>
#include <stdlib.h>

enum { SHARDS = 16, SLOTS = 2048, PROBES = 8, CLASSES = 16 };

/* In thousandths of a request, so that slow rates fill too. */
typedef struct Bucket {
    uint64_t key; /* 0: free */
    int64_t milli, at_ms;
} Bucket;

typedef struct Shard {
    pthread_mutex_t mu;
    Bucket *slots; /* taken at first use: most hubs are small */
} Shard;

struct Limiter {
    uint64_t seed;
    size_t n;
    int64_t rate[CLASSES];
    Shard shards[SHARDS];
};

Limiter *limiter_new(const int64_t *per_second, size_t n)
{
    Limiter *l = calloc(1, sizeof *l);
    if (!l || n > CLASSES)
        abort();
    random_bytes(&l->seed, sizeof l->seed); /* so that nobody can aim at another's slot */
    l->n = n;
    memcpy(l->rate, per_second, n * sizeof *per_second);
    for (size_t i = 0; i < SHARDS; i++)
        pthread_mutex_init(&l->shards[i].mu, NULL);
    return l;
}

void limiter_free(Limiter *l)
{
    for (size_t i = 0; l && i < SHARDS; i++) {
        free(l->shards[i].slots);
        pthread_mutex_destroy(&l->shards[i].mu);
    }
    free(l);
}

int64_t limiter_rate(const Limiter *l, size_t class_)
{
    return l->rate[class_];
}

/* Its bucket, or the one longest untouched among its places, which is the fullest of them. */
static Bucket *bucket_of(Shard *s, uint64_t key, int64_t full, int64_t now_ms)
{
    Bucket *oldest = NULL;
    for (size_t i = 0; i < PROBES; i++) {
        Bucket *b = &s->slots[(key + i) % SLOTS];
        if (b->key == key)
            return b;
        if (!oldest || b->at_ms < oldest->at_ms)
            oldest = b;
    }
    *oldest = (Bucket){.key = key, .milli = full, .at_ms = now_ms};
    return oldest;
}

bool limiter_take(Limiter *l, size_t class_, Str subject, int64_t now_ms, int64_t *left,
                  int64_t *wait_ms)
{
    int64_t rate = l->rate[class_], full = (rate > 5 ? rate : 5) * 1000;
    uint64_t key = hash64(subject, l->seed + class_) | 1;
    Shard *s = &l->shards[key >> 60];
    pthread_mutex_lock(&s->mu);
    if (!s->slots && !(s->slots = calloc(SLOTS, sizeof(Bucket))))
        abort();
    Bucket *b = bucket_of(s, key, full, now_ms);
    int64_t passed = now_ms - b->at_ms;
    b->milli += passed > 0 ? (passed > 60000 ? full : passed * rate) : 0;
    b->milli = b->milli > full ? full : b->milli;
    b->at_ms = now_ms;
    bool given = b->milli >= 1000 || bug("nolimit");
    b->milli -= given ? 1000 : 0;
    *left = b->milli / 1000;
    *wait_ms = given ? 0 : (1000 - b->milli + rate - 1) / (rate ? rate : 1);
    pthread_mutex_unlock(&s->mu);
    return given;
}
