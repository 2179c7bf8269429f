#!/usr/bin/env python3
"""Files made to hurt: each must end in a refusal with a reason, within bounds, touching nothing else.

usage: hostile.py ENCODE     the test build of tests/media/encode.c (with faults)

Files that name other files or addresses run three times: with every guard on, with the jail off (the
whitelists alone must hold) and with the whitelists off (the jail alone must hold); then with both off,
where the trap must spring, or this test sees nothing. Makes its files in a temporary folder.
"""
import ctypes, os, random, re, resource, shutil, socket, struct, subprocess, sys, tempfile, threading, time

import checks
from checks import check
from files import png
from programs import ffmpeg

ENCODE = os.path.abspath(sys.argv[1])
WALL = 150  # seconds for one file, probe and all; the room itself allows max(60 s, 20 x duration) a step
DISK = 80 << 20


class Listener(threading.Thread):
    """Counts whoever connects."""

    def __init__(self):
        super().__init__(daemon=True)
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.hits = 0

    def run(self):
        while True:
            try:
                peer, _ = self.server.accept()
            except OSError:
                return
            self.hits += 1
            peer.close()


class Decoy:
    """A file beside the hostile one; knows whether anybody opened it (inotify, IN_OPEN)."""

    def __init__(self, path):
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.fd = self.libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self.libc.inotify_add_watch(self.fd, os.fsencode(path), 0x20) < 0:
            sys.exit("no inotify")

    def opened(self):
        try:
            return len(os.read(self.fd, 65536)) > 0
        except BlockingIOError:
            return False


def run(path, folder, mode="best", bugs=""):
    out = tempfile.mkdtemp(dir=folder)
    env = dict(os.environ, HUB_BUG=bugs)
    began = time.monotonic()
    child = subprocess.Popen([ENCODE, path, out, mode], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, start_new_session=True)
    try:
        said, errors = child.communicate(timeout=WALL)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, 9)
        said, errors = child.communicate()
        said += b"\ntimed out"
    wall = time.monotonic() - began
    used = sum(os.path.getsize(os.path.join(d, f)) for d, _, fs in os.walk(out) for f in fs)
    shutil.rmtree(out)
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return child.returncode, lines[-1] if lines else "", wall, used, errors.decode("utf-8", "replace")


# ---- makers: each writes the file at `path`


def text(content):
    def make(path, traps):
        with open(path, "w") as f:
            f.write(content.format(**traps))
    return make


def data(content):
    def make(path, traps):
        with open(path, "wb") as f:
            f.write(content() if callable(content) else content)
    return make


def by_ffmpeg(*args, after=None):
    def make(path, traps):
        temp = os.path.join(os.path.dirname(path), "made.mp4")
        ffmpeg(*args, temp)
        blob = open(temp, "rb").read()
        os.remove(temp)
        with open(path, "wb") as f:
            f.write(after(blob) if after else blob)
    return make


