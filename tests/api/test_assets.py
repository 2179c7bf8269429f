"""Files that are added to a video or a show: what is taken, who sees it, how it is changed and goes."""
import hashlib
import os
import time
import urllib.parse

from case import check, equal, need, run, test
from files import image, music, pdf
from hub import Hub, encoded, send, settled, small_clip, upload

TYPES = {"mp3": "audio/mpeg", "flac": "audio/flac", "m4a": "audio/mp4", "wav": "audio/wav", "ogg": "audio/ogg", "opus": "audio/ogg"}
IMAGES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}


def start():
    hub = Hub("--max-upload", "20MB")
    hub.editor, hub.other, hub.fan, hub.premium, hub.anyone = (hub.signed_in("editor", "ed"), hub.signed_in("editor"), hub.signed_in("fan"), hub.signed_in("premium"), hub.client())
    hub.clip = open(small_clip(), "rb").read()
    hub.show = hub.editor.post("/v1/shows", title="Tante").json["slug"]
    hub.video = video(hub, "With assets")
    return hub


def video(hub, title, publish=True):
    """Published without an encode: what is tested here needs none."""
    made = hub.editor.post("/v1/videos", title=title).json["id"]
    if publish:
        hub.sql("UPDATE video SET state = 'published', published_at = 1 WHERE id = ?", made)
    return made


def add(hub, data, filename="score.pdf", client=None, **where):
    """The asset that the file became."""
    status = settled(hub.editor, send(hub.editor, data, filename=filename, purpose="asset", **(where or {"videoId": hub.video})))
    need(status["state"] == "ready", status)
    return hub.editor.get(f"/v1/assets/{status['assetId']}").json


def blobs(hub):
    root = os.path.join(hub.data, "blobs")
    return {os.path.join(os.path.basename(d), n) for d, _, names in os.walk(root) for n in names}


def queue_ends(hub):
    end = time.monotonic() + 30
    while hub.sql("SELECT count(*) FROM job")[0][0] and time.monotonic() < end:
        time.sleep(0.05)


def bytes_of(hub, asset):
    ticket = hub.fan.post(f"/v1/assets/{asset['id']}/tickets")
    need(ticket.status in (200, 201), ticket)
    return hub.anyone.get(urllib.parse.urlsplit(ticket.json["url"]).path)


def looks(asset, kind, media_type, data):
    equal((asset["kind"], asset["mediaType"], asset["sizeBytes"], asset["sha256"]), (kind, media_type, len(data), hashlib.sha256(data).hexdigest()), "what it is")
    equal((asset["gate"], asset["tier"]), ("none", "free"), "at first")


@test
def a_pdf_becomes_a_document_with_its_first_page(hub):
    data = pdf(3)
    asset = add(hub, data, "Partitur.pdf", videoId=hub.video, title="Lembar musik")
    looks(asset, "document", "application/pdf", data)
    equal((asset["videoId"], asset["filename"], asset["title"]), (hub.video, "Partitur.pdf", "Lembar musik"), "members")
    check(asset["coverUrl"].startswith(hub.base + "/pictures/") and asset["coverUrl"].endswith(".jpg"), asset)
    check("showSlug" not in asset and "durationMs" not in asset and "waveformUrl" not in asset, asset)
    got = bytes_of(hub, asset)
    equal((got.status, got.body, got.header("content-type")), (200, data, "application/pdf"), "download")
    equal(hub.anyone.get(f"/v1/assets/{asset['id']}").json, asset, "for everybody")


@test
def music_of_every_kind_becomes_a_track(hub):
    for kind, media_type in TYPES.items():
        data = music(kind)
        asset = add(hub, data, f"lagu.{kind}")
        looks(asset, "track", media_type, data)
        check(abs(asset.get("durationMs", 0) - 2000) < 150, f"{kind}: {asset}")
        check(asset.get("waveformUrl", "").endswith(".png"), f"{kind}: {asset}")
    equal(add(hub, music("mp3", title="Lagu Tante"), "a.mp3")["title"], "Lagu Tante", "a title from its tags")


