"""Originals as cameras, telephones and editors leave them, and what must come of each.

A row: name, path, and what is expected: its renditions (size, rate, frames, `off` by so many at most), sounds and their languages; which
`sides` are wished; whether it flashes and beeps (`step`); and a function of (name, folder, what was said) that looks at the rest.
"""
import functools
import os
from fractions import Fraction

from programs import ffmpeg
from original.likeness import loud_as_wished, looks_like, subtitles, upright
from sync import flash_clip

WHOLE = "240,360,480,720,1080,1440,2160"
REAL = {  # by the name of the footage
    "bigbuckbunny.mp4": {"video": {"360p": ("640x360", "25/1", 132), "720p": ("1280x720", "25/1", 132), "480p": ("854x480", "25/1", 132), "240p": ("426x240", "25/1", 132)}, "audio": True, "sides": WHOLE},
    "bikes.mp4": {"video": {"272p": ("640x272", "25/1", 250)}, "audio": False, "sides": WHOLE},
    "carphone_pristine.mp4": {"video": {"144p": ("192x144", "30000/1001", 120)}, "audio": False},
    "quicktime.mp4": {"video": {"190p": ("190x240", "30/1", 149)}, "audio": True, "languages": ["en"]},
    "cityCC0.mpg": {"video": {"360p": ("640x360", "25/1", 190), "240p": ("426x240", "25/1", 190)}, "audio": False, "sides": WHOLE},
    "flashmob.mkv": {"video": {"288p": ("384x288", "25/1", 446), "240p": ("320x240", "25/1", 446)}, "audio": True, "languages": ["fr"], "sides": WHOLE},
}
SUBTITLES = "1\n00:00:00,500 --> 00:00:01,500\nSelamat datang\n"
CHAPTERS = ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=Satu\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=2000\ntitle=Dua\n"
X264 = ("-c:v", "libx264", "-preset", "ultrafast")


def write(path, text):
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def originals(footage, folder):
    p, big = functools.partial(os.path.join, folder), os.path.join(footage, "bigbuckbunny.mp4")
    for name, expect in REAL.items():
        yield name, os.path.join(footage, name), expect
    yield from in_step(p)
    yield from pictures(p, big)
    ffmpeg("-i", os.path.join(footage, "carphone_pristine.mp4"), "-c:v", "libvpx", "-deadline", "realtime", "-b:v", "300k", "-live", "1", "-f", "webm", p("pipe.webm"))
    yield "a browser's recording, without a length", p("pipe.webm"), {"video": {"144p": ("194x144", "30000/1001", 120)}, "audio": False, "off": 3}
    yield from kinds(p, big)


def in_step(p):
    """They flash and beep."""
    one = {"360p": ("640x360", "25/1", 150)}
    for fps in ("25", "30000/1001", "24000/1001", "24", "30", "50", "60000/1001", "60"):
        flash_clip(p("flash.mp4"), fps)
        frames = round(6 * Fraction(fps))
        yield f"flash and beep at {fps}", p("flash.mp4"), {"video": {"360p": ("640x360", fps if "/" in fps else fps + "/1", frames)}, "audio": True, "step": True, "off": 1}
    flash_clip(p("flash.mkv"), "25")
    yield "flash and beep in Matroska", p("flash.mkv"), {"video": one, "audio": True, "step": True, "off": 1}
    flash_clip(p("flash.ts"), "25", "-f", "mpegts")
    yield "flash and beep in a transport stream", p("flash.ts"), {"video": one, "audio": True, "step": True, "off": 2}
    ffmpeg("-i", p("flash.mkv"), "-itsoffset", "0.5", "-i", p("flash.mkv"), "-map", "0:v", "-map", "1:a", "-c", "copy", p("late.mkv"))
    yield "sound half a second late", p("late.mkv"), {"video": one, "audio": True, "step": True, "off": 2}
    ffmpeg("-i", p("flash.mkv"), "-itsoffset", "0.5", "-i", p("flash.mkv"), "-map", "0:v", "-map", "1:a", "-c", "copy", p("late.ts"))
    yield "sound half a second late in a transport stream", p("late.ts"), {"video": one, "audio": True, "step": True, "off": 2}
    ffmpeg("-itsoffset", "0.4", "-i", p("flash.mkv"), "-i", p("flash.mkv"), "-map", "0:v", "-map", "1:a", "-c", "copy", p("first.mkv"))
    yield "picture after the sound", p("first.mkv"), {"video": {"360p": ("640x360", "25/1", 160)}, "audio": True, "step": True, "off": 2}


