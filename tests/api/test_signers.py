"""Direct mode: a ticket answers with a signed address, of this hub or of a real nginx."""
import base64
import hashlib
import os
import subprocess
import urllib.parse

from case import check, equal, need, run, test
from client import Client
from hub import Hub, asset, small_clip
from nginx import sender

MINUTE = 60_000
SECRET = "nginx-und-hub_2026"
NAMES = ["liburan.mp4", "Liburan 🎉 “Sari” & co; 100%.mp4", "\"a' <b> $uri ?x=1#y+z.mp4", "غلاف.mp4", "..titik.mp4"]


def start():
    hub = Hub("--signer", "hub", "--quota-files", "1000")
    with open(small_clip(3), "rb") as f:
        hub.clip = f.read()
    video = hub.published(seconds=3)
    hub.idle()
    hub.anyone = hub.client()
    hub.asset = asset(hub.anyone, video)["id"]
    hub.whole = asset(hub.anyone, video, "rendition")["id"]
    hub.nginx = sender(hub, SECRET)
    equal(hub.command("flag", "set", "rapidshare-mode", "on").code, 0, "the flag is set")
    return hub


def serve(hub, signer, now=0):
    """The hub with this signer, so many ms later."""
    hub.nginx_url = f"{hub.nginx.base}/blobs"
    env = {"HUB_SIGNER": signer, "HUB_SIGNER_URL": hub.nginx_url, "HUB_SIGNER_SECRET": SECRET}
    hub.restart("--quota-files", "1000", env={**env, **({"HUB_NOW": f"{now:+d}"} if now else {})})
    hub.anyone = hub.client()


def ticket(hub, name=None, asset=None):
    """Of a fresh account: (a client of it, the ticket's path)"""
    if name:
        hub.sql("UPDATE asset SET filename = ? WHERE id = ?", name, hub.asset)
    fan = hub.signed_in("fan")
    answer = fan.post(f"/v1/assets/{asset or hub.asset}/tickets")
    need(answer.status == 201, f"a ticket: {answer}")
    return fan, urllib.parse.urlsplit(answer.json["url"]).path


def redirected(hub, path, **headers):
    answer = hub.anyone.get(path, headers=headers)
    equal((answer.status, answer.body, answer.header("cache-control"), answer.header("referrer-policy"), answer.header("etag")), (307, b"", "private, no-store", "no-referrer", None), "307")
    return answer.header("location")


def fetch(url, method="GET", **headers):
    at = urllib.parse.urlsplit(url)
    return Client(f"{at.scheme}://{at.netloc}", strict=not at.path.startswith("/blobs/")).ask(method, url[len(f"{at.scheme}://{at.netloc}"):], headers=headers)


def used(fan):
    quota = fan.get("/v1/me/quota").json
    return quota["files"]["used"], quota["bytes"]["used"]


