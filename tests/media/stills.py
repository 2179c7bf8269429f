#!/usr/bin/env python3
"""Pictures and little films around a video, made from real footage, and pictures, documents and music that hurt.

usage: stills.py STILL FOOTAGE [PART]...     the test build of tests/media/still.c (with faults); the folder footage.sh prints

Each thing made is decoded again without a word, has the sides and the size it may have, and keeps nothing
of what a stranger's file said about itself. Where a guard stands it is turned off once, and must be missed.
"""
import contextlib, hashlib, os, random, re, resource, shutil, struct, subprocess, sys, tempfile, time, zlib

STILL, FOOTAGE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"
SECRET = b"6.2088S106.8456E"  # where a picture was taken
WALL = 150
failures = []
passed = 0
folder = work = ""


def check(cond, text):
    global passed
    passed += bool(cond)
    if not cond:
        failures.append(text)
        print("FAILED", text, flush=True)
    return cond


def run(*args, binary=False):
    done = subprocess.run(args, capture_output=True, timeout=200)
    return done.returncode, done.stdout if binary else done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def make(path, *args):
    code, _, errors = run("nice", "ffmpeg", "-v", "error", "-nostdin", "-y", *args, path)
    if code:
        sys.exit(errors)
    return path


def at(name):
    return os.path.join(folder, name)


def still(word, *args, bugs="", mode="best"):
    """(exit code, the stills' fields, everything said)"""
    began = time.monotonic()
    done = subprocess.run(["nice", STILL, mode, work, word, *map(str, args)], capture_output=True, timeout=200, env=dict(os.environ, HUB_BUG=bugs))
    said, errors = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    check(time.monotonic() - began < WALL, f"{word} {args}: too slow")
    check("Sanitizer" not in errors and "runtime error" not in errors, f"{word} {args}: {errors[-400:]}")
    rows = [dict(path=line.split()[1], **dict(re.findall(r"(\w+)=(\S*)", line))) for line in said.splitlines() if line.startswith("still ")]
    return done.returncode, rows, said


def one(word, *args, **more):
    code, rows, said = still(word, *args, **more)
    return rows[0] if check(code == 0 and len(rows) == 1, f"{word} {args}: exit {code}: {said}") else None


def refused(name, says, word, *args, **more):
    code, _, said = still(word, *args, **more)
    check(code == 3 and said.startswith("refused: ") and re.search(says, said), f"{name}: exit {code}: {said.strip()}, not {says!r}")


def clean_picture(name, row, size=None):
    """Decodes without a word, is what it says, and carries nothing but pixels."""
    if not row:
        return
    blob = open(row["path"], "rb").read()
    code, out, errors = run("ffprobe", "-v", "error", "-count_frames", "-show_entries", "stream=width,height,nb_read_frames", "-of", "csv=p=0", row["path"])
    check(code == 0 and not errors, f"{name}: {errors[:300]}")
    check(out.strip() == row["size"].replace("x", ",") + ",1", f"{name}: {out.strip()}, not {row['size']}")
    check(size in (None, row["size"]), f"{name}: {row['size']}, not {size}")
    check(int(row["bytes"]) == len(blob), f"{name}: {row['bytes']} of {len(blob)} bytes")
    for sign in (b"Exif", b"ICC_PROFILE", b"http", b"Lavc", b"<script", SECRET, b"secret"):
        check(sign not in blob, f"{name}: {sign} is still in it")


def colour(path, vf="scale=1:1"):
    """One pixel, as RGB."""
    return tuple(run("ffmpeg", "-v", "error", "-nostdin", "-i", path, "-vf", vf, "-frames:v", "1", "-pix_fmt", "rgb24", "-f", "rawvideo", "-", binary=True)[1][:3])


def near(a, b, slack=12):
    return len(a) == len(b) and all(abs(x - y) <= slack for x, y in zip(a, b))


# ---- from videos

