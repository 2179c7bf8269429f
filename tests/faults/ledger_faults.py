"""Downloads are charged once and quotas stay true: under kill -9, and when the power goes.   [--long]

Four accounts take tickets, each request with an Idempotency-Key and sent until it is answered, fetch some
files and revoke some. The hub is killed again and again. What was answered must be there: a ticket that was
told, a download whose bytes came as one that is paid for, the same answer to the same key; and the
counters are the sums of the ledger, within every limit.
"""
import http.client
import itertools
import random
import sqlite3
import threading
import time
import urllib.parse

from case import check, equal, need, run, test
from files import pdf
from hub import Hub, send, settled
from whole import LONG, PowerHub, healthy, together

KILLS = 100 if LONG else 12
GONE = (OSError, http.client.HTTPException)
DATA = pdf()
FILES = 200


class Taker:
    """One account; `faults` is what it was told and then denied."""

    def __init__(self, hub, name, assets, seed):
        self.hub, self.token, self.rng = hub, hub.token(hub.account(name, "fan")), random.Random(seed)
        self.name, self.assets, self.faults, self.over = name, assets, [], threading.Event()
        self.told, self.paid, self.revoked, self.refused = {}, set(), set(), 0
        self.keys = itertools.count()

    def ask(self, method, path, headers=None):
        wire = http.client.HTTPConnection("127.0.0.1", self.hub.port, timeout=20)
        try:
            wire.request(method, path, headers={"Authorization": f"Bearer {self.token}", "Content-Length": "0", **(headers or {})})
            answer = wire.getresponse()
            return answer.status, answer.read()
        finally:
            wire.close()

    def until_answered(self, method, path, headers=None):
        """(None, b"") when the storm is over before."""
        while not self.over.is_set():
            try:
                status, body = self.ask(method, path, headers)
                if status < 500:
                    return status, body
            except GONE:
                pass
            time.sleep(.02)
        return None, b""

    def take(self):
        asset, key = self.rng.choice(self.assets), {"Idempotency-Key": f"{self.name}-{next(self.keys)}"}
        path = f"/v1/assets/{asset}/tickets"
        status, body = self.until_answered("POST", path, key)
        if status == 429:
            self.refused += 1
        elif status in (200, 201):
            secret = body.decode().split('"ticket":"')[1].split('"')[0]
            self.told[secret] = body.decode().split('"url":"')[1].split('"')[0]
            again = self.until_answered("POST", path, key)
            if again[0] is not None and again != (status, body):
                self.faults.append(f"the same key, another answer: {body} and {again}")
            return secret
        elif status is not None:
            self.faults.append(f"a ticket: {status} {body[:200]}")
        return None

    def fetch(self, secret):
        """All of it: less than 64 KiB and less than the file is a probe, which nobody pays for."""
        status, body = self.until_answered("GET", urllib.parse.urlsplit(self.told[secret]).path)
        if status == 200 and body == DATA:
            self.paid.add(secret)
        elif status is not None:
            self.faults.append(f"bytes: {status} {body[:200]}")

    def live(self):
        while not self.over.is_set():
            secret = self.take()
            if secret and secret not in self.revoked and self.rng.random() < .7:
                self.fetch(secret)
            if secret and self.rng.random() < .4:
                self.revoked.add(secret)
                self.until_answered("DELETE", f"/v1/tickets/{secret}")

    def denied(self):
        """What it was told and the database does not say."""
        rows = dict(self.hub.sql("SELECT t.secret, count(d.id) FROM ticket t LEFT JOIN download d ON d.ticket = t.id AND d.state IN ('open', 'settled') GROUP BY t.secret"))
        lost = [f"a ticket is gone: {secret}" for secret in self.told if secret not in rows]
        lost += [f"{rows.get(secret)} downloads are paid of a ticket whose bytes came" for secret in self.paid if rows.get(secret) != 1]
        return self.faults + lost


def prepare(hub, seed):
    """Accounts that have asked for nothing, and files for them."""
    editor = hub.signed_in("editor")
    show = editor.post("/v1/shows", title="Tante").json["slug"]
    status = settled(editor, send(editor, DATA, filename="p.pdf", purpose="asset", showSlug=show))
    need(status["state"] == "ready", status)
    assets = [f"{i:026d}" for i in range(40)]
    for made in assets:
        hub.sql("INSERT INTO asset (id, show, kind, filename, media_type, size_bytes, sha256, gate, tier, blob, created_at)"
                " SELECT ?, show, kind, filename, media_type, size_bytes, sha256, gate, tier, blob, created_at FROM asset WHERE id = ?", made, status["assetId"])
    return [Taker(hub, f"fan{i}", assets, f"{seed}-{i}") for i in range(4)]


def killer(hub, takers, kills, cut, rng):
    try:
        for _ in range(kills):
            time.sleep(rng.uniform(.1, .5))
            cut()
            hub.start()
    except RuntimeError as e:
        takers[0].faults.append(f"the hub does not start again: {str(e)[-300:]}")
    for taker in takers:
        taker.over.set()


def storm(hub, kills, cut, seed):
    takers = prepare(hub, seed)
    together(*[t.live for t in takers], lambda: killer(hub, takers, kills, cut, random.Random(seed)))
    try:
        return takers, [fault for t in takers for fault in t.denied()]
    except sqlite3.DatabaseError as e:
        return takers, [f"the database cannot be read: {e}"]


