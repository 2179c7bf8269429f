"""From a file to what everybody sees, and back: upload, encode, publish, schedule, unpublish."""
import json
import os
import time

from case import check, equal, need, run, test
from hub import Hub, encoded, small_clip, upload

MINUTE = 60_000


def start():
    hub = Hub()
    hub.editor, hub.anyone = hub.signed_in("editor", "ed"), hub.client()
    return hub


def now_ms():
    return int(time.time() * 1000)


def stamp(ms):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ms / 1000)) + f".{ms % 1000:03}Z"


def ready(hub, title, **members):
    """The id of a video that could be published."""
    video = hub.import_clip(small_clip(), title, publish=False)
    if members:
        need(hub.editor.patch(f"/v1/videos/{video}", json=members).status == 200, "patch")
    return video


def shown(hub, video, word):
    """Where anybody sees it."""
    found = []
    answer = hub.anyone.get(f"/v1/videos/{video}")
    slug = hub.editor.get(f"/v1/videos/{video}").json["slug"]
    found += ["id"] * (answer.status == 200)
    found += ["slug"] * (hub.anyone.get(f"/v1/videos/by-slug/{slug}").status == 200)
    found += ["list"] * any(v["id"] == video for v in hub.anyone.get("/v1/videos?limit=100").json["items"])
    found += ["filtered"] * any(v["id"] == video for v in hub.anyone.get("/v1/videos?kind=clip&limit=100").json["items"])
    found += ["search"] * any(v["id"] == video for v in hub.anyone.get(f"/v1/search?q={word}").json["items"])
    return found


def originals(hub, video):
    return [a for a in hub.anyone.get(f"/v1/videos/{video}/assets").json["items"] if a["kind"] == "original"]


EVERYWHERE = ["id", "slug", "list", "filtered", "search"]


