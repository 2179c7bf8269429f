#include "base/p256.h"

#include "base/attr.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <stdlib.h>
#include <string.h>

enum { DER_MAX = 80 };

static void free_key(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

static void free_context(EVP_PKEY_CTX **context)
{
    EVP_PKEY_CTX_free(*context);
}

/* What libcrypto lacks memory for is nothing to go on without. */
static void *must(void *p)
{
    if (!p)
        abort();
    return p;
}

void p256_generate(uint8_t private_key[P256_PRIVATE])
{
    EVP_PKEY *key CLEANUP(free_key) = must(EVP_EC_gen("P-256"));
    BIGNUM *number = NULL;
    if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number) != 1 ||
        BN_bn2binpad(number, private_key, P256_PRIVATE) != P256_PRIVATE)
        abort();
    BN_clear_free(number);
}

bool p256_public(const uint8_t private_key[P256_PRIVATE], uint8_t out[P256_PUBLIC])
{
    EC_GROUP *group = must(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    EC_POINT *point = must(EC_POINT_new(group));
    BIGNUM *number = must(BN_bin2bn(private_key, P256_PRIVATE, NULL));
    bool good = !BN_is_zero(number) && BN_cmp(number, EC_GROUP_get0_order(group)) < 0 &&
                EC_POINT_mul(group, point, number, NULL, NULL, NULL) == 1 &&
                EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, out, P256_PUBLIC,
                                   NULL) == P256_PUBLIC;
    BN_clear_free(number);
    EC_POINT_free(point);
    EC_GROUP_free(group);
    return good;
}

/* NULL: these are no keys. */
static EVP_PKEY *import(const uint8_t *private_key, const uint8_t public_key[P256_PUBLIC])
{
    EVP_PKEY *key = NULL;
    BIGNUM *number = private_key ? must(BN_bin2bn(private_key, P256_PRIVATE, NULL)) : NULL;
    EVP_PKEY_CTX *context CLEANUP(free_context) =
        must(EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL));
    OSSL_PARAM_BLD *build = must(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, public_key, P256_PUBLIC);
    if (number)
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, number);
    OSSL_PARAM *made = must(OSSL_PARAM_BLD_to_param(build));
    if (EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key, number ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, made) !=
            1)
        key = NULL;
    OSSL_PARAM_free(made);
    OSSL_PARAM_BLD_free(build);
    BN_clear_free(number);
    return key;
}

static EVP_PKEY *own(const uint8_t private_key[P256_PRIVATE])
{
    uint8_t public_key[P256_PUBLIC];
    return p256_public(private_key, public_key) ? import(private_key, public_key) : NULL;
}

/* Uncompressed, and on the curve. */
static EVP_PKEY *other(const uint8_t public_key[P256_PUBLIC])
{
    EVP_PKEY *key = public_key[0] == 4 ? import(NULL, public_key) : NULL;
    EVP_PKEY_CTX *context CLEANUP(free_context) = key ? must(EVP_PKEY_CTX_new(key, NULL)) : NULL;
    if (context && EVP_PKEY_public_check(context) == 1)
        return key;
    EVP_PKEY_free(key);
    return NULL;
}

bool p256_is_public(Str key)
{
    EVP_PKEY *read CLEANUP(free_key) = key.n == P256_PUBLIC ? other((const uint8_t *)key.p) : NULL;
    return read != NULL;
}

bool p256_shared(const uint8_t private_key[P256_PRIVATE], const uint8_t peer[P256_PUBLIC],
                 uint8_t out[P256_SHARED])
{
    EVP_PKEY *mine CLEANUP(free_key) = own(private_key);
    EVP_PKEY *theirs CLEANUP(free_key) = other(peer);
    EVP_PKEY_CTX *context CLEANUP(free_context) = NULL;
    size_t n = P256_SHARED;
    if (!mine || !theirs)
        return false;
    context = must(EVP_PKEY_CTX_new(mine, NULL));
    return EVP_PKEY_derive_init(context) == 1 && EVP_PKEY_derive_set_peer(context, theirs) == 1 &&
           EVP_PKEY_derive(context, out, &n) == 1 && n == P256_SHARED;
}

bool p256_sign(const uint8_t private_key[P256_PRIVATE], Str text, uint8_t out[P256_SIGNATURE])
{
    EVP_PKEY *mine CLEANUP(free_key) = own(private_key);
    unsigned char der[DER_MAX];
    const unsigned char *at = der;
    size_t n = sizeof der;
    if (!mine)
        return false;
    EVP_MD_CTX *digest = must(EVP_MD_CTX_new());
    bool good = EVP_DigestSignInit(digest, NULL, EVP_sha256(), NULL, mine) == 1 &&
                EVP_DigestSign(digest, der, &n, (const unsigned char *)text.p, text.n) == 1;
    EVP_MD_CTX_free(digest);
    ECDSA_SIG *both = good ? d2i_ECDSA_SIG(NULL, &at, (long)n) : NULL;
    good = both && BN_bn2binpad(ECDSA_SIG_get0_r(both), out, 32) == 32 &&
           BN_bn2binpad(ECDSA_SIG_get0_s(both), out + 32, 32) == 32;
    ECDSA_SIG_free(both);
    return good;
}
