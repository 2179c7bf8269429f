"""No acknowledged byte of an upload is lost: under kill -9, and when the power goes.   [--long]

Four tus clients send films of their own, two of them with Upload-Checksum, in parts and drip by drip.
Each notes what it was told: an offset in an answer to PATCH or HEAD, an upload or video made. The hub is
killed again and again; afterwards nothing it told may be gone, and each whole film must be the one sent.
"""
import base64
import hashlib
import http.client
import os
import random
import threading
import time

from case import check, equal, need, run, test
from hub import OCTETS, Hub, metadata
from whole import LONG, PowerHub, padded_clip, together

KILLS = 200 if LONG else 20
TUS = {"Tus-Resumable": "1.0.0"}
GONE = (OSError, http.client.HTTPException)


class Sender:
    """One client that never gives up; `faults` is what it was told and then denied."""

    def __init__(self, hub, token, seed, checksum):
        self.hub, self.token, self.rng, self.checksum = hub, token, random.Random(seed), checksum
        self.faults, self.done, self.over, self.acked_bytes = [], [], threading.Event(), 0
        self.path = None

    def ask(self, method, path, headers=None, body=None, length=0):
        wire = http.client.HTTPConnection("127.0.0.1", self.hub.port, timeout=20)
        try:
            wire.request(method, path, body, {"Authorization": f"Bearer {self.token}", **TUS, "Content-Length": str(length), **(headers or {})})
            answer = wire.getresponse()
            answer.body = answer.read()
            return answer
        finally:
            wire.close()

    def drip(self, part):
        for at in range(0, len(part), 128 << 10):
            yield part[at:at + (128 << 10)]
            time.sleep(self.rng.choice([0, .002, .01]))

    def begin(self):
        self.data = padded_clip(self.rng.randint(3 << 20, 6 << 20), self.rng.random())
        title = b'{"title":"Film"}'
        made = self.ask("POST", "/v1/videos", {"Content-Type": "application/json"}, title, len(title))
        if made.status != 201:
            return
        video = made.body.decode().split('"id":"')[1].split('"')[0]
        told = {"Upload-Length": str(len(self.data)), "Upload-Metadata": metadata(filename="film.mp4", videoId=video)}
        made = self.ask("POST", "/v1/uploads", told)
        if made.status == 201:
            self.path, self.video, self.acked = "/v1/uploads/" + made.getheader("Location").rsplit("/", 1)[1], video, 0
        elif made.status == 422 or made.status == 404:
            self.faults.append(f"a video that was made is gone: {made.status} {made.body[:200]}")

    def look(self):
        """The offset the hub says, held against what it said before."""
        head = self.ask("HEAD", self.path)
        if head.status in (503, 500):
            return None
        offset = int(head.getheader("Upload-Offset") or -1)
        if head.status != 200 or offset < self.acked:
            self.faults.append(f"{self.acked} bytes were acknowledged; after it HEAD says {head.status}, {offset}")
            self.path = None
            return None
        self.acked = offset
        return offset

    def send(self, at):
        part = self.data[at:at + self.rng.randint(1, 1 << 20)]
        told = {"Upload-Offset": str(at), "Content-Type": OCTETS}
        if self.checksum:
            told["Upload-Checksum"] = "sha256 " + base64.b64encode(hashlib.sha256(part).digest()).decode()
        answer = self.ask("PATCH", self.path, told, self.drip(part), len(part))
        if answer.status == 204:
            self.acked = int(answer.getheader("Upload-Offset"))
            self.acked_bytes += len(part)
            if self.acked != at + len(part):
                self.faults.append(f"{len(part)} bytes from {at} on were acknowledged as {self.acked}")
        elif answer.status not in (409, 500, 503):
            self.faults.append(f"PATCH: {answer.status} {answer.body[:200]}")

    def turn(self):
        if not self.path:
            return self.begin()
        at = self.look()
        if at == len(self.data):
            self.done.append((self.path.rsplit("/", 1)[1], self.video, hashlib.sha256(self.data).hexdigest()))
            self.path = None
        elif at is not None:
            self.send(at)

    def live(self):
        while not self.over.is_set() or (self.path and not self.faults):
            try:
                self.turn()
            except GONE:
                time.sleep(.02)


def killer(hub, senders, kills, cut, rng, lost):
    try:
        for _ in range(kills):
            time.sleep(rng.uniform(.05, .6))
            cut()
            hub.start()
    except RuntimeError as e:  # it does not start again: everything is lost
        lost.append(str(e)[-300:])
        for sender in senders:
            sender.path, sender.faults = None, sender.faults or ["the hub does not start again"]
    for sender in senders:
        sender.over.set()


def storm(hub, kills, cut, seed):
    """Kills, and what the clients say; every film they were told is whole is the one they sent."""
    token = hub.token(hub.account("ed"))
    senders = [Sender(hub, token, f"{seed}-{i}", i % 2) for i in range(4)]
    lost = []
    together(*[s.live for s in senders], lambda: killer(hub, senders, kills, cut, random.Random(seed), lost))
    faults = lost + [fault for s in senders for fault in s.faults]
    for upload, _, sha256 in [] if lost else [done for s in senders for done in s.done]:
        try:
            with open(os.path.join(hub.data, "blobs/original", upload), "rb") as f:
                found = hashlib.file_digest(f, "sha256").hexdigest()
        except OSError as e:
            found = str(e)
        if found != sha256:
            faults.append(f"a film that was acknowledged whole is another: {found}")
    return senders, faults


def asset_sums(editor, video, patience=30):
    """As soon as it was probed."""
    end = time.monotonic() + patience
    while True:
        assets = editor.get(f"/v1/videos/{video}/assets").json["items"]
        if assets or time.monotonic() > end:
            return [a["sha256"] for a in assets]
        time.sleep(.1)


def check_storm(hub, cut, seed):
    senders, faults = storm(hub, KILLS, cut, seed)
    for fault in faults[:5]:
        check(False, fault)
    films = [done for s in senders for done in s.done]
    check(all(s.acked_bytes for s in senders) and len(films) >= 4, f"too little was sent to prove anything: {len(films)} films")
    need(not faults, "faults")
    check(not hub.stop(), "stops clean")
    hub.flags = []  # with a worker
    hub.env = {}
    hub.start()
    editor = hub.client(senders[0].token)
    for _, video, sha256 in films[:2]:
        equal(asset_sums(editor, video), [sha256], "the asset's sum")
    equal(hub.stop(), [], "the end")
    print(f"{len(films)} films, {sum(s.acked_bytes for s in senders) >> 20} MB acknowledged, {KILLS} kills", flush=True)


API = ["--role", "api"]


@test
def kill_9_loses_no_acknowledged_byte():
    hub = Hub(*API)
    check_storm(hub, hub.kill, "kill")


@test
def a_power_loss_loses_no_acknowledged_byte():
    hub, rng = PowerHub(*API), random.Random("power")
    check_storm(hub, lambda: hub.lose_power(rng), "power")


@test
def a_hub_that_does_not_sync_is_seen_to_lose():
    for bug in ("nofsync", "nofsync-file"):
        hub, rng = PowerHub(*API, env={"HUB_BUG": bug}), random.Random(bug)
        _, faults = storm(hub, 4, lambda: hub.lose_power(rng), bug)
        check(faults, f"with {bug} nothing was lost: this test proves nothing")
        if hub.running:
            hub.kill()


if __name__ == "__main__":
    run()
