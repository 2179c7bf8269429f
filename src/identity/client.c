#include "identity/client.h"

#include "base/buf.h"
#include "base/fault.h"
#include "common/audit.h"
#include "db/db.h"
#include "identity/account.h"

static bool letter(char c)
{
    return c > ' ' && c < 127 && c != '"' && c != '<' && c != '>' && c != '\\' && c != '^' &&
           c != '`' && c != '{' && c != '}' && c != '|' && c != '#' && c != '*';
}

/* http is for programs on the very machine of who uses them, RFC 8252 7.3. */
static bool of_loopback(Str uri)
{
    static const char *const HOSTS[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};
    for (size_t i = 0; i < COUNT(HOSTS); i++) {
        Str host = str_of(HOSTS[i]);
        if (str_begins(uri, host) && uri.n > host.n &&
            (uri.p[host.n] == ':' || uri.p[host.n] == '/'))
            return true;
    }
    return false;
}

static bool of_a_domain(Str scheme)
{
    bool dot = false;
    for (size_t i = 0; i < scheme.n; i++) {
        char c = scheme.p[i];
        if (!((c >= 'a' && c <= 'z') || (i && ((c >= '0' && c <= '9') || c == '.' || c == '-'))))
            return false;
        dot |= c == '.';
    }
    return dot;
}

bool client_uri_fit(Str uri)
{
    Str rest = {0}, scheme = str_cut(uri, ':', &rest);
    for (size_t i = 0; i < uri.n; i++)
        if (!letter(uri.p[i]))
            return false;
    if (uri.n > CLIENT_URI_BYTES || !rest.n)
        return false;
    if (str_eq(scheme, S("https")))
        return rest.n > 3 && str_begins(rest, S("//")) && rest.p[2] != '/' &&
               !memchr(rest.p, '@', rest.n);
    return of_loopback(uri) ? !memchr(uri.p, '@', uri.n) : of_a_domain(scheme);
}

static Err check_uris(Cx *cx, const StrList *uris)
{
    if (!uris->n || uris->n > CLIENT_URIS_MAX)
        return fail(cx, E_INVALID, "name one to %d redirect URIs", CLIENT_URIS_MAX);
    for (size_t i = 0; i < uris->n; i++)
        if (!client_uri_fit(uris->p[i]))
            return fail(cx, E_INVALID,
                        STR_FMT " cannot be a redirect URI: https://…, http://127.0.0.1…, or a "
                                "scheme as id.example.app:/…",
                        STR_ARG(uris->p[i]));
    return OK;
}

static Str uris_json(Cx *cx, const StrList *uris)
{
    Buf b CLEANUP(buf_free) = BUF(CLIENT_URIS_MAX * (2 * CLIENT_URI_BYTES));
    for (size_t i = 0; i < uris->n; i++) {
        buf_byte(&b, i ? ',' : '[');
        buf_json_str(&b, uris->p[i]);
    }
    buf_byte(&b, ']');
    return arena_str(cx->arena, (Str){b.p, b.n});
}

Err client_add(Cx *cx, Str id, Str name, const StrList *uris)
{
    TRY(account_fit(cx, id));
    TRY(check_uris(cx, uris));
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    Err e = db_run(cx, SQL_OAUTH_CLIENT_ADD,
                   ARGS(V(id), V(name), V(uris_json(cx, uris)), V(cx->now)), NULL);
    if (e == E_CONFLICT)
        return fail(cx, e, "there is a client " STR_FMT " already", STR_ARG(id));
    TRY(e);
    TRY(audit_add(cx, "oauth_client.add", id, (Str){0}, uris_json(cx, uris)));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

Err client_by_id(Cx *cx, Str id, OauthClientRow *out)
{
    Err e = db_one(cx, SQL_OAUTH_CLIENT_BY_ID, ARGS(V(id)), &OAUTH_CLIENT_ROW, out);
    return e == E_NOT_FOUND ? fail(cx, e, "there is no client of this id") : e;
}

Err client_remove(Cx *cx, Str id)
{
    int64_t gone = 0;
    Tx tx CLEANUP(tx_end) = {0};
    TRY(tx_begin(cx, &tx));
    TRY(db_run(cx, SQL_OAUTH_CLIENT_DROP, ARGS(V(id)), &gone));
    if (!gone)
        return fail(cx, E_NOT_FOUND, "there is no client " STR_FMT, STR_ARG(id));
    TRY(audit_add(cx, "oauth_client.remove", id, (Str){0}, (Str){0}));
    TRY(tx_commit(&tx));
    return db_settle(cx);
}

bool client_has_uri(const OauthClientRow *client, Str uri)
{
    for (size_t i = 0; i < client->redirect_uris.n; i++)
        if (str_eq(client->redirect_uris.p[i], uri) ||
            (bug("prefixuri") && str_begins(uri, client->redirect_uris.p[i])))
            return true;
    return false;
}
