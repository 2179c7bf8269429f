"""Rules of subtitles and captions."""
import re

from rule import rule

VTT_TIME = re.compile(r"^(?:(\d+):)?(\d\d):(\d\d)\.(\d\d\d) +--> +(?:(\d+):)?(\d\d):(\d\d)\.(\d\d\d)", re.M)


@rule("texts-are-webvtt", "RFC 3.5, VTT 4", "a text is UTF-8 and begins with WEBVTT")
def _(s):
    for uri, (_, files) in s.texts.items():
        for data in files:
            try:
                if not data or not re.match("\ufeff?WEBVTT[ \t\r\n]", data.decode()):
                    yield uri
            except UnicodeDecodeError:
                yield f"{uri}: not UTF-8"


def cue_times(data):
    for m in VTT_TIME.finditer((data or b"").decode("utf-8", "replace")):
        a, b = ((int(h or 0) * 60 + int(mi)) * 60 + int(se) + int(ms) / 1000 for h, mi, se, ms in (m.groups()[:4], m.groups()[4:]))
        yield a, b


@rule("cues-are-in-order", "VTT 4.1", "cues end after they begin, and begin in order")
def _(s):
    for uri, (_, files) in s.texts.items():
        times = [t for data in files for t in cue_times(data)]
        if any(b <= a for a, b in times) or times != sorted(times, key=lambda t: t[0]):
            yield uri


@rule("texts-count-from-the-first-frame", "RFC 3.5", "time 0 of a text, through its X-TIMESTAMP-MAP, is within 100 ms of the first frame")
def _(s):
    for uri, (_, files) in s.texts.items():
        for data in files:
            told = re.search(rb"^X-TIMESTAMP-MAP=(.*)$", (data or b"").partition(b"\n\n")[0].replace(b"\r", b""), re.M)
            ticks, local = re.search(rb"MPEGTS:(\d+)", told[1]) if told else None, re.search(rb"LOCAL:([\d:.]+)", told[1]) if told else None
            zero = int(ticks[1]) / 90000 if ticks else 0
            if (local and local[1].strip(b"0:.")) or any(abs(zero - v.first) > 0.1 for v in s.videos[:1]):
                yield f"{uri}: {told[1] if told else 'no X-TIMESTAMP-MAP'}"


@rule("texts-span-the-picture", "RFC 6.2.4", "a text's playlist lasts as long as the picture, within half a second")
def _(s):
    for uri, (p, _) in s.texts.items():
        for v in s.videos[:1]:
            if v.playlist.ended and abs(p.seconds - v.playlist.seconds) > 0.5:
                yield f"{uri}: {p.seconds} s of {v.playlist.seconds} s"


@rule("texts-tell-their-language", "Apple: captions", "every text has a LANGUAGE")
def _(s):
    yield from (m.get("NAME", "") for m in s.media if m.get("TYPE") == "SUBTITLES" and not m.get("LANGUAGE"))


@rule("texts-end", "RFC 4.3.3.4", "a text's playlist has an end")
def _(s):
    yield from (uri for uri, (p, _) in s.texts.items() if not p.ended)
