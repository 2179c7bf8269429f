"""Files that are two things at once, and names that lie: refused, or served so that nothing of them runs.

Each row is uploaded as an asset. What is taken is sent with the type of its content, as an attachment,
not to be sniffed, in a sandbox without any source, under a name whose extension is that type's.
"""
import io
import re
import unicodedata
import urllib.parse
import zipfile

from case import check, equal, need, run, test
from files import image, music, pdf
from hub import OCTETS, Hub, send, settled

HTML = b"<!doctype html><html><body><script>alert(document.domain)</script></body></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
EXTENSIONS = {"application/pdf": ("pdf",), "audio/mpeg": ("mp3",), "audio/flac": ("flac",), "audio/wav": ("wav", "wave"), "audio/mp4": ("m4a", "mp4"), "audio/ogg": ("ogg", "oga", "opus"),
              "image/jpeg": ("jpg", "jpeg"), "image/png": ("png",), "image/webp": ("webp",)}
TAKEN, REFUSED, EITHER = "ready", "refused", None


def zipped(name="index.html", data=HTML):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr(name, data)
    return out.getvalue()


def jpeg_with(marker, payload):
    """A JPEG with a segment of its own right after its start."""
    whole = image("jpg")
    return whole[:2] + b"\xff" + bytes([marker]) + (len(payload) + 2).to_bytes(2, "big") + payload + whole[2:]


def png_with(kind, payload):
    import zlib
    whole = image("png")
    chunk = len(payload).to_bytes(4, "big") + kind + payload + zlib.crc32(kind + payload).to_bytes(4, "big")
    return whole[:33] + chunk + whole[33:]  # after IHDR


def box(kind, payload):
    return (len(payload) + 8).to_bytes(4, "big") + kind + payload


def id3_with(payload):
    n = len(payload)
    return b"ID3\4\0\0" + bytes([n >> 21 & 127, n >> 14 & 127, n >> 7 & 127, n & 127]) + payload + music("mp3")


