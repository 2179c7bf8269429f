"""Slow clients starve nobody: several hundred of each kind at once, and every probe is answered.

Heads that never end (slowloris), bodies that drip, readers that hardly read. Afterwards the hub has closed the
first two, with 408 or without a word, by the timeouts it was given.
"""
import os
import socket
import threading
import time
import urllib.parse

from case import check, equal, run, test
from hub import Hub
from whole import padded_clip

EACH = 300
TIMEOUT = 2  # of heads and bodies
LASTS = 5  # seconds of the attack


class Slow:
    """One slow client: what it sends at first, then a byte now and then."""

    def __init__(self, port, first, sends, reads):
        self.wire = socket.socket()
        if reads < 4096:
            self.wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.wire.settimeout(10)
        self.wire.connect(("127.0.0.1", port))
        self.wire.sendall(first)
        self.wire.setblocking(False)
        self.sends, self.reads, self.got, self.closed = sends, reads, b"", False

    def drip(self):
        """A byte more, or a little less to read; notes the end."""
        try:
            if self.sends:
                self.wire.send(b"a")
            part = self.wire.recv(self.reads)
            self.closed = not part
            self.got += part
        except BlockingIOError:
            pass
        except OSError:
            self.closed = True

    @property
    def refused(self):
        """Closed, with 408 or without a word."""
        return self.closed and (not self.got or self.got.startswith(b"HTTP/1.1 408"))


def probe_all(hub, over, took, faults):
    while not over.is_set():
        for port, path in ((hub.port, "/v1/videos"), (hub.port, "/"), (hub.ops_port, "/readyz")):
            began = time.monotonic()
            try:
                with socket.create_connection(("127.0.0.1", port), 5) as wire:
                    wire.sendall(f"GET {path} HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n".encode())
                    answer = wire.recv(65536)
                if not answer.startswith(b"HTTP/1.1 200"):
                    faults.append(f"{path}: {answer[:100]}")
            except OSError as e:
                faults.append(f"{path}: {e}")
            took.append(time.monotonic() - began)
        time.sleep(.02)


def attack(hub, *firsts, sends=False, reads=4096):
    """The clients after their attack, which begin with one of `firsts` each; each probe meanwhile is answered."""
    over, took, faults = threading.Event(), [], []
    prober = threading.Thread(target=probe_all, args=(hub, over, took, faults))
    prober.start()
    clients, began = [], time.monotonic()
    try:
        clients = [Slow(hub.port, firsts[i % len(firsts)], sends, reads) for i in range(EACH)]
        while time.monotonic() < began + LASTS:
            for client in clients:
                if not client.closed:
                    client.drip()
            time.sleep(.3)
    finally:
        over.set()
        prober.join()
    equal(faults[:5], [], "probes")
    check(len(took) > 50, f"only {len(took)} probes")
    print(f"{len(took)} probes beside {EACH} clients, the slowest {max(took) * 1000:.0f} ms", flush=True)
    return clients


def all_refused(clients):
    left = [c for c in clients if not c.refused]
    check(not left, f"{len(left)} of {EACH} are still there or got an answer: {left[0].closed, left[0].got[:200]}" if left else "")
    for client in clients:
        client.wire.close()


@test
def heads_that_never_end_starve_nobody(hub):
    all_refused(attack(hub, b"GET /v1/videos HTTP/1.1\r\nHost: hub\r\nX-Slow: ", sends=True))


@test
def bodies_that_never_come_starve_nobody(hub):
    """The first bytes come, then none."""
    clients = attack(hub, f"POST /v1/videos HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {hub.token_of_ed}\r\n"
                          "Content-Type: application/json\r\nContent-Length: 900\r\n\r\n{".encode())
    all_refused(clients)


@test
def readers_that_hardly_read_starve_nobody(hub):
    path = os.path.join(hub.folder, "film.mp4")
    with open(path, "wb") as f:
        f.write(padded_clip(4 << 20, "slow"))
    film = hub.import_clip(path, "Film")
    asset = hub.client().get(f"/v1/videos/{film}/assets").json["items"][0]["id"]
    urls = [hub.signed_in("fan").post(f"/v1/assets/{asset}/tickets").json["url"] for _ in range(EACH // 10)]  # a ticket has 16 connections at most
    clients = attack(hub, *(f"GET {urllib.parse.urlsplit(url).path} HTTP/1.1\r\nHost: hub\r\n\r\n".encode() for url in urls), reads=16)
    served = sum(c.got.startswith(b"HTTP/1.1 200") for c in clients)
    equal(served, EACH, "were served at all")
    for client in clients:
        client.wire.close()


def start():
    hub = Hub("--header-timeout", f"{TIMEOUT}s", "--body-timeout", f"{TIMEOUT}s", "--queue-wait", "60s")  # all are served: what is refused for haste is told elsewhere
    hub.token_of_ed = hub.token(hub.account("ed"))
    return hub


if __name__ == "__main__":
    run(start)
