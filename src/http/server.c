#include "base/clock.h"
#include "base/fault.h"
#include "base/id.h"
#include "http/loop.h"
#include "http/syntax.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BACKLOG = 4096, LOOPS_MOST = 64, WAIT_MS = 5 };

typedef struct Place {
    struct sockaddr_storage at;
    socklen_t size;
} Place;

/* ADDR:PORT, [v6]:PORT, localhost:PORT */
static bool place_read(Str listen, Place *out)
{
    const char *colon = listen.n ? memrchr(listen.p, ':', listen.n) : NULL;
    int64_t port = 0;
    Address a;
    if (!colon)
        return false;
    Str host = {listen.p, (size_t)(colon - listen.p)};
    if (!text_number((Str){colon + 1, listen.n - host.n - 1}, &port) || port > 65535)
        return false;
    if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
        host = (Str){host.p + 1, host.n - 2};
    if (!address_read(str_eq(host, S("localhost")) ? S("127.0.0.1") : host, &a))
        return false;
    memset(out, 0, sizeof *out);
    if (memchr(host.p, ':', host.n)) {
        struct sockaddr_in6 *to = (struct sockaddr_in6 *)&out->at;
        to->sin6_family = AF_INET6;
        to->sin6_port = htons((uint16_t)port);
        memcpy(&to->sin6_addr, a.b, 16);
        out->size = sizeof *to;
    } else {
        struct sockaddr_in *to = (struct sockaddr_in *)&out->at;
        to->sin_family = AF_INET;
        to->sin_port = htons((uint16_t)port);
        memcpy(&to->sin_addr, a.b + 12, 4);
        out->size = sizeof *to;
    }
    return true;
}

