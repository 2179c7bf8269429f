#!/usr/bin/env python3
"""A clip encoded whole, and in chunks that are joined: the same frames at the same times, told by ffprobe and seen by PSNR.

usage: chunks.py ENCODE FOOTAGE     a program beside the build of tests/media/join.c; the folder footage.sh prints
"""
import os, re, shutil, sys, tempfile

import checks
from checks import check
from programs import complaints, ffmpeg, run

JOIN, FOOTAGE = os.path.join(os.path.dirname(os.path.abspath(sys.argv[1])), "join"), os.path.abspath(sys.argv[2])
SECONDS = 11


def encode(source, path, preset):
    """By the arguments that a rendition is made with."""
    ffmpeg("-i", source, "-vf", "fps=25:start_time=0,scale=320:180:flags=bicubic,format=yuv420p,setsar=1", "-fps_mode", "passthrough",
           "-c:v", "libx264", "-preset", preset, "-profile:v", "high", "-crf", "20", "-maxrate", "3000000", "-bufsize", "6000000",
           "-g", "50", "-keyint_min", "50", "-force_key_frames", "expr:not(mod(n,50))", "-sc_threshold", "0",
           "-x264-params", "open-gop=0:bframes=3:b-pyramid=normal", "-video_track_timescale", "12800", "-an", "-map_metadata", "-1",
           "-f", "mp4", "-movflags", "+frag_keyframe+empty_moov+default_base_moof", path)


def packets(path):
    """(presentation time, decode time, duration, key frame?) of each, in units."""
    code, out, errors = run("ffprobe", "-v", "warning", "-select_streams", "v", "-show_entries", "packet=pts,dts,duration,flags", "-of", "csv=p=0", path)
    check(code == 0 and not errors, f"{path}: {errors[:300]}")
    return [line.strip(",") for line in out.split()]


def psnr(one, other, skipped=0):
    """Of each frame."""
    code, out, errors = run("ffmpeg", "-v", "error", "-nostdin", "-i", one, "-i", other, "-lavfi",
                            f"[0:v]trim=start_frame={skipped},setpts=PTS-STARTPTS[a];[1:v]setpts=PTS-STARTPTS[b];[a][b]psnr=stats_file=-:shortest=1", "-f", "null", "-")
    check(code == 0 and not errors, f"psnr: {errors[:300]}")
    return [float(x.replace("inf", "99")) for x in re.findall(r"psnr_avg:(\S+)", out)]


def join(to, frames, *chunks, **env):
    code, said, errors = run(JOIN, "chunks", to, str(frames), *chunks, **env)
    check(not errors, f"join: {errors[:500]}")
    return code, said


def equal(name, folder, source):
    out = os.path.join(folder, "out")
    shutil.rmtree(out, ignore_errors=True)
    os.mkdir(out)
    code, said, errors = run(JOIN, "spans", source, out)
    check(code == 0 and not errors, f"{name}: {said[-300:]} {errors[-500:]}")
    if code:
        return
    whole, joined, chunks = os.path.join(out, "360p.mp4"), os.path.join(out, "joined.mp4"), said.count("placed ")
    want, got = packets(whole), packets(joined)
    check(chunks >= 3 and got == want, f"{name}: {len(got)} frames, not {len(want)}, or at other times")
    check(f"samples={len(want)} " in said.splitlines()[-1], f"{name}: {said}")
    said = complaints(joined)
    check(not said, f"{name}: decoding says {said}")
    likeness = psnr(joined, whole)
    check(len(likeness) == len(want), f"{name}: {len(likeness)} of {len(want)} frames compared")
    check(min(likeness) > 33 and sum(likeness) / len(likeness) > 44, f"{name}: PSNR {min(likeness):.1f} at worst, {sum(likeness) / len(likeness):.1f} on average")
    check(min(psnr(joined, whole, 1)) < 30, f"{name}: one frame off would not be noticed")
    check(open(joined, "rb").read().count(b"mfra") == 0, f"{name}: a chunk's table was carried along")
    print(f"ok  {name}: {chunks} chunks, {len(want)} frames, PSNR {sum(likeness) / len(likeness):.1f} dB, {min(likeness):.1f} at worst", flush=True)


def heads_are_alike(folder):
    """What a head holds follows from the arguments alone, not from what is encoded: or no two chunks could be joined."""
    heads = set()
    for i, picture in enumerate((["-i", os.path.join(FOOTAGE, "bikes.mp4")], ["-f", "lavfi", "-i", "color=black:s=640x360:r=25:d=2"],
                                 ["-f", "lavfi", "-i", "nullsrc=s=640x360:r=25:d=2,geq=random(1)*255:128:128"])):
        source, path = os.path.join(folder, f"source{i}.mkv"), os.path.join(folder, f"head{i}.mp4")
        ffmpeg(*picture, "-t", "2", "-c:v", "mpeg4", source)
        encode(source, path, "faster")
        data = open(path, "rb").read()
        heads.add(data[:data.index(b"moof")])
    check(len(heads) == 1, f"{len(heads)} heads from the same arguments")
    other = os.path.join(folder, "other.mp4")
    encode(source, other, "ultrafast")
    for guard, want in (("", 1), ("nojoincheck", 0)):
        chunks = [shutil.copy(p, p + guard + ".chunk") for p in (path, other)]
        code, said = join(os.path.join(folder, "joined.mp4"), 50, *chunks, HUB_BUG=guard)
        check(code == want and (want == 0 or "another head" in said), f"chunks of other arguments, {guard or 'guarded'}: {said}")
    print("ok  heads", flush=True)


def sources(folder):
    real = os.path.join(FOOTAGE, "bigbuckbunny.mp4")
    fast = ("-t", str(SECONDS), "-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", "-an")
    for fps in ("25", "30000/1001", "60000/1001"):
        path = os.path.join(folder, "source.mp4")
        ffmpeg("-stream_loop", "3", "-i", real, "-vf", f"scale=640:360,fps={fps}", *fast, path)
        yield f"{fps} frames a second", path
    path = os.path.join(folder, "varying.mp4")
    ffmpeg("-stream_loop", "3", "-i", real, "-vf", "scale=640:360,select='not(between(mod(n,25),5,9))*not(between(n,60,75))'", "-fps_mode", "vfr",
           "-video_track_timescale", "90000", *fast, path)
    yield "a varying frame rate", path


def main():
    folder = tempfile.mkdtemp(prefix="hub-chunks-")
    try:
        heads_are_alike(folder)
        for name, source in sources(folder):
            equal(name, folder, source)
    finally:
        shutil.rmtree(folder)
    checks.end()


main()
