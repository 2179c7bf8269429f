/* chunked.h - a body in chunks, RFC 9112 7.1, without extensions and trailers.
 *
 * Copies nothing: each step hands out a run of the input. Start from {0}.
 */
#ifndef HUB_CHUNKED_H
#define HUB_CHUNKED_H

#include "base/str.h"

typedef struct Chunked {
    uint8_t state, digits;
    int64_t left; /* of this chunk */
} Chunked;

/* CHUNK_DATA: *data is a run of the body. CHUNK_MORE: all of *in is used, more is needed.
 * CHUNK_END: what is left of *in belongs to the next request. CHUNK_BAD: the framing broke; nothing
 * after it can be read. */
typedef enum ChunkStep { CHUNK_MORE, CHUNK_DATA, CHUNK_END, CHUNK_BAD } ChunkStep;
ChunkStep chunked_next(Chunked *c, Str *in, Str *data);

#endif
