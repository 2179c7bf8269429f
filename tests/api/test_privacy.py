"""What the hub keeps of somebody: told to them whole, agreed to, and gone without a trace when they go."""
import base64
import hashlib
import hmac
import io
import json
import os
import pathlib
import sqlite3
import struct
import time
import urllib.parse
import zipfile

from browser import Browser
from case import check, equal, need, run, test
from hub import Hub, asset, ungated

PASSWORD, CANARY = "kuda laut minum kopi", "kenari-9417"
# Tables that name an account where no person's doing puts a row in this test, and why.
NOT_MADE = {"recovery_code": "made on the page of security", "erasure": "is itself the going", "oauth_code": "lives for a minute", "upload": "an editor's", "video": "an editor's"}


def start():
    hub = Hub("--comment-hold-first=off", "--comment-hold-links=off")
    hub.editor, hub.admin, hub.other, hub.anyone = hub.signed_in("editor"), hub.signed_in("admin"), hub.signed_in("fan", "budi"), hub.client()
    hub.video = hub.published("A video", seconds=3)
    hub.asset = ungated(hub.editor, hub.video)
    return hub


def naming(hub):
    """(table, column) of all that refers to an account, by the schema itself."""
    tables = [t for (t,) in hub.sql("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")]
    found = {(t, row[3]) for t in tables for row in hub.sql(f'PRAGMA foreign_key_list("{t}")') if row[2] == "account"}
    named = ("account", "owner", "actor", "updated_by", "created_by")
    return sorted(found | {(t, c[1]) for t in tables for c in hub.sql(f'PRAGMA table_info("{t}")') if c[1] in named and t != "job"})


def life(hub, name):
    """Somebody who did everything that a fan can do; their id and a client."""
    hub.account(name, "fan", PASSWORD)
    me = hub.client(hub.token(name))
    account, video = me.get("/v1/me").json["id"], hub.video
    Browser(hub).sign_in(name, PASSWORD)
    # No push: what cannot be sent there would end the subscription that is put in below.
    hub.sql("INSERT INTO notification_setting (account, episodes, replies, push_episodes, push_replies) VALUES (?, 1, 1, 0, 0)", account)
    playing = me.post(f"/v1/videos/{video}/playbacks").json["id"]
    me.put(f"/v1/playbacks/{playing}/progress", positionMs=1000, playedMs=1000)
    me.put(f"/v1/videos/{video}/like")
    said = hub.other.post(f"/v1/videos/{video}/comments", text="Bagus").json["id"]
    mine = me.post(f"/v1/videos/{video}/comments", text=f"Kata saya {CANARY} satu").json["id"]
    me.post(f"/v1/videos/{video}/comments", text=f"Balasan {CANARY} dua", parentId=said)
    hub.other.post(f"/v1/videos/{video}/comments", text="Setuju", parentId=mine)
    me.post("/v1/reports", commentId=said, reason="spam", note=f"Catatan {CANARY}")
    hub.other.post("/v1/reports", commentId=mine, reason="spam")
    me.post(f"/v1/videos/{video}/shares", channel="copy")
    lists = me.post("/v1/me/playlists", title=f"Daftar {CANARY}").json["id"]
    need(me.put(f"/v1/me/playlists/{lists}/videos/{video}").status < 300, "in the list")
    me.put("/v1/me/consents", purpose="history", granted=True)
    hub.sql("INSERT INTO account_identity (issuer, subject, account, created_at) VALUES ('https://id.example', ?, ?, 1)", f"{CANARY}-{name}", account)
    ticket = me.post(f"/v1/assets/{hub.asset['id']}/tickets", headers={"Idempotency-Key": CANARY + "-kunci"}).json
    got = me.get(urllib.parse.urlsplit(ticket["url"]).path)
    need(got.status == 200, f"downloaded: {got.status}")
    need(hub.admin.patch(f"/v1/accounts/{account}", role="premium").status == 200, "audited")
    hub.sql("INSERT INTO proof (account, video, until) VALUES (?, ?, ?)", account, video, int(time.time() * 1000) + 9**12)
    hub.sql("INSERT INTO ledger_total SELECT owner, day, 0, 0, 0, 0 FROM quota WHERE owner = ?", account)
    hub.sql("INSERT INTO follow (account, show, followed_at) VALUES (?, 'a-show', 1)", account)
    hub.sql("INSERT INTO notification (account, news, at) VALUES (?, 'some-news', 1)", account)
    hub.sql("INSERT INTO push_subscription (id, account, endpoint, p256dh, auth, language, credential, created_at) VALUES (?, ?, ?, 'k', 's', 'id', ?, 1)",
            account[::-1], account, f"https://push.example/{CANARY}/{account}", hub.sql("SELECT id FROM credential WHERE account = ?", account)[0][0])
    hub.sql("INSERT INTO direct_pause (account, download, bytes, since, until) VALUES (?, 'some-download', 1, 1, 9999999999999)", account)
    hub.sql("INSERT INTO allowance (account, files, changed_at) VALUES (?, 5, 1)", account)
    hub.sql("INSERT INTO turn (owner, n) VALUES (?, 1) ON CONFLICT DO NOTHING", account)
    flag = hub.admin.get("/v1/flags").json["items"][0]["key"]
    put = hub.admin.put(f"/v1/flags/{flag}", enabled=True, rules=[{"account": account, "variant": "on"}])
    need(put.status == 200, f"a flag's rule: {put}")
    return account, me, mine


