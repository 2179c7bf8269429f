"""The pages in a real Chromium; the tests themselves are browser/*.mjs, the hub and its content are made here."""
import hashlib
import os

from case import check, need, run, tests
from chromium import Browser, tests_of
from clips import tone_clip
from hub import Hub, encoded, footage, small_clip, ungated, upload

MODULES = ("embed", "gate", "notify", "pages", "strangers", "talk", "tickets", "watch")
SECONDS = 20
PASSWORD = "rahasia sekali 1"
NAME = "Kelinci 🐰 & “kawan”.mp4"
HOSTILE = {
    "title": "</title><script>window.__x=1</script>\"'><img src=x onerror=window.__x=2>",
    "tag": "\"><svg onload=__x=3>",
    "filename": "\"><svg onload=__x=4>&lt;'`${__x=5}.mp4",
}
DESCRIPTION = "Seekor kelinci besar bangun pagi.\n\nLalu keluar dari rumahnya. https://example.org/?a=1&b=2 <b>bukan tebal</b>"


def video(hub, path, filename, **members):
    made = hub.editor.post("/v1/videos", **members)
    need(made.status == 201, f"a video: {made}")
    with open(path, "rb") as f:
        upload(hub.editor, made.json["id"], f.read(), filename)
    return made.json


def publish(hub, one):
    status = encoded(hub.editor, one["id"], 150)
    need(status["state"] == "ready", f"encoded: {status}")
    need(hub.editor.post(f"/v1/videos/{one['id']}/publish").status == 200, "published")
    return sorted((r["name"] for r in status["renditions"] if r["name"] != "audio"), key=lambda name: int(name[:-1]))


def ticket(hub, one):
    asset = hub.editor.get(f"/v1/videos/{one['id']}/assets").json["items"][0]
    return hub.editor.post(f"/v1/assets/{asset['id']}/tickets").json


def content(hub):
    """What the browser is told of the hub."""
    for name, role in (("rina", "editor"), ("sari", "fan"), ("tono", "fan"), ("rudi", "fan"), ("ayu", "fan"), ("budi", "moderator")):
        hub.account(name, role, PASSWORD + "\n")
    hub.editor = hub.client(hub.token("rina"))
    clip = tone_clip(SECONDS)
    chapters = [{"startMs": 0, "title": "Awal"}, {"startMs": 10000, "title": "Tengah </li><script>__x=6</script>"}]
    hostile = video(hub, small_clip(), HOSTILE["filename"], title=HOSTILE["title"], description="<svg/onload=__x=7>\n\n<script>__x=8</script>", tags=[HOSTILE["tag"], "window"])
    gone = video(hub, small_clip(3), "Hilang.mp4", title="Khusus anggota: di balik layar, " + "cerita yang panjang sekali " * 4, access="members", tags=["anggota"])
    main = video(hub, clip, NAME, title="Kelinci Besar", description=DESCRIPTION, tags=["kelinci", "animasi"], chapters=chapters, kind="episode", contentRating="13")
    for one in (hostile, gone):
        publish(hub, one)
    renditions = publish(hub, main)
    ungated(hub.editor, main["id"])
    gated = video(hub, footage("flashmob.mkv"), "kilat.mkv", title="Kilat")
    publish(hub, gated)
    rated = video(hub, small_clip(4), "dewasa.mp4", title="Untuk dewasa", contentRating="17")
    publish(hub, rated)
    revoked = ticket(hub, gone)["ticket"]
    need(hub.editor.delete(f"/v1/tickets/{revoked}").status == 204, "revoked")
    with open(clip, "rb") as f:
        sha256 = hashlib.sha256(f.read()).hexdigest()
    return {"base": hub.base, "password": PASSWORD, "slug": main["slug"], "seconds": SECONDS, "renditions": renditions, "filename": NAME, "sha256": sha256,
            "ticket": ticket(hub, main)["ticket"], "revoked": revoked, "members": gone["slug"], "gated": gated["slug"], "rated": rated["slug"], "pictures": os.environ.get("HUB_E2E_PICTURES"),
            "hostile": {**HOSTILE, "slug": hostile["slug"], "ticket": ticket(hub, hostile)["ticket"]}}


def serve(hub):
    """The hub anew, with other flags or at another time."""
    def restart(wish):
        wish = wish["restart"]
        hub.flags = wish.get("flags", [])
        for fault in hub.restart(env={"HUB_NOW": wish["now"]} if "now" in wish else {}):
            check(False, fault)
        return True

    return restart


def start():
    hub = Hub("--comment-hold-first=off", "--comment-hold-links=off")
    hub.browser = Browser(content(hub), MODULES, serve(hub))
    return hub


for module in MODULES:
    tests += tests_of(module)
run(start)
