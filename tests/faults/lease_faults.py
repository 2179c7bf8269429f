"""A job has one result, whoever sleeps on the way.   [--long]

A worker (`hub import`, which encodes when nobody else does) is stopped at each step of a job that changes
a store (HUB_STOP_AT=n, SIGSTOP), longer than its lease. A hub is started, takes the jobs and finishes.
Then the sleeper goes on: what it brings must be refused. The video, its files and its rows are then those
of one encode, whole, and stay so. Likewise workers that sleep or die in every later kind of job.
"""
import os
import signal
import subprocess
import time

from case import check, equal, need, run, test
from hub import BIN, Hub, clean_environment, encoded
from pipeline import CHUNKS, Scene, Worker, until
from whole import LONG, QUICK, healthy, newest, own_clip, prepared, together, visible, walk

# No transaction is open at these: whoever sleeps in one keeps all others out. The first blob is the original's.
POINTS = [("job: failed", 1), ("probe: done", 1)] + [(name, n) for n in (1, 2) for name in ("blob: before sync", "blob: before link", "blob: after link", "segments: after a unit")]


def sleeper(hub, name, n):
    """An import that has stopped there; or has ended before, and None."""
    broken = {"HUB_FFPROBE": "/bin/false"} if name == "job: failed" else {}
    env = clean_environment({**hub.env, "HUB_STOP_AT": str(n + name.startswith("blob:")), "HUB_STEP": name, **broken})
    command = [BIN, "import", own_clip(), "--title", "Sleeper", "--publish", "--wait", "--data", hub.data]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=env, start_new_session=True)
    pid, status = os.waitpid(process.pid, os.WUNTRACED)
    if os.WIFSTOPPED(status):
        return process
    process.returncode = os.waitstatus_to_exitcode(status)
    return None


def wake(process):
    """It goes on to its end; what it said."""
    process.send_signal(signal.SIGCONT)
    said = process.stderr.read()
    process.wait()
    return said


def rows_of(hub, video):
    """All that is shown of a video: rendition, file, segments."""
    return hub.sql("""SELECT r.name, r.state, r.blob, s.n, s.at, s.size FROM encode e JOIN rendition r ON r.encode = e.id
                      LEFT JOIN segment s ON s.rendition = r.id WHERE e.video = ? ORDER BY 1, 4""", video)


def files_of(hub):
    return sorted(os.listdir(os.path.join(hub.data, "blobs/rendition")))


def faults_of(hub, token, process, where):
    """The hub finishes; the sleeper goes on; nothing is another."""
    video = newest(hub)
    hub.start()
    status = encoded(hub.client(token), video)
    if status["state"] != "ready":
        return [f"{where}: nobody took the job up: {status}"]
    rows = rows_of(hub, video)
    said = wake(process)
    found = [f"{where}, awake: {fault}" for fault in walk(hub, video)]
    if encoded(hub.client(token), video)["state"] != "ready":
        found.append(f"{where}: failed after it was ready")
    if rows_of(hub, video) != rows:
        found.append(f"{where}: what is shown is another after the sleeper came: {said[-200:]}")
    shown = {row[2].split("/")[1] for row in rows}
    extra = [f for f in files_of(hub) if f not in shown and any(f.startswith(s.rsplit("-", 1)[0]) for s in shown)]
    if extra:
        found.append(f"{where}: two results are kept: {extra}")
    published = hub.sql("SELECT count(*) FROM audit WHERE target = ? AND action = 'video.publish'", video)[0][0]
    if published != 1:
        found.append(f"{where}: published {published} times")
    return found


def asleep_at(hub, token, name, n):
    """(a worker slept there?, faults)."""
    process = sleeper(hub, name, n)
    if process is None:
        return False, []
    where = f"asleep at {name}, rendition {n}"
    try:
        time.sleep(.35)
        found = faults_of(hub, token, process, where)
    finally:
        process.kill()
        process.stderr.close()
        process.wait()
    return True, found + hub.stop()


def lane(points, faults, slept, **more):
    hub = Hub(env={**QUICK, **more})
    token = prepared(hub)
    for name, n in points:
        got, found = asleep_at(hub, token, name, n)
        slept.append(got)
        faults += found
    if not more:
        healthy(hub)


@test
def a_worker_that_slept_past_its_lease_changes_nothing():
    points, faults, slept = POINTS * (12 if LONG else 1), [], []
    together(lambda: lane(points[::2], faults, slept), lambda: lane(points[1::2], faults, slept))
    equal(faults[:5], [], "faults")
    equal(slept, [True] * len(points), "sleepers")


def cancelled_asleep(hub, token, name, n):
    """Faults of a worker that sleeps there while an editor cancels, and then goes on."""
    process = need(sleeper(hub, name, n), f"nobody slept at {name} {n}")
    client, where = None, f"cancelled at {name}, {n}"
    try:
        video = newest(hub)
        hub.start()
        client = hub.client(token)
        ended = client.delete(f"/v1/videos/{video}/encoding").status
        wake(process)
        status = client.get(f"/v1/videos/{video}/encoding").json
        found = [] if ended == 204 and status["state"] == "failed" and status["reason"].startswith("cancelled") else [f"{where}: {ended}, {status}"]
        left = hub.sql("SELECT (SELECT count(*) FROM rendition r JOIN encode e ON e.id = r.encode WHERE e.video = ?), count(*) FROM segment s JOIN rendition r "
                       "ON r.id = s.rendition JOIN encode e ON e.id = r.encode WHERE e.video = ?", video, video)[0]
        if left != (0, 0) or visible(hub, video):
            found.append(f"{where}: {left} rows are left")
    finally:
        process.kill()
        process.stderr.close()
        process.wait()
    return found + hub.stop()