def posters():
    big = os.path.join(FOOTAGE, "bigbuckbunny.mp4")
    for name, size in (("bigbuckbunny.mp4", "1280x720"), ("cityCC0.mpg", None), ("flashmob.mkv", "384x288")):
        code, rows, said = still("candidates", os.path.join(FOOTAGE, name), -1)
        check(code == 0 and len(rows) == 5, f"{name}: exit {code}: {said}")
        for row in rows:
            clean_picture(f"candidate of {name}", row, size)
        check(len({row["at"] for row in rows}) == 5, f"{name}: the same moment twice")
    clean_picture("the moment asked for", one("candidates", big, 2000), "1280x720")
    clean_picture("the very end", one("candidates", big, 5279), "1280x720")
    refused("beyond the end", "only 5.3 s long", "candidates", big, 60000)
    short = make(at("short.mp4"), "-i", big, "-t", "0.2", "-an")
    code, rows, said = still("candidates", short, -1)
    check(code == 0 and len(rows) == 1, f"0.2 s: {said}")


def odd_sources():
    x264 = ("-c:v", "libx264", "-preset", "ultrafast")
    make(at("a.mp4"), "-f", "lavfi", "-i", "color=white:s=480x640:r=25:d=3,drawbox=y=ih/2:h=ih/2:w=iw:color=black:t=fill", "-vf", "transpose=2", *x264)
    turned = make(at("turned.mp4"), "-i", at("a.mp4"), "-c", "copy", "-metadata:s:v:0", "rotate=270")
    row = one("candidates", turned, 1000)
    clean_picture("a telephone held upright", row, "480x640")
    check(row and near(colour(row["path"], "crop=iw:ih/4:0:0,scale=1:1"), (255, 255, 255)), "upright: white is not above")
    oblong = make(at("oblong.mp4"), "-i", os.path.join(FOOTAGE, "bigbuckbunny.mp4"), "-vf", "scale=720:576,setsar=16/11,fps=50,tinterlace=mode=interleave_top,fieldorder=tff", "-flags", "+ilme+ildct", *x264, "-x264-params", "tff=1", "-an", "-t", "2")
    clean_picture("interlaced, oblong pixels", one("candidates", oblong, 1000), "1046x576")
    for trc, matrix in (("bt709", "bt709"), ("smpte170m", "smpte170m")):
        red = make(at(f"red-{trc}.mp4"), "-f", "lavfi", "-i", "color=0xC03040:s=1280x720:r=25:d=1,format=gbrp", "-vf", f"scale=out_color_matrix={matrix}:out_range=tv,format=yuv420p", "-colorspace", matrix, "-color_trc", trc, "-color_primaries", trc, *x264)
        row = one("candidates", red, 500)
        check(row and near(colour(row["path"]), (0xC0, 0x30, 0x40)), f"{matrix}: {row and colour(row['path'])}")
    hdr = make(at("hdr.mp4"), "-f", "lavfi", "-i", "color=0x808080:s=640x360:r=25:d=1", "-vf", "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv,zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt2020:t=smpte2084:m=bt2020nc:r=tv,format=yuv420p10le",
               "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc")
    row = one("candidates", hdr, 500)
    check(row and max(colour(row["path"])) - min(colour(row["path"])) < 8 and colour(row["path"])[0] > 60, f"HDR: {row and colour(row['path'])}")


def black():
    """Two seconds of every slot's middle are black."""
    dark = make(at("dark.mp4"), "-i", os.path.join(FOOTAGE, "flashmob.mkv"), "-t", "14", "-vf", "drawbox=c=black:t=fill:enable='between(mod(t-0.7,2.52),0.8,1.7)'", "-preset", "ultrafast", "-an")
    for bugs, fine in (("", True), ("noluma", False)):
        _, rows, said = still("candidates", dark, -1, bugs=bugs)
        good = bool(rows) and all(max(colour(row["path"])) > 25 for row in rows)
        check(good == fine, f"black pictures with HUB_BUG={bugs}: {said}")


