"""Likes, comments and moderation as pages whose forms work without a script."""
import html
import re
import urllib.parse

from case import check, equal, need, run, test
from hub import Hub

PASSWORD = "kata sandi yang panjang"
BROWSER = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
HOSTILE = ["<script>__x=1</script>", "\"><img src=x onerror=__x=2>", "</textarea><svg onload=__x=3>", "@<b>fan</b> 0:0<i>1</i>", "&lt;script&gt;", "javascript:__x=4 0:01\"'"]


def start():
    hub = Hub("--comment-hold-first=off", "--comment-hold-links=off")
    for name, role in (("fan", "fan"), ("lain", "fan"), ("mo", "moderator")):
        hub.account(name, role, PASSWORD)
    hub.account("ed")
    hub.editor = hub.client(hub.token("ed"))
    made = hub.editor.post("/v1/videos", title="Ramai").json
    hub.video, hub.watch = made["id"], "/watch/" + made["slug"]
    hub.sql("UPDATE video SET state = 'published', published_at = created_at, duration_ms = 90000 WHERE id = ?", hub.video)
    hub.fan, hub.other, hub.mo = sign_in(hub, "fan"), sign_in(hub, "lain"), sign_in(hub, "mo")
    return hub


def send(hub, path, cookie=None, headers=None, **fields):
    kept = {"Cookie": cookie} if cookie else {}
    return hub.client().post(path, headers={**BROWSER, "Content-Type": "application/x-www-form-urlencoded", "Origin": hub.base, **kept, **(headers or {})},
                             body=urllib.parse.urlencode(fields).encode())


def sign_in(hub, name):
    answer = send(hub, "/auth/login", name=name, password=PASSWORD)
    need(answer.status == 303, f"signed in: {answer}")
    return answer.header("set-cookie").partition(";")[0]


def page(hub, path, cookie=None):
    answer = hub.client().get(path, headers={**BROWSER, **({"Cookie": cookie} if cookie else {})})
    need(answer.status == 200, f"{path}: {answer}")
    return answer.body.decode()


def press(hub, cookie, status=303, **fields):
    answer = send(hub, hub.watch + "/comments", cookie, **fields)
    equal(answer.status, status, f"{fields}")
    return answer


def the_comment(hub, text):
    return hub.sql("SELECT id FROM comment WHERE text = ?", text)[0][0]


@test
def a_like_is_a_button(hub):
    check(">0</span> suka" in page(hub, hub.watch) and "value=\"like\"" not in page(hub, hub.watch), "a visitor reads the number")
    equal(press(hub, hub.fan, do="like").header("location"), hub.watch + "#comments", "back")
    read = page(hub, hub.watch, hub.fan)
    check(">1</span> suka" in read and "value=\"unlike\"" in read and "aria-pressed=\"true\"" in read, "liked")
    press(hub, hub.fan, do="unlike")
    check(">0</span> suka" in page(hub, hub.watch), "no more")
    check(">0</span> likes" in page(hub, hub.watch + "?lang=en"), "in English")


@test
def a_comment_is_sent_changed_and_deleted_by_forms(hub):
    check("Masuk untuk berkomentar" in page(hub, hub.watch), "a visitor is asked to sign in")
    gone = press(hub, None, do="like")
    check(gone.header("location").startswith("/auth/login?next="), "to the form")
    press(hub, hub.fan, do="say", text="Halo @lain,\r\nlihat 0:42 dan 9:59")
    read = page(hub, hub.watch)
    check("Halo <b>@lain</b>,<br>lihat <a href=\"#player\" data-seek=\"42000\">0:42</a> dan 9:59" in read, "as it was written")
    mine = the_comment(hub, "Halo @lain,\nlihat 0:42 dan 9:59")
    press(hub, hub.other, 403, do="change", id=mine, text="Bukan")
    press(hub, hub.other, 403, do="delete", id=mine)
    equal(press(hub, hub.other, do="say", id=mine, text="Balasan").header("location").partition("#")[0], f"{hub.watch}?thread={mine}", "a reply leads to its thread")
    check("1 balasan" in page(hub, hub.watch) and "Balasan" in page(hub, f"{hub.watch}?thread={mine}"), "the thread")
    press(hub, hub.fan, do="change", id=mine, text="Halo lagi")
    check("Halo lagi" in page(hub, hub.watch) and "diubah" in page(hub, hub.watch), "changed")
    press(hub, hub.fan, do="delete", id=mine)
    check("Halo lagi" not in page(hub, hub.watch) and "tidak ada lagi" in page(hub, hub.watch), "deleted")
    press(hub, hub.fan, 422, do="say", text="")
    press(hub, hub.fan, 422, do="dance")
    press(hub, hub.fan, 404, do="delete", id="x")
    for query in ("?thread=x", "?thread=" + "0" * 26, "?comments=zz", "?thread=%22%3E%3Cscript%3E"):
        page(hub, hub.watch + query)


@test
def what_strangers_write_is_text(hub):
    for text in HOSTILE:
        press(hub, hub.fan, do="say", text=text)
        press(hub, hub.other, do="report", id=the_comment(hub, text), reason="other")
        for read in (page(hub, hub.watch), page(hub, hub.watch, hub.fan), page(hub, "/admin/comments", hub.mo)):
            check(not re.search(r"<(img|svg|i>|b>fan|script>__)", read), f"{text} is no markup")
        check(html.escape(text, quote=False).split()[0].split("&")[0] in page(hub, hub.watch), f"{text} is there")


