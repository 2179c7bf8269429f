"""Renditions and the sound as files to keep: plain MP4, put together while they are sent."""
import hashlib
import json
import os
import subprocess
import tempfile
import time
import urllib.parse

from case import check, equal, need, run, test
from clips import made
from hub import Hub, asset, encoded

HOUR = 3_600_000
FRAMES = 125
FILES = {"240p": ("rendition", "video/mp4", ".mp4"), "360p": ("rendition", "video/mp4", ".mp4"), "audio": ("audio", "audio/mp4", ".m4a")}


def start():
    hub = Hub()
    signed_in(hub)
    clip = made("five.mp4", "-f", "lavfi", "-i", "testsrc2=duration=5:size=640x360:rate=25", "-f", "lavfi", "-i", "sine=440:duration=5:sample_rate=48000", "-c:v", "libx264",
                "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")
    hub.video = hub.import_clip(clip, "Simpanan")
    hub.idle()
    return hub


def signed_in(hub):
    hub.editor, hub.fan, hub.anyone = hub.signed_in("editor"), hub.signed_in("fan", "fan" if not getattr(hub, "video", None) else None), hub.client()


def file_of(hub, name, video=None):
    """The newest asset of a rendition, or of the sound."""
    kind, _, suffix = FILES[name]
    slug = hub.editor.get(f"/v1/videos/{video or hub.video}").json["slug"]
    return asset(hub.editor, video or hub.video, kind, filename=f"{slug}-{name}{suffix}" if kind == "rendition" else slug + suffix)


