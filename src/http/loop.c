#include "http/loop.h"

#include "base/clock.h"
#include "base/memo.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 256, ACCEPTS = 64, SPARE_MOST = 64, OVER_LIMIT = 256 };

Loop *loop_new(Server *server, const ServerConf *conf, int listener)
{
    Loop *l = calloc(1, sizeof *l);
    if (!l || !(l->scratch = malloc(SCRATCH)))
        abort();
    l->memo = memo_new();
    l->server = server;
    l->conf = conf;
    l->settings = conf->conf;
    l->listener = listener;
    l->accepting = true;
    l->head = BUF(64 << 10);
    l->varying = BUF(4 << 10);
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    l->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    struct epoll_event on_accept = {.events = EPOLLIN, .data.ptr = &l->listener};
    struct epoll_event on_wake = {.events = EPOLLIN | EPOLLET, .data.ptr = &l->wake};
    if (l->epoll < 0 || l->wake < 0 ||
        epoll_ctl(l->epoll, EPOLL_CTL_ADD, listener, &on_accept) != 0 ||
        epoll_ctl(l->epoll, EPOLL_CTL_ADD, l->wake, &on_wake) != 0)
        abort(); /* no descriptors at the start of the process */
    for (size_t i = 0; i < COUNT(l->queued); i++)
        l->queued_end[i] = &l->queued[i];
    names_seed(&l->names);
    metrics_open(&l->metrics, conf->routes, conf->n_routes);
    l->now = clock_mono_ms();
    return l;
}

/* --- other threads */

static void nudge(Loop *l)
{
    uint64_t one = 1;
    if (atomic_exchange(&l->asleep, 0) && write(l->wake, &one, sizeof one) != sizeof one)
        return; /* it is full of wakes, so it is awake */
}

void loop_put(Loop *l, Exchange *x)
{
    Exchange *first = atomic_load(&l->done);
    do
        x->next = first;
    while (!atomic_compare_exchange_weak(&l->done, &first, x));
}

void loop_wake(Loop *l, size_t n)
{
    nudge(l);
    atomic_fetch_sub(&l->out, n);
}

void loop_give(Loop *l, Exchange *x)
{
    loop_put(l, x);
    loop_wake(l, 1);
}

void loop_order(Loop *l, int order)
{
    atomic_store(&l->order, order);
    nudge(l);
}

uint64_t loop_actor_seed(const Loop *l)
{
    return l->server->actor_seed;
}

/* --- exchanges */

Exchange *loop_exchange(Loop *l)
{
    Exchange *x = l->spare;
    if (!x)
        return exchange_new(l, l->conf);
    l->spare = x->next;
    l->n_spare--;
    x->next = NULL;
    return x;
}

void loop_recycle(Loop *l, Exchange *x)
{
    body_close(&x->stream);
    if (l->n_spare == SPARE_MOST) {
        exchange_free(x);
        return;
    }
    exchange_reset(x);
    x->next = l->spare;
    l->spare = x;
    l->n_spare++;
}

void loop_queue(Loop *l, Exchange *x)
{
    bool stream = x->match.route && x->match.route->stream;
    x->next = NULL;
    *l->queued_end[stream] = x;
    l->queued_end[stream] = &x->next;
    atomic_fetch_add(&l->out, 1);
}

static void push_queued(Loop *l)
{
    Pool *pools[] = {l->server->workers, l->server->uploads};
    for (size_t i = 0; i < COUNT(pools); i++) {
        if (!l->queued[i])
            continue;
        pool_push(pools[i], l->queued[i]);
        l->queued[i] = NULL;
        l->queued_end[i] = &l->queued[i];
    }
}

/* Oldest first. */
static void take_done(Loop *l)
{
    Exchange *list = atomic_exchange(&l->done, NULL), *oldest = NULL;
    for (Exchange *next; list; list = next) {
        next = list->next;
        list->next = oldest;
        oldest = list;
    }
    for (Exchange *x = oldest, *next; x; x = next) {
        next = x->next;
        x->next = NULL;
        reply(x->client);
    }
}

/* --- connections */

void loop_ready(Client *c)
{
    Loop *l = c->loop;
    if (c->ready || c->state == C_GONE)
        return;
    c->ready = true;
    c->next_ready = NULL;
    if (l->last_ready)
        l->last_ready->next_ready = c;
    else
        l->ready = c;
    l->last_ready = c;
}

static void go_ready(Loop *l)
{
    Client *list = l->ready;
    l->ready = l->last_ready = NULL;
    for (Client *c = list, *next; c; c = next) {
        next = c->next_ready;
        c->ready = false;
        if (c->state != C_GONE)
            client_go(c);
    }
}

/* Who was to go on in the next turn, and closed in this one. */
static void forget_gone(Loop *l)
{
    l->last_ready = NULL;
    for (Client **at = &l->ready; *at;)
        if ((*at)->state == C_GONE) {
            *at = (*at)->next_ready;
        } else {
            l->last_ready = *at;
            at = &(*at)->next_ready;
        }
}

static void bury(Loop *l)
{
    if (l->graves)
        forget_gone(l);
    for (Client *c = l->graves, *next; c; c = next) {
        next = c->next;
        client_free(c);
    }
    l->graves = NULL;
}

void loop_watch(Client *c)
{
    struct epoll_event on = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = c};
    if (epoll_ctl(c->loop->epoll, EPOLL_CTL_ADD, c->fd, &on) != 0)
        client_close(c);
}

