"""OpenGraph pictures and share cards, with titles that would be more than text."""
import hashlib
import os

from checks import check
from still import FONT, at, clean_picture, make, one, still, work


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
