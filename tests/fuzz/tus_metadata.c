/* Any bytes as Upload-Metadata, Upload-Checksum, a number and a file name: no crash, and what is
 * accepted is UTF-8 without a separator where it is to be a name. */
#include "upload/tus.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_name(Str name)
{
    assert(name.n >= 1 && name.n <= TUS_NAME_MAX);
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
        check_name(tus_safe_name(&cx, meta.filename));
    if (tus_checksum(&cx, text, &sum) == OK)
        assert(sum.sum.n == SHA256_BYTES || sum.sum.n == SHA1_BYTES || sum.sum.n == MD5_BYTES);
    assert(!tus_number(text, &n) || n >= 0);
    check_name(tus_safe_name(&cx, text));
    arena_free(cx.arena);
    return 0;
}
