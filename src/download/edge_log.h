/* edge_log.h - the access logs of who sends in our place, held against the downloads that their
 * signed addresses were given out for.
 *
 * Nothing is charged by a log: it comes late, and lines of it are lost or told twice. It tells two
 * things: an address that was used by far more than one, whose account gets none for a while
 * (download/direct.h), and a download that failed over there and was never made good, which is
 * refunded a day after it is settled. A line is a JSON object of texts, as nginx writes it:
 *
 *     {"request":"$request_id","at":"$msec","download":"$arg_d","status":"$status",
 *      "bytes":"$body_bytes_sent"}
 */
#ifndef HUB_EDGE_LOG_H
#define HUB_EDGE_LOG_H

#include "base/cx.h"

enum { EDGE_LINE_MAX = 16384 };
/* Requests are remembered this long, and lines that are older are not counted. */
#define EDGE_KEEP_MS (30 * INT64_C(86400000))

typedef struct EdgeLine {
    Str request;  /* unique among requests: 8 to 64 letters, digits, - or _ */
    Str download; /* {0}: it names none */
    int64_t at;   /* Unix ms */
    int64_t status, bytes;
} EdgeLine;

/* One line without its end, into cx->arena. E_MALFORMED with what is wrong. */
Err edge_line_read(Cx *cx, Str line, EdgeLine *out);

typedef struct EdgeTally {
    int64_t counted, known; /* now, and before */
    int64_t other;          /* of no download, or nothing was sent and nothing failed */
    int64_t old;            /* of a time whose requests are forgotten: not counted */
    int64_t bytes, failures;
    int64_t paused; /* accounts */
} EdgeTally;

/* All of them in one unit, and what follows from it; *tally grows. Settled. */
Err edge_log_take(Cx *cx, const EdgeLine *lines, size_t n, EdgeTally *tally);

/* Refunds what is due. Settled. */
Err edge_log_sweep(Cx *cx);

#endif
