"""Tickets and the bytes behind them."""
import base64
import hashlib
import os
import time
import urllib.parse

from case import check, equal, need, run, test
from hub import Hub, asset, encoded, footage, small_clip, ungated, upload

DAY = 86_400_000
NAMES = ["Tante Sama Keponakan — Éps. 1.mp4", "kelinci 🐇 besar.mp4", "a\"b'c;d%e.mp4", "spasi  ganda .mp4"]


def start():
    hub = Hub()
    hub.editor, hub.fan, hub.other, hub.premium, hub.anyone = (hub.signed_in("editor", "ed"), hub.signed_in("fan", "fan"), hub.signed_in("fan"), hub.signed_in("premium"),
                                                                hub.client())
    hub.clip = open(small_clip(3), "rb").read()
    hub.video, hub.asset = uploaded(hub, NAMES[0])
    return hub


def uploaded(hub, filename, title="Diunduh"):
    video = hub.editor.post("/v1/videos", title=title).json["id"]
    upload(hub.editor, video, hub.clip, filename)
    need(encoded(hub.editor, video)["state"] == "ready", "encoded")
    need(hub.editor.post(f"/v1/videos/{video}/publish").status == 200, "published")
    return video, asset(hub.anyone, video)["id"]


def take(client, asset, **members):
    return client.post(f"/v1/assets/{asset}/tickets", **members)


def path_of(ticket):
    return urllib.parse.urlsplit(ticket["url"]).path


def stamp(ms):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(ms / 1000))


def again(hub, **env):
    hub.restart(env=env)
    hub.editor, hub.fan, hub.anyone = hub.client(hub.token("ed")), hub.client(hub.token("fan")), hub.client()
    hub.other, hub.premium = hub.signed_in("fan"), hub.signed_in("premium")


@test
def a_ticket_is_made_once_and_then_returned(hub):
    first = take(hub.fan, hub.asset)
    equal(first.status, 201, "made")
    equal(first.header("location"), f"/v1/tickets/{first.json['ticket']}", "Location")
    second = take(hub.fan, hub.asset)
    equal((second.status, second.json), (200, first.json), "the live one")
    equal(take(hub.fan, hub.asset, json={}).status, 200, "with {}")
    others = take(hub.other, hub.asset)
    check(others.status == 201 and others.json["ticket"] != first.json["ticket"], "each account has its own")
    ticket = first.json
    equal(ticket["sizeBytes"], len(hub.clip), "size")
    equal(ticket["sha256"], hashlib.sha256(hub.clip).hexdigest(), "sha256")
    equal((ticket["filename"], ticket["landingUrl"]), (NAMES[0], f"{hub.base}/d/{ticket['ticket']}"), "name and page")


@test
def a_ticket_needs_an_account_and_no_account_to_be_used(hub):
    equal(take(hub.anyone, hub.asset).status, 401, "anonymous")
    ticket = take(hub.fan, hub.asset).json
    for client in (hub.anyone, hub.other):
        read = client.get(f"/v1/tickets/{ticket['ticket']}").json
        equal({**read, "quota": 0}, {**ticket, "quota": 0}, "read")
        equal(client.get(path_of(ticket)).body, hub.clip, "bytes")


@test
def nothing_is_given_for_what_one_may_not_see(hub):
    equal(take(hub.fan, "0" * 26).status, 404, "no such asset")
    video, asset = uploaded(hub, "rahasia.mp4")
    hub.editor.patch(f"/v1/videos/{video}", visibility="private")
    equal(take(hub.fan, asset).status, 404, "private")
    equal(hub.fan.get(f"/v1/assets/{asset}").status, 404, "the asset of it")
    equal(take(hub.editor, asset).status, 201, "for editors")
    hub.editor.patch(f"/v1/videos/{video}", visibility="public", access="premium")
    answer = take(hub.fan, asset)
    equal((answer.status, answer.problem), (403, "premium-required"), "premium")
    told = "SELECT count(*) FROM outbox WHERE topic = 'download.refused' AND payload LIKE ? AND payload LIKE '%premium-required%'"
    equal((take(hub.fan, asset).status, hub.sql(told, f"%{asset}%")), (403, [(1,)]), "told once")
    equal(take(hub.premium, asset).status, 201, "for premium members")
    hub.editor.post(f"/v1/videos/{video}/unpublish")
    equal(take(hub.fan, asset).status, 404, "unpublished")


