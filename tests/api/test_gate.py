"""The teaser gate: a file behind it is for who has watched, by what the hub itself sent, and when."""
import concurrent.futures
import http.client
import os
import socket
import time
import urllib.parse

from case import check, equal, need, run, test
from hub import Hub, asset, small_clip
from streams import Stream

DAY = 86_400_000
NOW = int(time.time() * 1000) + 60_000  # a clock that stands still: nothing passes but what a test lets pass
NEED = 9000  # of a teaser of ten seconds
SEGMENTS = 5
PASSWORD = "rahasia sekali 1"


def at(hub, passed=0):
    """The hub anew, so long after NOW."""
    for fault in hub.restart(env={**hub.env, "HUB_NOW": str(NOW + passed)}):
        check(False, fault)


def start():
    hub = Hub(env={"HUB_TEASER": "10s"})
    hub.video = hub.import_clip(small_clip(40), "Cuplikan")
    hub.other_video = hub.import_clip(small_clip(40, "144x176"), "Lain")
    hub.tiny = hub.import_clip(small_clip(5), "Pendek")
    hub.idle()
    hub.anyone = hub.client()
    hub.asset, hub.other_asset, hub.short = (asset(hub.anyone, video)["id"] for video in (hub.video, hub.other_video, hub.tiny))
    at(hub)
    hub.editor = hub.signed_in("editor")
    return hub


def begin(client, video, teaser=True):
    answer = client.post(f"/v1/videos/{video}/playbacks", json={"teaser": teaser})
    need(answer.status == 201, answer)
    return Stream(client, answer.json["hlsUrl"])


def take(client, asset):
    return client.post(f"/v1/assets/{asset}/tickets")


def watch(stream, numbers=range(1, SEGMENTS + 1), rendition="144p", **options):
    return [stream.get(f"{rendition}/{n}.m4s", **options) for n in numbers]


def covered(client, asset, ms, what):
    """Refused, with so much covered; acknowledgements may come a moment after the bytes."""
    end = time.monotonic() + 5
    answer = take(client, asset)
    while answer.problem == "teaser-required" and answer.json["coveredMs"] < ms and time.monotonic() < end:
        time.sleep(0.1)
        answer = take(client, asset)
    equal((answer.status, answer.problem, answer.problem and answer.json["coveredMs"]), (403, "teaser-required", ms), what)
    return answer


def proved(hub, client, asset, what, passed=NEED):
    """Granted when enough time has passed."""
    at(hub, passed)
    equal(take(client, asset).status, 201, what)
    at(hub)


@test
def an_original_waits_for_its_teaser_and_the_refusal_says_how_far_one_is(hub):
    equal(hub.anyone.get(f"/v1/assets/{hub.asset}").json["gate"], "teaser", "by default")
    fan = hub.signed_in("fan")
    answer = covered(fan, hub.asset, 0, "nothing is watched")
    told = {name: answer.json[name] for name in ("teaserPlaybackUrl", "requiredMs", "coveredMs", "waitMs")}
    equal(told, {"teaserPlaybackUrl": f"{hub.base}/v1/videos/{hub.video}/playbacks", "requiredMs": NEED, "coveredMs": 0, "waitMs": NEED}, "told")
    equal(answer.header("retry-after"), "9", "Retry-After")
    equal((fan.get("/v1/me/tickets").json["items"], fan.get("/v1/me/quota").json["files"]["reserved"]), ([], 0), "nothing is reserved")
    stream = Stream(fan, fan.post(urllib.parse.urlsplit(told["teaserPlaybackUrl"]).path, json={"teaser": True}).json["hlsUrl"])
    for n in range(1, SEGMENTS + 1):
        watch(stream, [n])
        answer = covered(fan, hub.asset, 2000 * n, f"{n} segments")
        equal((answer.json["waitMs"], answer.header("retry-after")), (NEED, "9"), "no time has passed")
    proved(hub, fan, hub.asset, "watched")


