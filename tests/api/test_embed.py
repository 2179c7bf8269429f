"""Videos in frames of other sites: who may show them, and what such a frame holds."""
import html
import json
import re
import urllib.parse

from case import check, equal, need, run, test
from hub import Hub

HOSTILE = "\"></iframe><script>__x=1</script>'<b>"


def start():
    hub = Hub()
    hub.editor, hub.anyone = hub.signed_in("editor"), hub.client()
    made = [("Untuk semua", {}), ("Untuk anggota", {"access": "members"}), ("Rahasia", {"visibility": "private"}), ("Dewasa", {"contentRating": "21"}), ("Biasa", {"title": HOSTILE})]
    hub.slugs = {}
    for title, change in made:
        video = hub.published(title, seconds=7)
        if change:
            need(hub.editor.patch(f"/v1/videos/{video}", **change).status == 200, "changed")
        hub.slugs[title] = hub.editor.get(f"/v1/videos/{video}").json["slug"]
    hub.idle()
    return hub


def embed(hub, title):
    answer = hub.anyone.get(f"/embed/{hub.slugs[title]}", headers={"Accept": "text/html", "Accept-Language": "en"})
    return answer, answer.body.decode()


def ancestors(answer):
    return re.search(r"frame-ancestors (.*)$", answer.header("content-security-policy")).group(1)


@test
def a_frame_holds_the_player_and_the_way_to_its_page(hub):
    answer, page = embed(hub, "Untuk semua")
    equal((answer.status, ancestors(answer)), (200, "*"), "shown anywhere")
    check('id="player"' in page and f'href="/watch/{hub.slugs["Untuk semua"]}"' in page, "the player, and the link")
    check('<base target="_blank">' in page and "noindex" in page, "links lead out of the frame")
    for absent in ("<form", "<header", "/auth/logout", "talk.", "<footer"):
        check(absent not in page, f"no {absent}: nobody is tricked into a click")
    check(ancestors(hub.anyone.get(f"/watch/{hub.slugs['Untuk semua']}")) == "'none'", "its own page is in no frame")


@test
def what_is_not_for_everybody_says_so(hub):
    page = embed(hub, "Untuk anggota")[1]
    check("data-teaser" in page, "members: its teaser")
    equal(embed(hub, "Rahasia")[0].status, 404, "private")
    page = embed(hub, "Dewasa")[1]
    check('id="player"' not in page and "21 years and older" in page and "<form" not in page, "not for everybody's age: the way to its page")


@test
def oembed_gives_the_frame_in_the_room_there_is(hub):
    def ask(**more):
        url = f"{hub.base}/watch/{hub.slugs['Biasa']}"
        return json.loads(hub.anyone.get("/oembed?" + urllib.parse.urlencode({"url": url, **more})).body)

    told = ask()
    equal((told["type"], told["width"], told["height"]), ("video", 640, 360), "a video")
    frame = re.fullmatch(r'<iframe src="([^"<>]*)" width="640" height="360" title="([^"<>]*)" [^<>]*></iframe>', told["html"])
    check(frame, told["html"])
    equal((html.unescape(frame.group(1)), html.unescape(frame.group(2))), (f"{hub.base}/embed/{hub.slugs['Biasa']}", HOSTILE), "its address and title")
    sizes = [(ask(maxwidth=320), 320, 180), (ask(maxheight=90), 160, 90), (ask(maxwidth=4000, maxheight=4000), 640, 360), (ask(maxwidth="x", maxheight="-1"), 640, 360), (ask(maxwidth=320, maxheight=90), 160, 90)]
    for got, width, height in sizes:
        equal((got["width"], got["height"]), (width, height), "the room")
        check(f'width="{width}" height="{height}"' in got["html"], got["html"])


@test
def the_share_page_has_the_code_to_paste(hub):
    page = hub.anyone.post(f"/watch/{hub.slugs['Biasa']}/share", headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}, body=b"").body.decode()
    codes = [html.unescape(text) for text in re.findall(r"<textarea[^>]*>([^<]*)</textarea>", page)]
    check(any(code.startswith(f'<iframe src="{hub.base}/embed/') and code.endswith("</iframe>") for code in codes), codes)


@test
def operators_say_who_may_show_videos(hub):
    hub.flags = ["--embed", "https://fans.example,https://*.press.example:8443"]
    need(not hub.restart(), "restarted")
    equal(ancestors(embed(hub, "Untuk semua")[0]), "https://fans.example https://*.press.example:8443", "these")
    hub.flags = ["--embed", "off"]
    need(not hub.restart(), "restarted")
    equal(embed(hub, "Untuk semua")[0].status, 404, "nobody")
    told = json.loads(hub.anyone.get("/oembed?" + urllib.parse.urlencode({"url": f"{hub.base}/watch/{hub.slugs['Biasa']}"})).body)
    equal((told["type"], "html" in told), ("link", False), "then oEmbed is a link")
    hub.flags = []
    need(not hub.restart(), "restarted")


@test
def what_would_change_the_policy_is_refused_at_the_start(hub):
    for bad in ("https://a.example; script-src *", "fans.example", "https://a.example\r\nX: y", "*,https://a.example", "javascript:alert(1)"):
        done = hub.command("doctor", "--embed", bad)
        check(done.code != 0 and "--embed" in done.err, f"{bad!r}: {done}")


run(start)
