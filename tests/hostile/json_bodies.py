#!/usr/bin/env python3
"""json_bodies.py BASE TOKEN: broken and evil bodies for POST /v1/videos.

Unreadable is 400 `malformed`; readable but against the contract is 422 `invalid` with a JSON Pointer
for every fault at once; another content type is 415; more than the body limit is 413. The right
bodies among them must be taken (201), or a server that refuses everything would pass.
"""
import argparse
import json
import re
import sys
from dataclasses import dataclass

from raw import Broken, Client, Tally, alive

JSON = "application/json"
MALFORMED, INVALID, TYPE, LARGE, MADE = {400}, {422}, {415}, {413}, {201}
LONG = "x" * 20000  # beyond any member's ceiling, within the body's


@dataclass
class Row:
    name: str
    body: bytes
    statuses: set
    pointers: tuple = ()
    kind: str = JSON
    headers: tuple = ()


def unreadable():
    """RFC 8259 to the letter; what parsers disagree about is refused."""
    texts = {
        "empty": "", "blank": "   \r\n\t", "word": "title", "open-brace": "{", "close-brace": "}",
        "open-bracket": "[", "unclosed": '{"title":"a"', "unclosed-text": '{"title":"a',
        "unclosed-escape": '{"title":"a\\', "comma-tail": '{"title":"a",}', "comma-head": '{,"title":"a"}',
        "two-commas": '{"title":"a",,"kind":"clip"}', "no-colon": '{"title" "a"}',
        "no-value": '{"title":}', "no-name": '{:"a"}', "bare-name": '{title:"a"}',
        "apostrophes": "{'title':'a'}", "number-name": '{1:"a"}', "semicolon": '{"title":"a";}',
        "comment-line": '{"title":"a"} // b', "comment-block": '{/* */"title":"a"}',
        "comment-hash": '# a\n{"title":"a"}', "trailing-word": '{"title":"a"}x',
        "trailing-object": '{"title":"a"}{"title":"b"}', "trailing-brace": '{"title":"a"}}',
        "trailing-nul": '{"title":"a"}\x00', "two-lines": '{"title":"a"}\n{"title":"b"}',
        "leading-comma": ',{"title":"a"}', "nan": '{"title":"a","season":NaN}',
        "infinity": '{"title":"a","season":Infinity}', "minus-infinity": '{"title":"a","season":-Infinity}',
        "plus": '{"title":"a","season":+1}', "leading-zero": '{"title":"a","season":01}',
        "hex": '{"title":"a","season":0x1}', "dot-head": '{"title":"a","season":.5}',
        "dot-tail": '{"title":"a","season":1.}', "exponent-empty": '{"title":"a","season":1e}',
        "minus-alone": '{"title":"a","season":-}', "underscore": '{"title":"a","season":1_0}',
        "upper-true": '{"title":"a","tags":TRUE}', "undefined": '{"title":undefined}',
        "python-none": '{"title":None}', "escape-x": '{"title":"\\x41"}', "escape-short": '{"title":"\\u12"}',
        "escape-letters": '{"title":"\\uZZZZ"}', "escape-apostrophe": '{"title":"\\\'"}',
        "raw-newline": '{"title":"a\nb"}', "raw-tab": '{"title":"a\tb"}', "raw-nul": '{"title":"a\x00b"}',
        "raw-escape": '{"title":"\x1b"}', "nul-escape": '{"title":"a\\u0000b"}',
        "nul-escape-in-name": '{"title":"a","x\\u0000":1}', "surrogate-high": '{"title":"\\ud800"}',
        "surrogate-low": '{"title":"\\udc00"}', "surrogate-swapped": '{"title":"\\udc00\\ud800"}',
        "surrogate-cut": '{"title":"\\ud83dx"}', "surrogate-twice": '{"title":"\\ud800\\ud800"}',
        "duplicate": '{"title":"a","title":"b"}', "duplicate-same": '{"title":"a","title":"a"}',
        "duplicate-escaped": '{"title":"a","\\u0074itle":"b"}',
        "duplicate-unknown": '{"title":"a","x":1,"x":1}',
        "duplicate-deep": '{"title":"a","chapters":[{"startMs":0,"startMs":1,"title":"b"}]}',
        "line-separator-outside": '{"title":"a"}\u2028', "nbsp-outside": '\u00a0{"title":"a"}',
        "vertical-tab": '\x0b{"title":"a"}', "form-feed": '{"title":"a"}\x0c',
        "huge-integer": '{"title":"a","season":' + "9" * 5000 + "}",
        "huge-exponent": '{"title":"a","season":1e999999}', "yaml": "title: a", "xml": "<title>a</title>",
        "form": "title=a&kind=clip", "deep-array": "[" * 20000, "deep-object": '{"a":' * 8000,
        "deep-closed": "[" * 9000 + "]" * 9000,
        "deep-member": '{"title":"a","x":' + "[" * 200 + "]" * 200 + "}",
        "deep-hidden": '{"title":' + '[{"a":' * 100 + "1" + "}]" * 100 + "}",
    }
    for name, text in texts.items():
        yield Row(name, text.encode("utf-8", "surrogatepass"), MALFORMED)
    good = '{"title":"a"}'
    binary = {
        "bom": b"\xef\xbb\xbf" + good.encode(), "utf-16-le": good.encode("utf-16-le"),
        "utf-16-be": good.encode("utf-16-be"), "utf-16-bom": good.encode("utf-16"),
        "utf-32": good.encode("utf-32"), "latin-1": b'{"title":"caf\xe9"}',
        "overlong": b'{"title":"\xc0\xaf"}', "overlong-quote": b'{"title":"a\xc0\xa2}',
        "overlong-nul": b'{"title":"\xc0\x80"}',
        "cesu-8": b'{"title":"\xed\xa0\xbd\xed\xb8\x80"}', "beyond-unicode": b'{"title":"\xf4\x90\x80\x80"}',
        "five-bytes": b'{"title":"\xf8\x88\x80\x80\x80"}', "cut-sequence": b'{"title":"\xe2\x82"}',
        "lone-continuation": b'{"title":"\x80"}', "ff": b'{"title":"\xff"}',
        "gzip": b"\x1f\x8b\x08\x00" + b"\x00" * 20,
        "bson": b"\x16\x00\x00\x00\x02title\x00\x02\x00\x00\x00a\x00\x00", "random": bytes(range(256)),
    }
    for name, body in binary.items():
        yield Row(name, body, MALFORMED)
    for name, text in {"array": "[]", "array-of-one": '[{"title":"a"}]', "scalar": '"a"', "number": "1",
        "null": "null", "true": "true"}.items():
        yield Row(f"root-{name}", text.encode(), {400, 422})