# ---- from pictures

def jpeg_segment(marker, body):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def exif(orientation):
    return jpeg_segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">HHHIHH", 1, 0x112, 3, 1, orientation, 0) + b"\0\0\0\0" + SECRET)


def png(width, height, rows=None):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body) & 0xFFFFFFFF)
    pack, row = zlib.compressobj(9), b"\0" * (1 + (width + 7) // 8)
    body = b"".join(pack.compress(row) for _ in range(rows or height)) + pack.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)) + chunk(b"tEXt", b"Comment\0" + SECRET) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def put(name, content):
    with open(at(name), "wb") as f:
        f.write(content)
    return at(name)


def pictures():
    jpeg = make(at("frame.jpg"), "-ss", "2", "-i", os.path.join(FOOTAGE, "bigbuckbunny.mp4"), "-frames:v", "1", "-q:v", "3")
    plain = open(jpeg, "rb").read()
    for name, more in (("frame.png", ()), ("lossy.webp", ("-c:v", "libwebp")), ("lossless.webp", ("-c:v", "libwebp", "-lossless", "1"))):
        path = make(at(name), "-i", jpeg, *more)
        row = one("image", path)
        clean_picture(name, row, "1280x720")
        check(row and near(colour(row["path"]), colour(jpeg)), f"{name}: other colours")
    placed = put("placed.jpg", plain[:2] + exif(6) + jpeg_segment(0xFE, b"<script>secret</script>") + plain[2:] + b"<html><script>secret</script>")
    clean_picture("EXIF with a place, turned, HTML behind", one("image", placed), "720x1280")
    clean_picture("a PNG with a place", one("image", put("text.png", png(400, 300))), "400x300")
    glass = make(at("glass.png"), "-f", "lavfi", "-i", "color=red@0.5:s=400x300,format=rgba", "-frames:v", "1")
    row = one("image", glass)
    check(row and near(colour(row["path"]), (255, 128, 128)), "half transparent red is not on white")
    clean_picture("a PNG named .jpg", one("image", put("named.jpg", open(at("frame.png"), "rb").read())), "1280x720")
    bad_pictures(plain)
    return jpeg


