/* Any bytes as a signed address: none opens anything but what the hub wrote itself; and what is
 * signed of any bytes reads back as it was. */
#include "download/signed.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The fields are lines; the last may not hold an end of one either. */
static Str line(Str *rest)
{
    Str one = str_cut(*rest, '\n', rest);
    const char *nul = one.n ? memchr(one.p, 0, one.n) : NULL; /* texts */
    return nul ? (Str){one.p, (size_t)(nul - one.p)} : one;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const Str key = {"0123456789abcdef0123456789abcdef", 32};
    Cx cx = {.arena = arena_new(), .now = 1700000000000};
    Str text = {size ? (const char *)data : "", size}, rest = text;
    SignedFile out = {0};
    assert(signed_read(&cx, key, text, &out) == E_TOKEN_INVALID);
    SignedFile made = {.blob = line(&rest)};
    made.sha256 = line(&rest);
    made.media_type = line(&rest);
    made.name = line(&rest);
    Str token = signed_write(&cx, key, &made, 1700000000000 + 1000 * (1 + (int64_t)size));
    assert(signed_read(&cx, key, token, &out) == OK);
    assert(str_eq(out.blob, made.blob) && str_eq(out.sha256, made.sha256));
    assert(str_eq(out.media_type, made.media_type) && str_eq(out.name, made.name));
    assert(out.expires_at == 1700000001000 + 1000 * (int64_t)size);
    arena_free(cx.arena);
    return 0;
}
