/* server.h - loops that listen, workers that answer; knows routes, not what they mean.
 *
 * N loops, each an epoll with its own SO_REUSEPORT listener, own the sockets and never block. An
 * operation runs on a worker with a Cx of its own (one Arena, one Conn) and comes back through the
 * loop's eventfd, or from the store's thread when its answer was parked. Bodies of x-stream routes
 * are read by upload threads, which own the socket meanwhile.
 */
#ifndef HUB_SERVER_H
#define HUB_SERVER_H

#include "base/conf.h"
#include "db/db.h"
#include "http/res.h"

typedef struct Server Server;

/* What the product tells the wire. All are called from workers but `admit_early`, which the loop
 * calls. */
typedef struct ServerHooks {
    /* Fills cx->viewer from Authorization or the cookie; E_SIGN_IN when credentials were given and
     * are bad. Nothing given: OK and nobody. Also the Origin check of cookie sessions
     * (E_FORBIDDEN). */
    Err (*identify)(Cx *cx, const Req *req);
    /* The rate limit of route->rate for the viewer or the address; E_LIMITED with
     * cx->retry_after_s. *limit, *left and *reset_s become the RateLimit fields when limit > 0. Any
     * thread, must not block. */
    Err (*admit)(Cx *cx, const Req *req, int64_t *limit, int64_t *left, int64_t *reset_s);
    /* A request that no route knows (pages, assets): may be NULL. E_NOT_FOUND: 404 problem+json or
     * page. */
    Err (*problem_page)(Cx *cx, const Req *req, Err e,
                        Res *res); /* an error as HTML, when the client prefers it */
} ServerHooks;

typedef struct ServerConf {
    const Conf *conf;
    struct App *app; /* becomes cx->app */
    Db *db;          /* each worker opens its Conn; loops hold one for db_version */
    Str listen;      /* ADDR:PORT; port 0: any, see server_port */
    const Route *routes;
    size_t n_routes;
    ServerHooks hooks;
    bool ops; /* the ops listener: one loop, no rate limits, shares workers when `share` is set */
    Server *share;
} ServerConf;

Err server_start(Cx *cx, const ServerConf *conf,
                 Server **out); /* listening and ready when it returns */
int server_port(const Server *s);
/* Drains: after `delay_ms` stops accepting; idle connections close, answers being made are sent
 * with Connection: close, uploads keep what came, downloads may go on for grace_ms and are then
 * cut. Returns when all is closed. */
void server_drain(Server *s, int64_t delay_ms, int64_t grace_ms);
bool server_ready(const Server *s); /* false from the moment a drain begins */
void server_free(
    Server *s); /* joins its threads; cuts what server_drain was not asked to wait for */
/* Counters in Prometheus' text format, of this server alone. Any thread. */
void server_metrics(Server *s, Buf *b);

#endif
