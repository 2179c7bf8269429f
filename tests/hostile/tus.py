#!/usr/bin/env python3
"""tus.py BASE EDITOR_TOKEN SECOND_EDITOR_TOKEN: tus 1.0.0 used wrongly.

Whatever a client does, the told offset is true: it never lies beyond what was sent, never moves by a
refused request, and belongs to one account. The answers that tus defines carry Tus-Resumable.
"""
import argparse
import hashlib
import re
import sys
import threading
import time

from raw import Broken, Client, Tally, Wire, alive
from tus_client import NO_SUCH, OCTETS, Tus, b64, offset_of


def protocol(tus):
    """Versions, and what the server says of itself."""
    answer = tus.client.ask("OPTIONS", "/v1/uploads")
    tus.want("options", answer, 200, 204)
    tus.tally.check("options tells the version", "1.0.0" in (answer.header("tus-version") or ""),
        repr(answer.fields))
    told = set(re.split("[ ,]+", answer.header("tus-extension") or ""))
    wanted = {"creation", "creation-with-upload", "termination", "checksum", "expiration"}
    tus.tally.check("options tells the extensions", wanted <= told and "creation-defer-length" not in told,
        repr(told))
    tus.tally.check("options tells the algorithms", answer.header("tus-checksum-algorithm"),
        "no Tus-Checksum-Algorithm")
    path = tus.fresh()
    for value in (None, "", "0.2.2", "1.0", "1.0.1", "2.0.0", "1.0.0, 2.0.0", "v1.0.0", " "):
        for method, target in (("POST", "/v1/uploads"), ("HEAD", path), ("PATCH", path), ("DELETE", path)):
            headers = {"Tus-Resumable": value, "Upload-Length": "10", "Upload-Offset": "0",
                "Upload-Metadata": tus.metadata(), "Content-Type": OCTETS}
            if method in ("HEAD", "DELETE"):
                headers = {"Tus-Resumable": value}
            if method == "POST":
                del headers["Content-Type"], headers["Upload-Offset"]
            answer = tus.ask(method, target, headers,
                b"0123456789" if method == "PATCH" else b"" if method == "POST" else None)
            name = f"{method} with Tus-Resumable {value!r}"
            if tus.want(name, answer, 412):
                tus.tally.check(f"{name} tells Tus-Version", "1.0.0" in (answer.header("tus-version") or ""),
                    repr(answer.fields))
    tus.want_offset("after wrong versions", path, 0)
    two = Wire(tus.client.address)
    two.send(tus.client.head_of("HEAD", path, {"Tus-Resumable": "1.0.0", "tus-resumable": "1.0.0"}, None))
    answer = two.answer("HEAD")
    two.close()
    tus.tally.check("two Tus-Resumable", answer and answer.status in (400, 412),
        f"got {answer and answer.status}")
    for method in ("PUT", "POST"):
        tus.want(f"{method} on an upload", tus.ask(method, path, body=b""), 404, 405)
    override = tus.ask("POST", path, {"X-HTTP-Method-Override": "DELETE"}, b"")
    tus.want("method override is not followed", override, 404, 405)
    tus.want_offset("after method override", path, 0)