def broken_members():
    """One member wrong at a time; the pointer names it."""
    wrong = {
        "title": [None, 1, True, [], {}, "", LONG], "description": [None, 1, [], {}, LONG * 3],
        "kind": [None, 1, True, "", "Episode", "film", [], "clip ", LONG],
        "show": [None, 1, {}, [], "", "Not A Slug", "../x", "a" * 81, "ä"],
        "season": [None, "1", True, 1.5, [], -1, 9007199254740993, 1e300],
        "episode": [None, "1", False, 0.5, {}, -1, -9007199254740993],
        "tags": [None, "a", 1, {}, ["x"] * 3000, True], "language": [None, 1, [], "", "not a language", LONG],
        "visibility": [None, 1, "", "PUBLIC", "secret", []], "access": [None, 0, "", "vip", {}],
        "publishAt": [None, 1, "", "tomorrow", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
        "2026-01-01", "2026-01-01T00:00:00", "2026-01-01T25:00:00Z", "2026-01-01T00:00:00+99:99", LONG],
        "unpublishAt": [None, True, "never", "20260101T000000Z"],
        "contentRating": [None, 13, "su", "18", "", []], "chapters": [None, "a", {}, 1, True],
    }
    may_be_null = {"publishAt", "unpublishAt"}  # a contract may let a time be null
    for member, values in wrong.items():
        for at, value in enumerate(values):
            body = {"title": "a", member: value}
            if value is None and member in may_be_null:
                yield Row(f"{member}-null", json.dumps(body).encode(), INVALID | MADE, (f"/{member}",))
                continue
            yield Row(f"{member}-{at}-{str(value)[:16]}", json.dumps(body).encode(),
                INVALID | (LARGE if len(str(value)) > 50000 else set()), (f"/{member}",))
    deeper = {
        "tag-number": ({"tags": ["a", 1]}, ("/tags/1",)), "tag-null": ({"tags": [None]}, ("/tags/0",)),
        "tag-empty": ({"tags": [""]}, ("/tags/0",)), "tag-long": ({"tags": ["a", "b", LONG]}, ("/tags/2",)),
        "tag-list": ({"tags": [["a"]]}, ("/tags/0",)),
        "chapter-number": ({"chapters": [1]}, ("/chapters/0",)),
        "chapter-null": ({"chapters": [None]}, ("/chapters/0",)),
        "chapter-empty": ({"chapters": [{}]}, ("/chapters/0/startMs", "/chapters/0/title")),
        "chapter-negative": ({"chapters": [{"startMs": -1, "title": "a"}]}, ("/chapters/0/startMs",)),
        "chapter-text": ({"chapters": [{"startMs": "0", "title": "a"}]}, ("/chapters/0/startMs",)),
        "chapter-title": ({"chapters": [{"startMs": 0, "title": 5}]}, ("/chapters/0/title",)),
        "chapter-unknown": ({"chapters": [{"startMs": 0, "title": "a", "x": 1}]}, ("/chapters/0/x",)),
        "title-missing": ({"kind": "clip"}, ("/title",)),
        "nothing": ({}, ("/title",)), "unknown": ({"nope": 1}, ("/nope",)),
        "unknown-empty": ({"": 1}, ("/",)), "unknown-slash": ({"a/b~c": 1}, ("/a~1b~0c",)),
        "case": ({"Title": "a"}, ("/Title",)),
        "space": ({"title ": "a"}, ("/title ",)), "proto": ({"__proto__": {}}, ("/__proto__",)),
        "constructor": ({"constructor": {"prototype": {}}}, ("/constructor",)),
        "id": ({"id": "0" * 26}, ("/id",)), "slug": ({"slug": "mine"}, ("/slug",)),
        "state": ({"state": "published"}, ("/state",)), "owner": ({"ownerId": "x"}, ("/ownerId",)),
        "created": ({"createdAt": "2020-01-01T00:00:00Z"}, ("/createdAt",)),
        "snake-case": ({"content_rating": "SU"}, ("/content_rating",)),
        "long-name": ({"n" * 500: 1}, ("/" + "n" * 500,)),
        "everything": ({"title": 1, "kind": 2, "tags": [3], "season": "x", "zzz": 0},
        ("/title", "/kind", "/tags/0", "/season", "/zzz")),
    }
    for name, (members, pointers) in deeper.items():
        body = members if name in ("title-missing", "nothing") else {"title": "a", **members}
        yield Row(f"member-{name}", json.dumps(body).encode(), INVALID, pointers)
    many = {"title": "a", **{f"u{i}": 1 for i in range(2000)}}
    yield Row("member-2000-unknown", json.dumps(many).encode(), INVALID, ("/u0",))
    pointer_split = '{"title":"a","season":18446744073709551616}'
    yield Row("integer-beyond-64-bits", pointer_split.encode(), MALFORMED | INVALID)