def matroska_of_many(tracks):
    def vint(n):
        for length in range(1, 9):
            if n < (1 << (7 * length)) - 1:
                return ((1 << (7 * length)) | n).to_bytes(length, "big")
    def el(ident, body):
        return bytes.fromhex(ident) + vint(len(body)) + body
    def num(n):
        return n.to_bytes(max(1, (n.bit_length() + 7) // 8), "big")
    head = el("1A45DFA3", el("4282", b"matroska") + el("4287", num(4)) + el("4285", num(2)))
    entries = b"".join(el("AE", el("D7", num(i)) + el("73C5", num(i)) + el("83", num(2)) + el("86", b"A_PCM/INT/LIT")
                          + el("E1", el("B5", struct.pack(">d", 48000.0)) + el("9F", num(1)) + el("6264", num(16)))) for i in range(1, tracks + 1))
    cluster = el("1F43B675", el("E7", num(0)) + el("A3", b"\x81\0\0\x80" + b"\0" * 96))
    return head + el("18538067", el("1549A966", el("2AD7B1", num(1000000))) + el("1654AE6B", entries) + cluster)


def nested(depth):
    body = b""
    for _ in range(depth):
        body = struct.pack(">I4s", len(body) + 8, b"moov") + body
    return struct.pack(">I4s4sI", 16, b"ftyp", b"isom", 0) + body


def claims(seconds):
    """A Matroska whose head states another length than it has, without the tags that tell the truth."""
    def change(blob):
        blob = blob.replace(b"DURATION", b"XURATION")
        at = blob.index(b"\x44\x89\x88")  # Duration, a double in ms
        return blob[:at + 3] + struct.pack(">d", seconds * 1000.0) + blob[at + 11:]
    return change


def mangle(seed, ratio):
    def change(blob):
        chance = random.Random(seed)
        blob = bytearray(blob)
        for _ in range(max(1, int(len(blob) * ratio))):
            blob[chance.randrange(len(blob))] ^= 1 << chance.randrange(8)
        return bytes(blob)
    return change


SMALL = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=4", "-f", "lavfi", "-i", "sine=d=4", "-preset", "ultrafast", "-movflags", "+faststart")
PLAYLIST = "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-TARGETDURATION:10\n#EXTINF:10.0,\n{}\n#EXT-X-ENDLIST\n"
HTTP = "http://127.0.0.1:{port}/x"

# those that name something else: name, maker, whether the trap must spring when nothing guards it
lures = [
    ("hls, another file", text(PLAYLIST.format("file://{decoy}")), False),
    ("hls, an address", text(PLAYLIST.format(HTTP + ".ts")), False),
    ("hls, concat", text(PLAYLIST.format("concat:{decoy}|{decoy}")), False),
    ("ffconcat, a neighbour", text("ffconcat version 1.0\nfile 'neighbour.mp4'\n"), True),
    ("dash, an address", text('<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT10S" '
        'profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1000" '
        'codecs="avc1.64001f" width="640" height="360"><BaseURL>' + HTTP + "</BaseURL></Representation></AdaptationSet></Period></MPD>"), False),
    ("sdp", text("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP/TCP 96\na=rtpmap:96 H264/90000\n"), False),
    ("svg", text('<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="30000" height="30000">'
        '<image xlink:href="{decoy}" width="10" height="10"/></svg>'), False),
    ("a list of files", text("{decoy}\n"), False),
    ("subtitles", text("[Script Info]\nScriptType: v4.00+\n\n[Events]\nDialogue: 0,0:00:00.00,0:00:05.00,Default,,0,0,0,,hi\n"), False),
]

# name, maker, what it must say; None: it may also be taken, but must end
bombs = [
    ("empty", data(b""), "."),
    ("zeros", data(b"\0" * 5_000_000), "."),
    ("random", data(lambda: random.Random(1).randbytes(5_000_000)), "."),
    ("a picture of 30000 x 30000", data(lambda: png(30000, 30000)), "not MP4"),
    ("20,000 streams", data(lambda: matroska_of_many(20000)), "more than the 32 streams"),
    ("40 streams", data(lambda: matroska_of_many(40)), "32"),
    ("boxes in boxes", data(lambda: nested(100_000)), "."),
    ("67 megapixels", by_ffmpeg("-f", "lavfi", "-i", "color=s=8192x8192:r=1:d=1", "-threads", "1", "-preset", "ultrafast"), r"pixels|\d+ x \d+"),
    ("a million frames a second", by_ffmpeg("-f", "lavfi", "-i", "color=s=64x64:r=1000000:d=0.003", "-preset", "ultrafast", "-video_track_timescale", "1000000"), "frames a second; at most 120"),
    ("a gap of 100 hours", by_ffmpeg("-f", "lavfi", "-i", "color=s=64x64:r=25:d=1", "-vf", "setpts='if(lt(N,24),N,9000000)'", "-fps_mode", "passthrough", "-video_track_timescale", "100", "-preset", "ultrafast", "-bf", "0"), "s long; at most"),
    ("a gap of 5 minutes", by_ffmpeg("-f", "lavfi", "-i", "color=s=64x64:r=25:d=1", "-vf", "setpts='if(lt(N,24),N,7500)'", "-fps_mode", "passthrough", "-video_track_timescale", "100", "-preset", "ultrafast", "-bf", "0"), None),
    ("very wide", by_ffmpeg("-f", "lavfi", "-i", "color=s=4096x64:r=25:d=1", "-preset", "ultrafast"), "at most 10 to 1"),
    ("only sound", by_ffmpeg("-f", "lavfi", "-i", "sine=d=2"), "no moving picture"),
    ("only its head", by_ffmpeg(*SMALL, after=lambda b: b[:b.index(b"mdat") + 4]), "."),
    ("no head", by_ffmpeg(*SMALL[:-2], after=lambda b: b[:len(b) // 2]), "."),
    ("cut off behind its head", by_ffmpeg(*SMALL, after=lambda b: b[:len(b) * 2 // 3]), "cut off or damaged"),
    ("a codec nobody needs", by_ffmpeg("-f", "lavfi", "-i", "testsrc=s=64x64:d=1", "-c:v", "flv1", "-f", "avi"), "codec flv"),
    ("says 1 s, has 8", by_ffmpeg("-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=8", "-preset", "ultrafast", "-f", "matroska", after=claims(1)), None),
    ("says 60 s, has 8", by_ffmpeg("-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=8", "-preset", "ultrafast", "-f", "matroska", after=claims(60)), "cut off"),
    ("says 100 h, has 8 s", by_ffmpeg("-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=8", "-preset", "ultrafast", "-f", "matroska", after=claims(360000)), "s long; at most"),
]
for seed, ratio in [(1, 0.00001), (2, 0.0001), (3, 0.001), (4, 0.01), (5, 0.05)]:
    bombs.append((f"mangled, seed {seed}", by_ffmpeg(*SMALL, after=mangle(seed, ratio)), None))


def bounded(name, code, said, wall, used, errors, taken_is_fine):
    check(code == 3 or (taken_is_fine and code == 0), f"{name}: exit {code}: {said} {errors[-200:]}")
    check(code == 0 or (said.startswith("refused: ") and len(said) > 20), f"{name}: no reason: {said}")
    check(wall < WALL, f"{name}: took {wall:.0f} s")
    check(used < DISK, f"{name}: left {used} bytes")
    check("runtime error" not in errors and "Sanitizer" not in errors, f"{name}: {errors[-300:]}")


def lure(folder, name, make, springs):
    decoy_path = os.path.join(folder, "neighbour.mp4")
    listener = Listener()
    listener.start()
    path = os.path.join(folder, "hostile.mp4")
    make(path, {"port": listener.port, "decoy": decoy_path})
    decoy = Decoy(decoy_path)
    reasons = []
    for guards, mode, bugs in [("all", "best", ""), ("whitelists alone", "off", ""), ("the jail alone", "best", "nowhitelist")]:
        code, said, wall, used, errors = run(path, folder, mode, bugs)
        bounded(f"{name} ({guards})", code, said, wall, used, errors, False)
        reasons.append(said)
        check(listener.hits == 0, f"{name} ({guards}): reached the network")
        check(not decoy.opened(), f"{name} ({guards}): opened a neighbour")
    if springs:  # ffmpeg 5.1 refuses the others' addresses by rules of its own, too
        run(path, folder, "off", "nowhitelist")
        check(listener.hits or decoy.opened(), f"{name}: the trap does not spring without guards, so it shows nothing")
    listener.server.close()
    print(f"ok  {name}: {reasons[0]}", flush=True)


def bomb(folder, name, make, says):
    path = os.path.join(folder, "hostile.mp4")
    make(path, {})
    code, said, wall, used, errors = run(path, folder)
    bounded(name, code, said, wall, used, errors, says is None)
    check(says is None or re.search(says, said), f"{name}: said {said!r}, not {says!r}")
    print(f"ok  {name}: {said} ({wall:.1f} s)", flush=True)


def main():
    folder = tempfile.mkdtemp(prefix="hub-hostile-")
    try:
        by_ffmpeg(*SMALL)(os.path.join(folder, "neighbour.mp4"), {})
        for row in lures:
            lure(folder, *row)
        for row in bombs:
            bomb(folder, *row)
    finally:
        shutil.rmtree(folder)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    print(f"{len(lures)} lures, {len(bombs)} bombs; largest process {largest} MB")
    check(largest < 4096, "a process went beyond its memory")
    checks.end()


main()
