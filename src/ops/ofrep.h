/* ofrep.h - what a client of the OpenFeature Remote Evaluation Protocol asks, and what it is told.
 *
 * JSON of both sides; knows no database. https://github.com/open-feature/protocol, 0.1 to 0.3.
 */
#ifndef HUB_OFREP_H
#define HUB_OFREP_H

#include "common/flag.h"

enum { TARGETING_KEY_MAX = 200 }; /* bytes */

/* The members of `context` that are looked at. */
typedef struct OfrepContext {
    Str targeting_key; /* 1 to TARGETING_KEY_MAX bytes */
    Str tier;          /* as sent; p == NULL: no text of that name */
} OfrepContext;

/* 0 when it can be evaluated; else the code, and its sentence is in cx->said. */
OfrepError ofrep_read(Cx *cx, Str body, OfrepContext *out);

/* {"key", "reason", "variant", "value", "metadata"} */
void ofrep_put_value(Buf *b, const FlagSpec *spec, const FlagAnswer *answer);
/* {"key", "errorCode", "errorDetails"}; without the key when it is empty. */
void ofrep_put_failure(Buf *b, Str key, OfrepError code, Str details);

#endif
