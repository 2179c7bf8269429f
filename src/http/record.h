/* record.h - what is told of one answer when it is over: the access line, the metrics.
 *
 * Part of a connection; the loop's. Holds no secret: the route's template instead of the path, a
 * network instead of an address, a keyed hash instead of an account.
 */
#ifndef HUB_RECORD_H
#define HUB_RECORD_H

#include "http/proxy.h"
#include "http/route.h"
#include "http/trace.h"

typedef struct Record {
    Trace trace;
    Address address;
    const Route *route; /* NULL: none */
    uint8_t method;     /* METHOD_COUNT: could not be read */
    int status;
    int64_t started_us; /* monotonic, when the head was whole */
    int64_t bytes;      /* of the answer, head and body, that the kernel took */
    uint64_t actor;     /* 0: nobody */
} Record;

/* One JSON line to log_access, by hand in a stack buffer. */
void record_log(const Record *r, int64_t now, int64_t took_us);

#endif
