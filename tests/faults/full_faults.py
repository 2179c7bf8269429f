"""A full disk: refused with 507, nothing acknowledged lost, reads and deletes go on, well again once there is room.

The data folder lies on a small tmpfs; where mounting one is not permitted this is skipped, and says so.
"""
import atexit
import os
import re
import subprocess
import time

from case import check, equal, run, test
from hub import Hub
from pipeline import CHUNKS, Scene, Worker, left, until
from whole import append, begin, healthy, offset, own_clip, padded_clip, visible, walk

SIZE = 8 << 20
# Every job that makes a file, in their order, as it begins; and when its files are there and their rows are not: they may find room in the log.
JOBS = [(of, "job: leased") for of in ("encode early:", "audio audio", "join early", "pictures", "texts", "cards", "encode ladder:", "join ladder", "storyboard", "clip", "file")]
LATE = [("encode early:", "blob: after link"), ("join early", "blob: after link"), ("pictures", "pictures: blobs there"), ("texts", "blob: after link"),
        ("encode ladder:", "blob: after link"), ("join ladder", "blob: after link"), ("storyboard", "pictures: blobs there"), ("file", "blob: after link")]


class SmallDisk(Hub):
    def __init__(self, *flags, size=SIZE, **options):
        super().__init__(*flags, start=False, **options)
        os.makedirs(self.data, mode=0o700)
        self.filler = os.path.join(self.data, "filler")
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", self.data], stderr=subprocess.DEVNULL)
        self.there = made.returncode == 0
        if self.there:
            atexit.register(self.leave)
            self.start()

    def leave(self):
        if self.running:
            self.kill()
        subprocess.run(["umount", self.data], check=False)

    def free(self):
        fs = os.statvfs(self.data)
        return fs.f_bavail * fs.f_frsize

    def fill(self, leave=0):
        """Others' bytes on the same disk."""
        with open(self.filler, "ab") as f:
            try:
                while self.free() > leave:
                    f.write(b"x" * min(65536, max(1, self.free() - leave)))
                    f.flush()
            except OSError:
                pass

    def make_room(self):
        os.unlink(self.filler)


def disk(*flags, **options):
    hub = SmallDisk(*flags, **options)
    if not hub.there:
        print("-- skipped: mounting a tmpfs is not permitted here", flush=True)
        return None
    return hub


def told_full(answer, what):
    equal((answer.status, answer.problem), (507, "store-full"), what)
    check((answer.header("retry-after") or "").isdigit(), f"{what}: Retry-After")


def within(seconds, good):
    """The first answer that is good, or the last one."""
    end = time.monotonic() + seconds
    while True:
        answer = good()
        if answer.status < 300 or time.monotonic() > end:
            return answer
        time.sleep(.2)


def send_until_full(client, path, data):
    at = 0
    while at < len(data):
        answer = append(client, path, at, data[at:at + (256 << 10)])
        if answer.status != 204:
            return at, answer
        at = int(answer.header("upload-offset"))
    return at, answer


def post_until_full(client):
    made = []
    for i in range(5000):
        answer = client.post("/v1/videos", title=f"Full {i}", description="x" * 4000)
        if answer.status != 201:
            break
        made.append(answer.json["id"])
    return made, answer


def resumed(client, path, data):
    """As clients of tus do: 409 means that the request which was cut off is only now ending; ask for the offset again."""
    at = offset(client, path)
    answer = append(client, path, at, data[at:at + 65536])
    check(answer.status in (204, 409, 507), f"the upload goes on: {answer}")
    return answer.status == 204


@test
def a_full_disk_refuses_loses_nothing_and_gets_well():
    hub = disk("--role", "api,worker")
    if not hub:
        return
    editor = hub.signed_in()
    shown = hub.import_clip(own_clip(), "Shown")
    doomed = hub.import_clip(own_clip(), "Doomed")
    hub.idle()  # or what is still being made takes the room that the reserve gives up
    video = editor.post("/v1/videos", title="Large").json["id"]
    data = padded_clip(SIZE, "full")
    path = begin(editor, video, len(data))
    acked, answer = send_until_full(editor, path, data)
    told_full(answer, "an upload on a full disk")
    check(acked > 1 << 20, f"only {acked} bytes fitted")
    check(offset(editor, path) >= acked, "an acknowledged byte of the upload")
    hub.fill()
    made, answer = post_until_full(editor)
    told_full(answer, "a new video on a full disk")
    equal([v for v in made if not visible_to(editor, v)], [], "videos that were acknowledged")
    equal(walk(hub, shown), [], "what is shown")
    equal(hub.ops_get("/healthz")[0], 200, "health")
    answer = within(5, lambda: editor.delete(f"/v1/videos/{doomed}"))
    equal(answer.status, 204, f"a delete on a full disk: {answer}")
    hub.make_room()
    answer = within(5, lambda: editor.post("/v1/videos", title="Again"))
    equal(answer.status, 201, "a new video once there is room")
    at = offset(editor, path)
    check(at >= acked, f"{at} of {acked} acknowledged bytes")
    until("the upload goes on", lambda: resumed(editor, path, data), 5)
    equal(walk(hub, shown), [], "what is shown, with room")
    check(not visible(hub, doomed) and answer.status == 201, "the deleted one stays so")
    equal(hub.stop(), [], "the end")
    healthy(hub)


