"""What is made of a rendition: share clips, previews, storyboards, waveforms."""
import contextlib
import os
import re
import resource
import shutil

from checks import check
from programs import ffprobe
from still import BIG, at, clean_picture, colour, film, make, near, one, still, work
from sync import beeps, flash_clip, flashes


def clips(video, sound):
    fps = 1 / 2.002 * 60
    for moment, first, segments in ((0, 0, 3), (2500, 2002, 3), (9000, 8008, 3), (20900, 20020, 1)):
        row = one("clip", video, sound, moment, 7000)
        if not row:
            continue
        streams = film(f"clip at {moment}", row)
        check(int(row["at"]) == first and len(streams) == 2, f"clip at {moment}: {row}")
        for kind, *_, start, duration, frames in streams:
            check(float(start) == 0, f"clip at {moment}: {kind} begins at {start}")
            check(kind == "audio" or segments == 1 or (int(frames) == 60 * segments and abs(float(duration) - 60 * segments / fps) < 0.002), f"clip at {moment}: {frames} frames, {duration} s")
        seen = list(zip(flashes(row["path"]), beeps(row["path"])))
        check(segments == 1 or len(seen) == 3, f"clip at {moment}: {seen}")
        for i, (f, b) in enumerate(seen):
            check(abs(f - 1001 - 2002 * i) < 1 and abs(f - b) < 20, f"clip at {moment}: flash {f}, beep {b}")
    row = one("clip", video, "", 2500, 20000)
    check(row and [s[0] for s in film("silent clip", row)] == ["video"], "a clip without sound")


def storyboards(video, cpu_of_ladder):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    code, rows, said = still("storyboard", video)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = dict(re.findall(r"(\w+)=(\S+)", said.splitlines()[0]))
    check(code == 0 and told == {"interval": "2002", "tile": "160x90", "grid": "10x2", "tiles": "11", "sheets": "1"}, f"storyboard: {said[:200]}")
    clean_picture("storyboard", rows[0] if rows else None, "1600x180")
    cues = re.findall(r"(\S+) --> (\S+)\n1\.jpg#xywh=(\d+),(\d+),160,90", said)
    check(len(cues) == 11 and cues[10] == ("00:00:20.020", "00:00:22.022", "0", "90") and cues[9][2:] == ("1440", "0"), f"cues: {cues}")
    used = sum(after[:2]) - sum(before[:2])
    print(f"    storyboard: {used:.2f} CPU s beside {cpu_of_ladder:.1f} of the lowest rung and the sound alone", flush=True)
    tall = make(at("tall.mp4"), "-f", "lavfi", "-i", "testsrc2=s=360x640:r=25:d=5", "-preset", "ultrafast")
    one_rendition(tall)
    code, rows, said = still("storyboard", os.path.join(work, "360p.mp4"))
    check(code == 0 and "tile=90x160 grid=3x1 tiles=3" in said, f"a portrait's: {said[:200]}")


def long_storyboard():
    """Two hours in key frames alone would take long to make; twelve minutes show the sheets and the intervals."""
    path = make(at("long.mp4"), "-f", "lavfi", "-i", "color=gray:s=128x72:r=25:d=2,drawbox=w=iw/2:h=ih:c=white:t=fill", "-preset", "ultrafast", "-g", "50", "-bf", "0", "-sc_threshold", "0")
    twelve = make(at("twelve.mp4"), "-stream_loop", "359", "-i", path, "-c", "copy", "-f", "mp4", "-movflags", "+frag_keyframe+empty_moov+default_base_moof")
    code, rows, said = still("storyboard", twelve)
    check(code == 0 and "interval=10000 tile=160x90 grid=10x8 tiles=72 sheets=1" in said, f"twelve minutes: {said[:200]}")
    nine = make(at("nine.mp4"), "-i", twelve, "-t", "540", "-c", "copy", "-f", "mp4", "-movflags", "+frag_keyframe+empty_moov+default_base_moof")
    code, rows, said = still("storyboard", nine)
    check(code == 0 and "interval=4000 tile=160x90 grid=10x10 tiles=135 sheets=2" in said and len(rows) == 2, f"nine minutes: {said[:200]}")
    for row in rows:
        clean_picture("one of two sheets", row, "1600x900")
    check(len(rows) == 2 and near(colour(rows[1]["path"], "crop=160:90:0:270,crop=40:40:10:20,scale=1:1"), (255, 255, 255)) and near(colour(rows[1]["path"], "crop=160:90:0:720,scale=1:1"), (0, 0, 0)), "the second sheet's tiles")


def one_rendition(source):
    for name in ("360p.mp4", "audio.mp4"):
        with contextlib.suppress(FileNotFoundError):
            os.remove(os.path.join(work, name))
    code, _, said = still("rendition", source)
    check(code == 0, f"rendition: {said}")


def renditions():
    flash_clip(at("flash.mp4"), "30000/1001", source="color=0x202020:s=640x360", seconds=21)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    one_rendition(at("flash.mp4"))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    video, sound = (shutil.copy(os.path.join(work, name), at("made-" + name)) for name in ("360p.mp4", "audio.mp4"))
    clips(video, sound)
    for moment in (0, 9000, 20900):
        row = one("preview", video, moment)
        streams = film("preview", row) if row else []
        check(len(streams) == 1 and streams[0][:3] == ["video", "320", "180"] and 2.9 <= float(streams[0][4]) <= 3.05 and int(row["bytes"]) < 100_000, f"preview at {moment}: {streams} {row}")
        check(row and float(streams[0][3]) == 0, "a preview does not begin at 0")
    row = one("waveform", sound)
    clean_picture("waveform", row, "1200x240")
    check(row and row["type"] == "image/png" and "rgba" in ffprobe("-show_entries", "stream=pix_fmt", row["path"]), "the waveform is not transparent")
    storyboards(video, sum(after[:2]) - sum(before[:2]))
    long_storyboard()
    one_rendition(BIG)
    row = one("preview", os.path.join(work, "360p.mp4"), 1000)
    check(row and int(row["bytes"]) < 80_000, f"a real preview: {row}")
