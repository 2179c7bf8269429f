/* sidecar.h - what stands beside a file of a ticket: its checksum and its Metalink, and the fields
 * that name both.
 *
 * Addresses are the file's own with a suffix. Nothing here is a download: no byte of the file is
 * sent, and nothing is counted.
 */
#ifndef HUB_SIDECAR_H
#define HUB_SIDECAR_H

#include "contract.h"
#include "http/res.h"

typedef enum Sidecar {
    SIDECAR_NONE,
    SIDECAR_SHA256,   /* FILE.sha256: a line for `sha256sum -c` */
    SIDECAR_METALINK, /* FILE.meta4: Metalink 4, RFC 5854 */
    SIDECARS
} Sidecar;

/* What `asked`, the last part of an address, is beside a file of that name. Nothing else is: a name
 * that is not the file's own decides nothing. */
Sidecar sidecar_of(Str asked, Str filename);
const char *sidecar_suffix(Sidecar kind); /* .sha256, .meta4 */

void sidecar_send(Cx *cx, Sidecar kind, const TicketRow *ticket, Res *res);

/* Repr-Digest (RFC 9530), Digest (RFC 3230, for older clients), Link to the Metalink (RFC 6249).
 * `digest` is base64, `name` the file's as it stands in its address. */
void sidecar_fields(Cx *cx, Res *res, Str digest, Str name);
/* The base64 of a SHA-256 that is written in hexadecimal; empty when it is none. */
Str sidecar_digest(Cx *cx, Str sha256);

#endif
