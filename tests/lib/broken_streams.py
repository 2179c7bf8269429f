"""The checker of tests/media/rules.py checked: what the hub made passes it, and each way of breaking it is found by name."""
import os
import re
import shutil
import struct
import subprocess
import tempfile

import fmp4

WAYS = []
VTT = "WEBVTT\n\n00:00.500 --> 00:02.000\nfirst\n\n00:02.000 --> 00:03.000\nsecond\n"


def breaks(*rules):
    """The function breaks a good folder; `rules` are those that must say so."""
    def add(function):
        WAYS.append((function.__name__, rules, function))
        return function
    return add


def edit(folder, name, change):
    path = os.path.join(folder, name)
    with open(path, "rb") as f:
        data = f.read()
    new = change(data)
    if new == data:
        raise ValueError(f"{name}: nothing to break")
    with open(path, "wb") as f:
        f.write(new)


def line(rules, name, pattern, to, count=1):
    """A way that is one substitution in a text."""
    def way(folder):
        edit(folder, name, lambda data: re.sub(pattern, to, data.decode(), count=count).encode())
    WAYS.append((f"{name}: {pattern}", rules.split(), way))


def find(data, kind, after=0):
    return next(at for k, at, _ in fmp4.walk(data) if k == kind and at > after)


def put(data, at, form, *values):
    out = bytearray(data)
    struct.pack_into(form, out, at, *values)
    return bytes(out)


def shift(data, units):
    """All tfdt of a segment."""
    for kind, at, _ in list(fmp4.walk(data)):
        if kind == b"tfdt":
            form = ">Q" if data[at] else ">I"
            data = put(data, at + 4, form, struct.unpack_from(form, data, at + 4)[0] + units)
    return data


def composition(data, change):
    """The first sample's time from decoding to showing."""
    at = find(data, b"trun")
    flags = struct.unpack_from(">I", data, at)[0] & 0xFFFFFF
    place = at + 8 + 4 * bool(flags & 1) + 4 * bool(flags & 4) + 4 * sum(bool(flags & b) for b in (0x100, 0x200, 0x400))
    return put(put(data, at, ">B", 1), place, ">i", struct.unpack_from(">i", data, place)[0] + change)


def each_segment(folder, track, change):
    for name in os.listdir(os.path.join(folder, track)):
        if name.endswith(".m4s"):
            edit(folder, f"{track}/{name}", change)


MASTER, SMALL, SOUND, TEXT, MPD = "master.m3u8", "360p.m3u8", "audio.m3u8", "captions/en.m3u8", "manifest.mpd"