def creation(tus):
    """Lengths and metadata."""
    lengths = {"missing": None, "empty": "", "negative": "-1", "minus-zero": "-0", "plus": "+10",
        "word": "ten", "hex": "0xa", "float": "10.0", "exponent": "1e1", "space": "1 0",
               "list": "10, 10", "underscore": "1_0", "wrap-64": "18446744073709551617",
               "sign-wrap": "9223372036854775808", "100-digits": "9" * 100, "infinite": "Infinity"}
    for name, value in lengths.items():
        tus.want(f"length {name}", tus.create({"Upload-Length": value}), 400,
            *([413] if value and value.isdigit() else []))
    tus.want("length huge", tus.create({"Upload-Length": str(1 << 60)}), 400, 413)
    for value in ("1", "0", "yes"):
        tus.want(f"defer length {value}", tus.create({"Upload-Length": None, "Upload-Defer-Length": value}),
            400)
        tus.want(f"defer length {value} and length", tus.create({"Upload-Defer-Length": value}), 400)
    good = b64("a.bin")
    video, purpose = f"videoId {b64(tus.video)}", f"purpose {b64('original')}"
    broken = {
        "bad-base64": f"filename !!!!,{video},{purpose}", "cut-base64": f"filename YWJ,{video},{purpose}",
        "one-letter": f"filename Y,{video},{purpose}", "url-safe": f"filename _-8=,{video},{purpose}",
        "padding-inside": f"filename YQ==YQ==,{video},{purpose}",
        "padding-three": f"filename YQ===,{video},{purpose}",
        "dangling-bits": f"filename YR==,{video},{purpose}",
        "not-utf8": f"filename {b64(bytes([0xff, 0xfe]))},{video},{purpose}",
        "overlong": f"filename {b64(bytes([0xc0, 0xaf]))},{video},{purpose}",
        "nul": f"filename {b64('a' + chr(0) + 'b')},{video},{purpose}",
        "duplicate": f"filename {good},filename {good},{video},{purpose}",
        "duplicate-purpose": f"filename {good},{video},{purpose},purpose {b64('poster')}",
        "three-words": f"filename {good} x,{video},{purpose}",
        "empty-pair": f"filename {good},,{video},{purpose}",
        "comma-tail": f"filename {good},{video},{purpose},",
        "no-key": f" {good},{video},{purpose}", "quoted": f'filename "{good}",{video},{purpose}',
        "equals": f"filename={good},{video},{purpose}", "semicolons": f"filename {good};{video};{purpose}",
        "long": f"filename {b64('a' * 5000)},{video},{purpose}",
        "many": ",".join(f"k{i} {good}" for i in range(300)) + f",{video},{purpose}",
        "plain": "filename a.bin",
    }
    loose = {"empty-pair", "comma-tail", "nul", "long", "many", "dangling-bits", "no-key",
        "equals"}  # forgiving these is no danger, as names are only texts
    for name, value in broken.items():
        tus.want(f"metadata {name}", tus.create({"Upload-Metadata": value}), 400, 422,
            *([201] if name in loose else []), *([413, 431] if name in ("long", "many") else []))
    for name, members in {"unknown-purpose": {"purpose": "backdoor"}, "empty-purpose": {"purpose": ""},
        "purpose-case": {"purpose": "ORIGINAL"}, "no-video": {"videoId": None},
        "empty-video": {"videoId": ""}}.items():
        tus.want(f"metadata {name}", tus.create({"Upload-Metadata": tus.metadata(**members)}), 400, 404, 422)
    tus.want("metadata missing", tus.create({"Upload-Metadata": None}), 400, 404, 422)
    for name, video in {"unknown": NO_SUCH, "path": "../../etc/passwd", "sql": "' OR 1=1 --",
        "long": "a" * 300}.items():
        tus.want(f"video {name}", tus.create({"Upload-Metadata": tus.metadata(videoId=video)}), 400, 404, 422)
    tus.want("video and show", tus.create({"Upload-Metadata": tus.metadata(showSlug="no-such-show")}), 400,
        404, 422)
    tus.want("caption without language", tus.create({"Upload-Metadata": tus.metadata(purpose="caption")}),
        400, 422)
    anonymous = Client(tus.base)
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "10", "Upload-Metadata": tus.metadata()}
    tus.want("creation without a token", anonymous.ask("POST", "/v1/uploads", headers, b""), 401)
    tus.want("creation with a broken token", anonymous.ask("POST", "/v1/uploads",
        {**headers, "Authorization": "Bearer x.y.z"}, b""), 401)
    anonymous.close()


