#!/usr/bin/env python3
"""Originals whose picture may be taken over as it is, and those whose may not: copied samples, times, and step with the sound.

usage: copies.py ENCODE     a program beside the build of tests/media/join.c

Each original is encoded small, then taken over in the same segments: what fits must be the original's samples byte
for byte at the very times of the encoded one, what does not must leave nothing behind. Makes its files in a temporary folder.
"""
import functools, os, shutil, sys, tempfile

import checks
import sync
from checks import check
from programs import complaints, ffmpeg, run

JOIN = os.path.join(os.path.dirname(os.path.abspath(sys.argv[1])), "join")
flash_clip = functools.partial(sync.flash_clip, source="testsrc2=s=320x180", filters=",eq=brightness=-0.4")


def samples(path):
    """Their sum, and the number of them."""
    _, out, _ = run("ffmpeg", "-v", "error", "-nostdin", "-i", path, "-map", "0:v:0", "-c", "copy", "-f", "framemd5", "-")
    rows = [line.split(",") for line in out.splitlines() if line and line[0] != "#"]
    return [(row[4].strip(), row[5].strip()) for row in rows]


def times(path):
    _, out, _ = run("ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "packet=pts,dts,duration", "-of", "csv=p=0", path)
    rows = [tuple(int(x) for x in line.strip(",").split(",")) for line in out.split()]
    return sorted(r[0] for r in rows), [r[1:] for r in rows]


def check_copy(name, source, out, step):
    whole, like = os.path.join(out, "180p.mp4"), os.path.join(out, "like.mp4")
    check(samples(whole) == samples(source), f"{name}: not its samples")
    check(times(whole) == times(like), f"{name}: at other times than the encoded one")
    said = complaints(whole)
    check(not said, f"{name}: decoding says {said}")
    if step:
        by = sync.off(source, whole, os.path.join(out, "audio.mp4"))
        check(by is not None, f"{name}: flashes or beeps are gone")
        check(by is not None and abs(by) < 20, f"{name}: sound is {by} ms off")


def take(name, folder, source, want, step=False, bug=""):
    """want: None when it is taken over, else words of the reason, or "may" when the probe says no."""
    out = os.path.join(folder, "out")
    shutil.rmtree(out, ignore_errors=True)
    os.mkdir(out)
    code, said, errors = run(JOIN, "copy", source, out, HUB_BUG=bug)
    check(not errors, f"{name}: {errors[:500]}")
    check(("may=1" in said) == (want != "may"), f"{name}: {said}")
    if want == "may":
        return
    result = "copied" if want is None else "unfit: it does not fit: "
    check(code == (0 if want is None else 3) and result in said and (want or "") in said, f"{name}: {said}")
    check(os.path.exists(os.path.join(out, "180p.mp4")) == (code == 0), f"{name}: {os.listdir(out)}")
    if code == 0:
        check_copy(name, source, out, step)
    print(f"ok  {name}: {said.strip().splitlines()[-1][:100]}", flush=True)


def fixed(gop, *more, params=""):
    return ("-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "high", "-crf", "38", "-g", str(gop), "-keyint_min", str(gop), "-sc_threshold", "0",
            "-x264-params", "open-gop=0:bframes=3:b-pyramid=normal" + params, *more)


def fitting(folder):
    p = lambda name: os.path.join(folder, name)
    for fps in ("25", "30000/1001", "60000/1001"):
        flash_clip(p("ours.mp4"), fps, *fixed(round(2 * eval(fps))))
        yield f"as ours at {fps}", p("ours.mp4"), True
    flash_clip(p("plain.mp4"), "25", *fixed(50, "-bf", "0", params=":bframes=0"))
    yield "without reordering", p("plain.mp4"), True
    flash_clip(p("one.mov"), "25", *fixed(50, params=":b-pyramid=none:bframes=1"))
    yield "with less reordering", p("one.mov"), False
    flash_clip(p("second.mp4"), "25", *fixed(25))
    yield "a key frame each second", p("second.mp4"), False
    flash_clip(p("scene.mp4"), "25", "-c:v", "libx264", "-preset", "veryfast", "-crf", "38", "-force_key_frames", "expr:gte(t,n_forced*2)")
    yield "key frames at scene cuts, and every two seconds", p("scene.mp4"), False
    flash_clip(p("ms.mkv"), "30000/1001", *fixed(60), "-an")
    yield "times in ms", p("ms.mkv"), False


def unfit(folder):
    p = lambda name: os.path.join(folder, name)
    flash_clip(p("ours.mp4"), "25", *fixed(50))
    flash_clip(p("open.mp4"), "25", "-c:v", "libx264", "-preset", "veryfast", "-crf", "38", "-g", "50", "-keyint_min", "50", "-sc_threshold", "0", "-x264-params", "open-gop=1:bframes=3:b-adapt=0")
    yield "open groups of pictures", p("open.mp4"), ""
    flash_clip(p("rare.mp4"), "25", *fixed(100))
    yield "a key frame each four seconds", p("rare.mp4"), "segments"
    flash_clip(p("cuts.mp4"), "25", "-c:v", "libx264", "-preset", "veryfast", "-crf", "38")
    yield "key frames at scene cuts only", p("cuts.mp4"), ""
    flash_clip(p("vfr.mp4"), "25", "-vf", "setpts='if(eq(mod(N,40),7),PTS+0.7/25/TB,PTS)'", "-fps_mode", "passthrough", "-enc_time_base", "1/9000", *fixed(50))
    yield "a varying frame rate", p("vfr.mp4"), ""
    ffmpeg("-itsoffset", "0.4", "-i", p("ours.mp4"), "-i", p("ours.mp4"), "-map", "0:v", "-map", "1:a", "-c", "copy", p("late.mp4"))
    yield "the picture after the sound", p("late.mp4"), "frames in"
    data = bytearray(open(p("ours.mp4"), "rb").read())
    middle = data.index(b"mdat") + (len(data) - data.index(b"mdat")) // 3
    data[middle:middle + 60] = bytes(60)
    open(p("spoilt.mp4"), "wb").write(data)
    yield "a few bytes spoilt", p("spoilt.mp4"), "nodecode"
    ffmpeg("-i", p("ours.mp4"), "-c", "copy", "-an", p("band.ts"))
    ffmpeg("-i", p("band.ts"), "-c", "copy", p("band.mp4"))
    yield "parameters told on the way", p("band.mp4"), "nogrid"


def not_even_tried(folder):
    p = lambda name: os.path.join(folder, name)
    make = lambda name, size, *more: flash_clip(p(name), "25", "-vf", f"setsar=1,scale={size}", *fixed(50), *more, seconds=1)
    make("size.mp4", "400:220")
    yield "another size", p("size.mp4")
    make("deep.mp4", "320:180", "-pix_fmt", "yuv422p", "-profile:v", "high422")
    yield "4:2:2", p("deep.mp4")
    make("full.mp4", "320:180", "-pix_fmt", "yuvj420p", "-color_range", "pc")
    yield "full range", p("full.mp4")
    make("much.mp4", "320:180", "-crf", "1", "-vf", "noise=alls=90:allf=t")
    yield "too many bits", p("much.mp4")
    ffmpeg("-i", p("ours.mp4"), "-c", "copy", "-metadata:s:v:0", "rotate=90", p("turned.mp4"))
    yield "turned", p("turned.mp4")
    make("oblong.mp4", "320:180,setsar=4/3")
    yield "oblong pixels", p("oblong.mp4")
    flash_clip(p("mpeg4.mp4"), "25", "-c:v", "mpeg4", "-g", "50", seconds=2)
    yield "another codec", p("mpeg4.mp4")


REASONS = {"nodecode": "", "nogrid": "parameters on the way"}  # guards, and what they say


def main():
    folder = tempfile.mkdtemp(prefix="hub-copies-")
    try:
        for name, source, step in fitting(folder):
            take(name, folder, source, None, step)
        for name, source, why in unfit(folder):
            take(name, folder, source, REASONS.get(why, why))
            if why in REASONS:
                code, said, _ = run(JOIN, "copy", source, os.path.join(folder, "out"), HUB_BUG=why)
                check(code == 0 and "copied" in said, f"{name}, without {why}: {said}")
        for name, source in not_even_tried(folder):
            take(name, folder, source, "may")
    finally:
        shutil.rmtree(folder)
    checks.end()


main()
