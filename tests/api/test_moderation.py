"""What waits for a moderator, what moderators decide, and what people report."""
from case import check, equal, need, run, test
from hub import Hub


def start():
    hub = Hub("--max-held=3", "--report-threshold=3")
    hub.editor, hub.moderator, hub.admin, hub.anyone = hub.signed_in("editor", "ed"), hub.signed_in("moderator", "mo"), hub.signed_in("admin", "ad"), hub.client()
    hub.video = bare(hub, "Dijaga")
    return hub


def bare(hub, title):
    video = hub.editor.post("/v1/videos", title=title).json["id"]
    hub.sql("UPDATE video SET state = 'published', published_at = created_at, duration_ms = 90000 WHERE id = ?", video)
    return video


def say(client, video, text, **members):
    return client.post(f"/v1/videos/{video}/comments", json={"text": text, **members})


def read(client, video, query=""):
    return client.get(f"/v1/videos/{video}/comments{query}").json


def texts(page):
    return [c["text"] for c in page["items"]]


def decide(client, comment, what):
    return client.post(f"/v1/moderation/comments/{comment}/{what}")


def trusted(hub, video):
    """A fan whose first comment was approved."""
    fan = hub.signed_in("fan")
    first = say(fan, video, "Pertama kali").json["id"]
    need(decide(hub.moderator, first, "approve").status == 200, "approved")
    return fan


def queue(client):
    return client.get("/v1/moderation/comments?limit=100").json["items"]


def audited(hub, target):
    return hub.sql("SELECT action, was, became FROM audit WHERE target = ? ORDER BY n", target)


@test
def a_first_comment_is_held_until_a_moderator_approves_it(hub):
    video, fan, other = bare(hub, "Antre"), hub.signed_in("fan", "baru"), hub.signed_in("fan")
    made = say(fan, video, "Halo semua")
    equal((made.status, made.json["state"]), (201, "held"), "held")
    equal((texts(read(hub.anyone, video)), texts(read(other, video)), read(hub.anyone, video)["total"]), ([], [], 0), "others see nothing")
    equal([(c["text"], c["state"]) for c in read(fan, video)["items"]], [("Halo semua", "held")], "its author sees that it waits")
    waiting = next(c for c in queue(hub.moderator) if c["id"] == made.json["id"])
    equal((waiting["heldFor"], waiting["author"], waiting["videoId"], waiting["text"]), ("first", "baru", video, "Halo semua"), "in the queue")
    for client in (other, hub.anyone):
        equal(client.patch(f"/v1/comments/{made.json['id']}", text="x").status, 401 if client is hub.anyone else 404, "not there for others")
    equal(other.post("/v1/reports", commentId=made.json["id"], reason="spam").status, 404, "nor to be reported")
    equal(decide(hub.moderator, made.json["id"], "approve").json["state"], "shown", "approved")
    equal((texts(read(hub.anyone, video)), read(hub.anyone, video)["total"]), (["Halo semua"], 1), "there for all")
    equal(say(fan, video, "Yang kedua").json["state"], "shown", "its author is trusted now")
    equal(audited(hub, made.json["id"]), [("comment.approve", "held", "shown")], "audit")
    equal(decide(hub.moderator, made.json["id"], "approve").status, 409, "once more")


@test
def a_link_is_held_however_trusted_its_author_is(hub):
    video = bare(hub, "Tautan")
    fan = trusted(hub, video)
    for n, text in enumerate(("lihat https://jahat.example/x", "WWW.jahat.example", "klik bit.ly/abc", "promo-murah.Shop sekarang")):
        made = say(fan, video, text).json
        equal(made["state"], "held", text)
        need(decide(hub.moderator, made["id"], "reject").status == 200, "rejected")
    for text in ("Bagus.Sekali", "3.14 dan v1.2", "dll...com"):
        equal(say(fan, video, text).json["state"], "shown", text)
    mine = say(fan, video, "Tanpa tautan").json
    done = fan.patch(f"/v1/comments/{mine['id']}", text="Kini di t.me/jahat").json
    equal(done["state"], "held", "a link that comes later")
    check(not any("jahat" in text for text in texts(read(hub.anyone, video))), "nobody sees any")
    equal(read(hub.anyone, video)["total"], 4, "and it is not counted")
    equal(say(hub.editor, video, "Jadwal: https://hub.example").json["state"], "shown", "the hub's own people")


@test
def nobody_fills_the_queue_alone(hub):
    fan = hub.signed_in("fan")
    for n in range(3):
        equal(say(fan, hub.video, f"Nomor {n}").json["state"], "held", "held")
    full = say(fan, hub.video, "Satu lagi")
    check(full.status == 429 and int(full.header("retry-after")) > 0, f"a fourth: {full}")
    mine = read(fan, hub.video)["items"][0]["id"]
    equal(fan.delete(f"/v1/comments/{mine}").status, 204, "one is taken back")
    equal(say(fan, hub.video, "Kini boleh").status, 201, "there is room")


