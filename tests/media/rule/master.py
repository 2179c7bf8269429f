"""Rules of the multivariant playlist: its variants and its groups."""
import re

from rule import frame_rate, rule


def whole(t):
    return t.init and t.segments and None not in t.segments


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