def check_storm(hub, cut, seed):
    takers, faults = storm(hub, KILLS, cut, seed)
    for fault in faults[:5]:
        check(False, fault)
    tickets, paid = sum(len(t.told) for t in takers), sum(len(t.paid) for t in takers)
    check(tickets >= 20 and paid >= 10, f"too little was done to prove anything: {tickets} tickets, {paid} fetched")
    over = hub.sql("SELECT owner FROM quota q JOIN account a ON a.id = q.owner WHERE q.used_files + q.reserved_files > ?", FILES)
    equal(over, [], "quotas that are passed")
    healthy(hub)
    equal(hub.stop(), [], "the end")
    print(f"{tickets} tickets, {paid} fetched, {sum(t.refused for t in takers)} refused, {KILLS} kills", flush=True)


FLAGS = ["--quota-files", str(FILES), "--max-ticket-downloads", "1000"]


@test
def kill_9_leaves_no_quota_untrue():
    hub = Hub(*FLAGS)
    check_storm(hub, hub.kill, "kill")


@test
def a_power_loss_takes_back_nothing_that_was_told():
    hub, rng = PowerHub(*FLAGS), random.Random("power")
    check_storm(hub, lambda: hub.lose_power(rng), "power")


@test
def a_hub_that_does_not_sync_is_seen_to_lose():
    hub, rng = PowerHub(*FLAGS, env={"HUB_BUG": "nofsync"}), random.Random("nofsync")
    _, faults = storm(hub, 6, lambda: hub.lose_power(rng), "nofsync")
    check(faults, "without a sync nothing was lost: this test proves nothing")
    if hub.running:
        hub.kill()


def start_to_die_at(hub, step):
    """A hub that ends at the first such step after its start."""
    for n in range(1, 9):
        hub.env = {"HUB_CRASH_AT": str(n), "HUB_STEP": step}
        try:
            return hub.start()
        except RuntimeError:  # it was one of the start's own
            hub.process.wait()
    return need(None, "it never starts")


@test
def between_the_commit_and_the_answer_a_key_finds_what_was_done():
    for step, kept in (("store: before COMMIT", 0), ("store: after COMMIT", 1)):
        hub = Hub(*FLAGS)
        taker = prepare(hub, "step")[0]
        equal(hub.stop(), [], "the end")
        hub.flags = [*FLAGS, "--role", "api"]
        start_to_die_at(hub, step)
        path, key = f"/v1/assets/{taker.assets[0]}/tickets", {"Idempotency-Key": "once"}
        try:
            check(False, f"{step}: it was answered: {taker.ask('POST', path, key)}")
        except GONE:
            pass
        hub.process.wait()
        count = "SELECT (SELECT count(*) FROM ticket), (SELECT count(*) FROM download), (SELECT count(*) FROM idempotency)"
        equal(hub.sql(count), [(kept, kept, kept)], step)
        hub.env = {}
        hub.start()
        answers = [taker.ask("POST", path, key) for _ in range(3)]
        equal((answers[0][0], len(set(answers))), (201, 1), "answered, and the same again")
        equal(hub.sql(count), [(1, 1, 1)], "one effect")
        healthy(hub)
        equal(hub.stop(), [], "the end")


def dies_at(hub, taker, step, path):
    """It ends at that step of a GET, and nobody heard of it."""
    equal(hub.stop(), [], "the end")
    start_to_die_at(hub, step)
    try:
        check(False, f"{step}: it was answered: {taker.ask('GET', path)}")
    except GONE:
        pass
    hub.process.wait()
    hub.env = {}


@test
def a_crash_at_the_first_byte_and_at_the_settlement_leaves_one_state_or_the_other():
    entries = "SELECT group_concat(kind || ' ' || d.state) FROM (SELECT * FROM ledger ORDER BY at, kind DESC) l JOIN download d ON d.id = l.download"
    for step, posted, settled in (("store: before COMMIT", "reserve reserved", "reserve open,post open"),
                                  ("store: after COMMIT", "reserve open,post open", "reserve settled,post settled,settle settled,reserve reserved")):
        hub = Hub(*FLAGS)
        taker = prepare(hub, "first byte")[0]
        hub.flags = [*FLAGS, "--role", "api"]
        path = urllib.parse.urlsplit(taker.told[taker.take()]).path
        dies_at(hub, taker, step, path)
        equal(sorted(hub.sql(entries)[0][0].split(",")), sorted(posted.split(",")), f"first byte, {step}")
        hub.start()
        equal(taker.ask("GET", path), (200, DATA), "and then they come")
        equal(hub.stop(), [], "the end")
        hub.sql("UPDATE download SET resume_until = 1, covered_at = 1")
        hub.start()
        dies_at(hub, taker, step, path)
        equal(sorted(hub.sql(entries)[0][0].split(",")), sorted(settled.split(",")), f"settlement, {step}")
        hub.start()
        equal(taker.ask("GET", path), (200, DATA), "another download")
        healthy(hub)
        equal(hub.stop(), [], "the end")


if __name__ == "__main__":
    run()
