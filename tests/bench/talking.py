"""The row about comments: many people at once, each answered when what they said is on disk."""
import contextlib
import os
import shutil
import sqlite3
from statistics import median

import statements
from figures import in_turn, rate_line, say, wrk
from place import HERE, run

CLIENTS, SLOW_US = 64, 1000


def id_of(place, name):
    db = sqlite3.connect(f"file:{place.data}/hub.db?mode=ro", uri=True)
    try:
        return db.execute("SELECT id FROM account WHERE name = ?", (name,)).fetchone()[0]
    finally:
        db.close()


def commit_each(place, program, account):
    rows, seconds = run([program, place.at("peer.db"), statements.named("community/comment", "comment_add"), statements.named("community/tally", "tally_comment"),
                         place.at("videos"), account, place.seconds]).split()
    say(f"    sqlite {int(rows) / float(seconds):10,.0f}/s")
    return int(rows) / float(seconds)


@contextlib.contextmanager
def slow_disk(place):
    """Both wait for a sync as long as on a disk that has no memory to answer from."""
    library = place.at("slowsync.so")
    run(["cc", "-O2", "-shared", "-fPIC", "-o", library, HERE / "slowsync.c"])
    os.environ.update(LD_PRELOAD=str(library), SLOWSYNC_US=str(SLOW_US))
    try:
        yield
    finally:
        del os.environ["LD_PRELOAD"], os.environ["SLOWSYNC_US"]


def comments(place):
    place.hub_command("account", "add", "penggemar", "--role", "fan")
    account, program = id_of(place, "penggemar"), place.at("comments")
    token = place.hub_command("token", "penggemar", "--ttl", "2h")
    run(["cc", "-O2", "-o", program, HERE / "comments.c", "-lsqlite3"])
    yield asked(place, program, account, token, f"{CLIENTS} clients on `POST /v1/videos/{{id}}/comments`, acknowledged when durable")
    with slow_disk(place):
        yield asked(place, program, account, token, f"… where a sync takes {SLOW_US / 1000:g} ms more, for both")


def asked(place, program, account, token, what):
    shutil.copy(os.path.join(place.data, "hub.db"), place.at("peer.db"))
    with place.hub("--comment-hold-first", "off") as hub:
        post = lambda seconds: wrk(hub, "/", seconds, CLIENTS, "-s", HERE / "comments.lua", core=None, script_args=[place.at("videos"), token])[0]
        post(1)
        hubs, peers = in_turn(place.rounds, lambda: post(place.seconds), lambda: commit_each(place, program, account))
        units, batches = hub.metric("hub_db_units_total"), hub.metric("hub_db_batches_total")
    say(f"    {units / batches:.1f} units a commit")
    peer = f"the same rows by the sqlite3 library, a commit each ({1000 / median(peers):.2f} ms)"
    return rate_line(what, peer, hubs, peers, 3)