@test
def an_image_is_taken_and_gets_a_smaller_one(hub):
    for kind, media_type in IMAGES.items():
        data = image(kind)
        asset = add(hub, data, f"gambar.{kind}")
        looks(asset, "image", media_type, data)
        check(asset.get("coverUrl"), f"{kind}: {asset}")


@test
def what_is_none_of_these_is_refused_with_what_would_be_taken(hub):
    rows = {"a.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.html": b"<!doctype html><p>hello", "a.zip": b"PK\3\4" + b"\0" * 40, "a.exe": b"MZ" + b"\0" * 200,
            "a.txt": b"plain text", "a.gif": b"GIF89a" + b"\0" * 40, "a.pdf": b"not a pdf", "a.mp3": b"\xff\xfb" + b"x" * 200, "one": b"x"}
    before = blobs(hub)
    for name, data in rows.items():
        status = settled(hub.editor, send(hub.editor, data, filename=name, purpose="asset", videoId=hub.video))
        equal(status["state"], "refused", name)
        check("PDF" in status.get("reason", "") and "JPEG" in status["reason"], f"{name}: {status}")
        check("assetId" not in status, status)
    queue_ends(hub)
    equal(blobs(hub) - before, set(), "nothing of them is kept")


@test
def a_damaged_file_is_refused(hub):
    rows = {"a.pdf": pdf()[:60], "a.mp3": music("mp3")[:90] + b"\0" * 3000, "a.jpg": image("jpg")[:300], "a.png": image("png")[:100], "a.flac": b"fLaC" + b"\0" * 500, "a.m4a": music("m4a")[:400]}
    for name, data in rows.items():
        status = settled(hub.editor, send(hub.editor, data, filename=name, purpose="asset", videoId=hub.video))
        equal(status["state"], "refused", name)
        check(status.get("reason"), f"{name}: {status}")


@test
def an_upload_tells_its_owner_how_it_goes(hub):
    data = pdf()
    answer = hub.editor.post("/v1/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": str(len(data)), "Upload-Metadata": "purpose YXNzZXQ=,videoId " + b64(hub.video)})
    path = "/v1/uploads/" + answer.header("location").rsplit("/", 1)[1]
    status = hub.editor.get(path).json
    equal(status, {"id": path.rsplit("/", 1)[1], "purpose": "asset", "filename": "asset", "sizeBytes": len(data), "receivedBytes": 0, "state": "open"}, "begun")
    equal(hub.other.get(path).status, 404, "another editor's")
    equal(hub.editor.head(path, headers={"Tus-Resumable": "1.0.0"}).header("upload-offset"), "0", "HEAD stands beside it")
    equal(hub.editor.get("/v1/uploads/" + "0" * 26).status, 404, "unknown")
    original = upload(hub.editor, hub.video, hub.clip)
    need(encoded(hub.editor, hub.video)["state"] == "ready", "encoded")
    status = hub.editor.get(original).json
    equal((status["purpose"], status["state"]), ("original", "ready"), "an original")
    equal(hub.anyone.get(f"/v1/assets/{status['assetId']}").json["kind"], "original", "became an asset")
    bad = upload(hub.editor, video(hub, "Bad", publish=False), b"no video at all")
    end = time.monotonic() + 30
    while hub.editor.get(bad).json["state"] == "complete" and time.monotonic() < end:
        time.sleep(0.05)
    status = hub.editor.get(bad).json
    check(status["state"] == "refused" and status.get("reason"), status)


def b64(text):
    import base64
    return base64.b64encode(text.encode()).decode()


