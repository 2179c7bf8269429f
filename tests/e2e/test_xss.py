"""Hostile texts in every text field that somebody can fill, shown in a real Chromium: none becomes anything but text.

The fields come from the contract: a new one without a row here fails. browser/xss.mjs opens the pages, as nobody, as a fan and
as an administrator, and fills in every form it meets.
"""
import re
import urllib.parse

from case import check, equal, need, run, test, tests
from chromium import Browser, tests_of
from contract import contract
from hub import Hub, encoded, send, settled, small_clip, upload

PASSWORD = "rahasia sekali 1"
# Each ends with a word by which it is found again; what is short enough for a tag comes first.
PAYLOADS = [
    "<script>__x=1</script> k1k",
    "\"><svg onload=__x=2> k2k",
    "'><img src=x onerror=__x=3> k3k",
    "javascript:__x=4 k4k",
    "</title><script>__x=5</script> k5k",
    "--></script><script>__x=6</script> k6k",
    "</textarea><script>__x=7</script> k7k",
    "]]></title><script xmlns='http://www.w3.org/1999/xhtml'>__x=8</script> k8k",
    "<!--<script>--><iframe srcdoc='<script>top.__x=9</script>'> k9k",
    "`${__x=10}` {{constructor.constructor('__x=10')()}} \\u003cimg src=x onerror=__x=10\\u003e k10k",
    "&lt;script&gt;__x=11&lt;/script&gt; &#60;img src=x onerror=__x=11&#62; k11k",
    "\u202e<a href=javascript:__x=12>\u2028</a>\u2029\ufeff<base href=//evil.example/> k12k",
    "https://evil.example/\"onmouseover=\"__x=13\" @\"><img/src=x/onerror=__x=13> 1:23<svg/onload=__x=13> k13k",
]
SHORT = [text for text in PAYLOADS if len(text) <= 40]
BRAND = "\"'><img src=x onerror=__x=14></title><script>__x=14</script>"

NEVER_SHOWN, ADDRESS = "is never shown", "is an address that only the hub itself asks"
# Every text field of a body or a query: where it is seen, or why it is nowhere.
ROWS = {
    "createComment.text": "watch", "updateComment.text": "watch", "createReport.note": "/admin/comments", "createPlaylist.title": "/me/playlists",
    "updatePlaylist.title": "/me/playlists/{id}", "createPushSubscription.endpoint": ADDRESS, "deleteMe.password": NEVER_SHOWN, "deleteMe.code": NEVER_SHOWN,
    "listAccounts?name": NEVER_SHOWN, "createShow.title": "watch", "createShow.description": NEVER_SHOWN + " on a page", "updateShow.title": "watch",
    "updateShow.description": NEVER_SHOWN + " on a page", "listVideos?tag": NEVER_SHOWN, "createVideo.title": "home, watch, search, share, embed, feeds", "createVideo.description": "watch",
    "createVideo.tags[]": "watch", "createVideo.chapters[].title": "watch", "updateVideo.title": "home, watch, search, share, embed, feeds", "updateVideo.description": "watch",
    "updateVideo.tags[]": "watch", "updateVideo.chapters[].title": "watch", "updateAsset.title": "watch", "updateAsset.filename": "the ticket's page", "updateCaption.label": "the player",
    "searchVideos?q": "/search",
}


def walk(judge, node, where, out):
    node = judge.resolve(node)
    kind = node.get("type")
    kind = next(k for k in kind if k != "null") if isinstance(kind, list) else kind
    for name, inner in node.get("properties", {}).items() if kind == "object" else ():
        walk(judge, inner, f"{where}.{name}", out)
    if kind == "array":
        walk(judge, node["items"], where + "[]", out)
    if kind == "string" and "enum" not in node and node.get("format") != "date-time":
        out[where] = node.get("pattern")


def fields():
    """Every text that a request may bring: its place, and the pattern that it must have, if any."""
    judge, out = contract(), {}
    for op in judge.operations:
        for content in judge.resolve(op.node.get("requestBody", {})).get("content", {}).values():
            walk(judge, content.get("schema", {}), op.id, out)
        for one in map(judge.resolve, op.node.get("parameters", [])):
            if one["in"] == "query":
                walk(judge, one["schema"], f"{op.id}?{one['name']}", out)
    return out


def made(answer, status=201):
    need(answer.status == status, f"{answer}")
    return answer.json


