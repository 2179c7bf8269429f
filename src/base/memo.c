#include "base/memo.h"

#include "base/fault.h"
#include "base/hash.h"

#include <stddef.h>
#include <stdlib.h>

enum { PLACES = 64, KEY_ROOM = 64 };

typedef struct Kept {
    uint32_t version;
    size_t key_n;
    char key[KEY_ROOM];
    void *value; /* NULL: free */
    void (*drop)(void *value);
} Kept;

struct Memo {
    size_t used;
    Kept places[PLACES];
};

Memo *memo_new(void)
{
    Memo *m = calloc(1, sizeof *m);
    if (!m)
        abort();
    return m;
}

static void let_go(Memo *m, Kept *k)
{
    m->used -= k->value != NULL;
    if (k->value && k->drop)
        k->drop(k->value);
    free(k->value);
    *k = (Kept){0};
}

void memo_free(Memo *m)
{
    for (size_t i = 0; m && i < PLACES; i++)
        let_go(m, &m->places[i]);
    free(m);
}

void *memo_get(Memo *m, Str key, uint32_t version)
{
    Kept *k = &m->places[hash64(key, 0) % PLACES];
    if (!k->value || !str_eq((Str){k->key, k->key_n}, key))
        return NULL;
    if (k->version == version || bug("stale-memo"))
        return k->value;
    let_go(m, k);
    return NULL;
}

void *memo_put(Memo *m, Str key, uint32_t version, size_t bytes, void (*drop)(void *value))
{
    Kept *k = &m->places[hash64(key, 0) % PLACES];
    let_go(m, k);
    if (key.n > KEY_ROOM)
        abort(); /* keys are ours and short */
    *k = (Kept){.version = version, .key_n = key.n, .value = calloc(1, bytes), .drop = drop};
    if (!k->value)
        abort();
    memcpy(k->key, key.p, key.n);
    m->used++;
    return k->value;
}

bool memo_used(const Memo *m)
{
    return m->used > 0;
}

void memo_sweep(Memo *m, uint32_t version)
{
    for (size_t i = 0; i < PLACES; i++)
        if (m->places[i].value && m->places[i].version != version)
            let_go(m, &m->places[i]);
}
