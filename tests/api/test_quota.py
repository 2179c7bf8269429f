"""What may be downloaded in a day: reserved with the ticket, used by the first byte, given back by rule."""
import calendar
import json
import threading
import time
import urllib.parse

from case import check, equal, need, run, test
from files import pdf
from hub import Hub, send, settled

FILES, HOUR, DAY = 5, 3_600_000, 86_400_000
LONG = {"HUB_TOKEN_LIFE": "30d"}  # as far as the clock is moved
DATA = pdf(2)
N = len(DATA)


def start():
    hub = Hub("--quota-files", str(FILES), "--quota-bytes", "1GiB", env=LONG)
    hub.editor, hub.anyone = hub.signed_in("editor", "ed"), hub.client()
    show = hub.editor.post("/v1/shows", title="Tante").json["slug"]
    status = settled(hub.editor, send(hub.editor, DATA, filename="partitur.pdf", purpose="asset", showSlug=show))
    need(status["state"] == "ready", status)
    hub.asset, hub.made = status["assetId"], 0
    return hub


def another(hub, size=N):
    """An asset more, of the same bytes; its size may be said to be another."""
    hub.made += 1
    made = f"{hub.made:026d}"
    hub.sql("INSERT INTO asset (id, show, kind, filename, media_type, size_bytes, sha256, gate, tier, blob, created_at)"
            " SELECT ?, show, kind, filename, media_type, ?, sha256, gate, tier, blob, created_at FROM asset WHERE id = ?", made, size, hub.asset)
    return made


def take(client, asset, key=None, **members):
    return client.post(f"/v1/assets/{asset}/tickets", headers={"Idempotency-Key": key} if key else {}, **members)


def fetch(hub, ticket, **headers):
    return hub.anyone.get(urllib.parse.urlsplit(ticket["url"]).path, headers=headers)


def spent(client):
    """(files used, reserved, bytes used, reserved)"""
    told = client.get("/v1/me/quota").json
    return tuple(told[what][how] for what in ("files", "bytes") for how in ("used", "reserved"))


def stamp(ms):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(ms / 1000))


def at(hub, offset):
    """The hub's clock, moved; clients of the accounts stay good."""
    hub.restart(env={**LONG, **({"HUB_NOW": f"+{offset}"} if offset else {})})


