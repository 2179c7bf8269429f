"""SIGTERM in full work: not ready at once, no answer broken, downloads done or resumable, uploads kept, exit 0.

40 slow downloads (half of them too slow for the grace), four API clients, a tus PATCH that drips, a stream
of events. Each says what the end of the hub did to it.
"""
import http.client
import os
import signal
import socket
import threading
import time
import urllib.parse

from case import check, equal, run, test
from hub import OCTETS, Hub
from whole import TUS, begin, offset, padded_clip

DELAY, GRACE = 1.0, 3.0
DOWNLOADS = 40


def receive(wire, wanted=1 << 20):
    """(status, head, body, how it ended: whole, cut, none) of one answer."""
    raw = b""
    try:
        while b"\r\n\r\n" not in raw:
            part = wire.recv(65536)
            if not part:
                return 0, "", b"", "none" if not raw else "cut"
            raw += part
        head, _, body = raw.partition(b"\r\n\r\n")
        head = head.decode()
        length = int(head.lower().split("content-length: ")[1].split("\r\n")[0])
        while len(body) < length:
            part = wire.recv(65536)
            if not part:
                return int(head.split()[1]), head, body, "cut"
            body += part
        return int(head.split()[1]), head, body, "whole"
    except OSError as e:
        return 0, "", b"", "none" if not raw and isinstance(e, ConnectionResetError) else f"broken: {e}"


class Load:
    """All that goes on when the signal comes."""

    def __init__(self, hub, tickets, data, upload, token, waiting):
        self.hub, self.tickets, self.data, self.upload, self.token, self.waiting = hub, tickets, data, upload, token, waiting
        self.port = hub.port
        self.over = threading.Event()
        self.faults, self.downloads, self.answers, self.late_answers = [], [], 0, 0
        self.termed, self.patch_status, self.events = None, None, b""

    def api(self):
        """Asks on one connection while it lasts, then on a new one, until none is taken."""
        while not self.over.is_set():
            try:
                wire = socket.create_connection(("127.0.0.1", self.port), 10)
            except OSError:
                return
            with wire:
                while not self.over.is_set():
                    began = time.monotonic()
                    try:
                        wire.sendall(b"GET /v1/videos HTTP/1.1\r\nHost: hub\r\n\r\n")
                    except OSError:
                        break
                    status, head, _, end = receive(wire)
                    if end == "whole" and status == 200:
                        self.answers += 1
                        self.late_answers += self.termed is not None and began > self.termed
                    elif end != "none":
                        self.faults.append(f"an answer of the API: {status}, {end}")
                    if end != "whole" or "connection: close" in head.lower():
                        break

    def download(self, i):
        got, size = b"", len(self.data)
        with socket.socket() as wire:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            wire.settimeout(20)
            wire.connect(("127.0.0.1", self.port))
            wire.sendall(f"GET {self.tickets[i % len(self.tickets)]} HTTP/1.1\r\nHost: hub\r\n\r\n".encode())
            step, pause = (65536, .02) if i % 2 else (16384, .05)
            try:
                while b"\r\n\r\n" not in got:
                    got += wire.recv(4096) or b"\r\n\r\n"
                head, _, got = got.partition(b"\r\n\r\n")
                while len(got) < size:
                    part = wire.recv(step)
                    if not part:
                        break
                    got += part
                    time.sleep(pause)
            except OSError:  # cut: what came, came
                pass
        if not head.startswith(b"HTTP/1.1 200") or got != self.data[:len(got)]:
            self.faults.append(f"a download of other bytes: {head[:100]}, {len(got)}")
        self.downloads.append(len(got))

    def drip(self):
        for at in range(0, len(self.data), 65536):
            yield self.data[at:at + 65536]
            time.sleep(.05)

    def patch(self):
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {**TUS, "Authorization": f"Bearer {self.token}", "Upload-Offset": "0", "Content-Type": OCTETS, "Content-Length": str(len(self.data))}
        try:
            wire.request("PATCH", self.upload, self.drip(), headers)
        except OSError:
            pass  # it answered before the body's end
        try:
            self.patch_status = wire.getresponse().status
        except (OSError, http.client.HTTPException) as e:
            self.patch_status = str(e) or type(e).__name__

    def listen(self):
        with socket.create_connection(("127.0.0.1", self.port), 20) as wire:
            wire.sendall(f"GET /v1/videos/{self.waiting}/encoding HTTP/1.1\r\nHost: hub\r\nAccept: text/event-stream\r\nAuthorization: Bearer {self.token}\r\n\r\n".encode())
            try:
                while part := wire.recv(4096):
                    self.events += part
            except OSError as e:
                self.faults.append(f"the events: {e}")

    def probe(self):
        """While the hub is asked to end and still accepts."""
        status = self.hub.ops_get("/readyz")[0]
        if status != 503:
            self.faults.append(f"ready after SIGTERM: {status}")
        try:
            with socket.create_connection(("127.0.0.1", self.port), 10) as wire:
                wire.sendall(b"GET /v1/videos HTTP/1.1\r\nHost: hub\r\n\r\n")
                status, _, _, end = receive(wire)
        except OSError as e:
            status, end = 0, str(e)
        if (status, end) != (200, "whole"):
            self.faults.append(f"a new client within the delay: {status}, {end}")


