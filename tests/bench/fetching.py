"""Rows about downloads: what a ticket costs beside a plain file and nginx, slow clients, tickets taken by many at once."""
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from statistics import median

import seed
import statements
from figures import Line, in_turn, rate_line, ratio_of, say, wrk
from place import HERE, MIB, run
from servers import SERVER_CORE, Broken, Watch, environment, get

GB = 10**9
SLOW_CLIENTS, SLOW_RATE, PROBE_PATIENCE = 1000, 64 << 10, 1.0


def read_ranges(server, place, paths):
    """(CPU s/GB, GB/s)"""
    cpu = server.cpu()
    got = json.loads(run([sys.executable, HERE / "readers.py", "ranges", server.port, place.seconds, 16, *paths]))
    used, rate = (server.cpu() - cpu) / (got["bytes"] / GB), got["bytes"] / got["seconds"] / GB
    say(f"    {type(server).__name__:6} {rate:6.2f} GB/s {used:6.3f} CPU s/GB")
    return used, rate


def ranges(place):
    unread = iter(place.tickets[2:])  # a ticket sends twice its file in a day, which a fast machine reads in seconds
    by_ticket = lambda hub: read_ranges(hub, place, [next(unread)])
    with place.hub() as hub, place.nginx() as nginx:
        hubs, peers = in_turn(place.rounds, lambda: by_ticket(hub)[0], lambda: read_ranges(nginx, place, ["/big.mp4"])[0])
        counted, plain = in_turn(place.rounds, lambda: by_ticket(hub), lambda: read_ranges(hub, place, [place.plain]))
    ratio = ratio_of(hubs, peers)
    yield Line("1 MiB ranges by ticket, 16 connections, CPU time", f"{median(hubs):.2f} s/GB", f"nginx: {median(peers):.2f} s/GB",
               f"{ratio:.2f} ×", "≤ 1.0 ×", ratio <= 1)
    for what, n, unit in (("… CPU time of a file without a ticket, of that by ticket", 0, "s/GB"), ("… rate, by ticket of that without", 1, "GB/s")):
        own, other = ([figures[n] for figures in side] for side in (counted, plain))
        ratio = ratio_of(own, other) if n else ratio_of(other, own)
        yield Line(what, f"{median(own):.2f} {unit}", f"the hub, no ticket: {median(other):.2f} {unit}", f"{ratio:.2f} ×", "≥ 0.9 ×", ratio >= 0.9)


def ticket(place):
    """One byte at a time: what a ticket costs beside the rest of a request."""
    one = ["Range: bytes=0-0"]
    with place.hub("--loops", "1", core=SERVER_CORE) as hub:
        own, other = in_turn(place.rounds, lambda: wrk(hub, place.tickets[1], place.seconds, 16, headers=one)[1],
                                lambda: wrk(hub, place.plain, place.seconds, 16, headers=one)[1])
    own, other = 1e6 / median(own), 1e6 / median(other)
    yield Line("a range of one byte by ticket, one core, CPU time", f"{own:.1f} µs", f"the hub, no ticket: {other:.1f} µs", f"{own / other:.2f} ×", "told", True)


def probe(server, path, until):
    """The longest that a fresh request had to wait meanwhile."""
    longest = 0.0
    while until.poll() is None:
        began = time.monotonic()
        try:
            if get(server.port, path, timeout=10)[0] != 200:
                raise Broken("a probe was refused")
            longest = max(longest, time.monotonic() - began)
        except TimeoutError:
            longest = 10.0
        time.sleep(0.2)
    return longest


def read_slowly(server, place, paths, probe_path):
    """(growth of memory, starved clients, longest wait of a probe)"""
    time.sleep(0.5)
    seconds = 5 if place.quick else 10
    with Watch(server) as watch:
        clients = subprocess.Popen([sys.executable, str(HERE / "readers.py"), "slow", str(server.port), str(seconds), str(SLOW_CLIENTS), str(SLOW_RATE), *paths],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())
        try:
            waited = probe(server, probe_path, clients)
        finally:
            clients.kill()  # it has ended, unless the probe failed
        out, err = clients.communicate()
    if clients.returncode:
        raise Broken(f"slow readers: {err[-300:]}")
    got = json.loads(out)
    say(f"    {type(server).__name__:6} idle {watch.idle / MIB:.1f} MiB, +{watch.growth / MIB:.1f} MiB, {got['bytes'] / got['seconds'] / SLOW_CLIENTS / 1024:.1f} KiB/s each,"
        f" {got['starved']} starved, probe {waited * 1000:.0f} ms")
    return watch.growth, got["starved"], waited


def slow(place):
    def of_hub():
        with place.hub() as hub:
            return read_slowly(hub, place, place.tickets, "/v1/videos?limit=1")

    def of_nginx():
        with place.nginx() as nginx:
            return read_slowly(nginx, place, ["/big.mp4"], "/constant")

    hubs, peers = in_turn(place.long_rounds, of_hub, of_nginx)
    growth, other = median(h[0] for h in hubs), median(p[0] for p in peers)
    starved, waited = max(h[1] for h in hubs), max(h[2] for h in hubs)
    yield Line(f"{SLOW_CLIENTS:,} clients of a 40 GiB file at 64 KB/s: growth of RSS", f"{growth / MIB:.1f} MiB", f"nginx: {other / MIB:.1f} MiB", f"{growth / other:.2f} ×",
               "≤ 16 MiB", growth <= 16 * MIB)
    yield Line("… starved clients; longest wait of another request", f"{starved}; {waited * 1000:.0f} ms",
               f"nginx: {max(p[1] for p in peers)}; {max(p[2] for p in peers) * 1000:.0f} ms", "", "none; ≤ 1 s", not starved and waited <= PROBE_PATIENCE)


