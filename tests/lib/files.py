"""Files of the kinds that assets are, made here: small, whole and ours."""
import functools
import os
import struct
import subprocess
import tempfile
import zlib

SOUND = {"mp3": ["-c:a", "libmp3lame"], "flac": ["-c:a", "flac"], "m4a": ["-c:a", "aac", "-f", "ipod"], "wav": ["-c:a", "pcm_s16le"], "ogg": ["-c:a", "libvorbis"], "opus": ["-c:a", "libopus"]}


def made(extension, *args):
    """The bytes that ffmpeg writes into a file of that extension."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "out." + extension)
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *args, path], check=True)
        with open(path, "rb") as f:
            return f.read()


@functools.lru_cache(maxsize=None)
def music(kind, seconds=2, title=None):
    tags = ["-metadata", f"title={title}"] * bool(title)
    return made(kind, "-f", "lavfi", "-i", f"sine=440:duration={seconds}", *tags, *SOUND[kind])


@functools.lru_cache(maxsize=None)
def image(kind, size="320x240"):
    return made(kind, "-f", "lavfi", "-i", f"testsrc=size={size}", "-frames:v", "1")


def png(width, height, rows=None, comment=b""):
    """Black and white; `rows`: so many lines are there in truth (ISO/IEC 15948)."""
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body) & 0xFFFFFFFF)
    pack, row = zlib.compressobj(9), b"\0" * (1 + (width + 7) // 8)
    body = b"".join(pack.compress(row) for _ in range(rows or height)) + pack.flush()
    text = chunk(b"tEXt", b"Comment\0" + comment) if comment else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)) + text + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def pdf_of(objects, trailer=b"", tail=b""):
    """PDF 1.4 (ISO 32000-1 7.5): objects, of which the first is the catalog, their table, the trailer; `tail` stands before the table."""
    out, places = b"%PDF-1.4\n", []
    for n, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, body)
    out += tail
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % at for at in places)
    return out + b"trailer\n<< /Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)


def pdf(pages=1, tail=b""):
    """So many pages with a word on each."""
    content = b"BT /F 24 Tf 40 700 Td (Partitur) Tj ET"
    kids = " ".join(f"{4 + i} 0 R" for i in range(pages)).encode()
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages), b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    objects += [b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> /Contents %d 0 R >>" % (4 + pages)] * pages
    objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return pdf_of(objects, tail=tail)
