"""The main job, from an empty folder to a watched and downloaded video, by the command line, curl and ffmpeg alone."""
import hashlib
import json
import os
import socket
import subprocess
import threading
import time

from case import check, equal, need, run, test
from clips import FLASHES, flash_clip
from hub import OCTETS, Hub, asset, footage, metadata
from sync import beeps, flashes

NAME = "Kelinci besar 🐰.mp4"
TUS = {"Tus-Resumable": "1.0.0"}


def start():
    hub = Hub(env={"HUB_LADDER": "240,360,720"})
    hub.clip = footage("bigbuckbunny.mp4")  # 132 frames of 720p with sound
    with open(hub.clip, "rb") as f:
        hub.bytes = f.read()
    hub.sha256 = hashlib.sha256(hub.bytes).hexdigest()
    return hub


def curl(hub, path, *more):
    done = subprocess.run(["curl", "-sS", "--fail-with-body", *more, path if "://" in path else hub.base + path], capture_output=True, timeout=60)
    need(done.returncode == 0, f"curl {path}: {done.returncode} {done.stdout[-500:]!r} {done.stderr!r}")
    return done.stdout


def asked(hub, path, *more):
    return json.loads(curl(hub, path, "-H", f"Authorization: Bearer {hub.token_of_editor}", *more))


@test
def an_account_and_a_token_are_made_by_the_command_line(hub):
    equal(hub.command("account", "add", "rina", "--role", "editor", "--password-stdin", stdin="rahasia sekali\n").code, 0, "account")
    done = hub.command("token", "rina")
    equal((done.code, len(done.out.split()), done.err), (0, 1, ""), "a token and nothing else")
    hub.token_of_editor = done.out.strip()
    hub.editor = hub.client(hub.token_of_editor)
    me = asked(hub, "/v1/me")
    equal((me["name"], me["roles"]), ("rina", ["editor"]), "who it is")


@test
def an_original_broken_off_in_the_middle_of_a_patch_is_gone_on_with(hub):
    hub.video = asked(hub, "/v1/videos", "--json", json.dumps({"title": "Kelinci Besar", "description": "Bangun pagi.", "tags": ["kelinci"]}))
    told = metadata(filename=NAME, videoId=hub.video["id"], purpose="original")
    created = hub.editor.post("/v1/uploads", headers={**TUS, "Upload-Length": str(len(hub.bytes)), "Upload-Metadata": told})
    path = created.header("location").removeprefix(hub.base)
    third = len(hub.bytes) // 3
    equal(hub.editor.patch(path, headers={**TUS, "Upload-Offset": "0", "Content-Type": OCTETS}, body=hub.bytes[:third]).status, 204, "the first part")
    with socket.create_connection(("127.0.0.1", hub.port)) as s:  # promises two thirds, sends one, goes away
        s.sendall((f"PATCH {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {hub.token_of_editor}\r\nTus-Resumable: 1.0.0\r\n"
                   f"Upload-Offset: {third}\r\nContent-Type: {OCTETS}\r\nContent-Length: {len(hub.bytes) - third}\r\n\r\n").encode() + hub.bytes[third:2 * third])
    end = time.monotonic() + 10
    while (kept := int(hub.editor.head(path, headers=TUS).header("upload-offset"))) < 2 * third and time.monotonic() < end:
        time.sleep(0.05)
    equal(kept, 2 * third, "what came is kept")
    hub.events, hub.polled = [], []
    listen(hub)
    equal(hub.editor.patch(path, headers={**TUS, "Upload-Offset": str(kept), "Content-Type": OCTETS}, body=hub.bytes[kept:]).status, 204, "the rest")


