"""Who is asking: bearer tokens and session cookies."""
import hashlib
import secrets
import time

from case import check, equal, run, test
from hub import Hub

HOUR = 3_600_000


def start():
    hub = Hub()
    hub.account("ed", "editor")
    hub.ed = hub.token("ed")
    return hub


def session(hub, name, ends_in_ms=HOUR):
    """The secret of a browser session, as the sign-in form makes one."""
    secret = secrets.token_urlsafe(32)
    now = int(time.time() * 1000)
    account = hub.sql("SELECT id FROM account WHERE name = ?", name)[0][0]
    hub.sql("INSERT INTO credential (id, hash, account, kind, created_at, used_at, expires_at) VALUES (?,?,?,?,?,?,?)", secrets.token_hex(13),
            hashlib.sha256(secret.encode()).hexdigest(), account, "session", now, now, now + ends_in_ms)
    return secret


def me(hub, token=None, **headers):
    return hub.client(token, headers={k.replace("_", "-"): v for k, v in headers.items()}).get("/v1/me")


@test
def a_token_of_the_command_line_tells_who_one_is(hub):
    for role in ("fan", "premium", "sponsor", "editor", "moderator", "admin"):
        hub.account(f"one-{role}", role)
        told = me(hub, hub.token(f"one-{role}")).json
        equal(told["name"], f"one-{role}", "name")
        equal(told["roles"], [role], "roles")
        equal(told["membership"], "premium" if role == "premium" else "free", "membership")


@test
def nobody_and_nonsense_are_answered_401_with_a_challenge(hub):
    rows = [None, "Basic ZWQ6eA==", "Bearer", "Bearer ", "Bearer x", "Bearer " + "A" * 4000, hub.ed, "Bearer" + hub.ed, "Bearer  " + hub.ed,
            "Bearer " + hub.ed + "x", "Bearer " + hub.ed[:-1], "Bearer " + hub.ed.swapcase(), "Token " + hub.ed, "Digest username=ed"]
    for row in rows:
        answer = hub.client(headers={"Authorization": row}).get("/v1/me")
        equal(answer.status, 401, f"Authorization: {str(row)[:40]}")
        equal(answer.header("www-authenticate"), "Bearer", "challenge")


@test
def the_scheme_may_be_spelled_in_any_case(hub):
    for scheme in ("bearer", "BEARER", "BeArEr"):
        equal(me(hub, Authorization=f"{scheme} {hub.ed}").status, 200, scheme)


@test
def bad_credentials_are_refused_even_where_none_are_needed(hub):
    equal(hub.client("nonsense").get("/v1/videos").status, 401, "list")
    equal(hub.client().get("/v1/videos").status, 200, "list without any")


@test
def a_revoked_token_and_a_token_of_a_disabled_account_are_refused(hub):
    hub.account("gone", "editor")
    one, other = hub.token("gone"), hub.token("gone")
    hub.sql("UPDATE credential SET revoked_at = 1 WHERE hash = ?", hashlib.sha256(one.encode()).hexdigest())
    equal(me(hub, one).status, 401, "revoked")
    equal(me(hub, other).status, 200, "the other one")
    hub.sql("UPDATE account SET disabled_at = 1 WHERE name = 'gone'")
    equal(me(hub, other).status, 401, "of a disabled account")


@test
def the_database_holds_no_token(hub):
    token = hub.token("ed")
    for table in ("credential", "account", "audit"):
        for row in hub.sql(f"SELECT * FROM {table}"):
            check(token not in map(str, row), f"{table} holds a token")


@test
def a_token_ends_when_its_time_is_over(hub):
    short, plain, long = hub.token("ed", "10min"), hub.token("ed"), hub.token("ed", "7d")
    rows = [(0, 200, 200, 200), (9 * 60_000, 200, 200, 200), (10 * 60_000 + 5000, 401, 200, 200), (HOUR + 5000, 401, 401, 200),
            (7 * 24 * HOUR + 5000, 401, 401, 401)]
    for late, *wanted in rows:
        for fault in hub.restart(env={"HUB_NOW": f"+{late}"}):
            check(False, fault)
        equal([me(hub, token).status for token in (short, plain, long)], wanted, f"{late} ms later")
    hub.restart(env={})


@test
def a_session_is_no_token_and_a_token_no_session(hub):
    secret = session(hub, "ed")
    equal(me(hub, secret).status, 401, "a session as bearer")
    equal(me(hub, Cookie=f"hub={hub.ed}").status, 401, "a token as cookie")
    equal(me(hub, Cookie=f"hub={secret}").status, 200, "a session as cookie")


@test
def unsafe_requests_with_a_cookie_come_from_our_own_origin(hub):
    client = hub.client(headers={"Cookie": f"hub={session(hub, 'ed')}"})
    rows = [({"Origin": hub.base}, 201), ({"Origin": "https://evil.example"}, 403), ({"Origin": "null"}, 403), ({}, 403),
            ({"Sec-Fetch-Site": "same-origin"}, 201), ({"Sec-Fetch-Site": "none"}, 201), ({"Sec-Fetch-Site": "cross-site"}, 403),
            ({"Sec-Fetch-Site": "same-site"}, 403), ({"Origin": hub.base.upper()}, 403), ({"Origin": hub.base + ".evil.example"}, 403),
            ({"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, 403)]
    for headers, status in rows:
        equal(client.post("/v1/shows", headers=headers, title="A show").status, status, headers)
    equal(client.get("/v1/me", headers={"Origin": "https://evil.example"}).status, 200, "a safe request")
    token = hub.client(hub.ed)
    equal(token.post("/v1/shows", headers={"Origin": "https://evil.example"}, title="A show").status, 201, "a bearer needs no origin")


@test
def an_ended_session_is_a_visitor(hub):
    client = hub.client(headers={"Cookie": f"hub={session(hub, 'ed', -1000)}"})
    equal(client.get("/v1/videos").status, 200, "open to all")
    equal(client.get("/v1/me").status, 401, "one's own")


@test
def an_authorization_header_wins_over_a_cookie(hub):
    equal(me(hub, "nonsense", Cookie=f"hub={session(hub, 'ed')}").status, 401, "a bad bearer with a good cookie")


@test
def names_of_accounts_are_taken_once_and_are_plain(hub):
    equal(hub.command("account", "add", "ed", "--role", "fan").code, 1, "taken")
    for name in ("", "Ed", "a b", "a/b", "-x", ".x", "é", "x" * 41):
        equal(hub.command("account", "add", name, "--role", "fan").code, 2, repr(name))
    equal(hub.command("account", "add", "x" * 40, "--role", "fan").code, 0, "40 characters")
    equal(hub.command("account", "add", "role", "--role", "boss").code, 2, "an unknown role")


run(start)
