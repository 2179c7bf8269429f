/* Any bytes as Upload-Metadata, Upload-Checksum, a number and a file name: no crash, and what is
 * accepted is UTF-8 without a separator where it is to be a name. */
#include "base/filename.h"
#include "upload/tus.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_name(Str name)
{
    assert(name.n >= 1 && name.n <= FILENAME_MAX_BYTES);
    assert(!memchr(name.p, '/', name.n) && !memchr(name.p, '\\', name.n) &&
           !memchr(name.p, 0, name.n));
    for (const char *p = name.p, *end = str_end(name); p < end;) {
        size_t n = utf8_next(p, end);
        assert(n);
        p += n;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Cx cx = {.arena = arena_new()};
    Str text = {(const char *)data, size};
    TusMetadata meta = {0};
    TusChecksum sum = {0};
    int64_t n = -1;
    if (tus_metadata(&cx, text, &meta) == OK)
        check_name(filename_safe(&cx, meta.filename, S("original")));
    if (tus_checksum(&cx, text, &sum) == OK)
        assert(sum.sum.n == SHA256_BYTES || sum.sum.n == SHA1_BYTES || sum.sum.n == MD5_BYTES);
    assert(!tus_number(text, &n) || n >= 0);
    check_name(filename_safe(&cx, text, S("original")));
    arena_free(cx.arena);
    return 0;
}