@test
def the_life_of_a_ticket_is_within_bounds(hub):
    now = time.time() * 1000
    for at, status in ((now + DAY, 201), (now + 29 * DAY, 201), (now + 31 * DAY, 422), (now - 1000, 422), (now, 422)):
        client = hub.signed_in("fan")
        answer = take(client, hub.asset, expiresAt=stamp(at))
        equal(answer.status, status, f"{(at - now) / DAY} days")
        if status == 201:
            equal(answer.json["expiresAt"][:19], stamp(at)[:19], "expiresAt")
        else:
            equal(answer.pointers, [("body", "/expiresAt")], "pointer")
    for body in ({"expiresAt": "soon"}, {"expiresAt": 5}, {"more": 1}):
        equal(take(hub.fan, hub.asset, json=body).status, 422, body)
    default = take(hub.signed_in("fan"), hub.asset).json["expiresAt"]
    equal(default[:10], stamp(now + 7 * DAY)[:10], "seven days by default")


@test
def ranges_and_conditions_are_those_of_rfc_9110(hub):
    ticket = take(hub.fan, hub.asset).json
    path, clip, n = path_of(ticket), hub.clip, len(hub.clip)
    whole = hub.anyone.get(path)
    tag = f'"{ticket["sha256"]}"'
    equal((whole.status, whole.body, whole.etag), (200, clip, tag), "whole")
    equal((whole.header("accept-ranges"), whole.header("content-type"), whole.header("cache-control")), ("bytes", "video/mp4", "private, no-cache"), "headers")
    modified = whole.header("last-modified")
    rows = [("bytes=0-0", clip[:1], f"0-0/{n}"), ("bytes=100-199", clip[100:200], f"100-199/{n}"), ("bytes=100-", clip[100:], f"100-{n - 1}/{n}"), ("bytes=-100", clip[-100:], f"{n - 100}-{n - 1}/{n}"),
            (f"bytes=0-{n * 2}", clip, f"0-{n - 1}/{n}"), (f"bytes=-{n * 2}", clip, f"0-{n - 1}/{n}"), (f"bytes={n - 1}-", clip[-1:], f"{n - 1}-{n - 1}/{n}")]
    for text, body, told in rows:
        part = hub.anyone.get(path, headers={"Range": text})
        equal((part.status, part.body == body, part.header("content-range"), part.etag), (206, True, "bytes " + told, tag), text)
    for text in (f"bytes={n}-", "bytes=-0", "bytes=0-1,5-6", "bytes=0-1,1-2", f"bytes={n + 5}-{n + 9}"):
        refused = hub.anyone.get(path, headers={"Range": text})
        equal((refused.status, refused.problem, refused.header("content-range")), (416, "range", f"bytes */{n}"), text)
    for text in ("bytes", "bytes=", "bytes=a-b", "bytes=5-2", "items=0-5", "bytes 0-5", "bytes=--5"):
        equal((hub.anyone.get(path, headers={"Range": text}).status), 200, f"ignored: {text}")
    conditions = [({"If-Range": tag}, 206), ({"If-Range": '"other"'}, 200), ({"If-Range": f"W/{tag}"}, 200), ({"If-None-Match": tag}, 304), ({"If-None-Match": '"other"'}, 206),
                  ({"If-Match": tag}, 206), ({"If-Match": '"other"'}, 412), ({"If-Match": "*"}, 206), ({"If-None-Match": "*"}, 304), ({"If-Modified-Since": modified}, 304),
                  ({"If-Unmodified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}, 412)]
    for headers, status in conditions:
        equal(hub.anyone.get(path, headers={"Range": "bytes=0-9", **headers}).status, status, headers)


@test
def head_tells_everything_but_the_bytes(hub):
    path = path_of(take(hub.fan, hub.asset).json)
    whole, head = hub.anyone.get(path), hub.anyone.head(path)
    equal((head.status, head.body), (200, b""), "HEAD")
    for name in ("content-length", "content-type", "etag", "last-modified", "accept-ranges", "content-disposition", "cache-control"):
        equal(head.header(name), whole.header(name), name)
    equal(hub.anyone.head(path, headers={"Range": "bytes=0-9"}).status, 200, "a range means nothing to HEAD")


@test
def tickets_of_one_version_agree_on_its_date(hub):
    """So that what one of them began another one goes on with, by If-Range of a date too."""
    made = hub.sql("SELECT created_at FROM asset WHERE id = ?", hub.asset)[0][0]
    hub.sql("UPDATE asset SET created_at = ? WHERE id = ?", made - 3_600_000, hub.asset)
    fields = []
    for client in (hub.fan, hub.signed_in("fan")):
        ticket = take(client, hub.asset).json
        hub.sql("UPDATE ticket SET created_at = created_at - ? WHERE secret = ?", 60_000 * len(fields), ticket["ticket"])
        head = hub.anyone.head(path_of(ticket))
        fields.append((head.header("last-modified"), head.etag))
        part = hub.anyone.get(path_of(ticket), headers={"Range": "bytes=5-9", "If-Range": fields[0][0]})
        equal((part.status, part.body), (206, hub.clip[5:10]), "the date of the first, asked of each")
    equal(len(set(fields)), 1, fields)
    equal(fields[0][0], time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime((made - 3_600_000) // 1000)), "that of the file")
    hub.sql("UPDATE asset SET created_at = ? WHERE id = ?", made, hub.asset)


@test
def names_of_every_script_reach_the_save_dialog(hub):
    for name in NAMES:
        _, asset = (hub.video, hub.asset) if name == NAMES[0] else uploaded(hub, name)
        ticket = take(hub.fan, asset).json
        equal(ticket["filename"], name, "filename")
        equal(urllib.parse.unquote(path_of(ticket).rsplit("/", 1)[1]), name, "in the address")
        told = hub.anyone.head(path_of(ticket)).header("content-disposition")
        check(told.startswith("attachment; filename=\"") and told.isascii(), told)
        extended = told.split("filename*=UTF-8''", 1)[1]
        equal(urllib.parse.unquote(extended), name, "filename*")
        check(all(c.isalnum() or c in "!#$&+-.^_`|~%" for c in extended), extended)
        plain = told.split('filename="', 1)[1].split('"', 1)[0]
        check(not set(plain) & set('"\\%/;'), plain)


@test
def the_name_in_the_address_decides_nothing(hub):
    ticket = take(hub.fan, hub.asset).json
    for name in ("x", "..%2f..%2fetc%2fpasswd", "%00", "a" * 1000):
        answer = hub.anyone.get(f"/d/{ticket['ticket']}/{name}")
        check(answer.status in (400, 404) or answer.body == hub.clip, f"{name}: {answer.status}")


@test
def a_download_carries_headers_that_keep_its_secret(hub):
    answer = hub.anyone.get(path_of(take(hub.fan, hub.asset).json))
    equal(answer.header("referrer-policy"), "no-referrer", "Referrer-Policy")
    equal(answer.header("x-content-type-options"), "nosniff", "nosniff")
    check("sandbox" in (answer.header("content-security-policy") or ""), "CSP")


@test
def a_revoked_ticket_is_gone_and_a_new_one_may_be_taken(hub):
    client = hub.signed_in("fan")
    ticket = take(client, hub.asset).json
    equal(hub.other.delete(f"/v1/tickets/{ticket['ticket']}").status, 404, "another's")
    equal(hub.anyone.delete(f"/v1/tickets/{ticket['ticket']}").status, 401, "nobody's")
    for _ in range(2):  # the second one knows that it is paid for
        equal(hub.anyone.get(path_of(ticket)).status, 200, "still there")
    equal(hub.anyone.head(path_of(ticket)).status, 200, "still there, for HEAD")
    equal(client.delete(f"/v1/tickets/{ticket['ticket']}").status, 204, "revoked")
    for path in (path_of(ticket), f"/v1/tickets/{ticket['ticket']}"):
        answer = hub.anyone.get(path)
        equal((answer.status, answer.problem), (410, "gone"), path[:8])
        equal(hub.anyone.head(path).status, 410, f"HEAD {path[:8]}")
    equal(client.delete(f"/v1/tickets/{ticket['ticket']}").status, 404, "again")
    fresh = take(client, hub.asset)
    check(fresh.status == 201 and fresh.json["ticket"] != ticket["ticket"], "a new one")
    equal(hub.anyone.get(path_of(ticket)).status, 410, "the old one stays gone")


@test
def one_lists_ones_own_live_tickets_newest_first(hub):
    client = hub.signed_in("fan")
    equal(client.get("/v1/me/tickets").json, {"items": []}, "none")
    assets = [hub.asset] + [uploaded(hub, f"daftar-{i}.mp4")[1] for i in range(2)]
    tickets = [take(client, asset).json for asset in assets]
    for limit in (1, 2, 100):
        equal([t["ticket"] for t in client.pages("/v1/me/tickets", limit)], [t["ticket"] for t in reversed(tickets)], f"limit {limit}")
    client.delete(f"/v1/tickets/{tickets[1]['ticket']}")
    equal([t["ticket"] for t in client.pages("/v1/me/tickets", 1)], [tickets[2]["ticket"], tickets[0]["ticket"]], "without the revoked one")


@test
def an_unknown_ticket_is_404(hub):
    for secret in ("A" * 32, "A" * 22, "A" * 64, "_" * 32):
        for path in (f"/d/{secret}/x.mp4", f"/v1/tickets/{secret}"):
            equal(hub.anyone.get(path).status, 404, path)


@test
def an_altered_ticket_opens_nothing(hub):
    secret = take(hub.fan, hub.asset).json["ticket"]
    raw, asked = base64.urlsafe_b64decode(secret), []
    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        asked.append(base64.urlsafe_b64encode(changed).decode())
    asked += [secret.swapcase(), secret[:-1], secret[1:], secret + "A", secret + "%3D", secret + "%20", "%20" + secret, secret.replace(secret[0], f"%{ord(secret[0]):02X}", 1)[:-1]]
    for other in asked:
        answer = hub.anyone.get(f"/d/{other}/x.mp4")
        check(answer.status == 404 and hub.clip[:64] not in answer.body, f"{other}: {answer.status}")
    equal(hub.anyone.get(f"/d/{secret}/x.mp4").body == hub.clip, True, "as it was given out")


@test
def an_expired_ticket_is_gone_and_makes_room(hub):
    ticket = take(hub.fan, hub.asset).json
    again(hub, HUB_NOW=f"+{7 * DAY - 60_000}")
    equal(hub.anyone.get(path_of(ticket)).status, 200, "just before")
    again(hub, HUB_NOW=f"+{7 * DAY + 60_000}")
    for path in (path_of(ticket), f"/v1/tickets/{ticket['ticket']}"):
        answer = hub.anyone.get(path)
        equal((answer.status, answer.problem), (410, "gone"), path[:8])
    equal(hub.fan.get("/v1/me/tickets").json["items"], [], "listed")
    fresh = take(hub.fan, hub.asset)
    check(fresh.status == 201 and fresh.json["ticket"] != ticket["ticket"], "a new one")
    again(hub)


@test
def a_ticket_of_a_video_taken_down_is_gone(hub):
    video, asset = uploaded(hub, "turun.mp4")
    ticket = take(hub.fan, asset).json
    hub.editor.post(f"/v1/videos/{video}/unpublish")
    equal(hub.anyone.get(path_of(ticket)).status, 200, "an unpublished one is still fetched")
    hub.sql("UPDATE video SET state = 'taken-down' WHERE id = ?", video)
    equal((hub.anyone.get(path_of(ticket)).status, hub.anyone.get(f"/v1/tickets/{ticket['ticket']}").status), (410, 410), "taken down")
    hub.sql("UPDATE video SET state = 'unpublished' WHERE id = ?", video)
    equal(hub.editor.delete(f"/v1/videos/{video}").status, 204, "deleted")
    equal(hub.anyone.get(path_of(ticket)).status, 404, "deleted")


@test
def real_footage_comes_back_byte_for_byte(hub):
    path = footage("bikes.mp4")
    video = hub.import_clip(path, "Bikes")
    original = ungated(hub.editor, video)
    equal(original["filename"], "bikes.mp4", "name")
    ticket = take(hub.fan, original["id"]).json
    with open(path, "rb") as f:
        equal(hub.anyone.get(path_of(ticket)).body == f.read(), True, "bytes")
    equal(ticket["sizeBytes"], os.path.getsize(path), "size")


@test
def links_of_a_disabled_account_end_with_it(hub):
    admin, fan = hub.signed_in("admin"), hub.signed_in("fan", "pengunduh")
    ticket = take(fan, hub.asset).json
    account = fan.get("/v1/me").json["id"]
    equal(hub.anyone.get(path_of(ticket)).status, 200, "whoever holds it")
    need(admin.patch(f"/v1/accounts/{account}", disabled=True).status == 200, "disabled")
    equal((hub.anyone.get(path_of(ticket)).status, hub.anyone.get(f"/v1/tickets/{ticket['ticket']}").status), (410, 410), "gone")
    need(admin.patch(f"/v1/accounts/{account}", disabled=False).status == 200, "let in again")
    equal(hub.anyone.get(path_of(ticket)).status, 410, "stays gone")
    equal(take(hub.client(hub.token("pengunduh")), hub.asset).status, 201, "a new one")


run(start)
