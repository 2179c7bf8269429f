"""All that is streamed in a real Chromium with hls.js and Shaka Player; the tests themselves are in browser/players.mjs."""
import base64
import os
import subprocess
import tempfile

import sync
from case import equal, need, run, test, tests
from chromium import Browser, tests_of
from clips import made
from hub import ROOT, Hub, encoded, footage, send, settled, upload

SECONDS, SILENT_SECONDS, LONG_SECONDS = 24, 8.008, 32
HEIGHTS = [240, 360, 480]
TONES = {"id": 440, "en": 880}
CUES = {"id": [(5.0, 6.5, "Selamat pagi"), (10.0, 11.0, "Apa kabar"), (20.0, 21.5, "Sampai jumpa")], "en": [(4.0, 5.25, "Good morning"), (19.5, 21.0, "Goodbye")]}
TEASER = (8, 16)  # seconds of it
STEP_MS = 20
HLSJS = os.path.join(os.environ.get("HUB_CACHE") or os.path.expanduser("~/.cache/hub"), "hls-1.7.4.min.js")


def stamp(seconds, point):
    return f"00:00:{seconds:06.3f}".replace(".", point)


def cues(language, point):
    return "".join(f"{n + 1}\n{stamp(a, point)} --> {stamp(b, point)}\n{text}\n\n" for n, (a, b, text) in enumerate(CUES[language]))


def step_clip():
    """Dim footage that flashes every two seconds; each language beeps then, over its own low tone; captions in Indonesian."""
    on = "gte(t,1)*lt(mod(t-1,2),0.1)"
    sound = [word for tone in TONES.values() for word in ("-f", "lavfi", "-i", f"aevalsrc='0.8*{on}*sin(2*PI*1000*t)+0.01*sin(2*PI*{tone}*t)':sample_rate=48000:duration={SECONDS}")]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "cues.srt")
        with open(path, "w", encoding="utf-8") as f:
            f.write(cues("id", ","))
        return made("players-step.mkv", "-stream_loop", "-1", "-i", footage("bigbuckbunny.mp4"), *sound, "-i", path, "-map", "0:v", "-map", "1:a", "-map", "2:a", "-map", "3:s",
                    "-vf", f"scale=854:480,fps=25,lutyuv=y=16+(val-16)/3,drawbox=color=white:t=fill:enable='{on}'", "-t", str(SECONDS), "-c:v", "libx264", "-preset", "ultrafast",
                    "-crf", "23", "-c:a", "flac", "-c:s", "srt", "-metadata:s:a:0", "language=ind", "-metadata:s:a:1", "language=eng", "-metadata:s:s:0", "language=ind",
                    "-disposition:a:0", "default", "-disposition:a:1", "0")


def silent_clip():
    return made("players-silent.mp4", "-stream_loop", "-1", "-i", footage("bigbuckbunny.mp4"), "-an", "-vf", "scale=1136:640,crop=360:640,fps=30000/1001", "-frames:v", "240",
                "-c:v", "libx264", "-preset", "ultrafast")


def long_clip():
    return made("players-long.mp4", "-stream_loop", "-1", "-i", footage("bigbuckbunny.mp4"), "-f", "lavfi", "-i", "sine=440:sample_rate=48000", "-map", "0:v", "-map", "1:a",
                "-vf", "scale=854:480", "-t", str(LONG_SECONDS), "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac")


def uploaded(hub, path, **members):
    video = hub.editor.post("/v1/videos", **members).json
    with open(path, "rb") as f:
        upload(hub.editor, video["id"], f.read(), os.path.basename(path))
    return video