def visible_to(client, video):
    return client.get(f"/v1/videos/{video}").status == 200


@test
def without_the_reserve_nothing_can_be_deleted():
    hub = disk("--role", "api", env={"HUB_BUG": "noreserve"})
    if not hub:
        return
    editor = hub.signed_in()
    doomed = editor.post("/v1/videos", title="Doomed").json["id"]
    hub.fill()
    told_full(post_until_full(editor)[1], "a new video on a full disk")
    check(editor.delete(f"/v1/videos/{doomed}").status == 507, "it was deleted all the same: the reserve proves nothing")
    hub.make_room()


def noisy_clip(folder):
    """One whose renditions are large."""
    path = os.path.join(folder, "noise.mp4")
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", "color=gray:s=320x180:r=25:d=2,noise=alls=80:allf=t", "-preset", "ultrafast",
                    "-crf", "28", "-pix_fmt", "yuv420p", path], check=True)
    with open(path, "rb") as f:
        return f.read()


@test
def an_encode_without_room_waits_for_it():
    hub = disk("--reserve", "64KiB", "--lease", "1s")
    if not hub:
        return
    editor = hub.signed_in()
    video = editor.post("/v1/videos", title="Waits").json["id"]
    data = noisy_clip(hub.folder)
    path = begin(editor, video, len(data))
    equal(append(editor, path, 0, data).status, 204, "the upload")
    end = time.monotonic() + 20
    while time.monotonic() < end and not re.search(r'"job.failed".*(no room left|is full)', hub.log()):
        hub.fill(8 << 10)
        time.sleep(.05)
    check(time.monotonic() < end, f"the encode met no full disk: {hub.log_end(600)}")
    for _ in range(20):
        hub.fill(8 << 10)
        time.sleep(.1)
    status = editor.get(f"/v1/videos/{video}/encoding").json
    check(status["state"] in ("waiting", "probing", "encoding"), f"it waits: {status}")
    hub.make_room()
    end = time.monotonic() + 30
    while status["state"] != "ready" and time.monotonic() < end:
        status = editor.get(f"/v1/videos/{video}/encoding").json
        time.sleep(.2)
    equal(status["state"], "ready", f"finished: {status}")
    until("the queue's end", lambda: not left(hub))
    equal(os.listdir(os.path.join(hub.data, "attempts")), [], "what is left of the attempts")
    equal(hub.stop(), [], "the end")
    healthy(hub)


def out_of_room(scene, of, step):
    """A worker finds the disk full in that job: (told so?, faults), once there is room again."""
    hub = scene.hub
    worker = Worker(hub, HUB_STEP_OF=of, HUB_STEP=step, HUB_STOP_AT="1").sleeps()
    hub.sql("UPDATE job SET run_at = 9000000000000 WHERE lease_until IS NULL")  # nothing else is begun meanwhile
    done = len(worker.done())
    hub.fill()
    worker.wake()
    end = time.monotonic() + 20
    while not worker.failed() and len(worker.done()) == done and time.monotonic() < end:
        hub.fill()
        time.sleep(.02)
    told, faults = any(re.search("no room|No space|is full", why) for _, _, why in worker.failed()), scene.broken()
    if not told and (step == "job: leased" or len(worker.done()) == done):
        faults.append(f"not told to be full: {worker.failed()}, {worker.done()}, {worker.log()[-500:]}")
    state = hub.sql("SELECT state, reason FROM encode")[0]
    if state not in (("encoding", None), ("ready", None)):
        faults.append(f"it does not wait: {state}")
    hub.make_room()
    faults += worker.stop()
    hub.sql("UPDATE job SET run_at = 0")  # it would wait 5 seconds
    return told, [f"full in {of}, {step}: {fault}" for fault in faults]


def fill_in_each(jobs):
    hub = disk("--role", "api", env=CHUNKS, size=48 << 20)
    if not hub:
        return
    scene, faults, full = Scene(None, 7, hub=hub), [], 0
    for of, step in jobs:
        told, found = out_of_room(scene, of, step)
        full, faults = full + told, faults + found
    equal(faults[:5], [], "faults")
    equal(scene.finish(), [], "the last worker")
    scene.over("full")
    scene.tidy("full")
    equal(hub.stop(), [], "the end")
    print(f"full in {full} of {len(jobs)} jobs", flush=True)


@test
def each_job_without_room_waits_for_it_and_leaves_nothing_half_made():
    fill_in_each(JOBS)


@test
def rows_without_room_leave_no_file_behind():
    fill_in_each(LATE)


if __name__ == "__main__":
    run()
