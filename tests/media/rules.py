#!/usr/bin/env python3
"""Does a stream keep the rules that can be read off its bytes? Each rule has a name, and is reported by it.

usage: rules.py FOLDER|MASTER_URL [MPD_URL]    the MPD lies beside the master as manifest.mpd, unless told
       rules.py ENCODE                         the checker itself: a good stream passes, a broken one fails by the rule it breaks

RFC: 8216. Apple: HLS Authoring Specification for Apple Devices. DASH: ISO/IEC 23009-1. IOP: DASH-IF Interoperability Points.
MP4: ISO/IEC 14496-12. VTT: W3C WebVTT. A rule that only says SHOULD is told as a note. The last line: N passed, N failed.
"""
import os
import pathlib
import re
import sys
from fractions import Fraction

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import stream as streams  # noqa: E402
from stream import DASH, attributes  # noqa: E402

RULES = []
VTT_TIME = re.compile(r"^(?:(\d+):)?(\d\d):(\d\d)\.(\d\d\d) +--> +(?:(\d+):)?(\d\d):(\d\d)\.(\d\d\d)", re.M)


def rule(name, where, text, must=True):
    def add(function):
        RULES.append((name, where, text, must, function))
        return function
    return add


def each_track(function):
    def of(s):
        for t in s.tracks.values():
            for problem in function(s, t):
                yield f"{t.name}: {problem}"
    return of


def each_representation(function):
    """Of picture and sound, with the track of the playlists that has its name."""
    def of(s):
        for r in s.representations:
            t = s.tracks.get(f"{r.get('id')}.m3u8")
            if r.template is not None and t and t.init and t.segments and None not in t.segments:
                for problem in function(s, r, t):
                    yield f"{r.get('id')}: {problem}"
    return of


def whole(t):
    return t.init and t.segments and None not in t.segments


def every_playlist(s):
    return [s.master, *(t.playlist for t in s.tracks.values()), *(p for p, _ in s.texts.values())]


def rates(t):
    """(peak, average) bits a second: of runs of 0.5 to 1.5 target durations, and of all."""
    sizes = [(g.units / t.scale, g.size * 8) for g in t.segments]
    average = best = sum(n for _, n in sizes) / sum(d for d, _ in sizes)
    for i in range(len(sizes)):
        seconds = bits = 0
        for d, n in sizes[i:]:
            seconds, bits = seconds + d, bits + n
            if seconds > 1.5 * t.playlist.target:
                break
            if seconds >= 0.5 * t.playlist.target:
                best = max(best, bits / seconds)
    return best, average


def counted(s, variant, uri):
    """(peak, average) of a variant with the heaviest of its sounds."""
    group = {m.get("URI") for m in s.media if m.get("TYPE") == "AUDIO" and m.get("GROUP-ID") == variant.get("AUDIO")}
    own = s.tracks.get(uri)
    sounds = [rates(s.tracks[u]) for u in group if u in s.tracks and whole(s.tracks[u])]
    if not own or not whole(own):
        return None
    most = [max((r[i] for r in sounds), default=0) for i in (0, 1)]
    if own.init.kind == "audio":
        return [max(a, b) for a, b in zip(rates(own), most)]
    return [a + b for a, b in zip(rates(own), most)]


# --- playlists


@rule("everything-is-there", "RFC 6.2.1", "every playlist, map, segment and text can be fetched and read")
def _(s):
    yield from s.missing


@rule("playlist-begins-extm3u", "RFC 4.3.1.1", "the first line is #EXTM3U")
def _(s):
    yield from (p.uri for p in every_playlist(s) if p.lines[:1] != ["#EXTM3U"])


@rule("playlist-is-utf8", "RFC 4.1", "UTF-8 without a mark, without control characters")
def _(s):
    for p in every_playlist(s):
        try:
            text = p.raw.decode()
            if text.startswith("\ufeff") or any((c < " " and c not in "\r\n") or "\x7f" <= c <= "\x9f" for c in text):
                yield p.uri
        except UnicodeDecodeError:
            yield p.uri


@rule("playlist-has-one-version", "RFC 4.3.1.2, 7", "one EXT-X-VERSION; at least 6 where there is a map")
def _(s):
    for p in every_playlist(s):
        versions = p.tag("EXT-X-VERSION")
        if len(versions) != 1 or int(versions[0]) < (6 if p.tag("EXT-X-MAP") else 3):
            yield f"{p.uri}: {versions}"


