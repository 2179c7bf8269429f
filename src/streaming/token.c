#include "streaming/token.h"

#include "base/fault.h"
#include "base/hash.h"
#include "base/id.h"

#include <stdlib.h>

static const char scopes[] = "petu"; /* by preview + 2 x teaser */

enum { EXPIRY = 9, SIGNED = 1 + EXPIRY + 1 + 2 * ID_TEXT, WHOLE = SIGNED + SHA256_BYTES };

Str token_write(Cx *cx, Str key, const StreamToken *t)
{
    char raw[WHOLE + 1];
    Str text =
        arena_fmt(cx->arena, "1%09llx%c" STR_FMT STR_FMT, (unsigned long long)t->expires_at / 1000,
                  scopes[t->preview + 2 * t->teaser], STR_ARG(t->video), STR_ARG(t->playback));
    memcpy(raw, text.p, SIGNED);
    hmac_sha256(key, (Str){raw, SIGNED}, (uint8_t *)raw + SIGNED);
    return base64url(cx->arena, raw, WHOLE);
}

Err token_read(Cx *cx, Str key, Str text, StreamToken *out)
{
    Str raw = {0};
    uint8_t sum[SHA256_BYTES];
    char digits[EXPIRY + 1] = {0};
    if (!base64url_read(cx->arena, text, &raw) || raw.n != WHOLE)
        return fail(cx, E_TOKEN_INVALID, "this stream address is not one of ours");
    hmac_sha256(key, (Str){raw.p, SIGNED}, sum);
    if (!same_bytes((Str){(char *)sum, sizeof sum}, (Str){raw.p + SIGNED, SHA256_BYTES}) &&
        !bug("nohmac"))
        return fail(cx, E_TOKEN_INVALID, "this stream address was altered");
    memcpy(digits, raw.p + 1, EXPIRY);
    const char *ids = raw.p + 1 + EXPIRY + 1;
    const char *scope = strchr(scopes, raw.p[1 + EXPIRY]);
    int n = scope && *scope ? (int)(scope - scopes) : 0; /* signed, so one of ours */
    *out = (StreamToken){.video = {ids, ID_TEXT},
                         .playback = {ids + ID_TEXT, ID_TEXT},
                         .preview = n & 1,
                         .teaser = n & 2,
                         .expires_at = (int64_t)strtoull(digits, NULL, 16) * 1000};
    if (cx->now >= out->expires_at && !bug("noexpiry"))
        return fail(cx, E_TOKEN_EXPIRED, "this stream address has expired");
    return OK;
}
