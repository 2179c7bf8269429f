/* db_load.c - closed-loop clients on the store without a server, held against a model.
 *
 *     db_load FOLDER [key=value ...]      the keys are the fields of Options
 *
 * A client asks again once it is answered. A unit adds an item, its event and its count, or fails
 * on purpose in one of three ways. At the end an item must be there if and only if OK was answered;
 * else the exit code is 1. say=1 prints each acknowledged id, for harnesses that end the process
 * early. One Load owns everything; `mu` guards what the threads share.
 */
#include "base/clock.h"
#include "db/db.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { COUNTERS = 64, MOST = 4000000, THREADS = 64, BODY = 65536 };

typedef struct Options {
    long workers, clients, readers, ms;
    long fail;    /* per cent of the units that shall fail */
    long block;   /* workers wait for COMMIT instead of parking the answer */
    long body;    /* bytes of an item */
    long most;    /* of a counter: beyond it, units are refused */
    long say;     /* print acknowledged ids */
    long full;    /* after so many E_FULL, remove FOLDER/filler */
    long units;   /* cap of a batch; 1: a commit for each unit */
    long us;      /* cap of a batch */
    long pages;   /* of the log, before a checkpoint */
    long reserve; /* KiB of the reserve file */
    long serve;   /* 0: a command line beside a server */
    long first;   /* id of the first item */
    long alone;   /* no other process writes: count totals, too */
    long pause;   /* us between two units of a client */
} Options;

typedef struct Client {
    struct Load *load;
    Cx cx;
    struct Client *next;
    int64_t start_us, id;
    int fate; /* 1..3: this unit is meant to fail, in three ways */
    bool reads;
} Client;

typedef struct Load {
    Options opt;
    Db *db;
    char filler[300], body[BODY];
    pthread_mutex_t mu;
    pthread_cond_t more;
    /* below: mu */
    Client *first, **last;
    bool stopping;
    unsigned seed;
    int64_t running, next_id, count[ERR_COUNT];
    int64_t *took[2], n_took[2];
    unsigned char *told; /* by id: 1 + outcome; 0: no answer */
} Load;

static const struct {
    const char *name;
    size_t at;
    long otherwise;
} options[] = {
#define OPTION(name, otherwise)                                                                    \
    {                                                                                              \
#name, offsetof(Options, name), otherwise                                                  \
    }
    OPTION(workers, 8),  OPTION(clients, 64), OPTION(readers, 0), OPTION(ms, 3000),
    OPTION(fail, 0),     OPTION(block, 0),    OPTION(body, 100),  OPTION(most, 1000000000),
    OPTION(say, 0),      OPTION(full, 0),     OPTION(units, 256), OPTION(us, 5000),
    OPTION(pages, 2000), OPTION(reserve, 0),  OPTION(serve, 1),   OPTION(first, 1),
    OPTION(pause, 0),    OPTION(alone, 1),
#undef OPTION
};

static long *option(Options *opt, size_t i)
{
    return (long *)(void *)((char *)opt + options[i].at);
}

static void options_read(Options *opt, int argc, char **argv)
{
    for (size_t i = 0; i < COUNT(options); i++)
        *option(opt, i) = options[i].otherwise;
    for (int a = 2; a < argc; a++) {
        size_t i = 0, n = strcspn(argv[a], "=");
        while (i < COUNT(options) &&
               (strlen(options[i].name) != n || strncmp(argv[a], options[i].name, n) != 0))
            i++;
        if (i == COUNT(options) || !argv[a][n]) {
            fprintf(stderr, "db_load: no such option: %s\n", argv[a]);
            exit(2);
        }
        *option(opt, i) = strtol(argv[a] + n + 1, NULL, 10);
    }
}

static void must(Cx *cx, Err e)
{
    if (!e)
        return;
    fprintf(stderr, "db_load: %s: %s\n", err_kind(e)->name, cx->said);
    abort();
}

static void ask(Load *load, Client *c) /* mu: the wire has brought a request */
{
    c->start_us = clock_mono_us();
    c->next = NULL;
    c->cx = (Cx){.arena = c->cx.arena};
    arena_reset(c->cx.arena);
    if (!c->reads)
        c->id = load->next_id++;
    int roll = c->reads ? 0 : rand_r(&load->seed) % 100;
    c->fate = roll < load->opt.fail ? 1 + roll % 3 : 0;
    *load->last = c;
    load->last = &c->next;
    pthread_cond_signal(&load->more);
}

static void say(int64_t id)
{
    char line[32];
    int n = snprintf(line, sizeof line, "%lld\n", (long long)id);
    if (write(1, line, (size_t)n) != n)
        abort();
}