@test
def metadata_that_no_purpose_has_is_refused(hub):
    where = {"videoId": hub.video}
    rows = [({"purpose": "creative", **where}, 400, "original, asset, caption or poster"), ({"purpose": "", **where}, 400, "original, asset"), ({"purpose": "asset"}, 400, "videoId"),
            ({"purpose": "asset", "showSlug": hub.show, **where}, 400, "either"), ({"purpose": "asset", "showSlug": "none"}, 404, "show"), ({"purpose": "asset", "videoId": "0" * 26}, 404, "video"),
            ({"purpose": "original", "showSlug": hub.show}, 400, "showSlug"), ({"purpose": "poster", "showSlug": hub.show}, 400, "showSlug"), ({"purpose": "caption", **where}, 400, "language"),
            ({"purpose": "asset", "title": "x" * 201, **where}, 400, "title")]
    for values, status, word in rows:
        answer = send(hub.editor, b"x", **values)
        equal(answer.status, status, values)
        check(word in answer.json["detail"], f"{values}: {answer.json}")


@test
def each_purpose_has_its_largest_file(hub):
    for purpose, most in (("asset", 20_000_000), ("original", 20_000_000), ("caption", 4 << 20), ("poster", 20_000_000)):
        for size, status in ((most, 201), (most + 1, 413)):
            answer = hub.editor.post("/v1/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": str(size),
                                                             "Upload-Metadata": f"purpose {b64(purpose)},videoId {b64(hub.video)},language {b64('id')}"})
            equal(answer.status, status, f"{purpose} of {size}")


@test
def assets_of_a_show_are_seen_by_everybody(hub):
    asset = add(hub, pdf(), "poster.pdf", showSlug=hub.show)
    equal((asset["showSlug"], "videoId" in asset), (hub.show, False), "its show")
    equal([a["id"] for a in hub.anyone.get(f"/v1/shows/{hub.show}/assets").json["items"]], [asset["id"]], "listed")
    equal(bytes_of(hub, asset).body, pdf(), "downloaded")
    ticket = hub.fan.post(f"/v1/assets/{asset['id']}/tickets").json
    page = hub.anyone.get(f"/d/{ticket['ticket']}", headers={"Accept": "text/html"})
    check(page.status == 200 and b"Tante" in page.body and b"/watch/" not in page.body, page.body[:2000])
    equal(hub.fan.get("/v1/me/tickets").json["items"][0]["ticket"], ticket["ticket"], "among one's tickets")
    equal(hub.anyone.get("/v1/shows/none/assets").status, 404, "no show")


@test
def assets_of_a_video_are_seen_by_who_sees_the_video(hub):
    hidden = video(hub, "Hidden", publish=False)
    asset = add(hub, pdf(), videoId=hidden)
    listed = lambda client: asset["id"] in [a["id"] for a in client.pages("/v1/assets", 100)]
    for state, visibility, seen, in_list in (("draft", "public", False, False), ("published", "private", False, False), ("published", "unlisted", True, False), ("published", "public", True, True),
                                             ("unpublished", "public", False, False), ("taken-down", "public", False, False)):
        hub.sql("UPDATE video SET state = ?, visibility = ?, version = version + 1 WHERE id = ?", state, visibility, hidden)
        for path in (f"/v1/assets/{asset['id']}", f"/v1/videos/{hidden}/assets"):
            equal(hub.anyone.get(path).status, 200 if seen else 404, f"{state} {visibility} {path}")
        equal(hub.fan.post(f"/v1/assets/{asset['id']}/tickets").status in (200, 201), seen, f"ticket, {state} {visibility}")
        equal((listed(hub.anyone), listed(hub.editor)), (in_list, True), f"listed, {state} {visibility}")


@test
def lists_go_on_where_a_page_ended_and_take_a_kind(hub):
    one = hub.editor.post("/v1/shows", title="Halaman").json["slug"]
    ids = [add(hub, data, showSlug=one)["id"] for data in (pdf(), image("png"), pdf(2), music("wav"))][::-1]
    for limit in (1, 3, 4):
        equal([a["id"] for a in hub.anyone.pages(f"/v1/shows/{one}/assets", limit)], ids, f"by {limit}")
    mine = lambda kind: [a["id"] for a in hub.anyone.pages(f"/v1/assets?kind={kind}", 2) if a["id"] in ids]
    equal((mine("document"), mine("image"), mine("track"), mine("rendition")), ([ids[1], ids[3]], [ids[2]], [ids[0]], []), "of a kind")
    equal(hub.anyone.get("/v1/assets?kind=other").status, 422, "no kind")
    equal(hub.anyone.get("/v1/assets?cursor=x").status, 422, "no cursor")


