"""Bodies bent in every way that the contract's schemas allow to think of: each fault is told with its place.

Generated: for every JSON operation and every member, a value of each wrong type, too long, too short, out
of bounds, out of its enumeration, and the member missing where it is required.
"""
import json
import socket

from case import check, equal, run, test
from contract import contract
from hub import Hub

ID = "0" * 26
VALUES = {"id": ID, "slug": "none", "ticket": "A" * 32, "key": "rapidshare-mode", "videoId": ID}

# What no schema of ours says: one of two, an address, a point of a curve (that of RFC 8291, 5).
POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
ABOUT = {"createReport": {"videoId": ID}, "createPushSubscription": {"endpoint": "https://push.example/x", "keys": {"p256dh": POINT, "auth": "A" * 22}}}


def start():
    hub = Hub()
    hub.admin = hub.signed_in("admin")
    return hub


def operations():
    """(operation, path, resolved schema of its JSON body)"""
    for o in contract().operations:
        content = o.node.get("requestBody", {}).get("content", {})
        if "application/json" not in content or o.template.startswith("/ofrep/"):  # that protocol has refusals of its own: test_flags
            continue
        path = o.template
        for name in path.replace("{", "}").split("}")[1::2]:
            path = path.replace("{%s}" % name, VALUES[name])
        yield o, path, contract().resolve(content["application/json"]["schema"])


def kinds(schema):
    found = schema.get("type", "object")
    return set(found if isinstance(found, list) else [found])


def good(schema):
    """A value that holds."""
    schema = contract().resolve(schema)
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("format") == "date-time":
        return "2031-01-01T00:00:00Z"
    kind = kinds(schema) - {"null"}
    if "object" in kind:
        return {name: good(inner) for name, inner in schema.get("properties", {}).items() if name in schema.get("required", [])}
    if "array" in kind:
        return []
    if "integer" in kind:
        return schema.get("minimum", 1)
    if "boolean" in kind:
        return True
    return {"^[a-z]{2,3}-?[A-Z]{0,2}$": "id", "^[A-Za-z0-9_-]{87}$": "A" * 87, "^[A-Za-z0-9_-]{22}$": "A" * 22}.get(schema.get("pattern"), "a")


def bad(schema, at=""):
    """(value, pointer below the member) for each way to break it."""
    schema = contract().resolve(schema)
    kind = kinds(schema)
    samples = {"string": "a", "integer": 1, "boolean": True, "array": [], "object": {}, "null": None}
    for name, value in samples.items():
        if name not in kind:
            yield value, at
    if "integer" in kind:
        yield 1.5, at
        yield "1", at
    if "minimum" in schema:
        yield schema["minimum"] - 1, at
    if "maximum" in schema:
        yield schema["maximum"] + 1, at
    if "enum" in schema:
        yield "none-of-these", at
        yield schema["enum"][0].swapcase() + "x", at
    if "maxLength" in schema:
        yield "x" * (schema["maxLength"] + 1), at
        yield "é" * (schema["maxLength"] + 1), at
    if schema.get("minLength"):
        yield "", at
    if "pattern" in schema:
        yield "Not The Pattern!", at
    if schema.get("format") == "date-time":
        for text in ("", "now", "2031-01-01", "2031-01-01T00:00:00", "2031-13-01T00:00:00Z", "2031-02-29T00:00:00Z", "2031-01-01T25:00:00Z", "2031-01-01 00:00:00Z "):
            yield text, at
    if "array" in kind:
        inner = good(schema["items"])
        yield [inner] * (schema["maxItems"] + 1), at
        for value, below in bad(schema["items"], "/0"):
            yield [value], at + below
        for value, below in bad(schema["items"], "/1"):
            yield [inner, value], at + below
    for name, member in schema.get("properties", {}).items():
        for value, below in bad(member, f"/{name}"):
            yield {**good(schema), name: value}, at + below
    for name in schema.get("required", []):
        yield {k: v for k, v in good(schema).items() if k != name}, f"{at}/{name}"
    if schema.get("additionalProperties") is False:
        yield {**good(schema), "stranger": 1}, f"{at}/stranger"