def bad_pictures(plain):
    webp, pixels = open(at("lossy.webp"), "rb").read(), open(at("frame.png"), "rb").read()
    decoy = put("neighbour.png", pixels)
    for name, content, says in (
            ("empty", b"", "not a JPEG"), ("zeros", b"\0" * 100000, "not a JPEG"), ("1 x 1", png(1, 1), "1 x 1; each side"), ("very wide", png(4000, 20), "10 to 1"),
            ("30000 x 30000", png(30000, 30000), "900000000 pixels; at most"), ("says 30000 x 30000, has 3 lines", png(30000, 30000, 3), "900000000 pixels"),
            ("half a JPEG", plain[:len(plain) // 2], "cut off or damaged"), ("half a PNG", pixels[:len(pixels) // 2], "damaged|cannot be read"),
            ("half a WebP", webp[:len(webp) // 2], "decoded|damaged|cannot"), ("a JPEG's first bytes", plain[:300], "."),
            ("SVG", f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{decoy}"/></svg>'.encode(), "not a JPEG"),
            ("GIF", b"GIF89a\1\0\1\0\0\0\0;", "not a JPEG"), ("ffconcat", f"ffconcat version 1.0\nfile '{decoy}'\n".encode(), "not a JPEG"),
            ("a list behind a JPEG's first bytes", b"\xff\xd8\xff\xe0\0\4ab\xff\xc0\0\x11\x08\1\x2c\1\x90\3" + f"ffconcat version 1.0\nfile '{decoy}'\n".encode(), "."),
            ("a moving WebP", b"RIFF\x40\0\0\0WEBPVP8X\x0a\0\0\0\2\0\0\0\x8f\1\0\x2b\1\0" + b"ANIM" * 9, "moves")):
        refused(name, says, "image", put("hostile.jpg", content))
    half = put("half.jpg", plain[:len(plain) // 2])
    check(still("image", half, bugs="noverify")[0] == 0, "a JPEG cut off is refused without its guard, too")
    check(still("image", put("wide.png", png(4000, 20)), bugs="nolimits")[0] == 0, "a wide picture is refused without its guard, too")
    check(still("image", at("frame.png"), mode="off")[0] == 0 and still("image", at("frame.png"), mode="off", bugs="nowhitelist")[0] == 0, "the whitelist is not what takes a PNG")


def cards(jpeg):
    tall = make(at("tall.jpg"), "-i", jpeg, "-vf", "crop=404:720")
    noise = make(at("noise.jpg"), "-f", "lavfi", "-i", "nullsrc=s=1280x720,geq=random(1)*255:128+random(2)*99:128", "-frames:v", "1", "-q:v", "2")
    for name, poster in (("landscape", jpeg), ("portrait", tall), ("noise", noise)):
        row = one("og", poster)
        clean_picture(f"OpenGraph of {name}", row, "1200x630")
        check(row and int(row["bytes"]) <= 300 << 10, f"OpenGraph of {name}: {row}")
    for title, poster, w, h in (("Kelinci", jpeg, 1080, 1920), ("Kelinci " * 30, tall, 1080, 1080), ("x" * 60, tall, 1080, 1920), ("", jpeg, 1080, 1080),
                                ("a : % ' \" \\ %{pts} [a];,x=${y} 100%\n", jpeg, 540, 960), ("😀 \u202e❤️ ki\u0307ta مرحبا", jpeg, 540, 540)):
        clean_picture(f"card {title!r}", one("card", poster, FONT, title, w, h), f"{w}x{h}")
    check(not [f for f in os.listdir(work) if f.startswith(("font", "title"))], "a card leaves its text behind")
    def pixels(title, bugs=""):
        row = one("card", jpeg, FONT, title, 300, 300, bugs=bugs)
        return row and hashlib.sha256(open(row["path"], "rb").read()).hexdigest()
    check(pixels("a 2 b") != pixels("a %{eif:1+1:d} b") != pixels("a 3 b"), "a title is computed")
    check(pixels("a 2 b") != pixels("a 3 b"), "titles cannot be seen")
    check(pixels("%{eif:1+1:d}", "expansion") != pixels("%{eif:1+1:d}"), "the guard of titles is not missed")
    for font in ("/nonexistent/font.ttf", jpeg, ""):
        code, _, said = still("card", jpeg, font, "x", 600, 600)
        check(code == 1 and "brand-font" in said, f"font {font!r}: exit {code}: {said}")


# ---- from renditions

def flash_clip(path, fps):
    period = round(2 * eval(fps))
    make(path, "-f", "lavfi", "-i", f"color=0x202020:s=640x360:r={fps}:d=21,drawbox=x=0:y=0:w=iw:h=ih:color=white:t=fill:enable='between(mod(n,{period}),{period // 2},{period // 2 + 1})'",
         "-f", "lavfi", "-i", f"aevalsrc='if(between(mod(t,{period}/({fps})),{period // 2}/({fps}),{period // 2}/({fps})+0.08),sin(2*PI*1000*t),0)':s=48000:d=21", "-preset", "ultrafast", "-c:a", "aac", "-ac", "2")


def flashes(source):
    _, out, _ = run("ffmpeg", "-v", "error", "-nostdin", "-i", source, "-map", "0:v:0", "-vf", "signalstats,metadata=print:file=-:key=lavfi.signalstats.YAVG", "-f", "null", "-")
    rows = re.findall(r"pts_time:([\d.]+)\n\S*YAVG=([\d.]+)", out)
    return [float(t) for (t, y), (_, before) in zip(rows[1:], rows) if float(y) > 128 >= float(before)]


def beeps(source):
    _, _, out = run("ffmpeg", "-v", "info", "-nostdin", "-i", source, "-map", "0:a:0", "-af", "silencedetect=n=-30dB:d=0.3", "-f", "null", "-")
    return [float(t) for t in re.findall(r"silence_end: ([\d.]+)", out)]


def film(name, row):
    code, _, errors = run("ffmpeg", "-v", "error", "-nostdin", "-i", row["path"], "-f", "null", "-")
    check(code == 0 and not errors, f"{name}: {errors[:300]}")
    blob = open(row["path"], "rb").read()
    check(0 < blob.index(b"moov") < blob.index(b"mdat"), f"{name}: its index is not in front")
    _, out, _ = run("ffprobe", "-v", "error", "-show_entries", "stream=codec_type,start_time,duration,nb_frames,width,height", "-of", "csv=p=0", row["path"])
    return [line.split(",") for line in out.split()]


def clips(video, sound):
    fps = 1 / 2.002 * 60
    for moment, first, segments in ((0, 0, 3), (2500, 2002, 3), (9000, 8008, 3), (20900, 20020, 1)):
        row = one("clip", video, sound, moment, 7000)
        if not row:
            continue
        streams = film(f"clip at {moment}", row)
        check(int(row["at"]) == first and len(streams) == 2, f"clip at {moment}: {row}")
        for kind, *_, start, duration, frames in streams:
            check(float(start) == 0, f"clip at {moment}: {kind} begins at {start}")
            check(kind == "audio" or segments == 1 or (int(frames) == 60 * segments and abs(float(duration) - 60 * segments / fps) < 0.002), f"clip at {moment}: {frames} frames, {duration} s")
        seen = list(zip(flashes(row["path"]), beeps(row["path"])))
        check(segments == 1 or len(seen) == 3, f"clip at {moment}: {seen}")
        for i, (f, b) in enumerate(seen):
            check(abs(f - 1.001 - 2.002 * i) < 0.001 and abs(f - b) < 0.020, f"clip at {moment}: flash {f}, beep {b}")
    row = one("clip", video, "", 2500, 20000)
    check(row and [s[0] for s in film("silent clip", row)] == ["video"], "a clip without sound")


def storyboards(video, cpu_of_ladder):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    code, rows, said = still("storyboard", video)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = dict(re.findall(r"(\w+)=(\S+)", said.splitlines()[0]))
    check(code == 0 and told == {"interval": "2002", "tile": "160x90", "grid": "10x2", "tiles": "11", "sheets": "1"}, f"storyboard: {said[:200]}")
    clean_picture("storyboard", rows[0] if rows else None, "1600x180")
    cues = re.findall(r"(\S+) --> (\S+)\n1\.jpg#xywh=(\d+),(\d+),160,90", said)
    check(len(cues) == 11 and cues[10] == ("00:00:20.020", "00:00:22.022", "0", "90") and cues[9][2:] == ("1440", "0"), f"cues: {cues}")
    used = sum(after[:2]) - sum(before[:2])
    print(f"    storyboard: {used:.2f} CPU s beside {cpu_of_ladder:.1f} of the lowest rung and the sound alone", flush=True)
    tall = make(at("tall.mp4"), "-f", "lavfi", "-i", "testsrc2=s=360x640:r=25:d=5", "-preset", "ultrafast")
    one_rendition(tall)
    code, rows, said = still("storyboard", os.path.join(work, "360p.mp4"))
    check(code == 0 and "tile=90x160 grid=3x1 tiles=3" in said, f"a portrait's: {said[:200]}")


def long_storyboard():
    """Two hours in key frames alone would take long to make; twelve minutes show the sheets and the intervals."""
    path = make(at("long.mp4"), "-f", "lavfi", "-i", "color=gray:s=128x72:r=25:d=2,drawbox=w=iw/2:h=ih:c=white:t=fill", "-preset", "ultrafast", "-g", "50", "-bf", "0", "-sc_threshold", "0")
    twelve = make(at("twelve.mp4"), "-stream_loop", "359", "-i", path, "-c", "copy", "-f", "mp4", "-movflags", "+frag_keyframe+empty_moov+default_base_moof")
    code, rows, said = still("storyboard", twelve)
    check(code == 0 and "interval=10000 tile=160x90 grid=10x8 tiles=72 sheets=1" in said, f"twelve minutes: {said[:200]}")
    nine = make(at("nine.mp4"), "-i", twelve, "-t", "540", "-c", "copy", "-f", "mp4", "-movflags", "+frag_keyframe+empty_moov+default_base_moof")
    code, rows, said = still("storyboard", nine)
    check(code == 0 and "interval=4000 tile=160x90 grid=10x10 tiles=135 sheets=2" in said and len(rows) == 2, f"nine minutes: {said[:200]}")
    for row in rows:
        clean_picture("one of two sheets", row, "1600x900")
    check(len(rows) == 2 and near(colour(rows[1]["path"], "crop=160:90:0:270,crop=40:40:10:20,scale=1:1"), (255, 255, 255)) and near(colour(rows[1]["path"], "crop=160:90:0:720,scale=1:1"), (0, 0, 0)), "the second sheet's tiles")


def one_rendition(source):
    for name in ("360p.mp4", "audio.mp4"):
        with contextlib.suppress(FileNotFoundError):
            os.remove(os.path.join(work, name))
    code, _, said = still("rendition", source)
    check(code == 0, f"rendition: {said}")


def renditions():
    flash_clip(at("flash.mp4"), "30000/1001")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    one_rendition(at("flash.mp4"))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    video, sound = (shutil.copy(os.path.join(work, name), at("made-" + name)) for name in ("360p.mp4", "audio.mp4"))
    clips(video, sound)
    for moment in (0, 9000, 20900):
        row = one("preview", video, moment)
        streams = film("preview", row) if row else []
        check(len(streams) == 1 and streams[0][:3] == ["video", "320", "180"] and 2.9 <= float(streams[0][4]) <= 3.05 and int(row["bytes"]) < 100_000, f"preview at {moment}: {streams} {row}")
        check(row and float(streams[0][3]) == 0, "a preview does not begin at 0")
    row = one("waveform", sound)
    clean_picture("waveform", row, "1200x240")
    check(row and row["type"] == "image/png" and "rgba" in run("ffprobe", "-v", "error", "-show_entries", "stream=pix_fmt", "-of", "csv", row["path"])[1], "the waveform is not transparent")
    storyboards(video, sum(after[:2]) - sum(before[:2]))
    long_storyboard()
    one_rendition(os.path.join(FOOTAGE, "bigbuckbunny.mp4"))
    row = one("preview", os.path.join(work, "360p.mp4"), 1000)
    check(row and int(row["bytes"]) < 80_000, f"a real preview: {row}")


# ---- documents

def pdf(page=b"", catalog=b"", box=b"0 0 595 842", more=(), trailer=b"", resources=b"/Font << /F1 5 0 R >>"):
    text = page or b"BT /F1 48 Tf 72 700 Td (Halo dunia) Tj ET 1 0 0 rg 0 0 595 421 re f"
    objects = [b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [" + box + b"] /Contents 4 0 R /Resources << " + resources + b" >> >>",
               b"<< /Length %d >>\nstream\n" % len(text) + text + b"\nendstream", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", *more]
    out, places = b"%PDF-1.4\n", []
    for i, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % i + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, len(out))


def rc4(key, data):
    s, j, out = list(range(256)), 0, bytearray()
    for i in range(256):
        j = (j + s[i] + key[i % len(key)]) & 255
        s[i], s[j] = s[j], s[i]
    i = j = 0
    for c in data:
        i = (i + 1) & 255
        j = (j + s[i]) & 255
        s[i], s[j] = s[j], s[i]
        out.append(c ^ s[(s[i] + s[j]) & 255])
    return bytes(out)


def locked_pdf():
    """The standard handler's first revision (ISO 32000-1, 7.6.3): 40 bits, and a password to open."""
    pad = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    owner = rc4(hashlib.md5((b"owner" + pad)[:32]).digest()[:5], (b"user" + pad)[:32])
    ident = b"0123456789abcdef"
    key = hashlib.md5((b"user" + pad)[:32] + owner + b"\xfc\xff\xff\xff" + ident).digest()[:5]
    def text(b):
        return b"<" + b.hex().encode() + b">"
    lock = b"<< /Filter /Standard /V 1 /R 2 /O " + text(owner) + b" /U " + text(rc4(key, pad)) + b" /P -4 >>"
    return pdf(more=(lock,), trailer=b"/Encrypt 6 0 R /ID [" + text(ident) * 2 + b"]")


def documents():
    row = one("pdf", put("plain.pdf", pdf()))
    clean_picture("a PDF", row, "904x1280")
    check(row and near(colour(row["path"], "crop=iw:ih/4:0:ih*3/4,scale=1:1"), (255, 0, 0)) and near(colour(row["path"], "crop=iw:60:0:500,scale=1:1"), (255, 255, 255)), "a PDF's page: other colours")
    check(row and not near(colour(row["path"], "crop=200:60:120:180,scale=1:1"), (255, 255, 255)), "a PDF without fonts of its own: no text")
    touched = at("touched")
    launch = b"/OpenAction << /S /Launch /F (" + touched.encode() + b") /Unix << /F (/usr/bin/touch " + touched.encode() + b") >> >> /AA << /WC << /S /JavaScript /JS (app.launchURL('http://127.0.0.1/')) >> >>"
    clean_picture("a PDF that would start something", one("pdf", put("launch.pdf", pdf(catalog=launch))), "904x1280")
    check(not os.path.exists(touched), "a PDF started something")
    clean_picture("a page of 700 m", one("pdf", put("huge.pdf", pdf(box=b"0 0 2000000 2000000"))), "1280x1280")
    flood = zlib.compress(b"\0" * (30000 * 3) * 300, 9)
    image = b"<< /Type /XObject /Subtype /Image /Width 30000 /Height 30000 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode /Length %d >>\nstream\n" % len(flood) + flood + b"\nendstream"
    code, _, said = still("pdf", put("image.pdf", pdf(b"q 500 0 0 500 0 0 cm /I Do Q", more=(image,), resources=b"/XObject << /I 6 0 R >>")))
    check(code in (0, 3), f"a PDF with 900 megapixels: exit {code}: {said}")
    for name, content, says in (("locked", locked_pdf(), "locked by a password"), ("broken", b"%PDF-1.4\nnothing\n", "cannot be read as a PDF|no page"), ("thin", pdf(box=b"0 0 1 20000"), "each side"),
                                ("half", pdf()[:300], "cannot be read as a PDF|no page"), ("empty", b"", "not a PDF"), ("PostScript", b"%!PS-Adobe\n(x) run\n", "not a PDF")):
        refused(name, says, "pdf", put("hostile.pdf", content))
    code, _, said = still("pdf", at("plain.pdf"), "/nonexistent/pdftoppm")
    check(code == 1 and "/nonexistent/pdftoppm" in said, f"no pdftoppm: {said}")


# ---- music

def mangled(path, name):
    blob, chance = bytearray(open(path, "rb").read()), random.Random(1)
    for i in range(len(blob) // 3, len(blob) // 3 + len(blob) // 10):
        blob[i] = chance.randrange(256)
    return put(name, bytes(blob))


def music(jpeg):
    noise = ("-f", "lavfi", "-i", "anoisesrc=d=6:a=0.3:seed=1")
    tags = ("-metadata", "title= Kelinci\n" + "é" * 150, "-metadata", "artist=Tante", "-metadata", "album=Hutan", "-metadata", "comment=" + SECRET.decode())
    cover = ("-i", make(at("cover.jpg"), "-i", jpeg, "-vf", "scale=600:600"), "-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic")
    for name, codec, more in (("a.mp3", "mp3", cover), ("a.flac", "flac", cover), ("a.m4a", "aac", cover), ("a.aac", "aac", ()), ("a.wav", "pcm_s16le", ()), ("a.ogg", "vorbis", ()), ("a.opus", "opus", ("-c:a", "libopus"))):
        path = make(at(name), *noise, *more, *tags, "-ac", "2")
        code, _, said = still("sound", path)
        told = dict(re.findall(r"(\w+)=(\S+)", said))
        check(code == 0 and told.get("codec") == codec and abs(int(told["ms"]) - 6000) < 50 and told["channels"] == "2" and told["rate"] == "48000", f"{name}: {said}")
        check(name == "a.aac" or ("artist='Tante' album='Hutan'" in said and re.search(r"title='Kelinci?é+'", said)), f"{name}: tags: {said}")
        title = re.search(r"title='(.*?)'", said)[1] if "title=" in said else ""
        check(len(title.encode()) <= 200 and title.isprintable(), f"{name}: {title!r}")
        check(told.get("cover") == ("1" if more == cover else "0"), f"{name}: cover: {said}")
        if more == cover:
            clean_picture(f"cover of {name}", one("cover", path), "600x600")
        else:
            refused(f"cover of {name}", "no cover picture", "cover", path)
    clean_picture("waveform of music", one("waveform", at("a.mp3")), "1200x240")
    for name in ("a.mp3", "a.flac", "a.m4a", "a.aac", "a.ogg", "a.opus"):
        refused(f"mangled {name}", "damaged", "sound", mangled(at(name), "mangled-" + name))
    for name in ("a.mp3", "a.flac", "a.wav"):
        blob = open(at(name), "rb").read()
        refused(f"half of {name}", "cut off|damaged", "sound", put("half-" + name, blob[:len(blob) // 2]))
    check(still("sound", at("half-a.flac"), bugs="noverify")[0] == 0, "half a FLAC is refused without its guard, too")
    refused("a film", "moving picture", "sound", os.path.join(FOOTAGE, "bigbuckbunny.mp4"))
    refused("a picture", "not music", "sound", jpeg)
    refused("Matroska", "not music", "sound", make(at("a.mka"), *noise))
    refused("a list", "cannot be read as music|not music", "sound", put("list.mp3", b"ffconcat version 1.0\nfile 'a.mp3'\n"))
    refused("nothing", "cannot be read as music", "sound", put("none.mp3", b""))


def main():
    global folder, work
    folder = tempfile.mkdtemp(prefix="hub-stills-")
    work = os.path.join(folder, "work")
    os.mkdir(work)
    try:
        jpeg = pictures()
        for part, args in ((cards, (jpeg,)), (posters, ()), (odd_sources, ()), (black, ()), (renditions, ()), (documents, ()), (music, (jpeg,))):
            began, before = time.monotonic(), len(failures)
            if sys.argv[3:] and part.__name__ not in sys.argv[3:]:
                continue
            part(*args)
            print(f"{'ok ' if len(failures) == before else '-- '} {part.__name__.replace('_', ' ')} ({time.monotonic() - began:.1f} s)", flush=True)
    finally:
        shutil.rmtree(folder)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    check(largest < 4096, f"a process took {largest} MB")
    print(f"{passed} passed, {len(failures)} failed")
    sys.exit(1 if failures else 0)


main()