static void answered(Client *c, Err e)
{
    Load *load = c->load;
    int64_t took = clock_mono_us() - c->start_us;
    if (!e && load->opt.say && !c->reads)
        say(c->id);
    if (load->opt.pause)
        usleep((unsigned)load->opt.pause);
    pthread_mutex_lock(&load->mu);
    if (!c->reads) {
        load->count[e]++;
        load->told[c->id] = (unsigned char)(1 + (int)e);
    }
    if (load->n_took[c->reads] < MOST)
        load->took[c->reads][load->n_took[c->reads]++] = took;
    if (!load->stopping && load->next_id < MOST)
        ask(load, c);
    else if (!--load->running)
        pthread_cond_broadcast(&load->more);
    pthread_mutex_unlock(&load->mu);
}

static void on_ready(void *who)
{
    Client *c = who;
    answered(c, c->cx.ticket.outcome);
}

static Err handle(Client *c)
{
    Cx *cx = &c->cx;
    int64_t used = 0, changed = 0, counter = c->id % COUNTERS;
    if (c->reads)
        return db_int(cx, SQL_COUNTER_USED, ARGS(V(counter)), &used);
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_COUNTER_TAKE, ARGS(V(counter)), &changed));
    if (!changed)
        return fail(cx, E_LIMITED, "the counter is used up");
    Str text = {c->load->body, (size_t)c->load->opt.body};
    for (int i = 0; i < (c->fate == 1 ? 2 : 1); i++) /* the second is a conflict */
        TRY(db_run(cx, SQL_ITEM_ADD, ARGS(V(c->id), V(counter), V(text)), NULL));
    if (c->fate == 2)
        return fail(cx, E_LIMITED, "meant to fail");
    TRY(db_run(cx, SQL_OUTBOX_ADD, ARGS(V(c->id), V(S("item.added"))), NULL));
    return c->fate == 3 ? fail(cx, E_NOT_FOUND, "meant to fail") : tx_commit(&tx);
}

static void serve(Load *load, Client *c, Conn *conn)
{
    c->cx.conn = conn;
    Err e = handle(c), outcome = OK;
    if (!e && load->opt.block)
        e = db_settle(&c->cx);
    if (e || db_answer(&c->cx, on_ready, c, &outcome))
        answered(c, e ? e : outcome);
}

static void *worker(void *arg)
{
    Load *load = arg;
    Conn *conn = conn_open(load->db);
    pthread_mutex_lock(&load->mu);
    while (load->first || !load->stopping || load->running) {
        Client *c = load->first;
        if (!c) {
            struct timespec t;
            clock_gettime(CLOCK_REALTIME, &t);
            t.tv_sec++;
            pthread_cond_timedwait(&load->more, &load->mu, &t);
            continue;
        }
        load->first = c->next;
        if (!load->first)
            load->last = &load->first;
        pthread_mutex_unlock(&load->mu);
        serve(load, c, conn);
        pthread_mutex_lock(&load->mu);
    }
    pthread_mutex_unlock(&load->mu);
    conn_close(conn);
    return NULL;
}

static int order(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void print_times(const char *what, int64_t *t, int64_t n, double seconds)
{
    if (!n)
        return;
    qsort(t, (size_t)n, sizeof *t, order);
    fprintf(stderr, "%s/s=%.0f p50=%.2f p99=%.2f max=%.1f ms ", what, (double)n / seconds,
            (double)t[n / 2] / 1e3, (double)t[n * 99 / 100] / 1e3, (double)t[n - 1] / 1e3);
}

/* Items, events and counts that should not be, or should. A second process leaves others alone. */
static int64_t differences(Load *load)
{
    Cx cx = {.arena = arena_new(), .conn = conn_open(load->db)};
    int64_t bad = 0;
    if (load->opt.alone)
        must(&cx, db_int(&cx, SQL_TOTALS_OFF, ARGS(V(load->count[OK])), &bad));
    for (int64_t id = load->opt.first, there = 0; id < load->next_id; id++) {
        must(&cx, db_int(&cx, SQL_ITEM_AT, ARGS(V(id)), &there));
        bad += there != (load->told[id] == 1 + OK);
    }
    conn_close(cx.conn);
    arena_free(cx.arena);
    return bad;
}

static Err first_rows(Cx *cx, long most)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    for (int64_t i = 0; i < COUNTERS; i++)
        TRY(db_run(cx, SQL_COUNTER_ADD, ARGS(V(i), V((int64_t)most)), NULL));
    return tx_commit(&tx);
}

