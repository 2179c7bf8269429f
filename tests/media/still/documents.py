"""First pages of PDF files: plain, locked, broken, and made to start something."""
import hashlib
import os
import zlib

from checks import check
from files import pdf_of
from still import at, clean_picture, colour, near, one, put, refused, still


def pdf(page=b"", catalog=b"", box=b"0 0 595 842", more=(), trailer=b"", resources=b"/Font << /F1 5 0 R >>"):
    text = page or b"BT /F1 48 Tf 72 700 Td (Halo dunia) Tj ET 1 0 0 rg 0 0 595 421 re f"
    objects = [b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [" + box + b"] /Contents 4 0 R /Resources << " + resources + b" >> >>",
               b"<< /Length %d >>\nstream\n" % len(text) + text + b"\nendstream", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", *more]
    return pdf_of(objects, trailer)


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
