#include "base/id.h"

#include "base/hash.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

void random_bytes(void *to, size_t n)
{
    char *p = to;
    while (n) {
        ssize_t got = getrandom(p, n, 0);
        if (got <= 0)
            abort();
        p += got;
        n -= (size_t)got;
    }
}

/* The 74 free bits of a UUIDv7: random at each new millisecond, counted up within one. */
static void tail_of(int64_t ms, uint8_t tail[10])
{
    static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
    static int64_t last = -1;
    static uint8_t kept[10];
    pthread_mutex_lock(&mu);
    if (ms != last) {
        random_bytes(kept, sizeof kept);
        kept[0] &= 0x7f; /* room to count */
        last = ms;
    } else {
        uint8_t step[4];
        random_bytes(step, sizeof step);
        unsigned carry = 1;
        for (int i = 9; i >= 0; i--) {
            unsigned sum = kept[i] + carry + (i > 5 ? step[i - 6] : 0);
            kept[i] = (uint8_t)sum;
            carry = sum >> 8;
        }
    }
    memcpy(tail, kept, sizeof kept);
    pthread_mutex_unlock(&mu);
}

Str id_new(Cx *cx)
{
    static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
    uint8_t tail[10], raw[16];
    tail_of(cx->now, tail);
    for (int i = 0; i < 6; i++)
        raw[i] = (uint8_t)((uint64_t)cx->now >> (40 - 8 * i));
    /* rand_a is 12 bits, rand_b 62: the tail's 74 bits of use */
    raw[6] = (uint8_t)(0x70 | tail[0] >> 4);
    raw[7] = (uint8_t)(tail[0] << 4 | tail[1] >> 4);
    raw[8] = (uint8_t)(0x80 | (tail[1] & 15) << 2 | tail[2] >> 6);
    for (int i = 9; i < 16; i++)
        raw[i] = (uint8_t)(tail[i - 7] << 2 | tail[i - 6] >> 6);
    char *text = arena_take(cx->arena, ID_TEXT + 1);
    unsigned bits = 0, have = 2; /* two zero bits in front: 130 = 26 * 5 */
    size_t at = 0;
    for (int i = 0; i < ID_TEXT; i++) {
        if (have < 5) {
            bits = bits << 8 | raw[at++];
            have += 8;
        }
        text[i] = letters[bits >> (have - 5) & 31];
        have -= 5;
        bits &= (1u << have) - 1;
    }
    assert(at == 16 && have == 0);
    return (Str){text, ID_TEXT};
}

bool id_valid(Str s)
{
    if (s.n != ID_TEXT || s.p[0] > '7' || s.p[0] < '0')
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool digit = c >= '0' && c <= '9', letter = c >= 'a' && c <= 'z';
        if ((!digit && !letter) || c == 'i' || c == 'l' || c == 'o' || c == 'u')
            return false;
    }
    return true;
}

Str id_secret(Cx *cx, size_t bytes)
{
    uint8_t raw[64];
    assert(bytes >= 16 && bytes <= sizeof raw);
    random_bytes(raw, bytes);
    return base64url(cx->arena, raw, bytes);
}
