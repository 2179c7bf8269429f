#!/usr/bin/env python3
"""Real clips, and clips made to be awkward, through the whole media room and out over HTTP.

usage: hls.py ENCODE FOOTAGE     the build of tests/media/encode.c; the folder footage.sh prints

The playlists are ours; a plain web server shows them with the virtual segments cut to files; ffmpeg's own
demuxer plays every rendition. Checked: no decoding error, the right number of frames, durations as in the
source, rates as counted from the bytes, the same grid in all renditions, sound in step with the picture; the rules
of rules.py; and all that through the MPD too.
"""
import functools, http.server, os, random, re, shutil, subprocess, sys, tempfile, threading

import rules

ENCODE, FOOTAGE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
failures = []
meant_to_fail = False


def check(cond, text):
    if not cond:
        failures.append(text)
        if not meant_to_fail:
            print("FAILED", text, flush=True)


def run(*args):
    done = subprocess.run(args, capture_output=True, timeout=300)
    return done.returncode, done.stdout.decode(), done.stderr.decode("utf-8", "replace")


def make(path, *args):
    code, _, errors = run("nice", "ffmpeg", "-v", "error", "-nostdin", "-y", *args, path)
    if code:
        sys.exit(errors)


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
    code, out, errors = run("ffmpeg", "-v", "error", "-nostdin", "-i", f"{base}/master.m3u8", "-map", "0", "-f", "null", "-")
    check(code == 0 and not errors, f"{name} master: {errors[:300]}")
    code, out, errors = run("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", f"{base}/master.m3u8")
    first = next(iter(tracks.values()))
    check(abs(float(out) * 1000 - int(first["ms"])) < 150, f"{name} master: {out.strip()} s, not {first['ms']} ms")


def check_grid(name, folder, tracks):
    grids = [[d for d, _ in playlist_bytes(folder, t)[0]] for t in tracks if not is_sound(t)]
    check(all(g == grids[0] for g in grids), f"{name}: renditions differ in their segments")
    check(all(1.95 < d < 2.05 for d in grids[0][:-1]), f"{name}: segments of {grids[0]}")
    firsts = {t["first"] for n, t in tracks.items() if not is_sound(n)}
    check(len(firsts) == 1, f"{name}: renditions start at {firsts}")


def flashes(source):
    _, out, _ = run("ffmpeg", "-v", "error", "-nostdin", "-i", source, "-map", "0:v:0", "-vf",
                    "signalstats,metadata=print:file=-:key=lavfi.signalstats.YAVG", "-f", "null", "-")
    at, on, found = 0.0, False, []
    for line in out.splitlines():
        if "pts_time:" in line:
            at = float(line.split("pts_time:")[1])
        elif "YAVG=" in line:
            bright = float(line.split("=")[1]) > 128
            if bright and not on:
                found.append(at)
            on = bright
    return found


def beeps(source):
    _, _, out = run("ffmpeg", "-v", "info", "-nostdin", "-i", source, "-map", "0:a:0", "-af", "silencedetect=n=-30dB:d=0.3", "-f", "null", "-")
    return [float(t) for t in re.findall(r"silence_end: ([\d.]+)", out)]


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
    there, here = (list(zip(flashes(x), beeps(x))) for x in (source, manifest))
    check(len(there) >= 3 and len(here) >= 3, f"{name}: {there} {here}")
    for (f0, b0), (f1, b1) in zip(there, here):
        off = (b1 - f1) - (b0 - f0)
        check(abs(off) < 0.020, f"{name}: sound is {off * 1000:.1f} ms off at {f0:.2f} s")


def clip(folder, name, source, expect, bugs=""):
    out = os.path.join(folder, "out")
    shutil.rmtree(out, ignore_errors=True)
    os.mkdir(out)
    code, said, errors = run("env", f"HUB_BUG={bugs}", "nice", ENCODE, source, out, "best", expect.get("sides", "360"), expect.get("preset", "ultrafast"))
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
    for broken, problems in rules.broken(out).items():
        check(False, f"{name}: {broken}: {problems[:3]}")
    if expect.get("step"):
        check_step(name, source, f"{base}/master.m3u8")
    if expect.get("step") and "30000/1001" in name:
        check_step(f"{name}, MPD", source, f"{base}/manifest.mpd")
    if expect.get("also"):
        expect["also"](name, out, said)
    server.shutdown()
    print(f"ok  {name}: " + ", ".join(f"{n} {t['samples']}" for n, t in tracks.items()), flush=True)