@test
def a_worker_whose_job_was_cancelled_changes_nothing():
    hub, faults = Hub("--role", "api", env=QUICK), []
    token = prepared(hub)
    for name, n in POINTS[1:6]:
        faults += cancelled_asleep(hub, token, name, n)
    equal(faults[:5], [], "faults")
    healthy(hub)


# kind of job, step, which of them. Each sleeper takes over from the one before; every other one wakes at once.
NIGHTS = [("probe", "probe: done", 1), ("encode early:", "blob: before sync", 1), ("audio audio", "blob: after link", 1), ("encode early:", "blob: after link", 1),
          ("join early", "blob: before link", 1), ("join early", "segments: after a unit", 1), ("pictures", "blob: after link", 3), ("pictures", "pictures: blobs there", 1),
          ("texts", "blob: after link", 2), ("cards", "pictures: blobs there", 1), ("encode ladder:", "blob: after link", 2), ("join ladder", "segments: after a unit", 1),
          ("join ladder", "blob: after link", 2), ("storyboard", "pictures: blobs there", 1), ("clip", "blob: before link", 1), ("file", "blob: after link", 1)]


def asleep_in(scene, of, step, n):
    worker = Worker(scene.hub, HUB_STEP_OF=of, HUB_STEP=step, HUB_STOP_AT=str(n)).sleeps()
    time.sleep(.35)  # its lease is over
    return worker


def woken(worker, of):
    """It goes on, is refused, finds nothing else to do, and ends; the faults."""
    worker.hub.sql("UPDATE job SET run_at = run_at + 1000000000")
    did = len(worker.done())
    worker.wake()
    until(f"the end of {of}", lambda: worker.failed() or len(worker.done()) > did or worker.process.poll() is not None)
    lost = [row for row in worker.failed() if f"{row[0]} {row[1]}".startswith(of)]
    faults = worker.stop()
    worker.hub.sql("UPDATE job SET run_at = run_at - 1000000000")
    return faults if lost else [*faults, f"{of}: nothing was refused: {worker.log()[-500:]}"]


def all_rows(hub):
    return [hub.sql(f"SELECT * FROM {table} ORDER BY 1, 2") for table in ("encode", "rendition", "segment", "chunk", "chunk_segment", "picture", "asset", "caption", "storyboard")]


def nights(rows, **more):
    """(scene, faults) after workers that slept in these jobs."""
    scene, asleep, faults = Scene({**CHUNKS, **more}, 7), [], []
    try:
        for at, (of, step, n) in enumerate(rows):
            asleep.append((asleep_in(scene, of, step, n), f"{of} at {step} {n}", of))
            if at % 2:  # the one before: its job is another's by now
                faults += woken(asleep[-2][0], asleep[-2][2])
                del asleep[-2]
                faults += [f"{asleep[-1][1]}: {fault}" for fault in scene.broken()]
        faults += scene.finish()
        for worker, where, of in asleep:
            rows = all_rows(scene.hub)
            faults += woken(worker, of)
            if all_rows(scene.hub) != rows:
                faults.append(f"{where}: what is there is another after the sleeper came")
    finally:
        for worker, _, _ in asleep:
            worker.kill()
    return scene, faults


@test
def a_worker_that_slept_in_any_job_changes_nothing_and_leaves_nothing():
    scene, faults = nights(NIGHTS)
    equal(faults[:5], [], "faults")
    scene.finish()
    scene.over("slept")
    scene.tidy("slept")
    equal(scene.hub.stop(), [], "the end")
    print(f"slept in {len(NIGHTS)} jobs", flush=True)


@test
def without_the_fence_the_sleeper_is_noticed():
    scene, faults = nights([row for row in NIGHTS if row[0] in ("texts", "file")], HUB_BUG="nofence")
    check(faults and any("another" in fault for fault in faults + scene.broken()), f"nothing was another: this test proves nothing: {faults}")


def attempts(workers, prefix):
    """{detail: attempts of each time it was done}"""
    found = {}
    for worker in workers:
        for kind, detail, attempt in worker.done():
            if f"{kind} {detail}".startswith(prefix):
                found.setdefault(detail, []).append(attempt)
    return found


@test
def a_killed_worker_costs_one_chunk():
    scene, workers = Scene(CHUNKS, 12), []
    for of, n, renditions in (("encode early:", 4, 1), ("encode ladder:", 3, 2)):
        workers.append(asleep_in(scene, of, "blob: before link", (n - 1) * renditions + 1))  # encoded, and not yet kept
        workers[-1].kill()
    equal(scene.finish(), [], "the end of the last")
    workers.append(scene.last)
    for of in ("encode early:", "encode ladder:"):
        found = attempts(workers, of)
        equal(sorted(n for times in found.values() for n in times), [1] * 5 + [2], f"attempts of the chunks: {found}")
        equal([len(times) for times in found.values()], [1] * 6, f"each chunk was encoded once: {found}")
    scene.over("killed")
    scene.tidy("killed")
    equal(scene.hub.stop(), [], "the end")


if __name__ == "__main__":
    run()
