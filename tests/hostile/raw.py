"""The wire, written freely and read strictly: what every hostile runner shares.

Answers are judged by RFC 9112 without mercy: a bare LF, a doubled Content-Length or a body of the
wrong length in what the server sends is a failure of the server (Broken), not something to bear.
"""
import concurrent.futures
import json
import re
import socket
import threading
import time
import urllib.parse

PATIENCE = 3.0  # seconds for one answer
STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2}) [\t\x20-\x7e\x80-\xff]*\Z")
FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*\Z")
SIZE_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})\Z")
HEAD_MAX, BODY_MAX = 65536, 64 << 20


class Broken(Exception):
    """What the server sent is not HTTP/1.1."""


class Answer:
    def __init__(self, status, fields, body=b""):
        self.status, self.fields, self.body = status, fields, body

    def header(self, name):
        """The value, or None; two of them are told as one list."""
        found = [v for n, v in self.fields if n == name.lower()]
        return ", ".join(found) if found else None

    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def problem_fault(self):
        """Why this is no RFC 9457 answer; None when it is one."""
        kind = (self.header("content-type") or "").split(";")[0].strip().lower()
        if kind != "application/problem+json":
            return f"{self.status} came as {kind or 'nothing'}, not application/problem+json"
        told = self.json()
        if not isinstance(told, dict):
            return f"the body of {self.status} is no JSON object"
        if not isinstance(told.get("type"), str) or "/problems/" not in told["type"]:
            return f"problem type is {told.get('type')!r}"
        if not isinstance(told.get("title"), str) or not told["title"]:
            return "the problem has no title"
        if told.get("status") != self.status:
            return f"problem status is {told.get('status')!r} in an answer {self.status}"
        return None

    def pointers(self):
        told = self.json()
        listed = told.get("errors") if isinstance(told, dict) else None
        return [e.get("pointer") for e in listed or [] if isinstance(e, dict)]


