/* clamd.h - a client of clamd's protocol (clamd(8), INSTREAM and VERSION): blocks its thread, so
 * for workers and commands alone.
 *
 * The address is the path of a Unix socket, or host:port. Nothing here calls a file clean but
 * clamd's whole answer to the whole file.
 */
#ifndef HUB_CLAMD_H
#define HUB_CLAMD_H

#include "base/cx.h"

enum { CLAMD_ANSWER_MAX = 1024 };

typedef enum ClamdVerdict { CLAMD_FAILED, CLAMD_CLEAN, CLAMD_INFECTED } ClamdVerdict;

typedef struct ClamdAnswer {
    ClamdVerdict verdict;
    Str text; /* the signature found; of a failure what clamd said */
} ClamdAnswer;

/* Asked at least each second while clamd is waited for; true: give up. */
typedef struct ClamdWatch {
    void *who;
    bool (*cancelled)(void *who);
} ClamdWatch;

/* One answer without its NUL; `text` points into it. What is no answer of clamd's is a failure. */
ClamdAnswer clamd_read(Str answer);

/* Sends what is open at fd, from its start; *sha256 is of the bytes that were sent. E_UNAVAILABLE:
 * clamd is away, hung up, was silent too long, or it was cancelled. */
Err clamd_scan(Cx *cx, Str address, int fd, const ClamdWatch *watch, ClamdAnswer *out, Str *sha256);

/* "ClamAV 1.0.7/27000/…" in the arena. E_UNAVAILABLE. */
Err clamd_version(Cx *cx, Str address, Str *out);

#endif
