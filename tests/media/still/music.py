"""Music: what it says of itself, its cover, and files that are cut off or mangled."""
import random
import re

from checks import check
from still import BIG, SECRET, at, clean_picture, make, one, put, refused, still


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
    refused("a film", "moving picture", "sound", BIG)
    refused("a picture", "not music", "sound", jpeg)
    refused("Matroska", "not music", "sound", make(at("a.mka"), *noise))
    refused("a list", "cannot be read as music|not music", "sound", put("list.mp3", b"ffconcat version 1.0\nfile 'a.mp3'\n"))
    refused("nothing", "cannot be read as music", "sound", put("none.mp3", b""))