class Stage:
    """What is on the hub: everything that holds many texts has all payloads at once, what holds one has them in turn."""

    def __init__(self, hub):
        self.hub, self.editor, self.fan = hub, hub.client(hub.token("rina")), hub.client(hub.token("sari"))
        self.show = made(self.editor.post("/v1/shows", title=PAYLOADS[0], description=PAYLOADS[0]))["slug"]
        need(self.fan.put(f"/v1/me/follows/{self.show}").status in (200, 204), "followed")
        self.video = self.publish(title=PAYLOADS[1], description=PAYLOADS[1], tags=SHORT[:10], show=self.show, kind="episode",
                                  chapters=[{"startMs": 100 * i, "title": text} for i, text in enumerate(PAYLOADS)])
        self.slug = self.editor.get(f"/v1/videos/{self.video}").json["slug"]
        self.caption()
        self.document()
        self.talk()
        self.lists = [made(self.fan.post("/v1/me/playlists", title=text))["id"] for text in PAYLOADS]
        self.fan.put(f"/v1/me/playlists/{self.lists[0]}/videos/{self.video}")
        self.ticket = made(self.fan.post(f"/v1/assets/{self.asset}/tickets"))["ticket"]

    def publish(self, **members):
        video = made(self.editor.post("/v1/videos", **members))["id"]
        with open(small_clip(3), "rb") as f:
            upload(self.editor, video, f.read(), f"{PAYLOADS[2]}.mp4".replace("/", "_"))
        need(encoded(self.editor, video, 150)["state"] == "ready", "encoded")
        need(self.editor.post(f"/v1/videos/{video}/publish").status == 200, "published")
        return video

    def caption(self):
        text = b"WEBVTT\n\n00:00.000 --> 00:02.000\n<b>tebal</b> <script>__x=20</script> <img src=x onerror=__x=20>\n"
        self.captions = settled(self.editor, send(self.editor, text, purpose="caption", videoId=self.video, language="id", label=PAYLOADS[1], filename="a.vtt"))["captionId"]

    def document(self):
        pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
        status = settled(self.editor, send(self.editor, pdf, purpose="asset", videoId=self.video, filename=f"{PAYLOADS[1]}.pdf"))
        self.asset = status.get("assetId") or next(a["id"] for a in self.editor.get(f"/v1/videos/{self.video}/assets").json["items"] if a["kind"] == "document")
        need(self.editor.patch(f"/v1/assets/{self.asset}", gate="none").status == 200, "without a teaser")

    def talk(self):
        """Comments of all kinds, one of them changed, one answered by somebody else, one reported."""
        other = self.hub.client(self.hub.token("tono"))
        say = lambda client, text, **more: made(client.post(f"/v1/videos/{self.video}/comments", text=text, **more))["id"]
        ids = [say(self.fan, text) for text in PAYLOADS]
        need(self.fan.patch(f"/v1/comments/{ids[0]}", text="@tono " + PAYLOADS[0]).status == 200, "changed")
        for text in PAYLOADS:
            say(other, text, parentId=ids[1])
        for text, comment in zip(PAYLOADS, ids):
            need(other.post("/v1/reports", commentId=comment, reason="other", note=text).status in (201, 204), "reported")

    def turn(self, n):
        """Everything that holds one text has the n-th now."""
        text = PAYLOADS[n]
        changes = [("shows", self.show, {"title": text, "description": text}), ("videos", self.video, {"title": text, "description": text + "\n\n" + text}),
                   ("assets", self.asset, {"title": text, "filename": f"{text}.pdf".replace("/", "_").replace("\\", "_")}), ("captions", self.captions, {"label": text[:80]})]
        return [f"{kind}: {answer}" for kind, of, change in changes if (answer := self.editor.patch(f"/v1/{kind}/{of}", **change)).status != 200]

    def pages(self):
        # path, who sees it ("anonymous", "fan", "admin"), whether the text of the turn stands there
        everybody, fan, quoted = ["anonymous", "fan", "admin"], ["fan"], urllib.parse.quote
        return [["/", everybody, True], [f"/watch/{self.slug}", everybody, True], [f"/embed/{self.slug}", ["anonymous"], True], ["/videos", ["anonymous"], True], ["/search?q={payload}", everybody, True],
                [f"/search?q={quoted('__x')}", ["anonymous"], False], [f"/d/{self.ticket}", ["anonymous", "fan"], True], ["/me/playlists", fan, False], [f"/me/playlists/{self.lists[0]}", fan, True],
                ["/me/history", fan, False], ["/me/notifications", fan, False], ["/me/security", fan, False], ["/me/tickets", fan, True], ["/me/privacy", fan, False], ["/admin/comments", ["admin"], True],
                ["/feed.xml", ["anonymous"], False], ["/sitemap.xml", ["anonymous"], False], ["/auth/login?next={payload}", ["anonymous"], False], ["/auth/signup?next={payload}", ["anonymous"], False],
                ["/problems/{payload}", ["anonymous"], False], ["/watch/{payload}", ["anonymous"], False], ["/auth/callback?error={payload}&state={payload}", ["anonymous"], False],
                ["/oauth2/authorize?client_id={payload}&redirect_uri={payload}&state={payload}", fan, False]]


@test
def every_text_field_has_a_row(hub):
    found = fields()
    free = {name for name, pattern in found.items() if not pattern}
    equal(sorted(free - set(ROWS)), [], "fields without a row")
    equal(sorted(set(ROWS) - free), [], "rows without a field")
    for name, pattern in found.items():
        for text in PAYLOADS if pattern else ():
            check(not re.search(pattern, text), f"{name} takes {text!r}")


def serve(stage):
    return lambda wish: stage.turn(wish["turn"])


def start():
    hub = Hub("--comment-hold-first=off", "--comment-hold-links=off", "--brand-name", BRAND)
    for name, role in (("rina", "editor"), ("sari", "fan"), ("tono", "fan"), ("budi", "admin")):
        hub.account(name, role, PASSWORD + "\n")
    stage = Stage(hub)
    hub.browser = Browser({"base": hub.base, "password": PASSWORD, "payloads": PAYLOADS, "pages": stage.pages(), "slug": stage.slug, "agent": "\"'><img src=x onerror=__x=15></script><script>__x=15</script>"},
                          ["xss"], serve(stage))
    return hub


tests += tests_of("xss")
run(start)