def appending(tus):
    """Offsets, types, too much, and an end."""
    path = tus.fresh()
    for name, value in {"missing": None, "empty": "", "negative": "-1", "plus": "+0", "word": "zero",
        "hex": "0x0", "float": "0.0", "space": "0 0", "list": "0, 0", "wrap": "18446744073709551616"}.items():
        tus.want(f"offset {name}", tus.patch(path, 0, b"01234", {"Upload-Offset": value}), 400,
            *([409] if name == "wrap" else []))
        tus.want_offset(f"offset {name}", path, 0)
    for value in (1, 5, 10, 11, 1 << 40):
        tus.want(f"offset {value} of 0", tus.patch(path, value, b"01234"), 409)
        tus.want_offset(f"offset {value} of 0", path, 0)
    for value in (None, "", "application/octet-stream", "application/json", "text/plain",
        "application/offset+octet-streamx", "multipart/form-data; boundary=x"):
        tus.want(f"type {value!r}", tus.patch(path, 0, b"01234", {"Content-Type": value}), 415,
            *([400] if not value else []))
        tus.want_offset(f"type {value!r}", path, 0)
    told = tus.patch(path, 0, b"01234")
    tus.want("half", told, 204)
    tus.tally.check("half: told offset", offset_of(told) == 5, repr(told.header("upload-offset")))
    tus.want("half again", tus.patch(path, 0, b"01234"), 409)
    tus.want("nothing more", tus.patch(path, 5, b""), 204, 400)
    tus.want_offset("nothing more", path, 5)
    tus.want("beyond the length", tus.patch(path, 5, b"x" * 100), 400, 403, 409, 413, 422)
    tus.want_offset("beyond the length", path, *range(5, 11))
    at = tus.offset(path) or 0
    if at < 10:
        tus.want("the rest", tus.patch(path, at, b"0123456789"[at:]), 204)
    tus.want_offset("the end", path, 10)
    tus.want("after the end", tus.patch(path, 10, b"x"), 400, 403, 404, 409, 410, 413)
    tus.want("from the start after the end", tus.patch(path, 0, b"0123456789"), 403, 404, 409, 410, 413)
    done = tus.ask("HEAD", path)
    tus.tally.check("still finished", done.status in (404, 410) or offset_of(done) == 10,
        f"{done.status} {done.header('upload-offset')}")
    for ghost in (f"/v1/uploads/{NO_SUCH}", "/v1/uploads/x", "/v1/uploads/" + "a" * 500):
        tus.want(f"PATCH {ghost[:40]}", tus.patch(ghost, 0, b"x"), 404, 400)
        tus.want(f"HEAD {ghost[:40]}", tus.ask("HEAD", ghost), 404, 400)
        tus.want(f"DELETE {ghost[:40]}", tus.ask("DELETE", ghost), 404, 400)


def head_and_delete(tus):
    path = tus.fresh()
    told = tus.ask("HEAD", path)
    tus.want("HEAD", told, 200, 204)
    tus.tally.check("HEAD is not stored", "no-store" in (told.header("cache-control") or ""),
        repr(told.header("cache-control")))
    tus.tally.check("HEAD tells the length", told.header("upload-length") == "10",
        repr(told.header("upload-length")))
    tus.tally.check("HEAD tells the version", told.header("tus-resumable") == "1.0.0", repr(told.fields))
    tus.want("DELETE", tus.ask("DELETE", path), 204)
    tus.want("HEAD after DELETE", tus.ask("HEAD", path), 404, 410)
    tus.want("PATCH after DELETE", tus.patch(path, 0, b"x"), 404, 410)
    tus.want("DELETE after DELETE", tus.ask("DELETE", path), 404, 410)


