"""Clips that flash and beep, and when that is seen and heard in what ffmpeg decodes, in milliseconds of the presentation."""
import re
import subprocess
from fractions import Fraction

from programs import ffmpeg

LOUD_DB, BRIGHT = -30.0, 128.0


def flash_clip(path, fps, *more, source="color=black:s=640x360", filters="", seconds=6):
    """Every two seconds, in their middle, two white frames and a beep of 80 ms."""
    period = round(2 * Fraction(fps))
    begin, each = f"{period // 2}/({fps})", f"{period}/({fps})"
    ffmpeg("-f", "lavfi", "-i", f"{source}:r={fps}:d={seconds}{filters},drawbox=w=iw:h=ih:color=white:t=fill:enable='between(mod(n,{period}),{period // 2},{period // 2 + 1})'",
           "-f", "lavfi", "-i", f"aevalsrc='if(between(mod(t,{each}),{begin},{begin}+0.08),sin(2*PI*1000*t),0)':s=48000:d={seconds}",
           "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2", *more, path)
    return path


def rises(pairs, level):
    """The times at which the value goes from below the level to above it."""
    found, above = [], False
    for time, value in pairs:
        if value > level and not above:
            found.append(time * 1000)
        above = value > level
    return found


def decoded(url, *arguments):
    return subprocess.run(["ffmpeg", "-nostdin", "-hide_banner", "-copyts", "-i", url, *arguments, "-f", "null", "-"], capture_output=True, text=True, check=True, timeout=60)


def flashes(url):
    told = decoded(url, "-an", "-vf", "scale=16:16,format=gray,showinfo").stderr
    return rises([(float(t), float(m)) for t, m in re.findall(r"pts_time:\s*([-\d.]+).*?mean:\[(\d+)", told)], BRIGHT)


def beeps(url):
    """To the millisecond: 48 samples a step."""
    told = decoded(url, "-vn", "-af", "aresample=48000,asetnsamples=48,astats=metadata=1:reset=1:measure_perchannel=none:measure_overall=RMS_level,ametadata=print:key=lavfi.astats.Overall.RMS_level:file=-").stdout
    steps = re.findall(r"pts_time:([-\d.]+)\nlavfi\.astats\.Overall\.RMS_level=(\S+)", told)
    return rises([(float(t), float(level)) for t, level in steps], LOUD_DB)


def off(source, picture, sound=None):
    """How much later than in the source the sound comes, against the picture, in ms, where it is worst; None: nothing to tell by."""
    there, here = ([b - f for f, b in zip(flashes(x), beeps(y))] for x, y in ((source, source), (picture, sound or picture)))
    return max((a - b for a, b in zip(here, there)), key=abs) if len(there) >= 3 and len(here) == len(there) else None