void loop_unwatch(Client *c)
{
    struct epoll_event unused = {0};
    (void)epoll_ctl(c->loop->epoll, EPOLL_CTL_DEL, c->fd, &unused);
}

static void watch_listener(Loop *l, bool on)
{
    struct epoll_event event = {.events = on ? EPOLLIN : 0, .data.ptr = &l->listener};
    (void)epoll_ctl(l->epoll, EPOLL_CTL_MOD, l->listener, &event);
    l->paused = !on;
}

static Address address_of(const struct sockaddr_storage *from)
{
    Address a = {{[10] = 0xff, [11] = 0xff}};
    if (from->ss_family == AF_INET)
        memcpy(a.b + 12, &((const struct sockaddr_in *)(const void *)from)->sin_addr, 4);
    else
        memcpy(a.b, &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr, 16);
    return a;
}

static void accept_one(Loop *l, int fd, const struct sockaddr_storage *from)
{
    int one = 1;
    Address peer = address_of(from);
    size_t open = atomic_fetch_add(&l->server->n_clients, 1);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    metric_add(&l->metrics.accepted, 1);
    if (open >= (size_t)l->settings->max_connections + OVER_LIMIT) {
        metric_add(&l->metrics.refused[REFUSED_CONNECTIONS], 1);
        atomic_fetch_sub(&l->server->n_clients, 1);
        close(fd);
        return;
    }
    client_open(l, fd, &peer, open >= (size_t)l->settings->max_connections);
}

/* False when there was nobody (left) to accept. */
static bool accept_some(Loop *l, int most)
{
    for (int i = 0; i < most; i++) {
        struct sockaddr_storage from = {0};
        socklen_t size = sizeof from;
        int fd =
            accept4(l->listener, (struct sockaddr *)&from, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            accept_one(l, fd, &from);
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            watch_listener(l, false); /* until the next tick: some may have closed */
        if (errno != EINTR && errno != ECONNABORTED)
            return false;
    }
    return true;
}

/* --- orders */

static void stop_accepting(Loop *l)
{
    if (!l->accepting)
        return;
    while (accept_some(l, ACCEPTS)) /* who is in the backlog was told that we are there */
        ;
    l->accepting = false;
    close(l->listener);
    l->listener = -1;
}

static void each_client(Loop *l, void (*what)(Client *))
{
    for (Client *c = l->clients, *next; c; c = next) {
        next = c->next;
        what(c);
    }
}

static void follow_orders(Loop *l)
{
    int order = atomic_load(&l->order);
    if (order == l->doing)
        return;
    l->doing = order;
    stop_accepting(l);
    each_client(l, order >= LOOP_CUT ? client_cut : client_drain);
}

/* --- the turn */

static void tick(Loop *l)
{
    if (l->now - l->ticked < TICK_MS)
        return;
    l->ticked = l->now;
    each_client(l, client_tick);
    if (l->conn && memo_used(l->memo))
        memo_sweep(l->memo, db_version(l->conn));
    if (l->paused && l->accepting)
        watch_listener(l, true);
}

static int patience(const Loop *l)
{
    if (l->ready || atomic_load(&l->done) || atomic_load(&l->order) != l->doing)
        return 0;
    if (l->doing == LOOP_STOP)
        return 1; /* nobody tells of the last touch */
    int64_t left = TICK_MS - (l->now - l->ticked);
    return l->clients || l->paused || memo_used(l->memo) ? left > 0 ? (int)left : 0 : -1;
}

static void on_event(Loop *l, const struct epoll_event *event)
{
    if (event->data.ptr == &l->wake)
        return;
    if (event->data.ptr == &l->listener) {
        if (l->accepting)
            accept_some(l, ACCEPTS);
        return;
    }
    Client *c = event->data.ptr;
    if (c->state == C_GONE)
        return;
    if (event->events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
        c->readable = true;
    if (event->events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
        c->peer_closed = true;
    client_go(c);
}

static void turn(Loop *l, struct epoll_event *events)
{
    atomic_store(&l->asleep, 1);
    int wait = patience(l);
    int n = epoll_wait(l->epoll, events, EVENTS, wait);
    atomic_store(&l->asleep, 0);
    l->now = clock_mono_ms();
    for (int i = 0; i < n; i++)
        on_event(l, &events[i]);
    take_done(l);
    go_ready(l);
    push_queued(l);
    tick(l);
    follow_orders(l);
    push_queued(l);
    bury(l);
}

static bool over(const Loop *l)
{
    return l->doing == LOOP_STOP && atomic_load(&l->out) == 0 && !atomic_load(&l->done) &&
           !l->clients;
}

static void *run(void *arg)
{
    Loop *l = arg;
    struct epoll_event events[EVENTS];
    while (!over(l))
        turn(l, events);
    memo_free(l->memo);
    if (l->conn)
        conn_close(l->conn);
    return NULL;
}

void loop_start(Loop *l)
{
    if (pthread_create(&l->thread, NULL, run, l) != 0)
        abort();
}

void loop_free(Loop *l)
{
    loop_order(l, LOOP_STOP);
    pthread_join(l->thread, NULL);
    for (Exchange *x = l->spare, *next; x; x = next) {
        next = x->next;
        exchange_free(x);
    }
    cache_clear(&l->cache);
    metrics_close(&l->metrics);
    buf_free(&l->head);
    buf_free(&l->varying);
    close(l->epoll);
    close(l->wake);
    free(l->scratch);
    free(l);
}
