/* signer.h - who sends a ticket's bytes in direct mode: whoever honours the signed addresses that
 * are made here.
 *
 * A signed address works any number of times until it dies, and what it sends is not seen by the
 * ticket: the whole download is charged when the address is given out. No address outlives its
 * ticket. A ticket revoked meanwhile ends with its address, so that life is short.
 */
#ifndef HUB_SIGNER_H
#define HUB_SIGNER_H

#include "base/conf.h"
#include "http/res.h"

typedef struct SignedFile {
    Str blob; /* its key; the whole file is this one blob */
    Str name, media_type, sha256;
    Str download; /* its id: what the logs of who sends it name (download/edge_log.h) */
    int64_t size;
    int64_t expires_at; /* of the ticket, Unix ms */
} SignedFile;

typedef struct Signer {
    const char *name; /* of --signer */
    /* The address of the file that dies at `until` (Unix ms), absolute. */
    Err (*sign)(Cx *cx, const SignedFile *file, int64_t until, Str *url);
} Signer;

/* NULL: this process sends everything itself. */
const Signer *signer_of(const Conf *conf);
/* Whether the settings make sense together; E_INVALID. */
Err signer_check(Cx *cx, const Conf *conf);

/* Five minutes, or as long as the file takes at 1 MB/s; six hours at most, and never past the
 * ticket. */
int64_t signer_until(int64_t now, const SignedFile *file);

/* 307 to a signed address, in the place of whatever *res was to send. */
Err signer_redirect(Cx *cx, const Signer *signer, const SignedFile *file, Res *res);

#endif
