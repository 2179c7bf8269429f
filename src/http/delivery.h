/* delivery.h - what of a file's bytes reached the peer, told to whoever counts them; and how fast
 * they may go.
 *
 * An operation gives one to res_file (FileSend.delivery). Its calls come on the loop's thread, one
 * at a time, and must not block; the last is `end`, exactly once, also when nothing of the answer
 * was sent. Whoever implements it embeds a Delivery as the first member of what it allocates.
 */
#ifndef HUB_DELIVERY_H
#define HUB_DELIVERY_H

#include <stdint.h>

typedef struct Delivery Delivery;

typedef struct DeliveryKind {
    /* How many of `want` bytes may be sent now (monotonic ms). 0: none before *wait_ms have passed.
     * -1: the connection is cut. Asked with want 0 at times, for that alone. NULL: all. */
    int64_t (*allow)(Delivery *d, int64_t now_ms, int64_t want, int64_t *wait_ms);
    /* The kernel took n more bytes. NULL: only the end matters. */
    void (*sent)(Delivery *d, int64_t n);
    /* The file could not be read on: the hub's fault, not the peer's; the answer ends here. NULL:
     * it does not matter. */
    void (*failed)(Delivery *d);
    /* The answer is over. Of its bytes the kernel took `taken`, from d->from on; the last `unsent`
     * of them the peer did not acknowledge (SIOCOUTQ). Frees d. */
    void (*end)(Delivery *d, int64_t taken, int64_t unsent);
} DeliveryKind;

struct Delivery {
    const DeliveryKind *kind;
    int64_t from, length; /* of the representation: what the answer carries; set by res_file */
};

static inline void delivery_end(Delivery **d, int64_t taken, int64_t unsent)
{
    if (*d)
        (*d)->kind->end(*d, taken, unsent);
    *d = NULL;
}

#endif
