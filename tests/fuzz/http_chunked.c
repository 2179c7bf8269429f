/* Any bytes as a chunked body: the same data and the same end, at once and in pieces of any size.
 */
#include "http/chunked.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Decoded {
    char *p;
    size_t n, used;
    ChunkStep end;
} Decoded;

static Decoded decode(Str wire, size_t step)
{
    Chunked c = {0};
    Decoded d = {.p = malloc(wire.n + 1), .end = CHUNK_MORE};
    for (size_t at = 0; at < wire.n && d.end == CHUNK_MORE; at += step) {
        Str in = {wire.p + at, wire.n - at < step ? wire.n - at : step}, run;
        while ((d.end = chunked_next(&c, &in, &run)) == CHUNK_DATA) {
            assert(run.n && run.p >= wire.p && run.p + run.n <= wire.p + wire.n);
            memcpy(d.p + d.n, run.p, run.n);
            d.n += run.n;
        }
        d.used = (size_t)(in.p - wire.p);
        assert(d.end != CHUNK_MORE || in.n == 0);
    }
    return d;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    Str wire = {(const char *)data + 1, size - 1};
    Decoded whole = decode(wire, wire.n + 1), pieces = decode(wire, 1 + data[0] % 16);
    assert(whole.end == pieces.end && whole.n == pieces.n);
    assert(!whole.n || memcmp(whole.p, pieces.p, whole.n) == 0);
    assert(whole.end != CHUNK_END || whole.used == pieces.used);
    free(whole.p);
    free(pieces.p);
    return 0;
}