def together(n, work):
    """The answers of n threads that begin at one moment."""
    gate, answers = threading.Barrier(n), [None] * n

    def one(i):
        gate.wait()
        answers[i] = work(i)
    threads = [threading.Thread(target=one, args=(i,)) for i in range(n)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    return answers


def delivered(hub, ticket):
    """All of it, as the journal of its coverage says."""
    hub.sql("UPDATE download SET covered_bytes = size_bytes WHERE ticket = (SELECT id FROM ticket WHERE secret = ?)", ticket["ticket"])


def agrees(hub):
    done = hub.command("doctor")
    check("ok    download quotas" in done.out, f"the counters are the ledger's: {done}")


@test
def everybody_has_the_quota_of_a_tier(hub):
    now = time.time()
    for role, tier, files, size in (("fan", "free", FILES, 1 << 30), ("sponsor", "free", FILES, 1 << 30), ("premium", "premium", 500, 500 << 30), ("editor", "staff", None, None)):
        told = hub.signed_in(role).get("/v1/me/quota").json
        equal((told["tier"], told["files"].get("max"), told["bytes"].get("max")), (tier, files, size), role)
        equal((told["files"]["used"], told["files"]["reserved"], told["bytes"]["used"], told["bytes"]["reserved"]), (0, 0, 0, 0), "spent")
        resets = calendar.timegm(time.strptime(told["files"]["resetsAt"], "%Y-%m-%dT%H:%M:%S.000Z"))
        equal(((resets + 7 * 3600) % 86400, 0 < resets - now <= 86400 + 5), (0, True), "the next midnight in Jakarta")


@test
def a_ticket_reserves_and_the_first_byte_uses_it_once(hub):
    fan = hub.signed_in("fan")
    made = take(fan, hub.asset).json
    equal(made["quota"], fan.get("/v1/me/quota").json, "told with the ticket")
    equal(spent(fan), (0, 1, 0, N), "reserved")
    equal(take(fan, hub.asset).status, 200, "the same ticket")
    path = urllib.parse.urlsplit(made["url"]).path
    tag = hub.anyone.head(path).etag
    equal(hub.anyone.get(path, headers={"If-None-Match": tag}).status, 304, "not modified")
    equal(hub.anyone.get(path, headers={"Range": f"bytes={N}-"}).status, 416, "no such range")
    equal(spent(fan), (0, 1, 0, N), "HEAD, 304 and 416 cost nothing")
    for first in range(0, N, 97):
        part = fetch(hub, made, Range=f"bytes={first}-{first + 150}")
        equal((part.status, part.body), (206, DATA[first:first + 151]), "range")
    equal([fetch(hub, made).body == DATA for _ in range(3)], [True] * 3, "and whole, three times")
    equal(spent(fan), (1, 0, N, 0), "one download")
    told = fan.get(f"/v1/tickets/{made['ticket']}").json
    equal((told["maxDownloads"], told["downloadsLeft"], told["quota"]["files"]["used"]), (10, 9, 1), "the ticket tells")
    for other in (hub.anyone, hub.signed_in("fan")):
        check("quota" not in other.get(f"/v1/tickets/{made['ticket']}").json, "what its account may is told to that account alone")
    agrees(hub)


@test
def without_allowance_nothing_is_made_and_the_end_of_the_day_is_told(hub):
    fan = hub.signed_in("fan")
    for _ in range(FILES):
        equal(take(fan, another(hub)).status, 201, "within")
    asset = another(hub)
    refused = take(fan, asset)
    equal((refused.status, refused.problem, refused.json["quota"]), (429, "quota-exceeded", "files"), "beyond")
    equal(refused.json["resetsAt"], fan.get("/v1/me/quota").json["files"]["resetsAt"], "resetsAt")
    check(0 < int(refused.header("retry-after")) <= 86400, "Retry-After")
    equal(len(fan.get("/v1/me/tickets").json["items"]), FILES, "no ticket was made")
    equal(take(fan, asset, expiresAt=stamp(time.time() * 1000 + DAY)).status, 429, "asked again")
    events = hub.sql("SELECT payload FROM outbox WHERE topic = 'download.refused' AND payload LIKE ?", f"%{asset}%")
    equal(len(events), 1, "one event for the day")
    told = json.loads(events[0][0])
    check("subject" in told and "account" not in told and told["reason"] == "quota-exceeded", events)
    at(hub, DAY)
    equal(take(fan, asset).status, 201, "the next day")
    at(hub, 0)
    agrees(hub)


@test
def bytes_are_counted_as_well(hub):
    fan = hub.signed_in("fan")
    big = another(hub, (1 << 30) - N + 1)
    equal(take(fan, hub.asset).status, 201, "the small one")
    refused = take(fan, big)
    equal((refused.status, refused.json["quota"]), (429, "bytes"), "one byte too many")
    equal(spent(fan), (0, 1, 0, N), "nothing of it was kept")
    equal(take(fan, another(hub, (1 << 30) - N)).status, 201, "it just fits")
    page = hub.client(fan.token, headers={"Accept": "text/html"}, strict=False).post(f"/v1/assets/{big}/tickets")
    equal((page.status, page.header("content-type").split(";")[0]), (429, "application/problem+json"), "an operation's problem is JSON")


@test
def sixty_four_clients_over_the_last_places_never_pass_them(hub):
    fan = hub.signed_in("fan", "busy")
    equal(hub.command("quota", "busy", "--files", "50").code, 0, "fifty")
    assets = [another(hub) for _ in range(64)]
    clients = [hub.client(fan.token) for _ in assets]
    answers = together(64, lambda i: take(clients[i], assets[i]).status)
    equal((answers.count(201), answers.count(429)), (50, 14), "tickets")
    equal(spent(fan), (0, 50, 0, 50 * N), "reserved")
    tickets = list(fan.pages("/v1/me/tickets", 100))
    got = together(50, lambda i: hub.client().get(urllib.parse.urlsplit(tickets[i]["url"]).path).status)
    equal(got.count(200), 50, "and all are fetched")
    equal(spent(fan), (50, 0, 50 * N, 0), "used")
    agrees(hub)


@test
def the_last_places_of_three_hundred_are_given_once(hub):
    """Sixty-four clients ask for six files each."""
    fan = hub.signed_in("fan", "busier")
    equal(hub.command("quota", "busier", "--files", "300").code, 0, "three hundred")
    assets = [another(hub) for _ in range(384)]
    clients = [hub.client(fan.token) for _ in range(64)]
    answers = [status for some in together(64, lambda i: [take(clients[i], one).status for one in assets[i::64]]) for status in some]
    equal((answers.count(201), answers.count(429)), (300, 84), "tickets")
    equal(spent(fan), (0, 300, 0, 300 * N), "reserved")
    equal(hub.sql("SELECT count(*), sum(reserved_files) FROM ledger WHERE account = (SELECT id FROM account WHERE name = 'busier')"), [(300, 300)], "in the ledger")
    agrees(hub)


@test
def sixteen_first_requests_of_one_ticket_are_one_download(hub):
    fan = hub.signed_in("fan")
    path = urllib.parse.urlsplit(take(fan, hub.asset).json["url"]).path
    step = -(-N // 16)
    got = together(16, lambda i: hub.client().get(path, headers={"Range": f"bytes={i * step}-{i * step + step - 1}"}))
    equal([g.body for g in got], [DATA[i * step:i * step + step] for i in range(16)], "ranges")
    equal(spent(fan), (1, 0, N, 0), "one")
    agrees(hub)


@test
def the_same_key_is_one_effect_and_one_answer(hub):
    fan, asset = hub.signed_in("fan"), another(hub)
    clients = [hub.client(fan.token) for _ in range(32)]
    answers = together(32, lambda i: take(clients[i], asset, "k1", maxDownloads=3))
    equal({(a.status, a.body, a.header("location")) for a in answers}, {(201, answers[0].body, answers[0].header("location"))}, "all the same")
    equal(spent(fan), (0, 1, 0, N), "one effect")
    fan.delete(f"/v1/tickets/{answers[0].json['ticket']}")
    equal(take(fan, asset, "k1", json={"maxDownloads": 3}).body, answers[0].body, "also when the world went on")
    equal(spent(fan), (0, 0, 0, 0), "without an effect")
    for other, members in ((asset, {"maxDownloads": 4}), (asset, {}), (hub.asset, {"maxDownloads": 3})):
        refused = take(fan, other, "k1", **members)
        equal((refused.status, refused.problem), (422, "idempotency-key-reused"), members)
    someone = hub.signed_in("fan")
    equal(take(someone, hub.asset, "k1").status, 201, "another account's key is another key")
    hub.kill()
    hub.start()
    equal(take(fan, asset, "k1", maxDownloads=3).body, answers[0].body, "after kill -9")
    equal(take(fan, asset, "k" * 201).status, 422, "too long a key")


@test
def a_storm_of_keys_and_bodies_has_one_effect_a_key(hub):
    """Four keys, of each of two bodies eight at once: one body wins, the other is told so; never both, never a third answer."""
    fan, assets = hub.signed_in("fan"), [another(hub) for _ in range(4)]
    clients = [hub.client(fan.token) for _ in range(64)]
    answers = together(64, lambda i: take(clients[i], assets[i % 4], f"storm-{i % 4}", maxDownloads=1 + i // 4 % 2))
    for key in range(4):
        mine = answers[key::4]
        won = [a for a in mine if a.status == 201]
        equal((len(won), len({a.body for a in won}), len({a.header("location") for a in won})), (8, 1, 1), f"key {key}: one body, one answer")
        equal({(a.status, a.problem) for a in mine if a.status != 201}, {(422, "idempotency-key-reused")}, f"key {key}: the other body")
        check(won[0].json["maxDownloads"] in (1, 2), "as it was asked")
    equal(spent(fan), (0, 4, 0, 4 * N), "four effects")
    equal(hub.sql("SELECT count(*) FROM idempotency WHERE key LIKE 'storm-%'"), [(4,)], "and four rows")
    hub.kill()
    hub.start()
    for i in range(8):
        again = take(fan, assets[i % 4], f"storm-{i % 4}", maxDownloads=1 + i // 4 % 2)
        before = [a for a in answers[i % 4::4] if a.status == again.status][0]
        equal((again.status, again.body if again.status == 201 else again.problem), (before.status, before.body if before.status == 201 else before.problem), "after kill -9")
    agrees(hub)


@test
def a_refusal_is_not_replayed(hub):
    fan = hub.signed_in("fan", "refused")
    hub.command("quota", "refused", "--files", "0")
    asset = another(hub)
    equal(take(fan, asset, "k").status, 429, "refused")
    hub.command("quota", "refused", "--reset")
    made = take(fan, asset, "k")
    equal((made.status, take(fan, asset, "k").body), (201, made.body), "now it is made, and kept")


@test
def a_ticket_has_so_many_downloads(hub):
    fan = hub.signed_in("fan")
    for wrong in (0, 11, -1, "3"):
        refused = take(fan, hub.asset, maxDownloads=wrong)
        equal((refused.status, refused.pointers), (422, [("body", "/maxDownloads")]), wrong)
    ticket = take(fan, hub.asset, maxDownloads=1, expiresAt=stamp(time.time() * 1000 + 20 * DAY)).json
    equal((ticket["maxDownloads"], ticket["downloadsLeft"]), (1, 0), "the first is reserved")
    equal(fetch(hub, ticket).status, 200, "the first")
    delivered(hub, ticket)
    at(hub, 6 * DAY)
    equal((fetch(hub, ticket).status, take(fan, hub.asset).status), (200, 200), "within the window it is the same download")
    at(hub, 8 * DAY)
    gone = fetch(hub, ticket)
    equal((gone.status, gone.problem), (410, "gone"), "used up")
    fresh = take(fan, hub.asset)
    check(fresh.status == 201 and fresh.json["ticket"] != ticket["ticket"], f"it makes room: {fresh}")
    at(hub, 0)
    agrees(hub)


@test
def after_the_window_it_is_another_download(hub):
    fan = hub.signed_in("fan")
    ticket = take(fan, hub.asset, expiresAt=stamp(time.time() * 1000 + 20 * DAY)).json
    fetch(hub, ticket)
    at(hub, 8 * DAY)
    equal(spent(fan), (0, 0, 0, 0), "another day")
    equal((fetch(hub, ticket).status, spent(fan)), (200, (1, 0, N, 0)), "and another download")
    history = fan.get("/v1/me/downloads").json["items"]
    equal([h["state"] for h in history], ["open", "settled"], "the first is over")
    at(hub, 0)
    agrees(hub)


@test
def a_reservation_nobody_begins_is_void(hub):
    fan = hub.signed_in("fan")
    ticket = take(fan, hub.asset).json
    equal(spent(fan), (0, 1, 0, N), "reserved")
    at(hub, 14 * 60_000)
    time.sleep(0.5)
    equal(fan.get("/v1/me/downloads").json["items"][0]["state"], "reserved", "still")
    at(hub, 16 * 60_000)
    end = time.monotonic() + 15
    while fan.get("/v1/me/downloads").json["items"][0]["state"] == "reserved" and time.monotonic() < end:
        time.sleep(0.1)
    equal(fan.get("/v1/me/downloads").json["items"][0]["state"], "void", "swept")
    equal(fetch(hub, ticket).status, 200, "the next request reserves again")
    equal([h["state"] for h in fan.get("/v1/me/downloads").json["items"]], ["open", "void"], "history")
    at(hub, 0)
    agrees(hub)


@test
def revoking_gives_a_reservation_back(hub):
    fan = hub.signed_in("fan")
    ticket = take(fan, hub.asset).json
    equal(fan.delete(f"/v1/tickets/{ticket['ticket']}").status, 204, "revoked")
    equal(spent(fan), (0, 0, 0, 0), "given back")
    ticket = take(fan, hub.asset).json
    fetch(hub, ticket)
    fan.delete(f"/v1/tickets/{ticket['ticket']}")
    equal(spent(fan)[0], 1, "what was begun stays, until it is settled")
    equal(fetch(hub, ticket).status, 410, "revoked")
    agrees(hub)


@test
def ones_downloads_are_listed_newest_first(hub):
    fan = hub.signed_in("fan")
    equal(fan.get("/v1/me/downloads").json, {"items": []}, "none")
    assets = [another(hub) for _ in range(3)]
    tickets = [take(fan, asset).json for asset in assets]
    fetch(hub, tickets[1])
    for limit in (1, 2, 100):
        listed = fan.pages("/v1/me/downloads", limit)
        equal([(d["assetId"], d["state"], d["chargedFiles"]) for d in listed], [(assets[2], "reserved", 0), (assets[1], "open", 1), (assets[0], "reserved", 0)], f"limit {limit}")
    equal(hub.signed_in("fan").get("/v1/me/downloads").json["items"], [], "nobody else's")


@test
def an_allowance_takes_the_place_of_the_tiers(hub):
    fan = hub.signed_in("fan", "special")
    equal(hub.command("quota", "special", "--files", "1", "--bytes", "2MiB").code, 0, "set")
    told = fan.get("/v1/me/quota").json
    equal((told["files"]["max"], told["bytes"]["max"]), (1, 2 << 20), "its own")
    hub.command("quota", "special", "--files", "7")
    told = fan.get("/v1/me/quota").json
    equal((told["files"]["max"], told["bytes"]["max"]), (7, 2 << 20), "the other stays")
    done = hub.command("quota", "special", "--reset")
    check("max 5" in done.out, done)
    equal(fan.get("/v1/me/quota").json["files"]["max"], FILES, "the tier's again")
    equal(len(hub.sql("SELECT 1 FROM audit WHERE action = 'account.quota' AND target = (SELECT id FROM account WHERE name = 'special')")), 3, "in the audit")
    for wrong in (["quota"], ["quota", "special", "--files", "x"], ["quota", "special", "--bytes", "-1"], ["quota", "special", "more"]):
        equal(hub.command(*wrong).code, 2, wrong)
    equal(hub.command("quota", "nobody").code, 1, "nobody")


def settles(hub, client):
    """Eight days later."""
    at(hub, 8 * DAY)
    end = time.monotonic() + 15
    while client.get("/v1/me/downloads").json["items"][0]["state"] == "open" and time.monotonic() < end:
        time.sleep(0.1)
    equal(client.get("/v1/me/downloads").json["items"][0]["state"], "settled", "swept")


@test
def a_refund_gives_back_once_and_in_its_day(hub):
    fan = hub.signed_in("fan", "back")
    ticket = take(fan, hub.asset).json
    fetch(hub, ticket)
    download = fan.get("/v1/me/downloads").json["items"][0]["id"]
    equal(hub.command("quota", "back", "--refund", download).code, 1, "it is not settled")
    delivered(hub, ticket)
    later = {"HUB_NOW": f"+{8 * DAY}"}
    settles(hub, fan)
    day = hub.sql("SELECT day FROM download WHERE id = ?", download)[0][0]
    row = "SELECT used_files, used_bytes FROM quota WHERE day = ? AND owner = (SELECT account FROM download WHERE id = ?)"
    equal(hub.sql(row, day, download), [(1, N)], "charged in its day")
    equal(hub.command("quota", "back", "--refund", download, env=later).code, 0, "refunded")
    equal(hub.command("quota", "back", "--refund", download, env=later).code, 1, "once")
    equal(hub.sql(row, day, download), [(0, 0)], "in that day")
    equal(spent(fan), (0, 0, 0, 0), "not today")
    at(hub, 0)
    agrees(hub)


run(start)