def around():
    """Content types, lengths, and right bodies that must be taken."""
    good = json.dumps({"title": "hostile but right"}).encode()
    for name, kind in {"text": "text/plain", "form": "application/x-www-form-urlencoded",
        "multipart": "multipart/form-data; boundary=x", "xml": "application/xml", "none": None,
                       "empty": "", "json-text": "text/json", "suffix": "application/jsonx",
                       "prefix": "x-application/json", "merge": "application/merge-patch+json", "star": "*/*",
                       "utf-16": "application/json; charset=utf-16", "list": "application/json, text/plain",
                       "octets": "application/octet-stream", "problem": "application/problem+json"}.items():
        yield Row(f"type-{name}", good, TYPE | ({400} if name in ("none", "empty", "list",
            "utf-16") else set()), kind=kind)
    yield Row("encoding-gzip", b"\x1f\x8b\x08\x00", {400, 415}, headers=(("Content-Encoding", "gzip"),))
    yield Row("too-large", b'{"title":"' + b"a" * (2 << 20) + b'"}', LARGE)
    yield Row("too-large-blank", b" " * (2 << 20) + good, LARGE)
    yield Row("too-large-array", b"[" + b"0," * (1 << 20) + b"0]", LARGE)
    right = {
        "plain": '{"title":"hostile but right"}',
        "white-space": ' \r\n\t{ "title" :\t"hostile but right"\n } \r\n',
        "escaped-name": '{"\\u0074itle":"hostile but right"}', "emoji": '{"title":"\\ud83d\\ude00"}',
        "raw-emoji": '{"title":"😀"}', "solidus": '{"title":"a\\/b"}',
        "quotes": '{"title":"\\"\\\\\\b\\f\\n\\r\\t"}',
        "markup": '{"title":"</script><script>alert(1)</script>"}',
        "sql": '{"title":"\'); DROP TABLE video;--"}',
        "format": '{"title":"%s%n%x"}', "right-to-left": '{"title":"\u202eabc"}',
        "every-member": json.dumps({"title": "a", "description": "b", "kind": "clip", "tags": ["c"],
        "language": "id",
        "visibility": "private", "access": "everyone", "contentRating": "SU",
        "chapters": [{"startMs": 0, "title": "d"}]}),
    }
    loose = {"quotes", "right-to-left"}  # control characters in a title may be refused
    for name, text in right.items():
        yield Row(f"right-{name}", text.encode(), MADE | (INVALID | MALFORMED if name in loose else set()))
    for name, kind in {"charset": "application/json; charset=utf-8",
        "charset-upper": "Application/JSON;charset=UTF-8"}.items():
        yield Row(f"right-type-{name}", good, MADE, kind=kind)


