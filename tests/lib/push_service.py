"""A push service (RFC 8030) on this machine, and the browsers that listen there: it checks who sends (RFC 8292) and opens what comes (RFC 8291, RFC 8188), by
Python's `cryptography` alone. `mood` of a browser is the status it is answered with."""
import base64
import http.server
import json
import os
import struct
import threading
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from case import need


def text_of(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def bytes_of(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point_of(key):
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def derived(secret, salt, info, n):
    return HKDF(hashes.SHA256(), n, salt, info).derive(secret)


def token_of(header, now):
    """What a good Authorization header claims; ValueError or InvalidSignature for any other."""
    scheme, _, rest = header.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    if scheme.lower() != "vapid" or set(parts) != {"t", "k"}:
        raise ValueError("no vapid header")
    head, claims, signature = parts["t"].split(".")
    if json.loads(bytes_of(head)) != {"typ": "JWT", "alg": "ES256"}:
        raise ValueError("another algorithm")
    raw = bytes_of(signature)
    if len(raw) != 64:
        raise ValueError("no ES256 signature")
    both = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes_of(parts["k"]))
    key.verify(both, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    said = json.loads(bytes_of(claims))
    if not now < said["exp"] <= now + 86400:
        raise ValueError("it has no right life")
    return said, parts["k"]


class BrowserPush:
    """One subscription: the keys of a browser, what was sent to it, and how it is answered."""

    def __init__(self, service, name):
        self.service, self.name = service, name
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.mood, self.retry_after, self.tries, self.messages = 201, None, [], []
        self.endpoint = f"{service.base}/push/{name}"

    @property
    def json(self):
        return {"endpoint": self.endpoint, "keys": {"p256dh": text_of(point_of(self.key.public_key())), "auth": text_of(self.auth)}}

    def open(self, body):
        salt, size, n = body[:16], *struct.unpack(">IB", body[16:21])
        point, record = body[21:21 + n], body[21 + n:]
        if n != 65 or not 18 <= len(record) <= size or len(body) > 4096:
            raise ValueError("no aes128gcm of one record")
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        info = b"WebPush: info\0" + point_of(self.key.public_key()) + point
        secret = derived(self.key.exchange(ec.ECDH(), theirs), self.auth, info, 32)
        key, nonce = derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16), derived(secret, salt, b"Content-Encoding: nonce\0", 12)
        plain = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0")
        if not plain.endswith(b"\2"):
            raise ValueError("it is not the last record")
        return json.loads(plain[:-1])

    def heard(self, many=1, patience=20.0):
        """What it was told, once that is so many."""
        end = time.monotonic() + patience
        while len(self.messages) < many and time.monotonic() < end:
            time.sleep(0.02)
        need(len(self.messages) >= many, f"{many} messages for {self.name}: {self.messages}, {self.tries}, {self.service.faults}")
        return self.messages

    def tried(self, many=1, patience=20.0):
        end = time.monotonic() + patience
        while len(self.tries) < many and time.monotonic() < end:
            time.sleep(0.02)
        need(len(self.tries) >= many, f"{many} tries for {self.name}: {self.tries}, {self.service.faults}")
        return self.tries


class PushService:
    """`offset`: of the hub's clock, in seconds."""

    def __init__(self, port=0):
        self.browsers, self.faults, self.key, self.offset = {}, [], None, 0
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, retry_after = service.take(self.path, self.headers, body)
                self.send_response(status)
                if retry_after:
                    self.send_header("Retry-After", str(retry_after))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def browser(self, name):
        self.browsers[name] = BrowserPush(self, name)
        return self.browsers[name]

    def take(self, path, headers, body):
        browser = self.browsers.get(path.rsplit("/", 1)[1])
        if not browser:
            return 404, None
        browser.tries.append(browser.mood)
        if browser.mood != 201:
            return browser.mood, browser.retry_after
        try:
            said, key = token_of(headers["Authorization"], time.time() + self.offset)
            if said["aud"] != self.base or not said["sub"] or (self.key and key != self.key):
                raise ValueError(f"claims of another: {said}")
            if headers["Content-Encoding"] != "aes128gcm" or not 0 <= int(headers["TTL"]) <= 86400 or len(headers["Topic"]) > 32:
                raise ValueError("headers")
            browser.messages.append({**browser.open(body), "topic": headers["Topic"], "length": len(body)})
        except (ValueError, KeyError, TypeError, InvalidSignature) as why:
            self.faults.append(repr(why))
            return 400, None
        return 201, None

    def stop(self):
        self.server.shutdown()
