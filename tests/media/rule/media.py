"""Rules of init segments and media segments, and of tracks beside each other."""
from fractions import Fraction

from rule import each_track, rule


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


@rule("sound-is-in-step", "RFC 6.2.4", "each segment of a sound begins at the decode time of the picture's, to half a packet: some players go by that")
def _(s):
    for a in s.audios:
        for v in s.videos[:1]:
            for i, (x, y) in enumerate(zip(a.segments, v.segments)):
                if abs(x.start / a.scale - y.start / v.scale) > 0.015:
                    yield f"{a.name}, segment {i + 1}: {x.start / a.scale:.3f} s, the picture {y.start / v.scale:.3f} s"


@rule("sound-lasts-as-long", "Apple: audio", "sound ends within 100 ms of the picture")
def _(s):
    for a in s.audios:
        for v in s.videos[:1]:
            ends = [t.first + sum(g.units for g in t.segments) / t.scale for t in (a, v)]
            if v.playlist.ended and abs(ends[0] - ends[1]) > 0.1:
                yield f"{a.name}: {ends[0]:.3f} s, the picture {ends[1]:.3f} s"
