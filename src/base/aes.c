#include "base/aes.h"

#include <openssl/evp.h>
#include <stdlib.h>

void aes128_gcm_seal(const uint8_t key[AES128_KEY], const uint8_t nonce[GCM_NONCE], Str plain,
                     uint8_t *to)
{
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    int n = 0, end = 0;
    if (!c || EVP_EncryptInit_ex(c, EVP_aes_128_gcm(), NULL, key, nonce) != 1 ||
        EVP_EncryptUpdate(c, to, &n, (const unsigned char *)plain.p, (int)plain.n) != 1 ||
        EVP_EncryptFinal_ex(c, to + n, &end) != 1 ||
        EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, GCM_TAG, to + plain.n) != 1)
        abort();
    EVP_CIPHER_CTX_free(c);
}
