"""What the log of a real nginx says of downloads: who used an address far too often, and what failed there."""
import json
import os
import socket
import subprocess
import threading
import time
import urllib.parse

import downloads
from case import check, equal, need, run, test
from client import Client
from downloads import MIB, Ticket, asset
from hub import BIN, clean_environment
from nginx import sender

SECRET, DAY, SIZE = "nginx-und-hub_2026", 86_400_000, 8 * MIB
ADDRESS = (307, "private, no-store")


def start():
    hub = downloads.start()
    hub.nginx = sender(hub, SECRET)
    hub.env = {"HUB_SIGNER": "nginx", "HUB_SIGNER_URL": f"{hub.nginx.base}/blobs", "HUB_SIGNER_SECRET": SECRET}
    hub.restart()
    equal(hub.command("flag", "set", "rapidshare-mode", "on").code, 0, "the flag is set")
    hub.file = asset(hub, SIZE)
    return hub


def taken(hub, name):
    """A ticket of a fresh fan, and the signed address it gives."""
    t = Ticket(hub, hub.file, hub.signed_in("fan", name))
    return t, address(t)


def address(t):
    answer = t.get()
    equal((answer.status, answer.header("cache-control")), ADDRESS, "an address")
    return answer.header("location")


def fetch(hub, url, **headers):
    return Client(hub.nginx.base, strict=False).get(url[len(hub.nginx.base):], headers=headers)


def fetch_whole(hub, url, times):
    for _ in range(times):
        answer = fetch(hub, url)
        equal((answer.status, len(answer.body)), (200, SIZE), "the file")


def logged(hub, lines, patience=10):
    """The log, when nginx has written so many lines of it."""
    end = time.monotonic() + patience
    while True:
        with open(hub.nginx.log, encoding="utf-8") as f:
            found = f.read().splitlines()
        if len(found) >= lines or time.monotonic() > end:
            equal(len(found), lines, "lines of the log")
            return found
        time.sleep(0.02)


def ingest(hub, *names, stdin=None, code=0):
    """{what: how many} of its one line."""
    done = hub.command("logs", "ingest", *(names or [hub.nginx.log]), stdin=stdin)
    equal(done.code, code, f"{done}")
    words = done.out.replace("(", "").replace(")", "").replace(",", "").replace(":", "").replace(";", "").split()
    return {words[i + 1]: int(words[i]) for i in range(len(words) - 1) if words[i].isdigit()}, done.err


def download(hub, t):
    return hub.sql("SELECT d.id, d.logged_bytes, d.logged_failure_at, d.state FROM download d JOIN ticket t ON t.id = d.ticket WHERE t.secret = ?", t.secret)[0]


def fresh_log(hub):
    """nginx goes on in the same file, which is empty now."""
    os.truncate(hub.nginx.log, 0)


@test
def each_request_is_counted_once_however_often_its_line_is_told(hub):
    t, url = taken(hub, "satu")
    fetch_whole(hub, url, 1)
    equal(fetch(hub, url, Range="bytes=0-99").status, 206, "a range")
    equal(Client(hub.nginx.base, strict=False).head(url[len(hub.nginx.base):]).status, 200, "HEAD")
    equal(fetch(hub, url, **{"If-None-Match": "*"}).status, 304, "a condition")
    equal(fetch(hub, url.replace("d=", "d=0")).status, 403, "another's")
    lines = logged(hub, 5)
    check(all(word not in "\n".join(lines) for word in ("md5", SECRET, t.secret)), "the log holds no secret")
    found, _ = ingest(hub)
    equal((found["lines"], found["counted"], found["bytes"], found["known"], found["of"], found["unread"]), (5, 2, SIZE + 100, 0, 3, 0), "counted")
    found, _ = ingest(hub, hub.nginx.log, "-", stdin="\n".join(lines))
    equal((found["lines"], found["counted"], found["known"]), (10, 0, 4), "and never again")
    equal(download(hub, t)[1], SIZE + 100, "of this download")
    fresh_log(hub)


