"""Originals sent by tus-js-client, the client of browsers: in parts, broken off, gone on with, and the same bytes at the end."""
import hashlib
import json
import os
import shutil
import subprocess
import time

from case import check, equal, need, run, test
from clips import heavy_clip
from hub import Hub, encoded
from node import node

SIZE, CHUNK = 24 << 20, 2 << 20
NAME = "Rekaman 📼 pertama.mp4"


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def start():
    hub = Hub()
    hub.clip = heavy_clip(os.path.join(hub.folder, "clip.mp4"), SIZE)
    hub.sha256 = digest(hub.clip)
    hub.editor = hub.signed_in("editor", "sinta")
    return hub


def client(hub, video, **more):
    told = {"endpoint": hub.base + "/v1/uploads", "token": hub.editor.token, "file": hub.clip, "chunkSize": CHUNK,
            "metadata": {"filename": NAME, "videoId": video, "purpose": "original"}, **more}
    return node("tus_client.mjs", json.dumps(told), stdout=subprocess.PIPE)


def lines(process):
    for line in process.stdout:
        yield json.loads(line)


def finished(process):
    """All it said, by name; the last of each."""
    said = {}
    for line in lines(process):
        said.update(line)
    equal(process.wait(60), 0, f"the client ends well: {said}")
    return said


def draft(hub, title):
    return hub.editor.post("/v1/videos", title=title).json["id"]


def offset(hub, url):
    answer = hub.editor.head(url.removeprefix(hub.base), headers={"Tus-Resumable": "1.0.0"})
    return answer.status, answer.header("upload-offset")


def arrived(hub, video):
    """The original is there, byte for byte, by its hash and by a download."""
    end = time.monotonic() + 30
    while not (found := hub.editor.get(f"/v1/videos/{video}/assets").json["items"]) and time.monotonic() < end:
        time.sleep(0.1)
    need(found, "the original becomes an asset")
    equal((found[0]["filename"], found[0]["sizeBytes"], found[0]["sha256"]), (NAME, SIZE, hub.sha256), "the original")
    url = hub.editor.post(f"/v1/assets/{found[0]['id']}/tickets").json["url"]
    got = subprocess.run(f"curl -sS --fail '{url}' | sha256sum", shell=True, capture_output=True, text=True, timeout=60).stdout
    equal(got.split()[:1], [hub.sha256], "downloaded again")


def stored(hub, name):
    path = os.path.join(hub.folder, f"{name}.json")
    with open(path, "w", encoding="utf-8") as f:
        f.write("{}")
    return path


@test
def an_upload_in_parts_that_was_aborted_goes_on_from_its_stored_address(hub):
    video, store = draft(hub, "Abort"), stored(hub, "abort")
    said = finished(client(hub, video, store=store, stopAt=SIZE // 3, stopHow="abort"))
    url = need(said.get("stopped"), f"stopped: {said}")
    check(url.startswith(hub.base + "/v1/uploads/"), f"an absolute address: {url}")
    equal(offset(hub, url), (200, str(said["offset"])), "the hub holds what it acknowledged")
    check(SIZE // 3 <= said["offset"] < SIZE, f"{said['offset']} bytes came")
    again = client(hub, video, store=store)
    said = list(lines(again))
    again.wait()
    equal((said[0], said[-1]), ({"resumes": True}, {"done": url}), "the same upload goes on")
    check(said[1]["offset"] == SIZE // 3 + CHUNK or said[1]["offset"] > SIZE // 3, f"from where it was: {said[1]}")
    equal(len(said) - 2, (SIZE - SIZE // 3) // CHUNK, "only the parts that were missing")
    arrived(hub, video)


@test
def a_client_killed_within_a_part_goes_on_without_losing_what_was_acknowledged(hub):
    video, store = draft(hub, "Kill"), stored(hub, "kill")
    first = client(hub, video, store=store, pauseMs=30)
    acknowledged = 0
    for line in lines(first):
        acknowledged = line.get("offset", 0)
        if acknowledged >= SIZE // 4:
            break
    first.kill()
    first.wait()
    again = finished(client(hub, video, store=store))
    check(again["resumes"] and "done" in again, again)
    arrived(hub, video)
    check(SIZE // 4 <= acknowledged < SIZE, f"{acknowledged} bytes before the kill")


@test
def an_upload_outlives_a_hub_that_is_killed_and_started_again(hub):
    video = draft(hub, "Crash")
    process = client(hub, video, store=stored(hub, "crash"), pauseMs=30)
    acknowledged, killed, retried, said = 0, False, False, {}
    for said in lines(process):
        if "retry" in said and not retried:
            hub.start()
            retried = True
        at = said.get("offset", acknowledged)
        check(at >= acknowledged, f"what was acknowledged stays: {acknowledged}, then {at}")
        acknowledged = at
        if acknowledged >= SIZE // 3 and not killed:
            hub.kill()  # until the client has felt it
            killed = True
    equal(process.wait(60), 0, f"the client goes on by itself: {said}")
    check(killed and retried, f"killed while it took bytes: {killed}, and felt: {retried}")
    arrived(hub, video)


@test
def the_first_part_may_come_with_the_creation(hub):
    video = draft(hub, "With creation")
    said = finished(client(hub, video, withCreation=True))
    check("done" in said, said)
    arrived(hub, video)
    equal(encoded(hub.editor, video)["state"], "ready", "encoded")


@test
def a_terminated_upload_is_gone(hub):
    said = finished(client(hub, draft(hub, "Terminate"), stopAt=CHUNK, stopHow="terminate"))
    check(offset(hub, need(said.get("stopped"), f"stopped: {said}"))[0] in (404, 410), "gone")


@test
def a_stranger_is_told_to_sign_in(hub):
    process = client(hub, draft(hub, "Stranger"), token="nothing")
    said = list(lines(process))
    process.wait()
    equal(said[-1].get("status"), 401, f"{said[-1]}")


if shutil.which("node"):
    run(start)
print("there is no node\n0 passed, 1 failed")
raise SystemExit(1)
