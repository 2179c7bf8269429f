#!/usr/bin/env python3
"""A span of a video's frames against the same frames of the whole: the same pictures, never one off.

usage: spans.py ENCODE     the build of tests/media/encode.c

Each frame of the sources carries its number as a row of black and white fields, so which picture became which is
read from the encoded frames themselves; and each frame of a span is compared with that of the whole (PSNR).
"""
import os, re, shutil, sys, tempfile

import checks
from checks import check
from programs import ffmpeg, run

ENCODE = os.path.abspath(sys.argv[1])
BITS, LEAST = 12, 40.0  # dB


def numbered(path, fps, *more, seconds=11, vf="", inputs=()):
    """A moving pattern whose frames are numbered."""
    fields = "".join(f",drawbox=x={k * 26}:y=0:w=26:h=44:color=white:t=fill:enable='mod(floor(n/{2 ** k}),2)'" for k in range(BITS))
    ffmpeg("-f", "lavfi", "-i", f"testsrc2=s=320x180:r={fps}:d={seconds},drawbox=x=0:y=0:w=320:h=44:color=black:t=fill{fields}{vf}", *inputs,
           "-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-g", "120", "-bf", "3", *more, path)


def numbers(path):
    raw = ffmpeg("-i", path, "-vf", f"crop={BITS * 26}:36:0:4,scale={BITS}:1:flags=area", "-pix_fmt", "gray", "-f", "rawvideo", "-", binary=True)
    return [sum(1 << k for k in range(BITS) if raw[at + k] > 128) for at in range(0, len(raw), BITS)]


def likeness(whole, start, end, part):
    cut = f"[0:v]trim=start_frame={start}" + (f":end_frame={end}" if end else "")
    out = ffmpeg("-i", whole, "-i", part, "-lavfi", f"{cut},settb=1/1000,setpts=N[a];[1:v]settb=1/1000,setpts=N[b];[a][b]psnr=stats_file=-", "-f", "null", "-")
    return [float(x) for x in re.findall(r"psnr_avg:(\S+)", out)]


def encode(folder, name, source, start=0, end=0):
    out = os.path.join(folder, name)
    shutil.rmtree(out, ignore_errors=True)
    os.mkdir(out)
    code, said, errors = run(ENCODE, source, out, "best", "360", "veryfast", str(start), str(end))
    track = re.search(r"track 180p .*fps=(\S+) .*first=(\S+)", said)
    check(code == 0 and track, f"{name} of {source}: {said[-200:]} {errors[-300:]}")
    return (os.path.join(out, "180p.mp4"), track[2], track[1]) if track else (None, None, None)


def compare(folder, name, source):
    whole, first, fps = encode(folder, "whole", source)
    if not whole:
        return
    gop = round(2 * eval(fps))
    all_of_it = numbers(whole)
    worst = 99.0
    for start, end in [(0, 2 * gop), (2 * gop, 4 * gop), (4 * gop, 5 * gop), (5 * gop, 0)]:
        part, starts, _ = encode(folder, "part", source, start, end)
        if not part:
            continue
        got, want = numbers(part), all_of_it[start:end or None]
        wrong = [i for i, (a, b) in enumerate(zip(got, want)) if a != b]
        check(len(got) == len(want), f"{name} {start}-{end}: {len(got)} frames, not {len(want)}")
        check(not wrong, f"{name} {start}-{end}: other pictures from frame {wrong[:1]}: {[(got[i], want[i]) for i in wrong[:4]]}")
        check(starts == first, f"{name} {start}-{end}: starts at {starts}, the whole at {first}")
        each = likeness(whole, start, end, part)
        check(len(each) == len(want) and min(each) > LEAST, f"{name} {start}-{end}: {len(each)} frames compared, the worst {min(each, default=0):.1f} dB")
        worst = min([worst, *each])
    print(f"ok  {name}: {len(all_of_it)} frames, pictures {all_of_it[0]} to {all_of_it[-1]}, the worst {worst:.1f} dB", flush=True)


VARYING = ",select='not(eq(mod(n*7,11),3))*not(between(n,140,148))',setpts='PTS+0.3*sin(N)/25/TB'"
GAP = ",select='not(between(n,61,210))'"  # six seconds over the bounds of spans


def sources(p):
    for fps in ("25", "30000/1001", "60000/1001", "24000/1001"):
        numbered(p("a.mp4"), fps)
        yield f"{fps} a second", p("a.mp4")
    numbered(p("a.mkv"), "25")
    yield "Matroska", p("a.mkv")
    for kind in ("mp4", "mkv"):
        numbered(p("v." + kind), "25", "-fps_mode", "vfr", *(("-video_track_timescale", "90000") if kind == "mp4" else ()), vf=VARYING)
        yield f"a varying frame rate in {kind}", p("v." + kind)
    numbered(p("g.mp4"), "25", "-fps_mode", "vfr", vf=GAP)
    yield "a gap longer than the pre-roll", p("g.mp4")
    numbered(p("l.mkv"), "25", "-output_ts_offset", "3.217", "-c:a", "aac", inputs=("-f", "lavfi", "-i", "sine=d=11"))
    yield "a file that starts at 3.2 s", p("l.mkv")
    ffmpeg("-itsoffset", "0.4", "-i", p("a.mp4"), "-f", "lavfi", "-i", "sine=d=11", "-c:v", "copy", "-c:a", "aac", p("o.mp4"))
    yield "a picture that starts after its sound", p("o.mp4")
    ffmpeg("-i", p("a.mkv"), "-c", "copy", "-movflags", "+frag_keyframe+empty_moov+default_base_moof", p("f.mp4"))
    yield "fragments", p("f.mp4")
    ffmpeg("-i", p("a.mkv"), "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:open-gop=1:keyint=60:bframes=4", "-crf", "12", p("h.mp4"))
    yield "HEVC with open groups of pictures", p("h.mp4")


def main():
    folder = tempfile.mkdtemp(prefix="hub-spans-")
    try:
        for name, source in sources(lambda name: os.path.join(folder, name)):
            compare(folder, name, source)
    finally:
        shutil.rmtree(folder)
    checks.end()


main()