@test
def two_at_once_count_once(hub):
    t, url = taken(hub, "dua")
    for i in range(40):
        fetch(hub, url, Range=f"bytes={i}-{i + 999}")
    logged(hub, 40)
    command = [BIN, "logs", "ingest", hub.nginx.log, hub.nginx.log, "--data", hub.data]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean_environment(hub.env)) for _ in range(2)]
    outs = [p.communicate(timeout=60) for p in both]
    equal(([p.returncode for p in both], download(hub, t)[1]), ([0, 0], 40_000), f"{outs}")
    fresh_log(hub)


@test
def who_uses_an_address_far_too_often_gets_none_for_a_while(hub):
    t, url = taken(hub, "boros")
    other = taken(hub, "hemat")[0]
    fetch_whole(hub, url, 4)
    logged(hub, 4)
    equal(ingest(hub)[0]["accounts"], 0, "4 of 8 MiB are within 2 x size + 16 MiB")
    equal(address(t)[:20], url[:20], "still")
    threads = [threading.Thread(target=fetch, args=(hub, url)) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    logged(hub, 6)
    equal(ingest(hub)[0]["accounts"], 1, "6 are not")
    mine = t.get()
    equal((mine.status, mine.body == t.data), (200, True), "sent by this process")
    equal(Ticket(hub, asset(hub, 999), hub.client(hub.token("boros"))).get().status, 200, "of another file too")
    address(other)
    told = hub.command("quota", "boros").out
    check("signed addresses: none until 20" in told and download(hub, t)[0] in told and str(5 * SIZE) in told, told)
    check("signed" not in hub.command("quota", "hemat").out, "of nobody else")
    equal([json.loads(b)["bytes"] for (b,) in hub.sql("SELECT became FROM audit WHERE action = 'direct.pause'")], [5 * SIZE], "the audit")
    fetch_whole(hub, url, 1)
    equal(ingest(hub)[0]["accounts"], 0, "once is enough")
    equal(hub.command("quota", "boros", "--direct").code, 0, "let go on")
    address(t)
    equal(hub.command("quota", "boros", "--direct").code, 1, "nothing to end")
    fetch_whole(hub, url, 1)
    equal((ingest(hub)[0]["accounts"], hub.sql("SELECT count(*) FROM direct_pause")), (0, [(0,)]), "and not for the same again")
    fresh_log(hub)


@test
def a_pause_ends_by_itself_and_old_lines_are_not_counted(hub):
    t, url = taken(hub, "sekali")
    fetch_whole(hub, url, 6)
    logged(hub, 6)
    late = hub.env
    hub.env = {**late, "HUB_NOW": f"+{31 * DAY}"}
    found, _ = ingest(hub)
    equal((found["too"], found["accounts"]), (6, 0), "a month later")
    hub.env = late
    equal(ingest(hub)[0]["accounts"], 1, "in time")
    hub.restart(env={**late, "HUB_NOW": f"+{30 * DAY + 60_000}"})
    address(Ticket(hub, hub.file, hub.client(hub.token("sekali"))))
    hub.restart(env=late)
    hub.restart(env={**late, "HUB_DIRECT_PAUSE": "0s"})
    name = taken(hub, "bebas")[1]
    fetch_whole(hub, name, 6)
    logged(hub, 12)
    equal(ingest(hub)[0]["accounts"], 0, "never, when set so")
    hub.restart(env=late)
    fresh_log(hub)


class Broken:
    """In the file's place stands what nobody can open: nginx says 500."""

    def __init__(self, hub):
        self.path = os.path.join(hub.data, "blobs/original", hub.file)

    def __enter__(self):
        os.rename(self.path, self.path + ".away")
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(self.path)

    def __exit__(self, *_):
        os.unlink(self.path)
        self.socket.close()
        os.rename(self.path + ".away", self.path)


def charged(hub, name):
    return hub.sql("SELECT coalesce(sum(q.used_files), 0), coalesce(sum(q.used_bytes), 0) FROM quota q JOIN account a ON a.id = q.owner WHERE a.name = ?", name)[0]


def settle(hub, *names):
    for name in names:
        hub.sql("UPDATE download SET resume_until = 0, covered_at = 0 WHERE account = (SELECT id FROM account WHERE name = ?)", name)
    end = time.monotonic() + 30
    while hub.sql("SELECT 1 FROM download WHERE resume_until = 0 AND state <> 'settled'"):
        need(time.monotonic() < end, "settled")
        time.sleep(0.05)


def a_day_later(hub):
    now = hub.env
    hub.restart(env={**now, "HUB_NOW": f"+{DAY + 60_000}"})
    end = time.monotonic() + 20
    while not hub.sql("SELECT 1 FROM worker WHERE seen_at > ?", time.time() * 1000 + DAY / 2):
        need(time.monotonic() < end, "chores are done")
        time.sleep(0.02)
    hub.restart(env=now)


@test
def what_failed_there_and_was_never_made_good_comes_back(hub):
    names = ["gagal", "berhasil", "di-sini", "sebagian"]
    links = {name: taken(hub, name) for name in names}
    with Broken(hub):
        equal([fetch(hub, links[name][1]).status for name in names], [500] * 4, "nginx cannot")
    fetch_whole(hub, links["berhasil"][1], 1)
    fetch(hub, links["sebagian"][1], Range="bytes=0-999")
    equal(hub.command("flag", "set", "rapidshare-mode", "off", "--account", "di-sini").code, 0, "this process sends to one")
    equal(links["di-sini"][0].get().status, 200, "whole")
    logged(hub, 6)
    found, _ = ingest(hub)
    equal((found["failures"], found["counted"]), (4, 6), "told")
    settle(hub, *names)
    equal([charged(hub, name) for name in names], [(1, SIZE)] * 4, "settled, and nothing came back yet")
    a_day_later(hub)
    equal([charged(hub, name) for name in names], [(0, 0), (1, SIZE), (1, SIZE), (0, 0)], "a day later")
    a_day_later(hub)
    equal(hub.sql("SELECT count(*) FROM ledger WHERE kind = 'refund'")[0][0], 2, "once")
    done = hub.command("doctor")
    equal([line for line in done.out.splitlines() if line.startswith("bad")], [], "doctor")
    fresh_log(hub)


@test
def lines_that_cannot_be_read_are_named_and_all_others_counted(hub):
    t, url = taken(hub, "kotor")
    number = download(hub, t)[0]
    now = f"{time.time():.3f}"
    good = lambda request, **change: json.dumps({"request": request, "at": now, "download": number, "status": "200", "bytes": "10", **change})
    lines = [good("baik-0001"), "", "{", "[]", good("x"), good("a b c d e f"), good("é" * 9), good("a" * 65), good("baik-0002", at="soon"), good("baik-0003", at="1.5"), good("baik-0004", bytes="-1"),
             good("baik-0005", bytes=10), good("baik-0006", status="2xx"), good("baik-0007", at="9" * 30 + ".000"), '{"request":"baik-0008","request":"baik-0009"}', good("baik-0010", x="y" * 20000),
             "\x01\x02", "[" * 5000, good("baik-0011", download="no id"), good("baik-0012", download="0" * 26), good("baik-0013", status="499"), good("baik-0014", more=1)]
    path = os.path.join(hub.folder, "kotor.log")
    with open(path, "wb") as f:
        f.write(b"\n".join(line.encode() for line in lines) + b"\nnul \x00 in it\n" + good("baik-0015").encode())
    found, err = ingest(hub, path, code=1)
    bad = 18
    equal((found["lines"], found["counted"], found["of"], found["unread"], download(hub, t)[1]), (len(lines) + 2, 3, 3, bad, 30), f"{err}")
    told = [line for line in err.splitlines() if line.startswith(path)]
    equal((len(told), told[0].split(":")[0]), (5, f"{path}, line 2"), "the first five")
    check(f"{bad} lines could not be read" in err, err)
    for args in (["logs"], ["logs", "ingest"], ["logs", "eat", path]):
        equal(hub.command(*args).code, 2, args)
    gone = hub.command("logs", "ingest", "/nonexistent.log")
    check(gone.code == 1 and "/nonexistent.log" in gone.err, f"{gone}")
    equal(ingest(hub, "-", stdin="")[0]["lines"], 0, "nothing")


run(start)
