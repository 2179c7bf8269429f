"""An HTTP client that believes nothing: every answer is held against the contract."""
import http.client
import json
import socket
import urllib.parse

from case import check
from contract import contract

FILES = ("/d/", "/signed/", "/stream/", "/assets/", "/pictures/")  # their media types are the file's


class Answer:
    def __init__(self, status, headers, body, path):
        self.status, self.headers, self.body = status, headers, body
        self.is_file = path.startswith(FILES) and status < 300

    def header(self, name):
        """The value, or None; several are told as one list."""
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(found) if found else None

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def etag(self):
        return self.header("etag")

    @property
    def problem(self):
        """The slug of the problem, or None."""
        if (self.header("content-type") or "").startswith("application/problem+json") and self.body:
            return self.json["type"].removeprefix("/problems/")
        return None

    @property
    def pointers(self):
        return sorted((e["in"], e["pointer"]) for e in self.json.get("errors", []))

    def __repr__(self):
        return f"<{self.status} {self.problem or ''} {self.body[:200]!r}>"


class Client:
    """One kept connection; may be used by one thread. `token` becomes a Bearer."""

    def __init__(self, base, token=None, headers=None, strict=True):
        url = urllib.parse.urlsplit(base)
        self.host, self.port, self.token, self.strict = url.hostname, url.port, token, strict
        self.headers = dict(headers or {})
        self.wire = None

    def close(self):
        if self.wire:
            self.wire.close()
        self.wire = None

    def _send(self, method, path, headers, body):
        if self.wire is None:
            self.wire = http.client.HTTPConnection(self.host, self.port, timeout=30)
            self.wire.connect()
            self.wire.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.wire.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            self.wire.putheader(name, value)
        self.wire.endheaders(body)
        return self.wire.getresponse()

    def ask(self, method, path, headers=None, body=None, **members):
        """`json=` gives a body of that value; any other keyword is a member of a JSON object."""
        sent = {**self.headers, **(headers or {})}
        if self.token and "Authorization" not in sent:
            sent["Authorization"] = "Bearer " + self.token
        sent = {name: value for name, value in sent.items() if value is not None}
        given = bool(members)
        value = members.pop("json") if "json" in members else members
        if given:
            body = json.dumps(value).encode()
            sent.setdefault("Content-Type", "application/json")
        if body is not None or method in ("POST", "PUT", "PATCH"):
            sent["Content-Length"] = str(len(body or b""))
        kept = self.wire is not None
        try:
            response = self._send(method, path, sent, body)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.close()
            if not kept:  # a kept connection may have been closed for idleness, a new one not
                raise
            response = self._send(method, path, sent, body)
        answer = Answer(response.status, response.getheaders(), response.read(), path)
        if response.will_close:
            self.close()
        if self.strict:
            for fault in contract().judge(method, path, answer):
                check(False, f"{method} {path[:120]} {answer.status}: {fault}")
        return answer

    def get(self, path, **options):
        return self.ask("GET", path, **options)

    def head(self, path, **options):
        return self.ask("HEAD", path, **options)

    def post(self, path, **options):
        return self.ask("POST", path, **options)

    def put(self, path, **options):
        return self.ask("PUT", path, **options)

    def patch(self, path, **options):
        return self.ask("PATCH", path, **options)

    def delete(self, path, **options):
        return self.ask("DELETE", path, **options)

    def pages(self, path, limit, between=None):
        """The items of all pages, in order; `between` is called after each page."""
        found, cursor = [], ""
        mark = "&" if "?" in path else "?"
        for _ in range(1000):
            answer = self.get(f"{path}{mark}limit={limit}{cursor}")
            if answer.status != 200:
                check(False, f"page of {path}: {answer}")
                break
            found += answer.json["items"]
            if "nextCursor" not in answer.json:
                break
            check(len(answer.json["items"]) == limit, "a page before the last one is full")
            cursor = "&cursor=" + answer.json["nextCursor"]
            if between:
                between()
        return found
