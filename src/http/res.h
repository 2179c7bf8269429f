/* res.h - the answer of a raw operation: a status, headers, and bytes from memory or from a file.
 *
 * Filled by the operation, sent by the loop when the Cx's ticket is settled. Text lives in
 * cx->arena. Date, Content-Length, Connection, X-Request-Id and the security headers are the loop's
 * own.
 */
#ifndef HUB_RES_H
#define HUB_RES_H

#include "base/buf.h"
#include "base/splice.h"
#include "http/delivery.h"
#include "http/req.h"

enum { RES_HEADERS = 24 };

struct Res {
    int status; /* 0: the route's */
    size_t n_headers;
    Header headers[RES_HEADERS];
    Str media_type; /* empty: none */
    Buf body; /* owned by Res, empty, perhaps with room of an earlier answer: set body.max, never
                 assign it; or */
    int fd;   /* -1, or a file of which [offset, offset + length) is sent; closed by the loop; or */
    Splice
        *splice; /* NULL, or the same of this; in cx->arena, its descriptors closed by the loop */
    int64_t offset, length;
    Delivery *delivery; /* of the file's bytes; NULL: nobody's business. Owned */
    bool close;         /* the connection, after this answer */
    int again_ms; /* > 0: server-sent events. The operation runs again each again_ms; when its body
                     differs from the last it is sent as one event (`data:` lines); a comment each
                     15 s. Sent once more and ended when again_ms is 0; who is over
                               at its first run says media_type text/event-stream. */
    const char *event; /* name of the event; NULL: message */
    bool later; /* of a brief operation, on the loop: it has to write. Nothing is sent, and it runs
                   again on the pool, with cx->memo NULL and free to wait */
};

/* It has a file or a splice. */
static inline bool res_sends_file(const Res *res)
{
    return res->fd >= 0 || res->splice;
}

/* Closes these; a delivery ends. */
void res_drop_file(Res *res);

/* Value is copied into cx->arena; CR, LF and NUL in it are a bug. */
void res_header(Cx *cx, Res *res, const char *name, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* What a file or part of one is sent as: the rules of RFC 9110 13 and 14 in one place. */
typedef struct FileSend {
    int fd;         /* taken over, closed also on failure */
    int64_t offset; /* where the representation begins in the file */
    int64_t size;   /* its length; ranges are within it */
    Splice *splice; /* instead of these three; lives in cx->arena, its descriptors are taken over */
    Str media_type;
    Str etag;         /* strong, quoted; empty: none */
    int64_t modified; /* Unix ms; 0: no Last-Modified */
    const char *cache_control;
    Str download_name;  /* empty, or Content-Disposition: attachment by RFC 6266 and 8187 */
    Delivery *delivery; /* NULL, or taken over; it ends also on failure */
} FileSend;

/* 200, 206, 304, 412 or 416, with Accept-Ranges, Content-Range, ETag, If-Range. One range at most;
 * more: 416. */
Err res_file(Cx *cx, const Req *req, Res *res, const FileSend *file);

/* attachment; filename="ascii"; filename*=UTF-8''… */
Str content_disposition(Cx *cx, Str name);

#endif
