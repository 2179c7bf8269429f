#include "community/push_message.h"

#include "base/buf.h"
#include "base/fault.h"
#include "base/fetch.h"
#include "base/hash.h"

#include <arpa/inet.h>
#include <assert.h>

enum { RECORD = 4096, HOST_MAX = 253, TOKEN_MAX = 8192 };

/* --- where to */

static bool is_host(Str host)
{
    bool good = host.n && host.n <= HOST_MAX && host.p[0] != '.' && host.p[0] != '-';
    for (size_t i = 0; i < host.n; i++) {
        char c = host.p[i];
        good = good && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.');
    }
    return good;
}

/* As it stands: names are looked at when they are resolved. A host whose last label is a number is
 * an IPv4 address to a browser, however it is spelled (WHATWG URL 3.5). */
static bool is_public(Str host)
{
    unsigned char address[16];
    char text[HOST_MAX + 1];
    memcpy(text, host.p, host.n);
    text[host.n] = 0;
    if (inet_pton(AF_INET, text, address) == 1)
        return fetch_public(address, 4);
    const char *last = strrchr(text, '.');
    return last && last[1] && !(last[1] >= '0' && last[1] <= '9') &&
           !str_ends(host, S(".localhost")) && !str_ends(host, S(".local")) &&
           !str_ends(host, S(".internal"));
}

static bool is_port(Str port)
{
    bool good = port.n > 0 && port.n <= 5;
    for (size_t i = 0; i < port.n; i++)
        good = good && port.p[i] >= '0' && port.p[i] <= '9';
    return good;
}

static bool is_path(Str path)
{
    bool good = path.n > 0 && path.p[0] == '/';
    for (size_t i = 0; i < path.n; i++) /* RFC 3986: what may stand in a path and a query */
        good = good && path.p[i] > ' ' && path.p[i] < 127 && !strchr("\"<>\\^`{|}#", path.p[i]);
    return good;
}

bool push_endpoint(Str endpoint, bool loopback, Str *origin, Str *host)
{
    bool https = str_begins(endpoint, S("https://"));
    size_t scheme = https ? 8 : 7, end = scheme;
    if (!https && !(loopback && str_begins(endpoint, S("http://"))))
        return false;
    while (end < endpoint.n && endpoint.p[end] != '/')
        end++;
    Str port = {0}, place = {endpoint.p + scheme, end - scheme}, name = str_cut(place, ':', &port);
    Str path = {endpoint.p + end, endpoint.n - end};
    if (!is_host(name) || (port.p && !is_port(port)) || !is_path(path))
        return false;
    bool here = str_eq(name, S("localhost")) || str_eq(name, S("127.0.0.1"));
    if (!(loopback && here) && (!https || (!is_public(name) && !bug("anypush"))))
        return false;
    *origin = (Str){endpoint.p, end};
    *host = name;
    return true;
}

/* --- sealed */

/* HKDF with SHA-256 (RFC 5869), one block: the info ends in its counter. */
static void expand(const uint8_t key[SHA256_BYTES], Str info, uint8_t out[SHA256_BYTES])
{
    hmac_sha256((Str){(const char *)key, SHA256_BYTES}, info, out);
}

/* RFC 8291, 3.4: the secret of both, from what they agree on and what the browser alone gave us. */
static void mix(Str auth, const uint8_t agreed[P256_SHARED], Str theirs,
                const uint8_t ours[P256_PUBLIC], uint8_t out[SHA256_BYTES])
{
    static const char LABEL[] = "WebPush: info"; /* with its NUL */
    char info[sizeof LABEL + 2 * P256_PUBLIC + 1];
    uint8_t first[SHA256_BYTES];
    memcpy(info, LABEL, sizeof LABEL);
    memcpy(info + sizeof LABEL, theirs.p, P256_PUBLIC);
    memcpy(info + sizeof LABEL + P256_PUBLIC, ours, P256_PUBLIC);
    info[sizeof info - 1] = 1;
    hmac_sha256(auth, (Str){(const char *)agreed, P256_SHARED}, first);
    expand(first, (Str){info, sizeof info}, out);
}