@rule("attribute-lists-parse", "RFC 4.2", "names and values as the grammar has them, no name twice")
def _(s):
    for line in s.master.lines:
        tag, _, rest = line.partition(":")
        if tag in ("#EXT-X-STREAM-INF", "#EXT-X-MEDIA") and not attributes(rest)[1]:
            yield line


@rule("master-lists-no-segments", "RFC 4.3.4", "a playlist is one of variants or one of segments")
def _(s):
    yield from (line for line in s.master.lines if re.match("#(EXTINF|EXT-X-TARGETDURATION|EXT-X-ENDLIST|EXT-X-MEDIA-SEQUENCE)", line))


@rule("target-duration-is-told-once", "RFC 4.3.3.1", "one EXT-X-TARGETDURATION, a whole number")
def _(s):
    for p in every_playlist(s)[1:]:
        if len(p.tag("EXT-X-TARGETDURATION")) != 1 or not p.tag("EXT-X-TARGETDURATION")[0].isdigit():
            yield p.uri


@rule("target-duration-covers-segments", "RFC 4.3.3.1", "each EXTINF, rounded, is at most the target duration")
def _(s):
    for p in every_playlist(s)[1:]:
        yield from (f"{p.uri}: {d} of {p.target}" for d, _ in p.segments if int(d + 0.5) > p.target)


@rule("target-durations-are-equal", "RFC 6.2.4", "all media playlists but those of texts have one target duration")
def _(s):
    if len({t.playlist.target for t in s.tracks.values()}) > 1:
        yield str({t.name: t.playlist.target for t in s.tracks.values()})


@rule("extinf-equals-the-media", "RFC 4.3.2.1", "each EXTINF is what the samples of the segment last, to a millisecond")
@each_track
def _(s, t):
    for i, ((d, uri), g) in enumerate(zip(t.playlist.segments, t.segments)):
        if g and abs(d - g.units / t.scale) > 0.001:
            yield f"segment {i + 1}: {d}, in truth {g.units / t.scale:.6f}"


@rule("playlist-ends-as-its-type-says", "RFC 4.3.3.5", "VOD has an end; what has none is EVENT")
@each_track
def _(s, t):
    kind = (t.playlist.tag("EXT-X-PLAYLIST-TYPE") or [""])[0]
    if kind not in ("VOD", "EVENT") or (kind == "VOD") != t.playlist.ended:
        yield f"{kind}, end: {t.playlist.ended}"


@rule("media-sequences-are-equal", "RFC 6.2.4", "segment numbers of all variants begin alike")
def _(s):
    found = {tuple(t.playlist.tag("EXT-X-MEDIA-SEQUENCE")) for t in s.tracks.values()}
    if len(found) > 1:
        yield str(found)


@rule("map-before-segments", "RFC 3.3, 4.3.2.5", "fragmented MP4 needs an EXT-X-MAP before its first segment")
@each_track
def _(s, t):
    places = [i for i, line in enumerate(t.playlist.lines) if line.startswith(("#EXT-X-MAP:", "#EXTINF:"))]
    if not places or not t.playlist.lines[places[0]].startswith("#EXT-X-MAP:"):
        yield "none"


@rule("independent-segments-are-told", "Apple: playlists", "EXT-X-INDEPENDENT-SEGMENTS in the master or in all media playlists")
def _(s):
    if "#EXT-X-INDEPENDENT-SEGMENTS" not in s.master.lines:
        yield from (t.name for t in s.tracks.values() if "#EXT-X-INDEPENDENT-SEGMENTS" not in t.playlist.lines)


@rule("addresses-are-relative", "RFC 4.1", "no address leaves the folder, so a token in the path stays")
def _(s):
    for p in every_playlist(s):
        uris = [line for line in p.lines if line and not line.startswith("#")] + [u for line in p.lines for u in re.findall('URI="([^"]*)"', line)]
        yield from (f"{p.uri}: {u}" for u in uris if re.match("[a-z]+:|/", u) or ".." in u)


# --- the master


@rule("variant-has-bandwidth-and-address", "RFC 4.3.4.2", "EXT-X-STREAM-INF has BANDWIDTH, and an address on the next line")
def _(s):
    for v, uri in s.variants:
        if not v.get("BANDWIDTH", "").isdigit() or not uri or uri.startswith("#"):
            yield f"{uri}: {v}"
    if not s.variants:
        yield "no variant"


