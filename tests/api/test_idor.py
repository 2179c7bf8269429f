"""What belongs to somebody is theirs: every operation with a path parameter, as its owner, as others of every kind and as nobody.

Each operation of the contract whose path names a thing has a row in MINE, or stands in ANYBODYS with the reason; those that a
fan may not use at all are the staff's, and tests of roles are about them. Strangers ask first, the owner then: what they did
must have changed nothing.
"""
import functools
import urllib.parse

from browser import Browser
from case import check, equal, need, run, test
from contract import contract
from hub import OCTETS, Hub, metadata, small_clip, ungated

FAN = {"me:read", "me:write", "ticket:write", "community:write"}
TUS = {"Tus-Resumable": "1.0.0"}
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
MARK = "rahasia"  # in what only the owner may read
PASSWORD = "kuda laut minum kopi"

# Names what is there for all, or is itself the secret that opens it.
ANYBODYS = {
    "getShow": "shows are public", "listShowAssets": "shows are public", "followShow": "one's own follow of a public show", "unfollowShow": "the same",
    "getPicture": "pictures have names that nobody guesses", "getPageAsset": "a file of the pages", "getDocument": "the contract", "getProblem": "a page about errors",
    "openShare": "a short link is for all", "evaluateFlag": "of oneself alone: test_flags.py", "getDownload": "the ticket is the secret", "getTicket": "the ticket is the secret",
    "ticketPage": "the ticket is the secret", "getSigned": "the token is the secret",
    "forgetMyHistory": "names a video; a test of its own below",
} | {name: "the token is the secret" for name in ("getMaster", "getMediaPlaylist", "getDashManifest", "getStoryboard", "getStoryboardSheet", "getCaptionPlaylist", "getCaption",
                                                  "getRenditionFile", "getInitSegment", "getSegment", "allowStream", "allowSegment")}


def start():
    hub = Hub(env={"HUB_COMMENT_HOLD_FIRST": "off"})
    hub.account("pemilik", "fan", PASSWORD)
    hub.owner, hub.editor = hub.client(hub.token("pemilik")), hub.signed_in("editor")
    hub.others = {"anonymous": hub.client(), "fan": hub.signed_in("fan"), "premium": hub.signed_in("premium"), "sponsor": hub.signed_in("sponsor")}
    hub.staff = {"editor": hub.signed_in("editor"), "admin": hub.signed_in("admin"), **hub.others}
    hub.video = hub.published()
    hub.draft = hub.import_clip(small_clip(), f"Konsep {MARK}", publish=False)
    hub.asset = ungated(hub.editor, hub.video)["id"]
    hub.slug = hub.editor.get(f"/v1/videos/{hub.draft}").json["slug"]
    return hub


# --- things, each made anew: the values of the path

def playlist(hub):
    answer = hub.owner.post("/v1/me/playlists", title=f"Daftar {MARK}")
    need(answer.status == 201, f"a playlist: {answer}")
    path = f"/v1/me/playlists/{answer.json['id']}"
    need(hub.owner.put(f"{path}/videos/{hub.video}").status == 204, "with a video")
    return {"id": answer.json["id"], "videoId": hub.video, "slug": hub.editor.get(f"/v1/videos/{hub.video}").json["slug"]}


def ticket(hub):
    answer = hub.owner.post(f"/v1/assets/{hub.asset}/tickets")
    need(answer.status in (200, 201), f"a ticket: {answer}")
    return {"ticket": answer.json["ticket"]}


def session(hub):
    browser = Browser(hub, agent=f"Peramban {MARK}").sign_in("pemilik", PASSWORD)
    need(browser.name == "pemilik", "signed in")
    return {"id": next(s["id"] for s in hub.owner.get("/v1/me/sessions").json["items"])}


def playback(hub):
    answer = hub.owner.post(f"/v1/videos/{hub.video}/playbacks")
    need(answer.status == 201, f"a playback: {answer}")
    return {"id": answer.json["id"]}


def comment(hub):
    answer = hub.owner.post(f"/v1/videos/{hub.video}/comments", text="Bagus sekali")
    need(answer.status == 201 and answer.json["state"] == "shown", f"a comment: {answer}")
    return {"id": answer.json["id"]}


