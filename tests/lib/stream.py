"""One stream as a player finds it, whole: playlists, MPD, init and media segments, texts. From a folder or over HTTP.

What cannot be read stays None, with the reason in `missing`: the rules of tests/media/rule say what that breaks.
"""
import os
import re
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as xml
from dataclasses import dataclass, field

import fmp4

ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"]*"|[^",]+)(?:,|$)')
DASH = "{urn:mpeg:dash:schema:mpd:2011}"


def attributes(text):
    """{name: value}, and whether all of it was one list of them (RFC 8216 section 4.2)"""
    found, at, right = {}, 0, True
    for m in ATTRIBUTE.finditer(text):
        right = right and m.start() == at and m[1] not in found
        found[m[1]], at = m[2].strip('"'), m.end()
    return found, right and at == len(text) and not text.endswith(",")


@dataclass
class Playlist:
    uri: str
    raw: bytes
    lines: list
    segments: list = field(default_factory=list)  # (seconds, address)

    def tag(self, name):
        """The values of all tags of that name."""
        return [line.partition(":")[2] for line in self.lines if line.partition(":")[0] == "#" + name]

    @property
    def target(self):
        return int((self.tag("EXT-X-TARGETDURATION") or ["0"])[0])

    @property
    def seconds(self):
        return sum(s for s, _ in self.segments)

    @property
    def ended(self):
        return "#EXT-X-ENDLIST" in self.lines


@dataclass
class Track:
    name: str  # its playlist's address without .m3u8
    playlist: Playlist
    init: fmp4.Init = None
    segments: list = field(default_factory=list)

    @property
    def scale(self):
        return self.init.timescale

    @property
    def first(self):
        """Seconds at which the first sample is shown."""
        return self.segments[0].shown / self.scale


@dataclass
class Representation:
    set: object  # the elements
    element: object
    template: object
    timeline: list  # (t, d), each segment
    initialization: str
    addresses: list

    def get(self, name):
        return self.element.get(name) or self.set.get(name)


class Stream:
    def __init__(self, master, mpd=None):
        self.missing, self.files = [], {}
        if os.path.isdir(master):
            master = os.path.join(master, "master.m3u8")
        self.base, self.mpd_base = master, mpd or urllib.parse.urljoin(master, "manifest.mpd")
        self.master = self.playlist("")
        self.variants, self.media, self.tracks, self.texts = [], [], {}, {}
        if self.master:
            self.read_master()
        self.read_mpd()

    def fetch(self, address, base=None):
        where = urllib.parse.urljoin(base or self.base, address)
        if where not in self.files:
            try:
                if "://" in where:
                    with urllib.request.urlopen(where, timeout=30) as answer:
                        self.files[where] = answer.read()
                else:
                    with open(where, "rb") as f:
                        self.files[where] = f.read()
            except (OSError, urllib.error.URLError) as e:
                self.missing.append(f"{address or os.path.basename(where)}: {e}")
                self.files[where] = None
        return self.files[where]

    def playlist(self, address):
        raw = self.fetch(address)
        if raw is None:
            return None
        p = Playlist(address or "master.m3u8", raw, raw.decode("utf-8", "replace").splitlines())
        for i, line in enumerate(p.lines[:-1]):
            if line.startswith("#EXTINF:"):
                p.segments.append((float(line[8:].partition(",")[0]), p.lines[i + 1]))
        return p

    def read_master(self):
        for i, line in enumerate(self.master.lines):
            if line.startswith("#EXT-X-STREAM-INF:"):
                uri = self.master.lines[i + 1] if i + 1 < len(self.master.lines) else ""
                self.variants.append((attributes(line.partition(":")[2])[0], uri))
            elif line.startswith("#EXT-X-MEDIA:"):
                self.media.append(attributes(line.partition(":")[2])[0])
        for uri in [uri for _, uri in self.variants] + [m.get("URI", "") for m in self.media if m.get("TYPE") == "AUDIO"]:
            if uri and uri not in self.tracks:
                self.read_track(uri)
        for m in self.media:
            if m.get("TYPE") == "SUBTITLES":
                self.read_text(m.get("URI", ""))

    def read_track(self, uri):
        playlist = self.playlist(uri)
        if not playlist:
            return
        track = self.tracks[uri] = Track(uri.removesuffix(".m3u8"), playlist)
        where = urllib.parse.urljoin(self.base, uri)
        try:
            maps = playlist.tag("EXT-X-MAP")
            init = self.fetch(attributes(maps[0])[0]["URI"], where) if maps else None
            track.init = fmp4.read_init(init) if init else None
            for _, address in playlist.segments:
                data = self.fetch(address, where)
                track.segments.append(fmp4.read_segment(data, track.init) if data and track.init else None)
        except (fmp4.Bad, KeyError, IndexError, ValueError) as e:
            self.missing.append(f"{uri}: {type(e).__name__} {e}")
            track.segments += [None] * (len(playlist.segments) - len(track.segments))

    def read_text(self, uri):
        playlist = self.playlist(uri)
        if playlist:
            where = urllib.parse.urljoin(self.base, uri)
            self.texts[uri] = (playlist, [self.fetch(address, where) for _, address in playlist.segments])

    def read_mpd(self):
        self.mpd, self.representations, self.sets = None, [], []
        raw = self.fetch(self.mpd_base)
        try:
            self.mpd = xml.fromstring(raw) if raw else None
        except xml.ParseError as e:
            self.missing.append(f"MPD: {e}")
        if self.mpd is None:
            return
        self.sets = list(self.mpd.iter(DASH + "AdaptationSet"))
        for group in self.sets:
            for r in group.iter(DASH + "Representation"):
                self.representations.append(self.read_representation(group, r))

    def read_representation(self, group, r):
        template = r.find(DASH + "SegmentTemplate")
        if template is None:
            return Representation(group, r, None, [], "", [])
        timeline, t = [], 0
        for s in template.iter(DASH + "S"):
            t = int(s.get("t", t))
            for _ in range(int(s.get("r", 0)) + 1):
                timeline.append((t, int(s.get("d"))))
                t += int(s.get("d"))
        start = int(template.get("startNumber", 1))

        def address(text, n=0):
            return text.replace("$RepresentationID$", r.get("id", "")).replace("$Number$", str(n))
        return Representation(group, r, template, timeline, address(template.get("initialization", "")),
                              [address(template.get("media", ""), start + i) for i in range(len(timeline))])

    def of_kind(self, kind):
        return [t for t in self.tracks.values() if t.init and t.init.kind == kind and t.segments and None not in t.segments]

    @property
    def videos(self):
        return self.of_kind("video")

    @property
    def audios(self):
        return self.of_kind("audio")
