"""Hostile files through the whole hub: each fails with a reason, alone, and leaves nothing behind.   [--long]

The files are those of tests/media/hostile.py. All are imported while the hub serves; afterwards no job and no
folder is left, the hub is the one that was started, and a good film is encoded as before.
"""
import importlib.util
import os
import pathlib
import sys

from case import check, equal, run, test
from hub import Hub, encoded
from whole import LONG, healthy, own_clip, walk

# of a normal run; the media room tries all of them by itself
SOME = ("ffconcat", "hls, an address", "empty", "random", "20,000 streams", "a million frames", "only sound", "cut off behind", "says 60 s", "mangled, seed 4")


def makers():
    """(name, maker, what it must say or None) of tests/media/hostile.py, which is a program of its own."""
    path = pathlib.Path(__file__).parents[1] / "media/hostile.py"
    text = path.read_text(encoding="utf-8").rsplit("\nmain()", 1)[0]
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("hostile", None))
    argv, sys.argv = sys.argv, [str(path), "none"]
    try:
        exec(compile(text, path, "exec"), module.__dict__)
    finally:
        sys.argv = argv
    found = [(name, make, ".") for name, make, _ in module.lures] + list(module.bombs)
    return found if LONG else [row for row in found if row[0].startswith(SOME)]


def imported(hub, name, make):
    """The id of a video with such a file; None when already the import refuses it."""
    path = os.path.join(hub.folder, "hostile.mp4")
    make(path, {"port": 9, "decoy": os.path.join(hub.folder, "neighbour.mp4")})
    done = hub.command("import", path, "--title", name, "--publish")
    if done.code:
        check("with bytes in it" in done.err, f"{name}: {done}")
        return None
    return done.out.split()[0]


@test
def hostile_files_fail_alone_and_leave_nothing():
    hub = Hub()
    editor, pid = hub.signed_in(), hub.process.pid
    rows = makers()
    check(len(rows) >= len(SOME), f"few files: {[r[0] for r in rows]}")
    videos = [(name, says, imported(hub, name, make)) for name, make, says in rows]
    good = hub.import_clip(own_clip(), "Good", wait=False)
    for name, says, video in videos:
        status = encoded(editor, video, 150) if video else {"state": "failed", "reason": "not imported"}
        if says is not None or status["state"] != "ready":
            equal(status["state"], "failed", f"{name}: {status}")
            check(len(status.get("reason", "")) > 10, f"{name}: no reason: {status}")
        if video and status["state"] == "failed":
            equal(hub.client().get(f"/v1/videos/{video}").status, 404, f"{name}: seen by anybody")
    equal(encoded(editor, good)["state"], "ready", "a good film beside them")
    hub.idle()
    equal(walk(hub, good), [], "the good film")
    equal(os.listdir(os.path.join(hub.data, "attempts")), [], "what is left of the attempts")
    equal(hub.sql("SELECT count(*) FROM job")[0][0], 0, "jobs left")
    check(hub.running and hub.process.pid == pid, "the hub is the one that was started")
    equal(hub.stop(), [], "the end")
    healthy(hub)


if __name__ == "__main__":
    run()
