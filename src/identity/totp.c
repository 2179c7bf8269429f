#include "identity/totp.h"

#include "base/buf.h"
#include "base/fault.h"
#include "base/hash.h"
#include "common/audit.h"
#include "db/db.h"
#include "http/params.h"

enum { DIGITS = 6, MODULUS = 1000000 };

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

uint32_t totp_at(Str key, int64_t step)
{
    char counter[8];
    uint8_t sum[SHA1_BYTES];
    for (int i = 7; i >= 0; i--, step >>= 8)
        counter[i] = (char)(step & 0xff);
    hmac_sha1(key, (Str){counter, sizeof counter}, sum);
    const uint8_t *at = sum + (sum[SHA1_BYTES - 1] & 15);
    uint32_t code =
        (uint32_t)(at[0] & 127) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    return code % MODULUS;
}

static bool digits_of(Str typed, uint32_t *out)
{
    int n = 0;
    *out = 0;
    for (size_t i = 0; i < typed.n; i++) {
        char c = typed.p[i];
        if (c == ' ')
            continue;
        if (c < '0' || c > '9' || ++n > DIGITS)
            return false;
        *out = *out * 10 + (uint32_t)(c - '0');
    }
    return n == DIGITS;
}

int64_t totp_step(Str key, Str typed, int64_t now_ms)
{
    uint32_t code = 0;
    int64_t step = now_ms / TOTP_STEP_MS, found = -1;
    if (!digits_of(typed, &code))
        return -1;
    for (int64_t one = step - 1; one <= step + 1; one++)
        if (totp_at(key, one) == code)
            found = one;
    return found;
}

Str totp_text(Cx *cx, Str key)
{
    char *to = arena_take(cx->arena, key.n * 8 / 5 + 2);
    size_t n = 0;
    unsigned bits = 0, have = 0;
    for (size_t i = 0; i < key.n; i++) {
        bits = bits << 8 | (uint8_t)key.p[i];
        for (have += 8; have >= 5; have -= 5)
            to[n++] = letters[bits >> (have - 5) & 31];
    }
    if (have)
        to[n++] = letters[bits << (5 - have) & 31];
    return (Str){to, n};
}

bool totp_read(Cx *cx, Str text, Str *key)
{
    char *to = arena_take(cx->arena, text.n + 1);
    size_t n = 0;
    unsigned bits = 0, have = 0;
    for (size_t i = 0; i < text.n; i++) {
        const char *at = text.p[i] ? memchr(letters, text.p[i], 32) : NULL;
        if (!at)
            return false;
        bits = bits << 5 | (unsigned)(at - letters);
        have += 5;
        if (have >= 8) {
            have -= 8;
            to[n++] = (char)(bits >> have & 255);
        }
    }
    *key = (Str){to, n};
    return n == TOTP_BYTES && !have; /* one spelling only */
}

Str totp_address(Cx *cx, Str issuer, Str name, Str key)
{
    Buf b CLEANUP(buf_free) = BUF(4096);
    Str text = totp_text(cx, key);
    buf_put(&b, "otpauth://totp/", 15);
    percent_encode(&b, issuer);
    buf_put(&b, ":", 1);
    percent_encode(&b, name);
    buf_put(&b, "?secret=", 8);
    buf_put(&b, text.p, text.n);
    buf_put(&b, "&issuer=", 8);
    percent_encode(&b, issuer);
    return arena_str(cx->arena, (Str){b.p, b.n});
}

/* --- of an account */

Err totp_enabled(Cx *cx, Str account, bool *out)
{
    Str kept = {0};
    TRY(db_text(cx, SQL_TOTP_OF, ARGS(V(account)), &kept));
    *out = kept.n > 0;
    return OK;
}

static Err wrong(Cx *cx)
{
    return fail(cx, E_SIGN_IN, "this code is wrong, too old, or was used");
}

Err totp_enable(Cx *cx, Str account, Str key, Str typed)
{
    int64_t step = totp_step(key, typed, cx->now);
    Str kept = base64url(cx->arena, key.p, key.n);
    if (key.n != TOTP_BYTES || step < 0)
        return wrong(cx);
    TRY(db_run(cx, SQL_TOTP_SET, ARGS(V(kept), V(step), V(account)), NULL));
    return audit_add(cx, "account.second-factor", account, S("off"), S("on"));
}

Err totp_disable(Cx *cx, Str account)
{
    TRY(db_run(cx, SQL_TOTP_SET, ARGS(val_null(), V((int64_t)0), V(account)), NULL));
    return audit_add(cx, "account.second-factor", account, S("on"), S("off"));
}

Err totp_use(Cx *cx, Str account, Str typed)
{
    int64_t moved = 0;
    Str kept = {0}, key = {0};
    TRY(db_text(cx, SQL_TOTP_OF, ARGS(V(account)), &kept));
    if (!kept.n || !base64url_read(cx->arena, kept, &key))
        return wrong(cx);
    int64_t step = totp_step(key, typed, cx->now);
    if (step < 0)
        return wrong(cx);
    TRY(db_run(cx, SQL_TOTP_STEP, ARGS(V(step), V(account)), &moved));
    return moved || bug("totptwice") ? OK : wrong(cx);
}