def held_comment(hub):
    answer = hub.owner.post(f"/v1/videos/{hub.video}/comments", text=f"Lihat https://{MARK}.example/")
    need(answer.status == 201 and answer.json["state"] == "held", f"a held comment: {answer}")
    return {"id": answer.json["id"]}


def push(hub):
    keys = {"p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "auth": "BTBZMqHH6r4Tts7J_aSIgg"}
    answer = hub.owner.post("/v1/me/push-subscriptions", endpoint=f"https://push.example/{MARK}", keys=keys)
    need(answer.status in (200, 201), f"a subscription: {answer}")
    return {"id": answer.json["id"]}


def notification(hub):
    hub.sql("INSERT OR IGNORE INTO notification (account, news, at) SELECT id, ?, 1 FROM account WHERE name = 'pemilik'", hub.video)
    return {"id": hub.video}


def upload(hub):
    answer = hub.editor.post("/v1/uploads", headers={**TUS, "Upload-Length": "5", "Upload-Metadata": metadata(filename=f"{MARK}.mp4", videoId=hub.draft, purpose="original")})
    need(answer.status == 201, f"an upload: {answer}")
    return {"id": answer.header("location").rsplit("/", 1)[1]}


def draft(hub):
    return {"id": hub.draft, "slug": hub.slug}


def draft_asset(hub):
    return {"id": hub.editor.get(f"/v1/videos/{hub.draft}/assets").json["items"][0]["id"]}


class Row:
    """`refused`: what a signed-in stranger is answered; `nobody`: who is not signed in. `staff`: the owner is an editor."""

    def __init__(self, thing, refused=404, nobody=None, staff=(), by="owner", headers=None, body=None, form=None):
        self.thing, self.refused, self.nobody, self.by, self.staff = thing, refused, nobody, by, staff
        self.headers, self.body, self.form = headers or {}, body, form


DRAFT = functools.partial(Row, draft, by="editor", staff=("editor", "admin"))  # whoever sees drafts sees them all
PAGE = functools.partial(Row, playlist, nobody=303, headers=FORM)
UPLOAD = functools.partial(Row, upload, by="editor", nobody=401)  # one editor's is not another's
MINE = {
    "getPlaylist": [Row(playlist)], "updatePlaylist": [Row(playlist, body={"title": "Lain"})], "deletePlaylist": [Row(playlist)], "listPlaylistVideos": [Row(playlist)],
    "addPlaylistVideo": [Row(playlist)], "dropPlaylistVideo": [Row(playlist)],
    "movePlaylistVideo": [Row(playlist, body={})], "playlistPage": [Row(playlist, nobody=303)],
    "changePlaylistPage": [PAGE(form=lambda of: {"do": "rename", "title": "Lain"}), PAGE(form=lambda of: {"do": "take", "video": of["videoId"]}), PAGE(form=lambda of: {"do": "delete"})],
    "saveVideoPage": [PAGE(form=lambda of: {"do": "add", "list": of["id"]})],
    "revokeTicket": [Row(ticket)], "changeTicketPage": [Row(ticket, refused=403, nobody=303, headers=FORM, form={"do": "revoke"})],
    "endMySession": [Row(session)], "deletePushSubscription": [Row(push)], "readMyNotification": [Row(notification)],
    "putProgress": [Row(playback, nobody=404, body={"positionMs": 1000, "playedMs": 1000})], "renewPlayback": [Row(playback, nobody=404)],
    "updateComment": [Row(comment, refused=403, body={"text": "Diubah"}), Row(held_comment, body={"text": "Diubah"})],
    "deleteComment": [Row(comment, refused=403, staff=("admin",)), Row(held_comment, staff=("admin",))],
    "getUpload": [UPLOAD()], "headUpload": [UPLOAD(headers=TUS)], "deleteUpload": [UPLOAD(headers=TUS)],
    "appendUpload": [UPLOAD(headers={**TUS, "Upload-Offset": "0", "Content-Type": OCTETS}, form=b"12")],
    "getVideo": [DRAFT(nobody=404)], "getVideoBySlug": [DRAFT(nobody=404)], "listVideoPictures": [DRAFT(nobody=404)], "listVideoAssets": [DRAFT(nobody=404)], "listCaptions": [DRAFT(nobody=404)],
    "getLikes": [DRAFT(nobody=404)], "likeVideo": [DRAFT()], "unlikeVideo": [DRAFT()], "getCounts": [DRAFT(nobody=404)], "listComments": [DRAFT(nobody=404)],
    "createComment": [DRAFT(body={"text": "Halo"})], "createPlayback": [DRAFT(nobody=404)], "watchPage": [DRAFT(nobody=404)], "embedPage": [DRAFT(nobody=404)],
    "getAsset": [Row(draft_asset, by="editor", staff=("editor", "admin"), nobody=404)], "createTicket": [Row(draft_asset, by="editor", staff=("editor", "admin"))],
}
# Of a draft nobody, not even who sees it, gets these; strangers do not hear that it is there.
UNREADY = {"createShare": {"json": {"channel": "copy"}}, "sharePage": {}, "takeTicketPage": {}, "changeTalkPage": {}}


def ask(client, operation, row, values):
    path = operation.template
    for name, value in values.items():
        path = path.replace("{%s}" % name, value)
    form = row.form(values) if callable(row.form) else row.form
    form = urllib.parse.urlencode(form).encode() if isinstance(form, dict) else form
    sent = {"json": row.body} if row.body is not None else {"body": form} if form is not None else {}
    return client.ask(operation.method, path, headers=row.headers, **sent)


def told(answer):
    return (answer.body + str(answer.headers).encode()).lower()


@test
def every_operation_that_names_a_thing_says_whose_it_is(hub):
    named = {o.id for o in contract().operations if "{" in o.template}
    staff = {o.id for o in contract().operations if o.scopes and not set(o.scopes) <= FAN} - set(MINE)
    known = set(MINE) | set(ANYBODYS) | set(UNREADY)
    equal(sorted(named - known - staff), [], "operations without a row")
    equal(sorted(known - named), [], "rows without an operation")


@test
def only_its_owner_gets_at_a_thing(hub):
    for name, rows in MINE.items():
        operation = contract().of(name)
        for row in rows:
            values = row.thing(hub)
            owner = hub.owner if row.by == "owner" else hub.editor
            strangers = hub.staff if row.by == "editor" or row.staff else hub.others
            for kind, client in strangers.items():
                if kind in row.staff:
                    continue
                answer, wanted = ask(client, operation, row, values), (row.nobody or 401) if kind == "anonymous" else row.refused
                if row.thing is upload and kind not in ("anonymous", "editor", "admin"):
                    wanted = 403
                equal(answer.status, wanted, f"{name} of a {row.thing.__name__} as {kind}")
                check(MARK.encode() not in told(answer), f"{name} of a {row.thing.__name__} tells {kind} what is in it")
            answer = ask(owner, operation, row, values)
            check(200 <= answer.status < 400, f"{name} of a {row.thing.__name__} as its owner, after all: {answer}")


@test
def a_draft_is_not_there_for_who_may_not_see_it(hub):
    for name, sent in UNREADY.items():
        operation = contract().of(name)
        row = Row(draft, body=sent.get("json"), headers={} if sent else FORM, form=None if sent else {"do": "say", "text": "x"})
        for kind, client in hub.others.items():
            answer = ask(client, operation, row, draft(hub))
            check(answer.status in (404, 303, 401), f"{name} as {kind}: {answer.status}")
            check(MARK.encode() not in told(answer).replace(hub.slug.encode(), b""), f"{name} tells {kind} of it")


@test
def what_others_forget_stays_in_ones_own_history(hub):
    one = playback(hub)
    need(hub.owner.put(f"/v1/playbacks/{one['id']}/progress", positionMs=900, playedMs=900).status == 204, "watched")
    need([h["id"] for h in hub.owner.get("/v1/me/history").json["items"]] == [hub.video], "kept")
    for kind, client in hub.others.items():
        equal(client.delete(f"/v1/me/history/{hub.video}").status, 401 if kind == "anonymous" else 204, kind)
        if kind != "anonymous":
            equal(client.get("/v1/me/history").json["items"], [], f"{kind} has none")
    equal([h["id"] for h in hub.owner.get("/v1/me/history").json["items"]], [hub.video], "still there")
    equal((hub.owner.delete(f"/v1/me/history/{hub.video}").status, hub.owner.get("/v1/me/history").json["items"]), (204, []), "until oneself forgets it")


run(start)
