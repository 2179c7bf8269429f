/* queue.h - work to do, in a table: leased with a deadline and a fencing number.
 *
 * A worker that lost its lease finds its fence too old and its commit refused, so a job runs to one
 * result. Jobs are added in the unit of the fact that needs them.
 */
#ifndef HUB_QUEUE_H
#define HUB_QUEUE_H

#include "contract.h"

enum {
    JOB_URGENT = 10, /* what a viewer waits for: probe, early rendition, main sound */
    JOB_SOON = 30,   /* pictures, other sounds */
    JOB_NORMAL = 50, /* the other renditions */
    JOB_LATER = 90,  /* tidying */
    JOB_ATTEMPTS = 3
};

typedef struct JobNew {
    const char *kind;
    Str subject, detail; /* detail may be {0} */
    Str owner;           /* account whose turn it takes; {0}: the hub's own */
    int priority;        /* JOB_*, smaller first */
    bool heavy;          /* takes a worker's whole memory */
    int64_t run_at;      /* Unix ms, not before; 0: now */
} JobNew;

/* In an open unit. */
Err queue_add(Cx *cx, const JobNew *job);
/* Likewise: the blob goes after the rows that named it. */
Err queue_drop_blob(Cx *cx, Str key);

/* Leases the next job that is due, in a unit of its own, settled: it is ours when it returns.
 * Smaller priorities come first; within one the owners take turns, each with its oldest job. A
 * worker with a heavy job gets no second heavy one. E_NOT_FOUND: nothing to do. */
Err queue_lease(Cx *cx, Str worker, int64_t lease_ms, JobRow *out);
/* E_CONFLICT: the lease was lost, give the work up. Settled. */
Err queue_renew(Cx *cx, const JobRow *job, int64_t lease_ms);
/* The same in an open unit: what it changes is ours to change. */
Err queue_hold(Cx *cx, const JobRow *job, int64_t lease_ms);
/* Whether it still is ours: a read, cheap enough for each second. */
Err queue_held(Cx *cx, const JobRow *job, bool *held);
/* In an open unit: no job about `subject` is left, waiting or leased. Who holds one finds its fence
 * lost. */
Err queue_cancel(Cx *cx, Str subject);
/* In the unit that keeps the result. E_CONFLICT: somebody else has the job by now; the unit must
 * not commit. */
Err queue_done(Cx *cx, const JobRow *job);
/* Another attempt after a pause that grows; settled. Attempts used up: E_CONFLICT and the job is
 * left to the caller to end. */
Err queue_retry(Cx *cx, const JobRow *job, Str said);
/* Gives the lease back, to be taken again after pause_ms; does not count as an attempt. For a
 * drain, a full disk. Settled. */
Err queue_release(Cx *cx, const JobRow *job, int64_t pause_ms);

/* Workers tell that they live, and whether anybody does. */
Err worker_seen(Cx *cx, Str worker);
Err worker_gone(Cx *cx, Str worker);
Err worker_alive(Cx *cx, int64_t within_ms, bool *alive);

#endif
