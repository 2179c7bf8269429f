"""From one original to all that is served of it, in pieces and in the order that people wait for it."""
import os
import tempfile
import time

from case import check, equal, need, run, test
from clips import made
from hub import Hub, encoded, upload
from streams import Stream, decodes, frames

SECONDS, FRAMES = 9, 225
CUES = "1\n00:00:01,000 --> 00:00:02,000\nSelamat pagi\n\n2\n00:00:06,000 --> 00:00:07,500\nSampai jumpa\n"
CHAPTERS = ";FFMETADATA1\n" + "".join(f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={at}\nEND={end}\ntitle={title}\n" for at, end, title in ((0, 4000, "Awal"), (4000, 9000, "Akhir")))


def rich_clip():
    """Nine seconds of 360p with two languages of sound, subtitles and two chapters."""
    with tempfile.TemporaryDirectory() as folder:
        cues, chapters = os.path.join(folder, "cues.srt"), os.path.join(folder, "chapters.txt")
        for path, text in ((cues, CUES), (chapters, CHAPTERS)):
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
        sound = [word for tone in (440, 880) for word in ("-f", "lavfi", "-i", f"sine={tone}:duration={SECONDS}")]
        return made("rich.mkv", "-f", "lavfi", "-i", f"testsrc2=duration={SECONDS}:size=640x360:rate=25", *sound, "-i", cues, "-i", chapters, "-map_metadata", "4",
                    "-map", "0:v", "-map", "1:a", "-map", "2:a", "-map", "3:s", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "flac", "-c:s", "srt",
                    "-metadata:s:a:0", "language=ind", "-metadata:s:a:1", "language=eng", "-metadata:s:s:0", "language=ind", "-disposition:a:0", "default")


def start():
    hub = Hub(env={"HUB_CHUNK": "2s"})
    hub.editor, hub.fan, hub.anyone = hub.signed_in("editor"), hub.signed_in("fan"), hub.client()
    with open(rich_clip(), "rb") as f:
        hub.clip = f.read()
    hub.looked = None
    return hub


def watched(hub):
    """What was seen of the clip's encode, which the first test that asks begins."""
    hub.looked = hub.looked or looked_on(hub)
    return hub.looked


def looked_on(hub):
    """Uploads the clip and looks on until it is encoded: what was told, what grew, what fans got meanwhile."""
    hub.video = hub.editor.post("/v1/videos", title="Potongan").json["id"]
    upload(hub.editor, hub.video, hub.clip, "clip.mkv")
    seen = {"status": [], "previews": [], "fans": set()}
    end = time.monotonic() + 120
    while time.monotonic() < end:
        status = hub.editor.get(f"/v1/videos/{hub.video}/encoding").json
        seen["status"].append(status)
        if status["state"] in ("ready", "failed"):
            break
        seen["fans"].add(hub.fan.post(f"/v1/videos/{hub.video}/playbacks").status)
        look(hub, seen["previews"])
        time.sleep(0.02)
    return seen


def look(hub, previews):
    """Keeps what the editor's preview is now, when it is more than before."""
    answer = hub.editor.post(f"/v1/videos/{hub.video}/playbacks")
    if answer.status != 201:
        check(answer.problem == "not-ready", answer)
        return
    stream = Stream(hub.anyone, answer.json["hlsUrl"])
    found = stream.playlist("360p")
    if not found or (previews and len(found[0]) <= len(previews[-1]["segments"]) and ("ENDLIST" in found[2]) == previews[-1]["ended"]):
        return
    segments, seconds, text = found
    kept = {"segments": segments, "seconds": seconds, "text": text, "ended": "#EXT-X-ENDLIST" in text, "stream": stream}
    data, sound, again = stream.bytes_of("360p", segments), stream.playlist("audio"), stream.playlist("360p")
    if again and again[2] == text:  # else it grew meanwhile
        kept["frames"], kept["sound"] = frames(data), sound
    previews.append(kept)


def jobs(hub):
    """(kind, detail) of those done, in their order."""
    return [(line["kind"], line["detail"]) for line in hub.log_lines() if isinstance(line, dict) and line.get("event") == "job.done"]


def played(hub):
    return Stream(hub.anyone, hub.anyone.post(f"/v1/videos/{hub.video}/playbacks").json["hlsUrl"])


@test
def it_was_encoded_in_pieces_and_the_percentage_grew(hub):
    told = watched(hub)["status"]
    equal((told[-1]["state"], told[-1]["percent"]), ("ready", 100), "at the end")
    percents = [t["percent"] for t in told]
    equal(percents, sorted(percents), "percent goes up")
    check(len(set(percents)) >= 4, f"in steps: {sorted(set(percents))}")
    states = list(dict.fromkeys(t["state"] for t in told))
    equal(states, [s for s in ("waiting", "probing", "encoding", "ready") if s in states], "states in their order")
    equal(sorted(r["name"] for r in told[-1]["renditions"]), ["240p", "360p", "audio", "audio2"], "renditions")
    equal(sorted({detail for kind, detail in jobs(hub) if kind == "encode"}), [f"{name}:{n}" for name in ("early", "ladder") for n in range(5)], "pieces of both passes")


@test
def the_first_picture_and_its_sound_come_first(hub):
    done = jobs(hub)
    at = {job: done.index(job) for job in done}
    check(at[("encode", "early:0")] < at[("audio", "audio")] < at[("encode", "early:1")], f"a first piece, then the sound: {done}")
    check(max(at[("join", "early")], at[("audio", "audio")]) < min(n for (kind, detail), n in at.items() if detail.startswith("ladder")), f"both before the ladder: {done}")
    later = [n for (kind, _), n in at.items() if kind in ("storyboard", "clip", "file")]
    check(all(at[("join", "ladder")] < n for n in later), f"films and files last: {done}")
    first = next(t for t in watched(hub)["status"] if any(r["state"] == "ready" for r in t["renditions"] if r["name"] != "audio"))
    equal([r["name"] for r in first["renditions"] if r["state"] == "ready"][:1], ["360p"], "ready first")


@test
def an_editor_watches_it_grow(hub):
    grown = [p for p in watched(hub)["previews"] if not p["ended"]]
    need(grown, "a preview before it was ready")
    for p in grown:
        check("#EXT-X-PLAYLIST-TYPE:EVENT" in p["text"], "type while it grows")
        equal(p["segments"], [f"360p/{n}.m4s" for n in range(1, len(p["segments"]) + 1)], "no gap")
        if "frames" in p:
            count, times = p["frames"]
            equal(count, round(sum(p["seconds"]) * 25), "frames told")
            check(all(abs(b - a - 0.04) < 0.001 for a, b in zip(times, times[1:])), "one after the other across the pieces")
            check(p["sound"] and len(p["sound"][0]) == len(p["segments"]) and "ENDLIST" not in p["sound"][2], "the sound goes as far as the picture")
    check(any("frames" in p for p in grown), "some was read while it grew")
    for before, after in zip(watched(hub)["previews"], watched(hub)["previews"][1:]):
        check(after["text"].split("#EXT-X-ENDLIST")[0].count("#EXTINF") > before["text"].count("#EXTINF") or after["ended"], "it only grows")
        equal(after["segments"][:len(before["segments"])], before["segments"], "what was listed stays")


@test
def the_preview_ends_as_the_whole_with_the_same_frames(hub):
    segments, seconds, text = watched(hub)["previews"][0]["stream"].playlist("360p")
    check("#EXT-X-ENDLIST" in text and "#EXT-X-PLAYLIST-TYPE:VOD" in text, "the address that was given while it grew")
    count, times = frames(watched(hub)["previews"][0]["stream"].bytes_of("360p", segments))
    equal((len(segments), count, round(sum(seconds), 3)), (5, FRAMES, float(SECONDS)), "all of it")
    check(all(abs(b - a - 0.04) < 0.001 for a, b in zip(times, times[1:])), "evenly")
    for p in watched(hub)["previews"]:
        if "frames" in p:
            equal(p["frames"][1], times[:p["frames"][0]], "frames kept their times when the pieces were joined")


@test
def fans_get_nothing_before_it_is_published(hub):
    equal(watched(hub)["fans"], {404}, "playbacks meanwhile")
    equal(hub.fan.post(f"/v1/videos/{hub.video}/playbacks").status, 404, "ready, but not published")
    preview = watched(hub)["previews"][0]["stream"]
    equal(preview.get("master.m3u8").header("cache-control"), "private, no-store", "a preview's playlist")
    equal(preview.get("360p/1.m4s").header("cache-control"), "private, no-store", "a preview's segment")
    need(hub.editor.post(f"/v1/videos/{hub.video}/publish").status == 200, "published")
    equal(hub.fan.post(f"/v1/videos/{hub.video}/playbacks").status, 201, "published")


@test
def what_nobody_published_grows_for_no_fan_even_by_its_address(hub):
    """A published video whose first encode is still running."""
    video = hub.editor.post("/v1/videos", title="Belum").json["id"]
    upload(hub.editor, video, hub.clip, "clip.mkv")
    hub.sql("UPDATE video SET state = 'published', published_at = 1 WHERE id = ?", video)
    found = set()
    while hub.editor.get(f"/v1/videos/{video}/encoding").json["state"] != "ready":
        answer = hub.fan.post(f"/v1/videos/{video}/playbacks")
        found.add((answer.status, answer.problem))
        if answer.status == 201:
            stream = Stream(hub.anyone, answer.json["hlsUrl"])
            for name in stream.names():
                check("#EXT-X-ENDLIST" in ((stream.playlist(name) or [""] * 3)[2]), f"{name} is listed, so it is whole")
        time.sleep(0.05)
    check((409, "not-ready") in found and found <= {(409, "not-ready"), (201, None)}, found)
    hub.editor.delete(f"/v1/videos/{video}")


@test
def every_rendition_and_language_is_in_both_manifests(hub):
    stream = played(hub)
    equal(sorted(stream.names()), ["240p", "360p"], "pictures")
    equal([(a["LANGUAGE"], a["URI"], a["DEFAULT"]) for a in stream.alternates("AUDIO")], [('"id"', '"audio.m3u8"', "YES"), ('"en"', '"audio2.m3u8"', "NO")], "sounds")
    mpd = stream.text("manifest.mpd")
    for word in ('lang="id"', 'lang="en"', 'id="240p"', 'id="360p"', 'id="audio"', 'id="audio2"'):
        check(word in mpd, f"{word} in the MPD")
    lengths = {name: len(stream.playlist(name)[0]) for name in ("240p", "360p", "audio", "audio2")}
    equal(set(lengths.values()), {5}, f"the same numbers everywhere: {lengths}")
    equal(frames(stream.bytes_of("240p", stream.playlist("240p")[0]))[0], FRAMES, "frames of 240p")
    equal(decodes(hub.base + stream.master_path), "", "ffmpeg reads all of it")


@test
def subtitles_and_chapters_of_the_file_are_taken_over(hub):
    watched(hub)
    captions = hub.anyone.get(f"/v1/videos/{hub.video}/captions").json["items"]
    equal([(c["language"], c["kind"]) for c in captions], [("id", "subtitles")], "captions")
    told = hub.anyone.post(f"/v1/videos/{hub.video}/playbacks").json["captions"]
    text = hub.anyone.get(told[0]["url"].removeprefix(hub.base)).body.decode()
    check(text.startswith("WEBVTT") and "Selamat pagi" in text and "00:00:06.000 --> 00:00:07.500" in text, text)
    equal([a["URI"] for a in played(hub).alternates("SUBTITLES")], [f'"captions/{captions[0]["name"]}.m3u8"'], "in the master playlist")
    equal(hub.anyone.get(f"/v1/videos/{hub.video}").json["chapters"], [{"startMs": 0, "title": "Awal"}, {"startMs": 4000, "title": "Akhir"}], "chapters")


@test
def an_editors_own_chapters_stay(hub):
    own = [{"startMs": 0, "title": "Buatan sendiri"}]
    video = hub.editor.post("/v1/videos", title="Bab", chapters=own).json["id"]
    upload(hub.editor, video, hub.clip, "clip.mkv")
    end = time.monotonic() + 30
    while "durationMs" not in hub.editor.get(f"/v1/videos/{video}").json and time.monotonic() < end:
        time.sleep(0.05)
    equal(hub.editor.get(f"/v1/videos/{video}").json["chapters"], own, "after the probe")
    equal(hub.editor.delete(f"/v1/videos/{video}/encoding").status, 204, "no need of the rest")


@test
def encoded_again_it_plays_on_and_then_the_new_version(hub):
    old, before = played(hub), len(hub.anyone.get(f"/v1/videos/{hub.video}").json["chapters"])
    answer = hub.editor.post(f"/v1/videos/{hub.video}/encoding")
    equal((answer.status, answer.json["state"]), (202, "waiting"), "begun")
    equal(hub.editor.post(f"/v1/videos/{hub.video}/encoding").problem, "conflict", "once at a time")
    while hub.editor.get(f"/v1/videos/{hub.video}/encoding").json["state"] not in ("ready", "failed"):
        now = played(hub)
        equal((old.get("master.m3u8").status, now.get("360p/5.m4s").status), (200, 200), "it plays all the while")
        time.sleep(0.1)
    new = played(hub)
    check(new.version != old.version, "another version")
    equal((frames(new.bytes_of("360p", new.playlist("360p")[0]))[0], old.get("360p/1.m4s").status), (FRAMES, 200), "both play")
    equal(len(hub.anyone.get(f"/v1/videos/{hub.video}/captions").json["items"]), 1, "captions are not doubled")
    equal(len(hub.anyone.get(f"/v1/videos/{hub.video}").json["chapters"]), before, "chapters neither")


@test
def nothing_of_the_pieces_is_left(hub):
    hub.idle()
    equal(hub.sql("SELECT (SELECT count(*) FROM chunk), (SELECT count(*) FROM chunk_segment)")[0], (0, 0), "rows")
    left = [name for folder, _, names in os.walk(os.path.join(hub.data, "blobs")) for name in names if "chunk" in folder]
    equal(left, [], "files")
    equal(os.listdir(os.path.join(hub.data, "tmp")) if os.path.isdir(os.path.join(hub.data, "tmp")) else [], [], "work folders")
    done = hub.command("doctor", env={"HUB_NOW": "+7200000"})
    check(done.code == 0 and "warn" not in "".join(line for line in done.out.splitlines() if "blobs" in line), done)


run(start)
