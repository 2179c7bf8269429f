/* condition.h - preconditions, RFC 9110 13.2.2, evaluated in the order it gives. Pure. */
#ifndef HUB_CONDITION_H
#define HUB_CONDITION_H

#include "http/req.h"

/* What the request is compared with. */
typedef struct Version {
    Str etag;         /* quoted; W/ in front when weak; empty: none */
    int64_t modified; /* Unix ms; 0: not known */
    int64_t now;
} Version;

/* 0: go on; 304; 412. */
int condition_status(const Req *req, const Version *v);
/* Whether Range may be looked at: no If-Range, or one that names this very version
 * (strong, 13.1.5). */
bool condition_range(const Req *req, const Version *v);

#endif
