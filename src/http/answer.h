/* answer.h - a request to the bytes of its answer, by the contract alone; knows no socket.
 *
 * The server routes on its loop, calls answer_run on a worker with the viewer known, and sends the
 * Answer once the Cx's ticket is settled; when that went wrong, answer_problem replaces it. Header
 * texts live in cx->arena, the body until answer_close. One thread at a time, the Cx's. RFC 9110
 * (ETag, 304), RFC 9457.
 */
#ifndef HUB_ANSWER_H
#define HUB_ANSWER_H

#include "http/params.h"
#include "http/req.h"

enum { ANSWER_HEADERS = 8, ANSWER_MAX = 8 << 20 };

typedef struct Answer {
    const Route *route; /* NULL: none matched; then every error may be told */
    unsigned allow;     /* of a 405: a bit per Method */
    int status;
    Str media_type; /* empty: there is no body */
    size_t n_headers;
    Header headers[ANSWER_HEADERS]; /* ETag, Location, Allow, Retry-After, WWW-Authenticate,
                                       Cache-Control */
    Buf body;                       /* owned; what HEAD leaves out, and only counts */
} Answer;

/* Whoever may: E_SIGN_IN or E_FORBIDDEN. answer_run asks itself; for raw routes the server does. */
Err answer_admit(Cx *cx, const Route *route);

/* `a` is zeroed, or what answer_close was not called for: its buffer is used again. Checks, runs
 * and writes; never of a raw route. Every failure becomes a problem+json. A success leaves cx->said
 * empty, so that what the store says later is told alone. */
void answer_run(Cx *cx, const Match *match, const Given *given, Answer *a);

/* Replaces what is there by the problem; the detail is cx->said. An error that a->route may not
 * answer becomes E_INTERNAL; that is logged with its sentence and never told. */
void answer_problem(Cx *cx, Err e, Answer *a);

void answer_close(Answer *a);

/* The version in If-Match: "3.abc" or "3"; -1 is *, any version; of a list the first. False: not a
 * strong tag of ours, and the handler answers E_CHANGED. */
bool etag_version(Str if_match, int64_t *version);

/* Whether If-None-Match names this tag (RFC 9110 13.1.2: weakly compared, a list, or *). */
bool etag_listed(Str if_none_match, Str etag);

#endif
