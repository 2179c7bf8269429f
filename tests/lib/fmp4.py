"""Fragmented MP4 as the tests read it, apart from the reader they test: ISO/IEC 14496-12, 14496-15 (avcC), 14496-1 (esds)."""
import struct
from dataclasses import dataclass, field

CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"mvex", b"moof", b"traf", b"edts", b"dinf"}


class Bad(Exception):
    pass


@dataclass
class Init:
    brands: set
    tracks: int = 0
    trex: int = 0
    edits: list = field(default_factory=list)  # (segment duration, media time)
    samples: int = 0  # told by the moov: none, when all are in fragments
    kind: str = ""
    timescale: int = 0
    codecs: str = ""
    width: int = 0
    height: int = 0
    channels: int = 0
    rate: int = 0
    length_size: int = 4
    defaults: tuple = (0, 0, 0)  # duration, size, flags of a sample


@dataclass
class Segment:
    size: int  # bytes
    kinds: list  # of the boxes at the top
    tracks: set = field(default_factory=set)
    numbers: list = field(default_factory=list)  # mfhd
    bases: list = field(default_factory=list)  # (tfdt, units of the fragment)
    samples: list = field(default_factory=list)  # (decode time, presentation time, duration, size, is sync)
    nal_types: list = field(default_factory=list)  # of the first sample, when it is H.264
    inside: bool = True  # every sample within an mdat

    @property
    def start(self):
        return self.samples[0][0]

    @property
    def shown(self):
        return min(s[1] for s in self.samples)

    @property
    def units(self):
        return sum(s[2] for s in self.samples)


def boxes(data, at=0, end=None):
    """(kind, where its body begins, where it ends)"""
    end = len(data) if end is None else end
    while at < end:
        if end - at < 8:
            raise Bad("a box without a head")
        size, kind, head = *struct.unpack_from(">I4s", data, at), 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, at + 8)[0], 16
        if size < head or at + size > end:
            raise Bad(f"a box {kind} of {size} bytes")
        yield kind, at + head, at + size
        at += size


def walk(data, at=0, end=None):
    for kind, body, stop in boxes(data, at, end):
        yield kind, body, stop
        if kind in CONTAINERS:
            yield from walk(data, body, stop)


def descriptor(data, at):
    """(tag, where its body begins): 14496-1 section 8.3.3"""
    tag, at = data[at], at + 1
    while data[at] & 0x80:
        at += 1
    return tag, at + 1


def read_esds(data, at):
    _, at = descriptor(data, at + 4)
    if data[at + 2] & 0xE0:
        raise Bad("esds with options")
    _, at = descriptor(data, at + 3)
    kind = data[at]
    _, at = descriptor(data, at + 13)
    form = data[at] >> 3
    if form == 31:
        form = 32 + ((data[at] & 7) << 3 | data[at + 1] >> 5)
    return f"mp4a.{kind:x}.{form}"


def read_entry(data, body, stop, init):
    """The first sample description of stsd."""
    for kind, at, end in boxes(data, body + 8, stop):
        if kind in (b"avc1", b"avc3"):
            init.width, init.height = struct.unpack_from(">HH", data, at + 24)
            for inner, p, _ in boxes(data, at + 78, end):
                if inner == b"avcC":
                    init.codecs = f"{kind.decode()}.{data[p + 1]:02x}{data[p + 2]:02x}{data[p + 3]:02x}"
                    init.length_size = (data[p + 4] & 3) + 1
        elif kind == b"mp4a":
            init.channels, init.rate = struct.unpack_from(">H", data, at + 16)[0], struct.unpack_from(">H", data, at + 24)[0]
            for inner, p, _ in boxes(data, at + 28, end):
                if inner == b"esds":
                    init.codecs = read_esds(data, p)
        return