def gone(hub, account, patience=30.0):
    end = time.monotonic() + patience
    while hub.sql("SELECT count(*) FROM account WHERE id = ?", account) != [(0,)]:
        need(time.monotonic() < end, f"erased: {hub.sql('SELECT * FROM erasure')} {hub.log_end()}")
        time.sleep(0.05)


def search(hub, words):
    """(where, word) of each of the words in any row of any table."""
    found = []
    for (table,) in hub.sql("SELECT name FROM sqlite_master WHERE type = 'table'"):
        for row in hub.sql(f'SELECT * FROM "{table}"'):
            found += [(table, word, row) for word in words if any(word in str(value) for value in row)]
    return found


def files(hub, words):
    """The same in the bytes of every file of the data folder."""
    found = []
    for path in pathlib.Path(hub.data).rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            found += [(path.name, word) for word in words if word.encode() in data]
    return found


def totp(key, at=None):
    """The six digits of RFC 6238 that an app shows."""
    digest = hmac.new(base64.b32decode(key), struct.pack(">Q", int(at or time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 10**6:06d}"


def counts(hub):
    return hub.anyone.get(f"/v1/videos/{hub.video}/counts").json


def totals(hub):
    return (hub.sql("SELECT count(*), sum(charged_files), sum(charged_bytes) FROM download"), hub.sql("SELECT sum(used_files), sum(used_bytes) FROM ledger"),
            hub.sql("SELECT sum(used_files), sum(used_bytes) FROM quota"))


@test
def who_goes_leaves_nothing_in_any_table_or_file(hub):
    before = counts(hub)
    account, me, mine = life(hub, "pergi.jauh")
    empty = [(t, c) for t, c in naming(hub) if t not in NOT_MADE and not hub.sql(f'SELECT 1 FROM "{t}" WHERE {c} = ?', account)]
    empty = [(t, c) for t, c in empty if (t, c) not in (("audit", "actor"), ("encode", "owner"), ("flag", "updated_by"))]
    equal(empty, [], "tables that this test puts nothing into: it proves nothing of them")
    billed, words = totals(hub), (account, "pergi.jauh", CANARY)
    check(files(hub, words), "there before")
    answer = me.delete("/v1/me")
    equal(answer.status, 202, "it goes")
    equal(me.get("/v1/me").status, 401, "its token ended")
    gone(hub, account)
    equal(search(hub, words), [], "in a table")
    equal(totals(hub), billed, "what was billed")
    now = counts(hub)
    equal(now["likes"], before["likes"], "likes")
    said = hub.anyone.get(f"/v1/videos/{hub.video}/comments").json["items"]
    own = [c for c in said if c["id"] == mine]
    equal([(c["state"], c.get("author"), c["text"], c["replies"]) for c in own], [("deleted", None, "", 1)], "its comment is a place with a reply")
    end = time.monotonic() + 30
    while files(hub, words) and time.monotonic() < end:
        time.sleep(0.2)
    equal(files(hub, words), [], "in a file, while it runs")
    equal(hub.stop(), [], "stopped well")
    equal(files(hub, words), [], "in a file")
    found = hub.command("doctor")
    check("audit" not in found.out.lower() or "breaks" not in found.out, f"the chain of the audit holds: {found.out}")
    equal([line for line in found.out.splitlines() if "differ" in line or "breaks" in line], [], "sums and chain")
    hub.start()


@test
def the_audit_tells_that_it_was_redacted_and_of_nothing_else(hub):
    account = hub.account("aud.it", "fan") and hub.client(hub.token("aud.it"))
    account.delete("/v1/me")
    end = time.monotonic() + 20
    while hub.sql("SELECT count(*) FROM account WHERE name = 'aud.it'") != [(0,)] and time.monotonic() < end:
        time.sleep(0.05)
    check("breaks" not in hub.command("doctor").out, "the chain holds")
    rows = hub.sql("SELECT n, target FROM audit WHERE action = 'audit.redact'")
    need(rows, "a row vouches")
    n = rows[-1][1]
    was = hub.sql("SELECT became FROM audit WHERE n = ?", n)[0][0]
    hub.sql("UPDATE audit SET became = 'admin' WHERE n = ?", n)
    check("breaks" in (lambda d: d.out + d.err)(hub.command("doctor")), "what is altered after that is found")
    hub.sql("UPDATE audit SET became = ? WHERE n = ?", was, n)


@test
def a_name_is_not_taken_by_somebody_else_at_once(hub):
    account = hub.client(hub.token(hub.account("nama.lama", "fan")))
    equal(account.delete("/v1/me").status, 202, "it goes")
    end = time.monotonic() + 20
    while hub.sql("SELECT count(*) FROM account WHERE name = 'nama.lama'") != [(0,)] and time.monotonic() < end:
        time.sleep(0.05)
    check(hub.command("account", "add", "nama.lama", "--role", "fan").code != 0, "taken for now")
    check(hub.command("account", "add", "nama.baru", "--role", "fan").code == 0, "another one is free")


@test
def mentions_of_who_went_lead_nowhere(hub):
    account = hub.client(hub.token(hub.account("di.sebut", "fan")))
    made = hub.other.post(f"/v1/videos/{hub.video}/comments", text="@di.sebut dan @budi halo").json
    equal(sorted(made["mentions"]), ["budi", "di.sebut"], "mentioned")
    account.delete("/v1/me")
    end = time.monotonic() + 20
    while hub.sql("SELECT count(*) FROM account WHERE name = 'di.sebut'") != [(0,)] and time.monotonic() < end:
        time.sleep(0.05)
    equal(hub.sql("SELECT mentions FROM comment WHERE id = ?", made["id"]), [('["budi"]',)], "one is left")


@test
def an_editor_goes_and_the_catalog_stays(hub):
    editor = hub.signed_in("editor", "penyunting")
    account = editor.get("/v1/me").json["id"]
    video = editor.post("/v1/videos", title="Tetap ada").json["id"]
    equal(editor.delete("/v1/me").status, 202, "it goes")
    gone(hub, account)
    equal(search(hub, (account, "penyunting")), [], "in a table")
    equal(hub.editor.get(f"/v1/videos/{video}").status, 200, "the video is there")


@test
def the_last_administrator_stays(hub):
    alone = Hub()
    admin = alone.signed_in("admin")
    equal(admin.delete("/v1/me").status, 409, "refused")
    alone.signed_in("admin")
    equal(admin.delete("/v1/me").status, 202, "another one is there")
    alone.stop()


@test
def a_browser_must_give_the_password_again(hub):
    hub.account("sandi", "fan", PASSWORD)
    browser = Browser(hub).sign_in("sandi", PASSWORD)
    equal(browser.get("/me/privacy").status, 200, "the page")
    equal(browser.submit("/me/privacy", only={"do": "erase"}, old="salah sekali").status, 401, "a wrong one")
    equal(browser.get("/me/privacy").submit("/me/privacy", only={"do": "export"}, old="salah").status, 401, "neither the archive")
    answer = hub.anyone.delete("/v1/me", headers=browser._headers(Origin=hub.base))
    equal(answer.status, 401, "nor by the interface")
    equal(browser.name, "sandi", "nothing happened")
    browser.get("/me/privacy").submit("/me/privacy", only={"do": "export"}, old=PASSWORD)
    equal((browser.status, browser.answer.header("content-type")), (200, "application/zip"), "the archive")
    equal(browser.get("/me/privacy").submit("/me/privacy", only={"do": "erase"}, old=PASSWORD).status, 303, "gone")
    equal(browser.name, None, "signed out")


@test
def who_has_a_second_step_gives_that_too(hub):
    hub.account("dua.langkah", "fan", PASSWORD)
    browser, key = Browser(hub).sign_in("dua.langkah", PASSWORD), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    browser.get("/me/security").submit("/me/security", only={"do": "second-on"}, old=PASSWORD, key=key, code=totp(key))
    need("done=second-on" in (browser.answer.header("location") or ""), f"on: {browser.answer}")
    equal(browser.get("/me/privacy").submit("/me/privacy", only={"do": "erase"}, old=PASSWORD, code="000000").status, 401, "a wrong code")
    equal(browser.name, "dua.langkah", "nothing happened")
    equal(browser.get("/me/privacy").submit("/me/privacy", only={"do": "erase"}, old=PASSWORD, code=totp(key, time.time() + 30)).status, 303, "the next code")


@test
def until_its_time_an_account_comes_back_by_signing_in(hub):
    slow = Hub("--erase-after=3d")
    slow.account("ragu", "fan", PASSWORD)
    me = slow.client(slow.token("ragu"))
    account = me.get("/v1/me").json["id"]
    equal(me.delete("/v1/me").status, 202, "asked")
    equal(me.get("/v1/me").status, 401, "signed out")
    Browser(slow).sign_in("ragu", PASSWORD)
    equal(slow.sql("SELECT count(*) FROM erasure"), [(0,)], "taken back")
    slow.client(slow.token("ragu")).delete("/v1/me")
    slow.restart(env={"HUB_NOW": "+260000000"})
    gone(slow, account)
    slow.stop()


def archive(client):
    answer = client.get("/v1/me/export")
    need(answer.status == 200, f"exported: {answer}")
    with zipfile.ZipFile(io.BytesIO(answer.body)) as z:
        equal(z.testzip(), None, "sums hold")
        return {name: json.loads(z.read(name)) for name in z.namelist()}


@test
def the_archive_holds_what_one_did_and_nothing_of_others(hub):
    account, me, mine = life(hub, "bawa.pulang")
    got = archive(me)
    text = json.dumps(got)
    equal(sorted(name for name, rows in got.items() if not rows), ["uploads.json", "videos.json"], "kinds without a row")
    equal((got["account.json"][0]["name"], got["account.json"][0]["id"]), ("bawa.pulang", account), "whose it is")
    equal(len(got["comments.json"]), 2, "comments")
    equal([r["note"] for r in got["reports.json"]], [f"Catatan {CANARY}"], "reports")
    for word in ("budi", "Bagus", "Setuju", "argon2", *[s for (s,) in hub.sql("SELECT secret FROM ticket")], *[h for (h,) in hub.sql("SELECT hash FROM credential")]):
        check(word not in text, f"holds {word}")
    budi = hub.other.get("/v1/me").json["id"]
    check(budi not in text and account not in json.dumps(archive(hub.other)), "nobody else's id")
    equal(hub.anyone.get("/v1/me/export").status, 401, "of nobody")
    held = {t for t, _ in naming(hub)} - {"erasure", "audit", "turn", "flag", "idempotency", "recovery_code", "ledger", "allowance", "encode", "oauth_code", "ledger_total"}
    told = {"direct_pause": "direct-pause", "known_browser": "known-browsers", "push_subscription": "push-subscriptions", "notification_setting": "notification-settings", "credential": "sessions", "liked": "likes", "share": "shares", "proof": "proofs", "account_identity": "identities", "playlist": "playlists", "history": "history", "playback": "playbacks"}
    equal(sorted(t for t in held if told.get(t, t + "s") + ".json" not in got and t + ".json" not in got), [], "tables that no file tells")
    me.delete("/v1/me"), gone(hub, account)


@test
def a_long_life_is_told_page_by_page(hub):
    account = hub.client(hub.token(hub.account("panjang", "fan")))
    number = account.get("/v1/me").json["id"]
    db = [(f"{i:026d}", hub.video, number, f"kata {i}") for i in range(1203)]
    with sqlite3.connect(os.path.join(hub.data, "hub.db"), timeout=10) as own:
        own.executemany("INSERT INTO comment (id, video, account, text, mentions, state, created_at) VALUES (?, ?, ?, ?, '[]', 'rejected', 1)", db)
    got = archive(account)["comments.json"]
    equal([c["text"] for c in got], [f"kata {i}" for i in range(1203)], "all, in order")
    equal(list(pathlib.Path(hub.data).glob("export*")), [], "no file is left")
    account.delete("/v1/me"), gone(hub, number)


@test
def an_old_session_does_not_take_the_archive(hub):
    hub.account("lama.masuk", "fan", PASSWORD)
    browser = Browser(hub).sign_in("lama.masuk", PASSWORD)
    equal(browser.get("/v1/me/export").status, 200, "just signed in")
    hub.sql("UPDATE credential SET created_at = created_at - 660000 WHERE kind = 'session'")
    equal(browser.get("/v1/me/export").status, 403, "eleven minutes later")
    hub.sql("UPDATE account SET password = NULL WHERE name = 'lama.masuk'")
    fields = {"do": "erase", "old": ""}
    equal(browser.post("/me/privacy", fields).status, 403, "nor does it erase an account that has no password")
    hub.sql("UPDATE credential SET created_at = created_at + 660000 WHERE kind = 'session'")
    equal(browser.post("/me/privacy", fields).status, 303, "as one that just began does")


@test
def each_consent_is_written_down(hub):
    me = hub.client(hub.token(hub.account("setuju", "fan")))
    first = me.get("/v1/me/consents").json["items"]
    equal([(c["purpose"], c["granted"], c["textVersion"], "at" in c) for c in first], [("history", True, 1, False), ("push", False, 1, False)], "never asked")
    equal([c["granted"] for c in me.put("/v1/me/consents", purpose="history", granted=False).json["items"]], [False, False], "taken back")
    equal(me.get("/v1/me/history-settings").json, {"keep": False}, "and so it is")
    me.put("/v1/me/history-settings", keep=True)
    equal([(c["granted"], c.get("said")) for c in me.get("/v1/me/consents").json["items"]], [(True, 1), (False, None)], "the other way to say it")
    rows = hub.sql("SELECT purpose, granted, text_version FROM consent c JOIN account a ON a.id = c.account WHERE a.name = 'setuju' ORDER BY c.id")
    equal(rows, [("history", 0, 1), ("history", 1, 1)], "the ledger")
    equal(me.put("/v1/me/consents", purpose="spying", granted=True).status, 422, "no such purpose")


@test
def without_profiles_nothing_is_kept_of_what_one_watches(hub):
    quiet = Hub("--profiles=off")
    video, me = quiet.published("A video", seconds=3), quiet.signed_in("fan")
    playing = me.post(f"/v1/videos/{video}/playbacks").json["id"]
    equal(me.put(f"/v1/playbacks/{playing}/progress", positionMs=900, playedMs=900).status, 204, "told")
    equal(quiet.sql("SELECT count(*) FROM history"), [(0,)], "no history")
    equal(me.get("/v1/me/history-settings").json, {"keep": False}, "and it says so")
    equal(me.post(f"/v1/videos/{video}/playbacks").json["resumePositionMs"], 0, "nothing to go on from")
    quiet.restart(env={"HUB_NOW": "+100000000"})
    end = time.monotonic() + 20
    while quiet.sql("SELECT count(*) FROM playback WHERE account IS NOT NULL") != [(0,)] and time.monotonic() < end:
        time.sleep(0.05)
    equal(quiet.sql("SELECT count(*), count(account) FROM playback"), [(2, 0)], "a day later they are nobody's")
    quiet.stop()


run(start)
