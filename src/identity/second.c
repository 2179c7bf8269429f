#include "identity/second.h"

#include "base/fault.h"
#include "base/hash.h"
#include "base/id.h"
#include "identity/guess.h"
#include "identity/code.h"
#include "identity/recovery.h"
#include "identity/totp.h"

#include <stdlib.h>

enum { LIFE_MS = 300000, EXPIRY = 12, SIGNED = EXPIRY + ID_TEXT, WHOLE = SIGNED + SHA256_BYTES };

/* A seal of one kind of text says nothing for another kind. */
static void seal(Cx *cx, const char *raw, uint8_t out[SHA256_BYTES])
{
    hmac_sha256(cx->app->stream_key, arena_fmt(cx->arena, "second factor\n%.*s", SIGNED, raw), out);
}

Str second_write(Cx *cx, Str account)
{
    char raw[WHOLE];
    Str text =
        arena_fmt(cx->arena, "%012llx" STR_FMT,
                  (unsigned long long)(cx->now + LIFE_MS) & 0xffffffffffff, STR_ARG(account));
    memcpy(raw, text.p, SIGNED);
    seal(cx, raw, (uint8_t *)raw + SIGNED);
    return base64url(cx->arena, raw, WHOLE);
}

Err second_read(Cx *cx, Str text, Str *account)
{
    Str raw = {0};
    uint8_t sum[SHA256_BYTES];
    char digits[EXPIRY + 1] = {0};
    bool ours = base64url_read(cx->arena, text, &raw) && raw.n == WHOLE;
    if (ours) {
        seal(cx, raw.p, sum);
        ours = same_bytes((Str){(char *)sum, sizeof sum}, (Str){raw.p + SIGNED, SHA256_BYTES}) ||
               bug("noseal2");
        memcpy(digits, raw.p, EXPIRY);
    }
    if (!ours || cx->now >= (int64_t)strtoull(digits, NULL, 16))
        return fail(cx, E_SIGN_IN, "this took too long; sign in again");
    *account = (Str){raw.p + EXPIRY, ID_TEXT};
    return OK;
}

static Err use(Cx *cx, Str account, Str typed)
{
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(code_hash(cx, typed).n ? recovery_use(cx, account, typed) : totp_use(cx, account, typed));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err second_check(Cx *cx, Str account, Str typed)
{
    TRY(guess_take(cx, "code", account));
    TRY(use(cx, account, typed));
    return guess_forget(cx, "code", account);
}
