"""Wherever a worker dies on the way of a video, what is seen is whole, and the next worker finishes it.   [--long]

A worker ends at every step that changes a store, of every kind of job, once each (HUB_CRASH_EACH), and is
started again; a hub beside it answers all the while. After each end all that anybody can reach is looked
at: rows, files, both manifests, every segment, picture and file. At the end all was made, once.
"""
import collections
import os
import time

from case import check, equal, need, run, test
from pipeline import CHUNKS, CRASHED, WHOLE, Scene, Worker, left, until
from whole import LONG

TIMES = "3" if LONG else "1"


def crash_on(scene, name, patience=60.0, **more):
    """One worker after another until nothing is left to do; (steps it died at, faults)."""
    told, faults = os.path.join(scene.hub.folder, name), []
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
    with open(told, encoding="utf-8") as f:
        return f.read().splitlines(), faults


def each_step(env, seconds, kinds, name):
    scene = Scene(env, seconds)
    steps, faults = crash_on(scene, name)
    equal(faults[:5], [], "faults")
    scene.over(name)
    scene.tidy(name, swept=True)
    equal(scene.hub.stop(), [], "the end")
    died = collections.Counter(step.split(" / ")[0].strip() for step in steps)
    equal(kinds - set(died), set(), f"kinds of jobs it did not die in: {died}")
    print(f"{name}: {len(steps)} ends in {len(died)} kinds of jobs", flush=True)
    return steps


EVERY = {"probe", "audio audio", "audio audio2", "texts", "pictures", "cards", "storyboard", "clip", "file 240p", "file audio"}


@test
def a_crash_at_any_step_of_a_video_in_one_piece_leaves_it_whole_or_unseen():
    each_step(WHOLE, 3, EVERY | {"encode early", "encode ladder"}, "in one piece")


@test
def a_crash_at_any_step_of_a_video_in_chunks_leaves_it_whole_or_unseen():
    each_step(CHUNKS, 7, EVERY | {"encode early:", "join early", "encode ladder:", "join ladder", "drop-blob"}, "in chunks")


if __name__ == "__main__":
    run()
