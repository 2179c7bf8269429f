"""Another issuer signs people in: the flow a browser takes, what is refused on the way, accounts and roles, its keys while they turn and while it is away."""
import atexit
import concurrent.futures
import http.client
import json
import os
import pathlib
import shutil
import tempfile
import urllib.parse

from browser import Browser
from case import check, equal, need, run, test
from hub import Hub, free_port
from issuer import Issuer, Key

SECRET = "s3cr&t:of=the hub"
CLOCK = pathlib.Path(tempfile.mkdtemp(prefix="hub-oidc-"), "clock")
atexit.register(shutil.rmtree, CLOCK.parent, ignore_errors=True)
MINUTE, HOUR = 60_000, 3_600_000


def start():
    CLOCK.write_text("+0ms")
    issuer = Issuer(free_port(), secret=SECRET, path="/realms/hub").start()
    hub = Hub("--oidc-issuer", issuer.base, "--oidc-client", "hub", "--oidc-algorithms", "RS256,ES256", env={"HUB_OIDC_CLIENT_SECRET": SECRET, "HUB_NOW": f"@{CLOCK}"})
    hub.issuer = issuer
    return hub


def fresh(hub):
    """A hub that has asked nothing yet, of an issuer that does as it should."""
    hub.issuer.reset()
    CLOCK.write_text("+0ms")
    faults = hub.restart()
    need(not faults, faults)
    hub.issuer.asked.clear()
    return hub.issuer


def later(ms):
    CLOCK.write_text(f"+{ms}")


def at_issuer(address):
    """What the issuer tells the browser: the path of the hub it sends it to."""
    url = urllib.parse.urlsplit(address)
    wire = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
    try:
        wire.request("GET", f"{url.path}?{url.query}")
        answer = wire.getresponse()
        answer.read()
        need(answer.status == 302, f"the issuer lets in: {answer.status}")
        back = urllib.parse.urlsplit(answer.getheader("Location"))
        return f"{back.path}?{back.query}"
    finally:
        wire.close()


def begun(hub, next="/"):
    browser = Browser(hub).get("/auth/login?next=" + urllib.parse.quote(next))
    need(browser.status == 303, browser.answer)
    return browser, at_issuer(browser.answer.header("Location"))


def sign_in(hub, next="/"):
    browser, back = begun(hub, next)
    return browser.get(back)


def bearer(hub, token):
    return hub.client(token).get("/v1/me")


@test
def a_browser_signs_in_at_the_issuer_and_comes_back(hub):
    issuer = fresh(hub)
    browser = Browser(hub).get("/auth/login?next=/search%3Fq%3Da")
    there = browser.answer.header("Location")
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(there).query))
    check(there.startswith(issuer.base + "/authorize?"), there)
    equal({k: asked[k] for k in ("response_type", "client_id", "redirect_uri", "scope", "code_challenge_method")},
          {"response_type": "code", "client_id": "hub", "redirect_uri": hub.base + "/auth/callback", "scope": "openid profile", "code_challenge_method": "S256"}, "what it asks for")
    equal([len(asked[k]) for k in ("state", "nonce", "code_challenge")], [43, 43, 43], "256 bits each")
    kept = browser.answer.header("Set-Cookie")
    check("HttpOnly" in kept and "SameSite=Lax" in kept and "Max-Age=600" in kept, kept)
    browser.get(at_issuer(there))
    equal((browser.status, browser.answer.header("Location")), (303, "/search?q=a"), "signed in, and on")
    equal(browser.name, "sari", "who")
    check("hub-sign-in" not in browser.cookies, browser.cookies)
    equal(sign_in(hub, "//evil.example").answer.header("Location"), "/", "stays here")