@test
def all_of_it_at_once_waits_to_the_millisecond(hub):
    fan = hub.signed_in("fan")
    watch(begin(fan, hub.video))
    covered(fan, hub.asset, 10000, "all at once")
    for passed, left, seconds in ((1, NEED - 1, "9"), (NEED - 1000, 1000, "1"), (NEED - 1, 1, "1")):
        at(hub, passed)
        answer = covered(fan, hub.asset, 10000, f"{passed} ms later")
        equal((answer.json["waitMs"], answer.header("retry-after")), (left, seconds), f"{passed} ms later")
    proved(hub, fan, hub.asset, "when the time has passed")


@test
def many_connections_are_one_watching(hub):
    fan = hub.signed_in("fan")
    stream = begin(fan, hub.video)
    paths = [f"{stream.root}/{name}/{n}.m4s" for name in stream.names() for n in range(1, SEGMENTS)] * 6
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        equal({answer.status for answer in pool.map(lambda path: hub.client().get(path), paths)}, {200}, "sent")
    equal(covered(fan, hub.asset, 8000, "four segments").json["waitMs"], NEED, "as if one after the other")
    at(hub, NEED)
    equal(covered(fan, hub.asset, 8000, "however long ago").json["waitMs"], 0, "but time is not what is missing")
    at(hub)


@test
def nine_tenths_are_enough_and_a_millisecond_less_is_not(hub):
    fan = hub.signed_in("fan")
    watch(begin(fan, hub.video), [1])
    covered(fan, hub.asset, 2000, "one segment")
    at(hub, NEED)
    for ms in (NEED - 100, NEED - 1):  # of 10,000
        hub.sql("UPDATE watched SET duration_ms = ? WHERE rowid = (SELECT max(rowid) FROM watched)", ms)
        answer = covered(fan, hub.asset, ms, "not yet")
        equal((answer.json["waitMs"], answer.header("retry-after")), (0, "1"), "Retry-After is what is left to watch")
    hub.sql("UPDATE watched SET duration_ms = ? WHERE rowid = (SELECT max(rowid) FROM watched)", NEED)
    equal(take(fan, hub.asset).status, 201, "enough")
    at(hub)


@test
def what_a_player_says_of_itself_proves_nothing(hub):
    fan = hub.signed_in("fan")
    made = fan.post(f"/v1/videos/{hub.video}/playbacks", json={"teaser": True}).json
    equal(fan.put(f"/v1/playbacks/{made['id']}/progress", json={"positionMs": 10000, "playedMs": 10000}).status, 204, "said")
    equal(fan.post(f"/v1/playbacks/{made['id']}/renew").status, 200, "and renewed")
    covered(fan, hub.asset, 0, "nothing was sent")


@test
def two_playbacks_are_not_added(hub):
    fan = hub.signed_in("fan")
    watch(begin(fan, hub.video), (1, 2, 3))
    watch(begin(fan, hub.video), (4, 5))
    covered(fan, hub.asset, 6000, "the better one")
    at(hub, NEED * 100)
    covered(fan, hub.asset, 6000, "much later")
    at(hub)


@test
def one_segment_counts_once_in_whatever_rendition(hub):
    fan = hub.signed_in("fan")
    stream = begin(fan, hub.video)
    for rendition in stream.names() * 3:
        watch(stream, (1, 2), rendition)
    covered(fan, hub.asset, 4000, "two segments, again and again")
    at(hub)
    watch(stream, (1, 2))
    covered(fan, hub.asset, 4000, "and after a restart")


