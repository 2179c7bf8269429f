"""hub doctor: a healthy folder is told so, each kind of damage is found, and --fix mends what it says."""
import os
import re
import sqlite3

from case import check, equal, need, run, test
from hub import Hub, asset

HOUR = 3600


def start():
    hub = Hub()
    hub.account("ed", "editor")
    hub.client(hub.token("ed")).post("/v1/shows", title="A show")
    hub.video = hub.published("Sehat")
    hub.editor = hub.signed_in("editor")
    return hub


def findings(done):
    """{what: how} of its lines."""
    return {m[2].strip(): m[1] for m in re.finditer(r"^(ok|bad|warn) +(.{22}) ", done.out, re.M)}


def doctor(hub, *flags):
    return hub.command("doctor", *flags)


def expect(hub, what, *flags, code=1, how="bad"):
    done = doctor(hub, *flags)
    found = findings(done)
    equal((done.code, found.get(what)), (code, how), f"{what}: {done}")
    equal([name for name, told in found.items() if told == "bad" and name != what], [], "nothing else is bad")
    return done


def restored(hub, table, rows):
    marks = ",".join("?" * len(rows[0]))
    for row in rows:
        hub.sql(f"INSERT INTO {table} VALUES ({marks})", *row)


@test
def a_healthy_folder_is_told_so_while_it_is_served(hub):
    done = doctor(hub)
    equal((done.code, [name for name, how in findings(done).items() if how == "bad"]), (0, []), "bad")
    for what in ("database", "statements", "audit chain", "segment index", "search index", "download quotas", "likes and comments", "blobs of rows", "blobs without rows", "ffmpeg", "ffprobe", "jail"):
        check(what in findings(done), f"{what} is looked at")


@test
def numbers_that_are_not_those_of_their_rows_are_found_and_mended(hub):
    fan = hub.signed_in("fan")
    fan.put(f"/v1/videos/{hub.video}/like")
    first = hub.editor.post(f"/v1/videos/{hub.video}/comments", text="Selamat menonton").json["id"]
    hub.editor.post(f"/v1/videos/{hub.video}/comments", text="Terima kasih", parentId=first)
    rows = lambda: (hub.sql("SELECT * FROM tally"), hub.sql("SELECT id, replies FROM comment ORDER BY id"))
    wanted = rows()
    equal(wanted[0], [(hub.video, 1, 2)], "counted")
    for change in ("UPDATE tally SET likes = 5", "UPDATE tally SET comments = 0", "DELETE FROM tally", "UPDATE comment SET replies = 7"):
        hub.sql(change)
        expect(hub, "likes and comments")
        expect(hub, "likes and comments", "--fix", code=0, how="ok")
        equal(rows(), wanted, f"as it was: {change}")


@test
def flags_past_their_date_and_flags_of_nobody_are_told(hub):
    equal(findings(doctor(hub)).get("flags"), "ok", "now")
    done = hub.command("doctor", env={"HUB_NOW": "4000000000000"})
    equal(findings(done).get("flags"), "warn", f"in the year 2096: {done}")
    check("rapidshare-mode" in done.out, "by name")
    hub.sql("INSERT INTO flag VALUES ('of-another-program', 1, NULL, '[]', 'command line', 0, 1)")
    equal((findings(doctor(hub)).get("flags"), doctor(hub).code), ("warn", 0), "a flag the program has not")
    hub.sql("DELETE FROM flag")


@test
def a_missing_or_shortened_blob_is_found(hub):
    key = hub.sql("SELECT r.blob FROM rendition r JOIN encode e ON e.id = r.encode WHERE e.video = ? LIMIT 1", hub.video)[0][0]
    path = os.path.join(hub.data, "blobs", key)
    if not os.path.exists(path):
        path = next(os.path.join(d, n) for d, _, names in os.walk(os.path.join(hub.data, "blobs")) for n in names if n in os.path.basename(key) or os.path.join(d, n).endswith(key))
    os.rename(path, path + ".away")
    expect(hub, "blobs of rows")
    expect(hub, "blobs of rows", "--fix")
    data = open(path + ".away", "rb").read()
    with open(path, "wb") as f:
        f.write(data[:-1])
    expect(hub, "blobs of rows")
    os.replace(path + ".away", path)
    equal(doctor(hub).code, 0, "mended by hand")


@test
def a_changed_audit_row_is_found(hub):
    rows = hub.sql("SELECT n, actor, action, target, was, became, at FROM audit ORDER BY n")
    need(len(rows) >= 3, rows)
    middle = rows[1]
    for column, value in (("actor", "somebody"), ("action", "nothing"), ("target", "x"), ("became", "y"), ("at", middle[6] + 1)):
        before = hub.sql(f"SELECT {column} FROM audit WHERE n = ?", middle[0])[0][0]
        hub.sql(f"UPDATE audit SET {column} = ? WHERE n = ?", value, middle[0])
        done = expect(hub, "audit chain")
        check(f"row {middle[0]}" in done.out, f"{column}: {done.out}")
        hub.sql(f"UPDATE audit SET {column} = ? WHERE n = ?", before, middle[0])
    gone = hub.sql("SELECT * FROM audit WHERE n = ?", middle[0])
    hub.sql("DELETE FROM audit WHERE n = ?", middle[0])
    expect(hub, "audit chain")
    restored(hub, "audit", gone)
    equal(doctor(hub).code, 0, "as it was")


