"""A client of others, Authlib, and another implementation of JOSE, joserfc, get along with the built-in issuer by what it says of itself."""
import os
import sys
import urllib.parse

from pypi import packages

sys.path.insert(0, str(packages("oidc")))
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # loopback

from authlib.integrations.base_client.errors import OAuthError  # noqa: E402
from authlib.integrations.requests_client import OAuth2Session  # noqa: E402
from joserfc import jwk, jwt  # noqa: E402

from browser import Browser  # noqa: E402
from case import check, equal, need, run, test  # noqa: E402
from hub import Hub  # noqa: E402

BACK, PASSWORD = "http://127.0.0.1:7777/back", "tante-dan-keponakan-7"


def start():
    hub = Hub()
    hub.account("sari", "fan", PASSWORD)
    need(hub.command("client", "add", "program", BACK).code == 0, "a client")
    hub.told = hub.client().get("/.well-known/openid-configuration").json
    return hub


def keys(hub):
    return jwk.KeySet.import_key_set(hub.client().get(urllib.parse.urlsplit(hub.told["jwks_uri"]).path).json)


def session(hub, scope="openid profile offline_access api"):
    return OAuth2Session("program", scope=scope, redirect_uri=BACK, code_challenge_method="S256", token_endpoint_auth_method="none")


def came_back(hub, address):
    """Where a person's browser ends up."""
    browser = Browser(hub)
    browser.get(address.removeprefix(hub.base))
    browser.get(browser.answer.header("Location"))
    browser.submit("/auth/login", name="sari", password=PASSWORD)
    browser.get(browser.answer.header("Refresh").partition("url=")[2])
    need(browser.answer.status == 303, browser.answer)
    return browser.answer.header("Location")


def signed_in(hub):
    client, verifier, nonce = session(hub), "x" * 64, "n-0S6"
    address, state = client.create_authorization_url(hub.told["authorization_endpoint"], code_verifier=verifier, nonce=nonce)
    there = came_back(hub, address)
    given = client.fetch_token(hub.told["token_endpoint"], authorization_response=there, code_verifier=verifier, state=state)
    return client, given, nonce


@test
def authlib_signs_in_and_joserfc_verifies(hub):
    client, given, nonce = signed_in(hub)
    token = jwt.decode(given["id_token"], keys(hub), algorithms=["ES256"])
    rules = jwt.JWTClaimsRegistry(iss={"essential": True, "value": hub.told["issuer"]}, aud={"essential": True, "value": "program"}, nonce={"essential": True, "value": nonce},
                                  exp={"essential": True}, iat={"essential": True})
    rules.validate(token.claims)
    access = jwt.decode(given["access_token"], keys(hub), algorithms=["ES256"])
    jwt.JWTClaimsRegistry(aud={"essential": True, "value": hub.told["issuer"]}, exp={"essential": True}).validate(access.claims)
    equal(access.header["typ"], "at+jwt", "typ")
    who = client.get(hub.told["userinfo_endpoint"]).json()
    equal((who["sub"], who["name"]), (token.claims["sub"], "sari"), "userinfo by Authlib")


@test
def authlib_refreshes_and_revokes(hub):
    client, given, _ = signed_in(hub)
    again = client.refresh_token(hub.told["token_endpoint"], refresh_token=given["refresh_token"])
    check(again["refresh_token"] != given["refresh_token"], "turned")
    equal(client.get(hub.told["userinfo_endpoint"]).status_code, 200, "by the new one")
    equal(client.revoke_token(hub.told["revocation_endpoint"], token=again["refresh_token"]).status_code, 200, "revoked")
    equal(client.get(hub.told["userinfo_endpoint"]).status_code, 401, "over")


@test
def authlib_is_told_why_not(hub):
    client = session(hub)
    address, state = client.create_authorization_url(hub.told["authorization_endpoint"], code_verifier="y" * 64)
    there = came_back(hub, address)
    try:
        client.fetch_token(hub.told["token_endpoint"], authorization_response=there, code_verifier="z" * 64, state=state)
        check(False, "another verifier was taken")
    except OAuthError as e:
        equal(e.error, "invalid_grant", e.description)


@test
def a_key_that_turns_is_found_by_its_id(hub):
    _, given, _ = signed_in(hub)
    before = keys(hub)
    need(hub.command("key", "rotate").code == 0, "rotated")
    _, later, _ = signed_in(hub)
    jwt.decode(later["id_token"], before, algorithms=["ES256"])  # it was published before it signed
    jwt.decode(given["id_token"], keys(hub), algorithms=["ES256"])


run(start)
