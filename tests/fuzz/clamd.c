/* Any bytes as an answer of clamd: only the one sentence is clean, and what is found has a name. */
#include "common/clamd.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str said = {(const char *)data, size};
    ClamdAnswer a = clamd_read(said);
    if (a.verdict == CLAMD_CLEAN)
        assert(str_eq(said, S("stream: OK")));
    if (a.verdict == CLAMD_INFECTED)
        assert(a.text.n && a.text.p >= said.p && a.text.p + a.text.n <= said.p + said.n);
    return 0;
}
