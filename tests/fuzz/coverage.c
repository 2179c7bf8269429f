/* Any bytes as kept coverage: read without a crash, never more than the file, and the same when it
 * is written and read again. */
#include "download/coverage.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int64_t sizes[] = {
        0, 1, 5000, COVERAGE_CHUNK, 3 * COVERAGE_CHUNK + 7, 40LL * COVERAGE_CHUNK};
    if (!size)
        return 0;
    Coverage c = coverage_new(sizes[data[0] % COUNT(sizes)]), back = coverage_new(c.size);
    Buf b CLEANUP(buf_free) = BUF(1 << 20);
    bool good = coverage_read(&c, (Str){(const char *)data + 1, size - 1});
    assert(c.bytes >= 0 && c.bytes <= c.size && c.n <= COVERAGE_RUNS);
    assert(good || c.bytes == 0);
    assert(coverage_missing(&c, 0, c.size) == c.size - c.bytes);
    coverage_write(&c, &b);
    assert(coverage_read(&back, (Str){b.p, b.n}) && back.bytes == c.bytes);
    coverage_free(&c);
    coverage_free(&back);
    return 0;
}
