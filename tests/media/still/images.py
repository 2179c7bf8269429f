"""Pictures from pictures: whole ones, and those that hurt."""
import struct

from checks import check
from files import png
from still import BIG, SECRET, at, clean_picture, colour, make, near, one, put, refused, still


def jpeg_segment(marker, body):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def exif(orientation):
    return jpeg_segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">HHHIHH", 1, 0x112, 3, 1, orientation, 0) + b"\0\0\0\0" + SECRET)


def pictures():
    jpeg = make(at("frame.jpg"), "-ss", "2", "-i", BIG, "-frames:v", "1", "-q:v", "3")
    plain = open(jpeg, "rb").read()
    for name, more in (("frame.png", ()), ("lossy.webp", ("-c:v", "libwebp")), ("lossless.webp", ("-c:v", "libwebp", "-lossless", "1"))):
        path = make(at(name), "-i", jpeg, *more)
        row = one("image", path)
        clean_picture(name, row, "1280x720")
        check(row and near(colour(row["path"]), colour(jpeg)), f"{name}: other colours")
    placed = put("placed.jpg", plain[:2] + exif(6) + jpeg_segment(0xFE, b"<script>secret</script>") + plain[2:] + b"<html><script>secret</script>")
    clean_picture("EXIF with a place, turned, HTML behind", one("image", placed), "720x1280")
    clean_picture("a PNG with a place", one("image", put("text.png", png(400, 300, comment=SECRET))), "400x300")
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
