#!/usr/bin/env python3
"""paths.py BASE: no spelling of a path leads out of where it points.

  URLs        every encoding under every kind of route: refused, and no byte of a foreign file
  file names  the same as tus `filename` and as titles (--token): inert text, or refused
  --marker    a text that the caller planted in files named `secret` beside the data folder and at its top
  --walk DIR --data DIR   DIR is listed before and after: nothing new outside the data folder, and
              inside it only names that the hub makes itself
"""
import argparse
import base64
import os
import re
import sys

from path_texts import encoded, parts, plain
from raw import Broken, Client, Tally, Wire, address_of, alive, guarded, spread

REFUSALS = {400, 403, 404, 405, 410}
TOO_LONG = {414, 431}
ROOTS = (b"/d/", b"/stream/", b"/assets/", b"/openapi/", b"/problems/", b"/v1/videos/", b"/watch/")
DEEPER = ((b"/d/0123456789abcdef/", b""), (b"/stream/x/", b"/master.m3u8"), (b"/openapi/", b".json"),
    (b"/", b""))
SLUG = re.compile(r"[a-z0-9-]{1,80}\Z")
OWN_NAME = re.compile(r"([0-9a-hjkmnp-tv-z]{26}|[0-9a-f]{2,64}|[0-9]{1,20}|[a-z]{1,16})"
                      r"([.-]([0-9a-z]{1,64}))*\Z")


def asks():
    """(name, target) for every root and every trick."""
    for name, piece in encoded():
        for root in ROOTS:
            yield f"{root.decode()} {name}", root + piece
        for before, after in DEEPER:
            yield f"{before.decode()}…{after.decode()} {name}", before + piece + after


def leak(answer, marker):
    seen = answer.body + repr(answer.fields).encode()
    if b"root:x:" in seen:
        return "the answer holds /etc/passwd"
    if marker and marker in seen:
        return "the answer holds the planted file"
    if any(name == "x-injected" for name, _ in answer.fields):
        return "a header was injected"
    return None


def from_root(target):
    """Whether the trick stands right behind the first slash: a page may then lie there."""
    return not target.startswith(ROOTS) and not target.startswith((b"/d/", b"/stream/", b"/openapi/"))


def try_urls(tally, base, marker, threads):
    client = Client(base)
    rows = list(asks())
    slices = [rows[at::threads] for at in range(threads)]

    def one(own, name, target):
        try:
            answer = own.ask("GET", target)
        except (Broken, OSError) as fault:
            own.close()
            tally.check(name, False, f"{type(fault).__name__}: {fault}")
            return
        allowed = REFUSALS | (TOO_LONG if len(target) > 500 else set())
        if from_root(target):
            allowed = allowed | {200, 301, 302, 303, 307, 308}  # `/` + text may be a page; a leak may not
        why = leak(answer, marker)
        if not why and answer.status not in allowed:
            why = f"{answer.status} for {target[:100]!r}"
        tally.check(name, not why, why)

    def some(rows_of_one):
        own = client.clone()
        for name, target in rows_of_one:
            one(own, name, target)
        own.close()

    spread(some, slices, threads)


def metadata(**members):
    return ",".join(f"{name} {base64.b64encode(value.encode('utf-8', 'surrogatepass')).decode()}" for name,
        value in members.items())


def make_video(client, title):
    return client.ask_json("POST", "/v1/videos", {"title": title, "visibility": "private"})


def one_upload(tally, client, video, at, name, text):
    """The name is kept as text or refused; every tenth upload is finished so that it becomes a file."""
    body = b"hello"
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(body)), "Content-Length": "0",
               "Upload-Metadata": metadata(filename=text, videoId=video, purpose="original")}
    answer = client.ask("POST", "/v1/uploads", headers, b"")
    good = answer.status == 201 or 400 <= answer.status < 500
    if not tally.check(f"filename {name}", good, f"status {answer.status}") or answer.status != 201:
        return 0
    where = answer.header("location") or ""
    tally.check(f"filename {name} location",
        re.fullmatch(r"(https?://[^/]+)?/v1/uploads/[0-9A-Za-z_-]{16,64}", where), where[:100])
    path = "/" + where.split("/", 3)[3] if "://" in where else where
    if at % 10 == 0:
        headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0",
            "Content-Type": "application/offset+octet-stream"}
        told = client.ask("PATCH", path, headers, body)
        tally.check(f"filename {name} finished", told.status in (200, 204) or 400 <= told.status < 500,
            f"status {told.status}")
    client.ask("DELETE", path, {"Tus-Resumable": "1.0.0"})
    return 1


def one_title(tally, client, name, text):
    answer = make_video(client, text)
    if not tally.check(f"title {name}", answer.status in (201, 400, 413, 422),
        f"status {answer.status}") or answer.status != 201:
        return 0
    told = answer.json() or {}
    kept = told.get("title")
    tally.check(f"title {name} kept", kept in (text, text.strip()),
        f"{text[:60]!r} became {str(kept)[:60]!r}")
    slug = told.get("slug", "")
    tally.check(f"title {name} slug", SLUG.match(slug), f"slug {slug[:60]!r}")
    client.ask("DELETE", f"/v1/videos/{told.get('id')}")
    return 1


def try_names(tally, base, token):
    client = Client(base, token)
    video = (make_video(client, "names that try to be paths").json() or {}).get("id")
    if not tally.check("a video to upload to", video, "POST /v1/videos with the token made none"):
        return
    uploads = titles = 0
    for at, (name, text) in enumerate(plain()):
        try:
            uploads += one_upload(tally, client, video, at, name, text)
            titles += one_title(tally, client, name, text)
        except (Broken, OSError) as fault:
            client.close()
            tally.check(f"name {name}", False, f"{type(fault).__name__}: {fault}")
    client.ask("DELETE", f"/v1/videos/{video}")
    client.close()
    tally.check("some names were accepted", uploads and titles,
        f"{uploads} uploads and {titles} titles: the runner proves nothing")


def listing(folder):
    found = set()
    for here, folders, files in os.walk(folder):
        found |= {os.path.join(here, name) for name in folders + files}
    return found


def compare(tally, data, before, after):
    data = os.path.join(os.path.realpath(data), "")
    words = parts()
    for path in sorted(after - before):
        if not path.startswith(data):
            tally.check("outside the data folder", False, f"{path!r} appeared")
            continue
        name = os.path.basename(path)
        tally.check("inside the data folder", OWN_NAME.match(name) and name not in words,
            f"{path!r} is no name of the hub's")
    gone = [path for path in before - after if not path.startswith(data)]
    tally.check("nothing outside was removed", not gone, repr(gone[:5]))


def main():
    options = argparse.ArgumentParser(description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("base", help="http://HOST:PORT")
    options.add_argument("--marker", default="", help="the planted text")
    options.add_argument("--token", help="of an editor: tries file names and titles too")
    options.add_argument("--walk", help="a folder that holds the data folder and little else")
    options.add_argument("--data", help="the data folder")
    options.add_argument("--threads", type=int, default=4)
    told = options.parse_args()
    if bool(told.walk) != bool(told.data):
        options.error("--walk and --data go together")
    Wire(address_of(told.base)[0]).close()
    tally = Tally("paths")
    folder = os.path.realpath(told.walk) if told.walk else None
    before = listing(folder) if folder else set()
    guarded(tally, lambda _: try_urls(tally, told.base, told.marker.encode(), told.threads))("urls")
    if told.token:
        guarded(tally, lambda _: try_names(tally, told.base, told.token))("names")
    if folder:
        compare(tally, told.data, before, listing(folder))
    alive(tally, told.base)
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