/* RFC 8188, 2.1 to 2.3: one record, the last, without further padding. */
static Str encode(Cx *cx, const uint8_t secret[SHA256_BYTES], const uint8_t ours[P256_PUBLIC],
                  const uint8_t salt[PUSH_SALT], Str plain)
{
    uint8_t first[SHA256_BYTES], key[SHA256_BYTES], nonce[SHA256_BYTES];
    uint8_t *to = arena_take(cx->arena, PUSH_HEAD + plain.n + 1 + GCM_TAG);
    char *record = arena_take(cx->arena, plain.n + 1);
    hmac_sha256((Str){(const char *)salt, PUSH_SALT}, (Str){(const char *)secret, SHA256_BYTES},
                first);
    expand(first, S("Content-Encoding: aes128gcm\0\1"), key);
    expand(first, S("Content-Encoding: nonce\0\1"), nonce);
    memcpy(to, salt, PUSH_SALT);
    memcpy(to + PUSH_SALT, (uint8_t[]){0, 0, RECORD >> 8, RECORD & 255, P256_PUBLIC}, 5);
    memcpy(to + PUSH_SALT + 5, ours, P256_PUBLIC);
    if (plain.n)
        memcpy(record, plain.p, plain.n);
    record[plain.n] = 2; /* no record follows */
    aes128_gcm_seal(key, nonce, (Str){record, plain.n + 1}, to + PUSH_HEAD);
    return (Str){(const char *)to, PUSH_HEAD + plain.n + 1 + GCM_TAG};
}

Err push_seal(Cx *cx, Str p256dh, Str auth, Str plain, const PushChance *chance, Str *out)
{
    uint8_t ours[P256_PUBLIC], agreed[P256_SHARED], secret[SHA256_BYTES];
    assert(plain.n <= PUSH_PLAIN_MAX);
    if (p256dh.n != P256_PUBLIC || auth.n != PUSH_AUTH || !p256_public(chance->private_key, ours) ||
        !p256_shared(chance->private_key, (const uint8_t *)p256dh.p, agreed))
        return fail(cx, E_INVALID, "these are no keys of a browser");
    mix(auth, agreed, p256dh, ours, secret);
    *out = encode(cx, secret, ours, chance->salt, plain);
    return OK;
}

/* --- signed */

Err push_authorization(Cx *cx, Str push_key, Str origin, Str contact, int64_t expires_s, Str *out)
{
    Buf claims CLEANUP(buf_free) = BUF(TOKEN_MAX);
    uint8_t ours[P256_PUBLIC], signature[P256_SIGNATURE];
    const uint8_t *key = (const uint8_t *)push_key.p;
    static const char HEADER[] = "{\"typ\":\"JWT\",\"alg\":\"ES256\"}";
    buf_put(&claims, "{\"aud\":", 7);
    buf_json_str(&claims, origin);
    Str expires = arena_fmt(cx->arena, ",\"exp\":%lld,\"sub\":", (long long)expires_s);
    buf_put(&claims, expires.p, expires.n);
    buf_json_str(&claims, contact);
    buf_byte(&claims, '}');
    Str head = base64url(cx->arena, HEADER, sizeof HEADER - 1);
    Str body = base64url(cx->arena, claims.p, claims.n);
    Str text = arena_fmt(cx->arena, STR_FMT "." STR_FMT, STR_ARG(head), STR_ARG(body));
    if (push_key.n != P256_PRIVATE || !p256_public(key, ours) || !p256_sign(key, text, signature))
        return fail(cx, E_INTERNAL, "the hub's push key is none");
    Str sign = base64url(cx->arena, signature, sizeof signature);
    Str name = base64url(cx->arena, ours, sizeof ours);
    *out = arena_fmt(cx->arena, "vapid t=" STR_FMT "." STR_FMT ", k=" STR_FMT, STR_ARG(text),
                     STR_ARG(sign), STR_ARG(name));
    return OK;
}
