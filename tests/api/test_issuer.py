"""The built-in issuer: a browser that is signed in brings a program a code, the program gets tokens for it, and whatever is off gets nothing."""
import base64
import concurrent.futures
import hashlib
import json
import urllib.parse

from browser import Browser
from case import check, equal, need, run, test
from hub import Hub

BACK = "https://program.example/back"
VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
PASSWORD = "tante-dan-keponakan-7"


def start():
    hub = Hub()
    hub.account("sari", "fan", PASSWORD)
    for args in (("program", BACK, "http://127.0.0.1:7777/back"), ("other", BACK)):
        need(hub.command("client", "add", *args).code == 0, args)
    return hub


def signed_in(hub, name="sari"):
    browser = Browser(hub)
    browser.get("/auth/login")
    browser.submit("/auth/login", name=name, password=PASSWORD)
    return browser


def asking(**more):
    asked = {"response_type": "code", "client_id": "program", "redirect_uri": BACK, "scope": "openid profile offline_access api", "state": "s t&", "nonce": "n-1",
             "code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    asked.update(more)
    return "/oauth2/authorize?" + urllib.parse.urlencode({k: v for k, v in asked.items() if v is not None})


def came_back(browser, path):
    """What the program is told."""
    answer = browser.get(path).answer
    need(answer.status == 303, answer)
    there = answer.header("Location")
    need(there.startswith(BACK + "?"), there)
    return dict(urllib.parse.parse_qsl(there.split("?", 1)[1]))


def post(hub, path, **fields):
    body = urllib.parse.urlencode({k: v for k, v in fields.items() if v is not None}).encode()
    return hub.client().post(path, headers={"Content-Type": "application/x-www-form-urlencoded"}, body=body)


def exchange(hub, made, **more):
    return post(hub, "/oauth2/token", **{"grant_type": "authorization_code", "client_id": "program", "code": made, "redirect_uri": BACK, "code_verifier": VERIFIER, **more})


def refresh(hub, token, client="program"):
    return post(hub, "/oauth2/token", grant_type="refresh_token", client_id=client, refresh_token=token)


def tokens(hub, browser=None, **more):
    answer = exchange(hub, came_back(browser or signed_in(hub), asking(**more))["code"])
    need(answer.status == 200, answer)
    return answer.json


def claims(token):
    head, body, _ = token.split(".")
    read = lambda part: json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return read(head), read(body)


@test
def a_program_gets_tokens_for_a_code(hub):
    told = came_back(signed_in(hub), asking())
    equal((told["state"], told["iss"]), ("s t&", hub.base), "what came back with the code")
    answer = exchange(hub, told["code"])
    equal((answer.status, answer.header("Cache-Control")), (200, "no-store"), "tokens")
    given = answer.json
    equal((given["token_type"], given["expires_in"], given["scope"]), ("Bearer", 600, "openid profile offline_access api"), "as RFC 6749 5.1")
    head, access = claims(given["access_token"])
    equal((head["typ"], head["alg"]), ("at+jwt", "ES256"), "RFC 9068")
    account = hub.client(given["access_token"]).get("/v1/me").json
    equal((access["sub"], access["client_id"], access["aud"], access["iss"]), (account["id"], "program", hub.base, hub.base), "access")
    head, identity = claims(given["id_token"])
    equal((head["typ"], identity["aud"], identity["nonce"], identity["name"], identity["roles"]), ("JWT", "program", "n-1", "sari", ["fan"]), "id token")
    check(identity["auth_time"] <= identity["iat"] < identity["exp"], identity)
    equal(hub.client(given["access_token"]).get("/oauth2/userinfo").json, {"sub": account["id"], "name": "sari", "preferred_username": "sari", "roles": ["fan"]}, "userinfo")


@test
def the_issuer_tells_what_it_can_do(hub):
    told = hub.client().get("/.well-known/openid-configuration").json
    equal(told["issuer"], hub.base, "issuer")
    for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "revocation_endpoint"):
        check(told[name].startswith(hub.base + "/oauth2/"), f"{name}: {told[name]}")
    keys = hub.client().get(urllib.parse.urlsplit(told["jwks_uri"]).path).json["keys"]
    equal([sorted(k) for k in keys], [["alg", "crv", "kid", "kty", "use", "x", "y"]] * 2, "the one that signs and the next, no private part")