@test
def what_was_rejected_is_gone_for_all(hub):
    video, fan = bare(hub, "Ditolak"), hub.signed_in("fan")
    made = say(fan, video, "Kasar").json["id"]
    equal(decide(hub.admin, made, "reject").json["state"], "rejected", "rejected")
    equal((texts(read(fan, video)), texts(read(hub.anyone, video))), ([], []), "not shown")
    equal(fan.patch(f"/v1/comments/{made}", text="Sopan").status, 409, "nor changed")
    equal(say(fan, video, "Lagi").json["state"], "held", "nor is its author trusted")
    equal(decide(hub.moderator, made, "approve").json["state"], "shown", "a moderator may think again")
    equal(decide(hub.moderator, made, "reject").json["state"], "rejected", "and again")
    equal([row[0] for row in audited(hub, made)], ["comment.reject", "comment.approve", "comment.reject"], "audit")
    equal(read(hub.anyone, video)["total"], 0, "counted right")


@test
def reports_of_enough_accounts_hide_a_comment(hub):
    video = bare(hub, "Dilaporkan")
    fan, readers = trusted(hub, video), [hub.signed_in("fan") for _ in range(3)]
    bad = say(fan, video, "Menyebalkan").json["id"]
    report = {"commentId": bad, "reason": "abuse", "note": "Menghina"}
    equal(fan.post("/v1/reports", json=report).status, 409, "one's own")
    first, second = readers[0].post("/v1/reports", json=report), readers[0].post("/v1/reports", json=report)
    equal((first.status, second.status, second.json), (201, 200, first.json), "once for each account")
    for _ in range(5):
        readers[0].post("/v1/reports", json=report)
    check("Menyebalkan" in texts(read(hub.anyone, video)), "one account hides nothing")
    for reader in readers[1:]:
        equal(reader.post("/v1/reports", json=report).status, 201, "told")
    check("Menyebalkan" not in texts(read(hub.anyone, video)), "hidden by three")
    equal([c["state"] for c in read(fan, video)["items"] if c["text"] == "Menyebalkan"], ["hidden"], "its author is told")
    waiting = next(c for c in queue(hub.moderator) if c["id"] == bad)
    equal((waiting["heldFor"], waiting["reports"], waiting["state"]), ("reports", 3, "hidden"), "in the queue")
    equal(len([r for r in hub.moderator.get("/v1/moderation/reports?limit=100").json["items"] if r.get("commentId") == bad]), 3, "with its reports")
    equal(decide(hub.moderator, bad, "approve").json["reports"], 0, "approved")
    check("Menyebalkan" in texts(read(hub.anyone, video)), "shown again")
    equal([r for r in hub.moderator.get("/v1/moderation/reports?limit=100").json["items"] if r.get("commentId") == bad], [], "the reports are done with")


@test
def a_video_is_reported_too_and_a_moderator_closes_it(hub):
    fan, video = hub.signed_in("fan"), bare(hub, "Dipertanyakan")
    key = {"Idempotency-Key": "r1"}
    made = fan.post("/v1/reports", headers=key, json={"videoId": video, "reason": "copyright"})
    equal((made.status, fan.post("/v1/reports", headers=key, json={"videoId": video, "reason": "copyright"}).status), (201, 201), "told, and repeated")
    for wrong in ({"reason": "spam"}, {"videoId": video, "commentId": video, "reason": "spam"}, {"videoId": video, "reason": "bosan"}):
        equal(fan.post("/v1/reports", json=wrong).status, 422, f"{wrong}")
    equal(fan.post("/v1/reports", videoId="0" * 26, reason="spam").status, 404, "no such video")
    path = f"/v1/moderation/reports/{made.json['id']}/close"
    equal((fan.post(path).status, hub.moderator.post(path).status, hub.moderator.post(path).status), (403, 204, 404), "closed once, by a moderator")
    equal(audited(hub, made.json["id"]), [("report.close", None, None)], "audit")


@test
def a_moderator_deletes_and_the_audit_log_says_so(hub):
    video = bare(hub, "Dihapus")
    fan = trusted(hub, video)
    made = say(fan, video, "Rahasia orang").json["id"]
    equal(hub.moderator.delete(f"/v1/comments/{made}").status, 204, "deleted")
    equal(audited(hub, made), [("comment.delete", "shown", "deleted")], "audit")
    own = say(fan, video, "Milik sendiri").json["id"]
    fan.delete(f"/v1/comments/{own}")
    equal(audited(hub, own), [], "one's own is nobody's business")


@test
def the_queue_and_the_reports_go_on_by_cursor(hub):
    for n in range(5):
        fan = hub.signed_in("fan")
        need(say(fan, hub.video, f"Antrean {n}").status == 201 and fan.post("/v1/reports", videoId=hub.video, reason="other").status == 201, "waiting")
    for path in ("/v1/moderation/comments", "/v1/moderation/reports"):
        seen, cursor = [], ""
        while cursor is not None:
            part = hub.moderator.get(f"{path}?limit=2{cursor}").json
            seen += [one["id"] for one in part["items"]]
            cursor = f"&cursor={part['nextCursor']}" if "nextCursor" in part else None
        equal(seen, [one["id"] for one in hub.moderator.get(f"{path}?limit=100").json["items"]], path)
        check(len(seen) >= 5 and seen == sorted(seen), "oldest first, each once")


@test
def only_moderators_moderate(hub):
    fan = hub.signed_in("fan")
    made = say(hub.signed_in("fan"), hub.video, "Menunggu").json["id"]
    for client, status in ((hub.anyone, 401), (fan, 403), (hub.editor, 403)):
        equal((client.get("/v1/moderation/comments").status, client.get("/v1/moderation/reports").status, decide(client, made, "approve").status, decide(client, made, "reject").status),
              (status,) * 4, "not these")
    equal(decide(hub.moderator, "0" * 26, "approve").status, 404, "no such comment")


run(start)