def contents():
    """(what it is, file name, bytes, what may become of it)"""
    mp3, m4a, png, jpg, webp, wav = music("mp3"), music("m4a"), image("png"), image("jpg"), image("webp"), music("wav")
    yield "a page", "a.html", HTML, REFUSED
    yield "a page that says it is a PDF", "a.pdf", HTML, REFUSED
    yield "a page that says it is a picture", "a.png", HTML, REFUSED
    yield "SVG with a script", "a.svg", SVG, REFUSED
    yield "SVG that says it is a PNG", "a.png", SVG, REFUSED
    yield "SVG after blanks and a mark", "a.jpg", b"\xef\xbb\xbf \n\t" + SVG, REFUSED
    yield "XHTML", "a.xhtml", b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', REFUSED
    yield "a GIF that is a page", "a.gif", b"GIF89a/*" + HTML + b"*/=1;", REFUSED
    yield "a GIF that is a script", "a.js", b"GIF87a=1;alert(1)//", REFUSED
    yield "a bitmap that is a page", "a.bmp", b"BM" + HTML, REFUSED
    yield "MHTML", "a.mht", b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n" + HTML, REFUSED
    yield "MHTML named as a PDF", "a.pdf", b"From: <x>\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + HTML, REFUSED
    yield "an archive", "a.zip", zipped(), REFUSED
    yield "an archive named as music", "a.mp3", zipped(), REFUSED
    yield "a Java archive before a picture", "a.jpg", zipped("META-INF/MANIFEST.MF", b"Main-Class: x\n") + jpg, REFUSED
    yield "a program", "a.exe", b"MZ\x90\0" + b"\0" * 500, REFUSED
    yield "a program of Linux", "a", b"\x7fELF" + b"\0" * 500, REFUSED
    yield "a script with a bang", "a.pdf", b"#!/bin/sh\n# %PDF-1.4\n", REFUSED
    yield "Flash", "a.swf", b"CWS\x0a" + b"\0" * 200, REFUSED
    yield "a playlist of the machine's files", "a.mp3", b"ffconcat version 1.0\nfile /etc/passwd\n", REFUSED
    yield "HLS of the machine's files", "a.m4a", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n", REFUSED
    yield "PostScript", "a.pdf", b"%!PS-Adobe-3.0\n(x) run\n", REFUSED
    yield "text in UTF-16, which begins like a frame of MP3", "a.mp3", b"\xff\xfe" + HTML.decode().encode("utf-16-le"), REFUSED
    yield "text in UTF-7", "a.htm", b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-", REFUSED
    yield "a PDF behind a page", "a.pdf", HTML + pdf(), REFUSED
    yield "a PDF with a page in it", "a.html", pdf(tail=b"% " + HTML + b"\n"), TAKEN
    yield "a PDF with an archive behind it", "a.pdf", pdf() + zipped(), EITHER
    yield "a PDF with a script that runs on opening", "a.pdf", pdf().replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert(1)) >>", 1), EITHER
    yield "a JPEG with a page in its comment", "a.html", jpeg_with(0xFE, HTML), TAKEN
    yield "a JPEG with PHP in its EXIF", "a.php", jpeg_with(0xE1, b"Exif\0\0<?php system($_GET[0]); ?>"), EITHER
    yield "a JPEG with an archive behind it", "a.jar", jpg + zipped(), EITHER
    yield "a JPEG with a script behind it", "a.jpg.js", jpg + b"\n*/=alert(1)/*", EITHER
    yield "a PNG with a page in its text", "a.htm", png_with(b"tEXt", b"Comment\0" + HTML), TAKEN
    yield "a PNG with a page behind it", "a.png", png + HTML, EITHER
    yield "a WebP with SVG in its metadata", "a.svg", webp + b"XMP " + len(SVG).to_bytes(4, "little") + SVG + b"\0" * (len(SVG) % 2), EITHER
    yield "an MP3 with a page in its tag", "a.html", id3_with(b"TIT2" + (len(HTML) + 1).to_bytes(4, "big") + b"\0\0\0" + HTML), EITHER
    yield "an MP3 with SVG as its cover", "a.mp3", id3_with(b"APIC" + (len(SVG) + 16).to_bytes(4, "big")[:2] + bytes([(len(SVG) + 16) >> 7 & 127, (len(SVG) + 16) & 127]) + b"\0\0\0image/svg+xml\0\3\0" + SVG), EITHER
    yield "music in MP4 with a page in a free box", "a.html", m4a + box(b"free", HTML), TAKEN
    yield "an MP4 that is a page from its second box on", "a.mp4", box(b"ftyp", b"isom\0\0\0\0isom") + box(b"free", HTML), REFUSED
    yield "an MP4 that asks for a file of the machine", "a.m4a", box(b"ftyp", b"M4A \0\0\0\0") + box(b"moov", box(b"rmra", box(b"rmda", box(b"rdrf", b"\0\0\0\0url \0\0\0\x14file:///etc/passwd\0")))), REFUSED
    yield "a WAV with a page in a chunk", "a.hta", wav + b"LIST" + len(HTML).to_bytes(4, "little") + HTML + b"\0" * (len(HTML) % 2), EITHER
    yield "AVIF, which looks like music in MP4", "a.m4a", box(b"ftyp", b"avif\0\0\0\0avifmif1") + b"\0" * 200, REFUSED
    yield "nothing but zeros", "a.pdf", b"\0" * 4096, REFUSED
    yield "one byte", "a", b"%", REFUSED


NAMES = ["a.html", "a.htm", "a.svg", "a.png.exe", "a.png.html", "a.exe.png", "a.png\u202egnp.exe", "\u202eexe.gnp", "a\u2066b.png", "../../../etc/passwd", "..\\..\\boot.ini", "C:\\a.png", "/", ".", "..",
         "a.png\r\nSet-Cookie: x=1", "a\r\n\r\n<script>.png", "a\n.png", "a\t.png", 'a".png', "a\\\".png", "a;filename=b.exe.png", "a'b%00c.png", "%2e%2e%2fa.png", "é.png", "e\u0301.png", "🐇.png", "مرحبا.png", "a" * 255,
         "a" * 251 + ".png", "ñ" * 127 + ".x", ".htaccess", "desktop.ini", "CON", "nul.png", "a.png.", "a.png ", " .png", "a.png\u200b", "a\ufeff.html", "<img src=x onerror=alert(1)>.png", "a?b#c.png", "*|:.png", "javascript:alert(1)",
         "index.html/", "~", "-rf", "$(id).png", "`id`", "a.PDF", "a.lnk", "a.desktop", "a.scf", "a.url"]


def start():
    hub = Hub()
    hub.editor, hub.fan, hub.anyone = hub.signed_in("editor", "ed"), hub.signed_in("fan"), hub.client()
    hub.show = hub.editor.post("/v1/shows", title="Polyglots").json["slug"]
    return hub