def listen(hub):
    """The encoding's events, as curl sees them come, and the same by asking again and again."""
    path = f"/v1/videos/{hub.video['id']}/encoding"

    def read():
        hub.curl = subprocess.Popen(["curl", "-sSN", "--fail", "-H", "Accept: text/event-stream", "-H", f"Authorization: Bearer {hub.token_of_editor}", hub.base + path],
                                    stdout=subprocess.PIPE, text=True)
        for line in hub.curl.stdout:
            if line.startswith("data: "):
                hub.events.append((time.monotonic(), json.loads(line[6:])))
        hub.curl.wait()

    hub.listener = threading.Thread(target=read, daemon=True)
    hub.listener.start()


@test
def a_video_is_published_when_its_first_rendition_is_ready_and_the_rest_follows(hub):
    path, published = f"/v1/videos/{hub.video['id']}", None
    end = time.monotonic() + 90
    while time.monotonic() < end:
        status = hub.editor.get(path + "/encoding").json
        hub.polled.append(status)
        if not published:
            answer = hub.editor.post(path + "/publish")
            published = status if answer.status == 200 else None
            check(answer.status == 200 or answer.problem == "not-ready", f"{answer}")
        if status["state"] in ("ready", "failed"):
            break
        time.sleep(0.1)
    equal((status["state"], status["percent"], status.get("reason")), ("ready", 100, None), "encoded")
    names = [r["name"] for r in status["renditions"]]
    equal(sorted(names), ["240p", "360p", "720p", "audio"], "renditions")
    check(all(r["state"] == "ready" and r["percent"] == 100 and r["sizeBytes"] > 1000 for r in status["renditions"]), status)
    need(published, "it could be published")
    check(published["state"] == "encoding", f"published before all was ready: {published['state']}")


@test
def the_progress_was_told_as_json_and_as_events(hub):
    hub.listener.join(15)
    check(not hub.listener.is_alive() and hub.curl.returncode == 0, "the stream ends when the encoding is over")
    events = [event for _, event in hub.events]
    check(len(events) >= 4 and hub.events[-1][0] - hub.events[0][0] > 0.5, f"events came one by one: {len(events)}")
    for what, told in (("events", events), ("answers", hub.polled)):
        percents = [t["percent"] for t in told]
        equal(percents, sorted(percents), f"{what}: percent goes up")
        equal(told[-1], hub.polled[-1], f"{what}: the last")
        check(any(0 < p < 100 for p in percents), f"{what}: something between: {percents}")
        states = list(dict.fromkeys(t["state"] for t in told))
        equal(states, [s for s in ("waiting", "probing", "encoding", "ready") if s in states], f"{what}: states in their order")


@test
def everybody_finds_it(hub):
    listed = json.loads(curl(hub, "/v1/videos"))["items"]
    equal([(v["id"], v["state"], v["durationMs"]) for v in listed], [(hub.video["id"], "published", 5312)], "the list")
    equal(json.loads(curl(hub, f"/v1/videos/by-slug/{hub.video['slug']}"))["title"], "Kelinci Besar", "by slug")
    for words in ("kelinci", "BANGUN", "besar%20pagi"):
        equal([v["slug"] for v in json.loads(curl(hub, f"/v1/search?q={words}"))["items"]], [hub.video["slug"]], words)
    equal(json.loads(curl(hub, "/v1/search?q=gajah"))["items"], [], "another word")


def playback(hub, video):
    return json.loads(curl(hub, f"/v1/videos/{video}/playbacks", "-X", "POST"))


def probed(url):
    done = subprocess.run(["ffprobe", "-v", "error", "-of", "json", "-count_packets", "-show_entries", "stream=codec_type,codec_name,height,nb_read_packets,channels,start_time",
                           "-show_entries", "format=duration", url], capture_output=True, text=True, timeout=60)
    need(done.returncode == 0, done.stderr)
    equal(done.stderr, "", "ffprobe complains")
    return json.loads(done.stdout)


