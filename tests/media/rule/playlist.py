"""Rules of every playlist, and of those that list segments."""
import re

from rule import each_track, rule
from stream import attributes


def every_playlist(s):
    return [s.master, *(t.playlist for t in s.tracks.values()), *(p for p, _ in s.texts.values())]


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
