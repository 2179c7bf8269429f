#!/usr/bin/env python3
"""Real clips, and clips made to be awkward, through the whole media room and out over HTTP.

usage: hls.py ENCODE FOOTAGE     the build of tests/media/encode.c; the folder footage.sh prints

The playlists are ours; a plain web server shows them with the virtual segments cut to files; ffmpeg's own
demuxer plays every rendition. Checked: no decoding error, the right number of frames, durations as in the
source, rates as counted from the bytes, the same grid in all renditions, sound in step with the picture; the rules
of rules.py; and all that through the MPD too.
"""
import functools, http.server, os, re, shutil, sys, tempfile, threading

import checks
import rules
from checks import check
from original import originals
from original.refused import refused
from programs import complaints, run
from sync import flash_clip, off

ENCODE, FOOTAGE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])


def serve(folder):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}"


def is_sound(track):
    return track.startswith("audio")


def fields(line):
    return dict(re.findall(r"(\w+)=(\S*)", line))


def playlist_bytes(folder, name):
    """Durations and sizes of a media playlist's segments, from the files."""
    text = open(os.path.join(folder, name + ".m3u8")).read()
    rows = re.findall(r"#EXTINF:([\d.]+),\n(\S+)", text)
    check([uri for _, uri in rows] == [f"{name}/{i + 1}.m4s" for i in range(len(rows))], f"{name}: addresses")
    target = int(re.search(r"TARGETDURATION:(\d+)", text)[1])
    check(all(float(d) < target + 0.5 for d, _ in rows), f"{name}: a segment above the target duration")
    return [(float(d), os.path.getsize(os.path.join(folder, uri))) for d, uri in rows], target


def peak(rows, target):
    best = sum(n for _, n in rows) * 8 / sum(d for d, _ in rows)
    for i in range(len(rows)):
        time = size = 0
        for d, n in rows[i:]:
            time, size = time + d, size + n
            if time > 1.5 * target:
                break
            if time >= 0.5 * target:
                best = max(best, size * 8 / time)
    return best


def check_rates(name, folder, tracks):
    master = open(os.path.join(folder, "master.m3u8")).read()
    sounds = [playlist_bytes(folder, t) for t in tracks if is_sound(t)]  # of several, the dearest counts
    for line, uri in re.findall(r"#EXT-X-STREAM-INF:(.*RESOLUTION.*)\n(\S+)\.m3u8", master):
        rows, target = playlist_bytes(folder, uri)
        want = peak(rows, target) + max((peak(*sound) for sound in sounds), default=0)
        told = int(re.search(r"(?<!-)BANDWIDTH=(\d+)", line)[1])
        check(abs(told - want) <= want / 1000 + 2, f"{name} {uri}: BANDWIDTH {told}, counted {want:.0f}")
        average = sum(n for _, n in rows) * 8 / sum(d for d, _ in rows)
        average += max((sum(n for _, n in rows) * 8 / sum(d for d, _ in rows) for rows, _ in sounds), default=0)
        told = int(re.search(r"AVERAGE-BANDWIDTH=(\d+)", line)[1])
        check(abs(told - average) <= average / 1000 + 2, f"{name} {uri}: AVERAGE-BANDWIDTH {told}, counted {average:.0f}")
        check(re.search('CODECS="avc1.(64|4d)', line) and "FRAME-RATE=" in line and "CLOSED-CAPTIONS=NONE" in line, f"{name} {uri}: {line}")


def check_plays(name, base, tracks):
    for track, t in tracks.items():
        kind = "a" if is_sound(track) else "v"
        code, out, errors = run("ffprobe", "-v", "error", "-count_frames", "-select_streams", kind, "-show_entries",
                                "stream=nb_read_frames,width,height", "-of", "default=nw=1", f"{base}/{track}.m3u8")
        got = fields(out)
        check(code == 0 and not errors, f"{name} {track}: {errors[:300]}")
        check(abs(int(got.get("nb_read_frames", 0)) - int(t["samples"])) <= (1 if kind == "a" else 0), f"{name} {track}: {got} of {t['samples']}")
        check(kind == "a" or f"{got['width']}x{got['height']}" == t["size"], f"{name} {track}: {got}, not {t['size']}")
    said = complaints(f"{base}/master.m3u8", level="error")
    check(not said, f"{name} master: {said}")
    code, out, errors = run("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", f"{base}/master.m3u8")
    first = next(iter(tracks.values()))
    check(abs(float(out) * 1000 - int(first["ms"])) < 150, f"{name} master: {out.strip()} s, not {first['ms']} ms")


def check_grid(name, folder, tracks):
    grids = [[d for d, _ in playlist_bytes(folder, t)[0]] for t in tracks if not is_sound(t)]
    check(all(g == grids[0] for g in grids), f"{name}: renditions differ in their segments")
    check(all(1.95 < d < 2.05 for d in grids[0][:-1]), f"{name}: segments of {grids[0]}")
    firsts = {t["first"] for n, t in tracks.items() if not is_sound(n)}
    check(len(firsts) == 1, f"{name}: renditions start at {firsts}")


