"""What other programs read of the hub: RSS, the sitemap, oEmbed, JSON-LD; of public videos alone."""
import email.utils
import json
import re
import urllib.parse
import xml.etree.ElementTree as xml

from case import check, equal, need, run, test
from hub import Hub

HOSTILE = "]]></title></script><script>__x=1</script> & “kutip” \u0007<b>"
ITUNES, MEDIA = "{http://www.itunes.com/dtds/podcast-1.0.dtd}", "{http://search.yahoo.com/mrss/}"
SITEMAP, VIDEO = "{http://www.sitemaps.org/schemas/sitemap/0.9}", "{http://www.google.com/schemas/sitemap-video/1.1}"


def start():
    hub = Hub()
    hub.editor, hub.anyone = hub.signed_in("editor"), hub.client()
    hub.videos = []
    for title, change in (("Episode satu", {}), ("Rahasia", {"visibility": "private"}), ("Tidak terdaftar", {"visibility": "unlisted"}), ("Biasa", {"title": HOSTILE.replace("\u0007", ""), "description": HOSTILE.replace("\u0007", ""), "tags": ["<i>"]})):
        video = hub.published(title=title, seconds=3)
        if change:
            answer = hub.editor.patch(f"/v1/videos/{video}", **change)
            need(answer.status == 200, f"changed: {answer}")
        hub.videos.append(video)
    hub.idle()
    hub.editor.post("/v1/videos", title="Belum jadi")
    return hub


def get(hub, path, media_type):
    answer = hub.anyone.get(path)
    equal((answer.status, answer.header("content-type"), answer.header("cache-control")), (200, media_type, "public, max-age=300"), path)
    return answer.body.decode()


@test
def the_feed_has_the_public_videos_newest_first(hub):
    channel = xml.fromstring(get(hub, "/feed.xml", "application/rss+xml"))[0]
    items = channel.findall("item")
    equal([i.findtext("title") for i in items], [HOSTILE.replace("\u0007", ""), "Episode satu"], "titles")
    one = items[1]
    video = hub.anyone.get(f"/v1/videos/{hub.videos[0]}").json
    equal((one.findtext("link"), one.findtext("guid"), one.find("guid").get("isPermaLink")), (f"{hub.base}/watch/{video['slug']}", video["id"], "false"), "link and guid")
    check(abs(email.utils.parsedate_to_datetime(one.findtext("pubDate")).timestamp() - email.utils.parsedate_to_datetime(hub.anyone.get("/").header("date")).timestamp()) < 600, "its date")
    equal((one.findtext(ITUNES + "duration"), one.findtext(ITUNES + "explicit"), one.find(MEDIA + "thumbnail").get("url")), ("3", "false", video["posterUrl"]), "podcast tags")
    check('type="application/rss+xml" href="/feed.xml"' in hub.anyone.get("/", headers={"Accept": "text/html"}).body.decode(), "the home page names it")


@test
def the_sitemap_has_the_public_videos(hub):
    places = xml.fromstring(get(hub, "/sitemap.xml", "application/xml")).findall(SITEMAP + "url")
    slugs = [hub.anyone.get(f"/v1/videos/{hub.videos[i]}").json["slug"] for i in (3, 0)]
    equal([p.findtext(SITEMAP + "loc") for p in places], [hub.base + "/", *(f"{hub.base}/watch/{slug}" for slug in slugs)], "places")
    video = places[2].find(VIDEO + "video")
    equal((video.findtext(VIDEO + "title"), video.findtext(VIDEO + "duration"), video.findtext(VIDEO + "requires_subscription")), ("Episode satu", "3", "no"), "what they show")
    equal(hub.anyone.get(urllib.parse.urlsplit(video.findtext(VIDEO + "thumbnail_loc")).path).status, 200, "the picture is there")


@test
def a_link_to_a_video_tells_other_sites_what_it_is(hub):
    slug = hub.anyone.get(f"/v1/videos/{hub.videos[0]}").json["slug"]
    told = json.loads(get(hub, "/oembed?format=json&url=" + urllib.parse.quote(f"{hub.base}/watch/{slug}?a=1#t=5", safe=""), "application/json"))
    equal((told["type"], told["version"], told["title"], told["thumbnail_width"]), ("video", "1.0", "Episode satu", 1200), "oEmbed")
    equal(hub.anyone.get(urllib.parse.urlsplit(told["thumbnail_url"]).path).header("content-type"), "image/jpeg", "its picture")
    private = hub.editor.get(f"/v1/videos/{hub.videos[1]}").json["slug"]
    for url, status in ((f"{hub.base}/watch/{private}", 404), (f"https://evil.example/watch/{slug}", 404), (f"{hub.base}.evil.example/watch/{slug}", 404), ("", 404), (f"{hub.base}/watch/", 404), (f"{hub.base}/d/x", 404)):
        equal(hub.anyone.get("/oembed?url=" + urllib.parse.quote(url, safe="")).status, status, url)
    equal(hub.anyone.get(f"/oembed?format=xml&url={hub.base}/watch/{slug}").status, 501, "as XML")


def linked(hub, video, client=None):
    slug = hub.editor.get(f"/v1/videos/{video}").json["slug"]
    source = (client or hub.anyone).get(f"/watch/{slug}", headers={"Accept": "text/html"}).body.decode()
    return re.findall(r'<script type="application/ld\+json">(.*?)</script>', source, re.S), source


@test
def pages_describe_their_video_for_search_engines_and_say_nothing_else(hub):
    found, _ = linked(hub, hub.videos[0])
    told = json.loads(found[0])
    equal((told["@type"], told["name"], told["duration"], told["isAccessibleForFree"]), ("VideoObject", "Episode satu", "PT0H0M3S", True), "VideoObject")
    equal(hub.anyone.get(urllib.parse.urlsplit(told["thumbnailUrl"]).path).status, 200, "its picture")
    found, source = linked(hub, hub.videos[3])
    equal((len(found), "<script>__x" in source), (1, False), "nothing gets out of it")
    equal(json.loads(found[0])["name"], HOSTILE.replace("\u0007", ""), "and it is read as it was written")
    equal((linked(hub, hub.videos[2])[0], linked(hub, hub.videos[1], hub.editor)[0]), ([], []), "not of what is not listed")


run(start)
