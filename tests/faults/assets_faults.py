"""A file that was uploaded becomes an asset, captions or a poster whole or not at all, wherever the hub dies on the way.

The hub ends at each step that changes a store (HUB_CRASH_AT). After each it is started again: what it told
is there, the upload comes to its end, each file that a row names is there, and the doctor finds nothing.
"""
import hashlib
import http.client
import os
import signal
import time
import urllib.parse

from case import check, equal, need, run, test
from files import image, music
from hub import OCTETS, Hub, metadata, settled
from whole import QUICK, TUS, healthy

GONE = (OSError, http.client.HTTPException)
CRASHED = 70
VTT = b"WEBVTT\n\n00:01.000 --> 00:02.000\nHalo\n"


def begun(hub):
    hub.token_ = hub.token(hub.account("ed"))
    hub.video = hub.client(hub.token_).post("/v1/videos", title="Steps").json["id"]
    equal(hub.stop(), [], "the end")


def send(client, video, data, purpose):
    """By two requests: the path of the upload, if it was told, and whether all was acknowledged."""
    path = None
    try:
        made = client.post("/v1/uploads", headers={**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": metadata(purpose=purpose, videoId=video, language="id", filename="f.mp3")})
        path = "/v1/uploads/" + made.header("location").rsplit("/", 1)[1]
        return path, append(client, path, 0, data).status == 204
    except GONE:
        return path, False


def append(client, path, at, data):
    return client.patch(path, headers={**TUS, "Upload-Offset": str(at), "Content-Type": OCTETS}, body=data)


def ended(hub, patience=15):
    """Whether it died at its step; it may have none to die at."""
    end = time.monotonic() + patience
    while hub.running and time.monotonic() < end:
        if hub.sql("SELECT count(*) FROM job")[0][0] == 0 and hub.sql("SELECT count(*) FROM upload WHERE state IN ('open', 'complete')")[0][0] == 0:
            break
        time.sleep(0.05)
    time.sleep(0.3)
    return not hub.running


def finish(hub, path, acknowledged, data, where):
    """The upload goes on to its end; the faults."""
    client = hub.client(hub.token_)
    head = client.head(path, headers=TUS)
    if head.status != 200:
        return [f"{where}: an upload that was told is gone: {head}"]
    at = int(head.header("upload-offset"))
    if acknowledged and at != len(data):
        return [f"{where}: acknowledged, but at {at}"]
    if at < len(data):
        append(client, path, at, data[at:])
    answer = type("Told", (), {"status": 201, "header": lambda self, name: path})()
    status = settled(client, answer)
    if status["state"] != "ready":
        return [f"{where}: {status}"]
    return whole(hub, client, status, data, where)


def whole(hub, client, status, data, where):
    keys = [row[0] for table in ("asset", "picture", "caption") for row in hub.sql(f"SELECT blob FROM {table}")]
    faults = [f"{where}: {key} is missing" for key in keys if not os.path.exists(os.path.join(hub.data, "blobs", key))]
    if "assetId" in status:
        ticket = client.post(f"/v1/assets/{status['assetId']}/tickets").json
        got = client.get(urllib.parse.urlsplit(ticket["url"]).path)
        if got.body != data or ticket["sha256"] != hashlib.sha256(data).hexdigest():
            faults.append(f"{where}: not the bytes that were sent: {got}")
    return faults


def crash_and_finish(hub, words, n, purpose, data):
    """(died?, faults)."""
    hub.env |= {"HUB_CRASH_AT": str(n), "HUB_STEP": words}
    hub.start()
    path, acknowledged = send(hub.client(hub.token_, strict=False), hub.video, data, purpose)
    died = ended(hub)
    if died:
        equal(hub.process.wait(), CRASHED, f"{words} {n}")
        hub.process = None
    else:
        equal(hub.stop(), [], "the end")
    for name in ("HUB_CRASH_AT", "HUB_STEP"):
        hub.env.pop(name)
    hub.start()
    where = f"{purpose}, {words} {n}"
    faults = finish(hub, path, acknowledged, data, where) if path else []
    equal(hub.stop(), [], where)
    return died, faults


def each_step(purpose, data, words):
    hub, points, faults = Hub(env=QUICK), 0, []
    begun(hub)
    for word in words:
        for n in range(1, 12):
            died, bad = crash_and_finish(hub, word, n, purpose, data)
            faults += bad
            if not died:
                break
            points += 1
    equal(faults[:5], [], "faults")
    hub.start()
    queue_ends(hub)
    healthy(hub)
    later = hub.command("doctor", "--fix", env={"HUB_NOW": "+7200000"})
    check(later.code == 0, f"what was left over is told and removed: {later.out}")
    equal([n for _, _, names in os.walk(os.path.join(hub.data, "attempts")) for n in names], [], "work folders")
    equal(hub.stop(), [], "the end")
    print(f"{points} crashes on the way of a {purpose}", flush=True)
    return points


def queue_ends(hub):
    end = time.monotonic() + 30
    while hub.sql("SELECT count(*) FROM job")[0][0] and time.monotonic() < end:
        time.sleep(0.05)


@test
def a_crash_at_any_step_of_an_asset_leaves_it_whole_or_to_be_finished():
    points = each_step("asset", music("mp3", 1), ("upload: before the commit", "blob:", "asset:"))
    check(points >= 7, f"{points} points: too few")


@test
def a_crash_at_any_step_of_a_poster_leaves_it_whole_or_to_be_finished():
    points = each_step("poster", image("png", "64x48"), ("blob:", "poster:"))
    check(points >= 5, f"{points} points: too few")


@test
def a_crash_at_any_step_of_captions_leaves_them_whole_or_to_be_finished():
    points = each_step("caption", VTT, ("upload:", "blob:"))
    check(points >= 5, f"{points} points: too few")


@test
def a_worker_that_lost_its_lease_makes_no_second_asset():
    hub = Hub(env=QUICK)
    begun(hub)
    for words, n in (("asset: looked at", 1), ("blob: after link", 2)):  # the first blob is the upload itself
        hub.env |= {"HUB_STOP_AT": str(n), "HUB_STEP": words}
        hub.start()
        path, acknowledged = send(hub.client(hub.token_, strict=False), hub.video, music("wav", 1), "asset")
        need(acknowledged, words)
        stopped_until_lease_ends(hub)
        for name in ("HUB_STOP_AT", "HUB_STEP"):
            hub.env.pop(name)
        once(hub, path, words)


def stopped_until_lease_ends(hub):
    """The hub has stopped itself (SIGSTOP); when it goes on its lease is over and its job another's."""
    end = time.monotonic() + 20
    while time.monotonic() < end and open(f"/proc/{hub.process.pid}/stat").read().rsplit(")", 1)[1].split()[0] != "T":
        time.sleep(0.05)
    time.sleep(0.5)
    hub.sql("UPDATE job SET fence = fence + 1, lease_until = NULL WHERE kind = 'asset'")
    hub.process.send_signal(signal.SIGCONT)


def once(hub, path, words):
    client = hub.client(hub.token_)
    end = time.monotonic() + 30
    while client.get(path).json["state"] == "complete" and time.monotonic() < end:
        time.sleep(0.05)
    equal(client.get(path).json["state"], "ready", words)
    queue_ends(hub)
    equal(hub.sql("SELECT count(*) FROM asset WHERE blob = ?", "asset/" + path.rsplit("/", 1)[1])[0][0], 1, f"{words}: one asset")
    named = {row[0] for row in hub.sql("SELECT blob FROM picture")}
    there = {"picture/" + n for n in os.listdir(os.path.join(hub.data, "blobs", "picture"))}
    equal(there, named, f"{words}: one picture each")
    equal(hub.stop(), [], words)


run()