@test
def who_is_not_signed_in_signs_in_first_and_comes_back(hub):
    browser = Browser(hub)
    browser.get(asking())
    equal(browser.answer.status, 303, "to the form")
    form = browser.answer.header("Location")
    check(form.startswith("/auth/login?next="), form)
    browser.get(form)
    browser.submit("/auth/login", name="sari", password=PASSWORD)
    equal((browser.status, browser.answer.header("Location")), (200, None), "a page between: form-action lets a form lead to no other site, by no redirect either")
    there = (browser.answer.header("Refresh") or "").removeprefix("0; url=")
    check(there.startswith("/oauth2/authorize?") and there.replace("&", "&amp;") in browser.answer.body.decode(), f"which goes on by itself, or by its link: {there}")
    check("code" in came_back(browser, there), "a code")
    equal(came_back(Browser(hub), asking(prompt="none"))["error"], "login_required", "without asking")
    check(signed_in(hub).get(asking(prompt="login")).answer.header("Location").startswith("/auth/login?"), "asked again")


@test
def a_parameter_that_comes_twice_is_refused(hub):
    browser = signed_in(hub)
    for more in ("client_id=other", "redirect_uri=https%3A%2F%2Fevil.example", "code_challenge_method=plain", "%73tate=x"):
        answer = browser.get(asking() + "&" + more).answer
        equal((answer.status, answer.header("Location")), (400, None), more)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = hub.client().post("/oauth2/token", headers=form, body=b"grant_type=refresh_token&client_id=program&client_id=other&refresh_token=x")
    equal((answer.status, answer.json["error"]), (400, "invalid_request"), "in a form")


@test
def nobody_is_sent_to_an_address_that_is_not_the_clients(hub):
    browser = signed_in(hub)
    for uri in (BACK + "/", BACK + "?x=1", BACK + "#", "https://program.example/bac", "https://program.example.evil.example/back", "https://evil.example", "//evil.example", "", "javascript:alert(1)", BACK.upper(),
                BACK + "/../evil", "http://127.0.0.1:7778/back"):
        answer = browser.get(asking(redirect_uri=uri)).answer
        check(answer.status == 422 and answer.header("Location") is None, f"{uri}: {answer}")
    answer = browser.get(asking(client_id="nobody")).answer
    check(answer.status == 422 and answer.header("Location") is None, answer)
    for uri in ("http://program.example/back", "https://program.example/*", "https://program.example/#x", "javascript:alert", "https:///back", "https://a@b/", "app:/back", "http://127.0.0.1.evil.example/", "https://x\"/"):
        equal(hub.command("client", "add", "bad", uri).code, 2, uri)
    for uri in ("example.program.app:/back", "http://localhost/back", "http://[::1]:9/back"):
        equal(hub.command("client", "add", "good", uri).code, 0, uri)
        equal(hub.command("client", "remove", "good").code, 0, uri)


@test
def a_request_without_proof_or_of_another_kind_gets_an_error(hub):
    browser = signed_in(hub)
    for wrong, error in (({"code_challenge": None}, "invalid_request"), ({"code_challenge_method": "plain"}, "invalid_request"), ({"code_challenge_method": None}, "invalid_request"),
                         ({"code_challenge": "short"}, "invalid_request"), ({"response_type": "token"}, "unsupported_response_type"), ({"response_type": "code id_token"}, "unsupported_response_type"),
                         ({"request": "e30.e30.e30"}, "request_not_supported"), ({"request_uri": "https://evil.example/"}, "request_not_supported")):
        told = came_back(browser, asking(**wrong))
        equal((told["error"], told["state"], told["iss"], "code" in told), (error, "s t&", hub.base, False), wrong)


@test
def a_code_works_once_in_time_and_for_whom_it_was_made(hub):
    browser = signed_in(hub)
    fresh = lambda: came_back(browser, asking())["code"]
    for wrong in ({"code_verifier": "w" * 50}, {"code_verifier": None}, {"code_verifier": CHALLENGE}, {"redirect_uri": "http://127.0.0.1:7777/back"}, {"redirect_uri": None}, {"client_id": "other"},
                  {"code": "x"}, {"code": None}):
        answer = exchange(hub, fresh(), **wrong)
        equal((answer.status, answer.json["error"]), (400, "invalid_grant"), wrong)
    equal(exchange(hub, fresh(), client_id="nobody").json["error"], "invalid_client", "client")
    equal(post(hub, "/oauth2/token", grant_type="password", client_id="program", username="sari", password=PASSWORD).json["error"], "unsupported_grant_type", "no password grant")
    code = fresh()
    hub.sql("UPDATE oauth_code SET expires_at = expires_at - 60001")
    equal(exchange(hub, code).json["error"], "invalid_grant", "after a minute")
    code = fresh()
    first = exchange(hub, code).json
    equal(hub.client(first["access_token"]).get("/v1/me").status, 200, "once")
    equal(exchange(hub, code).json["error"], "invalid_grant", "twice")
    equal(hub.client(first["access_token"]).get("/v1/me").status, 401, "what it was exchanged for is over")
    equal(refresh(hub, first["refresh_token"]).json["error"], "invalid_grant", "all of it")


