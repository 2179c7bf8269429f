"""Files that are two things at once, and names that lie: refused, or served so that nothing of them runs.

Each row is uploaded as an asset. What is taken is sent with the type of its content, as an attachment,
not to be sniffed, in a sandbox without any source, under a name whose extension is that type's.
"""
import re
import unicodedata
import urllib.parse

from case import check, equal, need, run, test
from files import image, pdf
from hub import Hub, send, settled
from polyglots import EXTENSIONS, HTML, TAKEN, contents, jpeg_with

NAMES = ["a.html", "a.htm", "a.svg", "a.png.exe", "a.png.html", "a.exe.png", "a.png\u202egnp.exe", "\u202eexe.gnp", "a\u2066b.png", "../../../etc/passwd", "..\\..\\boot.ini", "C:\\a.png", "/", ".", "..",
         "a.png\r\nSet-Cookie: x=1", "a\r\n\r\n<script>.png", "a\n.png", "a\t.png", 'a".png', "a\\\".png", "a;filename=b.exe.png", "a'b%00c.png", "%2e%2e%2fa.png", "é.png", "e\u0301.png", "🐇.png", "مرحبا.png", "a" * 255,
         "a" * 251 + ".png", "ñ" * 127 + ".x", ".htaccess", "desktop.ini", "CON", "nul.png", "a.png.", "a.png ", " .png", "a.png\u200b", "a\ufeff.html", "<img src=x onerror=alert(1)>.png", "a?b#c.png", "*|:.png", "javascript:alert(1)",
         "index.html/", "~", "-rf", "$(id).png", "`id`", "a.PDF", "a.lnk", "a.desktop", "a.scf", "a.url"]


def start():
    hub = Hub("--quota-files", "1000")  # more files than a fan takes in a day
    hub.editor, hub.fan, hub.anyone = hub.signed_in("editor", "ed"), hub.signed_in("fan"), hub.client()
    hub.show = hub.editor.post("/v1/shows", title="Polyglots").json["slug"]
    return hub


def is_inert(hub, asset, what):
    if asset["gate"] == "teaser":
        hub.editor.patch(f"/v1/assets/{asset['id']}", gate="none")
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
        check(status["state"] == wanted if wanted else status["state"] in ("ready", "refused"), f"{what}: {status}")
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