def content(hub):
    """What the browser is told of the hub."""
    main = uploaded(hub, step_clip(), title="Langkah", access="everyone", teaserStartMs=TEASER[0] * 1000)
    silent = uploaded(hub, silent_clip(), title="Bisu")
    text = "WEBVTT\n\n" + cues("en", ".")
    need(settled(hub.editor, send(hub.editor, text.encode(), purpose="caption", videoId=main["id"], language="en", filename="en.vtt"))["state"] == "ready", "captions")
    for video in (main, silent):
        need(encoded(hub.editor, video["id"], 240)["state"] == "ready", "encoded")
        need(hub.editor.post(f"/v1/videos/{video['id']}/publish").status == 200, "published")
    hub.idle()
    hub.main = main["id"]
    assets = hub.editor.get(f"/v1/videos/{hub.main}/assets").json["items"]
    clip = next(p for p in hub.editor.get(f"/v1/videos/{hub.main}/pictures").json["items"] if p["kind"] == "clip")
    return {"base": hub.base, "token": hub.token("ed"), "hlsjs": HLSJS, "slug": main["slug"], "video": hub.main, "seconds": SECONDS, "heights": HEIGHTS, "tones": TONES,
            "captions": CUES, "teaser": TEASER, "silent": {"video": silent["id"], "seconds": SILENT_SECONDS, "heights": [426, 640]},
            "files": [a["id"] for a in assets if a["kind"] == "rendition"], "clip": {"url": clip["url"], "seconds": SECONDS - TEASER[0]}}




def files_of(folder, name, parts):
    """What the browser was given, one file for each init segment and shift of its times: [(path, shift in s)]"""
    found, init = [], b""
    for part in parts:
        data = base64.b64decode(part["data"])
        is_init = data[4:8] == b"ftyp" and data != init
        init = data if is_init else init
        if is_init or found[-1][1] != part["at"]:
            found.append((os.path.join(folder, f"{name}-{len(found)}.mp4"), part["at"]))
        with open(found[-1][0], "ab") as f:
            f.write(data if is_init or f.tell() or data[4:8] == b"ftyp" else init + data)
    return found


def moments(folder, name, parts, look):
    """Of a flash or beep in any of them, on the element's clock."""
    return sorted({round(ms + at * 1000) for path, at in files_of(folder, name, parts) if b"moof" in open(path, "rb").read() for ms in look(path)})


def in_step(flashes, beeps, seconds=SECONDS):
    """Each beep is at its flash, and the first frame at most a tenth of a second after 0."""
    first = (flashes or [-1])[0] - 1000
    faults = [] if 0 <= first <= 100 else [f"the first flash is at {flashes[:1]} ms"]
    for when in (1000 * s + first for s in range(1, seconds, 2)):
        flash, beep = (min(found, key=lambda ms: abs(ms - when), default=-9999) for found in (flashes, beeps))
        if abs(flash - when) > 2 or abs(beep - flash) > STEP_MS:
            faults.append(f"a flash at {flash} ms and a beep at {beep} ms, both meant for {when}")
    return faults


def look_at_step(told):
    with tempfile.TemporaryDirectory() as folder:
        return in_step(moments(folder, "picture", told["picture"], sync.flashes), moments(folder, "sound", told["sound"], sync.beeps), told["seconds"])


def begin_preview(hub):
    """A video that is watched while it is encoded: its first piece and its sound are there."""
    video = uploaded(hub, long_clip(), title="Masih dibuat")["id"]
    while hub.editor.post(f"/v1/videos/{video}/playbacks").status != 201:
        need(hub.editor.get(f"/v1/videos/{video}/encoding").json["state"] != "ready", "a preview before all is ready")
    return {"video": video, "seconds": LONG_SECONDS}


def start():
    hub = Hub(env={"HUB_CHUNK": "8s", "HUB_LADDER": ",".join(map(str, HEIGHTS)), "HUB_TEASER": "10s"})
    hub.editor = hub.signed_in("editor", "ed")
    hub.anyone = hub.client()
    told = content(hub)
    hub.browser = Browser(told, ["players"], lambda wish: look_at_step(wish["step"]) if "step" in wish else begin_preview(hub))
    return hub


@test
def the_addresses_themselves_are_in_step_for_ffmpeg(hub):
    playing = hub.anyone.post(f"/v1/videos/{hub.main}/playbacks").json
    for kind in ("hlsUrl", "dashUrl"):
        equal(in_step(sync.flashes(playing[kind]), sync.beeps(playing[kind])), [], kind)


@test
def the_manifests_keep_the_rules(hub):
    playing = hub.anyone.post(f"/v1/videos/{hub.main}/playbacks").json
    done = subprocess.run(["python3", str(ROOT / "tests/media/rules.py"), playing["hlsUrl"], playing["dashUrl"]], capture_output=True, text=True)
    equal(done.returncode, 0, "\n".join(line for line in done.stdout.splitlines() if not line.startswith(("ok", "note"))))


tests += tests_of("players")
run(start)