def download(hub, one, method="GET", **headers):
    ticket = hub.fan.post(f"/v1/assets/{one['id']}/tickets")
    need(ticket.status in (200, 201), ticket)
    return hub.anyone.ask(method, urllib.parse.urlsplit(ticket.json["url"]).path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def probed(data):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file.mp4")
        with open(path, "wb") as f:
            f.write(data)
        done = subprocess.run(["ffprobe", "-v", "warning", "-of", "json", "-count_packets", "-show_entries", "stream=codec_name,height,nb_read_packets,start_time", path],
                              capture_output=True, text=True)
        equal(done.stderr, "", "ffprobe complains")
        return {s["codec_name"]: s for s in json.loads(done.stdout)["streams"]}


def blobs(hub):
    return {os.path.join(d, n) for d, _, names in os.walk(os.path.join(hub.data, "blobs")) for n in names}


def healthy(hub):
    done = hub.command("doctor", env={"HUB_NOW": f"+{2 * HOUR}"})  # when no blob is too young to be told of
    equal((done.code, [line for line in done.out.splitlines() if "blobs" in line and not line.startswith("ok")]), (0, []), "doctor")


@test
def every_rendition_is_a_file_with_its_sound(hub):
    found = hub.anyone.get(f"/v1/videos/{hub.video}/assets").json["items"]
    equal(sorted(a["kind"] for a in found), ["audio", "original", "rendition", "rendition"], "kinds")
    for name, (kind, media_type, suffix) in FILES.items():
        one = file_of(hub, name)
        got = download(hub, one)
        equal((got.status, len(got.body), hashlib.sha256(got.body).hexdigest()), (200, one["sizeBytes"], one["sha256"]), f"{name}: bytes")
        equal((got.header("content-type"), one["mediaType"], got.etag), (media_type, media_type, f'"{one["sha256"]}"'), f"{name}: headers")
        check(one["filename"] in got.header("content-disposition"), f"{name}: {got.header('content-disposition')}")
        check(abs(one["durationMs"] - 5000) < 100, f"{name}: {one}")
        streams = probed(got.body)
        equal(set(streams), {"aac"} | ({"h264"} if kind == "rendition" else set()), f"{name}: what is in it")
        if kind == "rendition":
            equal((int(streams["h264"]["nb_read_packets"]), f"{streams['h264']['height']}p"), (FRAMES, name), f"{name}: its picture")
            equal((float(streams["h264"]["start_time"]), float(streams["aac"]["start_time"])), (0.0, 0.0), f"{name}: both begin at 0")
        check(got.body[4:8] == b"ftyp" and got.body.find(b"moov") < got.body.find(b"mdat"), f"{name}: its index stands first")


@test
def ranges_over_every_boundary_are_those_of_the_whole(hub):
    for name in FILES:
        one = file_of(hub, name)
        whole = download(hub, one).body
        got, at, step = b"", 0, len(whole) // 97 + 13
        while at < len(whole):
            part = download(hub, one, Range=f"bytes={at}-{at + step - 1}")
            equal((part.status, part.header("content-range")), (206, f"bytes {at}-{min(at + step, len(whole)) - 1}/{len(whole)}"), f"{name} at {at}")
            got, at = got + part.body, at + step
        check(got == whole, f"{name} in {len(whole) // step + 1} parts")
        edges = [whole.find(b"mdat") - 4, whole.find(b"mdat") + 4]
        edges += [os.path.getsize(next(path for path in blobs(hub) if path.endswith(row[0].rsplit("/", 1)[1]))) for row in hub.sql("SELECT blob FROM asset WHERE id = ?", one["id"])]
        for edge in edges:
            for first, last in ((edge - 1, edge), (edge, edge), (max(0, edge - 300), edge + 300), (0, edge), (edge, len(whole) - 1)):
                part = download(hub, one, Range=f"bytes={first}-{last}")
                check(part.body == whole[first:last + 1], f"{name}: {first}-{last}")
        equal(download(hub, one, Range="bytes=-1").body, whole[-1:], f"{name}: the last byte")
        equal(download(hub, one, Range=f"bytes={len(whole)}-").status, 416, f"{name}: beyond")


@test
def conditions_and_head_are_those_of_any_file(hub):
    one = file_of(hub, "360p")
    tag, n = f'"{one["sha256"]}"', one["sizeBytes"]
    for condition, status in ((tag, 206), ('"another"', 200), (f"W/{tag}", 200)):
        got = download(hub, one, Range="bytes=10-19", If_Range=condition)
        equal((got.status, len(got.body)), (status, 10 if status == 206 else n), f"If-Range: {condition}")
    equal(download(hub, one, If_None_Match=tag).status, 304, "If-None-Match")
    equal(download(hub, one, If_Match='"another"').status, 412, "If-Match")
    head, whole = download(hub, one, "HEAD"), download(hub, one)
    equal((head.status, head.body), (200, b""), "HEAD")
    for field in ("content-length", "content-type", "etag", "accept-ranges", "content-disposition"):
        equal(head.header(field), whole.header(field), field)


@test
def a_silent_video_has_no_sound_to_keep(hub):
    video = hub.import_clip(made("silent.mp4", "-f", "lavfi", "-i", "testsrc2=duration=2:size=320x180:rate=25", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"), "Bisu")
    hub.idle()
    found = hub.anyone.get(f"/v1/videos/{video}/assets").json["items"]
    equal(sorted(a["kind"] for a in found), ["original", "rendition"], "kinds")
    equal(set(probed(download(hub, next(a for a in found if a["kind"] == "rendition")).body)), {"h264"}, "a picture alone")


@test
def another_encode_gives_new_files_and_old_tickets_go_on(hub):
    old = {name: file_of(hub, name) for name in FILES}
    held = hub.fan.post(f"/v1/assets/{old['360p']['id']}/tickets").json
    path = urllib.parse.urlsplit(held["url"]).path
    before = hub.anyone.get(path).body
    equal(hub.editor.patch(f"/v1/assets/{old['240p']['id']}", gate="teaser", tier="premium").status, 200, "kept from some")
    need(hub.editor.post(f"/v1/videos/{hub.video}/encoding").status == 202, "again")
    need(encoded(hub.editor, hub.video)["state"] == "ready", "encoded")
    hub.idle()
    new = file_of(hub, "240p")
    equal((new["gate"], new["tier"]), ("teaser", "premium"), "who may have it is as it was")
    need(hub.editor.patch(f"/v1/assets/{new['id']}", gate="none", tier="free").status == 200, "for all again")
    for name in FILES:
        new = file_of(hub, name)
        equal((new["gate"], new["tier"]), ("none", "free"), f"{name} is everybody's")
        check(new["id"] != old[name]["id"], f"{name} is another")
        equal(hashlib.sha256(download(hub, new).body).hexdigest(), new["sha256"], f"{name}: bytes")
    equal(sorted(a["kind"] for a in hub.anyone.get(f"/v1/videos/{hub.video}/assets").json["items"]), ["audio", "original", "rendition", "rendition"], "each is listed once")
    check(hub.anyone.get(path).body == before, "a ticket gives what it gave")
    part = hub.anyone.get(path, headers={"Range": "bytes=100-299", "If-Range": f'"{held["sha256"]}"'})
    equal((part.status, part.body == before[100:300]), (206, True), "a download goes on")
    hub.idle()
    healthy(hub)


@test
def when_no_ticket_holds_it_the_older_version_goes_with_its_files(hub):
    hub.sql("UPDATE ticket SET revoked_at = 1")
    before = blobs(hub)
    hub.restart(env={"HUB_NOW": f"+{8 * HOUR}"})
    signed_in(hub)
    end = time.monotonic() + 30
    while hub.sql("SELECT count(*) FROM encode WHERE video = ?", hub.video)[0][0] > 1 and time.monotonic() < end:
        time.sleep(0.1)
    equal(hub.sql("SELECT count(*) FROM encode WHERE video = ?", hub.video)[0][0], 1, "versions")
    hub.idle()
    check(len(before - blobs(hub)) >= 6, f"{len(before - blobs(hub))} files went")
    for name in FILES:
        one = file_of(hub, name)
        equal(hashlib.sha256(download(hub, one).body).hexdigest(), one["sha256"], f"{name} of the newest stays")
    done = hub.command("doctor", env={"HUB_NOW": f"+{10 * HOUR}"})
    equal((done.code, [line for line in done.out.splitlines() if "blobs" in line and not line.startswith("ok")]), (0, []), "doctor")
    hub.restart(env={})
    signed_in(hub)


@test
def they_go_with_their_video(hub):
    ids = [a["id"] for a in hub.anyone.get(f"/v1/videos/{hub.video}/assets").json["items"]]
    tickets = [urllib.parse.urlsplit(hub.fan.post(f"/v1/assets/{one}/tickets").json["url"]).path for one in ids]
    equal(hub.editor.delete(f"/v1/videos/{hub.video}").status, 204, "deleted")
    equal({hub.anyone.get(path).status for path in tickets} | {hub.editor.get(f"/v1/assets/{one}").status for one in ids}, {404}, "addresses")
    for video in [v["id"] for v in hub.editor.get("/v1/videos?limit=100").json["items"]]:
        equal(hub.editor.delete(f"/v1/videos/{video}").status, 204, "and every other")
    hub.idle()
    equal(blobs(hub), set(), "no file is left")
    healthy(hub)


run(start)