@test
def every_rendition_plays_whole_with_its_sound(hub):
    told = playback(hub, hub.video["id"])
    equal([s["rendition"] for s in told["sizes"]], ["240p", "360p", "720p"], "sizes")
    found = probed(told["hlsUrl"])
    pictures = [s for s in found["streams"] if s["codec_type"] == "video"]
    sounds = [s for s in found["streams"] if s["codec_type"] == "audio"]
    equal(sorted(s["height"] for s in pictures), [240, 360, 720], "heights")
    equal([int(s["nb_read_packets"]) for s in pictures], [132] * 3, "no frame is lost")
    check(sounds and sounds[0]["codec_name"] == "aac" and sounds[0]["channels"] == 2, f"sound: {sounds}")
    check(abs(int(sounds[0]["nb_read_packets"]) * 1024 / 48000 - 5.31) < 0.1, "all of the sound")
    done = subprocess.run(["ffmpeg", "-nostdin", "-v", "warning", "-xerror", "-i", told["hlsUrl"], "-map", "0", "-f", "null", "-"], capture_output=True, text=True, timeout=60)
    equal((done.returncode, done.stderr), (0, ""), "ffmpeg decodes all of it")


@test
def a_stream_address_that_was_changed_is_refused(hub):
    url = playback(hub, hub.video["id"])["hlsUrl"]
    token = url.split("/")[4]
    other = token[:10] + ("A" if token[10] != "A" else "B") + token[11:]
    answer = hub.client().get(url.replace(token, other).removeprefix(hub.base))
    equal((answer.status, answer.problem), (403, "token-invalid"), "another token")


@test
def the_position_is_kept_for_who_is_signed_in(hub):
    first = hub.editor.post(f"/v1/videos/{hub.video['id']}/playbacks").json
    equal(first["resumePositionMs"], 0, "at first")
    for _ in range(2):  # repeating it changes nothing
        equal(hub.editor.put(f"/v1/playbacks/{first['id']}/progress", positionMs=2500, playedMs=2500).status, 204, "told")
    equal(hub.editor.post(f"/v1/videos/{hub.video['id']}/playbacks").json["resumePositionMs"], 2500, "gone on")
    equal(playback(hub, hub.video["id"])["resumePositionMs"], 0, "nobody else's")


@test
def the_original_is_downloaded_byte_for_byte(hub):
    kept = next(a for a in json.loads(curl(hub, f"/v1/videos/{hub.video['id']}/assets"))["items"] if a["kind"] == "original")
    equal((kept["filename"], kept["sizeBytes"], kept["sha256"]), (NAME, len(hub.bytes), hub.sha256), "the asset")
    told = asked(hub, f"/v1/assets/{kept['id']}/tickets", "-X", "POST")
    check(curl(hub, told["url"]) == hub.bytes, "its bytes")
    check(curl(hub, told["url"], "-r", "1000-1999") == hub.bytes[1000:2000], "a range of it")


@test
def an_import_keeps_the_bytes_and_the_sound_in_step_with_the_picture(hub):
    video = hub.import_clip(flash_clip(), "Kilat dan bunyi")
    with open(flash_clip(), "rb") as f:
        equal(asset(hub.client(), video)["sha256"], hashlib.sha256(f.read()).hexdigest(), "the original")
    url = playback(hub, video)["hlsUrl"]
    seen, heard = flashes(url), beeps(url)
    equal((len(seen), len(heard)), (len(FLASHES), len(FLASHES)), "flashes and beeps")
    apart = [round(h - s, 1) for s, h in zip(seen, heard)]
    check(all(abs(ms) <= 20 for ms in apart), f"the sound is late by {apart} ms")
    check(all(abs(s - seen[0] - 1000 * i) < 1 for i, s in enumerate(seen)), f"flashes a second apart: {seen}")


@test
def after_a_crash_all_of_it_is_there(hub):
    hub.kill()
    hub.start()
    equal(len(hub.client().get("/v1/videos").json["items"]), 2, "videos")
    check(curl(hub, playback(hub, hub.video["id"])["hlsUrl"]).startswith(b"#EXTM3U"), "plays")
    equal(hub.command("doctor").code, 0, "doctor")


run(start)
