#!/usr/bin/env python3
"""Plain MP4 files put together of renditions: read out whole, and given to ffmpeg.

usage: progressive.py ENCODE     the build of tests/media/encode.c; that of progressive.c lies beside it

Checked: the order of the boxes, no word from ffmpeg, the very packets of the renditions at the same distances,
picture and sound at 0 and in step as in the source, and that files which don't belong together are refused.
"""
import os, pathlib, shutil, struct, sys, tempfile

import checks
from checks import check
from programs import complaints, ffmpeg, ffprobe, run
from sync import beeps, flash_clip, off

ENCODE = os.path.abspath(sys.argv[1])
MAKE = os.path.join(os.path.dirname(ENCODE), "progressive")


def must(*args, **env):
    code, out, errors = run(*args, **env)
    return out if code == 0 else sys.exit(f"{args}: {out} {errors}")


def boxes(path):
    """[type, size] of the boxes of the whole file."""
    found, at, size = [], 0, os.path.getsize(path)
    with open(path, "rb") as f:
        while at < size:
            f.seek(at)
            n, kind, wide = struct.unpack(">I4sQ", f.read(16))
            n = wide if n == 1 else n
            found.append((kind.decode(), n))
            at += n
    return found


def packets(path, kind):
    """(hash, size, time shown less that of the first) of each packet as it is stored, and the time scale."""
    out = ffmpeg("-i", path, "-map", f"0:{kind}", "-c", "copy", "-copyts", "-f", "framemd5", "-")
    rows = [[cell.strip() for cell in line.split(",")] for line in out.splitlines() if not line.startswith("#")]
    scale = next(line for line in out.splitlines() if line.startswith("#tb"))
    return scale, [(row[5], row[4], int(row[2]) - int(rows[0][2])) for row in rows]


def starts(path):
    out = ffprobe("-show_entries", "stream=start_time", path)
    return [float(line.strip(",")) for line in out.split()]


def put_together(folder, name, video, audio, brand):
    """The whole file of the two; its head and map in NAME.map."""
    whole = folder / (name + (".mp4" if video else ".m4a"))
    out = must(MAKE, video or "-", audio or "-", folder / (name + ".map"), whole)
    told = dict(line.split() for line in out.splitlines())
    check(os.path.getsize(whole) == int(told["size"]) == int(told["read"]), f"{name}: {told}")
    check([kind for kind, _ in boxes(whole)] == ["ftyp", "moov", "mdat"], f"{name}: {boxes(whole)}")
    sources = sum(os.path.getsize(f) for f in (video, audio) if f)
    check(boxes(whole)[2][1] - 16 <= sources and os.path.getsize(folder / (name + ".map")) < sources / 4 + 4096, f"{name}: {told} of {sources}")
    with open(whole, "rb") as f:
        check(f.read(12)[8:] == brand, f"{name}: its brand")
    said = complaints(whole)
    check(not said, f"{name}: {said}")
    for kind, source in (("v", video), ("a", audio)):
        if source:
            check(packets(whole, kind) == packets(source, kind), f"{name}: packets of {kind} differ")
    check(all(at == 0 for at in starts(whole)), f"{name}: begins at {starts(whole)}")
    return whole


def encode(source, folder, bugs=""):
    folder.mkdir()
    must(ENCODE, source, folder, HUB_BUG=bugs)
    return folder / "180p.mp4", folder / "audio.mp4"


def in_step(folder):
    for name, fps in (("25", "25"), ("ntsc", "30000/1001")):
        source = folder / f"{name}-source.mp4"
        flash_clip(source, fps, source="color=black:s=320x180")
        video, audio = encode(source, folder / name)
        whole = put_together(folder, f"whole-{name}", video, audio, b"isom")
        by = off(source, whole)
        check(by is not None and abs(by) < 20, f"at {fps} the sound is {by} ms late")
        print(f"ok  {fps} frames a second, sound {by:+.1f} ms", flush=True)
    video, audio = encode(folder / "25-source.mp4", folder / "unaligned", "noalign")
    by = off(folder / "25-source.mp4", put_together(folder, "unaligned-whole", video, audio, b"isom"))
    check(by is None or abs(by) >= 20, "sound out of step is not noticed")


def one_track(folder):
    video, audio = folder / "25/180p.mp4", folder / "25/audio.mp4"
    sound = put_together(folder, "sound", None, audio, b"M4A ")
    heard, want = beeps(sound), beeps(folder / "25-source.mp4")
    late = [a - b for a, b in zip(heard, want)]  # it begins with silence, where the picture would be ahead in decoding
    check(len(heard) == len(want) and all(-5 < by < 80 and abs(by - late[0]) < 5 for by in late), f"the sound alone: {heard}, not {want}")
    put_together(folder, "picture", video, None, b"isom")
    out = ffprobe("-select_streams", "a", "-show_entries", "stream_tags=language", sound)
    check(out.strip() == "ind", f"its language: {out}")
    print("ok  one track", flush=True)


def refusals(folder):
    video, audio, cut, out = folder / "25/180p.mp4", folder / "25/audio.mp4", folder / "cut.mp4", folder / "out"
    other = folder / "ntsc/180p.mp4"
    the_map = folder / "whole-25.map"
    code, said, _ = run(MAKE, "open", the_map, out, video, audio)
    check(code == 0, f"what belongs together: {said}")
    shutil.copy(video, cut)
    os.truncate(cut, os.path.getsize(video) - 1)
    for name, files in {"another picture": (other, audio), "the wrong way round": (audio, video), "no sound": (video,), "cut off": (cut, audio), "three": (video, audio, audio)}.items():
        code, said, _ = run(MAKE, "open", the_map, out, *files)
        check(code == 1 and "failed: " in said, f"{name}: exit {code}: {said}")
    code, said, _ = run(MAKE, video, audio, the_map, out)
    check(code == 1 and "making the head" in said, f"over another file: exit {code}: {said}")
    print("ok  refusals", flush=True)


def full_disk(folder):
    room = folder / "room"
    room.mkdir()
    if run("unshare", "-rm", "true")[0]:
        print("--  a full disk: skipped, no mount here", flush=True)
        return
    inside = 'mount -t tmpfs -o size=4k tmpfs "$1" && "$2" "$3" "$4" "$1/map" /dev/null; echo "exit $?"; ls "$1"'
    _, said, _ = run("unshare", "-rm", "sh", "-c", inside, "sh", room, MAKE, folder / "25/180p.mp4", folder / "25/audio.mp4")
    check(said.endswith("exit 1\n") and "No space left" in said, f"a full disk: {said}")
    print("ok  a full disk", flush=True)


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="hub-progressive-"))
    try:
        in_step(folder)
        one_track(folder)
        refusals(folder)
        full_disk(folder)
    finally:
        shutil.rmtree(folder)
    checks.end()


main()