class Wire:
    """One connection. Not for two threads at once."""

    def __init__(self, address, patience=PATIENCE):
        self.patience = patience
        self.socket = socket.create_connection(address, timeout=patience)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray()
        self.ended = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        """False when the server would take no more: it may have refused already."""
        try:
            self.socket.settimeout(self.patience)
            self.socket.sendall(data)
            return True
        except OSError:
            return False

    def half_close(self):
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def _more(self, deadline):
        """Read once. False at the end of the stream; TimeoutError at the deadline."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if self.ended:
            return False
        self.socket.settimeout(left)
        try:
            piece = self.socket.recv(65536)
        except (ConnectionError, BrokenPipeError):
            piece = b""
        if not piece:
            self.ended = True
            return False
        self.buffer += piece
        return True

    def _take(self, n, deadline):
        while len(self.buffer) < n:
            if not self._more(deadline):
                raise Broken(f"cut off: {len(self.buffer)} of {n} bytes came")
        piece = bytes(self.buffer[:n])
        del self.buffer[:n]
        return piece

    def _line(self, deadline):
        while (at := self.buffer.find(b"\n")) < 0:
            if len(self.buffer) > HEAD_MAX:
                raise Broken("a line without end")
            if not self._more(deadline):
                raise Broken("cut off inside a line")
        line = self._take(at + 1, deadline)
        if not line.endswith(b"\r\n") or b"\r" in line[:-2]:
            raise Broken(f"a line that does not end in CRLF: {line[:60]!r}")
        return line[:-2]

    def _fields(self, deadline):
        fields = []
        while line := self._line(deadline):
            m = FIELD.match(line)
            if not m:
                raise Broken(f"a bad header line {line[:80]!r}")
            fields.append((m[1].decode().lower(), m[2].decode("latin-1")))
        return fields

    def _chunks(self, deadline):
        body = bytearray()
        while True:
            m = SIZE_LINE.match(self._line(deadline))
            if not m:
                raise Broken("a bad chunk size")
            n = int(m[1], 16)
            if n == 0:
                self._fields(deadline)
                return bytes(body)
            body += self._take(n, deadline)
            if self._take(2, deadline) != b"\r\n":
                raise Broken("a chunk that does not end in CRLF")
            if len(body) > BODY_MAX:
                raise Broken("a body beyond 64 MiB")

    def _body(self, status, fields, method, deadline):
        lengths = [v for n, v in fields if n == "content-length"]
        codings = [v for n, v in fields if n == "transfer-encoding"]
        if len(lengths) > 1 or len(codings) > 1 or (lengths and codings):
            raise Broken(f"ambiguous length: {lengths} {codings}")
        if lengths and not re.fullmatch("[0-9]{1,18}", lengths[0]):
            raise Broken(f"Content-Length is {lengths[0]!r}")
        if codings and (codings[0] != "chunked" or status < 200 or status == 204):
            raise Broken(f"Transfer-Encoding {codings[0]!r} on {status}")
        if method == "HEAD" or status < 200 or status in (204, 304):
            return b""
        if codings:
            return self._chunks(deadline)
        if lengths:
            return self._take(int(lengths[0]), deadline)
        while len(self.buffer) <= BODY_MAX and self._more(deadline):
            pass
        return self._take(len(self.buffer), deadline)

    def answer(self, method="GET", patience=None):
        """The next answer, interim ones too; None when the stream has ended cleanly before one."""
        deadline = time.monotonic() + (self.patience if patience is None else patience)
        while not self.buffer:
            if not self._more(deadline):
                return None
        m = STATUS_LINE.match(self._line(deadline))
        if not m:
            raise Broken("a bad status line")
        status, fields = int(m[1]), self._fields(deadline)
        return Answer(status, fields, self._body(status, fields, method, deadline))

    def closed_within(self, seconds):
        """Whether the server ends the stream in time; bytes that come first are kept."""
        deadline = time.monotonic() + seconds
        try:
            while self._more(deadline):
                pass
            return True
        except TimeoutError:
            return False


class Client:
    """Sane requests over one kept-alive connection; waits and repeats when told 429."""

    def __init__(self, base, token=None, patience=PATIENCE):
        self.base, self.token, self.patience = base, token, patience
        self.address, self.prefix = address_of(base)
        self.wire = None

    def clone(self):
        return Client(self.base, self.token, self.patience)

    def close(self):
        if self.wire:
            self.wire.close()
        self.wire = None

    def head_of(self, method, target, headers, body):
        host = f"{self.address[0]}:{self.address[1]}"
        lines = [f"{method} ".encode() + as_bytes(target) + b" HTTP/1.1", b"Host: " + host.encode()]
        names = {n.lower() for n in headers}
        if self.token and "authorization" not in names:
            lines.append(b"Authorization: Bearer " + self.token.encode())
        if body is not None and "content-length" not in names:
            lines.append(b"Content-Length: %d" % len(body))
        lines += [as_bytes(n) + b": " + as_bytes(v) for n, v in headers.items() if v is not None]
        return b"\r\n".join(lines) + b"\r\n\r\n"

    def once(self, method, target, headers=None, body=None):
        data = self.head_of(method, target, headers or {}, body) + (body or b"")
        for last in (False, True):
            fresh = self.wire is None
            if fresh:
                self.wire = Wire(self.address, self.patience)
            try:
                self.wire.send(data)
                answer = self._final(method)
            except (Broken, TimeoutError):
                self.close()
                raise
            if answer is not None:
                if self.wire.ended or (answer.header("connection") or "").lower() == "close":
                    self.close()
                return answer
            self.close()  # an idle connection may be closed just as we write: once more
            if fresh or last:
                raise Broken("closed without an answer")
        raise Broken("closed without an answer")

    def _final(self, method):
        answer = self.wire.answer(method)
        while answer is not None and answer.status < 200:
            answer = self.wire.answer(method)
        return answer

    def ask(self, method, target, headers=None, body=None, tries=20):
        """As `once`, but a 429 is waited for; gives up with the last 429."""
        answer = self.once(method, target, headers, body)
        while answer.status == 429 and tries > 0:
            tries -= 1
            time.sleep(min(wait_of(answer), 2.0))
            answer = self.once(method, target, headers, body)
        return answer

    def ask_json(self, method, target, value, headers=None):
        headers = {"Content-Type": "application/json", **(headers or {})}
        return self.ask(method, target, headers, json.dumps(value).encode())


class Tally:
    """Counts; one line per failure; safe from any thread."""

    def __init__(self, name):
        self.name, self.passed, self.failed = name, 0, 0
        self.lock = threading.Lock()

    def check(self, what, good, why=""):
        with self.lock:
            if good:
                self.passed += 1
            else:
                self.failed += 1
                print(f"FAILED {self.name}: {what}: {why}", flush=True)
        return good

    def finish(self):
        """The closing line, and the exit code."""
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 1 if self.failed or not self.passed else 0


def as_bytes(text):
    return text if isinstance(text, bytes) else text.encode("utf-8")


def wait_of(answer):
    told = answer.header("retry-after") or ""
    return float(told) if re.fullmatch("[0-9]{1,6}", told) else 0.5


def address_of(base):
    url = urllib.parse.urlsplit(base)
    if url.scheme != "http" or not url.hostname:
        raise SystemExit(f"{base}: http://HOST:PORT is wanted")
    return (url.hostname, url.port or 80), url.path.rstrip("/")


def spread(work, items, threads):
    """work(item) for all, in a few threads; what a thread raises is raised here."""
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, items))


def guarded(tally, work):
    """`work`, with any broken answer or silence told as a failure of the item's name."""
    def run(item):
        try:
            return work(item)
        except TimeoutError:
            tally.check(getattr(item, "name", item), False, "no answer in time")
        except (Broken, OSError) as fault:
            tally.check(getattr(item, "name", item), False, f"{type(fault).__name__}: {fault}")
        return None
    return run


def alive(tally, base):
    """The last check of every runner: the server still answers."""
    client = Client(base)
    try:
        status = client.ask("GET", "/v1/videos").status
        tally.check("the server is alive at the end", status == 200, f"GET /v1/videos said {status}")
    except (Broken, OSError) as fault:
        tally.check("the server is alive at the end", False, repr(fault))
    finally:
        client.close()
