"""Wherever a worker dies on the way of a video, what is seen is whole, and the next worker finishes it.   [--long]

A worker ends at every step that changes a store, of every kind of job, once each (HUB_CRASH_EACH), and is
started again; a hub beside it answers all the while. After each end all that anybody can reach is looked
at: rows, files, both manifests, every segment, picture and file. At the end all was made, once.
"""
import collections
import http.client
import os
import tempfile
import time

from case import check, equal, need, run, test
from pipeline import CHUNKS, CRASHED, WHOLE, Scene, Worker, left, until
from whole import LONG, healthy

TIMES = "3" if LONG else "1"
TOLD = tempfile.TemporaryDirectory(prefix="hub-steps-")  # where it died already: not again in the next film, but with --long


def crash_on(scene, name, patience=60.0, **more):
    """One worker after another until nothing is left to do; (steps it died at, faults)."""
    told, faults = os.path.join(TOLD.name, name if LONG else "steps"), []
    while True:
        worker, end = Worker(scene.hub, HUB_CRASH_EACH=told, HUB_CRASH_TIMES=TIMES, **more), time.monotonic() + patience
        while worker.process.poll() is None and left(scene.hub) and time.monotonic() < end:
            time.sleep(0.01)
        if worker.process.poll() is None:
            need(not left(scene.hub), f"jobs are left: {scene.hub.sql('SELECT kind, detail, attempts, said FROM job')}")
            time.sleep(0.05)  # it may yet die behind the last one
        if worker.process.poll() is None:
            faults += worker.stop()
            if worker.process.returncode == 0:
                break
        need(worker.process.returncode == CRASHED, f"exit {worker.process.returncode}: {worker.log()[-1500:]}")
        with open(told, encoding="utf-8") as f:
            steps = f.read().splitlines()
        faults += [f"died at {steps[-1]}: {fault}" for fault in scene.look()]
        if " / drop: " in steps[-1]:
            healthy(scene.hub)
    with open(told, encoding="utf-8") as f:
        return f.read().splitlines(), faults


def each_step(env, seconds, kinds, name, again=False):
    scene = Scene(env, seconds)
    steps, faults = crash_on(scene, name)
    equal(faults[:5], [], "faults")
    scene.over(name)
    scene.tidy(name, swept=True)
    died = collections.Counter(step.split(" / ")[0].strip() for step in steps)
    equal(kinds - set(died), set(), f"kinds of jobs it did not die in: {died}")
    if again:
        replaced(scene, name)
    equal(scene.hub.stop(), [], "the end")
    print(f"{name}: {len(steps)} ends in {len(died)} kinds of jobs", flush=True)


def replaced(scene, name):
    """It is encoded again, and the former version dropped: it dies in what it did not do before."""
    hub = scene.hub
    equal(scene.editor.post(f"/v1/videos/{scene.video}/encoding").status, 202, "again")
    equal(scene.finish(), [], "the new version")
    hub.sql("UPDATE job SET run_at = 0 WHERE kind = 'drop-encode'")
    steps, faults = crash_on(scene, name)
    equal(faults[:5], [], "faults of a version that goes")
    check(sum(step.startswith("drop-encode") for step in steps) >= 4, f"it did not die while it drops a version: {steps[-6:]}")
    equal(hub.sql("SELECT count(*) FROM encode")[0][0], 1, "versions")
    scene.over(f"{name}, again")
    scene.tidy(f"{name}, again", swept=True)


EVERY = {"probe", "audio audio", "audio audio2", "texts", "pictures", "cards", "storyboard", "clip", "file 240p", "file audio"}


@test
def a_crash_at_any_step_of_a_video_in_chunks_leaves_it_whole_or_unseen():
    each_step(CHUNKS, 7, EVERY | {"encode early:", "join early", "encode ladder:", "join ladder", "drop-blob"}, "in chunks")


@test
def a_crash_at_any_step_of_a_video_in_one_piece_leaves_it_whole_or_unseen():
    each_step(WHOLE, 3, EVERY | {"encode early", "encode ladder"}, "in one piece", again=True)


def begun_to_die(hub, step):
    """Up, and it dies at the next such step."""
    for n in range(1, 6):  # some are its own
        hub.env = {**CHUNKS, "HUB_STEP": step, "HUB_CRASH_AT": str(n)}
        try:
            return hub.start()
        except RuntimeError:
            need(hub.process.poll() == CRASHED, hub.log_end())
    raise RuntimeError("it is never up")


def cancelled_at(step):
    """The hub dies at that step of a cancellation; (was it cancelled?, the scene, up again)."""
    scene = Scene(CHUNKS, 7)
    Worker(scene.hub, HUB_STEP_OF="encode early:", HUB_STEP="job: leased", HUB_STOP_AT="3").sleeps().kill()  # two chunks are there
    equal(scene.hub.stop(), [], "the end")
    begun_to_die(scene.hub, step)
    scene.editor.close()
    try:
        scene.editor.delete(f"/v1/videos/{scene.video}/encoding")
    except (OSError, http.client.HTTPException):
        pass
    equal(scene.hub.process.wait(20), CRASHED, step)
    equal(scene.broken(), [], step)
    scene.hub.env = CHUNKS
    scene.hub.start()
    scene.editor.close()
    scene.fan.close()
    return scene.editor.get(f"/v1/videos/{scene.video}/encoding").json["state"] == "failed", scene


@test
def a_crash_before_a_cancellation_is_kept_leaves_the_video_as_it_was():
    cancelled, scene = cancelled_at("store: before COMMIT")
    check(not cancelled, "it was cancelled")
    equal(scene.finish(), [], "the worker")
    scene.over("not cancelled")
    scene.tidy("not cancelled", swept=True)
    equal(scene.hub.stop(), [], "the end")


@test
def a_crash_behind_a_cancellation_leaves_nothing_of_the_encode():
    cancelled, scene = cancelled_at("store: after COMMIT")
    check(cancelled, "it was not cancelled")
    equal(scene.finish(), [], "the worker")
    equal(scene.hub.sql("SELECT (SELECT count(*) FROM rendition), (SELECT count(*) FROM chunk), (SELECT count(*) FROM chunk_segment), (SELECT count(*) FROM job)"), [(0, 0, 0, 0)], "rows")
    equal(scene.broken(), [], "cancelled")
    scene.tidy("cancelled", swept=True)
    equal(scene.hub.stop(), [], "the end")


@test
def a_rendition_that_is_shown_before_it_is_ready_is_noticed():
    scene = Scene({**CHUNKS, "HUB_BUG": "show-unready"}, 7)
    worker = Worker(scene.hub, HUB_STEP_OF="encode ladder:", HUB_STEP="job: leased", HUB_STOP_AT="3").sleeps()
    check(scene.look(), "nothing was seen: this test proves nothing")
    worker.kill()
    scene.hub.stop()


if __name__ == "__main__":
    run()