static int bind_one(const Place *place, bool shared)
{
    int one = 1, zero = 0;
    int fd = socket(place->at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (shared)
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
    if (place->at.ss_family == AF_INET6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof zero);
    if (bind(fd, (const struct sockaddr *)&place->at, place->size) == 0)
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

/* Learns the port where it was 0. */
static void learn(int fd, Place *place)
{
    (void)getsockname(fd, (struct sockaddr *)&place->at, &place->size);
}

static int port_of(const Place *place)
{
    const void *at = &place->at;
    return ntohs(place->at.ss_family == AF_INET6 ? ((const struct sockaddr_in6 *)at)->sin6_port
                                                 : ((const struct sockaddr_in *)at)->sin_port);
}

/* One listener for each loop. The first bind is not shared: another hub on that port is found out.
 */
static Err listen_all(Cx *cx, Str listen_at, size_t n, int *fds, int *port)
{
    Place place;
    if (!place_read(listen_at, &place))
        return fail(cx, E_INVALID, "listen: " STR_FMT " is not ADDR:PORT", STR_ARG(listen_at));
    int probe = bind_one(&place, false);
    if (probe >= 0) {
        learn(probe, &place);
        if (n == 1)
            fds[0] = probe;
        else
            close(probe);
    }
    for (size_t i = 0; i < n; i++) {
        if (probe >= 0 && n > 1)
            fds[i] = bind_one(&place, true);
        if (probe < 0 || fds[i] < 0 || listen(fds[i], BACKLOG) != 0) {
            int why = errno;
            for (size_t k = 0; probe >= 0 && k <= i; k++)
                if (fds[k] >= 0)
                    close(fds[k]);
            return fail(cx, E_UNAVAILABLE, "cannot listen on " STR_FMT ": %s", STR_ARG(listen_at),
                        strerrordesc_np(why));
        }
    }
    *port = port_of(&place);
    return OK;
}

static size_t count_loops(const ServerConf *conf)
{
    int64_t n = conf->conf->loops;
    if (conf->ops)
        return 1;
    if (n <= 0) {
        n = sysconf(_SC_NPROCESSORS_ONLN);
        n = n < 1 ? 1 : n > 4 ? 4 : n;
    }
    return n > LOOPS_MOST ? LOOPS_MOST : (size_t)n;
}

static void open_pools(Server *s)
{
    const Conf *conf = s->conf.conf;
    if (s->conf.share) {
        s->workers = s->conf.share->workers;
        s->uploads = s->conf.share->uploads;
        return;
    }
    size_t n = conf->workers > 0 ? (size_t)conf->workers : 1;
    /* Two at least: while one has the writer, another that waits keeps the batch open. */
    size_t writers = n > 4 ? n / 2 : n < 2 ? n : 2;
    size_t uploads = conf->upload_workers > 0 ? (size_t)conf->upload_workers : 1;
    size_t queued = conf->max_queued > 0 ? (size_t)conf->max_queued : 0;
    s->workers = pool_new(s->conf.db, n, writers, queued, conf->queue_wait);
    s->uploads = pool_new(s->conf.db, uploads, uploads, 0, -1);
}

Err server_start(Cx *cx, const ServerConf *conf, Server **out)
{
    int fds[LOOPS_MOST], port = 0;
    size_t n = count_loops(conf);
    Networks trusted = {0};
    TRY(networks_read(cx, conf->conf->trusted_proxies, &trusted));
    Err e = listen_all(cx, conf->listen, n, fds, &port);
    if (e) {
        networks_free(&trusted);
        return e;
    }
    Server *s = calloc(1, sizeof *s);
    if (!s || !(s->loops = calloc(n, sizeof *s->loops)))
        abort();
    *s = (Server){.conf = *conf, .trusted = trusted, .loops = s->loops, .n_loops = n, .port = port};
    s->drain_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (s->drain_fd < 0)
        abort();
    random_bytes(&s->actor_seed, sizeof s->actor_seed);
    crowd_open(&s->crowd, conf->conf->max_unfinished_per_address);
    s->router = router_new(conf->routes, conf->n_routes);
    open_pools(s);
    atomic_store(&s->ready, true);
    for (size_t i = 0; i < n; i++)
        s->loops[i] = loop_new(s, &s->conf, fds[i]);
    for (size_t i = 0; i < n; i++)
        loop_start(s->loops[i]);
    *out = s;
    return OK;
}

int server_port(const Server *s)
{
    return s->port;
}

bool server_ready(const Server *s)
{
    return atomic_load(&s->ready);
}

static void nap(int64_t ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    while (nanosleep(&t, &t) != 0 && errno == EINTR)
        ;
}

static void order_all(Server *s, int order)
{
    for (size_t i = 0; i < s->n_loops; i++)
        loop_order(s->loops[i], order);
}

static bool all_closed(Server *s)
{
    size_t out = atomic_load(&s->n_clients);
    for (size_t i = 0; i < s->n_loops; i++)
        out += atomic_load(&s->loops[i]->out);
    return out == 0;
}

void server_drain(Server *s, int64_t delay_ms, int64_t grace_ms)
{
    uint64_t one = 1;
    atomic_store(&s->ready, false);
    if (!bug("no-drain"))
        nap(delay_ms);
    atomic_store(&s->draining, true);
    if (write(s->drain_fd, &one, sizeof one) != sizeof one)
        abort(); /* an eventfd of our own takes a first write */
    order_all(s, LOOP_DRAIN);
    int64_t until = clock_mono_ms() + grace_ms;
    while (!all_closed(s) && clock_mono_ms() < until)
        nap(WAIT_MS);
    order_all(s, LOOP_CUT);
    while (!all_closed(s)) /* what runs comes to its end; nobody waits for a peer any more */
        nap(WAIT_MS);
}

void server_free(Server *s)
{
    if (!s)
        return;
    atomic_store(&s->ready, false);
    for (size_t i = 0; i < s->n_loops; i++)
        loop_free(s->loops[i]);
    if (!s->conf.share) {
        pool_free(s->workers);
        pool_free(s->uploads);
    }
    router_free(s->router);
    crowd_close(&s->crowd);
    networks_free(&s->trusted);
    close(s->drain_fd);
    free(s->loops);
    free(s);
}

/* A family's samples stand together, so the pools come inside. */
static void pool_family(const PoolStats stats[static 2], Buf *b, size_t at, const char *metric,
                        const char *type, const char *help)
{
    static const char *const labels[] = {"{pool=\"workers\"}", "{pool=\"uploads\"}"};
    metric_head(b, metric, type, help);
    for (size_t i = 0; i < 2; i++) {
        uint64_t value = 0;
        memcpy(&value, (const char *)&stats[i] + at, sizeof value);
        metric_line(b, metric, labels[i], value);
    }
}

static void pool_lines(Server *s, Buf *b)
{
    const PoolStats stats[] = {pool_stats(s->workers), pool_stats(s->uploads)};
#define FAMILY(field, metric, type, help)                                                          \
    pool_family(stats, b, offsetof(PoolStats, field), "hub_http_pool_" metric, type, help)
    FAMILY(depth, "queued", "gauge", "Requests waiting for a thread");
    FAMILY(busy, "busy", "gauge", "Threads at work");
    FAMILY(threads, "threads", "gauge", "Threads there are");
    FAMILY(runs, "runs_total", "counter", "Requests a thread took");
    FAMILY(waited_us, "waited_microseconds_total", "counter", "Time requests waited for a thread");
#undef FAMILY
}

void server_metrics(Server *s, Buf *b)
{
    const Metrics *all[LOOPS_MOST];
    for (size_t i = 0; i < s->n_loops; i++)
        all[i] = &s->loops[i]->metrics;
    metrics_write(all, s->n_loops, b);
    pool_lines(s, b);
}
