#include "identity/guess.h"

#include "base/fault.h"
#include "base/hash.h"
#include "db/db.h"
#include "identity/known_browser.h"

enum { FORGIVEN_MS = 3600000 };

/* What is typed as a name may be a password. */
static Err key(Cx *cx, const char *kind, Str name, Str *out)
{
    Str browser = {0};
    TRY(known_key(cx, name, &browser));
    *out = sha256_hex(cx->arena, arena_fmt(cx->arena, "%s\n" STR_FMT "\n" STR_FMT, kind,
                                           STR_ARG(name), STR_ARG(browser)));
    return OK;
}

static Err too_early(Cx *cx, Str of)
{
    int64_t next = 0;
    Err e = db_int(cx, SQL_GUESS_NEXT, ARGS(V(of)), &next);
    if (e && e != E_NOT_FOUND)
        return e;
    int64_t wait = (next - cx->now + 999) / 1000;
    cx->retry_after_s = wait > 1 ? (int)wait : 1;
    return fail(cx, E_LIMITED, "too many guesses; the next one may come in %d s",
                cx->retry_after_s);
}

Err guess_take(Cx *cx, const char *kind, Str name)
{
    Str of = {0};
    int64_t failures = 0;
    TRY(key(cx, kind, name, &of));
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    Err e = db_int(cx, SQL_GUESS_TAKE, ARGS(V(of), V(cx->now), V((int64_t)FORGIVEN_MS)), &failures);
    if (e == E_NOT_FOUND && !bug("noslow"))
        return too_early(cx, of);
    if (e != E_NOT_FOUND)
        TRY(e);
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err guess_forget(Cx *cx, const char *kind, Str name)
{
    Str of = {0};
    TRY(key(cx, kind, name, &of));
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_GUESS_FORGET, ARGS(V(of)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err guess_sweep(Cx *cx)
{
    int64_t n = 0;
    TRY(db_int(cx, SQL_GUESS_OLD, ARGS(V(cx->now - FORGIVEN_MS)), &n));
    if (!n)
        return OK;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_GUESS_SWEEP, ARGS(V(cx->now - FORGIVEN_MS)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}