@test
def a_signed_address_gives_the_very_file(hub):
    for signer in ("hub", "nginx"):
        serve(hub, signer)
        for name in NAMES:
            url = redirected(hub, ticket(hub, name)[1])
            check(url.startswith(hub.base + "/signed/" if signer == "hub" else hub.nginx_url + "/"), f"{signer}: {url}")
            whole = fetch(url)
            check((whole.status, whole.body) == (200, hub.clip), f"{signer}, {name}: {whole.status}")
            equal((whole.header("content-type"), whole.header("x-content-type-options"), whole.header("referrer-policy"), whole.header("cache-control")),
                  ("video/mp4", "nosniff", "no-referrer", "private, no-cache"), f"{signer}, {name}")
            check(whole.header("content-disposition").startswith("attachment") and "sandbox" in whole.header("content-security-policy"), "to be saved, and inert")
            equal(urllib.parse.unquote(urllib.parse.urlsplit(url).path.rsplit("/", 1)[1]), name, "the name in the address")
            part = fetch(url, Range="bytes=100-199")
            check((part.status, part.body) == (206, hub.clip[100:200]), f"{signer}: a range")
            head = fetch(url, "HEAD")
            equal((head.status, head.header("content-length"), head.body), (200, str(len(hub.clip)), b""), f"{signer}: HEAD")
    serve(hub, "hub")
    sent = fetch(redirected(hub, ticket(hub)[1]))
    digest = hashlib.sha256(hub.clip)
    equal((sent.etag, sent.header("repr-digest")), (f'"{digest.hexdigest()}"', f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"), "the hub's own says the digest too")


@test
def a_download_is_charged_whole_when_its_address_is_given_out_and_once(hub):
    fan, path = ticket(hub, NAMES[0])
    head = hub.anyone.head(path)
    equal((head.status, head.header("location"), head.header("content-length")), (200, None, str(len(hub.clip))), "HEAD gives no address")
    equal(hub.anyone.get(path, headers={"If-None-Match": head.etag}).status, 304, "nor does a condition")
    equal(hub.anyone.get(path, headers={"Range": "bytes=99999999-"}).status, 416, "nor a range that is not there")
    equal(hub.anyone.get(path + ".sha256").status, 200, "nor what stands beside it")
    equal(used(fan), (0, 0), "nothing yet")
    for headers in ({"Range": "bytes=0-9"}, {}, {"Range": "bytes=5-"}):
        redirected(hub, path, **headers)
        equal(used(fan), (1, len(hub.clip)), f"{headers}")
    hub.sql("UPDATE download SET resume_until = 0, covered_at = 0 WHERE account = (SELECT account FROM ticket WHERE secret = ?)", path.split("/")[2])
    redirected(hub, path)
    equal(used(fan), (2, 2 * len(hub.clip)), "a new one after its window, and nothing of the first came back")


@test
def what_was_begun_here_is_charged_whole_when_it_goes_elsewhere(hub):
    equal(hub.command("flag", "set", "rapidshare-mode", "off").code, 0, "off")
    fan, path = ticket(hub, NAMES[0])
    equal(hub.anyone.get(path, headers={"Range": "bytes=0-9"}).status, 206, "sent by this process")
    equal(hub.command("flag", "set", "rapidshare-mode", "on").code, 0, "on")
    redirected(hub, path)
    hub.sql("UPDATE download SET resume_until = 0, covered_at = 0 WHERE account = (SELECT account FROM ticket WHERE secret = ?)", path.split("/")[2])
    redirected(hub, path)
    equal(used(fan), (2, 2 * len(hub.clip)), "whole, and one download")


@test
def a_ticket_for_one_download_gives_no_address_that_would_do_for_many(hub):
    fan = hub.signed_in("fan")
    answer = fan.post(f"/v1/assets/{hub.asset}/tickets", maxDownloads=1)
    equal((answer.status, hub.anyone.get(urllib.parse.urlsplit(answer.json["url"]).path).status), (201, 200), "sent by this process")


@test
def no_address_is_given_beyond_the_allowance_or_for_a_ticket_that_is_gone(hub):
    fan, path = ticket(hub)
    equal(fan.delete("/v1/tickets/" + path.split("/")[2]).status, 204, "revoked")
    equal(hub.anyone.get(path).problem, "gone", "revoked")
    account = hub.account("habis", "fan")
    fan = hub.client(hub.token(account))
    equal(hub.command("quota", account, "--files", "1").code, 0, "one file a day")
    path = urllib.parse.urlsplit(fan.post(f"/v1/assets/{hub.asset}/tickets").json["url"]).path
    redirected(hub, path)
    hub.sql("UPDATE download SET resume_until = 0, covered_at = 0 WHERE account = (SELECT account FROM ticket WHERE secret = ?)", path.split("/")[2])
    refused = hub.anyone.get(path)
    equal((refused.status, refused.problem, refused.header("location")), (429, "quota-exceeded", None), "used up")


@test
def a_file_that_is_to_be_proxied_is_sent_by_this_process_to_everybody(hub):
    editor = hub.signed_in("editor")
    fan, path = ticket(hub)
    redirected(hub, path)
    changed = editor.patch(f"/v1/assets/{hub.asset}", delivery="proxied")
    equal((changed.status, changed.json["delivery"]), (200, "proxied"), "from now on")
    equal(hub.anyone.get(f"/v1/assets/{hub.asset}").json["delivery"], "proxied", "as everybody may know")
    equal(hub.sql("SELECT was, became FROM audit WHERE action = 'asset.delivery' AND target = ?", hub.asset), [("any", "proxied")], "in the audit")
    for of in (path, ticket(hub)[1]):
        sent = hub.anyone.get(of)
        equal((sent.status, sent.header("location"), sent.body), (200, None, hub.clip), "for a ticket of before and a new one")
    equal(used(fan), (1, len(hub.clip)), "one download still")
    equal(editor.patch(f"/v1/assets/{hub.asset}", delivery="any").status, 200, "and back")
    redirected(hub, path)


@test
def what_is_put_together_from_parts_is_sent_by_this_process(hub):
    for signer in ("hub", "nginx"):
        serve(hub, signer)
        sent = hub.anyone.get(ticket(hub, asset=hub.whole)[1])
        equal((sent.status, sent.header("location")), (200, None), signer)
    serve(hub, "hub")


@test
def the_flag_decides_for_each_account(hub):
    equal(hub.command("flag", "reset", "rapidshare-mode").code, 0, "off for all")
    path = ticket(hub)[1]
    equal(hub.anyone.get(path).status, 200, "off")
    name = hub.account("terpilih", "fan")
    equal(hub.command("flag", "set", "rapidshare-mode", "on", "--account", name).code, 0, "on for one")
    chosen = urllib.parse.urlsplit(hub.client(hub.token(name)).post(f"/v1/assets/{hub.asset}/tickets").json["url"]).path
    equal((hub.anyone.get(path).status, hub.anyone.get(chosen).status), (200, 307), "for that one alone")
    equal(hub.command("flag", "set", "rapidshare-mode", "on").code, 0, "on for all")
    equal(hub.anyone.get(path).status, 307, "at once")
    serve(hub, "none")
    equal(hub.anyone.get(path).status, 200, "and nothing without a signer")
    serve(hub, "hub")


@test
def an_altered_address_opens_nothing(hub):
    url = redirected(hub, ticket(hub, NAMES[0])[1])
    _, _, token, name = urllib.parse.urlsplit(url).path.split("/")
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        answer = hub.anyone.get(f"/signed/{base64.urlsafe_b64encode(bytes(changed)).decode().rstrip('=')}/{name}")
        equal((answer.status, answer.problem), (403, "token-invalid"), f"bit {bit}")
    for other in (token[:-1], token + "A", token + "AAAA", token[:-1] + ("A" if token[-1] != "A" else "B"), token[4:], "A" * 300):
        check(hub.anyone.get(f"/signed/{other}/{name}").status in (403, 404), other[-8:])
    equal(hub.anyone.get(f"/signed/{token}/other.html").body == hub.clip, True, "the name in the address decides nothing")
    check('filename="liburan.mp4"' in hub.anyone.head(f"/signed/{token}/other.html").header("content-disposition"), "not even that of the file")
    serve(hub, "nginx")
    url = redirected(hub, ticket(hub, NAMES[0])[1])
    at = urllib.parse.urlsplit(url)
    told = dict(urllib.parse.parse_qsl(at.query))
    equal(fetch(url).status, 200, "nginx, as it was given out")
    for path, query in ((at.path, {**told, "expires": str(int(told["expires"]) + 1)}), (at.path, {**told, "md5": "A" * 22}), (at.path, {"md5": told["md5"]}), (at.path, {}),
                        (at.path, {**told, "d": told["d"][::-1]}), (at.path, {"md5": told["md5"], "expires": told["expires"]}),
                        (at.path.replace("liburan", "lain"), told), (at.path.rsplit("/", 1)[0] + "/x.html", told)):
        equal(fetch(f"{hub.nginx.base}{path}?{urllib.parse.urlencode(query)}").status, 403, f"nginx, {path} {query}")
    serve(hub, "hub")


@test
def an_address_dies_with_its_time_and_never_after_its_ticket(hub):
    day = 86_400_000
    for signer, gone in (("hub", 410), ("nginx", 410)):
        serve(hub, signer)
        path = ticket(hub)[1]
        url = redirected(hub, path)
        if signer == "hub":
            for now, status in ((4 * MINUTE, 200), (6 * MINUTE, 410)):
                serve(hub, signer, now)
                equal(fetch(url).status, status, f"{now // MINUTE} minutes later")
            serve(hub, signer, 7 * day - 2 * MINUTE)
            url = redirected(hub, path)
            serve(hub, signer, 7 * day + 1000)
            equal((fetch(url).status, hub.anyone.get(path).status), (410, 410), "two minutes before the ticket's end it has two minutes")
        else:
            serve(hub, signer, -10 * MINUTE)
            equal(fetch(redirected(hub, ticket(hub)[1])).status, gone, "nginx looks at its own clock: this one died five minutes ago")
    serve(hub, "hub")


@test
def curl_wget_and_aria2_follow_and_resume(hub):
    for signer in ("hub", "nginx"):
        serve(hub, signer)
        url = hub.base + ticket(hub, NAMES[0])[1]
        for command in (["curl", "-sS", "-L", "--fail", "-C", "-", "-o"], ["wget", "-q", "-c", "-O"], ["aria2c", "-q", "-c", "-x4", "-s4", "-k1M", "-d", "/", "-o"]):
            to = os.path.join(hub.folder, f"{signer}-{command[0]}")
            if command[0] != "aria2c":
                with open(to, "wb") as f:
                    f.write(hub.clip[:1000])
            equal(subprocess.run([*command, to, url], timeout=60).returncode, 0, f"{command[0]} by {signer}")
            with open(to, "rb") as f:
                check(f.read() == hub.clip, f"{command[0]} by {signer}, byte for byte")
    serve(hub, "hub")


@test
def settings_that_make_no_sense_are_refused_and_the_secret_is_never_told(hub):
    good = {"HUB_SIGNER": "nginx", "HUB_SIGNER_URL": "https://files.example/blobs", "HUB_SIGNER_SECRET": SECRET}
    for change in ({"HUB_SIGNER": "apache"}, {"HUB_SIGNER_URL": ""}, {"HUB_SIGNER_URL": "ftp://x/y"}, {"HUB_SIGNER_URL": "http://x/a/"}, {"HUB_SIGNER_URL": "http://x/a b"},
                   {"HUB_SIGNER_URL": "http://x/a?b"}, {"HUB_SIGNER_SECRET": ""}, {"HUB_SIGNER_SECRET": "short"}, {"HUB_SIGNER_SECRET": "with a \"$variable\" in it"}):
        done = hub.command("doctor", env={**good, **change})
        check(done.code != 0 and "igner" in done.err.lower() + done.out, f"{change}: {done}")
    told = hub.command("config", env=good)
    check(SECRET not in told.out + told.err and "(set)" in told.out, "hub config")
    equal(hub.command("config", "--signer-secret", SECRET).code, 2, "not as an argument")
    check(SECRET not in hub.all_logs(), "not in a log")


run(start)