def fault(row, answer):
    if answer.status not in row.statuses:
        told = answer.json() or {}
        return f"wanted {sorted(row.statuses)}, got {answer.status}: {str(told.get('detail', ''))[:80]} {answer.pointers()[:3]}"
    if answer.status >= 400 and (why := answer.problem_fault()):
        return why
    slug = {400: "malformed", 413: "too-large", 415: "media-type", 422: "invalid"}.get(answer.status)
    told = answer.json() or {}
    if slug and not re.search(rf"/problems/{slug}\Z", str(told.get("type"))):
        return f"the problem's type is {told.get('type')!r}, not {slug}"
    if answer.status == 422:
        seen = [str(pointer).removeprefix("#") for pointer in answer.pointers()]
        if missing := [pointer for pointer in row.pointers if pointer not in seen]:
            return f"errors[] names {seen[:8]}, but not {missing}"
        if any(not e.get("detail") for e in told["errors"]):
            return "an error has no detail"
    return None


def main():
    options = argparse.ArgumentParser(description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("base", help="http://HOST:PORT")
    options.add_argument("token", help="of an editor")
    told = options.parse_args()
    tally, client = Tally("json"), Client(told.base, told.token, patience=10.0)
    for row in [*unreadable(), *broken_members(), *around()]:
        headers = dict(row.headers)
        if row.kind is not None:
            headers["Content-Type"] = row.kind
        try:
            answer = client.ask("POST", "/v1/videos", headers, row.body)
            why = fault(row, answer)
            tally.check(row.name, not why, why)
            if answer.status == 201:
                client.ask("DELETE", f"/v1/videos/{(answer.json() or {}).get('id')}")
        except (Broken, OSError) as broken:
            client.close()
            tally.check(row.name, False, f"{type(broken).__name__}: {broken}")
    client.close()
    alive(tally, told.base)
    return tally.finish()


if __name__ == "__main__":
    sys.exit(main())