line("playlist-begins-extm3u", SMALL, "^#EXTM3U\n", "")
line("playlist-is-utf8", MASTER, 'NAME="', 'NAME="\x07')
line("playlist-has-one-version", SMALL, "VERSION:7", "VERSION:3")
line("attribute-lists-parse", MASTER, ",CODECS=", ",FRAME-RATE=1.000,CODECS=")
line("attribute-lists-parse", MASTER, "AVERAGE-BANDWIDTH=", "average=1,AVERAGE-BANDWIDTH=")
line("master-lists-no-segments", MASTER, "#EXT-X-INDEP", "#EXT-X-TARGETDURATION:2\n#EXT-X-INDEP")
line("target-duration-is-told-once", SMALL, "(#EXT-X-TARGETDURATION:2\n)", r"\1\1")
line("target-duration-covers-segments target-durations-are-equal", SMALL, "TARGETDURATION:2", "TARGETDURATION:1")
line("extinf-equals-the-media", SMALL, "EXTINF:2.002000", "EXTINF:1.900000")
line("playlist-ends-as-its-type-says", SMALL, "#EXT-X-ENDLIST\n", "")
line("media-sequences-are-equal", SOUND, "SEQUENCE:1", "SEQUENCE:0")
line("map-before-segments", SMALL, "#EXT-X-MAP.*\n", "")
line("addresses-are-relative", SMALL, "360p/1.m4s", "../360p/1.m4s")
line("variant-has-bandwidth-and-address", MASTER, ":BANDWIDTH=\\d+,", ":")
line("bandwidth-covers-the-peak bandwidth-is-near-the-peak", MASTER, ":BANDWIDTH=(\\d+)\\d", r":BANDWIDTH=\1")
line("bandwidth-is-near-the-peak", MASTER, ":BANDWIDTH=(\\d+)", r":BANDWIDTH=\g<1>0")
line("average-bandwidth-is-told", MASTER, "AVERAGE-BANDWIDTH=(\\d+)\\d", r"AVERAGE-BANDWIDTH=\1")
line("average-is-below-peak", MASTER, "AVERAGE-BANDWIDTH=", "AVERAGE-BANDWIDTH=9")
line("codecs-equal-the-media", MASTER, "avc1.64", "avc1.4d")
line("codecs-equal-the-media", MASTER, "mp4a.40.2", "mp4a.40.5")
line("resolution-equals-the-media", MASTER, "x360", "x368")
line("frame-rate-equals-the-media", MASTER, "FRAME-RATE=29.970", "FRAME-RATE=30.000")
line("groups-exist", MASTER, ',AUDIO="audio"', ',AUDIO="other"')
line("groups-are-used-by-all", MASTER, ',SUBTITLES="subs"', "")
line("closed-captions-are-told", MASTER, ",CLOSED-CAPTIONS=NONE", "")
line("variants-are-distinct", MASTER, "480p.m3u8", SMALL)
line("media-has-what-it-needs", MASTER, 'GROUP-ID="audio",', "")
line("names-are-unique one-default", MASTER, "(#EXT-X-MEDIA:TYPE=AUDIO.*\n)", r"\1\1")
line("one-default", MASTER, 'DEFAULT=YES,AUTOSELECT=YES,CH', 'DEFAULT=NO,AUTOSELECT=YES,CH')
line("default-is-automatic", MASTER, "AUTOSELECT=YES", "AUTOSELECT=NO")
line("automatic-choices-differ", MASTER, '(#EXT-X-MEDIA:TYPE=SUB.*)(NAME=".*?")(.*\n)', r'\1\2\3\1NAME="other"\3')
line("languages-are-tags", MASTER, 'LANGUAGE="en"', 'LANGUAGE="eng"')
line("channels-equal-the-media", MASTER, 'CHANNELS="2"', 'CHANNELS="6"')
line("sound-alone-is-a-variant", MASTER, "#EXT-X-STREAM-INF:[^\n]*\naudio.m3u8\n", "")
line("texts-are-webvtt mpd-texts-are-there", "captions/en.vtt", "WEBVTT", "WEBTV")
line("cues-are-in-order", "captions/en.vtt", "00:00.500", "00:02.900")
line("texts-count-from-the-first-frame", "captions/en.vtt", "WEBVTT\n", "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000\n")
line("texts-span-the-picture", TEXT, "EXTINF:\\d+", "EXTINF:1")
line("texts-tell-their-language", MASTER, 'LANGUAGE="en",', "")
line("texts-end", TEXT, "#EXT-X-ENDLIST\n", "")
line("mpd-is-one", MPD, "</Period>", "")
line("mpd-is-one", MPD, "mpd:2011", "mpd:2012")
line("mpd-has-what-it-needs", MPD, 'minBufferTime="PT2S" ', "")
line("mpd-has-what-it-needs", MPD, "isoff-live", "isoff-main")
line("mpd-ids-are-unique", MPD, 'AdaptationSet id="2"', 'AdaptationSet id="1"')
line("mpd-sets-are-described", MPD, 'segmentAlignment="true" ', "")
line("mpd-elements-are-in-order", MPD, "( *<Label>.*\n)( *<Role.*\n)", r"\2\1")
line("mpd-has-the-same-tracks", MPD, 'Representation id="480p"', 'Representation id="481p"')
line("mpd-codecs-equal-the-media", MPD, "avc1.64", "avc1.4d")
line("mpd-size-and-rate-equal-the-media", MPD, ' height="360"', ' height="368"')
line("mpd-size-and-rate-equal-the-media", MPD, ' frameRate="30000/1001"', ' frameRate="30"')
line("mpd-size-and-rate-equal-the-media", MPD, 'ChannelConfiguration" value="2"', 'ChannelConfiguration" value="6"')
line("mpd-largest-is-told", MPD, 'maxHeight="480"', 'maxHeight="360"')
line("mpd-largest-is-told", MPD, 'par="4:3"', 'par="16:9"')
line("mpd-timescale-equals-the-media", MPD, 'timescale="\\d+"', 'timescale="90000"')
line("mpd-timeline-equals-the-media", MPD, '<S t="(\\d+)"', r'<S t="1\1"')
line("mpd-timeline-is-continuous", MPD, '<S d="', '<S t="7" d="')
line("mpd-names-the-same-segments", MPD, ' r="1"', ' r="2"')
line("mpd-names-the-same-segments", MPD, 'startNumber="1"', 'startNumber="0"')
line("mpd-begins-with-the-first-frame mpd-offsets-are-one-moment", MPD, 'presentationTimeOffset="\\d+"', 'presentationTimeOffset="0"')
line("mpd-lasts-as-long", MPD, "mediaPresentationDuration=\"PT\\d", "mediaPresentationDuration=\"PT9")
line("mpd-bandwidth-is-enough", MPD, ' bandwidth="(\\d+)\\d"', r' bandwidth="\1"')
line("mpd-bandwidth-is-near", MPD, ' bandwidth="(\\d+)"', r' bandwidth="\g<1>0"')
line("mpd-has-one-main-sound", MPD, '(contentType="audio"(?s:.*?))value="main"', r'\1value="alternate"')
line("mpd-languages-equal-the-playlists", MPD, ' lang="en"', ' lang="id"')
line("mpd-texts-are-there", MPD, "captions/en.vtt", "captions/xx.vtt")