def is_inert(hub, asset, what):
    ticket = hub.fan.post(f"/v1/assets/{asset['id']}/tickets").json
    path = urllib.parse.urlsplit(ticket["url"]).path
    for headers in ({}, {"Range": "bytes=0-99"}, {"Accept": "text/html"}):
        answer = hub.anyone.get(path, headers=headers)
        kind = answer.header("content-type")
        check(answer.status in (200, 206) and kind in EXTENSIONS and kind == asset["mediaType"], f"{what}: {answer.status} {kind}")
        told = answer.header("content-disposition") or ""
        check(told.startswith('attachment; filename="') and told.isascii() and told.isprintable() and told.count('"') == 2, f"{what}: {told!r}")
        equal(answer.header("x-content-type-options"), "nosniff", what)
        policy = answer.header("content-security-policy") or ""
        check("sandbox" in policy and "default-src 'none'" in policy and "allow-" not in policy, f"{what}: {policy}")
        check(answer.header("set-cookie") is None, f"{what}: a cookie")
    saved = urllib.parse.unquote(told.split("filename*=UTF-8''", 1)[1])
    equal(saved, asset["filename"], f"{what}: the name")
    return saved


def is_plain(name, media_type, what):
    """A name to save a file of that type by."""
    extension = name.rpartition(".")[2].lower()
    check(extension in EXTENSIONS[media_type], f"{what}: {name!r} is no name of {media_type}")
    check(0 < len(name.encode()) <= 200 and not re.search(r"[/\\\x00-\x1f\x7f]", name), f"{what}: {name!r}")
    check(not any(unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI") or unicodedata.category(c) in ("Cc", "Zl", "Zp") for c in name), f"{what}: {name!r}")
    check(not name.startswith((".", " ")) and not name.endswith((".", " ")), f"{what}: {name!r}")


@test
def a_file_of_two_kinds_is_refused_or_served_inert(hub):
    rows, taken = list(contents()), 0
    need(len(rows) >= 40, len(rows))
    begun = [send(hub.editor, data, filename=name, purpose="asset", showSlug=hub.show) for _, name, data, _ in rows]
    for (what, name, data, wanted), answer in zip(rows, begun):
        status = settled(hub.editor, answer)
        check(status["state"] == wanted if wanted else status["state"] in (TAKEN, REFUSED), f"{what}: {status}")
        if status["state"] == TAKEN:
            asset = hub.editor.get(f"/v1/assets/{status['assetId']}").json
            is_plain(is_inert(hub, asset, what), asset["mediaType"], what)
            taken += 1
        else:
            check(len(status.get("reason", "")) > 10 and "/etc/" not in status["reason"] and hub.data not in status["reason"], f"{what}: {status}")
    check(taken >= 5, f"{taken} were taken: too few to have looked at")


@test
def a_name_that_lies_gets_the_extension_of_its_content(hub):
    rows = [(name, image("png", "32x32"), "image/png") for name in NAMES] + [("a.html", pdf(), "application/pdf"), ("a.exe", image("jpg"), "image/jpeg"), ("photo.jpeg", image("jpg"), "image/jpeg")]
    begun = [send(hub.editor, data, filename=name, purpose="asset", showSlug=hub.show) for name, data, _ in rows]
    for (name, _, kind), answer in zip(rows, begun):
        status = settled(hub.editor, answer)
        need(status["state"] == TAKEN, f"{name!r}: {status}")
        asset = hub.editor.get(f"/v1/assets/{status['assetId']}").json
        equal(asset["mediaType"], kind, repr(name))
        is_plain(is_inert(hub, asset, repr(name)), kind, repr(name))


@test
def pictures_made_of_them_hold_nothing_of_them(hub):
    import os
    data = jpeg_with(0xFE, HTML)
    for purpose, where in (("asset", {"showSlug": hub.show}), ("poster", {"videoId": hub.editor.post("/v1/videos", title="x").json["id"]})):
        status = settled(hub.editor, send(hub.editor, data, filename="a.html", purpose=purpose, **where))
        need(status["state"] == TAKEN, status)
    keys = [row[0] for row in hub.sql("SELECT blob FROM picture")]
    need(len(keys) >= 2, keys)
    for key in keys:
        made = open(os.path.join(hub.data, "blobs", key), "rb").read()
        check(b"<script" not in made and b"<html" not in made and b"Exif" not in made and made[:3] in (b"\xff\xd8\xff", b"\x89PN"), key)


run(start)
