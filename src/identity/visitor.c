#include "identity/visitor.h"

#include "base/hash.h"
#include "base/id.h"
#include "db/db.h"
#include "identity/session.h"

enum { VISITOR_BYTES = 16 };

static const char *cookie_name(const App *app)
{
    return app->https ? "__Host-hub-viewer" : "hub-viewer";
}

void visitor_identify(Cx *cx, const Req *req)
{
    Str raw = {0}, cookie = req_cookie(req, cookie_name(cx->app));
    if (cookie.n && base64url_read(cx->arena, cookie, &raw) && raw.n == VISITOR_BYTES)
        cx->visitor = cookie;
}

static Str hash(Cx *cx, Str secret)
{
    return sha256_hex(cx->arena, secret);
}

Str visitor_key(Cx *cx)
{
    const App *app = cx->app;
    if (cx->viewer.id.n)
        return (Str){0};
    if (!cx->visitor.n) {
        if (!session_cookie_name(app)) /* nobody can sign in here, so it would be of no use */
            return (Str){0};
        cx->visitor = id_secret(cx, VISITOR_BYTES);
        cx->cookie =
            arena_fmt(cx->arena, "%s=" STR_FMT "; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s",
                      cookie_name(app), STR_ARG(cx->visitor),
                      (long long)app->conf.proof_life / 1000, app->https ? "; Secure" : "");
    }
    return hash(cx, cx->visitor);
}

Err visitor_becomes(Cx *cx, Str account)
{
    if (!cx->visitor.n)
        return OK;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    Str visitor = hash(cx, cx->visitor);
    TRY(db_run(cx, SQL_VISITOR_HISTORY, ARGS(V(account), V(visitor)), NULL));
    TRY(db_run(cx, SQL_VISITOR_BECOMES, ARGS(V(account), V(visitor)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}