@breaks("everything-is-there")
def a_segment_is_lost(folder):
    os.remove(os.path.join(folder, "360p/2.m4s"))


@breaks("everything-is-there")
def a_segment_is_cut_short(folder):
    edit(folder, "360p/2.m4s", lambda data: data[:-100])


@breaks("mpd-names-the-same-segments", "times-are-continuous")
def a_segment_is_left_out(folder):
    edit(folder, SMALL, lambda data: re.sub(b"#EXTINF:[^\n]*\n360p/2.m4s\n", b"", data))


@breaks("independent-segments-are-told")
def nothing_tells_that_segments_are_independent(folder):
    for name in (MASTER, SMALL):
        edit(folder, name, lambda data: data.replace(b"#EXT-X-INDEPENDENT-SEGMENTS\n", b""))


@breaks("init-has-one-track")
def the_track_of_an_init_segment_is_gone(folder):
    edit(folder, "360p/init.mp4", lambda data: data.replace(b"trak", b"free"))


@breaks("init-has-no-samples")
def an_init_segment_lists_samples(folder):
    edit(folder, "360p/init.mp4", lambda data: put(data, find(data, b"stsz") + 8, ">I", 5))


@breaks("init-has-no-edits")
def an_edit_list_moves_the_picture(folder):
    def add(data):
        elst = struct.pack(">I4sIIIiI", 28, b"elst", 0, 1, 0, 1024, 1 << 16)
        trak = find(data, b"trak")
        moov = find(data, b"moov")
        size = struct.unpack_from(">I", data, trak - 8)[0]
        grown = put(put(data, trak - 8, ">I", size + 36), moov - 8, ">I", struct.unpack_from(">I", data, moov - 8)[0] + 36)
        return grown[:trak] + struct.pack(">I4s", 36, b"edts") + elst + grown[trak:]
    edit(folder, "360p/init.mp4", add)


@breaks("init-brand-knows-fragments")
def the_brand_is_of_another_time(folder):
    edit(folder, "360p/init.mp4", lambda data: re.sub(b"iso[5-9]|cmfc|dash", b"mp41", data))


@breaks("segment-is-whole-fragments")
def a_stray_box_stands_before_a_fragment(folder):
    edit(folder, "360p/2.m4s", lambda data: b"\0\0\0\x08abcd" + data)


@breaks("samples-lie-in-their-segment")
def samples_are_said_to_lie_elsewhere(folder):
    edit(folder, "360p/2.m4s", lambda data: put(data, find(data, b"trun") + 8, ">i", 1 << 24))


@breaks("fragment-numbers-grow")
def a_fragment_has_an_old_number(folder):
    edit(folder, "360p/2.m4s", lambda data: put(data, find(data, b"mfhd") + 4, ">I", 0))


@breaks("times-are-continuous", "mpd-timeline-equals-the-media", "pictures-are-aligned")
def one_segment_is_late(folder):
    edit(folder, "360p/2.m4s", lambda data: shift(data, 1000))


@breaks("pictures-are-aligned", "mpd-begins-with-the-first-frame")
def one_picture_is_late(folder):
    each_segment(folder, "360p", lambda data: shift(data, 1001))


