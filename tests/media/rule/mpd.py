"""Rules of the MPD, and of what it says of the media."""
import re
from fractions import Fraction

from rule import each_representation, frame_rate, rule
from stream import DASH, attributes


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