@test
def an_answer_that_is_not_to_this_request_lets_nobody_in(hub):
    issuer = fresh(hub)
    for what, change in {"another state": {"state": "x" * 43}, "no state": {"state": None}, "another iss": {"iss": "http://evil.example"}, "no iss": {"iss": None}, "no code": {"code": None},
                         "another code": {"code": "abc"}, "an error": {"code": None, "error": "access_denied"}}.items():
        issuer.answer = change
        browser = sign_in(hub)
        equal((browser.status, browser.name), (401, None), what)
        check("/auth/login" in browser.answer.body.decode(), "a way on")
    issuer.answer = {}
    _, back = begun(hub)
    equal(Browser(hub).get(back).status, 401, "in another browser")
    browser, back = begun(hub)
    browser.get(back)
    browser.cookies.clear()
    equal(browser.get(back).status, 401, "a second time")
    browser, back = begun(hub)
    name, kept = next(iter(browser.cookies.items()))
    browser.cookies[name] = kept[:-2] + ("AA" if kept[-2:] != "AA" else "BB")
    equal(browser.get(back).status, 401, "an altered cookie")
    browser, back = begun(hub)
    later(11 * MINUTE)
    equal(browser.get(back).status, 401, "too late")


@test
def a_token_that_does_not_hold_lets_nobody_in(hub):
    issuer = fresh(hub)
    for what, claims in {"issuer": {"iss": "http://evil.example"}, "audience": {"aud": "other"}, "party": {"aud": ["hub", "other"], "azp": "other"}, "nonce": {"nonce": "x" * 43},
                         "no nonce": {"nonce": None}, "subject": {"sub": None}, "expiry": {"exp": 1}}.items():
        issuer.claims = claims
        equal((sign_in(hub).status, what), (401, what), "refused")
    issuer.claims = {}
    for alg in ("none", "HS256", "PS256"):
        issuer.header = {"alg": alg}
        equal((sign_in(hub).status, alg), (401, alg), "refused")
    issuer.header = {}
    good, issuer.key = issuer.key, Key("first")
    equal(sign_in(hub).status, 401, "signed by another key of the same name")
    issuer.key = good
    equal(sign_in(hub).status, 303, "and this one holds")


@test
def an_account_is_the_issuer_and_its_subject(hub):
    issuer = fresh(hub)
    issuer.user = {"sub": "u-7", "preferred_username": "Budi.Santoso@mail.example"}
    first = sign_in(hub)
    equal(first.name, "budi.santoso", "what stands before the @")
    issuer.user = {"sub": "u-7", "preferred_username": "sari"}
    equal(sign_in(hub).name, "budi.santoso", "another name, the same person")
    issuer.user = {"sub": "u-8", "preferred_username": "budi.santoso", "email": "Budi.Santoso@mail.example"}
    other = sign_in(hub).name
    check(other.startswith("budi.santoso-") and len(other) == 19, f"the same name, another person: {other}")
    hub.account("lokal", "admin", "kuda laut minum kopi")
    issuer.user = {"sub": "u-9", "preferred_username": "lokal"}
    check(sign_in(hub).name.startswith("lokal-"), "nobody becomes somebody by a name")
    for sub, name in (("u-10", None), ("u-11", "李雷"), ("u-12", "<b>")):
        issuer.user = {"sub": sub, "preferred_username": name}
        check(sign_in(hub).name.startswith(("user", "b")), name)


@test
def another_issuers_same_subject_is_another_account(hub):
    issuer = fresh(hub)
    issuer.user = {"sub": "u-20", "preferred_username": "tono"}
    equal(sign_in(hub).name, "tono", "here")
    second = Issuer(free_port()).start()
    second.user = issuer.user
    flags, env = hub.flags, hub.env
    hub.restart("--oidc-issuer", second.base, "--oidc-client", "hub", env={"HUB_NOW": f"@{CLOCK}"})
    check(sign_in(hub).name.startswith("tono-"), "there, with a public client")
    second.stop()
    hub.restart(*flags, env=env)