@test
def a_code_ends_with_its_session(hub):
    owner, thief = signed_in(hub), signed_in(hub)
    taken, own = came_back(thief, asking())["code"], came_back(owner, asking())["code"]
    owner.get("/me/security").submit("/me/security", {"do": "end-others"})
    equal(exchange(hub, taken).json["error"], "invalid_grant", "of one that was ended")
    equal(exchange(hub, own).status, 200, "of the one that goes on")
    last = came_back(owner, asking())["code"]
    owner.get("/").submit("/auth/logout")
    equal(exchange(hub, last).json["error"], "invalid_grant", "of who signed out")


@test
def a_page_elsewhere_may_be_the_program(hub):
    page, any_origin = {"Origin": "https://program.example", "Sec-Fetch-Site": "cross-site"}, "access-control-allow-origin"
    form, given = {**page, "Content-Type": "application/x-www-form-urlencoded"}, tokens(hub)
    said = {
        "discovery": hub.client().get("/.well-known/openid-configuration", headers=page),
        "keys": hub.client().get("/oauth2/jwks", headers=page),
        "tokens": hub.client().post("/oauth2/token", headers=form, body=urllib.parse.urlencode({"grant_type": "refresh_token", "client_id": "program", "refresh_token": given["refresh_token"]}).encode()),
        "userinfo": hub.client().get("/oauth2/userinfo", headers={**page, "Authorization": "Bearer " + given["access_token"]}),
        "the end": hub.client().post("/oauth2/revoke", headers=form, body=f"client_id=program&token={given['access_token']}".encode())}
    for what, answer in said.items():
        equal((answer.status, answer.header(any_origin), answer.header("access-control-allow-credentials")), (200, "*", None), what)
    for answer, status in ((hub.client().post("/oauth2/token", headers=form, body=b"grant_type=x"), 400), (hub.client().get("/oauth2/userinfo", headers={**page, "Authorization": "Bearer a.b.c"}), 401)):
        equal((answer.status, answer.header(any_origin)), (status, "*"), "it may read what is wrong")
    for path, method in (("/.well-known/openid-configuration", "GET"), ("/oauth2/jwks", "GET"), ("/oauth2/token", "POST"), ("/oauth2/revoke", "POST"), ("/oauth2/userinfo", "GET")):
        asked = hub.client().ask("OPTIONS", path, headers={**page, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization"})
        equal((asked.status, asked.header(any_origin), asked.header("access-control-allow-credentials")), (204, "*", None), path)
        check(method in asked.header("access-control-allow-methods") and "Authorization" in asked.header("access-control-allow-headers"), asked)
    for method, path in (("GET", "/v1/me"), ("GET", "/v1/videos"), ("GET", "/"), ("GET", "/auth/login"), ("GET", asking()), ("POST", "/auth/login"), ("GET", "/v1/me/sessions"), ("OPTIONS", "/v1/me"), ("OPTIONS", "/oauth2/authorize")):
        equal(hub.client().ask(method, path, headers=page).header(any_origin), None, f"{method} {path}")


@test
def one_code_shown_by_many_at_once_gives_one_grant_at_most(hub):
    code = came_back(signed_in(hub), asking())["code"]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: exchange(hub, code).status, range(16)))
    check(answers.count(200) <= 1 and set(answers) <= {200, 400}, answers)


@test
def a_refresh_token_turns_and_one_that_comes_twice_ends_the_grant(hub):
    first = tokens(hub)
    second = refresh(hub, first["refresh_token"]).json
    check(second["refresh_token"] != first["refresh_token"] and claims(second["access_token"])[1]["sid"] == claims(first["access_token"])[1]["sid"], "turned")
    equal(refresh(hub, second["refresh_token"], client="other").json["error"], "invalid_grant", "of another client")
    third = refresh(hub, second["refresh_token"]).json
    equal(hub.client(third["access_token"]).get("/v1/me").status, 200, "goes on")
    equal(refresh(hub, first["refresh_token"]).json["error"], "invalid_grant", "spent")
    equal(refresh(hub, third["refresh_token"]).json["error"], "invalid_grant", "the newest, too")
    equal(hub.client(third["access_token"]).get("/v1/me").status, 401, "and its access tokens")


@test
def a_program_may_do_what_its_scope_says(hub):
    little = tokens(hub, scope="openid unknown")
    equal((little["scope"], "refresh_token" in little), ("openid", False), "only what was asked and is known")
    client = hub.client(little["access_token"])
    equal((client.get("/v1/me").status, client.post("/v1/me/playlists", title="Sore").status), (200, 403), "reads who it is, and no more")
    much = tokens(hub, scope="api")
    check("id_token" not in much and hub.client(much["access_token"]).post("/v1/me/playlists", title="Sore").status == 201, much)


