"""One raw request and what must become of it.

A hostile request is followed by an innocent one on the same connection. Whatever is wrong with the
framing of the first, the second must never be answered: its sender may be somebody else.
`@AUTH@` stands for an Authorization line, or nothing; so one table serves with and without a token.
"""
from dataclasses import dataclass, field

FOLLOWER = b"GET /v1/videos HTTP/1.1\r\nHost: hub.test\r\nX-Follower: 1\r\n\r\n"
TARGET = b"/v1/videos"

REFUSED = frozenset({400})
TOO_LONG = frozenset({400, 431})
TARGET_TOO_LONG = frozenset({400, 414, 431})
BAD_VERSION = frozenset({400, 505})
BAD_METHOD = frozenset({400, 405, 501})
BODY_REFUSED = frozenset({400, 401})  # 401 when the token is missing and the body was not read
SERVED = frozenset({200})
HANDLED = frozenset({200, 201, 202, 204, 401, 403, 404, 405, 415, 422})  # understood, whatever came of it
SILENT = frozenset({None, 400, 408})  # an unfinished request may be dropped without a word


@dataclass(frozen=True)
class Case:
    name: str
    data: bytes
    statuses: frozenset  # of the first answer; None in it: closing without one
    closes: object = None  # True: must close; False: must stay open; None: either
    answers: tuple = (1,)  # how many final answers may come
    follow: bool = False  # FOLLOWER is sent behind it
    pieces: int = 0  # send so many bytes at a time
    half_close: bool = False
    methods: tuple = field(default=("GET",))  # of the answers, to know which have no body
    interim: object = None  # False: no 1xx may come
    valid: bool = False


def head(line, *fields, host=b"hub.test"):
    lines = [line] + ([b"Host: " + host] if host is not None else []) + list(fields)
    return b"\r\n".join(lines) + b"\r\n\r\n"


def get(*fields, target=TARGET, version=b"HTTP/1.1", host=b"hub.test"):
    return head(b"GET " + target + b" " + version, *fields, host=host)


def post(*fields, body=b""):
    kind = b"Content-Type: application/json"
    return head(b"POST " + TARGET + b" HTTP/1.1", kind, b"X-Auth: @AUTH@", *fields) + body


def refuse(name, data, statuses=REFUSED, closes=True, **more):
    more.setdefault("follow", True)
    return Case(name, data, frozenset(statuses), closes, **more)


def odd(name, data, statuses=SERVED, **more):
    return Case(name, data, frozenset(statuses), valid=True, **more)


def chunked(body):
    return post(b"Transfer-Encoding: chunked", body=body)
