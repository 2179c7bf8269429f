/* Any bytes as a signed token: what passes is spelled in the one way there is, and names an
 * algorithm the policy allows. */
#include "identity/jws.h"

#include "base/hash.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const JwsPolicy policy = {.algorithms = JWS_ES256 | JWS_RS256};
    Cx cx = {.arena = arena_new(), .now = 1700000000000};
    Jws out = {0};
    Str text = {(const char *)data, size};
    if (jws_read(&cx, text, &policy, &out)) {
        assert(!out.signed_.p);
    } else {
        Str signature = base64url(cx.arena, out.signature.p, out.signature.n);
        assert(out.algorithm == JWS_ES256 || out.algorithm == JWS_RS256);
        assert(out.key_id.n <= JWS_KEY_ID_MAX && size <= JWS_MAX);
        assert(str_ends(text, signature) && out.signed_.n + 1 + signature.n == size);
    }
    arena_free(cx.arena);
    return 0;
}
