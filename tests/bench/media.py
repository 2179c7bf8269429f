"""Rows of the media pipeline: the hub encodes as it always does, one job after another; its peer is one ffmpeg per rendition.

CPU is that of the processes the hub ran for a job: what its children had used when it said that the job was done.
"""
import json
import os
import subprocess
import time

from figures import Line
from place import run
from servers import BIN, TICKS, Broken, Hub, stat_fields

LADDER = {"1080p": (1920, 1080, 5000000), "720p": (1280, 720, 2800000), "480p": (854, 480, 1400000), "360p": (640, 360, 800000), "240p": (426, 240, 400000)}
EARLY, GOP, PATIENCE = "360p", 50, 1200
SETTINGS = ("--ladder", "240,360,480,720,1080", "--encode-workers", "1", "--ops-listen", "127.0.0.1:0")


def footage():
    folder = subprocess.run(["sh", "tests/media/footage.sh", "demo"], capture_output=True, text=True, check=True).stdout.strip()
    return os.path.join(folder, "bigbuckbunny.mp4")


def make_source(place, seconds):
    """1080p at 25 frames a second and some 24 Mb/s, of real footage with its sound, as a camera would leave it."""
    path = place.at(f"source{seconds}.mp4")
    if not os.path.exists(path):
        run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-stream_loop", "-1", "-i", footage(), "-t", seconds, "-vf", "scale=1920:1080:flags=bicubic",
             "-c:v", "libx264", "-preset", "superfast", "-b:v", "24M", "-maxrate", "24M", "-bufsize", "24M", "-g", "125", "-c:a", "aac", "-ac", "2", path])
    return path


def children_cpu(pid):
    """Seconds of CPU of the processes it has waited for."""
    return sum(int(ticks) for ticks in stat_fields(pid)[13:15]) / TICKS


class Jobs:
    """A hub on a fresh folder that encodes one original; each job with its CPU seconds and the moment it was done."""

    def __init__(self, place, name, source, *flags):
        data, log = place.at(f"media-{name}"), place.at(f"media-{name}.log")
        self.done, self.log = [], log
        with Hub(data, log, *SETTINGS[:4], *flags) as hub:
            self.data, began = data, time.monotonic()
            run([BIN, "import", source, "--title", name, "--publish", "--data", data])
            self.watch(hub, began)

    def watch(self, hub, began):
        before, pid = 0.0, hub.process.pid
        with open(self.log, encoding="utf-8", errors="replace") as lines:
            while time.monotonic() - began < PATIENCE:
                line = lines.readline()
                if not line:
                    time.sleep(0.02)
                    continue
                if '"job.failed"' in line:
                    raise Broken(json.loads(line)["why"])
                if '"job.done"' not in line:
                    continue
                job, cpu = json.loads(line), children_cpu(pid)
                self.done.append((job["kind"], job["detail"], cpu - before, time.monotonic() - began))
                before = cpu
                if job["kind"] == "clip":
                    return
        raise Broken("the encoding takes too long")

    def cpu(self, *kinds):
        return sum(cpu for kind, _, cpu, _ in self.done if kind in kinds)

    def moment(self, kind, detail):
        return next(at for k, d, _, at in self.done if (k, d) == (kind, detail))

    def took(self, kind, detail):
        """Wall seconds of one job: since the one before it."""
        at = [0.0, *(at for *_, at in self.done)]
        return next(at[i + 1] - at[i] for i, (k, d, *_) in enumerate(self.done) if (k, d) == (kind, detail))

    def files(self):
        """{rendition: path of its file}"""
        rows = run(["sqlite3", os.path.join(self.data, "hub.db"), "SELECT name, blob FROM rendition WHERE kind = 'video'"]).split()
        return {row.split("|")[0]: os.path.join(self.data, "blobs", row.split("|")[1]) for row in rows}


def one_each(place, source):
    """CPU seconds of one ffmpeg for each rendition, with the hub's presets and settings."""
    total = 0.0
    for name, (width, height, cap) in LADDER.items():
        before = os.times()
        run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", source, "-an", "-vf", f"fps=25,scale={width}:{height}:flags=bicubic,format=yuv420p,setsar=1", "-c:v", "libx264",
             "-preset", "veryfast" if name == EARLY else "faster", "-profile:v", "high", "-crf", "23", "-maxrate", cap, "-bufsize", 2 * cap, "-g", GOP, "-keyint_min", GOP,
             "-sc_threshold", "0", "-x264-params", "open-gop=0:bframes=3:b-pyramid=normal", "-f", "mp4", place.at("one.mp4")])
        after = os.times()
        total += after.children_user + after.children_system - before.children_user - before.children_system
    return total


def row(what, hub, peer, value, bound):
    return Line(what, hub, peer, f"{value:.2f} ×", f"≤ {bound} ×", value <= bound)


def quality(source, files):
    """SSIM of each rendition against the original brought to its size."""
    for name in LADDER:
        width, height, _ = LADDER[name]
        said = subprocess.run(["ffmpeg", "-v", "info", "-nostdin", "-i", files[name], "-i", source, "-lavfi", f"[1:v]fps=25,scale={width}:{height}:flags=bicubic,format=yuv420p[b];[0:v][b]ssim",
                               "-f", "null", "-"], capture_output=True, text=True, check=True).stderr
        yield name, float(said.rpartition("All:")[2].split()[0])


def rows(place):
    short, long = make_source(place, 20), make_source(place, 60)
    ladder = Jobs(place, "ladder", short, "--chunk", "0s")
    cpu, peer = ladder.cpu("encode"), one_each(place, short)
    yield row("ladder of five of 20 s of 1080p, the early 360p included", f"{cpu:.1f} CPU s", f"one ffmpeg for each: {peer:.1f} CPU s", cpu / peer, 0.75)
    scores = ", ".join(f"{name} {score:.4f}" for name, score in quality(short, ladder.files()))
    yield Line("… SSIM against the original at that size", scores, "", "", "printed", True)
    whole = Jobs(place, "whole", long, "--chunk", "0s")
    first = whole.moment("audio", "audio")
    both = first + whole.took("encode", "ladder")
    yield row("60 s of 1080p: from the upload's end to the 360p playing, with its sound", f"{first:.1f} s", f"the whole ladder: {both:.1f} s", first / both, 0.35)
    cpu = whole.cpu("encode")
    board = whole.cpu("storyboard")
    yield row("… storyboard and moving poster", f"{board:.2f} CPU s", f"the ladder: {cpu:.1f} CPU s", board / cpu, 0.02)
    chunks = Jobs(place, "chunks", long, "--chunk", "15s")
    parts = chunks.cpu("encode", "join")
    yield row("the same in four chunks, joined", f"{parts:.1f} CPU s", f"in one piece: {cpu:.1f} CPU s", parts / cpu, 1.10)
