"""Comments: who may write, read, change and delete them, and what becomes of their text."""
import time

from case import check, equal, need, run, test
from hub import Hub


def start():
    hub = Hub("--comment-hold-first=off")
    people(hub)
    hub.video = bare(hub, "Dibicarakan")
    return hub


def people(hub):
    hub.editor, hub.fan, hub.other, hub.moderator, hub.anyone = (hub.signed_in("editor", "ed"), hub.signed_in("fan", "fan"), hub.signed_in("fan", "other"),
                                                                  hub.signed_in("moderator", "mo"), hub.client())


def bare(hub, title, **members):
    video = hub.editor.post("/v1/videos", title=title, **members).json["id"]
    hub.sql("UPDATE video SET state = 'published', published_at = created_at, duration_ms = 90000 WHERE id = ?", video)
    return video


def say(client, video, text, **members):
    return client.post(f"/v1/videos/{video}/comments", json={"text": text, **members}) if "headers" not in members else \
        client.post(f"/v1/videos/{video}/comments", headers=members["headers"], json={"text": text})


def said(client, video, **members):
    answer = say(client, video, **members)
    need(answer.status == 201, f"said: {answer}")
    return answer.json


def read(client, video, query=""):
    return client.get(f"/v1/videos/{video}/comments{query}").json


def texts(page):
    return [c["text"] for c in page["items"]]


@test
def a_comment_is_there_for_all(hub):
    video = bare(hub, "Satu")
    made = said(hub.fan, video, text="Bagus sekali!")
    check(made["mine"] and made["state"] == "shown" and made["author"] == "fan" and "editableUntil" in made, f"made: {made}")
    page = read(hub.anyone, video)
    equal((page["policy"], page["total"], texts(page)), ("open", 1, ["Bagus sekali!"]), "read by anybody")
    check(not page["items"][0]["mine"] and "editableUntil" not in page["items"][0], "not one's own")
    equal(say(hub.anyone, video, "Halo").status, 401, "without an account")


@test
def replies_go_one_level_deep(hub):
    video, elsewhere = bare(hub, "Balasan"), bare(hub, "Lain")
    first = said(hub.fan, video, text="Pertama")
    one, two = said(hub.other, video, text="Balas 1", parentId=first["id"]), said(hub.fan, video, text="Balas 2", parentId=first["id"])
    equal((one["parentId"], two["parentId"]), (first["id"], first["id"]), "whose replies")
    equal(say(hub.fan, video, "Balas balasan", parentId=one["id"]).status, 422, "a reply to a reply")
    equal(say(hub.fan, elsewhere, "Di mana?", parentId=first["id"]).status, 422, "a comment on another video")
    equal(say(hub.fan, video, "Siapa?", parentId="0" * 26).status, 422, "no such comment")
    page = read(hub.anyone, video)
    equal((page["total"], texts(page), page["items"][0]["replies"]), (3, ["Pertama"], 2), "the list has what begins a thread")
    equal(texts(read(hub.anyone, video, f"?parent={first['id']}")), ["Balas 1", "Balas 2"], "the thread, in its order")


@test
def pages_follow_each_other_without_a_gap(hub):
    video = bare(hub, "Panjang")
    for n in range(7):
        said(hub.fan, video, text=f"Nomor {n}")
    seen, cursor = [], ""
    while cursor is not None:
        page = read(hub.anyone, video, f"?limit=3{cursor}")
        seen += texts(page)
        cursor = f"&cursor={page['nextCursor']}" if "nextCursor" in page else None
    equal(seen, [f"Nomor {n}" for n in reversed(range(7))], "newest first")
    equal(hub.anyone.get(f"/v1/videos/{video}/comments?cursor=x").status, 422, "no cursor of ours")


@test
def a_deleted_comment_leaves_its_replies(hub):
    video = bare(hub, "Hapus")
    first, alone = said(hub.fan, video, text="Pergi"), said(hub.fan, video, text="Sendiri")
    said(hub.other, video, text="Tinggal", parentId=first["id"])
    for comment in (first, alone):
        equal(hub.fan.delete(f"/v1/comments/{comment['id']}").status, 204, "deleted")
        equal(hub.fan.delete(f"/v1/comments/{comment['id']}").status, 404, "once more")
    page = read(hub.fan, video)
    equal([(c["state"], c["text"], c.get("author"), c["mine"]) for c in page["items"]], [("deleted", "", None, False)], "its place, without a word")
    equal((page["total"], texts(read(hub.anyone, video, f"?parent={first['id']}"))), (1, ["Tinggal"]), "the reply")
    equal(hub.sql("SELECT text, mentions FROM comment WHERE id = ?", first["id"]), [("", "[]")], "nothing is kept")


@test
def a_video_that_is_deleted_takes_along_what_was_said_of_it(hub):
    video = bare(hub, "Seluruhnya")
    first = said(hub.fan, video, text="Satu")
    said(hub.other, video, text="Dua", parentId=first["id"])
    hub.other.post("/v1/reports", commentId=first["id"], reason="other")
    hub.fan.put(f"/v1/videos/{video}/like")
    equal(hub.editor.delete(f"/v1/videos/{video}").status, 204, "deleted")
    for table in ("comment", "liked", "tally", "report"):
        equal(hub.sql(f"SELECT count(*) FROM {table} WHERE video = ?", video), [(0,)], table)


