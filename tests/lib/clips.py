"""Clips for the end-to-end tests: real footage made longer or heavier, and flashes that beep."""
import os
import random
import struct
import subprocess
import tempfile

from hub import footage, small_clip

FLASHES = range(1, 8)  # seconds of flash_clip at which a white tenth of a second begins, with a tone of 1 kHz


def made(name, *arguments):
    """The file of that name; ffmpeg makes it once."""
    path = os.path.join(tempfile.gettempdir(), f"hub-e2e-{os.getuid()}-{name}")
    if not os.path.exists(path):
        part = f"{path}.{os.getpid()}{os.path.splitext(name)[1]}"
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *arguments, part], check=True)
        os.replace(part, path)
    return path


def tone_clip(seconds):
    """Footage, over and over, in two rungs of the ladder, with a tone for all of its length."""
    return made(f"tone-{seconds}.mp4", "-stream_loop", "-1", "-i", footage("bigbuckbunny.mp4"), "-f", "lavfi", "-i", "sine=440:sample_rate=48000", "-t", str(seconds),
                "-map", "0:v", "-map", "1:a", "-vf", "scale=848:480", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "26", "-c:a", "aac", "-b:a", "96k")


def flash_clip():
    on = "gte(t,1)*lt(mod(t,1),0.1)"
    return made("flash.mp4", "-f", "lavfi", "-i", f"color=black:size=320x180:rate=25:duration=8,drawbox=color=white:t=fill:enable='{on}'",
                "-f", "lavfi", "-i", f"aevalsrc='{on}*sin(2*PI*1000*t)':sample_rate=48000:duration=8",
                "-c:v", "libx264", "-preset", "medium", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "128k")


def heavy_clip(path, size):
    """Writes a small clip of that many bytes: nearly all of them a `free` box that no player reads, no two parts of it alike."""
    with open(small_clip(), "rb") as f:
        clip = f.read()
    rest = size - len(clip)
    with open(path, "wb") as f:
        f.write(clip + struct.pack(">I4s", rest, b"free") + random.Random(size).randbytes(rest - 8))
    return path