def compare_rates(s, name, which, wrong):
    for v, uri in s.variants:
        want, told = counted(s, v, uri), int(v.get(name, 0))
        if want and wrong(told, want[which]):
            yield f"{uri}: {told}, counted {want[which]:.0f}"


@rule("bandwidth-covers-the-peak", "RFC 4.3.4.2", "BANDWIDTH is at least the highest rate that was measured")
def _(s):
    return compare_rates(s, "BANDWIDTH", 0, lambda told, want: told < want - 2)


@rule("bandwidth-is-near-the-peak", "Apple: bit rates", "BANDWIDTH is within 10 % of the measured peak")
def _(s):
    return compare_rates(s, "BANDWIDTH", 0, lambda told, want: abs(told - want) > want / 10)


@rule("average-bandwidth-is-told", "Apple: playlists", "AVERAGE-BANDWIDTH is within 10 % of the measured average")
def _(s):
    return compare_rates(s, "AVERAGE-BANDWIDTH", 1, lambda told, want: abs(told - want) > want / 10)


@rule("average-is-below-peak", "RFC 4.3.4.2", "AVERAGE-BANDWIDTH is not above BANDWIDTH")
def _(s):
    yield from (uri for v, uri in s.variants if int(v.get("AVERAGE-BANDWIDTH", 0)) > int(v.get("BANDWIDTH", 0)))


@rule("peak-is-below-twice-the-average", "Apple: bit rates", "the peak is at most 200 % of the average", must=False)
def _(s):
    for v, uri in s.variants:
        want = counted(s, v, uri)
        if want and want[0] > 2 * want[1]:
            yield f"{uri}: {want[0] / want[1]:.2f}"


@rule("rungs-are-apart", "Apple: bit rates", "neighbouring rungs differ by a factor of 1.5 to 2", must=False)
def _(s):
    steps = sorted(int(v.get("AVERAGE-BANDWIDTH", 0)) for v, _ in s.variants if "RESOLUTION" in v)
    yield from (f"{a} and {b}" for a, b in zip(steps, steps[1:]) if not 1.5 <= b / max(a, 1) <= 2)


@rule("codecs-equal-the-media", "RFC 4.3.4.2", "CODECS names what the init segments hold, picture and every sound of the group")
def _(s):
    for v, uri in s.variants:
        group = {m.get("URI") for m in s.media if m.get("TYPE") == "AUDIO" and m.get("GROUP-ID") == v.get("AUDIO")} | {uri}
        want = {s.tracks[u].init.codecs for u in group if u in s.tracks and s.tracks[u].init}
        if {c.lower() for c in v.get("CODECS", "").split(",")} != want:
            yield f"{uri}: {v.get('CODECS')}, in truth {sorted(want)}"


@rule("resolution-equals-the-media", "RFC 4.3.4.2", "RESOLUTION is the picture's, and stands with every picture")
def _(s):
    for v, uri in s.variants:
        t = s.tracks.get(uri)
        if t and t.init and v.get("RESOLUTION", "") != (f"{t.init.width}x{t.init.height}" if t.init.kind == "video" else ""):
            yield f"{uri}: {v.get('RESOLUTION')}, in truth {t.init.width}x{t.init.height}"


def frame_rate(t):
    return sum(len(g.samples) for g in t.segments) * t.scale / sum(g.units for g in t.segments)


@rule("frame-rate-equals-the-media", "RFC 4.3.4.2", "FRAME-RATE is the picture's, to three digits")
def _(s):
    for v, uri in s.variants:
        t = s.tracks.get(uri)
        if t in s.videos and abs(float(v.get("FRAME-RATE", 0)) - frame_rate(t)) > 0.001:
            yield f"{uri}: {v.get('FRAME-RATE')}, in truth {frame_rate(t):.3f}"


@rule("groups-exist", "RFC 4.3.4.2", "AUDIO and SUBTITLES name a group of EXT-X-MEDIA")
def _(s):
    for v, uri in s.variants:
        for kind in ("AUDIO", "SUBTITLES"):
            if kind in v and not any(m.get("TYPE") == kind and m.get("GROUP-ID") == v[kind] for m in s.media):
                yield f"{uri}: {kind} {v[kind]}"


