"""Files that are two things at once. What is a page or a script in them sets window.__x, a title, and asks for /canary."""
import io
import struct
import zipfile

from files import image, music, pdf

HTML = b"<!doctype html><html><body><script>window.__x=1;document.title='canary';fetch('/canary')</script></body></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>window.__x=1;fetch("/canary")</script></svg>'
SCRIPT = b'*/=1;window.__x=1;fetch("/canary")//'  # what stands before is a name and the start of a comment
STYLE = b"{}*{background:url(/canary)}"  # what stands before is a rule of no sense
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


def jpeg_script():
    """Its first segment is as long as the start of a comment; in ISO 8859-1 what stands before is a name."""
    whole, length = jpeg_with(0xE0, bytes(0x2F2A - 2)), len(SCRIPT) + 2  # 0x2F2A: "/*"
    return whole[:-2] + b"\xff\xfe" + length.to_bytes(2, "big") + SCRIPT + whole[-2:]


def wav_script():
    """Silence whose length reads "/*" after the name RIFF; a module wants that name declared."""
    script = SCRIPT[:-2] + b";var RIFF//"
    fmt = struct.pack("<HHIIHH", 1, 1, 44100, 88200, 2, 16)
    size = 0x22A2F
    head = b"RIFF" + struct.pack("<I", size) + b"WAVEfmt " + struct.pack("<I", len(fmt)) + fmt
    silence = size + 8 - len(head) - 16 - len(script)
    return head + b"data" + struct.pack("<I", silence) + bytes(silence) + b"junk" + struct.pack("<I", len(script)) + script


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
    yield "a GIF that is a script", "a.js", b"GIF87a=1;__x=1//", REFUSED
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
    yield "text in UTF-7", "a.htm", b"+ADw-script+AD4-__x=1+ADw-/script+AD4-", REFUSED
    yield "a PDF behind a page", "a.pdf", HTML + pdf(), REFUSED
    yield "a PDF with a page in it", "a.html", pdf(tail=b"% " + HTML + b"\n"), TAKEN
    yield "a PDF that is a style", "a.css", pdf(tail=b"% " + STYLE + b"\n"), TAKEN
    yield "a JPEG that is a script", "a.js", jpeg_script(), TAKEN
    yield "a WAV that is a script", "a.js", wav_script(), TAKEN
    yield "a PDF with an archive behind it", "a.pdf", pdf() + zipped(), EITHER
    yield "a PDF with a script that runs on opening", "a.pdf", pdf().replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript /JS (app.__x=1) >>", 1), EITHER
    yield "a JPEG with a page in its comment", "a.html", jpeg_with(0xFE, HTML), TAKEN
    yield "a JPEG with PHP in its EXIF", "a.php", jpeg_with(0xE1, b"Exif\0\0<?php system($_GET[0]); ?>"), EITHER
    yield "a JPEG with an archive behind it", "a.jar", jpg + zipped(), EITHER
    yield "a JPEG with a script behind it", "a.jpg.js", jpg + b"\n*/=__x=1/*", EITHER
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
