"""Files that are no video, or not all of one, and what the editor is told."""
import functools
import os
import random

from original import X264, write
from programs import ffmpeg


def scramble(path, start, end):
    """Random bytes over a part of it."""
    with open(path, "r+b") as f:
        size = os.path.getsize(path)
        f.seek(int(size * start))
        f.write(random.Random(7).randbytes(int(size * (end - start))))


def refused(folder):
    """(name, path, what is said)"""
    p = functools.partial(os.path.join, folder)
    clip_of = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=5", "-f", "lavfi", "-i", "sine=d=5", *X264)
    ffmpeg("-f", "lavfi", "-i", "sine=d=2", p("song.mp3"))
    yield "music", p("song.mp3"), "no moving picture; upload sound alone as a file of the video"
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=64x64:d=1", "-frames:v", "1", p("cover.png"))
    ffmpeg("-i", p("song.mp3"), "-i", p("cover.png"), "-map", "0", "-map", "1", "-c:a", "aac", "-c:v", "png", "-disposition:v", "attached_pic", p("song.m4a"))
    yield "music with a cover", p("song.m4a"), "no moving picture; upload sound alone as a file of the video"
    yield "a still picture", p("cover.png"), "upload pictures and documents as files of a video"
    ffmpeg("-i", p("cover.png"), p("cover.jpg"))
    os.rename(p("cover.jpg"), p("cover.mp4"))
    yield "a still picture called MP4", p("cover.mp4"), "upload pictures and documents as files of a video"
    write(p("paper.pdf"), "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 144]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
    yield "a PDF", p("paper.pdf"), "upload documents as files of a video"
    for kind, more_of_it in (("mp4", ("-movflags", "+faststart")), ("mkv", ()), ("mov", ("-movflags", "+faststart"))):
        ffmpeg(*clip_of, *more_of_it, p("cut." + kind))
        os.truncate(p("cut." + kind), os.path.getsize(p("cut." + kind)) * 6 // 10)
        yield f"{kind} cut off", p("cut." + kind), "cut off|damaged"
        ffmpeg(*clip_of, *more_of_it, p("bad." + kind))
        scramble(p("bad." + kind), 0.4, 0.7)
        yield f"{kind} with random bytes in it", p("bad." + kind), "cut off|damaged"
