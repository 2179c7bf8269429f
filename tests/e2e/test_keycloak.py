"""The real Keycloak signs people in: through its own page by a browser without JavaScript, with the realm that deploy/ has."""
import atexit
import html
import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request

from case import check, equal, need, run, test
from hub import Hub
from keycloak import Keycloak

USERS = {"sari": ("kuda laut minum kopi", ["fan"]), "ratna": ("perahu kecil di danau", ["fan", "editor"]), "budi": ("hujan turun di sawah", ["fan", "admin"])}


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Person:
    """A browser that goes from one site to the other."""

    def __init__(self):
        self.jar = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(secure_protocols=("http", "https")))  # loopback is a secure context to browsers
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), _Stay)
        self.address, self.status, self.text, self.headers = None, 0, "", {}

    def go(self, address, fields=None, **headers):
        body = urllib.parse.urlencode(fields).encode() if fields is not None else None
        request = urllib.request.Request(address, body, {"Accept": "text/html", "Accept-Language": "en", **headers})
        try:
            answer = self.opener.open(request, timeout=60)
        except urllib.error.HTTPError as e:
            answer = e
        with answer:
            self.address, self.status, self.text, self.headers = address, answer.status, answer.read().decode(errors="replace"), answer.headers
        return self

    def follow(self, until="nowhere"):
        for _ in range(10):
            there = self.headers.get("Location")
            if self.status not in (302, 303) or not there or there.startswith(until):
                return self
            self.go(urllib.parse.urljoin(self.address, there))
        need(False, f"round and round: {self.address}")

    def log_in(self, name, password):
        """The form on the page of Keycloak."""
        action = re.search(r'<form[^>]*id="kc-form-login"[^>]*action="([^"]+)"', self.text)
        need(action, f"a form of Keycloak's at {self.address}: {self.text[:400]}")
        return self.go(html.unescape(action[1]), {"username": name, "password": password, "credentialId": ""})


def start():
    hub = Hub(start=False)
    hub.keycloak = Keycloak(hub.base, USERS, hub.folder)
    atexit.register(hub.keycloak.stop)
    hub.keycloak.start()
    hub.flags = ["--oidc-issuer", hub.keycloak.issuer, "--oidc-client", "hub"]
    hub.start()
    return hub


def signed_in(hub, name, password=None):
    person = Person().go(hub.base + "/auth/login?next=/me/history").follow()
    return person.log_in(name, password or USERS[name][0]).follow(until="/me")


def me(hub, person):
    person.go(hub.base + "/v1/me", **{"Accept": "application/json"})
    return json.loads(person.text) if person.status == 200 else None


@test
def people_sign_in_by_its_page_and_their_roles_come_along(hub):
    for name, role in (("sari", "fan"), ("ratna", "editor"), ("budi", "admin")):
        person = signed_in(hub, name)
        equal((person.status, person.headers.get("Location")), (303, "/me/history"), "on")
        told = me(hub, person)
        equal(told and (told["name"], told["roles"]), (name, [role]), "who and what")
    wrong = signed_in(hub, "sari", "wrong")
    check(wrong.status == 200 and "kc-form-login" in wrong.text, "a wrong password stays there")
    equal(me(hub, wrong), None, "and lets nobody in")


@test
def a_role_that_changes_there_changes_here_with_the_next_sign_in(hub):
    k = hub.keycloak
    role = k.ask("GET", "/admin/realms/hub/roles/moderator")
    k.ask("POST", f"/admin/realms/hub/users/{k.user('sari')['id']}/role-mappings/realm", [role])
    equal(me(hub, signed_in(hub, "sari"))["roles"], ["moderator"], "more")
    k.ask("DELETE", f"/admin/realms/hub/users/{k.user('sari')['id']}/role-mappings/realm", [role])
    equal(me(hub, signed_in(hub, "sari"))["roles"], ["fan"], "and less")


def access_token(hub, name):
    """As a program of the brand gets one: direct grants are off in our realm, so the test turns them on."""
    k = hub.keycloak
    client = k.ask("GET", "/admin/realms/hub/clients?clientId=hub")[0]
    k.ask("PUT", f"/admin/realms/hub/clients/{client['id']}", {**client, "directAccessGrantsEnabled": True})
    form = urllib.parse.urlencode({"grant_type": "password", "client_id": "hub", "scope": "openid", "username": name, "password": USERS[name][0]}).encode()
    with urllib.request.urlopen(k.issuer + "/protocol/openid-connect/token", form, timeout=60) as answer:
        return json.load(answer)


@test
def its_access_tokens_are_bearers_and_its_other_tokens_are_not(hub):
    given = access_token(hub, "ratna")
    answer = hub.client(given["access_token"]).get("/v1/me")
    equal((answer.status, answer.status == 200 and answer.json["roles"]), (200, ["editor"]), "an access token")
    for kind in ("id_token", "refresh_token"):
        equal((hub.client(given[kind]).get("/v1/me").status, kind), (401, kind), "refused")


@test
def a_key_that_turns_makes_no_false_refusal(hub):
    before = access_token(hub, "ratna")["access_token"]
    equal(hub.client(before).get("/v1/me").status, 200, "before")
    hub.keycloak.rotate()
    after = access_token(hub, "ratna")["access_token"]
    check(after.split(".")[0] != before.split(".")[0], "another key signs")
    for token in (after, before, after):
        equal(hub.client(token).get("/v1/me").status, 200, "both hold")
    equal(signed_in(hub, "budi").status, 303, "and people come in")


@test
def who_is_disabled_there_does_not_come_in_again(hub):
    k = hub.keycloak
    k.ask("PUT", f"/admin/realms/hub/users/{k.user('ratna')['id']}", {**k.user("ratna"), "enabled": False})
    person = signed_in(hub, "ratna")
    check(person.status == 200 and "/auth/callback" not in person.address, person.address)
    equal(me(hub, person), None, "nobody")


@test
def signing_out_leads_to_its_own_page(hub):
    person = signed_in(hub, "sari")
    person.go(hub.base + "/auth/logout", {}, Origin=hub.base)
    link = re.search(r'href="([^"]+/protocol/openid-connect/logout[^"]+)"', person.text)
    need(link, person.text[-800:])
    person.go(html.unescape(link[1])).follow()
    check(person.status == 200 and "kc-logout-confirm" in person.text, f"it asks: {person.address} {person.status}")


@test
def without_pkce_it_gives_nothing(hub):
    asked = urllib.parse.urlencode({"response_type": "code", "client_id": "hub", "redirect_uri": hub.base + "/auth/callback", "scope": "openid", "state": "s"})
    person = Person().go(f"{hub.keycloak.issuer}/protocol/openid-connect/auth?{asked}")
    check(person.status == 302 and "error=invalid_request" in person.headers["Location"], person.headers.get("Location"))


run(start)