@test
def the_issuers_roles_decide(hub):
    issuer = fresh(hub)
    for roles, role in ((["editor", "fan"], "editor"), (["fan", "moderator", "admin"], "admin"), (["offline_access"], "fan"), ("premium", "premium"), (None, "fan")):
        issuer.user = {"sub": "u-30", "preferred_username": "ratna", "realm_access": {"roles": roles}}
        browser = sign_in(hub)
        told = json.loads(browser.client.get("/v1/me", headers=browser._headers()).body)
        equal(told["roles"], [role], f"by {roles}")
    flags = hub.flags
    hub.restart(*flags, "--oidc-roles-claim", "https://tsk.example/roles")
    issuer.user = {"sub": "u-31", "preferred_username": "ratna2", "https://tsk.example/roles": ["editor"]}
    equal(bearer(hub, issuer.access()).json["roles"], ["editor"], "a claim with dots in its name")
    hub.restart(*flags)


@test
def who_is_disabled_here_does_not_come_in(hub):
    issuer = fresh(hub)
    issuer.user = {"sub": "u-40", "preferred_username": "dewi"}
    browser = sign_in(hub)
    hub.sql("UPDATE account SET disabled_at = 1 WHERE name = 'dewi'")
    equal(browser.name, None, "the session is over")
    equal(sign_in(hub).status, 401, "no other begins")
    equal(bearer(hub, issuer.access()).status, 401, "nor by a token")


@test
def access_tokens_of_the_issuer_are_bearers(hub):
    issuer = fresh(hub)
    issuer.user = {"sub": "u-50", "preferred_username": "api", "realm_access": {"roles": ["editor"]}}
    for what, token in {"RFC 9068": issuer.access(), "one among several": issuer.access(aud=["account", "hub"], azp="app"), "it says so itself": issuer.signed({**issuer.user, "typ": "Bearer"})}.items():
        answer = bearer(hub, token)
        equal((answer.status, answer.status == 200 and answer.json["roles"]), (200, ["editor"]), what)
    equal(hub.client(issuer.access()).post("/v1/shows", title="A show").status, 201, "what the role may")
    for what, token in {"an id token": issuer.signed({**issuer.user, "nonce": "n"}), "a refresh token": issuer.signed({**issuer.user, "typ": "Refresh"}), "for another": issuer.access(aud="account"),
                        "of another": issuer.access(iss="http://evil.example"), "over": issuer.access(exp=1), "no subject": issuer.access(sub=None)}.items():
        equal((bearer(hub, token).status, what), (401, what), "refused")
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        tokens = [issuer.access(sub="u-51", preferred_username="sekali") for _ in range(8)]
        equal({a.json["name"] for a in pool.map(lambda t: bearer(hub, t), tokens)}, {"sekali"}, "one account, however many come at once")


@test
def a_token_of_the_command_line_still_works(hub):
    fresh(hub)
    hub.account("mesin", "editor")
    equal(bearer(hub, hub.command("token", "mesin").out.strip()).status, 200, "by its token")


@test
def the_hubs_own_doors_are_gone(hub):
    fresh(hub)
    browser = Browser(hub)
    for path in ("/auth/signup", "/auth/recover", "/auth/setup", "/.well-known/openid-configuration", "/oauth2/jwks", "/oauth2/authorize?client_id=x"):
        equal((browser.get(path).status, path), (404, path), "absent")
    for path in ("/auth/login", "/auth/code", "/auth/signup", "/auth/recover", "/auth/setup", "/oauth2/token"):
        equal((browser.post(path, {"name": "lokal", "password": "kuda laut minum kopi"}).status, path), (404, path), "absent")
    check("setup" not in hub.said(), hub.said())
    browser = sign_in(hub).get("/me/security")
    equal(browser.status, 200, "one's sessions")
    check('type="password"' not in browser.answer.body.decode() and "second-on" not in browser.answer.body.decode(), "no password, no codes")
    equal(browser.post("/me/security", {"do": "password", "old": "a", "password": "b"}).status, 404, "nor by hand")


@test
def signing_out_ends_the_session_and_leads_to_the_issuers_end(hub):
    issuer = fresh(hub)
    browser = sign_in(hub)
    browser.post("/auth/logout", {})
    equal((browser.status, browser.name), (200, None), "out here")
    wanted = f"{issuer.base}/end?client_id=hub&amp;post_logout_redirect_uri={urllib.parse.quote(hub.base, safe='')}%2F"
    check(wanted in browser.answer.body.decode(), browser.answer.body.decode()[-900:])
    issuer.said = {"end_session_endpoint": None}
    hub.restart()
    equal(sign_in(hub).post("/auth/logout", {}).status, 303, "where it has none")