def checksums(tus):
    body = b"01234"
    sha1, sha256 = b64(hashlib.sha1(body).digest()), b64(hashlib.sha256(body).digest())
    path = tus.fresh()
    bad = {"unknown": f"crc99 {sha1}", "none": "none x", "upper": f"SHA1X {sha1}", "no-value": "sha1",
        "empty": "", "empty-value": "sha1 ", "bad-base64": "sha1 !!!!", "short": f"sha1 {b64(b'x')}",
           "sha256-as-sha1": f"sha1 {sha256}", "three-words": f"sha1 {sha1} x",
           "list": f"sha1 {sha1},sha1 {sha1}", "hex": f"sha1 {hashlib.sha1(body).hexdigest()}"}
    for name, value in bad.items():
        tus.want(f"checksum {name}", tus.patch(path, 0, body, {"Upload-Checksum": value}), 400,
            *([460] if name in ("short", "sha256-as-sha1", "hex") else []))
        tus.want_offset(f"checksum {name}", path, 0)
    for name, value in {"sha1": f"sha1 {b64(hashlib.sha1(b'other').digest())}",
        "sha256": f"sha256 {b64(hashlib.sha256(b'other').digest())}"}.items():
        tus.want(f"checksum wrong {name}", tus.patch(path, 0, body, {"Upload-Checksum": value}), 460,
            *([400] if name == "sha256" else []))
        tus.want_offset(f"checksum wrong {name}", path, 0)
    tus.want("checksum right", tus.patch(path, 0, body, {"Upload-Checksum": f"sha1 {sha1}"}), 204)
    tus.want("checksum of other bytes", tus.patch(path, 5, b"56789", {"Upload-Checksum": f"sha1 {sha1}"}),
        460)
    tus.want_offset("checksum of other bytes", path, 5)
    large = bytes(range(256)) * 4096 * 3  # above any single read
    path = tus.fresh(len(large))
    tus.want("checksum wrong at 3 MiB", tus.patch(path, 0, large, {"Upload-Checksum": f"sha1 {sha1}"}), 460)
    tus.want_offset("checksum wrong at 3 MiB", path, 0)
    tus.want("checksum right at 3 MiB", tus.patch(path, 0, large,
        {"Upload-Checksum": f"sha1 {b64(hashlib.sha1(large).digest())}"}), 204)
    tus.ask("DELETE", path)


def with_upload(tus):
    """creation-with-upload: the same rules, one request earlier."""
    body = {"Content-Type": OCTETS}
    answer = tus.create(body, b"01234")
    tus.want("creation with upload", answer, 201)
    tus.tally.check("creation with upload: told offset", offset_of(answer) == 5,
        repr(answer.header("upload-offset")))
    answer = tus.create(body, b"0123456789")
    tus.want("creation with all of it", answer, 201)
    tus.tally.check("creation with all of it: told offset", offset_of(answer) == 10,
        repr(answer.header("upload-offset")))
    answer = tus.create(body, b"x" * 50)
    tus.want("creation with too much", answer, 400, 413)
    tus.want("creation with another type", tus.create({"Content-Type": "text/plain"}, b"01234"), 415, 400)
    tus.want("creation with JSON", tus.create({"Content-Type": "application/json"}, b"{}"), 415, 400)
    wrong = {**body, "Upload-Checksum": f"sha1 {b64(hashlib.sha1(b'other').digest())}"}
    answer = tus.create(wrong, b"01234")
    if answer.status == 201:  # created, and nothing of the body kept, is right too
        tus.tally.check("creation with a wrong checksum: told offset", offset_of(answer) in (0, None),
            repr(answer.header("upload-offset")))
    else:
        tus.want("creation with a wrong checksum", answer, 460)


def owners(tus, other):
    """An upload is its maker's; to another editor it does not exist, and no word betrays it."""
    path = tus.fresh()
    for method in ("HEAD", "PATCH", "DELETE"):
        ask = (lambda: other.patch(path, 0, b"stolen")) if method == "PATCH" else (lambda: other.ask(method,
            path))
        tus.want(f"another account's {method}", ask(), 404)
        tus.want_offset(f"another account's {method}", path, 0)
    anonymous = Client(tus.base)
    for method in ("HEAD", "PATCH", "DELETE"):
        headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0",
            "Content-Type": OCTETS} if method == "PATCH" else {"Tus-Resumable": "1.0.0"}
        tus.want(f"nobody's {method}", anonymous.ask(method, path, headers,
            b"stolen" if method == "PATCH" else None), 401, 404)
    anonymous.close()
    tus.want_offset("nobody's requests", path, 0)
    one, two = other.ask("HEAD", path), other.ask("HEAD", f"/v1/uploads/{NO_SUCH}")
    tus.tally.check("foreign and missing look alike", one.status == two.status,
        f"{one.status} and {two.status}")


