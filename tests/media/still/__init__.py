"""The program still, asked for pictures and little films, and what each must be."""
import atexit
import os
import re
import shutil
import sys
import tempfile
import time

from checks import check
from programs import complaints, ffmpeg, ffprobe, run

STILL, FOOTAGE = (os.path.abspath(word) for word in sys.argv[1:3])
BIG = os.path.join(FOOTAGE, "bigbuckbunny.mp4")
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"
SECRET = b"6.2088S106.8456E"  # where a picture was taken
WALL = 150
folder = tempfile.mkdtemp(prefix="hub-stills-")
work = os.path.join(folder, "work")  # where what is made goes
os.mkdir(work)
atexit.register(shutil.rmtree, folder)


def make(path, *args):
    ffmpeg(*args, path)
    return path


def at(name):
    return os.path.join(folder, name)


def put(name, content):
    with open(at(name), "wb") as f:
        f.write(content)
    return at(name)


def still(word, *args, bugs="", mode="best"):
    """(exit code, the stills' fields, everything said)"""
    began = time.monotonic()
    code, said, errors = run(STILL, mode, work, word, *args, timeout=200, HUB_BUG=bugs)
    check(time.monotonic() - began < WALL, f"{word} {args}: too slow")
    check("Sanitizer" not in errors and "runtime error" not in errors, f"{word} {args}: {errors[-400:]}")
    rows = [dict(path=line.split()[1], **dict(re.findall(r"(\w+)=(\S*)", line))) for line in said.splitlines() if line.startswith("still ")]
    return code, rows, said


def one(word, *args, **more):
    code, rows, said = still(word, *args, **more)
    return rows[0] if check(code == 0 and len(rows) == 1, f"{word} {args}: exit {code}: {said}") else None


def refused(name, says, word, *args, **more):
    code, _, said = still(word, *args, **more)
    check(code == 3 and said.startswith("refused: ") and re.search(says, said), f"{name}: exit {code}: {said.strip()}, not {says!r}")


def clean_picture(name, row, size=None):
    """Decodes without a word, is what it says, and carries nothing but pixels."""
    if not row:
        return
    blob = open(row["path"], "rb").read()
    code, out, errors = run("ffprobe", "-v", "error", "-count_frames", "-show_entries", "stream=width,height,nb_read_frames", "-of", "csv=p=0", row["path"])
    check(code == 0 and not errors, f"{name}: {errors[:300]}")
    check(out.strip() == row["size"].replace("x", ",") + ",1", f"{name}: {out.strip()}, not {row['size']}")
    check(size in (None, row["size"]), f"{name}: {row['size']}, not {size}")
    check(int(row["bytes"]) == len(blob), f"{name}: {row['bytes']} of {len(blob)} bytes")
    for sign in (b"Exif", b"ICC_PROFILE", b"http", b"Lavc", b"<script", SECRET, b"secret"):
        check(sign not in blob, f"{name}: {sign} is still in it")


def colour(path, vf="scale=1:1"):
    """One pixel, as RGB."""
    return tuple(ffmpeg("-i", path, "-vf", vf, "-frames:v", "1", "-pix_fmt", "rgb24", "-f", "rawvideo", "-", binary=True)[:3])


def near(a, b, slack=12):
    return len(a) == len(b) and all(abs(x - y) <= slack for x, y in zip(a, b))


def film(name, row):
    """Its streams: kind, sides, start, length, frames."""
    said = complaints(row["path"], level="error")
    check(not said, f"{name}: {said}")
    blob = open(row["path"], "rb").read()
    check(0 < blob.index(b"moov") < blob.index(b"mdat"), f"{name}: its index is not in front")
    out = ffprobe("-show_entries", "stream=codec_type,start_time,duration,nb_frames,width,height", row["path"])
    return [line.split(",") for line in out.split()]
