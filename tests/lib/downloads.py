"""Files of random bytes behind tickets, and connections that read them as they like."""
import hashlib
import os
import random
import socket
import time
import urllib.parse

from case import check, need
from files import pdf
from hub import Hub, send, settled

MIB = 1 << 20
SIZE = 40 * MIB + 123  # more than the kernels of both ends hold
PATIENCE = 30
WIDE = ["--quota-files", "1000", "--quota-bytes", "1TiB"]


def start(*flags, **options):
    hub = Hub(*WIDE, *flags, **options)
    hub.editor, hub.fan = hub.signed_in("editor", "ed"), hub.signed_in("fan", "sari")
    show = hub.editor.post("/v1/shows", title="Tante").json["slug"]
    status = settled(hub.editor, send(hub.editor, pdf(2), filename="partitur.pdf", purpose="asset", showSlug=show))
    need(status["state"] == "ready", status)
    hub.pattern, hub.made = status["assetId"], 0
    hub.data_of = {}
    return hub


def asset(hub, size=SIZE):
    """One of random bytes."""
    hub.made += 1
    made, data = f"{hub.made:026d}", random.Random(hub.made).randbytes(size)
    os.makedirs(os.path.join(hub.data, "blobs/original"), mode=0o700, exist_ok=True)
    with open(os.path.join(hub.data, f"blobs/original/{made}"), "wb") as f:
        f.write(data)
    hub.sql("INSERT INTO asset (id, show, kind, filename, media_type, size_bytes, sha256, gate, tier, blob, created_at)"
            " SELECT ?, show, kind, filename, media_type, ?, ?, gate, tier, ?, created_at FROM asset WHERE id = ?",
            made, size, hashlib.sha256(data).hexdigest(), f"original/{made}", hub.pattern)
    hub.data_of[made] = data
    return made


def copy(hub, made):
    """An asset more of the same bytes."""
    hub.made += 1
    other = f"{hub.made:026d}"
    hub.sql("INSERT INTO asset (id, show, kind, filename, media_type, size_bytes, sha256, gate, tier, blob, created_at)"
            " SELECT ?, show, kind, filename, media_type, size_bytes, sha256, gate, tier, blob, created_at FROM asset WHERE id = ?", other, made)
    hub.data_of[other] = hub.data_of[made]
    return other


class Ticket:
    def __init__(self, hub, made, client=None):
        self.hub, self.data = hub, hub.data_of[made]
        answer = (client or hub.fan).post(f"/v1/assets/{made}/tickets")
        need(answer.status in (200, 201), f"a ticket: {answer}")
        self.secret, self.path = answer.json["ticket"], urllib.parse.urlsplit(answer.json["url"]).path

    def row(self):
        """(downloads that were charged, covered, state of the last one)"""
        rows = self.hub.sql("SELECT d.state, d.covered_bytes, d.charged_files FROM download d JOIN ticket t ON t.id = d.ticket WHERE t.secret = ? ORDER BY d.id", self.secret)
        return sum(r[2] for r in rows), rows[-1][1], rows[-1][0]

    def until(self, wanted, what):
        """Waits until the journal says so."""
        end = time.monotonic() + PATIENCE
        while not wanted(self.row()) and time.monotonic() < end:
            time.sleep(0.05)
        check(wanted(self.row()), f"{what}: {self.row()}")

    def get(self, first=None, last=None, client=None, **headers):
        if first is not None:
            headers["Range"] = f"bytes={first}-{last}"
        return (client or self.hub.client()).get(self.path, headers=headers)

    def slow(self, first=0):
        """A connection whose answer has begun and is not read on."""
        wire = socket.socket()
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 << 10)
        wire.settimeout(PATIENCE)
        wire.connect(("127.0.0.1", self.hub.port))
        wire.sendall(f"GET {self.path} HTTP/1.1\r\nHost: {self.hub.base[7:]}\r\nRange: bytes={first}-\r\n\r\n".encode())
        top = b""
        while b"\r\n\r\n" not in top:
            top += wire.recv(1)
        return wire, int(top.split()[1]), top.decode().lower()
