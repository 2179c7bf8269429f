#include "identity/session.h"

#include "base/fault.h"
#include "identity/account.h"
#include "identity/age.h"
#include "identity/federated.h"
#include "identity/known_browser.h"
#include "identity/verified.h"
#include "identity/visitor.h"

enum { HOUR_MS = 3600000, AGENT_MAX = 200 };

static bool loopback_host(Str url)
{
    static const char *const hosts[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};
    for (size_t i = 0; i < COUNT(hosts); i++) {
        size_t n = strlen(hosts[i]);
        char next = url.n > n ? url.p[n] : '/';
        if (str_begins(url, str_of(hosts[i])) && (next == ':' || next == '/'))
            return true;
    }
    return false;
}

/* A header may hold any byte. */
static Str plain_text(Cx *cx, Str agent)
{
    char *to = arena_take(cx->arena, agent.n + 1);
    for (size_t i = 0; i < agent.n; i++)
        to[i] = agent.p[i] >= ' ' && agent.p[i] <= '~' ? agent.p[i] : '?';
    return (Str){to, agent.n};
}

const char *session_cookie_name(const App *app)
{
    if (app->https)
        return "__Host-hub";
    return loopback_host(app->public_url) || app->conf.insecure_http ? "hub" : NULL;
}

void session_set_cookie(Cx *cx, Res *res, Str secret)
{
    const App *app = cx->app;
    long long life = secret.n ? (long long)app->conf.session_life / 1000 : 0;
    res_header(cx, res, "Set-Cookie",
               "%s=" STR_FMT "; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s",
               session_cookie_name(app), STR_ARG(secret), life, app->https ? "; Secure" : "");
}

/* Who signs in does not leave. */
static Err stays(Cx *cx, Str account)
{
    int64_t leaving = 0;
    TRY(db_int(cx, SQL_ACCOUNT_LEAVING, ARGS(V(account), V(cx->now)), &leaving));
    if (!leaving)
        return OK;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_ACCOUNT_STAYS, ARGS(V(account), V(cx->now)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err session_begin(Cx *cx, const Req *req, Res *res, Str account)
{
    Str secret = {0}, agent = req_header(req, "User-Agent");
    agent.n = agent.n > AGENT_MAX ? AGENT_MAX : agent.n;
    if (cx->viewer.by_cookie) /* one browser, one session */
        TRY(credential_revoke(cx, cx->viewer.session));
    TRY(credential_new(
        cx, &(CredentialNew){account, "session", cx->app->conf.session_life, plain_text(cx, agent)},
        &secret));
    TRY(stays(cx, account));
    TRY(visitor_becomes(cx, account));
    session_set_cookie(cx, res, secret);
    return provider_used(cx->app) ? OK /* whose people guess at nothing here */
                                  : known_note(cx, res, account);
}

bool session_same_origin(const App *app, const Req *req)
{
    Str origin = req_header(req, "Origin"), site = req_header(req, "Sec-Fetch-Site");
    if (bug("noorigin"))
        return true;
    if (origin.p)
        return str_eq(origin, app->origin);
    return site.p && (str_eq(site, S("same-origin")) || str_eq(site, S("none")));
}

/* A session goes on while it is used; the row is written at most once an hour. */
static Err touch(Cx *cx, const CredentialRow *row)
{
    if (cx->now - row->used_at < HOUR_MS)
        return OK;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_CREDENTIAL_USED,
               ARGS(V(cx->now), V(cx->now + cx->app->conf.session_life), V(row->id)), NULL));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

/* What is for everybody may not answer 401: bad credentials make a visitor there. */
static bool for_everybody(const Req *req)
{
    return req->route && !(req->route->errors & ERR_BIT(E_SIGN_IN));
}

/* An access token of an issuer has dots, one of the command line has none. */
static Err by_token(Cx *cx, Str token)
{
    CredentialRow row = {0};
    Str grant = {0};
    if (!memchr(token.p, '.', token.n))
        return credential_viewer(cx, token, "token", &cx->viewer, &row);
    if (provider_used(cx->app)) {
        TRY(federated_viewer(cx, token, &cx->viewer));
    } else {
        TRY(verified_grant(cx, token, &grant));
        TRY(grant_viewer(cx, grant, &cx->viewer));
    }
    cx->viewer.by_program = true;
    return OK;
}

static Err by_bearer(Cx *cx, const Req *req, Str header)
{
    bool bearer = header.n >= 8 && strncasecmp(header.p, "Bearer ", 7) == 0;
    Err e = bearer ? by_token(cx, (Str){header.p + 7, header.n - 7})
                   : fail(cx, E_SIGN_IN, "Authorization must be: Bearer and a token");
    if (e != E_SIGN_IN || !for_everybody(req))
        return e;
    cx->said[0] = 0;
    return OK;
}

static Err by_cookie(Cx *cx, const Req *req, Str secret)
{
    CredentialRow row = {0};
    Viewer viewer = {0};
    bool safe = req->method == M_GET || req->method == M_HEAD || req->method == M_OPTIONS;
    Err e = credential_viewer(cx, secret, "session", &viewer, &row);
    if (e == E_SIGN_IN) { /* an ended session is a visitor, not an error */
        cx->said[0] = 0;
        return OK;
    }
    TRY(e);
    if (!safe && !session_same_origin(cx->app, req))
        return fail(cx, E_FORBIDDEN, "this request came from a page of another site");
    TRY(touch(cx, &row));
    cx->viewer = viewer;
    cx->viewer.by_cookie = true;
    return OK;
}

Err session_identify(Cx *cx, const Req *req)
{
    Str header = req_header(req, "Authorization");
    visitor_identify(cx, req);
    age_identify(cx, req);
    known_identify(cx, req);
    if (header.p)
        return by_bearer(cx, req, header);
    const char *name = session_cookie_name(cx->app);
    Str secret = name ? req_cookie(req, name) : (Str){0};
    return secret.n ? by_cookie(cx, req, secret) : OK;
}