def at_once(tus, tries=5):
    """Two PATCHes at offset 0: one wins, the bytes are one sender's."""
    size = 1 << 20
    for n in range(tries):
        path, got = tus.fresh(size), [None, None]

        def send(at):
            own = Tus(tus.base, tus.client.token, tus.tally, tus.video)
            try:
                got[at] = own.patch(path, 0, bytes([65 + at]) * size).status
            except (Broken, OSError) as fault:
                got[at] = repr(fault)
            own.client.close()

        threads = [threading.Thread(target=send, args=(at,)) for at in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        won = [status for status in got if status == 204]
        lost = [status for status in got if status in (403, 409, 410, 423)]
        tus.tally.check(f"at once {n}: one wins", len(won) == 1 and len(lost) == 1, f"got {got}")
        told = tus.ask("HEAD", path)
        tus.tally.check(f"at once {n}: offset", told.status in (404, 410) or offset_of(told) == size,
            f"offset {offset_of(told)} after {got}")


def broken_off(tus):
    """The line breaks inside a PATCH: HEAD tells what is safe, and never more than was sent."""
    size = 4 << 20
    for name, sent in (("nothing", 0), ("one-byte", 1), ("some", 70001), ("most", 3 << 20)):
        path = tus.fresh(size)
        wire = Wire(tus.client.address)
        headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": OCTETS,
            "Content-Length": str(size)}
        wire.send(tus.client.head_of("PATCH", path, headers, None) + b"z" * sent)
        time.sleep(0.2)
        wire.close()
        end = time.monotonic() + 5
        told = tus.ask("HEAD", path)
        while told.status == 423 and time.monotonic() < end:
            time.sleep(0.1)
            told = tus.ask("HEAD", path)
        at = offset_of(told)
        tus.tally.check(f"broken off after {name}", at is not None and at <= sent,
            f"{sent} sent, offset {at}, status {told.status}")
        for _ in range(20):
            answer = tus.patch(path, at or 0, b"y" * (size - (at or 0)))
            if answer.status not in (409, 423):
                break
            time.sleep(0.2)
            at = tus.offset(path)
        tus.want(f"resumed after {name}", answer, 204)
        tus.ask("DELETE", path)
    path = tus.fresh(10)
    with Wire(tus.client.address) as wire:  # a chunked body is a body; a broken one moves nothing beyond what came
        headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": OCTETS,
            "Transfer-Encoding": "chunked"}
        wire.send(tus.client.head_of("PATCH", path, headers, None) + b"3\r\n012\r\nzz\r\n")
        try:
            answer = wire.answer("PATCH", 5.0)
            tus.tally.check("broken chunks", answer is None or answer.status in (400, 411),
                f"got {answer and answer.status}")
        except (Broken, TimeoutError) as fault:
            tus.tally.check("broken chunks", False, repr(fault))
    tus.want_offset("broken chunks", path, 0, 1, 2, 3)


def main():
    options = argparse.ArgumentParser(description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("base", help="http://HOST:PORT")
    options.add_argument("token", help="of an editor")
    options.add_argument("other", help="of a second editor")
    told = options.parse_args()
    tally = Tally("tus")
    tus = Tus(told.base, told.token, tally)
    other = Tus(told.base, told.other, tally)
    parts = [protocol, creation, appending, head_and_delete, checksums, with_upload,
        lambda t: owners(t, other), at_once, broken_off]
    for part in parts:
        try:
            part(tus)
        except (Broken, OSError) as fault:
            tus.client.close()
            tally.check(getattr(part, "__name__", "part"), False, f"{type(fault).__name__}: {fault}")
    for own in (tus, other):
        own.client.ask("DELETE", f"/v1/videos/{own.video}")
    alive(tally, told.base)
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
