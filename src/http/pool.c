#include "http/pool.h"

#include "base/clock.h"
#include "base/fault.h"
#include "http/loop.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { STACK = 1 << 20, BEHIND = 5, LATELY = 16, COLD = 4 * LATELY, BURST = 3 };

/* A loop with answers that it was not woken for yet. */
typedef struct Debt {
    Loop *loop;
    size_t n;
} Debt;

enum { DEBTS = 4 };

typedef struct Queue {
    Exchange *first, **end; /* mu, as the next two */
    size_t n, threads;      /* waiting; that may run them at once */
    int64_t took_us;        /* one of them lately, on a thread; LATELY times as much */
    size_t ran;
    _Atomic(int64_t) since; /* when the oldest was queued; 0: none is */
    _Atomic(int64_t) stood; /* since when some are */
    _Atomic(int64_t) ahead; /* microseconds until one that comes now would run, as things go */
} Queue;

struct Pool {
    Db *db;
    pthread_mutex_t mu;
    pthread_cond_t some;
    Queue ops, reads, writes; /* mu, as all below */
    size_t threads, most, writers, writing, idle;
    Debt debts[DEBTS];
    size_t n_debts;
    bool waking; /* a thread was roused and is not here yet */
    uint64_t runs, waited_us;
    bool stop;
    atomic_size_t claimed; /* queued and running */
    size_t most_claimed;
    int64_t most_wait_us;
    pthread_t ids[];
};

Pool *pool_new(Db *db, size_t threads, size_t writers, size_t most_queued, int64_t most_wait_ms)
{
    Pool *pool = calloc(1, sizeof *pool + threads * sizeof *pool->ids);
    if (!pool)
        abort();
    pool->db = db;
    pool->most = threads;
    pool->writers = bug("writers") ? threads : writers;
    pool->most_claimed = threads + most_queued;
    pool->most_wait_us = most_wait_ms < 0 ? INT64_MAX : most_wait_ms * 1000;
    pool->ops = (Queue){.end = &pool->ops.first, .threads = threads};
    pool->reads = (Queue){.end = &pool->reads.first, .threads = threads};
    pool->writes = (Queue){.end = &pool->writes.first, .threads = pool->writers};
    pthread_mutex_init(&pool->mu, NULL);
    pthread_cond_init(&pool->some, NULL);
    return pool;
}

static bool writes(const Exchange *x)
{
    const Route *r = x->match.route;
    Method m = x->head.req.method;
    return (r && r->write) || (m != M_GET && m != M_HEAD && m != M_OPTIONS);
}

static Queue *queue_of(Pool *pool, const Exchange *x)
{
    return x->conf->ops ? &pool->ops : writes(x) ? &pool->writes : &pool->reads;
}

/* mu held. Whether somebody who is idle would find work. */
static bool waiting(const Pool *pool)
{
    return pool->ops.first || pool->reads.first ||
           (pool->writes.first && pool->writing < pool->writers);
}

/* mu held. For those who ask without it. The first runs of a process are slow and tell nothing of
 * the next. */
static void note_queue(Queue *q)
{
    bool cold = q->ran < COLD && !bug("coldqueue");
    atomic_store(&q->since, q->first ? q->first->queued_us : 0);
    atomic_store(&q->ahead, cold ? 0 : (int64_t)q->n * q->took_us / LATELY / (int64_t)q->threads);
}

static Exchange *pop(Queue *q)
{
    Exchange *x = q->first;
    q->first = x->next;
    q->n--;
    if (!q->first)
        q->end = &q->first;
    x->next = NULL;
    note_queue(q);
    return x;
}

/* mu held. What operators ask, or the older of the two that may run. */
static Exchange *take(Pool *pool)
{
    Exchange *read = pool->reads.first, *write = pool->writes.first, *x = NULL;
    if (pool->ops.first)
        return pop(&pool->ops);
    if (write && pool->writing < pool->writers && (!read || write->queued_us <= read->queued_us)) {
        pool->writing++;
        x = pop(&pool->writes);
    } else if (read) {
        x = pop(&pool->reads);
    }
    return x;
}

static void *work(void *arg);

/* mu held. One more thread for what waits: a sleeping one, or a new one. */
static void rouse(Pool *pool)
{
    pthread_attr_t attr;
    if (pool->waking)
        return;
    if (pool->idle) {
        pthread_cond_signal(&pool->some);
        pool->waking = true;
        return;
    }
    if (pool->threads == pool->most)
        return;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK);
    if (pthread_create(&pool->ids[pool->threads], &attr, work, pool) == 0) {
        pool->threads++;
        pool->waking = true;
    } else if (pool->threads == 0) {
        abort(); /* nobody would ever answer */
    }
    pthread_attr_destroy(&attr);
}

/* mu held, and released meanwhile. False: nothing was owed. */
static bool settle(Pool *pool)
{
    Debt debts[DEBTS];
    size_t n = pool->n_debts;
    if (!n)
        return false;
    memcpy(debts, pool->debts, n * sizeof *debts);
    pool->n_debts = 0;
    pthread_mutex_unlock(&pool->mu);
    for (size_t i = 0; i < n; i++)
        loop_wake(debts[i].loop, debts[i].n);
    pthread_mutex_lock(&pool->mu);
    return true;
}

