/* memo.h - what a thread keeps between requests: a few answers of the store, good for one data
 * version.
 *
 * A value is good only while the version it was made under is the present one, so nothing stale is
 * ever used and nothing has to be told. Owned by one thread; a value is its own until the next memo
 * call.
 */
#ifndef HUB_MEMO_H
#define HUB_MEMO_H

#include "base/str.h"

typedef struct Memo Memo;

Memo *memo_new(void);
void memo_free(Memo *m); /* drops every value */

/* The value kept under `key`, or NULL. One of another version is dropped. */
void *memo_get(Memo *m, Str key, uint32_t version);
/* Room for a value of `bytes`, zeroed and aligned for any type; drop(value) is called before it
 * goes. In place of what hashes to the same place. */
void *memo_put(Memo *m, Str key, uint32_t version, size_t bytes, void (*drop)(void *value));
bool memo_used(const Memo *m);
/* Drops what is of another version: so that a file that was deleted does not stay open. */
void memo_sweep(Memo *m, uint32_t version);

#endif
