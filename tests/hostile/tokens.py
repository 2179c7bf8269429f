#!/usr/bin/env python3
"""tokens.py URL [URL2] [--ticket URL]: a token that was altered in any way opens nothing.

URL is a good stream address, /stream/{token}/{version}/master.m3u8; URL2 another one, of another video,
so that fields can be swapped. --ticket is a good /d/{ticket}/{filename}. Every bit of every character
and of every decoded byte is flipped, the token is cut, lengthened, spelled otherwise and crossed with
the second one. Only the addresses as given may be answered 200; they are asked before and after.
"""
import argparse
import base64
import binascii
import re
import sys
import threading
import urllib.parse

from raw import Broken, Client, Tally, alive, spread

REFUSALS = {400, 403, 404, 410}
PLAIN = set(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"


def spell(raw):
    """Any bytes as one path segment."""
    return b"".join(bytes([b]) if b in PLAIN else b"%%%02X" % b for b in raw)


def flipped_characters(token):
    for at in range(len(token)):
        for bit in range(8):
            yield f"character {at} bit {bit}", token[:at] + bytes([token[at] ^ 1 << bit]) + token[at + 1:]


def decoders(part):
    """How this part may have been written: (name, bytes, encode again)."""
    text = part.decode("ascii", "replace")
    if re.fullmatch("[0-9a-f]+", text) and len(text) % 2 == 0:
        yield "hex", bytes.fromhex(text), lambda raw: raw.hex().encode()
    if re.fullmatch("[A-Za-z0-9_-]+", text) and len(text) % 4 != 1:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        yield "base64", raw, lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"=")


def fields_of(token):
    """The token cut at its separators, which are kept in the odd places."""
    return re.split(rb"([.~:])", token)


def flipped_bytes(token):
    parts = fields_of(token)
    for n, part in enumerate(parts):
        for name, raw, encode in decoders(part):
            for at in range(len(raw)):
                for bit in range(8):
                    new = raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1:]
                    yield f"{name} field {n} byte {at} bit {bit}", b"".join(parts[:n] + [encode(new)] + parts[n + 1:])


def cut_and_grown(token):
    for n in range(len(token)):
        yield f"first {n}", token[:n]
        yield f"without the first {n + 1}", token[n + 1:]
        yield f"without character {n}", token[:n] + token[n + 1:]
        yield f"character {n} twice", token[:n + 1] + token[n:]
    for n in range(len(token) - 1):
        if token[n] != token[n + 1]:
            yield f"characters {n} swapped", token[:n] + bytes([token[n + 1], token[n]]) + token[n + 2:]
    for tail in (b"A", b"0", b"=", b"==", b".", b"~", b"-", b"_", b"\x00", b" ", b"\n", b"\r\n", b"%", b"/",
        b"/.", b"?", b"#", b";a", b"\xff", "é".encode(), b".m3u8", b"AAAA", token, b"A" * 4000):
        yield f"with {tail[:8]!r} behind", token + tail
        yield f"with {tail[:8]!r} before", tail + token


def respelled(token):
    """The same bytes written otherwise: a token has one spelling."""
    text = token.decode("ascii", "replace")
    for name, new in {"upper": text.upper(), "lower": text.lower(), "swapped": text.swapcase(),
        "standard-alphabet": text.replace("-", "+").replace("_", "/"), "reversed": text[::-1],
                      "full-width": "".join(chr(ord(c) + 0xFEE0) for c in text),
                      "crockford": text.replace("0", "O").replace("1", "l"),
                      "grouped": text[:4] + "-" + text[4:]}.items():
        yield f"written {name}", new.encode()
    parts = fields_of(token)
    for n, part in enumerate(parts):
        for alphabet in (BASE64URL, BASE32, "0123456789abcdef"):
            if part and chr(part[-1]) in alphabet and n % 2 == 0:
                for letter in alphabet:  # the bits of the last letter that no byte needs
                    yield f"field {n} ends in {letter}", b"".join(parts[:n] + [part[:-1] + letter.encode()] + parts[n + 1:])
        for pad in (b"=", b"==", b"==="):
            yield f"field {n} padded {pad.decode()}", b"".join(parts[:n] + [part + pad] + parts[n + 1:])
        for name, raw, _ in decoders(part):
            for other, encode in {"base64": base64.b64encode, "base32": base64.b32encode,
                "hex": binascii.hexlify, "base85": base64.b85encode}.items():
                yield f"field {n} from {name} to {other}", b"".join(parts[:n] + [encode(raw)] + parts[n + 1:])
            yield f"field {n} {name} zeros", b"".join(parts[:n] + [base64.urlsafe_b64encode(bytes(len(raw))).rstrip(b"=")] + parts[n + 1:])


