/* aes.h - AES-128 in GCM (SP 800-38D), by libcrypto: secrecy with a seal. Pure; any thread. */
#ifndef HUB_AES_H
#define HUB_AES_H

#include "base/str.h"

#include <stdint.h>

enum { AES128_KEY = 16, GCM_NONCE = 12, GCM_TAG = 16 };

/* plain.n + GCM_TAG bytes into `to`. A key and a nonce together are used once. */
void aes128_gcm_seal(const uint8_t key[AES128_KEY], const uint8_t nonce[GCM_NONCE], Str plain,
                     uint8_t *to);

#endif