def read_init(data):
    init = Init(brands=set())
    for kind, at, end in walk(data):
        if kind == b"ftyp":
            init.brands = {data[at:at + 4]} | {data[p:p + 4] for p in range(at + 8, end, 4)}
        elif kind == b"trak":
            init.tracks += 1
        elif kind == b"mdhd":
            init.timescale = struct.unpack_from(">I", data, at + (20 if data[at] else 12))[0]
        elif kind == b"hdlr" and data[at + 8:at + 12] in (b"vide", b"soun"):
            init.kind = {b"vide": "video", b"soun": "audio"}[data[at + 8:at + 12]]
        elif kind == b"stsd":
            read_entry(data, at, end, init)
        elif kind in (b"stts", b"stsc", b"stco", b"co64"):
            init.samples += struct.unpack_from(">I", data, at + 4)[0]
        elif kind == b"stsz":
            init.samples += struct.unpack_from(">I", data, at + 8)[0]
        elif kind == b"elst":
            form = ">Qq" if data[at] else ">Ii"
            init.edits = [struct.unpack_from(form, data, at + 8 + i * (20 if data[at] else 12)) for i in range(struct.unpack_from(">I", data, at + 4)[0])]
        elif kind == b"trex":
            init.trex += 1
            init.defaults = struct.unpack_from(">III", data, at + 12)
    return init


def read_tfhd(data, at, moof, init):
    flags, track = struct.unpack_from(">I", data, at)[0] & 0xFFFFFF, struct.unpack_from(">I", data, at + 4)[0]
    at, base, values = at + 8, moof, list(init.defaults)
    if flags & 1:
        base, at = struct.unpack_from(">Q", data, at)[0], at + 8
    at += 4 if flags & 2 else 0
    for i, bit in enumerate((8, 0x10, 0x20)):
        if flags & bit:
            values[i], at = struct.unpack_from(">I", data, at)[0], at + 4
    return track, base, values


def read_trun(data, at, base, values, time):
    """[(decode, presentation, duration, size, sync)], [offset of each]"""
    version, flags = data[at], struct.unpack_from(">I", data, at)[0] & 0xFFFFFF
    count, at, rows, places = struct.unpack_from(">I", data, at + 4)[0], at + 8, [], []
    if flags & 1:
        base, at = base + struct.unpack_from(">i", data, at)[0], at + 4
    first = None
    if flags & 4:
        first, at = struct.unpack_from(">I", data, at)[0], at + 4
    for i in range(count):
        row = list(values)
        for k, bit in enumerate((0x100, 0x200, 0x400)):
            if flags & bit:
                row[k], at = struct.unpack_from(">I", data, at)[0], at + 4
        late = 0
        if flags & 0x800:
            late, at = struct.unpack_from(">i" if version else ">I", data, at)[0], at + 4
        how = first if first is not None and i == 0 else row[2]
        rows.append((time, time + late, row[0], row[1], not how & 0x10000))
        places.append(base)
        time, base = time + row[0], base + row[1]
    return rows, places


def nal_types(data, at, size, length_size):
    end, types = at + size, []
    while at + length_size < end:
        length = int.from_bytes(data[at:at + length_size], "big")
        types.append(data[at + length_size] & 31)
        at += length_size + length
    return types


def read_fragment(data, moof, body, stop, init, out):
    places, values, base, track, time = [], [0, 0, 0], moof, 0, 0
    for kind, at, _ in walk(data, body, stop):
        if kind == b"mfhd":
            out.numbers.append(struct.unpack_from(">I", data, at + 4)[0])
        elif kind == b"tfhd":
            track, base, values = read_tfhd(data, at, moof, init)
            out.tracks.add(track)
        elif kind == b"tfdt":
            time = struct.unpack_from(">Q" if data[at] else ">I", data, at + 4)[0]
            out.bases.append([time, 0])
        elif kind == b"trun":
            rows, more = read_trun(data, at, base, values, time)
            places += list(zip(more, rows))
            out.samples += rows
            out.bases[-1][1] += sum(r[2] for r in rows)
            time += sum(r[2] for r in rows)
    return places


def read_segment(data, init):
    out, places, bodies = Segment(len(data), []), [], []
    for kind, at, end in boxes(data):
        out.kinds.append(kind)
        if kind == b"moof":
            places += read_fragment(data, at - 8, at, end, init, out)
        elif kind == b"mdat":
            bodies.append((at, end))
    if not out.samples:
        raise Bad("a segment without samples")
    out.inside = all(any(a <= at and at + row[3] <= b for a, b in bodies) for at, row in places)
    if init.codecs.startswith("avc") and out.inside:
        out.nal_types = nal_types(data, places[0][0], places[0][1][3], init.length_size)
    return out