@test
def a_program_does_not_delete_its_owner(hub):
    client = hub.client(tokens(hub, scope="api")["access_token"])
    equal((client.delete("/v1/me", json={}).status, client.get("/v1/me").status), (403, 200), "without the password")
    equal(client.delete("/v1/me", json={"password": "another one"}).status, 401, "with another")


@test
def what_a_program_was_given_is_a_session_that_ends_like_others(hub):
    given = tokens(hub)
    client = hub.client(given["access_token"])
    browser = signed_in(hub)
    listed = browser.get("/v1/me/sessions").answer.json["items"]
    check(any(s.get("agent") == "program" for s in listed), listed)
    equal(client.get("/v1/me").status, 200, "before")
    equal(post(hub, "/oauth2/revoke", client_id="other", token=given["refresh_token"]).status, 200, "by another client")
    equal(post(hub, "/oauth2/revoke", client_id="other", token=given["access_token"]).status, 200, "nor by the other kind")
    equal(client.get("/v1/me").status, 200, "it goes on")
    equal(post(hub, "/oauth2/revoke", client_id="program", token="unknown").status, 200, "RFC 7009 2.2")
    equal(post(hub, "/oauth2/revoke", client_id="program", token=given["refresh_token"]).status, 200, "revoked")
    equal((client.get("/v1/me").status, refresh(hub, given["refresh_token"]).status), (401, 400), "after")
    given = tokens(hub)
    equal(post(hub, "/oauth2/revoke", client_id="program", token=given["access_token"]).status, 200, "by the access token")
    equal(hub.client(given["access_token"]).get("/v1/me").status, 401, "after")
    given = tokens(hub)
    hub.sql("UPDATE account SET disabled_at = 1 WHERE name = 'sari'")
    equal((hub.client(given["access_token"]).get("/v1/me").status, refresh(hub, given["refresh_token"]).status), (401, 400), "a disabled account")
    hub.sql("UPDATE account SET disabled_at = NULL WHERE name = 'sari'")
    equal(hub.command("client", "remove", "other").code, 0, "removed")
    need(hub.command("client", "add", "other", BACK).code == 0, "again")


@test
def an_access_token_is_no_id_token_and_none_that_was_altered(hub):
    given = tokens(hub)
    equal(hub.client(given["id_token"]).get("/v1/me").status, 401, "an id token")
    equal(hub.client(given["refresh_token"]).get("/v1/me").status, 401, "a refresh token")
    head, body, signature = given["access_token"].split(".")
    bare = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "at+jwt"}).encode()).decode().rstrip("=")
    for token in (f"{bare}.{body}.", f"{head}.{body}.", f"{head}.{body}.{signature[:-4]}AAAA", f"{head}.{body}.{signature}.x", given["access_token"] + "=", "..", "a.b.c"):
        equal(hub.client(token).get("/v1/me").status, 401, token)
    equal(hub.client(given["access_token"]).get("/v1/me").status, 200, "itself")


@test
def keys_turn_under_load_without_one_refusal(hub):
    given = tokens(hub)
    seen, over = [], []
    client = lambda: hub.client(given["access_token"])

    def ask(_):
        mine = client()
        while not over:
            seen.append(mine.get("/v1/me").status)

    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        busy = [pool.submit(ask, i) for i in range(4)]
        before = len(hub.client().get("/oauth2/jwks").json["keys"])
        for _ in range(3):
            need(hub.command("key", "rotate").code == 0, "rotated")
            given["access_token"] = refreshed(hub, given)
        over.append(True)
        for b in busy:
            b.result()
    equal((before, set(seen)), (2, {200}), f"{len(seen)} requests")
    check(len(seen) > 50, "too few to prove anything")
    equal(len(hub.client().get("/oauth2/jwks").json["keys"]), 5, "old ones still verify")
    hub.sql("UPDATE signing_key SET retired_at = 1 WHERE retired_at IS NOT NULL")
    need(hub.command("key", "rotate").code == 0, "swept")
    equal(len(hub.client().get("/oauth2/jwks").json["keys"]), 3, "those that nobody needs are gone")


def refreshed(hub, given):
    next_ = refresh(hub, given["refresh_token"]).json
    given["refresh_token"] = next_["refresh_token"]
    return next_["access_token"]


@test
def a_revoked_key_verifies_nothing(hub):
    given = tokens(hub)
    key = claims(given["access_token"])[0]["kid"]
    need(hub.command("key", "revoke", key).code == 0, "revoked")
    equal(hub.client(given["access_token"]).get("/v1/me").status, 401, "a token that was not seen before")
    check(claims(tokens(hub)["access_token"])[0]["kid"] != key, "another one signs")
    check("signs" in hub.command("key", "list").out, "listed")
    equal((hub.command("key", "revoke", "nobody").code, hub.command("key").code), (1, 2), "wrong use")


run(start)
