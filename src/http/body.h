/* body.h - the body of an x-stream request, read by the thread that runs the operation.
 *
 * From hand-over until the exchange is given back the socket is that thread's: it waits in poll(2),
 * and a drain wakes it. RFC 9112 6 and 7.1, RFC 9110 10.1.1 (100 at the first read).
 */
#ifndef HUB_BODY_H
#define HUB_BODY_H

#include "base/cx.h"
#include "http/chunked.h"

typedef struct Body {
    int fd;                      /* of the connection */
    int drain_fd;                /* readable from the moment a drain begins */
    const atomic_bool *draining; /* the same, cheaper */
    Str pending;                 /* read and not yet handed out; framed when chunked */
    char *ahead;                 /* owned: what `pending` points into once a read went there */
    bool expects;                /* 100 is still to be sent */
    bool chunked, ended, broken;
    Chunked chunks;
    int64_t left; /* not chunked: of the body, with what is pending */
    int64_t timeout_ms, min_rate;
    int64_t waited_ms, came; /* of the present window: waiting for the peer, and bytes for it */
} Body;

enum { RATE_WINDOW_MS = 30000 };

/* Frees; what is pending then belongs to the next request only when it ended. */
void body_close(Body *body);

#endif
