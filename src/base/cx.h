/* cx.h - the one request or job that work is being done for.
 *
 * Passed first to every function that allocates, queries or can fail. Nothing
 * below http/ knows whether a request, a job or a test is behind it. One thread
 * at a time.
 */
#ifndef HUB_CX_H
#define HUB_CX_H

#include "base/arena.h"
#include "base/err.h"

#include <stdatomic.h>

enum { FAULT_MAX = 32 }; /* violations kept and told; the rest are only counted */

/* One thing wrong with what came in. */
typedef struct Fault {
    Str in;      /* body, query, path, header, column */
    Str pointer; /* JSON Pointer, RFC 6901; "" is the whole of it */
    Str detail;
} Fault;

/* What an answer waits for: the moment its writes are durable. Belongs to the Cx, driven by db/. */
typedef struct Ticket {
    struct Ticket *next;
    atomic_int state; /* TICKET_* */
    Err outcome;      /* valid once settled */
    void (*ready)(void *who);
    void *who;
} Ticket;
enum { TICKET_NONE, TICKET_OPEN, TICKET_SETTLED };

/* Who is behind the work. Nobody: all zero. */
typedef struct Viewer {
    Str id;          /* account id; empty: nobody signed in */
    Str name;        /* account name */
    Str role;        /* fan, premium, sponsor, editor, moderator, admin */
    uint64_t scopes; /* SCOPE_* bits of the contract */
    Str session;     /* id of the token or session row, never its secret */
    int64_t since;   /* Unix ms: when that session or token began */
    bool by_program; /* an access token: a program acts for somebody */
    bool by_cookie;  /* a browser session: unsafe methods check Origin */
} Viewer;

typedef struct Cx {
    Arena *arena;      /* everything this work allocates */
    struct App *app;   /* what the process owns; common/app.h */
    struct Conn *conn; /* this thread's connection, ours until the work ends; db/db.h */
    struct Memo *memo; /* what this thread keeps between requests; NULL: nothing */
    struct Tx *tx;     /* the open unit */
    Ticket ticket;     /* of the units so far; the Cx lives until it is settled */
    bool wrote;        /* since the last db_settle */
    int64_t now;       /* Unix ms; fixed for the whole of the work */
    Viewer viewer;     /* who asks */
    Str visitor;       /* the cookie of who watches without an account; empty: none */
    Str known;         /* the cookie of a browser that signed in before; empty: none */
    int64_t age;       /* years that its other cookie says; 0: none */
    Str cookie;        /* set by an operation: the Set-Cookie of its answer */
    Str request_id;    /* for logs and problem answers */
    Str trace_parent;  /* W3C traceparent to hand on */
    int status;        /* a success status other than the route's first one; 0: the first */
    int retry_after_s; /* with an error: Retry-After; 0: not sent */
    char said[256];    /* the sentence behind the last Err */
    Str more;          /* set after fail(): further members of the problem, "name":value,... */
    Fault *faults;     /* the first FAULT_MAX violations, in the order found */
    size_t n_faults;   /* all of them, kept or not */
} Cx;

/* Writes the sentence and returns e, so that `return fail(...)` reads well. */
Err fail(Cx *cx, Err e, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* One violation found by an operation itself ("/show", "there is no such show"), and E_INVALID.
 * `in` and `pointer` are literals. */
Err fail_at(Cx *cx, const char *in, const char *pointer, const char *fmt, ...) PRINTF_LIKE(4, 5);

#endif