def prepared(hub):
    """Tickets for one film, two downloads each, and an upload to come."""
    editors = [hub.signed_in() for _ in range(20)]  # a ticket sends its file twice and a little in a day
    data = padded_clip(6 << 20, "drain")
    path = os.path.join(hub.folder, "film.mp4")
    with open(path, "wb") as f:
        f.write(data)
    film = hub.import_clip(path, "Film")
    asset = editors[0].get(f"/v1/videos/{film}/assets").json["items"][0]["id"]
    tickets = [urllib.parse.urlsplit(e.post(f"/v1/assets/{asset}/tickets").json["url"]).path for e in editors]
    waiting = editors[0].post("/v1/videos", title="Waiting").json["id"]
    return Load(hub, tickets, data, begin(editors[0], waiting, len(data)), editors[0].token, waiting)


def end_in_full_work(hub):
    """What the end did."""
    load = prepared(hub)
    calls = [load.patch, load.listen] + [load.api] * 4 + [lambda i=i: load.download(i) for i in range(DOWNLOADS)]
    threads = [threading.Thread(target=call, daemon=True) for call in calls]
    for thread in threads:
        thread.start()
    time.sleep(1)
    hub.process.send_signal(signal.SIGTERM)
    load.termed = time.monotonic()
    time.sleep(.1)
    try:
        load.probe()
    except OSError as e:
        load.faults.append(f"no probe: {e}")
    try:
        code = hub.process.wait(30)
    except Exception:
        code = "no end"
    load.took = time.monotonic() - load.termed
    load.over.set()
    for thread in threads:
        thread.join(30)
    if code != 0:
        load.faults.append(f"it ended with {code}: {hub.log_end(500)}")
    load.faults += hub.reports()
    return load


def resumed(hub, load, had):
    answer = hub.client(strict=False).get(load.tickets[0], headers={"Range": f"bytes={had}-"})
    return answer.status == 206 and answer.body == load.data[had:]


@test
def sigterm_in_full_work_breaks_nothing():
    hub = Hub("--drain-delay", f"{int(DELAY * 1000)}ms", "--drain-grace", f"{int(GRACE * 1000)}ms")
    load = end_in_full_work(hub)
    equal(load.faults[:5], [], "faults")
    check(load.took < DELAY + GRACE + 10, f"the end took {load.took:.1f} s")
    size, done = len(load.data), [n for n in load.downloads if n == len(load.data)]
    equal(len(load.downloads), DOWNLOADS, "downloads")
    check(done and len(done) < DOWNLOADS, f"{len(done)} of {DOWNLOADS} downloads came to their end: choose other speeds")
    check(load.late_answers > 0, "no answer of the API after SIGTERM: this test proves little")
    check(load.patch_status == 503, f"the PATCH in flight: {load.patch_status}")
    check(load.events.endswith(b"0\r\n\r\n") or b"connection: close" in load.events.lower(), f"the events end: {load.events[-80:]}")
    hub.start()
    at = offset(hub.client(load.token), load.upload)
    check(0 < at < size, f"the upload stands at {at}")
    for had in sorted(n for n in load.downloads if n < size)[::8]:
        check(resumed(hub, load, had), f"a download cut at {had} goes on")
    equal(hub.stop(), [], "the end")
    print(f"{len(done)} of {DOWNLOADS} downloads done, {load.late_answers} of {load.answers} API answers after SIGTERM, upload at {at}, {load.took:.1f} s", flush=True)


@test
def an_end_without_draining_is_noticed():
    hub = Hub("--drain-delay", f"{int(DELAY * 1000)}ms", "--drain-grace", f"{int(GRACE * 1000)}ms", env={"HUB_BUG": "no-drain"})
    check(end_in_full_work(hub).faults, "nothing was broken: this test proves nothing")


if __name__ == "__main__":
    run()