@test
def an_asset_is_changed_by_editors_who_saw_it(hub):
    asset = add(hub, pdf(), "lama.pdf")
    path = f"/v1/assets/{asset['id']}"
    tag = hub.editor.get(path).etag
    answer = hub.editor.patch(path, title="Baru", filename="baru.pdf", headers={"If-Match": tag})
    equal((answer.status, answer.json["title"], answer.json["filename"], answer.json["version"]), (200, "Baru", "baru.pdf", asset["version"] + 1), "changed")
    equal(hub.editor.patch(path, title="Lagi", headers={"If-Match": tag}).status, 412, "stale")
    equal(hub.editor.patch(path, title="Lagi", headers={"If-Match": "*"}).json["title"], "Lagi", "whatever")
    check("title" not in hub.editor.patch(path, title=None).json, "taken away")
    equal(hub.editor.patch(path, json={}).json["filename"], "baru.pdf", "what is absent stays")
    for wanted, kept in (("x.exe", "x.pdf"), ("../../etc/passwd", "passwd.pdf"), ("a\u202efdp.exe", "afdp.pdf"), ("\u202e", "baru.pdf")):
        equal(hub.editor.patch(path, filename=wanted).json["filename"], kept, repr(wanted))
        hub.editor.patch(path, filename="baru.pdf")
    for bad in ({"gate": "gate"}, {"gate": None}, {"tier": "gold"}, {"title": ""}, {"filename": ""}, {"filename": "x" * 201}, {"kind": "image"}, {"filename": None}):
        equal(hub.editor.patch(path, json=bad).status, 422, bad)
    equal(hub.fan.patch(path, title="x").status, 403, "a fan")
    equal(hub.editor.patch("/v1/assets/" + "0" * 26, title="x").status, 404, "unknown")
    equal(bytes_of(hub, asset).header("content-disposition"), "attachment; filename=\"baru.pdf\"; filename*=UTF-8''baru.pdf", "the name it is saved by")


@test
def a_premium_file_needs_a_premium_member(hub):
    asset = add(hub, pdf(), showSlug=hub.show)
    path = f"/v1/assets/{asset['id']}"
    ticket = hub.fan.post(path + "/tickets").json
    equal(hub.editor.patch(path, tier="premium").json["tier"], "premium", "changed")
    answer = hub.signed_in("fan").post(path + "/tickets")
    equal((answer.status, answer.problem), (403, "premium-required"), "a fan")
    equal(hub.premium.post(path + "/tickets").status, 201, "a premium member")
    equal(hub.editor.post(path + "/tickets").status, 201, "an editor")
    equal(hub.anyone.get(path).json["tier"], "premium", "seen by everybody")
    equal(hub.anyone.get(urllib.parse.urlsplit(ticket["url"]).path).status, 200, "a ticket from before")
    hub.editor.patch(path, tier="free")
    equal(hub.signed_in("fan").post(path + "/tickets").status, 201, "free again")


@test
def a_deleted_asset_is_gone_with_its_files_and_tickets(hub):
    before = blobs(hub)
    asset = add(hub, music("flac"), showSlug=hub.show)
    ticket = hub.fan.post(f"/v1/assets/{asset['id']}/tickets").json
    check(len(blobs(hub) - before) >= 2, "the file and its picture")
    equal(hub.fan.delete(f"/v1/assets/{asset['id']}").status, 403, "a fan")
    equal(hub.editor.delete(f"/v1/assets/{asset['id']}").status, 204, "deleted")
    equal(hub.editor.delete(f"/v1/assets/{asset['id']}").status, 404, "again")
    equal(hub.anyone.get(urllib.parse.urlsplit(ticket["url"]).path).status, 404, "its ticket")
    queue_ends(hub)
    equal(blobs(hub) - before, set(), "its files")