@test
def a_key_that_turns_is_fetched_at_once_and_only_once(hub):
    issuer = fresh(hub)
    equal(bearer(hub, issuer.access()).status, 200, "the first key")
    equal(issuer.count("/jwks"), 1, "fetched")
    for name, alg in (("second", "ES256"), ):
        issuer.turn(name, alg)
    tokens = [issuer.access() for _ in range(12)]
    issuer.slow = 0.2
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        equal({a.status for a in pool.map(lambda t: bearer(hub, t), tokens)}, {200}, "no false 401 while it turns")
    equal(issuer.count("/jwks"), 2, "one asked for all")


@test
def a_storm_of_unknown_keys_asks_the_issuer_once_a_minute(hub):
    issuer = fresh(hub)
    equal(bearer(hub, issuer.access()).status, 200, "the first key")
    strange = [issuer.access(Key(f"strange-{i}")) for i in range(3)]
    tokens = [strange[i % 3] for i in range(30)]
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        equal({a.status for a in pool.map(lambda t: bearer(hub, t), tokens)}, {401}, "all refused")
    equal(issuer.count("/jwks"), 2, "asked once more")
    later(61_000)
    bearer(hub, strange[0])
    equal(issuer.count("/jwks"), 3, "and a minute later")
    equal(bearer(hub, issuer.access()).status, 200, "whoever is known is let in all the while")


@test
def an_issuer_that_is_away_is_trusted_for_a_day(hub):
    issuer = fresh(hub)
    lasting = issuer.access(exp=int(__import__("time").time()) + 3 * 86400)
    equal(bearer(hub, lasting).status, 200, "while it is there")
    issuer.mood = 503
    later(2 * HOUR)
    equal(bearer(hub, lasting).status, 200, "away for two hours")
    asked = issuer.count("/jwks")
    for _ in range(5):
        bearer(hub, lasting)
    equal(issuer.count("/jwks"), asked, "not asked with each request")
    later(25 * HOUR)
    equal(bearer(hub, lasting).status, 503, "for more than a day: we cannot say")
    equal(Browser(hub).get("/auth/login").status, 503, "nor sign in")
    equal(hub.client().get("/v1/videos").status, 200, "and all else goes on")
    issuer.mood = 200
    later(25 * HOUR + 6_000)
    equal(bearer(hub, lasting).status, 200, "it is back")


@test
def an_issuer_of_another_name_is_none(hub):
    issuer = fresh(hub)
    for said in ({"issuer": issuer.base + "/"}, {"token_endpoint": "http://evil.example/token"}, {"jwks_uri": "file:///etc/passwd"}, {"authorization_endpoint": "javascript:alert(1)"},
                 {"authorization_endpoint": "https://a.example/x\r\nSet-Cookie: a=b"}):
        issuer.said = said
        hub.restart()
        equal((Browser(hub).get("/auth/login").status, said), (503, said), "refused")


@test
def settings_that_do_not_fit_are_told_at_the_start(hub):
    issuer = fresh(hub)
    for flags, word in ((("--oidc-issuer", "http://idp.example"), "https"), (("--oidc-issuer", issuer.base), "--oidc-client"),
                        (("--oidc-issuer", issuer.base, "--oidc-client", "x", "--oidc-algorithms", "RS256,none"), "--oidc-algorithms"), (("--oidc-client-secret", "x"), "secret")):
        done = hub.command("doctor", *flags)
        check(done.code != 0 and word in done.err, f"{flags}: {done}")
    check(SECRET not in hub.command("config").out + hub.all_logs(), "the secret is shown nowhere")


@test
def the_secret_may_travel_in_the_form(hub):
    issuer = fresh(hub)
    issuer.said = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    equal(sign_in(hub).status, 303, "for an issuer that takes no other way")


run(start)