@test
def forms_of_other_sites_are_refused(hub):
    for headers in ({"Origin": "https://jahat.example"}, {"Origin": "null", "Sec-Fetch-Site": "cross-site"}):
        equal(send(hub, hub.watch + "/comments", hub.fan, headers, do="like").status, 403, f"{headers}")
        equal(send(hub, "/admin/comments", hub.mo, headers, do="approve", id="0" * 26).status, 403, f"{headers}")


def written(answer):
    """What a refusal gives back: the text, and what goes with it."""
    source = answer.body.decode()
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', source))
    texts = re.findall(r"<textarea[^>]*>([^<]*)</textarea>", source)
    return (html.unescape(texts[-1]) if texts else None, fields)


@test
def what_somebody_wrote_is_given_back_when_it_is_refused(hub):
    long, hostile = "panjang " * 300, HOSTILE[2]
    press(hub, hub.fan, do="say", text="Dasar")
    root = the_comment(hub, "Dasar")
    equal(written(press(hub, hub.fan, 422, do="say", text=long)), (long, {"do": "say"}), "too long")
    equal(written(press(hub, hub.fan, 422, do="say", id=root, thread=root, text=long)), (long, {"do": "say", "id": root, "thread": root}), "an answer in its thread")
    hub.editor.patch(f"/v1/videos/{hub.video}", commentPolicy="off")
    answer = press(hub, hub.fan, 403, do="say", text=hostile)
    equal(written(answer), (hostile, {"do": "say"}), "no comments here any more")
    check(f'action="{hub.watch}/comments"' in answer.body.decode() and "<svg" not in answer.body.decode(), "to be sent again, and text")
    hub.editor.patch(f"/v1/videos/{hub.video}", commentPolicy="open")
    answer = press(hub, None, 401, do="say", text="Keburu keluar")
    equal((written(answer), "/auth/login" in answer.body.decode()), (("Keburu keluar", {"do": "say"}), True), "signed out meanwhile")
    equal(send(hub, hub.watch + "/comments", do="like").status, 303, "who wrote nothing is led to the form")
    equal(press(hub, hub.fan, do="say", text=written(answer)[0]).status, 303, "and sent again")


@test
def the_queue_goes_on_beyond_one_page(hub):
    for n in range(53):
        press(hub, hub.fan, do="say", text=f"Antre {n:02}")
        send(hub, hub.watch + "/comments", hub.other, do="report", id=the_comment(hub, f"Antre {n:02}"), reason="spam")
    hub.sql("UPDATE comment SET state = 'held', held_for = 'link' WHERE text LIKE 'Antre %'")
    hub.sql("UPDATE tally SET comments = comments - 53 WHERE video = ?", hub.video)
    first = page(hub, "/admin/comments", hub.mo)
    held, reports = (re.search(rf'href="(/admin/comments\?{kind}=[^"]+)"', first).group(1) for kind in ("held", "reports"))
    check("Antre 00" in first and "Antre 52" not in first, "the oldest")
    later = page(hub, held, hub.mo)
    check("Antre 52" in later and "Antre 00" not in later and 'href="/admin/comments?held=' not in later, "and the rest")
    check(page(hub, reports, hub.mo).count('value="close"') == hub.sql("SELECT count(*) FROM report WHERE closed_at IS NULL")[0][0] - 50, "of the reports too")
    check("Antre 00" in page(hub, "/admin/comments?held=%3Cb%3E&reports=x", hub.mo), "no cursor of ours: from the beginning")
    hub.sql("UPDATE comment SET state = 'rejected', held_for = NULL WHERE text LIKE 'Antre %'")


@test
def moderators_have_a_page(hub):
    equal(hub.client().get("/admin/comments", headers=BROWSER).header("location"), "/auth/login?next=/admin/comments", "a visitor signs in")
    equal(hub.client().get("/admin/comments", headers={**BROWSER, "Cookie": hub.fan}).status, 403, "a fan may not")
    equal(send(hub, "/admin/comments", hub.fan, do="approve", id="0" * 26).status, 403, "nor press a button")
    press(hub, hub.fan, do="say", text="Tunggu sebentar")
    waiting = the_comment(hub, "Tunggu sebentar")
    hub.sql("UPDATE comment SET state = 'held', held_for = 'link' WHERE id = ?", waiting)
    hub.sql("UPDATE tally SET comments = comments - 1 WHERE video = ?", hub.video)
    check("menunggu moderator" in page(hub, hub.watch, hub.fan) and "Tunggu sebentar" not in page(hub, hub.watch, hub.other), "its author alone sees it")
    check("Tunggu sebentar" in page(hub, "/admin/comments", hub.mo) and "memuat tautan" in page(hub, "/admin/comments", hub.mo), "in the queue")
    equal(send(hub, "/admin/comments", hub.mo, do="approve", id=waiting).status, 303, "approved")
    check("Tunggu sebentar" not in page(hub, "/admin/comments", hub.mo) and "Tunggu sebentar" in page(hub, hub.watch), "shown")
    check("/admin/comments" in page(hub, "/", hub.mo) and "/admin/comments" not in page(hub, "/", hub.fan), "a link for who may")


run(start)