# --- tickets taken by many


CLIENTS, ASSETS, UNITS = 64, 120000, 64
ROOM = {"files": 10**9, "bytes": 10**15}
# What the hub runs for a fresh ticket, in its order; the words are what each parameter is.
UNIT = (("download/ticket", "asset_access", "asset zero"),
        ("download/proof", "proof_video", "asset"),
        ("download/ticket", "ticket_end", "now account asset"),
        ("download/ticket", "ticket_live", "account asset"),
        ("download/ticket", "ticket_add", "ticket secret asset account now until ten"),
        ("download/grant", "grant_of_ticket", "ticket"),
        ("download/grant", "grant_reserve", "grant day now until ticket"),
        ("download/quota", "quota_of_account", "day account"),
        ("download/quota", "quota_reserve", "account day size big big"),
        ("download/quota", "quota_reserve", "ticket zero size ten big"),
        ("download/ledger", "ledger_add", "grant reserve account day ticket zero one zero size now"),
        ("download/grant", "grant_subject", "account"),
        ("common/outbox", "outbox_add", "event topic payload now"),
        ("download/ticket", "ticket_live", "account asset"),
        ("download/quota", "quota_of_account", "day account"))


def add_assets(place):
    """Small files enough for a ticket each; rows alone, as no byte of them is asked for."""
    dice, at = random.Random(64), time.time_ns() // 1000000
    db = sqlite3.connect(os.path.join(place.data, "hub.db"), isolation_level=None)
    db.execute("BEGIN")
    video, encode, blob = db.execute("SELECT video, encode, blob FROM asset WHERE kind = 'original'").fetchone()
    ids = [seed.make_id(at, dice) for _ in range(ASSETS)]
    for asset in ids:
        seed.insert(db, "asset", {"id": asset, "video": video, "encode": encode, "kind": "file", "filename": "resep.pdf", "media_type": "application/pdf",
                                  "size_bytes": MIB, "sha256": "0" * 64, "gate": "none", "tier": "free", "blob": blob, "created_at": at})
    account = db.execute("SELECT id FROM account WHERE name = 'kolektor'").fetchone()[0]
    db.execute("COMMIT")
    db.close()
    with open(place.at("assets"), "w", encoding="ascii") as f:
        f.writelines(f"{asset}\n" for asset in ids)
    with open(place.at("unit"), "w", encoding="utf-8") as f:
        f.writelines(f"{values}\n{statements.named(path, name)}\n" for path, name, values in UNIT)
    return account


def in_database(place, question, *values):
    db = sqlite3.connect(f"file:{place.data}/hub.db?mode=ro", uri=True)
    try:
        return db.execute(question, values).fetchone()[0]
    finally:
        db.close()


def taken(place):
    return in_database(place, "SELECT count(*) FROM ticket WHERE account = (SELECT id FROM account WHERE name = 'kolektor')")


def take(hub, place, token, seconds, **options):
    script = ["-s", HERE / "tickets.lua"]
    return wrk(hub, "/", seconds, CLIENTS, *script, core=None, script_args=[place.at("assets"), taken(place), token], **options)[0]


def bare(place, program, account):
    rows, seconds = run([program, place.at("peer.db"), place.at("unit"), place.at("assets"), account, UNITS, place.seconds]).split()
    say(f"    sqlite {int(rows) / float(seconds):10,.0f}/s")
    return int(rows) / float(seconds)


def overshoot(place, token):
    """How many more than the quota allows stand in it after 64 clients fought for its last places."""
    most = taken(place) + 300
    with place.hub("--quota-files", str(most), "--quota-bytes", str(ROOM["bytes"])) as hub:
        take(hub, place, token, 1, refusals=True)
    spent = in_database(place, "SELECT sum(used_files + reserved_files) FROM quota WHERE day > 0 AND owner = (SELECT id FROM account WHERE name = 'kolektor')")
    if spent < most:
        raise Broken(f"{spent} of {most} places were taken")
    return spent - most


def tickets(place):
    place.hub_command("account", "add", "kolektor", "--role", "fan")
    token, program = place.hub_command("token", "kolektor", "--ttl", "2h"), place.at("tickets")
    account = add_assets(place)
    run(["cc", "-O2", "-o", program, HERE / "tickets.c", "-lsqlite3"])
    shutil.copy(os.path.join(place.data, "hub.db"), place.at("peer.db"))
    with place.hub("--quota-files", str(ROOM["files"]), "--quota-bytes", str(ROOM["bytes"])) as hub:
        take(hub, place, token, 1)
        hubs, peers = in_turn(place.rounds, lambda: take(hub, place, token, place.seconds), lambda: bare(place, program, account))
    yield rate_line(f"{CLIENTS} clients taking tickets on one account's quota, acknowledged when durable", f"the same statements by the sqlite3 library, {UNITS} a commit",
                    hubs, peers, 0.5)
    over = overshoot(place, token)
    yield Line("… over the quota when they fight for its last 300 places", f"{over}", "", "", "0", not over)