@test
def nobody_changes_or_deletes_somebody_elses(hub):
    mine = said(hub.fan, hub.video, text="Milik saya")
    path = f"/v1/comments/{mine['id']}"
    for client, status in ((hub.other, 403), (hub.editor, 403), (hub.anyone, 401)):
        equal(client.patch(path, text="Bukan").status, status, "changed")
        equal(client.delete(path).status, status, "deleted")
    equal(hub.moderator.patch(path, text="Bukan").status, 403, "a moderator puts words in nobody's mouth")
    check("Milik saya" in texts(read(hub.anyone, hub.video)), "it stands")
    equal(hub.other.patch("/v1/comments/" + "0" * 26, text="x").status, 404, "no such comment")


@test
def a_comment_is_changed_in_time_and_by_its_etag(hub):
    mine = said(hub.fan, hub.video, text="Salah tik")
    path = f"/v1/comments/{mine['id']}"
    done = hub.fan.patch(path, text="Benar @other")
    check(done.status == 200 and done.json["text"] == "Benar @other" and done.json["mentions"] == ["other"] and "editedAt" in done.json, f"changed: {done}")
    equal(hub.fan.patch(path, headers={"If-Match": f'"{mine["version"]}"'}, json={"text": "Basi"}).status, 412, "an older version")
    equal(hub.fan.patch(path, headers={"If-Match": done.header("etag")}, json={"text": "Lagi"}).status, 200, "the present one")
    hub.sql("UPDATE comment SET created_at = created_at - 16 * 60000 WHERE id = ?", mine["id"])
    equal(hub.fan.patch(path, text="Terlambat").status, 409, "when it is too late")
    check("editableUntil" not in next(c for c in read(hub.fan, hub.video)["items"] if c["id"] == mine["id"]), "and it says so")


@test
def mentions_are_accounts_and_times_are_within_the_video(hub):
    made = said(hub.fan, hub.video, text="@Other lihat 0:07 dan 1:29, bukan 1:30 atau 12:61, @nobody, surat@other.example, 0:01:05! @ed.")
    equal(made["mentions"], ["other", "ed"], "mentions")
    equal(made["times"], [{"text": "0:07", "positionMs": 7000}, {"text": "1:29", "positionMs": 89000}, {"text": "0:01:05", "positionMs": 65000}], "times")


@test
def each_video_has_a_policy(hub):
    video = bare(hub, "Aturan")
    said(hub.fan, video, text="Dulu")
    equal(hub.editor.patch(f"/v1/videos/{video}", commentPolicy="members").json["commentPolicy"], "members", "members")
    equal((texts(read(hub.anyone, video)), read(hub.anyone, video)["total"], texts(read(hub.other, video))), ([], 0, ["Dulu"]), "for who is signed in")
    equal(say(hub.fan, video, "Masih").status, 201, "a member speaks")
    hub.editor.patch(f"/v1/videos/{video}", commentPolicy="off")
    equal(say(hub.fan, video, "Diam").status, 403, "off")
    equal((texts(read(hub.fan, video)), read(hub.fan, video)["policy"]), ([], "off"), "and nothing is shown")
    equal([hub.editor.post("/v1/videos", title="Dibuat", commentPolicy=one).json["commentPolicy"] for one in ("open", "members", "off")], ["open", "members", "off"], "when it is made")
    equal(hub.editor.patch(f"/v1/videos/{video}", commentPolicy="semua").status, 422, "no such policy")
    equal(hub.fan.patch(f"/v1/videos/{video}", commentPolicy="open").status, 403, "an editor's to say")


@test
def what_one_may_not_see_one_can_not_comment_on(hub):
    for video in (bare(hub, "Tersembunyi", visibility="private"), hub.editor.post("/v1/videos", title="Draf").json["id"], "0" * 26):
        equal((say(hub.fan, video, "Halo").status, hub.fan.get(f"/v1/videos/{video}/comments").status), (404, 404), "as if it were not there")
    video = bare(hub, "Ditutup")
    mine = said(hub.fan, video, text="Sebelum")
    hub.editor.patch(f"/v1/videos/{video}", visibility="private")
    equal(hub.other.post("/v1/reports", commentId=mine["id"], reason="spam").status, 404, "nor report what is said there")


@test
def text_is_cleaned_or_refused(hub):
    rows = {"a\u202eb\u2066c\u200bd\ufeff": "abcd", " \r\n x \r\n\r\n\r\n\r\ny\tz ": "x\n\ny z", "e" + "\u0301" * 30: "e" + "\u0301" * 4, "👩\u200d👧": "👩\u200d👧"}
    for typed, kept in rows.items():
        equal(said(hub.fan, hub.video, text=typed)["text"], kept, f"{typed!r}")
    for typed in ("a\x07b", "\x7f", "a\u0085b", " ", "\u200b\u202e", "\u2800\u3164", "", "a" * 2001):
        equal(say(hub.fan, hub.video, typed).status, 422, f"{typed[:20]!r}")
    equal(len(said(hub.fan, hub.video, text="é" * 2000)["text"]), 2000, "the longest")


@test
def a_repeated_request_with_the_same_key_is_one_comment(hub):
    video, key = bare(hub, "Kunci"), {"Idempotency-Key": f"k-{time.time()}"}
    first, second = (say(hub.fan, video, "Sekali saja", headers=key) for _ in range(2))
    equal((first.status, second.status, second.json), (201, 201, first.json), "the same answer")
    equal(read(hub.anyone, video)["total"], 1, "one comment")
    equal(say(hub.fan, video, "Lain", headers=key).status, 422, "with another text")


@test
def an_account_speaks_slowly(hub):
    slow = Hub("--comment-hold-first=off", limited=True)
    people(slow)
    video = bare(slow, "Cepat")
    statuses = [say(slow.fan, video, f"{n}").status for n in range(20)]
    check(201 in statuses and 429 in statuses, f"a burst: {statuses}")
    equal(say(slow.other, video, "Saya sendiri").status, 201, "another account")
    equal(slow.stop(), [], "its end")


run(start)
