/* Any bytes as a set of keys: what is read has a name that may be one, an algorithm, and JSON to
 * make a key of. */
#include "identity/jwks.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Cx cx = {.arena = arena_new()};
    Jwks keys = {0};
    if (jwks_read(&cx, (Str){(const char *)data, size}, &keys) == OK)
        for (size_t i = 0; i < keys.n; i++) {
            const Jwk *k = &keys.p[i];
            assert(k->algorithms && k->json.n && (!k->id.n || jws_key_id(k->id)));
            const Jwk *found = jwks_find(&keys, k->id, JWS_ES256);
            assert(!found || (found->algorithms & JWS_ES256));
        }
    arena_free(cx.arena);
    return 0;
}
