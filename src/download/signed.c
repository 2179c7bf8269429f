#include "download/signed.h"

#include "base/fault.h"
#include "base/hash.h"
#include "common/app.h"
#include "download/live.h"
#include "http/params.h"

#include <stdlib.h>

enum { EXPIRY = 9, HEAD = 1 + EXPIRY, URL_MAX = 4096 };

/* A seal of one kind of address says nothing for another kind. */
static void seal(Str key, Str text, uint8_t out[SHA256_BYTES])
{
    uint8_t own[SHA256_BYTES];
    hmac_sha256(key, S("signed downloads, 1"), own);
    hmac_sha256((Str){(char *)own, sizeof own}, text, out);
}

Str signed_write(Cx *cx, Str key, const SignedFile *f, int64_t until)
{
    Str text = arena_fmt(cx->arena, "1%09llx\n" STR_FMT "\n" STR_FMT "\n" STR_FMT "\n" STR_FMT,
                         (unsigned long long)until / 1000, STR_ARG(f->blob), STR_ARG(f->sha256),
                         STR_ARG(f->media_type), STR_ARG(f->name));
    char *raw = arena_take(cx->arena, text.n + SHA256_BYTES);
    memcpy(raw, text.p, text.n);
    seal(key, text, (uint8_t *)raw + text.n);
    return base64url(cx->arena, raw, text.n + SHA256_BYTES);
}

static Err altered(Cx *cx)
{
    return fail(cx, E_TOKEN_INVALID, "this address was altered, or is none of ours");
}

Err signed_read(Cx *cx, Str key, Str token, SignedFile *file)
{
    Str raw = {0}, rest = {0};
    uint8_t sum[SHA256_BYTES];
    char digits[EXPIRY + 1] = {0};
    if (!base64url_read(cx->arena, token, &raw) || raw.n < HEAD + SHA256_BYTES)
        return altered(cx);
    Str text = {raw.p, raw.n - SHA256_BYTES};
    seal(key, text, sum);
    if (!same_bytes((Str){(char *)sum, sizeof sum}, (Str){str_end(text), SHA256_BYTES}) &&
        !bug("noseal"))
        return altered(cx);
    memcpy(digits, text.p + 1, EXPIRY);
    SignedFile f = {.expires_at = (int64_t)strtoull(digits, NULL, 16) * 1000};
    (void)str_cut(text, '\n', &rest);
    f.blob = str_cut(rest, '\n', &rest);
    f.sha256 = str_cut(rest, '\n', &rest);
    f.media_type = str_cut(rest, '\n', &rest);
    f.name = rest;
    if (live_now(cx) >= f.expires_at && !bug("nosignedend"))
        return fail(cx, E_GONE, "this address has expired; the ticket gives a new one");
    *file = f;
    return OK;
}

Str signed_url(Cx *cx, const SignedFile *file, int64_t until)
{
    Buf name CLEANUP(buf_free) = BUF(URL_MAX);
    Str token = signed_write(cx, cx->app->stream_key, file, until);
    percent_encode(&name, file->name);
    return app_url(
        cx, arena_fmt(cx->arena, "/signed/" STR_FMT "/%.*s", STR_ARG(token), (int)name.n, name.p));
}
