/* fetch.h - one HTTP request to another host, by libcurl: bounded in time, in bytes and in whom it
 * may reach.
 *
 * No redirect is followed, no proxy or credential taken from the environment, no cookie kept;
 * certificates are checked against the system's store. https alone, but for a host that is this
 * machine's loopback. Blocks its thread: never on a server's loop. Any thread, any number at a
 * time.
 */
#ifndef HUB_FETCH_H
#define HUB_FETCH_H

#include "base/cx.h"

/* Which addresses may be connected to, looked at after the name was resolved, so that no name leads
 * elsewhere. */
typedef enum FetchReach {
    FETCH_PUBLIC,   /* addresses of the public internet alone: for addresses that strangers gave */
    FETCH_LOOPBACK, /* those, and this machine */
    FETCH_ANY       /* whatever the operator's settings name */
} FetchReach;

typedef struct Fetch {
    Str url;            /* absolute */
    Str method;         /* empty: GET, or POST when there is a type */
    Str type, body;     /* Content-Type and content, any bytes; empty type: none is sent */
    const Str *headers; /* further ones, as "Name: value" */
    size_t n_headers;
    int64_t wall_ms; /* until the last byte; 0: ten seconds */
    size_t max;      /* bytes of the answer's content; more is a failure */
    FetchReach reach;
    bool (*cancelled)(void *who); /* NULL, or asked about once a second; true: given up */
    void *who;
} Fetch;

typedef struct Fetched {
    int64_t status;        /* whatever it is: 404 is an answer too */
    Str type;              /* Content-Type as it was sent; empty: none */
    Str body;              /* lives in cx->arena */
    int64_t retry_after_s; /* 0: not told */
} Fetched;

/* E_INVALID for an address that may not be fetched, E_UNAVAILABLE when no whole answer came. The
 * sentence names the host, never the address's path or query: they may hold secrets. */
Err fetch(Cx *cx, const Fetch *ask, Fetched *out);

/* Whether FETCH_PUBLIC may connect there: IPv4 and IPv6 in network order, 4 or 16 bytes. What is
 * embedded in an IPv6 address (mapped, NAT64, 6to4) is judged by its IPv4. */
bool fetch_public(const unsigned char *address, size_t n);

#endif
