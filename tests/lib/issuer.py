"""An OpenID Connect issuer on this machine: real keys, real codes with PKCE, by Python's `cryptography` alone. It does as it is told, also what no issuer may:
`claims` change what it signs, `mood` what it answers."""
import base64
import hashlib
import http.server
import json
import secrets
import threading
import time
import urllib.parse

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

BASIC = {"token_endpoint_auth_methods_supported": ["client_secret_basic", "none"]}


def text_of(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(n):
    return text_of(n.to_bytes((n.bit_length() + 7) // 8, "big"))


class Key:
    def __init__(self, name, alg="RS256"):
        self.name, self.alg = name, alg
        self.key = ec.generate_private_key(ec.SECP256R1()) if alg == "ES256" else rsa.generate_private_key(65537, 2048)

    @property
    def public(self):
        n = self.key.public_key().public_numbers()
        shape = {"kty": "EC", "crv": "P-256", "x": text_of(n.x.to_bytes(32, "big")), "y": text_of(n.y.to_bytes(32, "big"))} if self.alg == "ES256" else {"kty": "RSA", "n": number(n.n), "e": number(n.e)}
        return {**shape, "kid": self.name, "use": "sig", "alg": self.alg}

    def sign(self, data):
        if self.alg == "ES256":
            r, s = decode_dss_signature(self.key.sign(data, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        pad = padding.PSS(padding.MGF1(hashes.SHA256()), 32) if self.alg == "PS256" else padding.PKCS1v15()
        return self.key.sign(data, pad, hashes.SHA256())


class Issuer:
    def __init__(self, port, client="hub", secret="", path=""):
        self.base, self.client, self.secret = f"http://127.0.0.1:{port}{path}", client, secret
        self.port, self.path, self.server = port, path, None
        self.lock, self.asked = threading.Lock(), []  # paths, as they came
        self.codes = {}
        self.reset()
        self.key = Key("first")
        self.keys = [self.key]

    def reset(self):
        """As a good issuer does it."""
        self.user = {"sub": "u-1", "preferred_username": "sari", "realm_access": {"roles": ["fan"]}}
        self.claims, self.header = {}, {}  # of the next id tokens, over what they should say
        self.answer = {}  # of the next answers to the browser; None: left out
        self.said = {"authorization_response_iss_parameter_supported": True}  # of itself
        self.mood, self.slow = 200, 0

    # --- life

    def start(self):
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                issuer.serve(self, None)

            def do_POST(self):
                issuer.serve(self, self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def count(self, what):
        with self.lock:
            return sum(path.startswith(self.path + what) for path in self.asked)

    # --- what it answers

    def serve(self, to, form):
        with self.lock:
            self.asked.append(to.path)
        path, _, query = to.path.removeprefix(self.path).partition("?")
        given = dict(urllib.parse.parse_qsl(query if form is None else form))
        time.sleep(self.slow)
        if self.mood != 200:
            self.tell(to, self.mood, {"error": "server_error"})
        elif path == "/.well-known/openid-configuration":
            self.tell(to, 200, {"issuer": self.base, "authorization_endpoint": self.base + "/authorize", "token_endpoint": self.base + "/token", "jwks_uri": self.base + "/jwks",
                                "end_session_endpoint": self.base + "/end", **self.said})
        elif path == "/jwks":
            self.tell(to, 200, {"keys": [k.public for k in self.keys]})
        elif path == "/authorize":
            self.authorize(to, given)
        elif path == "/token":
            self.token(to, given, to.headers.get("Authorization"))
        else:
            self.tell(to, 404, {})

    def tell(self, to, status, value, **headers):
        body = json.dumps(value).encode()
        to.send_response(status)
        for name, text in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            to.send_header(name, text)
        to.end_headers()
        to.wfile.write(body)

    def authorize(self, to, given):
        """Whoever comes is `user`, at once."""
        if given.get("client_id") != self.client or given.get("code_challenge_method") != "S256" or given.get("response_type") != "code":
            self.tell(to, 400, {"error": "invalid_request"})
            return
        code = secrets.token_urlsafe(24)
        self.codes[code] = given
        back = {"code": code, "state": given["state"], "iss": self.base, **self.answer}
        there = given["redirect_uri"] + "?" + urllib.parse.urlencode({k: v for k, v in back.items() if v is not None})
        self.tell(to, 302, {}, Location=there)

    def knows_client(self, given, authorization):
        if not self.secret:
            return given.get("client_id") == self.client
        if self.said.get("token_endpoint_auth_methods_supported") == ["client_secret_post"]:
            return (given.get("client_id"), given.get("client_secret")) == (self.client, self.secret)
        pair = ":".join(urllib.parse.quote(p, safe="") for p in (self.client, self.secret))
        return authorization == "Basic " + base64.b64encode(pair.encode()).decode()

    def token(self, to, given, authorization):
        asked = self.codes.pop(given.get("code"), None)
        proof = text_of(hashlib.sha256(given.get("code_verifier", "").encode()).digest())
        if not self.knows_client(given, authorization):
            self.tell(to, 401, {"error": "invalid_client"})
        elif not asked or asked["code_challenge"] != proof or asked["redirect_uri"] != given.get("redirect_uri"):
            self.tell(to, 400, {"error": "invalid_grant"})
        else:
            self.tell(to, 200, {"access_token": self.access(), "token_type": "Bearer", "id_token": self.signed({"nonce": asked["nonce"], "azp": self.client, **self.user, **self.claims})})

    # --- tokens

    def signed(self, claims, key=None, **header):
        key, now = key or self.key, int(time.time())
        said = {"iss": self.base, "aud": self.client, "iat": now, "exp": now + 300, **claims}
        said = {k: v for k, v in said.items() if v is not None}
        head = {k: v for k, v in {"alg": key.alg, "typ": "JWT", "kid": key.name, **self.header, **header}.items() if v is not None}
        data = ".".join(text_of(json.dumps(part).encode()) for part in (head, said))
        return data + "." + text_of(key.sign(data.encode()))

    def access(self, key=None, typ="at+jwt", **claims):
        return self.signed({**self.user, **claims}, key, typ=typ)

    def turn(self, name, alg="RS256"):
        """Another key signs from now on; the set has both."""
        self.key = Key(name, alg)
        self.keys.append(self.key)
        return self.key
