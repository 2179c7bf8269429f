"""The store under kill -9, power loss, a failing sync and a full disk.   db_faults.py BUILD [RUNS]

BUILD holds db_load; powerloss.so is built there. A row says what was done, what was acknowledged and
what of it was lost afterwards. The rows with a guard turned off must lose: a harness that has not been
seen to fail proves nothing. Ends with 1 when a row is not as it must be.
"""
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import powerloss

ABORTED = -signal.SIGABRT
# what, how, options of db_load, HUB_BUG, must it lose?
ROWS = [
    ("kill -9", "kill", [], "", False),
    ("power loss", "power", [], "", False),
    ("power loss, many checkpoints", "power", ["pages=100"], "", False),
    ("power loss, small batches", "power", ["pages=100", "units=4", "us=300", "fail=30"], "", False),
    ("power loss, command line", "power", ["serve=0", "clients=2", "pages=100"], "", False),
    ("power loss without sync", "power", [], "nofsync", True),
    ("power loss, answered early", "power", [], "early-settle", True),
    ("sync of the log fails", ("hub.db-wal", 20), [], "", False),
    ("sync of the database fails", ("hub.db", 3), ["pages=100"], "", False),
    ("the same, SQLite's checkpoint", ("hub.db", 3), ["pages=100"], "autocheckpoint", True),
]


class Tally:
    def __init__(self):
        self.runs = self.acked = self.lost = self.bad_runs = self.torn = 0
        self.exits = set()


def look(folder, acked):
    """(acknowledged and gone, whole?) of a store after its end."""
    try:
        db = sqlite3.connect(f"{folder}/hub.db")
        there = {row[0] for row in db.execute("SELECT id FROM item")}
        number = lambda sql: db.execute(sql).fetchone()[0]
        whole = (number("PRAGMA integrity_check") == "ok" and number("SELECT count(*) FROM outbox") == len(there)
                 and number("SELECT sum(used) FROM counter") in (len(there), None))
        db.close()
    except sqlite3.DatabaseError:
        there, whole = set(), not acked  # lost with its schema: fine if nobody was told anything
    return sum(i not in there for i in acked), whole


def begun(process, log):
    """Waits for its first write: what ends before has nothing to lose, and shows nothing."""
    for _ in range(1000):
        if os.path.exists(log) or process.poll() is not None:
            return
        time.sleep(.01)


def once(build, shim, work, how, options, bug, seed, tally):
    rng, folder, log, told = random.Random(seed), f"{work}/data", f"{work}/log", f"{work}/acked"
    shutil.rmtree(folder, ignore_errors=True)
    os.mkdir(folder)
    powerloss.forget(log)
    command, env = [f"{build}/db_load", folder, "say=1", "ms=9000", *options], {"HUB_BUG": bug}
    eio = how if isinstance(how, tuple) else None
    with open(told, "w") as out:
        run = powerloss.run(command, shim, folder, log, env=env, eio=eio, stdout=out, stderr=subprocess.DEVNULL)
        try:
            begun(run.process, log)
            run.process.wait(3 if eio else rng.uniform(.15, .8))
        except subprocess.TimeoutExpired:
            pass
        tally.exits.add(run.end())
    with open(told) as f:
        acked = [int(line) for line in f.read().split("\n")[:-1]]
    if how != "kill":
        powerloss.undo(log, folder, None if eio else rng)
    lost, whole = look(folder, acked)
    tally.runs += 1
    tally.acked += len(acked)
    tally.lost += lost
    tally.bad_runs += lost > 0
    tally.torn += not whole


def row(build, shim, work, runs, what, how, options, bug, must_lose):
    tally = Tally()
    for seed in range(min(runs, 5) if must_lose or isinstance(how, tuple) else runs):
        once(build, shim, work, how, options, bug, seed, tally)
    good = tally.lost > 0 if must_lose else tally.lost == 0 and tally.torn == 0 and tally.acked > 0
    if isinstance(how, tuple) and not must_lose:
        good = good and tally.exits == {ABORTED}
    print(f"{'ok ' if good else 'BAD'} {what:32} runs={tally.runs} acked={tally.acked} lost={tally.lost}"
          f" runs_with_loss={tally.bad_runs} torn={tally.torn} exits={sorted(tally.exits)}", flush=True)
    return good


def full_disk(build, work):
    """Fills a small disk, makes room, and wants the store well again without a restart."""
    disk = f"{work}/disk"
    os.makedirs(disk, exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk], stderr=subprocess.DEVNULL).returncode:
        print("-- full disk: skipped, mounting a tmpfs is not permitted here")
        return True
    try:
        with open(f"{disk}/filler", "wb") as f:
            f.write(b"x" * 4_500_000)
        command = [f"{build}/db_load", disk, "ms=2500", "body=400", "full=200", "pages=400"]
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True, timeout=60)
        said = done.stderr.strip().split("\n")
        good = done.returncode == 0 and any(line.startswith("full:") for line in said)
        print(f"{'ok ' if good else 'BAD'} full disk: " + " | ".join(said))
    finally:
        subprocess.run(["umount", disk], check=True)
    return good


def main(build, runs="10"):
    shim = powerloss.build(f"{build}/powerloss.so")
    with tempfile.TemporaryDirectory(dir=build) as work:
        good = [row(build, shim, work, int(runs), *r) for r in ROWS]
        good.append(full_disk(build, work))
    sys.exit(not all(good))


if __name__ == "__main__":
    main(*sys.argv[1:])