@test
def a_search_row_too_few_or_with_other_words_is_found_and_mended(hub):
    hub.sql("DELETE FROM video_text WHERE rowid = (SELECT n FROM video WHERE id = ?)", hub.video)
    equal(hub.client().get("/v1/search?q=sehat").json["items"], [], "lost")
    expect(hub, "search index")
    done = expect(hub, "search index", "--fix", code=0, how="ok")
    check(re.search(r"^1 mended$", done.out, re.M), done.out)
    equal([v["id"] for v in hub.client().get("/v1/search?q=sehat").json["items"]], [hub.video], "found again")
    equal(doctor(hub).code, 0, "healthy")


@test
def a_segment_outside_its_file_is_found(hub):
    row = hub.sql("SELECT rendition, n, size FROM segment ORDER BY n DESC LIMIT 1")[0]
    hub.sql("UPDATE segment SET size = size + 1000000 WHERE rendition = ? AND n = ?", *row[:2])
    expect(hub, "segment index")
    hub.sql("UPDATE segment SET size = ? WHERE rendition = ? AND n = ?", row[2], *row[:2])
    equal(doctor(hub).code, 0, "as it was")


@test
def a_quota_that_is_not_its_entries_is_found_and_mended(hub):
    fan = hub.signed_in("fan")
    made = fan.post(f"/v1/assets/{asset(hub.client(), hub.video)['id']}/tickets").json
    rows = hub.sql("SELECT * FROM quota ORDER BY owner")
    need(len(rows) == 2, rows)
    for change in ("UPDATE quota SET used_files = used_files + 1", "UPDATE quota SET reserved_bytes = 0", "DELETE FROM quota", "INSERT INTO quota (owner, day, used_bytes) VALUES ('nobody', 1, 5)"):
        hub.sql(change)
        expect(hub, "download quotas")
        done = expect(hub, "download quotas", "--fix", code=0, how="ok")
        check(re.search(r"^1 mended$", done.out, re.M), done.out)
        equal(hub.sql("SELECT * FROM quota ORDER BY owner"), rows, f"as it was: {change}")
    hub.sql("UPDATE download SET state = 'void'")
    expect(hub, "download quotas", "--fix")  # which of them is true nobody knows
    hub.sql("UPDATE download SET state = 'reserved'")
    equal(fan.get(f"/v1/tickets/{made['ticket']}").json["quota"], made["quota"], "healthy")


@test
def a_file_without_a_row_is_told_and_removed_when_asked_and_old(hub):
    folder = os.path.join(hub.data, "blobs")
    key = hub.sql("SELECT blob FROM encode LIMIT 1")[0][0]
    like = next(os.path.join(d, n) for d, _, names in os.walk(folder) for n in names if os.path.join(d, n).endswith(key.rsplit("/", 1)[1]))
    path = os.path.join(os.path.dirname(like), "0" * 26)
    with open(path, "wb") as f:
        f.write(b"orphan")
    equal(findings(doctor(hub, "--fix")).get("blobs without rows"), "ok", "a young one may be about to get its row")
    check(os.path.exists(path), "a young one stays")
    later = {"HUB_NOW": f"+{2 * HOUR * 1000}"}
    equal(findings(hub.command("doctor", env=later)).get("blobs without rows"), "warn", "an old one is told")
    check(os.path.exists(path), "and stays")
    done = hub.command("doctor", "--fix", env=later)
    check("1 mended" in done.out and not os.path.exists(path), f"--fix removes it: {done}")
    check(hub.command("doctor").code == 0, "healthy")


@test
def a_broken_foreign_key_is_found(hub):
    db = sqlite3.connect(os.path.join(hub.data, "hub.db"), timeout=10)
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("INSERT INTO ticket (id, secret, asset, account, created_at, expires_at) VALUES ('x', 'y', 'none', 'none', 0, 0)")
    db.commit()
    expect(hub, "database")
    db.execute("DELETE FROM ticket WHERE id = 'x'")
    db.commit()
    db.close()
    equal(doctor(hub).code, 0, "as it was")


@test
def what_the_machine_lacks_is_told(hub):
    done = hub.command("doctor", "--ffmpeg", "/nonexistent/ffmpeg")
    equal((done.code, findings(done).get("ffmpeg")), (1, "bad"), "ffmpeg")
    check("install it" in done.out, done.out)


run(start)
