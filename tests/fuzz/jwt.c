/* Any bytes as a token of an issuer whose one key is known: none that we did not sign is believed.
 */
#include "identity/jwt.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define KEY                                                                                        \
    "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\","                                                \
    "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","                                       \
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Cx cx = {.arena = arena_new(), .now = 1300819000000};
    Jwks keys = {0};
    Jwt jwt = {0};
    bool missing = false;
    JwtPolicy policy = {
        .jws = {JWS_ES256, {0}, false}, .issuer = S("joe"), .audience = S("hub-api")};
    assert(jwks_read(&cx, S(KEY), &keys) == OK && keys.n == 1);
    assert(jwt_verify(&cx, (Str){(const char *)data, size}, &policy, &keys, &missing, &jwt) ==
           E_SIGN_IN);
    arena_free(cx.arena);
    return 0;
}
