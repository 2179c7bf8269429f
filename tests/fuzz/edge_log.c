/* Any bytes as a line of another server's log: what passes names one request at a time that can be
 * told, and a download or none. */
#include "base/id.h"
#include "download/edge_log.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Cx cx = {.arena = arena_new()};
    EdgeLine line = {0};
    if (edge_line_read(&cx, (Str){(const char *)data, size}, &line) == OK) {
        assert(line.request.n >= 8 && line.request.n <= 64);
        for (size_t i = 0; i < line.request.n; i++)
            assert(line.request.p[i] > ' ' && line.request.p[i] < 127 && line.request.p[i] != '"');
        assert(!line.download.n || id_valid(line.download));
        assert(line.at >= 0 && line.at < INT64_C(253402300800000) && line.status >= 0);
        assert(line.bytes >= 0 && line.bytes <= INT64_C(1) << 50);
    }
    arena_free(cx.arena);
    return 0;
}