@test
def heads_ranges_and_sound_are_not_watching(hub):
    fan = hub.signed_in("fan")
    stream = begin(fan, hub.video)
    for n in range(1, SEGMENTS + 1):
        path = f"{stream.root}/144p/{n}.m4s"
        size = int(hub.anyone.head(path).header("content-length"))
        equal(hub.anyone.head(path).status, 200, "HEAD")
        for first in (0, 1, size - 1):
            equal(fan.get(path, headers={"Range": f"bytes={first}-{first}"}).status, 206, "a byte")
        equal(fan.get(path, headers={"Range": f"bytes=0-{size // 2 - 1}"}).status, 206, "one half")
        equal(fan.get(path, headers={"Range": f"bytes={size // 2}-"}).status, 206, "the other half")
        equal(fan.get(path, headers={"If-None-Match": fan.head(path).etag}).status, 304, "not modified")
    watch(stream, rendition="audio")
    for name in ("master.m3u8", "144p.m3u8", "manifest.mpd", "144p/init.mp4"):
        equal(stream.get(name).status, 200, name)
    time.sleep(1.5)
    covered(fan, hub.asset, 0, "nothing of that")
    whole = fan.get(f"{stream.root}/144p/1.m4s", headers={"Range": "bytes=0-"})
    equal(whole.status, 206, "a range of all")
    covered(fan, hub.asset, 2000, "is the whole")


def cut_short(hub, path):
    """Takes the head and closes: the rest is never acknowledged."""
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        s.connect(("127.0.0.1", hub.port))
        s.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{hub.port}\r\n\r\n".encode())
        need(s.recv(64).startswith(b"HTTP/1.1 200"), "begun")


@test
def a_segment_cut_by_the_client_does_not_count(hub):
    fan = hub.signed_in("fan")
    stream = begin(fan, hub.video)
    for n in range(1, SEGMENTS + 1):
        cut_short(hub, f"{stream.root}/144p/{n}.m4s")
    time.sleep(1.5)
    covered(fan, hub.asset, 0, "cut")


@test
def what_another_watched_proves_nothing(hub):
    fan, other = hub.signed_in("fan"), hub.signed_in("fan")
    watch(begin(fan, hub.video))
    covered(fan, hub.asset, 10000, "watched")
    at(hub, NEED)
    equal(covered(other, hub.asset, 0, "another account").json["waitMs"], NEED, "from the start")
    covered(fan, hub.other_asset, 0, "another video")
    at(hub)
    theirs = begin(other, hub.video)
    watch(Stream(fan, f"{hub.base}{theirs.master_path}"))
    covered(other, hub.asset, 10000, "a playback counts for whose it is, whoever fetches")


@test
def as_much_of_the_video_proves_it_too(hub):
    fan = hub.signed_in("fan")
    stream = begin(fan, hub.video, teaser=False)
    watch(stream, (20, 3, 7, 11))
    covered(fan, hub.asset, 8000, "four segments of the whole")
    watch(stream, (12,))
    covered(fan, hub.asset, 10000, "five")
    watch(stream, range(1, 21))
    covered(fan, hub.asset, 10000, "more is not kept")
    proved(hub, fan, hub.asset, "watched")


@test
def what_was_counted_outlives_a_crash(hub):
    fan = hub.signed_in("fan")
    before = hub.sql("SELECT count(*) FROM watched")[0][0]
    watch(begin(fan, hub.video))
    end = time.monotonic() + 10
    while hub.sql("SELECT count(*) FROM watched")[0][0] < before + SEGMENTS and time.monotonic() < end:
        time.sleep(0.1)
    hub.kill()
    hub.start()
    covered(fan, hub.asset, 10000, "nobody had asked before")


@test
def a_proof_holds_for_thirty_days(hub):
    fan = hub.client(hub.token(hub.account("lama", "fan"), ttl="60d"))
    watch(begin(fan, hub.video))
    covered(fan, hub.asset, 10000, "watched")
    at(hub, NEED)
    ticket = take(fan, hub.asset)
    equal(ticket.status, 201, "proved")
    equal(fan.delete(f"/v1/tickets/{ticket.json['ticket']}").status, 204, "given back")
    at(hub, NEED + 30 * DAY - 1)
    equal(take(fan, hub.asset).status, 201, "just before")
    at(hub, NEED + 30 * DAY)
    covered(fan, hub.asset, 0, "then it is over")
    at(hub)