def crossed(token, other):
    for n in range(1, min(len(token), len(other))):
        yield f"first {n} of one, rest of the other", token[:n] + other[n:]
    one, two = fields_of(token), fields_of(other)
    if len(one) == len(two):
        for n in range(len(one)):
            yield f"field {n} of the other", b"".join(one[:n] + [two[n]] + one[n + 1:])
    for (name, a, encode), (name2, b, _) in zip(decoders(token), decoders(other)):
        if name == name2:
            for n in range(1, min(len(a), len(b))):
                yield f"{name}: first {n} bytes of one, rest of the other", encode(a[:n] + b[n:])


def junk():
    for name, token in {"empty": b"", "dot": b".", "dots": b"..", "null": b"null", "none": b"none", "a": b"a",
        "zeros": b"0" * 64, "as": b"A" * 64, "long": b"A" * 6000, "sql": b"' OR 1=1 --",
                        "jwt-none": b"eyJhbGciOiJub25lIn0.e30.", "format": b"%s%n", "template": b"{token}",
                        "star": b"*"}.items():
        yield f"junk {name}", token


class Address:
    """One good address taken apart."""

    def __init__(self, url, root):
        split = urllib.parse.urlsplit(url)
        parts = split.path.split("/")
        if len(parts) < 4 or parts[1] != root:
            raise SystemExit(f"{url}: /{root}/… is wanted")
        self.url, self.base, self.root = url, f"{split.scheme}://{split.netloc}", root
        self.token, self.rest, self.path = parts[2].encode(), "/".join(parts[3:]).encode(), split.path.encode()

    def with_token(self, token):
        return b"/" + self.root.encode() + b"/" + spell(token) + b"/" + self.rest


def control(tally, address, when):
    answer = Client(address.base).ask("HEAD" if address.root == "d" else "GET", address.path)
    tally.check(f"the good /{address.root}/ address {when}", answer.status in (200, 307),
        f"status {answer.status}: nothing is proved")


def attempts(address, others):
    """Every altered path once; what happens to be a good one is left out."""
    good, seen = {address.path} | {other.path for other in others}, set()
    groups = [flipped_characters(address.token), flipped_bytes(address.token), cut_and_grown(address.token),
        respelled(address.token), junk()]
    groups += [crossed(address.token, other.token) for other in others]
    rows = [(name, address.with_token(token)) for group in groups for name, token in group]
    for other in others:  # the version of another video under a good token
        rows.append(("the rest of the other address",
            b"/" + address.root.encode() + b"/" + address.token + b"/" + other.rest))
    for name, path in rows:
        if path not in seen and path not in good:
            seen.add(path)
            yield name, path


def try_all(tally, address, others, refusals, threads):
    rows = list(attempts(address, others))
    lock, opened = threading.Lock(), []

    def some(own_rows):
        client = Client(address.base)
        for name, path in own_rows:
            try:
                answer = client.ask("GET", path)
                good = answer.status in refusals or (len(path) > 2000 and answer.status in (414, 431))
                tally.check(f"/{address.root}/ {name}", good, f"status {answer.status} for {path[:160]!r}")
                if answer.status < 400:
                    with lock:
                        opened.append(path)
            except (Broken, OSError) as fault:
                client.close()
                tally.check(f"/{address.root}/ {name}", False, f"{type(fault).__name__}: {fault}")
        client.close()

    spread(some, [rows[at::threads] for at in range(threads)], threads)
    print(f"/{address.root}/: {len(rows)} altered addresses, {len(opened)} opened")


def main():
    options = argparse.ArgumentParser(description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("url", nargs="+", help="good stream addresses, one or two")
    options.add_argument("--ticket", action="append", default=[],
        help="a good download address; may be given twice")
    options.add_argument("--threads", type=int, default=4)
    told = options.parse_args()
    tally = Tally("tokens")
    streams, tickets = [Address(url, "stream") for url in told.url], [Address(url,
        "d") for url in told.ticket]
    for group, refusals in ((streams, REFUSALS), (tickets, {400, 404})):
        for address in group:
            control(tally, address, "before")
        if group:
            try_all(tally, group[0], group[1:], refusals, told.threads)
        for address in group:
            control(tally, address, "after")
    alive(tally, streams[0].base)
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
