"""When flashes are seen and beeps are heard in what ffmpeg decodes, in milliseconds of the presentation."""
import re
import subprocess

LOUD_DB, BRIGHT = -30.0, 128.0


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
    told = decoded(url, "-vn", "-af", "aresample=48000,asetnsamples=48,astats=metadata=1:reset=1,ametadata=print:key=lavfi.astats.Overall.RMS_level:file=-").stdout
    steps = re.findall(r"pts_time:([-\d.]+)\nlavfi\.astats\.Overall\.RMS_level=(\S+)", told)
    return rises([(float(t), float(level)) for t, level in steps], LOUD_DB)