@test
def editors_and_files_without_a_gate_and_short_videos_do_not_wait(hub):
    fan = hub.signed_in("fan")
    equal(take(hub.editor, hub.asset).status, 201, "an editor")
    equal(take(hub.signed_in("admin"), hub.asset).status, 201, "an admin")
    equal(take(fan, hub.short).status, 201, "there is no teaser of five seconds")
    for role in ("premium", "sponsor", "moderator"):
        covered(hub.signed_in(role), hub.asset, 0, f"a {role} does")
    for gate, status in (("none", 201), ("teaser", 403)):
        equal(hub.editor.patch(f"/v1/assets/{hub.asset}", gate=gate).json["gate"], gate, "changed")
        equal(take(fan, hub.asset).status, status, gate)
    equal(hub.editor.patch(f"/v1/assets/{hub.asset}", gate="wall").status, 422, "a word")
    equal(fan.patch(f"/v1/assets/{hub.asset}", gate="none").status, 403, "a fan")


# --- without an account


def cookie_of(answer):
    return (answer.header("set-cookie") or "").partition(";")[0]


def sign_in(hub, name, cookie):
    wire = http.client.HTTPConnection("127.0.0.1", hub.port)
    wire.request("POST", "/auth/login", urllib.parse.urlencode({"name": name, "password": PASSWORD}),
                 {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie})
    answer = wire.getresponse()
    answer.read()
    wire.close()
    need(answer.status == 303, f"signed in: {answer.status}")


@test
def who_watches_without_an_account_keeps_it_at_sign_in(hub):
    hub.account("nanti", "fan", PASSWORD + "\n")
    fan = hub.client(hub.token("nanti"))
    first = hub.anyone.post(f"/v1/videos/{hub.video}/playbacks", json={"teaser": True})
    told = first.header("set-cookie")
    name, _, secret = cookie_of(first).partition("=")
    equal((name, len(secret), told.split("; ")[1:]), ("hub-viewer", 22, ["Path=/", f"Max-Age={30 * 86400}", "HttpOnly", "SameSite=Lax"]), "the cookie")
    visitor = hub.client(headers={"Cookie": cookie_of(first)})
    equal(visitor.post(f"/v1/videos/{hub.video}/playbacks").header("set-cookie"), None, "with it no other is given")
    equal(fan.post(f"/v1/videos/{hub.video}/playbacks").header("set-cookie"), None, "nor to an account")
    kept = [row[0] for row in hub.sql("SELECT visitor FROM playback WHERE visitor IS NOT NULL")]
    check(kept and all(len(v) == 64 and secret not in v for v in kept), "only its hash is kept")
    watch(Stream(visitor, first.json["hlsUrl"]))
    equal(take(visitor, hub.asset).problem, "sign-in-required", "a ticket needs an account")
    covered(fan, hub.asset, 0, "before")
    sign_in(hub, "nanti", cookie_of(first))
    covered(fan, hub.asset, 10000, "after")
    other = hub.signed_in("fan")
    covered(other, hub.asset, 0, "nobody else's")
    proved(hub, fan, hub.asset, "watched")


