/* req.h - one request as the wire gave it, checked by RFC 9112 and RFC 3986; all text is borrowed.
 *
 * Lives as long as its answer is being made. Raw operations get it; others see only their In
 * struct.
 */
#ifndef HUB_REQ_H
#define HUB_REQ_H

#include "http/route.h"

enum { REQ_HEADERS = 64 };

typedef struct Header {
    Str name, value; /* as sent, value without outer blanks */
} Header;

struct Req {
    Method method;
    int minor;       /* HTTP/1.minor */
    Str target;      /* as sent: path?query */
    Str path, query; /* still encoded; query without '?' */
    Str host;        /* checked; never used to build a URL */
    const Route *route;
    size_t n_params;
    Str params[ROUTE_PARAMS]; /* of a raw route: percent-decoded, valid by the contract, in the
                                 template's order */
    size_t n_headers;
    Header headers[REQ_HEADERS];
    int64_t length;      /* of the body; -1: chunked and not yet known; 0: none */
    Str body;            /* the whole body; empty on x-stream routes, which use body_read */
    Str address;         /* of the client, text form, after trusted proxies */
    bool https;          /* as the trusted proxy says */
    bool from_loopback;  /* the connection itself */
    struct Body *stream; /* on x-stream routes */
};

/* p == NULL: not there. A name given twice (but for list headers, which are joined by ", ") was
 * refused. */
Str req_header(const Req *req, const char *name);
Str req_cookie(const Req *req, const char *name); /* RFC 6265; p == NULL: not there */
/* A form body, application/x-www-form-urlencoded: the value of `name`, decoded; p == NULL: not
 * there. */
Str req_form(Cx *cx, const Req *req, const char *name);
/* A query parameter of a raw route, decoded; p == NULL: not there. */
Str req_query(Cx *cx, const Req *req, const char *name);
/* Whether the client would rather have `media` than `other`, by Accept (RFC 9110 12.5.1). */
bool req_prefers(const Req *req, const char *media, const char *other);

/* Up to max bytes of the body, waiting for the first. *n == 0: the end. Only on x-stream routes,
 * which run on the upload pool. E_TIMEOUT: nothing came for body_timeout, or slower than min_rate.
 * E_UNAVAILABLE: the hub drains; keep what you have. E_MALFORMED: the peer went away or the framing
 * broke. After an error the connection closes. */
Err body_read(Cx *cx, Req *req, void *to, size_t max, size_t *n);
bool body_draining(const Req *req);

#endif