def pictures(p, big):
    """Pictures that turn, vary, and are of other shapes and colours."""
    ffmpeg("-f", "lavfi", "-i", "color=white:s=480x640:r=25:d=3,drawbox=y=ih/2:h=ih/2:w=iw:color=black:t=fill", "-vf", "transpose=2", *X264, p("a.mp4"))
    ffmpeg("-i", p("a.mp4"), "-c", "copy", "-metadata:s:v:0", "rotate=270", p("turned.mp4"))
    yield "a telephone held upright", p("turned.mp4"), {"video": {"360p": ("360x480", "25/1", 75), "480p": ("480x640", "25/1", 75)}, "audio": False, "sides": "480", "also": upright}
    ffmpeg("-i", big, "-vf", "select='not(between(mod(n,25),5,9))*not(between(n,60,75))'", "-fps_mode", "vfr", "-video_track_timescale", "90000", *X264, "-c:a", "copy", p("vfr.mp4"))
    yield "a varying frame rate", p("vfr.mp4"), {"video": {"360p": ("640x360", "24000/1001", 127), "720p": ("1280x720", "24000/1001", 127)}, "audio": True, "sides": "720", "off": 40}
    ffmpeg("-i", big, "-vf", "scale=853:479,setsar=1,format=yuv444p", *X264, "-t", "2", "-c:a", "flac", p("odd.mkv"))
    yield "odd sides, 4:4:4", p("odd.mkv"), {"video": {"360p": ("642x360", "25/1", 50)}, "audio": True, "off": 1}
    ffmpeg("-i", big, "-vf", "scale=720:576,setsar=16/11,fps=50,tinterlace=mode=interleave_top,fieldorder=tff", "-flags", "+ilme+ildct", *X264, "-x264-params", "tff=1", "-an", "-t", "3", p("inter.mp4"))
    yield "interlaced, oblong pixels", p("inter.mp4"), {"video": {"360p": ("654x360", "25/1", 75), "480p": ("872x480", "25/1", 75), "240p": ("436x240", "25/1", 75)}, "audio": False, "sides": "240,480", "off": 1}
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x180:r=120:d=3", *X264, p("fast.mp4"))
    yield "120 frames a second", p("fast.mp4"), {"video": {"180p": ("320x180", "60/1", 180)}, "audio": False, "off": 1}
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=320x180:r=25:d=3", "-f", "lavfi", "-i", "sine=d=2", "-af", "pan=5.1|FL=c0|FR=c0|FC=c0", *X264, "-c:a", "ac3", p("six.mp4"))
    yield "six channels that end early", p("six.mp4"), {"video": {"180p": ("320x180", "25/1", 75)}, "audio": True}
    for name, transfer in (("HDR10", "smpte2084"), ("HLG", "arib-std-b67")):
        ffmpeg("-i", big, "-vf", f"setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv,zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt2020:t={transfer}:m=bt2020nc:r=tv,format=yuv420p10le,scale=640:360",
               "-t", "1", "-color_primaries", "bt2020", "-color_trc", transfer, "-colorspace", "bt2020nc", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", f"log-level=error:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc", "-tag:v", "hvc1", "-c:a", "aac", p("hdr.mp4"))
        yield name, p("hdr.mp4"), {"video": {"360p": ("640x360", "25/1", 25), "240p": ("426x240", "25/1", 25)}, "audio": True, "sides": "240", "off": 1, "also": looks_like(big)}


def kinds(p, big):
    """Containers, sounds, depths and lengths."""
    small = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=2")
    one = {"180p": ("320x180", "25/1", 50)}
    write(p("s.srt"), SUBTITLES)
    write(p("c.txt"), CHAPTERS)
    tones = [x for f in (440, 660, 880) for x in ("-f", "lavfi", "-i", f"sine=f={f}:d=2")]
    for kind, text in (("mkv", "srt"), ("mkv", "ass"), ("mp4", "mov_text")):
        said = {"srt": "subrip"}.get(text, text)
        ffmpeg(*small, *tones, "-i", p("s.srt"), "-i", p("c.txt"), "-map", "0", "-map", "1", "-map", "2", "-map", "3", "-map", "4", "-map", "4", "-map_metadata", "5", "-map_chapters", "5", *X264, "-c:a", "aac", "-c:s", text,
               *(w for i, code in enumerate(("ind", "eng", "jav")) for w in (f"-metadata:s:a:{i}", f"language={code}")), "-metadata:s:s:0", "language=ind", "-metadata:s:s:1", "language=eng", p("all." + kind))
        yield f"three languages and {text} in {kind}", p("all." + kind), {"video": one, "audio": 3, "off": 1, "languages": ["id", "en", "jv"], "also": subtitles([(said, "ind"), (said, "eng")])}
    ffmpeg(*small, "-f", "lavfi", "-i", "sine=f=997:d=2,volume=-12dB", "-c:v", "mpeg4", "-c:a", "mp3", "-ac", "1", p("old.avi"))
    yield "AVI, quiet and mono", p("old.avi"), {"video": one, "audio": True, "off": 2, "also": loud_as_wished}
    ffmpeg(*small, "-f", "lavfi", "-i", "sine=f=997:d=2,volume=20dB,aformat=channel_layouts=5.1", "-c:v", "prores_ks", "-profile:v", "2", "-c:a", "pcm_s24le", p("pro.mov"))
    yield "ProRes in MOV, 10 bits, six loud channels", p("pro.mov"), {"video": one, "audio": True, "also": loud_as_wished}
    ffmpeg(*small, "-pix_fmt", "yuv420p10le", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", p("ten.mkv"))
    yield "10 bits SDR", p("ten.mkv"), {"video": one, "audio": False, "off": 1}
    ffmpeg("-i", big, "-t", "0.2", *X264, "-c:a", "aac", "-ac", "2", p("blink.mp4"))
    yield "a fifth of a second", p("blink.mp4"), {"video": {"360p": ("640x360", "25/1", 5)}, "audio": True}
    ffmpeg("-i", big, "-t", "1", "-vf", "scale=3840:2160", *X264, "-an", p("uhd.mp4"))
    yield "4K", p("uhd.mp4"), {"video": {f"{h}p": (f"{w}x{h}", "25/1", 25) for h, w in {240: 426, 360: 640, 480: 854, 720: 1280, 1080: 1920, 1440: 2560, 2160: 3840}.items()}, "audio": False, "sides": WHOLE}