/* mu held. */
static void owe(Pool *pool, Loop *l)
{
    size_t i = 0;
    while (i < pool->n_debts && pool->debts[i].loop != l)
        i++;
    if (i == pool->n_debts)
        pool->debts[pool->n_debts++] = (Debt){l, 0};
    pool->debts[i].n++;
    bool others_see_to_it = pool->waking && waiting(pool);
    if (!others_see_to_it || pool->n_debts == DEBTS)
        (void)settle(pool);
}

/* mu held, and released meanwhile. */
static void run_one(Pool *pool, Exchange *x, Conn **conn)
{
    Queue *q = queue_of(pool, x);
    bool writing = q == &pool->writes;
    Loop *l = x->loop;
    int64_t start = clock_mono_us();
    pool->runs++;
    pool->waited_us += (uint64_t)(start - x->queued_us);
    if (waiting(pool))
        rouse(pool);
    pthread_mutex_unlock(&pool->mu);
    if (!*conn && pool->db)
        *conn = conn_open(pool->db);
    bool made = exchange_run(x, *conn);
    atomic_fetch_sub(&pool->claimed, 1);
    if (made)
        loop_put(l, x);
    int64_t took = clock_mono_us() - start;
    pthread_mutex_lock(&pool->mu);
    q->took_us += took - q->took_us / LATELY;
    q->ran++;
    pool->writing -= writing;
    if (made)
        owe(pool, l);
}

/* A loop that waits for its turn among many workers refuses nothing, and all of what comes stands
 * in the sockets where nobody counts it. */
static void behind_the_loops(void)
{
    id_t self = (id_t)gettid();
    (void)setpriority(PRIO_PROCESS, self, getpriority(PRIO_PROCESS, self) + BEHIND);
}

static void *work(void *arg)
{
    Pool *pool = arg;
    Conn *conn = NULL;
    behind_the_loops();
    pthread_mutex_lock(&pool->mu);
    pool->waking = false;
    (void)settle(pool);
    while (!pool->stop) {
        Exchange *x = take(pool);
        if (x) {
            run_one(pool, x, &conn);
        } else if (!settle(pool)) {
            pool->idle++;
            pthread_cond_wait(&pool->some, &pool->mu);
            pool->idle--;
            pool->waking = false;
            (void)settle(pool);
        }
    }
    pthread_mutex_unlock(&pool->mu);
    if (conn)
        conn_close(conn);
    return NULL;
}

void pool_free(Pool *pool)
{
    pthread_mutex_lock(&pool->mu);
    pool->stop = true;
    pthread_cond_broadcast(&pool->some);
    size_t n = pool->threads;
    pthread_mutex_unlock(&pool->mu);
    for (size_t i = 0; i < n; i++)
        pthread_join(pool->ids[i], NULL);
    pthread_mutex_destroy(&pool->mu);
    pthread_cond_destroy(&pool->some);
    free(pool);
}

/* An answer that comes too late is work for nothing: better none at once than all of them late. A
 * queue that was empty just now is a burst, or a disk that paused: those pass by themselves. */
static bool late(Pool *pool, const Exchange *x)
{
    const Queue *q = queue_of(pool, x);
    int64_t since = atomic_load(&q->since), now = clock_mono_us(), most = pool->most_wait_us;
    if (!since || most == INT64_MAX || bug("latequeue"))
        return false;
    if (now - atomic_load(&q->stood) < BURST * most)
        most *= BURST;
    return atomic_load(&q->ahead) > most || now - since > most;
}

bool pool_has_room(Pool *pool, const Exchange *x)
{
    if (x->conf->ops || bug("noshed"))
        return true;
    return atomic_load(&pool->claimed) < pool->most_claimed && !late(pool, x);
}

bool pool_claim(Pool *pool, const Exchange *x)
{
    bool good = pool_has_room(pool, x);
    size_t before = atomic_fetch_add(&pool->claimed, good);
    if (!good || x->conf->ops || before < pool->most_claimed || bug("noshed"))
        return good;
    atomic_fetch_sub(&pool->claimed, 1); /* another loop was faster */
    return false;
}

void pool_push(Pool *pool, Exchange *first)
{
    int64_t now = clock_mono_us();
    pthread_mutex_lock(&pool->mu);
    for (Exchange *x = first, *next; x; x = next) {
        next = x->next;
        x->next = NULL;
        x->queued_us = now;
        Queue *q = queue_of(pool, x);
        if (!q->first)
            atomic_store(&q->stood, now);
        *q->end = x;
        q->end = &x->next;
        q->n++;
        note_queue(q);
    }
    if (waiting(pool))
        rouse(pool);
    pthread_mutex_unlock(&pool->mu);
}

PoolStats pool_stats(Pool *pool)
{
    pthread_mutex_lock(&pool->mu);
    size_t busy = pool->threads - pool->idle, claimed = atomic_load(&pool->claimed);
    PoolStats s = {claimed > busy ? claimed - busy : 0, busy, pool->runs, pool->waited_us,
                   pool->threads};
    pthread_mutex_unlock(&pool->mu);
    return s;
}
