#include "identity/second.h"

#include "base/fault.h"
#include "base/hash.h"
#include "base/id.h"
#include "db/db.h"
#include "identity/guess.h"
#include "identity/code.h"
#include "identity/recovery.h"
#include "identity/totp.h"

#include <stdlib.h>

enum { LIFE_MS = 300000, EXPIRY = 12, SHOWN = 16, SHOWN_AT = EXPIRY + ID_TEXT };
enum { SIGNED = SHOWN_AT + SHOWN, WHOLE = SIGNED + SHA256_BYTES };

/* A seal of one kind of text says nothing for another kind. */
static void seal(Cx *cx, const char *raw, uint8_t out[SHA256_BYTES])
{
    hmac_sha256(cx->app->stream_key, arena_fmt(cx->arena, "second factor\n%.*s", SIGNED, raw), out);
}

/* Of the password that was shown: who makes a new one because the old one is known is rid of
 * whoever stands between the steps. */
static Str mark(Cx *cx, const AccountRow *of)
{
    uint8_t sum[SHA256_BYTES];
    Str password = of->has.password && !bug("oldmark") ? of->password : (Str){0};
    hmac_sha256(cx->app->stream_key,
                arena_fmt(cx->arena, "shown password\n" STR_FMT, STR_ARG(password)), sum);
    return hex_text(cx->arena, sum, SHOWN / 2);
}

Str second_write(Cx *cx, const AccountRow *account)
{
    char raw[WHOLE];
    Str text = arena_fmt(cx->arena, "%012llx" STR_FMT STR_FMT,
                         (unsigned long long)(cx->now + LIFE_MS) & 0xffffffffffff,
                         STR_ARG(account->id), STR_ARG(mark(cx, account)));
    memcpy(raw, text.p, SIGNED);
    seal(cx, raw, (uint8_t *)raw + SIGNED);
    return base64url(cx->arena, raw, WHOLE);
}

static Err too_late(Cx *cx)
{
    return fail(cx, E_SIGN_IN, "this took too long; sign in again");
}

Err second_read(Cx *cx, Str text, Str *account)
{
    Str raw = {0};
    AccountRow row = {0};
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
        return too_late(cx);
    Err e = db_one(cx, SQL_ACCOUNT_BY_ID, ARGS(V(((Str){raw.p + EXPIRY, ID_TEXT}))), &ACCOUNT_ROW,
                   &row);
    if (e && e != E_NOT_FOUND)
        return e;
    if (e || !same_bytes(mark(cx, &row), (Str){raw.p + SHOWN_AT, SHOWN}))
        return too_late(cx);
    *account = row.id;
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
