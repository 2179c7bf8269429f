/* Any bytes as a stream token: none opens anything, but what the hub wrote itself; and every token
 * that is made of any bytes reads back as it was made. */
#include "streaming/token.h"

#include "base/hash.h"
#include "base/id.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const Str key = {"0123456789abcdef0123456789abcdef", 32};
    Cx cx = {.arena = arena_new(), .now = 1700000000000};
    StreamToken out = {0};
    Str text = {(const char *)data, size}, raw = {0};
    assert(token_read(&cx, key, text, &out) == E_TOKEN_INVALID);
    if (size >= 2 * ID_TEXT && !memchr(data, 0, 2 * ID_TEXT)) { /* ids are text */
        StreamToken made = {.video = {text.p, ID_TEXT},
                            .playback = {text.p + ID_TEXT, ID_TEXT},
                            .preview = data[0] & 1,
                            .expires_at = 1700000000000 + 1000 * (1 + data[size - 1])};
        Str written = token_write(&cx, key, &made);
        assert(token_read(&cx, key, written, &out) == OK);
        assert(str_eq(out.video, made.video) && str_eq(out.playback, made.playback));
        assert(out.preview == made.preview && out.expires_at == made.expires_at);
    }
    if (base64url_read(cx.arena, text, &raw))
        assert(str_eq(base64url(cx.arena, raw.p, raw.n), text)); /* one spelling only */
    if (base64_read(cx.arena, text, &raw))
        assert(size % 4 == 0);
    arena_free(cx.arena);
    return 0;
}