def check_dash(name, base, tracks):
    """Every picture and sound of the MPD, in its order; ffmpeg ends all of them when the first of them ends."""
    code, out, errors = run("ffprobe", "-v", "error", "-count_packets", "-show_entries", "stream=nb_read_packets", "-of", "default", f"{base}/manifest.mpd")
    check(code == 0 and not errors, f"{name} MPD: {errors[:300]}")
    got = [fields(s) for s in out.partition("[/PROGRAM]")[2].split("[STREAM]")[1:]]
    check(len(got) == len(tracks), f"{name} MPD: {got}")
    for (track, t), g in zip(tracks.items(), got):
        check(abs(int(g.get("nb_read_packets", 0)) - int(t["samples"])) <= 5, f"{name} MPD: {track} {g} of {t['samples']}")


def check_step(name, source, manifest):
    """The sound against the picture, here as there; and it must be seen to fail where it is off."""
    by = off(source, manifest)
    if check(by is not None, f"{name}: flashes or beeps are gone"):
        check(abs(by) < 20, f"{name}: sound is {by:.1f} ms off")


def clip(folder, name, source, expect, bugs=""):
    out = os.path.join(folder, "out")
    shutil.rmtree(out, ignore_errors=True)
    os.mkdir(out)
    code, said, errors = run(ENCODE, source, out, "best", expect.get("sides", "360"), "ultrafast", HUB_BUG=bugs)
    check(code == 0, f"{name}: {said[-300:]} {errors[-300:]}")
    if code:
        return
    tracks = {line.split()[1]: fields(line) for line in said.splitlines() if line.startswith("track ")}
    got = {n: (t["size"], t["fps"], int(t["samples"])) for n, t in tracks.items() if not is_sound(n)}
    for track, (size, fps, frames) in expect["video"].items():
        is_size, is_fps, is_frames = got.get(track, ("", "", -1))
        check((is_size, is_fps) == (size, fps) and abs(is_frames - frames) <= expect.get("off", 0), f"{name}: {got}, not {expect['video']}")
    check(set(got) == set(expect["video"]), f"{name}: {sorted(got)}")
    sounds = [t for n, t in tracks.items() if is_sound(n)]
    check(len(sounds) == int(expect["audio"]), f"{name}: {len(sounds)} sounds")
    check([t["language"] for t in sounds] == expect.get("languages", [""] * len(sounds)), f"{name}: sounds in {[t['language'] for t in sounds]}")
    check("percent 100" in said, f"{name}: never done")
    server, base = serve(out)
    check_rates(name, out, tracks)
    check_grid(name, out, tracks)
    check_plays(name, base, tracks)
    check_dash(name, base, tracks)
    broken = rules.broken(out)
    check(not broken, f"{name}: {broken}")
    if expect.get("step"):
        check_step(name, source, f"{base}/master.m3u8")
    if expect.get("step") and "30000/1001" in name:
        check_step(f"{name}, MPD", source, f"{base}/manifest.mpd")
    if expect.get("also"):
        expect["also"](name, out, said)
    server.shutdown()
    print(f"ok  {name}: " + ", ".join(f"{n} {t['samples']}" for n, t in tracks.items()), flush=True)


def refuse(folder, name, source, says):
    out = os.path.join(folder, "out")
    shutil.rmtree(out, ignore_errors=True)
    os.mkdir(out)
    code, said, errors = run(ENCODE, source, out, "best", "240", "ultrafast")
    last = said.strip().splitlines()[-1] if said.strip() else ""
    check(code == 3 and last.startswith("refused: ") and re.search(says, last), f"{name}: exit {code}: {last} {errors[-200:]}")
    print(f"ok  {name}: {last}", flush=True)


def full_disk(folder):
    """A store that fills up while encoding is not the file's fault."""
    room = os.path.join(folder, "room")
    os.mkdir(room)
    inside = 'mount -t tmpfs -o size=300k tmpfs "$1" && exec "$2" "$3" "$1"'
    if run("unshare", "-rm", "true")[0]:
        print("--  a full disk: skipped, no mount here", flush=True)
        return
    code, said, _ = run("unshare", "-rm", "sh", "-c", inside, "sh", room, ENCODE, os.path.join(FOOTAGE, "bigbuckbunny.mp4"))
    check(code == 1 and "failed: there is no room left" in said, f"a full disk: exit {code}: {said}")
    print("ok  a full disk", flush=True)


def main():
    folder = tempfile.mkdtemp(prefix="hub-hls-")
    try:
        for row in originals(FOOTAGE, folder):
            clip(folder, *row)
        for row in refused(folder):
            refuse(folder, *row)
        full_disk(folder)
        flash = flash_clip(os.path.join(folder, "flash.mp4"), "25")
        with checks.without_a_guard() as missed:
            clip(folder, "flash and beep with the alignment off (must be noticed)", flash, {"video": {"360p": ("640x360", "25/1", 150)}, "audio": True, "step": True}, "noalign")
        check(any("ms off" in text for text in missed), "sound out of step is not noticed")
    finally:
        shutil.rmtree(folder)
    checks.end()


main()