@test
def each_broken_member_of_each_operation_is_told_with_its_pointer(hub):
    asked = 0
    for operation, path, schema in operations():
        for value, pointer in bad(schema):
            answer = hub.admin.ask(operation.method, path, json=value)
            shown = json.dumps(value)[:80]
            if check((answer.status, answer.problem) == (422, "invalid"), f"{operation.id} {shown}: {answer}"):
                equal(answer.pointers, [("body", pointer)], f"{operation.id} {shown}")
            asked += 1
    check(asked > 250, f"only {asked} were made")


@test
def a_body_that_holds_is_not_refused(hub):
    for operation, path, schema in operations():
        about = ABOUT.get(operation.id, {})
        answer = hub.admin.ask(operation.method, path, json={**good(schema), **about})
        last = operation.id == "deleteMe" and answer.status == 409  # the administrator who asks is the last one
        check(answer.status in (200, 201, 204, 404) or last, f"{operation.id}: {answer}")


@test
def what_cannot_be_read_is_malformed(hub):
    rows = [b"{", b"}", b"nonsense", b'{"title":"a"}x', b'{"title":"a","title":"b"}', b"{'title':'a'}", b'{"title":"\xff"}', b'{"title":"a",}', b"\xef\xbb\xbf{}", b'{"title":NaN}',
            b'{"title":"\\ud800"}', b'{"title":"\\u0000"}', b"[" * 5000, b'{"a":' * 5000, b'"', b'{"title":"a\nb"}']
    for operation, path, _ in operations():
        for row in rows:
            answer = hub.admin.ask(operation.method, path, headers={"Content-Type": "application/json"}, body=row)
            check(answer.status in (400, 422) and answer.problem in ("malformed", "invalid"), f"{operation.id} {row[:40]}: {answer}")
            check(row[:1] not in (b"{'", b"}") or answer.status == 400, f"{operation.id} {row[:40]}: {answer}")


@test
def only_json_is_taken_for_json(hub):
    body = json.dumps({"title": "x"}).encode()
    for operation, path, _ in operations():
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", "application/jsonx", "multipart/form-data", None):
            answer = hub.admin.ask(operation.method, path, headers={"Content-Type": kind}, body=body)
            equal((answer.status, answer.problem), (415, "media-type"), f"{operation.id} as {kind}")
    for kind in ("application/json", "Application/JSON", "application/json; charset=utf-8", 'application/json;charset="UTF-8"'):
        equal(hub.admin.post("/v1/shows", headers={"Content-Type": kind}, body=body).status, 201, kind)


@test
def a_body_where_none_must_be_may_be_missing(hub):
    for operation, path, schema in operations():
        answer = hub.admin.ask(operation.method, path)
        if schema.get("required"):
            check(answer.status in (400, 422), f"{operation.id} without a body: {answer}")
        else:
            check(answer.status in (200, 201, 404) or (operation.id, answer.status) == ("deleteMe", 409), f"{operation.id} without a body: {answer}")


@test
def a_body_beyond_the_limit_is_refused_before_it_is_sent(hub):
    with socket.create_connection(("127.0.0.1", hub.port), timeout=10) as wire:
        wire.sendall(b"POST /v1/videos HTTP/1.1\r\nHost: hub.test\r\nAuthorization: Bearer " + hub.admin.token.encode() +
                     b"\r\nContent-Type: application/json\r\nContent-Length: 100000000\r\n\r\n")
        check(wire.recv(4096).startswith(b"HTTP/1.1 413 "), "413 at once")


@test
def unknown_query_parameters_are_told(hub):
    for operation in contract().operations:
        told = operation.node["responses"].get("200", {}).get("content", {})
        if operation.method != "GET" or list(told) != ["application/json"] or operation.id in ("getDocument", "getOembed"):
            continue  # pages and files look at no parameters
        path = operation.template
        for name in path.replace("{", "}").split("}")[1::2]:
            path = path.replace("{%s}" % name, VALUES[name])
        required = "q=a&" if operation.id == "searchVideos" else ""
        answer = hub.admin.get(f"{path}?{required}stranger=1")
        if operation.node.get("parameters"):
            equal((answer.status, answer.pointers if answer.status == 422 else None), (422, [("query", "/stranger")]), operation.id)
        else:
            check(answer.status in (200, 422), f"{operation.id}: {answer}")
        if operation.node.get("parameters"):
            equal(hub.admin.get(f"{path}?{required}%zz=1").status, 400, f"{operation.id} with a broken escape")


run(start)
