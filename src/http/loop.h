/* loop.h - one event loop and its connections; inside http/ only.
 *
 * A loop has a thread, an epoll, a listener of its own (SO_REUSEPORT) and an eventfd, and never
 * blocks. Everything here is touched by that thread alone, but where a comment says otherwise.
 * Sockets are watched edge-triggered: `readable` remembers an edge until a read finds nothing more.
 */
#ifndef HUB_LOOP_H
#define HUB_LOOP_H

#include "http/cache.h"
#include "http/crowd.h"
#include "http/date.h"
#include "http/exchange.h"
#include "http/metrics.h"
#include "http/pool.h"
#include "http/record.h"

enum { SCRATCH = 32 << 10, TICK_MS = 250, LINGER_MS = 2000, LINGER_BYTES = 256 << 10 };
enum { DISCARD_MAX = 64 << 10 }; /* of a body that nobody asked for */

typedef enum ClientState {
    C_HEAD,   /* waits for a request, or the rest of its head */
    C_BODY,   /* reads a body into memory, or away */
    C_WAIT,   /* the exchange is with a pool, or parked */
    C_UPLOAD, /* an upload thread owns the socket */
    C_SEND,   /* an answer is on its way out */
    C_EVENTS, /* server-sent events, between two runs */
    C_LINGER, /* RFC 9112 9.6: reads away what still comes */
    C_GONE,   /* closed; freed at the end of the turn */
} ClientState;

/* An answer being sent: bytes first, then a part of a file. */
typedef struct Outgoing {
    char *p; /* owned */
    size_t n, at;
    int file; /* owned, or one of the splice's; -1: none */
    int64_t file_at, file_left;
    Splice *splice;        /* owned; NULL: none */
    int64_t rest_at, rest; /* of the splice, behind what is left of `file` */
    Delivery *delivery;    /* owned; NULL: none */
    int64_t taken;         /* of the file's bytes, by the kernel */
} Outgoing;

typedef struct Client {
    struct Client *prev, *next; /* among all of the loop */
    struct Client *next_ready;
    struct Loop *loop;
    Exchange *exchange; /* in C_BODY, C_WAIT, C_UPLOAD, C_EVENTS */
    int fd;
    uint8_t state;
    bool ready;       /* is in the loop's ready list */
    bool readable;    /* an edge came and no read has found the end of it */
    bool peer_closed; /* the peer will send no more */
    bool counted;     /* in the crowd */
    bool trusted;     /* a trusted proxy */
    bool loopback;
    bool heading;   /* the first byte of the next head came (or the connection is new) */
    bool drops;     /* the body is read away */
    bool keep;      /* the connection stays after this answer */
    bool linger;    /* and if not, the peer may have more to say */
    bool old;       /* HTTP/1.0: must be told that it stays */
    bool head_only; /* HEAD */
    int low_water;  /* TCP_NOTSENT_LOWAT as set; 0: not */
    bool swift;     /* it took the file before in no time */
    bool chunked;   /* the answer's framing */
    bool beats;     /* server-sent events have begun */
    Address peer;
    Record record;
    char *kept; /* owned: bytes that came and are not used yet */
    size_t kept_n, kept_room, seen;
    Outgoing out;
    Delivery *given; /* owned: all of it is with the kernel, not all with the peer */
    int64_t given_bytes;
    int64_t paused_ms; /* nothing may be sent before; 0: no pause */
    Chunked chunks;    /* of the request's body */
    int64_t body_left;
    int64_t deadline;                /* monotonic ms; by state */
    int64_t window_ms, window_bytes; /* for min_rate */
    int64_t active_ms;               /* when the last answer was done */
    int64_t run_ms, beat_ms;         /* server-sent events: next run, next comment */
    uint64_t event_hash;
    size_t lingered;
} Client;

typedef enum Sent {
    SENT_ALL,
    SENT_SOME,  /* the kernel takes no more now; an edge will come */
    SENT_TURN,  /* it may take more: others first */
    SENT_PAUSE, /* nothing may be sent for a while */
    SENT_FAILED,
} Sent;

typedef struct Loop {
    struct Server *server;
    const ServerConf *conf;
    const Conf *settings;
    pthread_t thread;
    int epoll, listener, wake;
    atomic_int asleep;        /* any thread */
    _Atomic(Exchange *) done; /* any thread: given back, newest first */
    atomic_size_t out;        /* any thread: exchanges with a pool, parked, or being given back */
    atomic_int order;         /* any thread: LOOP_* */
    int doing;                /* the last order begun */
    bool accepting, paused;   /* paused: no descriptor was left */
    Client *clients, *ready, *last_ready, *graves;
    Exchange *spare, *queued[2], **queued_end[2]; /* to the pools at the end of the turn */
    size_t n_spare;
    char *scratch; /* SCRATCH bytes, for one read */
    Buf head, varying;
    struct Memo *memo; /* of x-brief routes */
    Conn *conn;        /* for db_version and x-brief routes; opened at the first need */
    Cache cache;
    Metrics metrics;
    Names names;
    Head parsed;
    int64_t now, ticked, date_s; /* monotonic ms; seconds that `date` says */
    char date[DATE_TEXT];
} Loop;

