"""Sharing: a short link for each channel, what goes with it, and counting who opens it."""
import re
import urllib.parse

from browser import Browser
from case import check, equal, need, run, test
from hub import Hub

PHONE = "Mozilla/5.0 (Linux; Android 14; SM-A546E) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36"
PROGRAMS = ["WhatsApp/2.23.20.0 A", "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "TelegramBot (like TwitterBot)", "Twitterbot/1.0",
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Slackbot-LinkExpanding 1.0", "curl/7.88.1", ""]


def start():
    hub = Hub()
    hub.video = hub.published(seconds=3)
    hub.idle()
    hub.editor = hub.signed_in("editor")
    hub.fan, hub.anyone = hub.signed_in("fan"), hub.client()
    return hub


def share(client, hub, channel):
    answer = client.post(f"/v1/videos/{hub.video}/shares", channel=channel)
    need(answer.status in (200, 201), f"shared: {answer}")
    return answer


def opened(hub, url):
    return hub.sql("SELECT opened FROM share WHERE code = ?", url.rsplit("/", 1)[1])[0][0]


@test
def each_channel_gets_its_link_its_text_and_its_files(hub):
    title = hub.anyone.get(f"/v1/videos/{hub.video}").json["title"]
    seen = set()
    for channel, opens in (("whatsapp", "https://wa.me/?text="), ("telegram", "https://t.me/share/url?url="), ("facebook", "https://www.facebook.com/sharer/sharer.php?u="),
                           ("x", "https://twitter.com/intent/tweet?text="), ("instagram", None), ("copy", None)):
        told = share(hub.anyone, hub, channel).json
        check(re.fullmatch(re.escape(hub.base) + r"/s/[A-Za-z0-9_-]{8}", told["url"]) and told["url"] not in seen, told["url"])
        seen.add(told["url"])
        check(title in told["text"] and told["text"].endswith(told["url"]), told["text"])
        where = told.get("openUrl")
        check((where is None) == (opens is None) and (opens is None or where.startswith(opens)), f"{channel}: {where}")
        if opens:
            equal(urllib.parse.unquote(where[len(opens):]), told["text"] if opens.endswith("text=") else told["url"], channel)
        card = hub.anyone.get(urllib.parse.urlsplit(told["cardUrl"]).path)
        equal((card.status, card.header("content-type")), (200, "image/jpeg"), f"the card of {channel}")
        check(len(card.body) <= 300 << 10, f"{len(card.body)} bytes")
        equal("clipUrl" in told, channel == "instagram", "a clip")
    clip = hub.anyone.get(urllib.parse.urlsplit(share(hub.anyone, hub, "instagram").json["clipUrl"]).path)
    equal((clip.status, clip.header("content-type")), (200, "video/mp4"), "the clip")


@test
def who_shares_again_gets_the_same_link_and_others_another_one(hub):
    first, again = share(hub.fan, hub, "whatsapp"), share(hub.fan, hub, "whatsapp")
    equal((again.status, again.json["url"]), (200, first.json["url"]), "again")
    links = {first.json["url"], share(hub.anyone, hub, "whatsapp").json["url"], share(hub.signed_in("fan"), hub, "whatsapp").json["url"]}
    equal((len(links), share(hub.anyone, hub, "whatsapp").json["url"] in links), (3, True), "one each, and one for all who are not signed in")


@test
def a_link_counts_when_a_person_opens_it(hub):
    url = share(hub.fan, hub, "copy").json["url"]
    path = urllib.parse.urlsplit(url).path
    slug = hub.anyone.get(f"/v1/videos/{hub.video}").json["slug"]
    for agent in PROGRAMS:
        answer = hub.anyone.get(path, headers={"User-Agent": agent})
        equal((answer.status, answer.header("location")), (302, f"{hub.base}/watch/{slug}"), agent)
    equal(hub.anyone.head(path, headers={"User-Agent": PHONE}).status, 302, "HEAD")
    equal(opened(hub, url), 0, "programs look, and are not counted")
    for _ in range(3):
        answer = hub.anyone.get(path + "?next=https://evil.example", headers={"User-Agent": PHONE})
        equal((answer.status, answer.header("location"), answer.header("cache-control")), (302, f"{hub.base}/watch/{slug}", "private, no-store"), "a person")
    equal(opened(hub, url), 3, "people are")
    sums = {s["channel"]: s for s in hub.editor.get(f"/v1/videos/{hub.video}/shares").json["items"]}
    check(sums["copy"]["opened"] == 3 and sums["whatsapp"]["opened"] == 0, f"{sums}")
    equal((hub.fan.get(f"/v1/videos/{hub.video}/shares").status, hub.anyone.get(f"/v1/videos/{hub.video}/shares").status), (403, 401), "numbers are for editors")


@test
def what_is_not_for_everybody_is_not_shared(hub):
    url = share(hub.fan, hub, "copy").json["url"]
    path = urllib.parse.urlsplit(url).path
    draft = hub.editor.post("/v1/videos", title="Belum jadi").json
    equal((hub.editor.post(f"/v1/videos/{draft['id']}/shares", channel="copy").problem, hub.fan.post(f"/v1/videos/{draft['id']}/shares", channel="copy").status), ("not-ready", 404), "a draft")
    for visibility, status in (("private", 404), ("unlisted", 302), ("public", 302)):
        equal(hub.editor.patch(f"/v1/videos/{hub.video}", visibility=visibility).status, 200, visibility)
        equal(hub.anyone.get(path).status, status, visibility)
    equal((hub.anyone.get("/s/AAAAAAAA").status, hub.anyone.get("/s/short").status, hub.fan.post(f"/v1/videos/{hub.video}/shares", channel="myspace").status), (404, 404, 422), "unknown")


@test
def the_page_has_all_ways_without_javascript(hub):
    slug = hub.anyone.get(f"/v1/videos/{hub.video}").json["slug"]
    browser = Browser(hub).get(f"/watch/{slug}").submit(f"/watch/{slug}/share")
    equal(browser.status, 200, "the page")
    source = browser.answer.body.decode()
    for part in ("https://wa.me/?text=", "https://t.me/share/url?url=", f"{hub.base}/s/", "<textarea readonly", "/pictures/"):
        check(part in source, part)
    equal(browser.get(f"/watch/{slug}/share").status, 405, "nothing is made by looking")


run(start)