@rule("groups-are-used-by-all", "RFC 6.2.4", "every variant offers the same sounds and texts")
def _(s):
    if len({(v.get("AUDIO"), v.get("SUBTITLES")) for v, _ in s.variants}) > 1:
        yield str([(uri, v.get("AUDIO"), v.get("SUBTITLES")) for v, uri in s.variants])
    told = {(m.get("TYPE"), m.get("GROUP-ID")) for m in s.media}
    yield from (f"{kind} {name} is not used" for kind, name in told if any(v.get(kind) != name for v, _ in s.variants))


@rule("closed-captions-are-told", "Apple: captions; RFC 4.3.4.2", "CLOSED-CAPTIONS=NONE on every variant, as there are none in the video")
def _(s):
    yield from (uri for v, uri in s.variants if v.get("CLOSED-CAPTIONS") != "NONE")


@rule("variants-are-distinct", "RFC 4.3.4.2", "no picture is listed twice")
def _(s):
    uris = [uri for _, uri in s.variants]
    yield from (u for u in set(uris) if uris.count(u) > 1)


@rule("media-has-what-it-needs", "RFC 4.3.4.1", "EXT-X-MEDIA has TYPE, GROUP-ID, NAME and an address")
def _(s):
    yield from (str(m) for m in s.media if not all(m.get(k) for k in ("TYPE", "GROUP-ID", "NAME", "URI")))


def groups(s):
    keys = {(m.get("TYPE"), m.get("GROUP-ID")) for m in s.media}
    return {k: [m for m in s.media if (m.get("TYPE"), m.get("GROUP-ID")) == k] for k in keys}


@rule("names-are-unique", "RFC 4.3.4.1.1", "NAME differs within a group")
def _(s):
    for key, members in groups(s).items():
        if len({m.get("NAME") for m in members}) < len(members):
            yield f"{key}: {[m.get('NAME') for m in members]}"


@rule("one-default", "RFC 4.3.4.1.1", "at most one DEFAULT in a group; exactly one of the sounds")
def _(s):
    for (kind, name), members in groups(s).items():
        n = sum(m.get("DEFAULT") == "YES" for m in members)
        if n > 1 or (kind == "AUDIO" and n != 1):
            yield f"{kind} {name}: {n}"


@rule("default-is-automatic", "RFC 4.3.4.1", "what is DEFAULT=YES is AUTOSELECT=YES")
def _(s):
    yield from (m.get("NAME") for m in s.media if m.get("DEFAULT") == "YES" and m.get("AUTOSELECT", "YES") != "YES")


@rule("automatic-choices-differ", "RFC 4.3.4.1.1", "members with AUTOSELECT=YES differ in language or characteristics")
def _(s):
    for key, members in groups(s).items():
        marks = [(m.get("LANGUAGE"), m.get("FORCED"), m.get("CHARACTERISTICS")) for m in members if m.get("AUTOSELECT") == "YES"]
        yield from (f"{key}: {m}" for m in set(marks) if marks.count(m) > 1)


@rule("languages-are-tags", "RFC 4.3.4.1, RFC 5646", "LANGUAGE is a tag, with the shortest code of the language")
def _(s):
    for m in s.media:
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?|", m.get("LANGUAGE", "")) or m.get("LANGUAGE") in ("und", "eng", "ind", "deu", "fra"):
            yield f"{m.get('NAME')}: {m.get('LANGUAGE')}"


@rule("channels-equal-the-media", "Apple: playlists; RFC 4.3.4.1", "CHANNELS of a sound is what its init segment says")
def _(s):
    for m in s.media:
        t = s.tracks.get(m.get("URI"))
        if m.get("TYPE") == "AUDIO" and t and t.init and m.get("CHANNELS", "").split("/")[0] != str(t.init.channels):
            yield f"{m.get('NAME')}: {m.get('CHANNELS')}, in truth {t.init.channels}"


@rule("sounds-of-a-group-are-alike", "Apple: audio", "one codec, one sample rate and one number of channels in a group")
def _(s):
    found = {(t.init.codecs, t.init.rate, t.init.channels) for t in s.audios}
    if len(found) > 1:
        yield str(found)


@rule("sound-alone-is-a-variant", "Apple: audio", "where there is sound, one variant is nothing else, of at most 192 kb/s")
def _(s):
    alone = [v for v, uri in s.variants if "RESOLUTION" not in v]
    if any("AUDIO" in v for v, _ in s.variants) and not any(int(v.get("BANDWIDTH", 0)) <= 192000 for v in alone):
        yield f"{[v.get('BANDWIDTH') for v in alone]}"


# --- the media