@test
def an_uploaded_file_is_encoded_and_published(hub):
    video = hub.editor.post("/v1/videos", title="Uploaded clip").json["id"]
    equal(hub.editor.get(f"/v1/videos/{video}/encoding").json, {"state": "waiting", "percent": 0, "renditions": []}, "before")
    early = hub.editor.post(f"/v1/videos/{video}/publish")
    equal((early.status, early.problem), (409, "not-ready"), "publish before an upload")
    equal(hub.editor.post(f"/v1/videos/{video}/playbacks").problem, "not-ready", "play before an upload")
    with open(small_clip(), "rb") as f:
        upload(hub.editor, video, f.read(), "Klip kecil.mp4")
    equal(hub.editor.get(f"/v1/videos/{video}").json["state"], "processing", "uploaded")
    early = hub.editor.post(f"/v1/videos/{video}/publish")
    check(early.status in (200, 409), f"publish at once: {early}")
    status = encoded(hub.editor, video)
    equal((status["state"], status["percent"]), ("ready", 100), "encoded")
    equal(sorted((r["name"], r["state"]) for r in status["renditions"]), [("144p", "ready"), ("audio", "ready")], "renditions")
    check(all(r["sizeBytes"] > 0 for r in status["renditions"]), "sizes")
    read = hub.editor.get(f"/v1/videos/{video}").json
    equal((read["state"], read["durationMs"] // 100, read["width"], read["height"]), ("ready" if early.status == 409 else "published", 20, 176, 144), "probed")
    equal(hub.editor.post(f"/v1/videos/{video}/publish").json["state"], "published", "published")
    equal(shown(hub, video, "uploaded"), EVERYWHERE, "seen")
    assets = originals(hub, video)
    equal([(a["kind"], a["filename"], a["mediaType"], a["tier"]) for a in assets], [("original", "Klip kecil.mp4", "video/mp4", "free")], "assets")
    equal(hub.anyone.get(f"/v1/assets/{assets[0]['id']}").json, assets[0], "one asset")


@test
def a_published_video_is_hidden_at_once_by_unpublish(hub):
    video = ready(hub, "Tersembunyi")
    equal(shown(hub, video, "tersembunyi"), [], "before")
    told = hub.editor.post(f"/v1/videos/{video}/publish").json
    check(told["state"] == "published" and "publishedAt" in told, told)
    equal(shown(hub, video, "tersembunyi"), EVERYWHERE, "published")
    stream = hub.anyone.post(f"/v1/videos/{video}/playbacks").json["hlsUrl"].removeprefix(hub.base)
    playlist = stream.replace("master", "144p")
    equal([hub.anyone.get(p).status for p in (stream, playlist)], [200, 200], "plays")
    equal(hub.editor.post(f"/v1/videos/{video}/unpublish").json["state"], "unpublished", "unpublished")
    equal(shown(hub, video, "tersembunyi"), [], "hidden")
    rest = [stream, playlist, playlist.replace(".m3u8", "/init.mp4"), playlist.replace(".m3u8", "/1.m4s")]
    equal([hub.anyone.get(p).status for p in rest], [404] * 4, "an address given before")
    equal(hub.anyone.post(f"/v1/videos/{video}/playbacks").status, 404, "a new playback")
    equal(hub.editor.post(f"/v1/videos/{video}/unpublish").status, 200, "again")
    again = hub.editor.post(f"/v1/videos/{video}/publish").json
    equal(again["publishedAt"], told["publishedAt"], "the first publishing counts")
    equal(shown(hub, video, "tersembunyi"), EVERYWHERE, "shown again")
    equal([hub.anyone.get(p).status for p in rest], [200] * 4, "the address plays again")


@test
def a_draft_cannot_be_unpublished(hub):
    video = hub.editor.post("/v1/videos", title="Draft").json["id"]
    answer = hub.editor.post(f"/v1/videos/{video}/unpublish")
    equal((answer.status, answer.problem), (409, "conflict"), "draft")
    for verb in ("publish", "unpublish"):
        equal(hub.editor.post(f"/v1/videos/{'0' * 26}/{verb}").status, 404, verb)


@test
def an_editor_previews_what_nobody_else_may_play(hub):
    video = ready(hub, "Pratinjau")
    stream = hub.editor.post(f"/v1/videos/{video}/playbacks").json["hlsUrl"].removeprefix(hub.base)
    equal(hub.anyone.get(stream).status, 200, "the editor's address")
    equal(hub.anyone.post(f"/v1/videos/{video}/playbacks").status, 404, "nobody else begins")


@test
def a_schedule_publishes_and_ends_by_itself(hub):
    start = now_ms()
    video = ready(hub, "Terjadwal", publishAt=stamp(start + 60 * MINUTE), unpublishAt=stamp(start + 120 * MINUTE))
    told = hub.editor.post(f"/v1/videos/{video}/publish").json
    equal(told["state"], "scheduled", "publish with a publishAt ahead")
    check("publishedAt" not in told, "not published yet")
    equal(shown(hub, video, "terjadwal"), [], "before its time")
    for late, state, seen in ((59 * MINUTE, "scheduled", []), (61 * MINUTE, "published", EVERYWHERE), (121 * MINUTE, "unpublished", [])):
        for fault in hub.restart(env={"HUB_NOW": f"+{late}"}):
            check(False, fault)
        hub.editor, hub.anyone = hub.client(hub.token("ed")), hub.client()
        end = time.monotonic() + 10
        while hub.editor.get(f"/v1/videos/{video}").json["state"] != state and time.monotonic() < end:
            time.sleep(0.1)
        equal(hub.editor.get(f"/v1/videos/{video}").json["state"], state, f"{late} ms later")
        equal(shown(hub, video, "terjadwal"), seen, f"{late} ms later")
    hub.restart(env={})
    hub.editor, hub.anyone = hub.client(hub.token("ed")), hub.client()


@test
def a_publish_time_that_has_passed_publishes_at_once(hub):
    video = ready(hub, "Sudah lewat", publishAt="2020-01-01T00:00:00Z")
    equal(hub.editor.post(f"/v1/videos/{video}/publish").json["state"], "published", "state")


@test
def the_newest_published_stands_first(hub):
    first, second = ready(hub, "Urutan satu"), ready(hub, "Urutan dua")
    hub.editor.post(f"/v1/videos/{second}/publish")
    time.sleep(0.01)
    hub.editor.post(f"/v1/videos/{first}/publish")
    listed = [v["id"] for v in hub.anyone.get("/v1/videos?limit=100").json["items"]]
    check(listed.index(first) < listed.index(second), "order of publishing, not of making")


@test
def the_encoding_is_told_as_events_until_it_is_over(hub):
    video = hub.editor.post("/v1/videos", title="Events").json["id"]
    with open(small_clip(), "rb") as f:
        upload(hub.editor, video, f.read())
    answer = hub.editor.get(f"/v1/videos/{video}/encoding", headers={"Accept": "text/event-stream"})
    equal((answer.status, answer.header("content-type")), (200, "text/event-stream"), "type")
    equal(answer.header("cache-control"), "no-store", "cache")
    events = [block for block in answer.body.decode().split("\n\n") if block.startswith("event:")]
    told = []
    for event in events:
        name, data = event.split("\n", 1)
        equal(name, "event: encoding", "name")
        told.append(json.loads(data.removeprefix("data: ")))
    check(len(told) >= 1 and told[-1]["state"] == "ready", f"the last event: {told[-1:]}")
    order = ["waiting", "probing", "encoding", "ready"]
    check([order.index(t["state"]) for t in told] == sorted(order.index(t["state"]) for t in told), "states go forward")
    check(all(a != b for a, b in zip(told, told[1:])), "an event at each change only")
    equal(hub.editor.get(f"/v1/videos/{video}/encoding", headers={"Accept": "text/event-stream"}).body.count(b"event: encoding"), 1, "once it is over")


@test
def a_file_that_is_no_video_fails_with_a_reason_and_another_may_follow(hub):
    video = hub.editor.post("/v1/videos", title="Not a video").json["id"]
    upload(hub.editor, video, b"this is no video at all\n" * 100, "text.mp4")
    status = encoded(hub.editor, video)
    equal(status["state"], "failed", "state")
    check(len(status.get("reason", "")) > 10, f"reason: {status.get('reason')}")
    equal(hub.editor.get(f"/v1/videos/{video}").json["state"], "draft", "the video")
    with open(small_clip(), "rb") as f:
        upload(hub.editor, video, f.read())
    equal(encoded(hub.editor, video)["state"], "ready", "another original")
    equal(hub.editor.post(f"/v1/videos/{video}/publish").json["state"], "published", "published")


@test
def a_new_original_makes_a_new_version_and_the_video_stays_published(hub):
    video = hub.published("Versi")
    old = hub.anyone.post(f"/v1/videos/{video}/playbacks").json["hlsUrl"].removeprefix(hub.base)
    with open(small_clip(3), "rb") as f:
        upload(hub.editor, video, f.read())
    equal(hub.editor.get(f"/v1/videos/{video}").json["state"], "published", "while it is encoded")
    equal(encoded(hub.editor, video)["state"], "ready", "encoded")
    new = hub.anyone.post(f"/v1/videos/{video}/playbacks").json["hlsUrl"].removeprefix(hub.base)
    check(old.split("/")[3] != new.split("/")[3], "another version")
    equal([hub.anyone.get(p).status for p in (old, new)], [200, 200], "both play")
    equal(hub.anyone.get(f"/v1/videos/{video}").json["durationMs"] // 100, 30, "duration")
    equal(len(originals(hub, video)), 2, "both originals are kept")


@test
def a_deleted_video_takes_its_files_along(hub):
    hub.idle()
    files = lambda: {os.path.join(d, n) for d, _, names in os.walk(os.path.join(hub.data, "blobs")) for n in names}
    before = files()
    video = hub.published("Dihapus")
    hub.idle()
    kinds = {row[0] for row in hub.sql("SELECT kind FROM picture WHERE video = ? UNION SELECT kind FROM asset WHERE video = ?", video, video)}
    check({"candidate", "og", "storyboard", "clip", "rendition", "audio", "original"} <= kinds, f"made of it: {kinds}")
    check(len(files() - before) > len(kinds), "files of all of them")
    equal(hub.editor.delete(f"/v1/videos/{video}").status, 204, "deleted")
    hub.idle()
    equal(files() - before, set(), "files left")
    for table in ("encode", "asset", "upload", "playback", "picture", "caption"):
        equal(hub.sql(f"SELECT count(*) FROM {table} WHERE video = ?", video)[0][0], 0, table)


run(start)