@breaks("sound-is-in-step", "mpd-timeline-equals-the-media")
def the_sound_is_late(folder):
    each_segment(folder, "audio", lambda data: shift(data, 9600))


@breaks("sound-lasts-as-long")
def the_sound_ends_early(folder):
    edit(folder, SOUND, lambda data: re.sub(b"#EXTINF:[^\n]*\naudio/3.m4s\n", b"", data))


@breaks("pictures-have-equal-frames")
def one_picture_ends_early(folder):
    edit(folder, SMALL, lambda data: re.sub(b"#EXTINF:[^\n]*\n360p/3.m4s\n", b"", data))


@breaks("segment-begins-with-a-key-frame")
def a_segment_begins_with_no_key_frame(folder):
    def turn(data):
        at = find(data, b"mdat")
        while data[at + 4] & 31 != 5:
            at += 4 + struct.unpack_from(">I", data, at)[0]
        return put(data, at + 4, ">B", data[at + 4] & 0xE0 | 1)
    edit(folder, "360p/2.m4s", turn)


@breaks("groups-of-pictures-are-closed")
def a_frame_is_shown_after_those_that_need_it(folder):
    edit(folder, "360p/2.m4s", lambda data: composition(data, 5005))


@breaks("decoding-is-before-showing")
def a_frame_is_shown_before_it_is_decoded(folder):
    edit(folder, "360p/1.m4s", lambda data: composition(data, -3003))


@breaks("sounds-of-a-group-are-alike")
def a_sound_has_another_rate(folder):
    shutil.copytree(os.path.join(folder, "audio"), os.path.join(folder, "other"))
    edit(folder, "other/init.mp4", lambda data: put(data, find(data, b"stsd") + 16 + 24, ">H", 44100))
    with open(os.path.join(folder, SOUND), encoding="utf-8") as f:
        text = f.read()
    with open(os.path.join(folder, "other.m3u8"), "w", encoding="utf-8") as f:
        f.write(text.replace("audio/", "other/"))
    edit(folder, MASTER, lambda data: re.sub(b"(#EXT-X-MEDIA:TYPE=AUDIO.*)YES(.*)YES(.*)audio.m3u8(.*\n)", rb"\g<0>\1NO\2NO\3other.m3u8\4", data))


# --- asking


def good_stream(encode, folder):
    """Two rungs at 29.97 with sound, and a text whose label wants out of its quotes."""
    clip, out = os.path.join(folder, "clip.mp4"), os.path.join(folder, "good")
    subprocess.run(["nice", "ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", "testsrc2=s=640x480:r=30000/1001:d=5", "-f", "lavfi", "-i", "sine=d=5",
                    "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-ac", "2", clip], check=True, timeout=120)
    os.makedirs(os.path.join(out, "captions"))
    with open(os.path.join(out, "captions/en.vtt"), "w", encoding="utf-8") as f:
        f.write(VTT)
    subprocess.run(["nice", encode, clip, out], check=True, timeout=240, stdout=subprocess.DEVNULL)
    for name in os.listdir(out):
        if name.endswith(".mp4"):
            os.remove(os.path.join(out, name))
    return out


def failing(check, folder):
    return {name: problems for name, _, _, must, problems in check(folder) if problems and must}


def run(encode, check):
    """Exit code."""
    failed, seen = [], set()
    with tempfile.TemporaryDirectory(prefix="hub-rules-") as folder:
        good = good_stream(encode, folder)
        wrong = failing(check, good)
        if wrong:
            failed.append(f"a good stream breaks {wrong}")
        for name, rules, way in WAYS:
            bad = os.path.join(folder, "bad")
            shutil.copytree(good, bad)
            seen |= set(rules)
            try:
                way(bad)
                found = failing(check, bad)
                if set(rules) - set(found):
                    failed.append(f"{name}: not found by {sorted(set(rules) - set(found))}, but by {sorted(found)}")
            except (ValueError, StopIteration) as e:
                failed.append(f"{name}: {e}")
            shutil.rmtree(bad)
        silent = {name for name, _, _, must, _ in check(good) if must} - seen
        if silent:
            failed.append(f"rules that nothing here breaks: {sorted(silent)}")
    for text in failed:
        print("FAILED", text)
    print(f"{len(WAYS) + 2 - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0
