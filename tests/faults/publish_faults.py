"""A video is seen whole or not at all, wherever the hub dies on the way.   [--long]

`hub import --publish --wait` is ended at every step that changes a store, up to its first job's end
(HUB_CRASH_AT); those after it are the jobs' own, see pipeline_faults.py. After each the video is either unseen
or all that its playlists name is there and plays; another worker finishes it; the doctor finds nothing. Likewise
when the power goes at chance steps, and when a serving hub is killed while it encodes.
"""
import collections
import random
import re
import subprocess
import time

from case import check, equal, need, run, test
from hub import BIN, Hub, clean_environment, encoded
from pipeline import left, until
from whole import LONG, QUICK, PowerHub, all_steps, healthy, import_at, newest, own_clip, prepared, together, visible, walk

CRASHED = 70


def look(hub, video, where, decode=True):
    """The faults of what anybody sees."""
    return [f"{where}: {fault}" for fault in walk(hub, video, decode)] if visible(hub, video) else []


def look_and_finish(hub, token, video, where, patience=60):
    """The hub serves: what is seen of the video is whole, now and when its encoding is over."""
    faults = look(hub, video, where, decode=False)
    status = encoded(hub.client(token), video, patience)
    if status["state"] != "ready" or not visible(hub, video):
        faults.append(f"{where}: never finished and published: {status}")
    return faults + look(hub, video, where)


def crash_and_look(hub, token, words, n, patience=60, **more):
    """One import that dies there, and what became of it: (reached?, faults)."""
    last = newest(hub)
    video, code, said = import_at(hub, words, n, **more)
    where = re.search(r"crash step \d+: .*", said)
    if code != CRASHED or not where:
        return False, [] if code == 0 else [f"{words} {n}: exit {code}: {said[-300:]}"]
    there = newest(hub)
    faults = [f"{where[0]}: video {video} was told, {there} is the newest"] if video and there != video else []
    hub.start()
    if there != last:
        faults += look_and_finish(hub, token, there, where[0], patience)
    return True, faults + hub.stop()


def lane(points, faults, reached):
    hub = Hub(env=QUICK)
    token = prepared(hub)
    for words, n in points:
        got, bad = crash_and_look(hub, token, words, n)
        reached.append(got)
        faults += bad
    healthy(hub)


def points_of(steps):
    """(name, which of them): those of its own, and some of what follows; each with --long."""
    counts, found, own = collections.Counter(), [], steps.index("probe: done")
    for at, name in enumerate(steps):
        counts[name] += 1
        if LONG or at <= own or counts[name] == 1:
            found.append((name, counts[name]))
    return found


@test
def a_crash_at_any_step_of_an_import_leaves_it_whole_or_unseen():
    hub = Hub(env=QUICK)
    prepared(hub)
    steps = all_steps(hub)
    points, faults, reached = points_of(steps), [], []
    check(len(set(steps)) >= 8 and len(points) >= 14, f"few steps: {steps}")
    together(lambda: lane(points[::2], faults, reached), lambda: lane(points[1::2], faults, reached))
    equal(faults[:5], [], "faults")
    check(sum(reached) >= len(points) - 2, f"{sum(reached)} of {points} crashed")
    print(f"{sum(reached)} crashes at {len(set(steps))} kinds of {len(steps)} steps", flush=True)


@test
def rows_before_their_file_are_noticed():
    hub = Hub(env=QUICK)
    token = prepared(hub)
    _, found = crash_and_look(hub, token, "blob: before link", 2, patience=3, HUB_BUG="rows-first")
    check(found, "a rendition without its file was not seen: this test proves nothing")


@test
def a_power_loss_at_any_step_leaves_it_whole_or_unseen():
    hub, rng, faults = PowerHub(env=QUICK), random.Random("steps"), []
    token = prepared(hub)
    for _ in range(40 if LONG else 6):
        step, last = rng.randint(5, 45), newest(hub)
        video, _, said = import_at(hub, "", step)
        hub.take_back(rng)
        where, there = f"power lost at step {step}, {said[-100:].strip()}", newest(hub)
        if video and there != video:
            faults.append(f"{where}: the video that was told is gone")
        hub.start()
        if there != last:
            faults += look_and_finish(hub, token, there, where)
        faults += hub.stop()
    equal(faults, [], "faults")
    healthy(hub)


@test
def a_hub_killed_while_it_encodes_takes_the_job_up_again():
    hub, rng, faults = Hub(env=QUICK), random.Random("kill"), []
    token = hub.token(hub.account("ed"))
    for turn in range(20 if LONG else 3):
        video = hub.import_clip(own_clip(2), f"Killed {turn}", wait=False)
        for _ in range(2):
            time.sleep(rng.uniform(0, .8))
            hub.kill()
            hub.start()
        faults += look_and_finish(hub, token, video, f"killed, turn {turn}")
    equal(faults, [], "faults")
    until("the queue's end", lambda: not left(hub))
    equal(hub.stop(), [], "the end")
    healthy(hub)


def watch_import(hub):
    """Faults seen while an import of a film with sound goes on."""
    faults = []
    command = [BIN, "import", own_clip(2), "--title", "Watched", "--publish", "--wait", "--data", hub.data]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=clean_environment(hub.env)) as process:
        video = need(process.stdout.readline().strip(), "an id")
        while process.poll() is None:
            faults += look(hub, video, "watched", decode=False)
            time.sleep(.02)
    return faults


@test
def a_viewer_who_keeps_looking_sees_nothing_half_made():
    hub = Hub(env=QUICK)
    equal(watch_import(hub), [], "seen")
    equal(hub.stop(), [], "the end")


@test
def a_picture_without_its_sound_is_noticed():
    hub = Hub(env={**QUICK, "HUB_BUG": "halfmade"})
    check(watch_import(hub), "nothing was seen: this test proves nothing")
    hub.stop()


if __name__ == "__main__":
    run()
