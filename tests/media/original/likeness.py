"""What a rendition looks and sounds like, beside the numbers."""
import os
import re

from checks import check
from programs import ffmpeg, run


def raw(path, pixels, *more):
    return ffmpeg("-i", path, *more, "-an", "-pix_fmt", pixels, "-f", "rawvideo", "-", binary=True)


def upright(name, out, _):
    """The source is white above and black below, when shown upright."""
    p = raw(os.path.join(out, "360p.mp4"), "gray", "-frames:v", "1", "-vf", "scale=2:4")
    check(p[0] > 200 and p[1] > 200 and p[6] < 60 and p[7] < 60, f"{name}: not upright: {list(p)}")


def colours(path):
    """Y, U and V of the eight parts of its first second."""
    found = raw(path, "yuv444p", "-frames:v", "20", "-vf", "scale=4:2:flags=area,format=yuv444p")
    return [sum(found[k::24]) / (len(found) // 24) for k in range(24)]


def looks_like(source):
    """Mapped to SDR: no part much darker or brighter than the SDR it was made from, none of another hue."""
    want = colours(source)

    def compare(name, out, _):
        got = colours(os.path.join(out, "240p.mp4"))
        off = [round(g - w) for g, w in zip(got, want)]
        check(all(abs(x) < 25 for x in off[:8]) and all(abs(x) < 8 for x in off[8:]), f"{name}: differs from its SDR by {off}")
    return compare


def loudness(path):
    _, _, said = run("ffmpeg", "-v", "info", "-nostdin", "-i", path, "-af", "ebur128=peak=true", "-f", "null", "-")
    said = said[said.rindex("Summary:"):]
    return float(re.search(r"I: +(-?[\d.]+)", said)[1]), float(re.search(r"Peak: +(-?[\d.]+)", said)[1])


def loud_as_wished(name, out, _):
    is_, peak = loudness(os.path.join(out, "audio.mp4"))
    check(abs(is_ + 16) < 0.8 and peak < 0, f"{name}: {is_} LUFS, peak {peak} dBTP")


def subtitles(expect):
    def look(name, out, said):
        got = [(kind, language) for kind, language in re.findall(r"^text (\S+) language=(\S*)", said, re.M)]
        check(got == expect, f"{name}: subtitles {got}")
        for i in range(len(got)):
            text = open(os.path.join(out, f"text{i}.vtt"), encoding="utf-8").read()
            check(text.startswith("WEBVTT") and "Selamat datang" in text and re.search(r"00:00\.5\d\d --> 00:01\.5\d\d", text), f"{name}: {text!r}")
        check("chapters=2" in said, f"{name}: chapters")
    return look