enum { LOOP_RUN, LOOP_DRAIN, LOOP_CUT, LOOP_STOP }; /* each includes the ones before */

Loop *loop_new(struct Server *server, const ServerConf *conf, int listener);
void loop_start(Loop *l);
void loop_order(Loop *l, int order); /* any thread */
void loop_free(Loop *l);             /* joins */

/* Any thread: the exchange's answer can be sent. In two steps for who has many: `put` each, then
 * `wake` for all n of them, which is the last touch: without it the loop may go. */
void loop_give(Loop *l, Exchange *x);
void loop_put(Loop *l, Exchange *x);
void loop_wake(Loop *l, size_t n);
uint64_t loop_actor_seed(const Loop *l);
/* To the pool, at the end of the turn. */
void loop_queue(Loop *l, Exchange *x);
/* Looked at again this turn or the next, without an event. */
void loop_ready(Client *c);
Exchange *loop_exchange(Loop *l);
void loop_recycle(Loop *l, Exchange *x);
void loop_watch(Client *c); /* epoll in, edge-triggered */
void loop_unwatch(Client *c);

/* client.c: its life and its reading */
void client_open(Loop *l, int fd, const Address *peer, bool over);
void client_close(Client *c); /* at once; nothing of it may be with a pool */
void client_abort(Client *c); /* the same, and the kernel forgets what it has not sent */
void client_free(Client *c);
void client_go(Client *c);   /* does what its state can do now */
void client_tick(Client *c); /* each TICK_MS */
void client_drain(Client *c);
void client_cut(Client *c);
void client_keep(Client *c, Str bytes); /* for the next request */
void client_idle(Client *c);
void client_linger(Client *c);
/* Up to `room` bytes; 0: nothing now. False: the peer ended or broke off. */
bool client_read(Client *c, char *to, size_t room, size_t *n);

/* send.c */
Sent send_pieces(Client *c, const Str *pieces,
                 size_t n); /* what the kernel does not take is copied */
Sent send_more(Client *c);
bool send_pending(const Client *c);
void send_file_of(Client *c, Res *res); /* takes it over, behind the bytes; length > 0 */
void send_drop(Client *c);
void send_window(Client *c);   /* the window of min_rate begins now */
bool send_too_slow(Client *c); /* by min_rate, over the last window */

/* deliver.c: who counts a file's bytes, and says how fast they go */
int64_t deliver_allow(Client *c, int64_t want); /* 0: pause; -1: cut */
void deliver_sent(Client *c, int64_t n);
void deliver_failed(Client *c);
void deliver_given(Client *c);  /* the kernel has all of it */
void deliver_settle(Client *c); /* what was given before: another answer begins, or the end */
void deliver_drop(Client *c);   /* of the answer that breaks off */
/* False: the connection is to be cut. */
bool deliver_tick(Client *c);

/* intake.c: a whole head */
void intake(Client *c, const char *p, size_t head_n, Str rest);
void intake_refuse(Client *c, Err e, const char *why, Refused reason);
void intake_refuse_head(Client *c, Err e, const char *why,
                        Refused reason); /* no request is known */
void intake_submit(Client *c);           /* the body is whole */

/* receive.c: bodies in memory */
void receive_begin(Client *c, Str early);
void receive_go(Client *c);
void receive_tick(Client *c);

/* reply.c */
void reply(Client *c); /* c->exchange is back, or was filled here */
void reply_cached(Client *c, const CacheEntry *e, const Req *req, const Exchange *x);
void reply_sent(Client *c, Sent sent);
void reply_over(Client *c); /* told to the log and the metrics */

/* head.c: the lines of an answer's head */
typedef struct Lines {
    const Res *res;
    int status;
    int64_t length; /* -1: none is told */
    bool chunked;
} Lines;
void head_lines(const Lines *lines, Buf *to);               /* that a cache may keep */
void head_own_lines(Client *c, const Exchange *x, Buf *to); /* of this one answer, and the end */

/* events.c: server-sent events */
void events_reply(Client *c);
void events_go(Client *c);
void events_tick(Client *c);

/* What the loops of one server share. */
struct Server {
    ServerConf conf;
    Router *router;
    Networks trusted;
    Crowd crowd;
    Pool *workers, *uploads; /* owned unless conf.share */
    Loop **loops;
    size_t n_loops;
    int port, drain_fd;
    uint64_t actor_seed;
    atomic_bool ready, draining;
    atomic_size_t n_clients;
};

#endif