@rule("init-has-one-track", "MP4 8.3, IOP", "an init segment holds one track, of a kind that is known")
@each_track
def _(s, t):
    if t.init and (t.init.tracks != 1 or t.init.trex != 1 or not t.init.kind or not t.init.codecs):
        yield f"{t.init.tracks} tracks, {t.init.trex} trex, {t.init.kind} {t.init.codecs}"


@rule("init-has-no-samples", "MP4 8.16, DASH 6.3.3", "its moov lists no samples: they are in the segments")
@each_track
def _(s, t):
    if t.init and t.init.samples:
        yield f"{t.init.samples} entries"


@rule("init-has-no-edits", "IOP", "no edit list moves the media against the times of its fragments")
@each_track
def _(s, t):
    if t.init and t.init.edits:
        yield str(t.init.edits)


@rule("init-brand-knows-fragments", "MP4 4.3", "the brand is one in which offsets may be relative to the moof")
@each_track
def _(s, t):
    if t.init and not t.init.brands & {b"iso5", b"iso6", b"iso7", b"iso8", b"iso9", b"cmfc", b"dash"}:
        yield str(t.init.brands)


@rule("segment-is-whole-fragments", "RFC 3.3", "a segment is moof and mdat in turn, of one track")
@each_track
def _(s, t):
    for i, g in enumerate(t.segments):
        kinds = [k for k in g.kinds if k not in (b"styp", b"sidx", b"prft", b"emsg", b"free")] if g else []
        if g and (kinds != [b"moof", b"mdat"] * (len(kinds) // 2) or len(g.tracks) != 1):
            yield f"segment {i + 1}: {kinds}, tracks {g.tracks}"


@rule("samples-lie-in-their-segment", "MP4 8.8.8", "every sample lies within an mdat of its own segment")
@each_track
def _(s, t):
    yield from (f"segment {i + 1}" for i, g in enumerate(t.segments) if g and not g.inside)


@rule("fragment-numbers-grow", "MP4 8.8.5", "mfhd numbers rise through a track")
@each_track
def _(s, t):
    numbers = [n for g in t.segments if g for n in g.numbers]
    yield from (f"{a}, then {b}" for a, b in zip(numbers, numbers[1:]) if b <= a)


@rule("times-are-continuous", "DASH 6.3.4, RFC 3.3", "each fragment's tfdt is where the one before ended")
@each_track
def _(s, t):
    bases = [b for g in t.segments if g for b in g.bases]
    for (start, units), (after, _) in zip(bases, bases[1:]):
        if start + units != after:
            yield f"{start + units}, then {after}"


@rule("segment-begins-with-a-key-frame", "Apple: video; RFC 4.3.5.1", "the first sample of a picture's segment is an IDR, and said to be sync")
@each_track
def _(s, t):
    for i, g in enumerate(t.segments):
        slices = [n for n in g.nal_types if n in (1, 5)] if g else []
        if g and (not g.samples[0][4] or (t.init.kind == "video" and t.init.codecs.startswith("avc") and slices[:1] != [5])):
            yield f"segment {i + 1}: sync {g.samples[0][4]}, NAL units {g.nal_types}"


@rule("groups-of-pictures-are-closed", "RFC 4.3.5.1, DASH 4.5.2 (SAP 1)", "a segment's first sample is shown first, all before the next segment's")
@each_track
def _(s, t):
    good = [g for g in t.segments if g]
    for i, g in enumerate(good):
        if g.samples[0][1] != g.shown or (i + 1 < len(good) and max(x[1] for x in g.samples) >= good[i + 1].shown):
            yield f"segment {i + 1}"


@rule("decoding-is-before-showing", "MP4 8.6.1.3", "no sample is shown before it is decoded")
@each_track
def _(s, t):
    yield from (f"segment {i + 1}" for i, g in enumerate(t.segments) if g and any(x[1] < x[0] for x in g.samples))


@rule("key-frames-every-two-seconds", "Apple: video", "a segment of picture is at most 2.1 s", must=False)
def _(s):
    yield from (t.name for t in s.videos if any(g.units / t.scale > 2.1 for g in t.segments))


@rule("pictures-are-aligned", "RFC 6.2.4, IOP", "all pictures have their segments at the same moments")
def _(s):
    grids = {t.name: [(Fraction(g.shown, t.scale), Fraction(g.units, t.scale)) for g in t.segments] for t in s.videos}
    if any(g != next(iter(grids.values())) for g in grids.values()):
        yield str({n: len(g) for n, g in grids.items()})


@rule("pictures-have-equal-frames", "RFC 6.2.4", "all pictures have as many frames")
def _(s):
    found = {t.name: sum(len(g.samples) for g in t.segments) for t in s.videos}
    if len(set(found.values())) > 1:
        yield str(found)


@rule("sound-is-in-step", "RFC 6.2.4", "a sound begins within 50 ms of the picture, each of its segments within 150 ms of the picture's")
def _(s):
    for a in s.audios:
        for v in s.videos[:1]:
            for i, (x, y) in enumerate(zip(a.segments, v.segments)):
                if abs(x.shown / a.scale - y.shown / v.scale) > (0.15 if i else 0.05):  # it is cut between its fragments
                    yield f"{a.name}, segment {i + 1}: {x.shown / a.scale:.3f} s, the picture {y.shown / v.scale:.3f} s"


@rule("sound-lasts-as-long", "Apple: audio", "sound ends within 100 ms of the picture")
def _(s):
    for a in s.audios:
        for v in s.videos[:1]:
            ends = [t.first + sum(g.units for g in t.segments) / t.scale for t in (a, v)]
            if v.playlist.ended and abs(ends[0] - ends[1]) > 0.1:
                yield f"{a.name}: {ends[0]:.3f} s, the picture {ends[1]:.3f} s"


# --- texts


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


# --- the MPD


@rule("mpd-is-one", "DASH 5.3.1", "well-formed XML whose root is MPD of the schema's namespace")
def _(s):
    if s.mpd is None or s.mpd.tag != DASH + "MPD":
        yield "none" if s.mpd is None else s.mpd.tag


def seconds(text):
    m = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?", text or "")
    return int(m[1] or 0) * 3600 + int(m[2] or 0) * 60 + float(m[3] or 0) if m else None


@rule("mpd-has-what-it-needs", "DASH 5.3.1.2", "profiles, type static, minBufferTime, mediaPresentationDuration, a period")
def _(s):
    if "isoff-live" not in s.mpd.get("profiles", "") or s.mpd.get("type", "static") != "static":
        yield f"{s.mpd.get('profiles')} {s.mpd.get('type')}"
    yield from (k for k in ("minBufferTime", "mediaPresentationDuration") if not seconds(s.mpd.get(k)))
    if len(s.mpd.findall(DASH + "Period")) != 1:
        yield "periods"


@rule("mpd-ids-are-unique", "DASH 5.3.5.2", "no two sets or representations have one id")
def _(s):
    for ids in ([a.get("id") for a in s.sets], [r.get("id") for r in s.representations]):
        yield from (str(i) for i in set(ids) if ids.count(i) > 1 or not i or re.search(r"\s", i))


@rule("mpd-sets-are-described", "IOP", "a set of segments tells its kind, its type, alignment and access points")
def _(s):
    for a in s.sets:
        kind, form = a.get("contentType"), a.get("mimeType")
        if (kind, form) not in (("video", "video/mp4"), ("audio", "audio/mp4"), ("text", "text/vtt")):
            yield f"{kind} {form}"
        elif kind != "text" and (a.get("segmentAlignment") != "true" or a.get("startWithSAP") != "1"):
            yield f"{kind}: segmentAlignment {a.get('segmentAlignment')}, startWithSAP {a.get('startWithSAP')}"


@rule("mpd-elements-are-in-order", "DASH annex B (schema)", "children stand in the order of the schema")
def _(s):
    order = {"AdaptationSet": ["AudioChannelConfiguration", "EssentialProperty", "SupplementalProperty", "Label", "Accessibility", "Role", "BaseURL", "SegmentTemplate", "Representation"],
             "Representation": ["AudioChannelConfiguration", "Label", "BaseURL", "SegmentTemplate"]}
    for e in [*s.sets, *(r.element for r in s.representations)]:
        known = order[e.tag.removeprefix(DASH)]
        names = [c.tag.removeprefix(DASH) for c in e]
        if any(n not in known for n in names) or names != sorted(names, key=known.index):
            yield f"{names}"


@rule("mpd-has-the-same-tracks", "IOP", "the MPD offers what the playlists offer, and nothing else")
def _(s):
    there, here = {r.get("id") for r in s.representations if r.template is not None}, {t.name for t in s.tracks.values()}
    if there != here:
        yield f"{sorted(there)}, the playlists {sorted(here)}"


@rule("mpd-codecs-equal-the-media", "DASH 5.3.7.2", "@codecs is what the init segment holds")
@each_representation
def _(s, r, t):
    if (r.get("codecs") or "").lower() != t.init.codecs:
        yield f"{r.get('codecs')}, in truth {t.init.codecs}"


@rule("mpd-size-and-rate-equal-the-media", "DASH 5.3.7.2, IOP", "@width, @height and @frameRate, or @audioSamplingRate and channels")
@each_representation
def _(s, r, t):
    if t.init.kind == "video":
        if (r.get("width"), r.get("height")) != (str(t.init.width), str(t.init.height)):
            yield f"{r.get('width')}x{r.get('height')}, in truth {t.init.width}x{t.init.height}"
        if abs(float(Fraction(r.get("frameRate") or "0")) - frame_rate(t)) > 0.001:
            yield f"{r.get('frameRate')}, in truth {frame_rate(t):.3f}"
        return
    channels = r.element.find(DASH + "AudioChannelConfiguration")
    if r.get("audioSamplingRate") != str(t.init.rate) or channels is None or channels.get("value") != str(t.init.channels):
        yield f"{r.get('audioSamplingRate')}, in truth {t.init.rate}, {t.init.channels} channels"


@rule("mpd-largest-is-told", "IOP", "@maxWidth, @maxHeight and @par are those of the largest picture")
def _(s):
    for a in s.sets:
        sizes = [(int(r.get("width", 0)), int(r.get("height", 0))) for r in a.iter(DASH + "Representation")]
        if a.get("contentType") == "video" and (str(max(w for w, _ in sizes)), str(max(h for _, h in sizes))) != (a.get("maxWidth"), a.get("maxHeight")):
            yield f"{a.get('maxWidth')}x{a.get('maxHeight')} of {sizes}"
        if a.get("contentType") == "video" and Fraction((a.get("par") or "0:1").replace(":", "/")) != Fraction(*max(sizes)):
            yield f"par {a.get('par')}"


@rule("mpd-timescale-equals-the-media", "IOP", "@timescale is that of the track")
@each_representation
def _(s, r, t):
    if int(r.template.get("timescale", 1)) != t.scale:
        yield f"{r.template.get('timescale')}, in truth {t.scale}"


@rule("mpd-timeline-equals-the-media", "DASH 5.3.9.6", "S@t is the earliest moment shown in a segment, S@d what it lasts")
@each_representation
def _(s, r, t):
    want = [(g.shown, g.units) for g in t.segments]
    yield from (f"segment {i + 1}: {told}, in truth {true}" for i, (told, true) in enumerate(zip(r.timeline, want)) if told != true)


@rule("mpd-timeline-is-continuous", "DASH 5.3.9.6", "each segment begins where the one before ended")
@each_representation
def _(s, r, t):
    yield from (f"{a}, then {b}" for a, b in zip(r.timeline, r.timeline[1:]) if a[0] + a[1] != b[0])


@rule("mpd-names-the-same-segments", "IOP", "as many segments as the playlist, at the same addresses")
@each_representation
def _(s, r, t):
    if r.addresses != [uri for _, uri in t.playlist.segments]:
        yield f"{len(r.addresses)} segments, the playlist {len(t.playlist.segments)}"
    if r.initialization != attributes(t.playlist.tag("EXT-X-MAP")[0])[0].get("URI"):
        yield r.initialization


@rule("mpd-begins-with-the-first-frame", "DASH 5.3.9.2", "a picture's @presentationTimeOffset is where its first frame is shown")
@each_representation
def _(s, r, t):
    if t.init.kind == "video" and int(r.template.get("presentationTimeOffset", 0)) != t.segments[0].shown:
        yield f"{r.template.get('presentationTimeOffset')}, in truth {t.segments[0].shown}"


@rule("mpd-offsets-are-one-moment", "DASH 5.3.9.2", "@presentationTimeOffset of all is one moment, to one unit")
@each_representation
def _(s, r, t):
    for v in s.videos[:1]:
        if abs(int(r.template.get("presentationTimeOffset", 0)) - v.first * t.scale) > 1:
            yield f"{int(r.template.get('presentationTimeOffset', 0)) / t.scale:.6f} s, the picture {v.first:.6f} s"


@rule("mpd-lasts-as-long", "DASH 5.3.1.2", "@mediaPresentationDuration is what the longest picture lasts, to 2 ms")
def _(s):
    longest = max((sum(d for _, d in r.timeline) / int(r.template.get("timescale", 1)) for r in s.representations
                   if r.template is not None and r.set.get("contentType") == "video"), default=None)
    if longest and abs((seconds(s.mpd.get("mediaPresentationDuration")) or 0) - longest) > 0.002:
        yield f"{s.mpd.get('mediaPresentationDuration')}, in truth {longest:.3f} s"


def least_bandwidth(s, t):
    """DASH 5.3.5.2: with so many bits a second, a player that waits minBufferTime at the start of any segment never runs dry."""
    wait, most = seconds(s.mpd.get("minBufferTime")) or 0.001, 0
    for i, g in enumerate(t.segments):
        bits = 0
        for h in t.segments[i:]:
            bits += h.size * 8
            most = max(most, bits / (wait + (h.start - g.start) / t.scale))
    return most


@rule("mpd-bandwidth-is-enough", "DASH 5.3.5.2", "@bandwidth lets no player that waited minBufferTime run dry")
@each_representation
def _(s, r, t):
    if int(r.get("bandwidth") or 0) < least_bandwidth(s, t) - 1:
        yield f"{r.get('bandwidth')}, needed {least_bandwidth(s, t):.0f}"


@rule("mpd-bandwidth-is-near", "DASH 5.3.5.2", "@bandwidth is within 10 % of what is needed")
@each_representation
def _(s, r, t):
    if int(r.get("bandwidth") or 0) > least_bandwidth(s, t) * 1.1:
        yield f"{r.get('bandwidth')}, needed {least_bandwidth(s, t):.0f}"


def roles(a):
    return [e.get("value") for e in a.findall(DASH + "Role") if e.get("schemeIdUri") == "urn:mpeg:dash:role:2011"]


@rule("mpd-has-one-main-sound", "IOP", "of the sounds one set is main; it is the playlists' default")
def _(s):
    sounds = [a for a in s.sets if a.get("contentType") == "audio"]
    main = [a.find(DASH + "Representation").get("id") + ".m3u8" for a in sounds if "main" in roles(a)]
    want = [m.get("URI") for m in s.media if m.get("TYPE") == "AUDIO" and m.get("DEFAULT") == "YES"]
    if main != want:
        yield f"{main}, the playlists {want}"


@rule("mpd-languages-equal-the-playlists", "IOP", "each set of sound and text has the language that the playlists tell")
def _(s):
    for kind, other in (("audio", "AUDIO"), ("text", "SUBTITLES")):
        here = sorted(a.get("lang", "") for a in s.sets if a.get("contentType") == kind)
        there = sorted(m.get("LANGUAGE", "") for m in s.media if m.get("TYPE") == other)
        if here != there:
            yield f"{kind}: {here}, the playlists {there}"


@rule("mpd-texts-are-there", "DASH 5.3.7, IOP", "a text's address gives WebVTT, and the set tells its role")
def _(s):
    for r in s.representations:
        if r.set.get("contentType") == "text":
            data = s.fetch(r.element.findtext(DASH + "BaseURL") or "?", s.mpd_base)
            if not (data or b"").lstrip(b"\xef\xbb\xbf").startswith(b"WEBVTT") or not set(roles(r.set)) & {"subtitle", "caption"}:
                yield f"{r.get('id')}: {roles(r.set)}"


# --- all of them


def check(master, mpd=None):
    """[(name, where, text, must, problems)]"""
    s, found = streams.Stream(master, mpd), []
    for name, where, text, must, function in RULES:
        try:
            problems = list(function(s) or [])
        except Exception as e:  # a stream so broken that the rule cannot be asked does not keep it
            problems = [f"cannot be checked: {type(e).__name__} {e}"]
        found.append((name, where, text, must, problems))
    return found


def broken(master, mpd=None):
    """{name: problems} of the rules that must be kept and are not."""
    return {name: problems for name, _, _, must, problems in check(master, mpd) if problems and must}


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if os.path.isfile(sys.argv[1]):
        import broken_streams
        sys.exit(broken_streams.run(sys.argv[1], check))
    failed = 0
    found = check(*sys.argv[1:3])
    for name, where, text, must, problems in found:
        failed += bool(problems and must)
        print(f"{'ok  ' if not problems else 'FAIL' if must else 'note'}  {name:36} {text}  [{where}]")
        for problem in problems[:5]:
            print(f"        {problem}")
    print(f"{len(found) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
