/* exchange.h - one request and its answer, while it is being made.
 *
 * The loop fills it from a whole head (and body), hands it to a pool, and gets it back by loop_give
 * with `res` ready to send; at any time one thread has it. Recycled by its loop: arena and buffers
 * stay.
 */
#ifndef HUB_EXCHANGE_H
#define HUB_EXCHANGE_H

#include "db/db.h"
#include "http/answer.h"
#include "http/body.h"
#include "http/parse.h"
#include "http/proxy.h"
#include "http/server.h"
#include "http/trace.h"

typedef struct Exchange {
    struct Exchange *next;  /* in a queue or among the spare */
    struct Loop *loop;      /* gets it back */
    struct Client *client;  /* waits for it; touched by the loop only */
    const ServerConf *conf; /* hooks and app */
    Cx cx;
    Head head; /* its text is in `bytes` */
    char *bytes;
    size_t room; /* of `bytes` */
    Match match;
    Trace trace;
    char address[ADDRESS_TEXT];
    Buf body;    /* of the request */
    Body stream; /* of an x-stream request */
    Res res;
    Answer answer;                /* whose body and headers went into res */
    Err outcome;                  /* of the store; OK until it says otherwise */
    int64_t limit, left, reset_s; /* RateLimit; limit 0: not sent */
    uint64_t actor;
    uint32_t version;  /* db_version on the loop before it ran; only when it may be kept */
    bool nobody;       /* no credentials came with it */
    bool may_keep;     /* in the loop's cache */
    int64_t queued_us; /* when it was handed over */
} Exchange;

Exchange *exchange_new(struct Loop *loop, const ServerConf *conf);
void exchange_free(Exchange *x);
/* Ready for another request: empty, its memory kept within bounds. */
void exchange_reset(Exchange *x);
/* Takes over the head, whose n bytes stand at `from`. */
void exchange_take_head(Exchange *x, const Head *head, const char *from, size_t n);

/* Runs the operation and asks the store. True: the answer is made, give it back. False: the store's
 * thread gives it back; it may be gone already. conn may be NULL where there is no store. */
bool exchange_run(Exchange *x, Conn *conn);
/* The same for x-quick routes, on the loop, which keeps it. */
void exchange_run_quick(Exchange *x);
/* The same for x-brief routes, with the loop's own connection. */
void exchange_run_brief(Exchange *x, Conn *conn, struct Memo *memo);
/* An empty Cx and Res, for an answer that the loop makes itself. */
void exchange_begin(Exchange *x, Conn *conn);
/* Replaces what there is by a problem; any error may be told. Works without a route or a
 * connection. */
void exchange_problem(Exchange *x, Err e);
/* The same with its sentence. */
void exchange_refuse(Exchange *x, Err e, const char *sentence);

#endif
