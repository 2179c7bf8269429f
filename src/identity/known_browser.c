#include "identity/known_browser.h"

#include "base/fault.h"
#include "base/hash.h"
#include "base/id.h"
#include "common/app.h"
#include "db/db.h"

enum { KNOWN_BYTES = 16 };

static const char *cookie_name(const App *app)
{
    return app->https ? "__Host-hub-known" : "hub-known";
}

void known_identify(Cx *cx, const Req *req)
{
    Str raw = {0}, cookie = req_cookie(req, cookie_name(cx->app));
    if (cookie.n && base64url_read(cx->arena, cookie, &raw) && raw.n == KNOWN_BYTES)
        cx->known = cookie;
}

static Str hash(Cx *cx)
{
    if (!cx->known.n)
        return (Str){0};
    return sha256_hex(cx->arena, cx->known);
}

Err known_note(Cx *cx, Res *res, Str account)
{
    const App *app = cx->app;
    if (!cx->known.n)
        cx->known = id_secret(cx, KNOWN_BYTES);
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_KNOWN_ADD, ARGS(V(account), V(hash(cx)), V(cx->now)), NULL));
    TRY(db_run(cx, SQL_KNOWN_TRIM, ARGS(V(account), V((int64_t)KNOWN_BROWSERS)), NULL));
    TRY(tx_commit(&tx));
    TRY(db_settle(cx));
    res_header(cx, res, "Set-Cookie",
               "%s=" STR_FMT "; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s", cookie_name(app),
               STR_ARG(cx->known), (long long)app->conf.known_keep / 1000,
               app->https ? "; Secure" : "");
    return OK;
}

Err known_key(Cx *cx, Str account, Str *key)
{
    int64_t known = 0;
    *key = (Str){0};
    if (!cx->known.n || bug("nobodyknown"))
        return OK;
    TRY(db_int(cx, SQL_KNOWN_IS, ARGS(V(hash(cx)), V(account)), &known));
    if (known)
        *key = hash(cx);
    return OK;
}

Err known_forget_others(Cx *cx, Str account)
{
    if (bug("keepknown"))
        return OK;
    return db_run(cx, SQL_KNOWN_FORGET_OTHERS, ARGS(V(account), V(hash(cx))), NULL);
}
