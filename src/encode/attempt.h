/* attempt.h - a job being done: whose it is, how far it is, and whether it is still ours to do.
 *
 * The lease is renewed and the progress told from the callbacks of the media tools, on the job's
 * own thread. A worker that lost its lease stops its tool and keeps nothing.
 */
#ifndef HUB_ATTEMPT_H
#define HUB_ATTEMPT_H

#include "common/app.h"
#include "common/queue.h"
#include "encode/encode.h"
#include "media/ladder.h"
#include "media/probe.h"
#include "media/transcode.h"

typedef struct Attempt {
    Cx *cx;
    const JobRow *job;
    MediaLimits limits;
    EncodeRow encode;         /* when the job's subject is one */
    Probe probe;              /* likewise, once it was probed */
    Ladder ladder;            /* likewise */
    const RenditionRow *rows; /* whose progress is told */
    size_t n_rows;
    int64_t part, parts; /* of the chunks of a pass: done before, all; 0 of 1: a whole */
    int told;
    int64_t renewed_ms, looked_ms, told_ms;
    bool lost;
    void *result; /* of the job, from making to showing */
} Attempt;

void attempt_begin(Attempt *a, Cx *cx, const JobRow *job);
/* Reads the encode named by the job's subject, and its probe when there is one. E_NOT_FOUND. */
Err attempt_encode(Attempt *a);

MediaWatch attempt_watch(Attempt *a); /* progress and lease */
MediaWatch attempt_quiet(Attempt *a); /* lease alone */
bool attempt_cancelled(void *attempt);
Str attempt_original(const Attempt *a); /* path of the original's blob */

/* Plans the ladder from the probe, by what was asked of it when the encode was first planned, or by
 * the settings. */
void attempt_plan(Attempt *a);
/* The rungs of the encode's ladder by the names of its renditions; NULL: none. */
const Rung *attempt_rung(const Attempt *a, Str name);

/* SHA-256 of an open file or splice, in hexadecimal, while the lease is kept. */
Err attempt_hash(Attempt *a, int fd, Str *sha256);

/* The job is over and nothing else is: its row goes, under its fence. Settled. */
Err attempt_forget(Attempt *a);

#endif