def check_upright(name, out, _):
    """The source is white above and black below, when shown upright."""
    code, _, _ = run("ffmpeg", "-v", "error", "-y", "-i", os.path.join(out, "360p.mp4"), "-frames:v", "1", "-vf", "scale=2:4", "-pix_fmt", "gray", "-f", "rawvideo", out + ".raw")
    p = open(out + ".raw", "rb").read()
    check(code == 0 and p[0] > 200 and p[1] > 200 and p[6] < 60 and p[7] < 60, f"{name}: not upright: {list(p)}")


def flash_clip(path, fps, *more, vf=""):
    period = round(2 * eval(fps))
    make(path, "-f", "lavfi", "-i", f"color=black:s=640x360:r={fps}:d=6,drawbox=x=0:y=0:w=iw:h=ih:color=white:t=fill:enable='between(mod(n,{period}),{period // 2},{period // 2 + 1})'{vf}",
         "-f", "lavfi", "-i", f"aevalsrc='if(between(mod(t,{period}/({fps})),{period // 2}/({fps}),{period // 2}/({fps})+0.08),sin(2*PI*1000*t),0)':s=48000:d=6",
         "-preset", "ultrafast", "-c:a", "aac", "-ac", "2", *more)


def made(folder):
    """Clips no package has: name, path, what must come of it."""
    p = functools.partial(os.path.join, folder)
    big = os.path.join(FOOTAGE, "bigbuckbunny.mp4")
    x264 = ("-c:v", "libx264", "-preset", "ultrafast")
    one = {"360p": ("640x360", "25/1", 150)}
    for fps in ("25", "30000/1001", "24000/1001", "24", "30", "50", "60000/1001", "60"):
        flash_clip(p("flash.mp4"), fps)
        frames = round(6 * eval(fps))
        yield f"flash and beep at {fps}", p("flash.mp4"), {"video": {"360p": ("640x360", fps if "/" in fps else fps + "/1", frames)}, "audio": True, "step": True, "off": 1}
    flash_clip(p("flash.mkv"), "25")
    yield "flash and beep in Matroska", p("flash.mkv"), {"video": one, "audio": True, "step": True, "off": 1}
    flash_clip(p("flash.ts"), "25", "-f", "mpegts")
    yield "flash and beep in a transport stream", p("flash.ts"), {"video": one, "audio": True, "step": True, "off": 2}
    make(p("late.mkv"), "-i", p("flash.mkv"), "-itsoffset", "0.5", "-i", p("flash.mkv"), "-map", "0:v", "-map", "1:a", "-c", "copy")
    yield "sound half a second late", p("late.mkv"), {"video": one, "audio": True, "step": True, "off": 2}
    make(p("first.mkv"), "-itsoffset", "0.4", "-i", p("flash.mkv"), "-i", p("flash.mkv"), "-map", "0:v", "-map", "1:a", "-c", "copy")
    yield "picture after the sound", p("first.mkv"), {"video": {"360p": ("640x360", "25/1", 160)}, "audio": True, "step": True, "off": 2}
    make(p("a.mp4"), "-f", "lavfi", "-i", "color=white:s=480x640:r=25:d=3,drawbox=y=ih/2:h=ih/2:w=iw:color=black:t=fill", "-vf", "transpose=2", *x264)
    make(p("turned.mp4"), "-i", p("a.mp4"), "-c", "copy", "-metadata:s:v:0", "rotate=270")
    yield "a telephone held upright", p("turned.mp4"), {"video": {"360p": ("360x480", "25/1", 75), "480p": ("480x640", "25/1", 75)}, "audio": False, "sides": "480", "also": check_upright}
    make(p("vfr.mp4"), "-i", big, "-vf", "select='not(between(mod(n,25),5,9))*not(between(n,60,75))'", "-fps_mode", "vfr", "-video_track_timescale", "90000", *x264, "-c:a", "copy")
    yield "a varying frame rate", p("vfr.mp4"), {"video": {"360p": ("640x360", "24000/1001", 127), "720p": ("1280x720", "24000/1001", 127)}, "audio": True, "sides": "720", "off": 40}
    make(p("odd.mkv"), "-i", big, "-vf", "scale=853:479,setsar=1,format=yuv444p", *x264, "-t", "2", "-c:a", "flac")
    yield "odd sides, 4:4:4", p("odd.mkv"), {"video": {"360p": ("642x360", "25/1", 50)}, "audio": True, "off": 1}
    make(p("inter.mp4"), "-i", big, "-vf", "scale=720:576,setsar=16/11,fps=50,tinterlace=mode=interleave_top,fieldorder=tff", "-flags", "+ilme+ildct", *x264, "-x264-params", "tff=1", "-an", "-t", "3")
    yield "interlaced, oblong pixels", p("inter.mp4"), {"video": {"360p": ("654x360", "25/1", 75), "480p": ("872x480", "25/1", 75), "240p": ("436x240", "25/1", 75)}, "audio": False, "sides": "240,480", "off": 1}
    make(p("fast.mp4"), "-f", "lavfi", "-i", "testsrc2=s=320x180:r=120:d=3", *x264)
    yield "120 frames a second", p("fast.mp4"), {"video": {"180p": ("320x180", "60/1", 180)}, "audio": False, "off": 1}
    make(p("pipe.webm"), "-i", os.path.join(FOOTAGE, "carphone_pristine.mp4"), "-c:v", "libvpx", "-deadline", "realtime", "-b:v", "300k", "-live", "1", "-f", "webm")
    yield "a browser's recording, without a length", p("pipe.webm"), {"video": {"144p": ("194x144", "30000/1001", 120)}, "audio": False, "off": 3}
    make(p("six.mp4"), "-f", "lavfi", "-i", "testsrc=s=320x180:r=25:d=3", "-f", "lavfi", "-i", "sine=d=2", "-af", "pan=5.1|FL=c0|FR=c0|FC=c0", *x264, "-c:a", "ac3")
    yield "six channels that end early", p("six.mp4"), {"video": {"180p": ("320x180", "25/1", 75)}, "audio": True}
    for name, transfer in (("HDR10", "smpte2084"), ("HLG", "arib-std-b67")):
        make(p("hdr.mp4"), "-i", big, "-vf", f"setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv,zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt2020:t={transfer}:m=bt2020nc:r=tv,format=yuv420p10le,scale=640:360",
             "-t", "1", "-color_primaries", "bt2020", "-color_trc", transfer, "-colorspace", "bt2020nc", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", f"log-level=error:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc", "-tag:v", "hvc1", "-c:a", "aac")
        yield name, p("hdr.mp4"), {"video": {"360p": ("640x360", "25/1", 25), "240p": ("426x240", "25/1", 25)}, "audio": True, "sides": "240", "off": 1, "also": looks_like(big)}
    yield from more(p, big)


def colours(path):
    """Y, U and V of the eight parts of its first second."""
    code, _, errors = run("ffmpeg", "-v", "error", "-nostdin", "-y", "-i", path, "-frames:v", "20", "-an", "-vf", "scale=4:2:flags=area,format=yuv444p", "-f", "rawvideo", path + ".raw")
    raw = open(path + ".raw", "rb").read() if code == 0 else sys.exit(errors)
    os.remove(path + ".raw")
    return [sum(raw[k::24]) / (len(raw) // 24) for k in range(24)]


def looks_like(source):
    """Mapped to SDR: no part much darker or brighter than the SDR it was made from, none of another hue."""
    copy = os.path.join(tempfile.gettempdir(), f"hub-hls-{os.getpid()}.mp4")
    shutil.copy(source, copy)
    want = colours(copy)
    os.remove(copy)

    def compare(name, out, _):
        got = colours(os.path.join(out, "240p.mp4"))
        off = [round(g - w) for g, w in zip(got, want)]
        check(all(abs(x) < 25 for x in off[:8]) and all(abs(x) < 8 for x in off[8:]), f"{name}: differs from its SDR by {off}")
    return compare


def loudness(path):
    _, _, said = run("ffmpeg", "-v", "info", "-nostdin", "-i", path, "-af", "ebur128=peak=true", "-f", "null", "-")
    said = said[said.rindex("Summary:"):]
    return float(re.search(r"I: +(-?[\d.]+)", said)[1]), float(re.search(r"Peak: +(-?[\d.]+)", said)[1])


def loud_as_wished(name, out, _):
    is_, peak = loudness(os.path.join(out, "audio.mp4"))
    check(abs(is_ + 16) < 0.8 and peak < 0, f"{name}: {is_} LUFS, peak {peak} dBTP")


def subtitles(expect):
    def look(name, out, said):
        got = [(kind, language) for kind, language in re.findall(r"^text (\S+) language=(\S*)", said, re.M)]
        check(got == expect, f"{name}: subtitles {got}")
        for i in range(len(got)):
            text = open(os.path.join(out, f"text{i}.vtt"), encoding="utf-8").read()
            check(text.startswith("WEBVTT") and "Selamat datang" in text and re.search(r"00:00\.5\d\d --> 00:01\.5\d\d", text), f"{name}: {text!r}")
        check("chapters=2" in said, f"{name}: chapters")
    return look


SUBTITLES = "1\n00:00:00,500 --> 00:00:01,500\nSelamat datang\n"
CHAPTERS = ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=Satu\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=2000\ntitle=Dua\n"


def write(path, text):
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def more(p, big):
    """Containers, sounds, depths and lengths."""
    x264 = ("-c:v", "libx264", "-preset", "ultrafast")
    small = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=2")
    one = {"180p": ("320x180", "25/1", 50)}
    write(p("s.srt"), SUBTITLES)
    write(p("c.txt"), CHAPTERS)
    tones = [x for f in (440, 660, 880) for x in ("-f", "lavfi", "-i", f"sine=f={f}:d=2")]
    for kind, text in (("mkv", "srt"), ("mkv", "ass"), ("mp4", "mov_text")):
        said = {"srt": "subrip"}.get(text, text)
        make(p("all." + kind), *small, *tones, "-i", p("s.srt"), "-i", p("c.txt"), "-map", "0", "-map", "1", "-map", "2", "-map", "3", "-map", "4", "-map", "4", "-map_metadata", "5", "-map_chapters", "5", *x264, "-c:a", "aac", "-c:s", text,
             *(w for i, code in enumerate(("ind", "eng", "jav")) for w in (f"-metadata:s:a:{i}", f"language={code}")), "-metadata:s:s:0", "language=ind", "-metadata:s:s:1", "language=eng")
        yield f"three languages and {text} in {kind}", p("all." + kind), {"video": one, "audio": 3, "off": 1, "languages": ["id", "en", "jv"], "also": subtitles([(said, "ind"), (said, "eng")])}
    make(p("old.avi"), *small, "-f", "lavfi", "-i", "sine=f=997:d=2,volume=-12dB", "-c:v", "mpeg4", "-c:a", "mp3", "-ac", "1")
    yield "AVI, quiet and mono", p("old.avi"), {"video": one, "audio": True, "off": 2, "also": loud_as_wished}
    make(p("pro.mov"), *small, "-f", "lavfi", "-i", "sine=f=997:d=2,volume=20dB,aformat=channel_layouts=5.1", "-c:v", "prores_ks", "-profile:v", "2", "-c:a", "pcm_s24le")
    yield "ProRes in MOV, 10 bits, six loud channels", p("pro.mov"), {"video": one, "audio": True, "also": loud_as_wished}
    make(p("ten.mkv"), *small, "-pix_fmt", "yuv420p10le", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error")
    yield "10 bits SDR", p("ten.mkv"), {"video": one, "audio": False, "off": 1}
    make(p("blink.mp4"), "-i", big, "-t", "0.2", *x264, "-c:a", "aac", "-ac", "2")
    yield "a fifth of a second", p("blink.mp4"), {"video": {"360p": ("640x360", "25/1", 5)}, "audio": True}
    make(p("uhd.mp4"), "-i", big, "-t", "1", "-vf", "scale=3840:2160", *x264, "-an")
    yield "4K", p("uhd.mp4"), {"video": {f"{h}p": (f"{w}x{h}", "25/1", 25) for h, w in {240: 426, 360: 640, 480: 854, 720: 1280, 1080: 1920, 1440: 2560, 2160: 3840}.items()}, "audio": False, "sides": WHOLE}


def scramble(path, start, end):
    """Random bytes over a part of it."""
    with open(path, "r+b") as f:
        size = os.path.getsize(path)
        f.seek(int(size * start))
        f.write(random.Random(7).randbytes(int(size * (end - start))))


def refusals(p):
    """Originals that are none, and what the editor is told."""
    x264 = ("-c:v", "libx264", "-preset", "ultrafast")
    clip_of = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=5", "-f", "lavfi", "-i", "sine=d=5", *x264)
    make(p("song.mp3"), "-f", "lavfi", "-i", "sine=d=2")
    yield "music", p("song.mp3"), "no moving picture; upload sound alone as a file of the video"
    make(p("cover.png"), "-f", "lavfi", "-i", "testsrc=s=64x64:d=1", "-frames:v", "1")
    make(p("song.m4a"), "-i", p("song.mp3"), "-i", p("cover.png"), "-map", "0", "-map", "1", "-c:a", "aac", "-c:v", "png", "-disposition:v", "attached_pic")
    yield "music with a cover", p("song.m4a"), "no moving picture; upload sound alone as a file of the video"
    yield "a still picture", p("cover.png"), "upload pictures and documents as files of a video"
    make(p("cover.jpg"), "-i", p("cover.png"))
    os.rename(p("cover.jpg"), p("cover.mp4"))
    yield "a still picture called MP4", p("cover.mp4"), "upload pictures and documents as files of a video"
    write(p("paper.pdf"), "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 144]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
    yield "a PDF", p("paper.pdf"), "upload documents as files of a video"
    for kind, more_of_it in (("mp4", ("-movflags", "+faststart")), ("mkv", ()), ("mov", ("-movflags", "+faststart"))):
        make(p("cut." + kind), *clip_of, *more_of_it)
        os.truncate(p("cut." + kind), os.path.getsize(p("cut." + kind)) * 6 // 10)
        yield f"{kind} cut off", p("cut." + kind), "cut off|damaged"
        make(p("bad." + kind), *clip_of, *more_of_it)
        scramble(p("bad." + kind), 0.4, 0.7)
        yield f"{kind} with random bytes in it", p("bad." + kind), "cut off|damaged"


def refuse(folder, name, source, says):
    out = os.path.join(folder, "out")
    shutil.rmtree(out, ignore_errors=True)
    os.mkdir(out)
    code, said, errors = run("nice", ENCODE, source, out, "best", "240", "ultrafast")
    last = said.strip().splitlines()[-1] if said.strip() else ""
    check(code == 3 and last.startswith("refused: ") and re.search(says, last), f"{name}: exit {code}: {last} {errors[-200:]}")
    print(f"ok  {name}: {last}", flush=True)


WHOLE = "240,360,480,720,1080,1440,2160"
REAL = {
    "bigbuckbunny.mp4": {"video": {"360p": ("640x360", "25/1", 132), "720p": ("1280x720", "25/1", 132), "480p": ("854x480", "25/1", 132), "240p": ("426x240", "25/1", 132)}, "audio": True, "sides": WHOLE},
    "bikes.mp4": {"video": {"272p": ("640x272", "25/1", 250)}, "audio": False, "sides": WHOLE},
    "carphone_pristine.mp4": {"video": {"144p": ("192x144", "30000/1001", 120)}, "audio": False},
    "quicktime.mp4": {"video": {"190p": ("190x240", "30/1", 149)}, "audio": True, "languages": ["en"]},
    "cityCC0.mpg": {"video": {"360p": ("640x360", "25/1", 190), "240p": ("426x240", "25/1", 190)}, "audio": False, "sides": WHOLE},
    "flashmob.mkv": {"video": {"288p": ("384x288", "25/1", 446), "240p": ("320x240", "25/1", 446)}, "audio": True, "languages": ["fr"], "sides": WHOLE},
}


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
    global meant_to_fail
    folder = tempfile.mkdtemp(prefix="hub-hls-")
    try:
        for name, expect in REAL.items():
            clip(folder, name, os.path.join(FOOTAGE, name), expect)
        for name, source, expect in made(folder):
            clip(folder, name, source, expect)
        for name, source, says in refusals(functools.partial(os.path.join, folder)):
            refuse(folder, name, source, says)
        full_disk(folder)
        flash_clip(os.path.join(folder, "flash.mp4"), "25")
        before, meant_to_fail = len(failures), True
        clip(folder, "flash and beep with the alignment off (must be noticed)", os.path.join(folder, "flash.mp4"), {"video": {"360p": ("640x360", "25/1", 150)}, "audio": True, "step": True}, "noalign")
        off = failures[before:]
        del failures[before:]
        meant_to_fail = False
        check(any("ms off" in f for f in off), "sound out of step is not noticed")
    finally:
        shutil.rmtree(folder)
    print(f"{len(failures)} failed")
    sys.exit(1 if failures else 0)


main()
