/* tus.h - the headers of tus 1.0 (creation, checksum), read strictly. Pure; any thread. */
#ifndef HUB_TUS_H
#define HUB_TUS_H

#include "base/cx.h"
#include "base/hash.h"

enum { TUS_METADATA_MAX = 4096 };

typedef struct TusMetadata {
    Str filename, video_id, show_slug, purpose; /* decoded; empty when not given */
    Str title;                                  /* of an asset */
    Str language, label, kind;                  /* of captions */
} TusMetadata;

/* Upload-Metadata: pairs of a key and base64, by commas. E_MALFORMED: not that, a key twice, or a
 * value that is not UTF-8. */
Err tus_metadata(Cx *cx, Str header, TusMetadata *out);

typedef struct TusChecksum {
    DigestKind kind;
    Str sum; /* raw bytes */
} TusChecksum;

/* Upload-Checksum: sha256, sha1 or md5, and base64. E_MALFORMED. */
Err tus_checksum(Cx *cx, Str header, TusChecksum *out);

/* A decimal of 1 to 15 digits without sign. */
bool tus_number(Str text, int64_t *value);

#endif