static void open_store(Load *load, const char *folder)
{
    char path[300];
    snprintf(path, sizeof path, "%s/hub.db", folder);
    snprintf(load->filler, sizeof load->filler, "%s/filler", folder);
    DbConf conf = {.path = path,
                   .batch_units = (int)load->opt.units,
                   .batch_us = load->opt.us,
                   .wal_pages = (int)load->opt.pages,
                   .turnstile = load->opt.serve != 0,
                   .reserve = load->opt.reserve << 10};
    Cx cx = {.arena = arena_new()};
    int applied = 0;
    must(&cx, db_open(&cx, &conf, &load->db));
    cx.conn = conn_open(load->db);
    must(&cx, db_migrate(&cx, &applied));
    must(&cx, first_rows(&cx, load->opt.most));
    must(&cx, db_settle(&cx));
    conn_close(cx.conn);
    arena_free(cx.arena);
}

static void run_for_a_while(Load *load, int64_t start_us)
{
    int64_t before_room = 0;
    while (clock_mono_us() - start_us < load->opt.ms * 1000) {
        usleep(20000);
        pthread_mutex_lock(&load->mu);
        int64_t refused = load->count[E_FULL], kept = load->count[OK];
        pthread_mutex_unlock(&load->mu);
        if (!load->opt.full || before_room || refused < load->opt.full)
            continue;
        before_room = kept ? kept : 1;
        fprintf(stderr, "full: %lld kept, %lld refused; now there is room\n", (long long)kept,
                (long long)refused);
        unlink(load->filler);
    }
}

static void report(Load *load, double seconds, int64_t bad)
{
    DbStats s = db_stats(load->db);
    print_times("units", load->took[0], load->n_took[0], seconds);
    print_times("reads", load->took[1], load->n_took[1], seconds);
    fprintf(stderr, "a_batch=%.1f stall_max=%.1f full=%lld log=%lld",
            s.batches ? (double)s.units / (double)s.batches : 0.0, (double)s.stall_max_us / 1e3,
            (long long)s.full, (long long)s.wal_pages);
    for (size_t e = 0; e < ERR_COUNT; e++)
        if (load->count[e])
            fprintf(stderr, " %s=%lld", err_kind((Err)e)->name, (long long)load->count[e]);
    fprintf(stderr, " differences=%lld\n", (long long)bad);
}

/* Asks for all clients at once, then lets each go on until the time is over. */
static int64_t run(Load *load)
{
    Client *all = calloc((size_t)load->running, sizeof *all);
    pthread_t threads[THREADS];
    for (long i = 0; i < load->opt.workers; i++)
        pthread_create(&threads[i], NULL, worker, load);
    int64_t start = clock_mono_us(), n = load->running;
    pthread_mutex_lock(&load->mu);
    for (int64_t i = 0; i < n; i++) {
        all[i] = (Client){.load = load, .cx.arena = arena_new(), .reads = i >= load->opt.clients};
        ask(load, &all[i]);
    }
    pthread_mutex_unlock(&load->mu);
    run_for_a_while(load, start);
    pthread_mutex_lock(&load->mu);
    load->stopping = true;
    pthread_cond_broadcast(&load->more);
    pthread_mutex_unlock(&load->mu);
    for (long i = 0; i < load->opt.workers; i++)
        pthread_join(threads[i], NULL);
    double seconds = (double)(clock_mono_us() - start) / 1e6;
    int64_t bad = differences(load);
    report(load, seconds, bad);
    for (int64_t i = 0; i < n; i++)
        arena_free(all[i].cx.arena);
    free(all);
    return bad;
}

int main(int argc, char **argv)
{
    Load *load = calloc(1, sizeof *load);
    if (argc < 2 || !load)
        return 2;
    options_read(&load->opt, argc, argv);
    if (load->opt.workers < 1 || load->opt.workers > THREADS || load->opt.body > BODY)
        return 2;
    memset(load->body, 'x', sizeof load->body);
    load->seed = (unsigned)(load->opt.fail + load->opt.units + load->opt.us + load->opt.clients);
    load->last = &load->first;
    load->running = load->opt.clients + load->opt.readers;
    load->next_id = load->opt.first;
    load->told = calloc(MOST + 1, 1);
    for (int i = 0; i < 2; i++)
        load->took[i] = calloc(MOST, sizeof *load->took[i]);
    pthread_mutex_init(&load->mu, NULL);
    pthread_cond_init(&load->more, NULL);
    open_store(load, argv[1]);
    int64_t bad = run(load);
    db_close(load->db);
    for (int i = 0; i < 2; i++)
        free(load->took[i]);
    free(load->told);
    free(load);
    return bad != 0;
}
