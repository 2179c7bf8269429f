#include "identity/verified.h"

#include "base/hash.h"
#include "base/id.h"
#include "identity/signing_key.h"

#include <pthread.h>

/* Direct mapped: a newer one takes the place. */
typedef struct Entry {
    uint8_t hash[SHA256_BYTES];
    char grant[ID_TEXT];
    int64_t until; /* Unix ms; 0: free */
} Entry;

static Entry entries[VERIFIED_ENTRIES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* for the copy of one entry */

static Entry *place(const uint8_t *hash)
{
    return &entries[(size_t)(hash[0] << 8 | hash[1]) % VERIFIED_ENTRIES];
}

static bool look_up(Cx *cx, const uint8_t *hash, Str *grant)
{
    Entry e;
    pthread_mutex_lock(&lock);
    e = *place(hash);
    pthread_mutex_unlock(&lock);
    if (cx->now >= e.until || memcmp(e.hash, hash, SHA256_BYTES) != 0)
        return false;
    *grant = arena_str(cx->arena, (Str){e.grant, ID_TEXT});
    return true;
}

static void keep(const uint8_t *hash, Str grant, int64_t until)
{
    Entry e = {.until = until};
    memcpy(e.hash, hash, SHA256_BYTES);
    memcpy(e.grant, grant.p, ID_TEXT);
    pthread_mutex_lock(&lock);
    *place(hash) = e;
    pthread_mutex_unlock(&lock);
}

Err verified_grant(Cx *cx, Str token, Str *grant)
{
    uint8_t hash[SHA256_BYTES];
    Jwks keys = {0};
    Jwt jwt = {0};
    JwtPolicy policy = {.jws = {JWS_ES256, S("at+jwt"), true},
                        .issuer = cx->app->public_url,
                        .audience = cx->app->public_url};
    sha256(token, hash);
    if (look_up(cx, hash, grant))
        return OK;
    TRY(signing_key_set(cx, &keys));
    TRY(jwt_verify(cx, token, &policy, &keys, NULL, &jwt));
    if (!id_valid(jwt.session))
        return fail(cx, E_SIGN_IN, "the bearer token is not valid");
    int64_t until = jwt.expires_at + JWT_LEEWAY_MS, most = cx->now + VERIFIED_MS;
    keep(hash, jwt.session, until < most ? until : most);
    *grant = jwt.session;
    return OK;
}