@test
def the_original_goes_with_its_video_alone(hub):
    own = video(hub, "Own")
    upload(hub.editor, own, hub.clip)
    need(encoded(hub.editor, own)["state"] == "ready", "encoded")
    original = [a for a in hub.editor.get(f"/v1/videos/{own}/assets").json["items"] if a["kind"] == "original"][0]
    equal(hub.editor.delete(f"/v1/assets/{original['id']}").status, 409, "refused")
    equal(hub.editor.patch(f"/v1/assets/{original['id']}", filename="nama.exe").json["filename"], "nama.mp4", "renamed, of the same kind")


@test
def with_a_video_or_a_show_go_all_files(hub):
    queue_ends(hub)
    before = blobs(hub)
    own, show = video(hub, "Own"), hub.editor.post("/v1/shows", title="Ends").json["slug"]
    for where in ({"videoId": own}, {"showSlug": show}):
        for data in (pdf(), music("mp3"), image("jpg")):
            add(hub, data, **where)
    equal(settled(hub.editor, send(hub.editor, image("png"), purpose="poster", videoId=own))["state"], "ready", "a poster")
    equal(settled(hub.editor, send(hub.editor, b"WEBVTT\n\n00:01.000 --> 00:02.000\nHalo\n", purpose="caption", videoId=own, language="id"))["state"], "ready", "captions")
    queue_ends(hub)
    check(len(blobs(hub) - before) >= 14, sorted(blobs(hub) - before))
    done = hub.command("doctor")
    equal(done.code, 0, f"the doctor knows them: {done.out}")
    later = hub.command("doctor", "--fix", env={"HUB_NOW": "+7200000"})
    check(later.code == 0 and "0 files" in later.out, f"and takes none for lost: {later.out}")
    equal(hub.editor.delete(f"/v1/videos/{own}").status, 204, "video")
    equal(hub.editor.delete(f"/v1/shows/{show}").status, 204, "show")
    queue_ends(hub)
    equal(blobs(hub) - before, set(), "all are gone")


@test
def a_video_deleted_before_its_upload_was_looked_at_leaves_nothing(hub):
    queue_ends(hub)
    before = blobs(hub)
    busy = [settled for settled in (send(hub.editor, pdf(), purpose="asset", videoId=hub.video) for _ in range(6))]
    own = video(hub, "Short")
    sent = send(hub.editor, music("wav", 20), purpose="asset", videoId=own)
    need(sent.status == 201, sent)
    equal(hub.editor.delete(f"/v1/videos/{own}").status, 204, "deleted")
    queue_ends(hub)
    kept = {settled(hub.editor, b)["assetId"] for b in busy}
    for asset in kept:
        hub.editor.delete(f"/v1/assets/{asset}")
    queue_ends(hub)
    equal(blobs(hub) - before, set(), "nothing")


@test
def a_poster_is_any_image_as_a_jpeg_of_ours(hub):
    for kind in IMAGES:
        status = settled(hub.editor, send(hub.editor, image(kind), filename=f"p.{kind}", purpose="poster", videoId=hub.video))
        equal(status["state"], "ready", kind)
        row = hub.sql("SELECT video, kind, encode, media_type, blob FROM picture WHERE id = ?", status["pictureId"])[0]
        equal(row[:4], (hub.video, "poster", None, "image/jpeg"), kind)
        check(open(os.path.join(hub.data, "blobs", row[4]), "rb").read(3) == b"\xff\xd8\xff", "a JPEG")
    for name, data in (("a.svg", b"<svg/>"), ("a.pdf", pdf()), ("a.jpg", image("jpg")[:200])):
        status = settled(hub.editor, send(hub.editor, data, filename=name, purpose="poster", videoId=hub.video))
        equal((status["state"], bool(status.get("reason"))), ("refused", True), name)
    queue_ends(hub)
    equal([b for b in blobs(hub) if b.startswith("poster/")], [], "what came is not kept")


run(start)