@test
def what_a_visitor_watched_becomes_one_accounts_once(hub):
    for name in ("satu", "dua", "tiga"):
        hub.account(name, "fan", PASSWORD + "\n")
    one, two, three = (hub.client(hub.token(name)) for name in ("satu", "dua", "tiga"))
    first = hub.anyone.post(f"/v1/videos/{hub.video}/playbacks", json={"teaser": True})
    cookie, visitor = cookie_of(first), hub.client(headers={"Cookie": cookie_of(first)})
    stream = Stream(visitor, first.json["hlsUrl"])
    watch(stream, (1, 2, 3))
    kept = hub.sql("SELECT visitor FROM playback WHERE id = ?", first.json["id"])[0][0]
    for forged in (kept, kept[:22], cookie[11:-1] + ("A" if cookie[-1] != "A" else "Q"), "A" * 22):
        sign_in(hub, "dua", f"hub-viewer={forged}")
        covered(two, hub.asset, 0, f"forged: {forged}")
    with_cookie = hub.client(hub.token("dua"), headers={"Cookie": cookie})
    covered(with_cookie, hub.asset, 0, "a request with it is not a sign-in")
    sign_in(hub, "satu", cookie)
    covered(one, hub.asset, 6000, "moved")
    sign_in(hub, "dua", cookie)
    covered(two, hub.asset, 0, "and is gone from the cookie")
    watch(stream, (4, 5))
    covered(one, hub.asset, 10000, "the playback goes on for whom it belongs to")
    watch(Stream(visitor, visitor.post(f"/v1/videos/{hub.video}/playbacks", json={"teaser": True}).json["hlsUrl"]), (1,))
    sign_in(hub, "tiga", cookie)
    covered(three, hub.asset, 2000, "what came after is whoever's signs in next")
    proved(hub, one, hub.asset, "watched")
    at(hub, NEED)
    covered(two, hub.asset, 0, "a proof is one account's")
    covered(three, hub.asset, 2000, "too")
    at(hub)


# --- two processes on one folder


def beside(hub, passed=0):
    """Another process that answers for the same folder; as if on another machine, so it does not mind the lock."""
    os.unlink(os.path.join(hub.data, "serve.lock"))
    return Hub("--role", "api", env={**hub.env, "HUB_NOW": str(NOW + passed)}, folder=hub.folder)


@test
def segments_count_whichever_process_sent_them(hub):
    fan, other = hub.signed_in("fan"), beside(hub)
    there = other.client(fan.token)
    stream = begin(fan, hub.video)
    watch(stream, (1, 2, 3))
    watch(Stream(there, f"{other.base}{stream.master_path}"), (2, 3, 4))
    for client, where in ((fan, "here"), (there, "there")):
        answer = covered(client, hub.asset, 8000, f"asked {where}")
        equal((answer.json["waitMs"], answer.header("retry-after")), (NEED, "9"), f"asked {where}")
    watch(Stream(there, f"{other.base}{stream.master_path}"), (5,))
    covered(fan, hub.asset, 10000, "all of it")
    equal(other.stop(), [], "its end")
    other = beside(hub, NEED)
    equal(take(other.client(fan.token), hub.asset).status, 201, "proved there")
    equal(take(fan, hub.asset).status, 200, "which is known here")
    equal(other.stop(), [], "its end")


@test
def a_cookie_that_is_none_of_ours_is_replaced(hub):
    for value in ("", "x", "A" * 21, "A" * 23, "A" * 22 + "=", "!" * 22, "A" * 4000):
        answer = hub.client(headers={"Cookie": f"hub-viewer={value}"}).post(f"/v1/videos/{hub.video}/playbacks")
        check(cookie_of(answer).startswith("hub-viewer=") and cookie_of(answer)[11:] != value, f"{value[:30]}: {answer.header('set-cookie')}")


@test
def on_https_the_cookie_is_the_hosts_alone(hub):
    hub.stop()
    hub.public_url = "https://hub.example"
    at_https = hub.start().client().post(f"/v1/videos/{hub.video}/playbacks").header("set-cookie")
    check(at_https.startswith("__Host-hub-viewer=") and at_https.endswith("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure"), at_https)
    hub.stop()
    hub.public_url = "http://hub.example"
    equal(hub.start().client().post(f"/v1/videos/{hub.video}/playbacks").header("set-cookie"), None, "where nobody can sign in there is none")
    hub.stop()
    hub.public_url = None
    hub.start()


run(start)
