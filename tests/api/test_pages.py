"""The pages as a browser sees them: lists, one video, signing in and out, the way to a download."""
import gzip
import hashlib
import html.parser
import re
import urllib.parse

from case import check, equal, need, run, test
from hub import Hub, encoded, small_clip, upload

PASSWORD = "kata sandi yang panjang"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Sec-Fetch-Site": "same-origin"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
HOSTILE = "\"><script>alert('x')</script>&amp; <b>tebal</b>"
VOID = {"meta", "link", "input", "br", "img"}
SAID = {"alt", "title", "placeholder", "aria-label", "content"}


class Page(html.parser.HTMLParser):
    """Its links, its texts, and whether every tag is closed in its turn."""

    def __init__(self, answer):
        super().__init__()
        self.open, self.faults, self.links, self.tags, self.text = [], [], [], [], ""
        self.source = answer.body.decode()
        self.feed(self.source)
        self.faults += [f"<{tag}> stays open" for tag in self.open]

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.links += [value for name, value in attrs if name in ("href", "src", "action")]
        self.text += "".join(f" {value} " for name, value in attrs if name in SAID)
        if any(name.startswith("on") or name == "style" for name, _ in attrs) or tag == "style":
            self.faults.append(f"<{tag}> with a script or a style in the page")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> out of turn")

    def handle_data(self, data):
        self.text += data


def page(client, path, status=200, **headers):
    answer = client.get(path, headers={**BROWSER, **headers})
    equal(answer.status, status, path)
    check((answer.header("content-type") or "") == "text/html; charset=utf-8", f"{path} is a page")
    check("script-src 'self';" in (answer.header("content-security-policy") or ""), f"{path} has a policy")
    read = Page(answer)
    equal(read.faults, [], path)
    for word in ("kuota", "quota", "teaser", "gate"):
        check(not re.search(rf"\b{word}\b", read.text), f"{path} says {word}")
    return read


def start():
    hub = Hub()
    hub.account("ed")
    hub.account("lina", "fan", PASSWORD)
    hub.editor, hub.anyone = hub.client(hub.token("ed")), hub.client()
    hub.clip = open(small_clip(3), "rb").read()
    need(hub.editor.post("/v1/shows", title="Dapur Tante").status == 201, "a show")
    made = hub.editor.post("/v1/videos", title=HOSTILE, description=HOSTILE + "\n\nbaris", tags=["kopi", "<i>"], show="dapur-tante",
                                kind="episode", season=2, episode=5, contentRating="13", chapters=[{"startMs": 1000, "title": HOSTILE}])
    need(made.status == 201, f"a video: {made}")
    hub.video, hub.watch = made.json["id"], "/watch/" + made.json["slug"]
    upload(hub.editor, hub.video, hub.clip, "kopi 'tubruk'.mp4")
    need(encoded(hub.editor, hub.video)["state"] == "ready", "encoded")
    need(hub.editor.post(f"/v1/videos/{hub.video}/publish").status == 200, "published")
    return hub


def send(hub, path, headers=None, **fields):
    return hub.anyone.post(path, headers={**BROWSER, **FORM, "Origin": hub.base, **(headers or {})}, body=urllib.parse.urlencode(fields).encode())


def sign_in(hub, **fields):
    """The Cookie header of a fresh session."""
    answer = send(hub, "/auth/login", **{"name": "lina", "password": PASSWORD, **fields})
    need(answer.status == 303, f"signed in: {answer}")
    return answer.header("set-cookie").partition(";")[0]


@test
def the_newest_videos_are_cards(hub):
    home = page(hub.anyone, "/")
    check(hub.watch in home.links and "Dapur Tante" in home.text and HOSTILE in home.text and "Musim 2, episode 5" in home.text, "the card")
    check("0:03" in home.text and "13+" in home.text, "duration and rating")
    equal([attrs["href"] for tag, attrs in home.tags if attrs.get("rel") == "canonical"], [hub.base + "/"], "canonical")
    for cursor in ("xx", "1_zz", "%00", "%22%3E%3Cscript%3E"):
        page(hub.anyone, f"/videos?cursor={cursor}")


@test
def lists_go_on_by_cursor_until_all_were_shown(hub):
    for i in range(60):
        video = hub.editor.post("/v1/videos", title=f"Banyak {i}").json["id"]
        need(video, "made")
    hub.sql("UPDATE video SET state = 'published', published_at = listed_at WHERE slug LIKE 'banyak-%'")  # as if each had been encoded
    for first in ("/videos", "/search?q=banyak"):
        path, seen = first, []
        while path and len(seen) < 100:
            read = page(hub.anyone, path)
            seen += [link for link in read.links if link.startswith("/watch/banyak-")]
            path = next((attrs["href"] for tag, attrs in read.tags if tag == "a" and attrs.get("rel") == "next"), None)
        equal((len(seen), len(set(seen))), (60, 60), f"shown from {first}")


@test
def search_takes_any_words(hub):
    check(hub.watch in page(hub.anyone, "/search?q=tebal").links, "found")
    for words in ("", "   ", '"', "a AND", "NEAR(", "*", "<script>", "%", "é" * 300, "\\", "' OR 1=1 --"):
        page(hub.anyone, "/search?q=" + urllib.parse.quote(words))
    page(hub.anyone, "/search?q=%FF%FE")
    page(hub.anyone, "/search")


@test
def a_watch_page_has_what_a_viewer_needs(hub):
    read = page(hub.anyone, hub.watch)
    player = next(attrs for _, attrs in read.tags if attrs.get("id") == "player")
    equal(player["data-video"], hub.video, "the player's video")
    check(HOSTILE in read.text and "kopi 'tubruk'.mp4" in read.text, "title and file")
    check([attrs for tag, attrs in read.tags if tag == "input" and attrs.get("name") == "quality"][0]["value"] == "auto", "choices")
    check("/auth/login?next=" + hub.watch in read.links and hub.watch not in read.links, "a visitor signs in to download")
    equal([a["content"] for t, a in read.tags if a.get("property") == "og:type"], ["video.other"], "og:type")
    page(hub.anyone, "/watch/tidak-ada", status=404)


@test
def drafts_are_pages_for_editors_alone(hub):
    hub.editor.post("/v1/videos", title="Rahasia")
    page(hub.anyone, "/watch/rahasia", status=404)
    check("Pratinjau" in page(hub.editor, "/watch/rahasia").text, "a preview")
    check("/watch/rahasia" not in page(hub.editor, "/").links + page(hub.editor, "/videos").links, "not in the list, not even for editors")


@test
def members_sign_in_first(hub):
    need(hub.editor.patch(f"/v1/videos/{hub.video}", access="members").status == 200, "for members")
    check(not any(attrs.get("id") == "player" for _, attrs in page(hub.anyone, hub.watch).tags), "no player for a visitor")
    check(any(attrs.get("id") == "player" for _, attrs in page(hub.anyone, hub.watch, Cookie=sign_in(hub)).tags), "a player for a member")
    hub.editor.patch(f"/v1/videos/{hub.video}", access="everyone")


@test
def a_download_needs_no_javascript(hub):
    cookie = sign_in(hub)
    read = page(hub.anyone, hub.watch, Cookie=cookie)
    check(("form", {"method": "post", "action": hub.watch}) in read.tags, "the button")
    taken = send(hub, hub.watch, {"Cookie": cookie})
    equal(taken.status, 303, "taken")
    equal(send(hub, hub.watch, {"Cookie": cookie}).header("location"), taken.header("location"), "the same ticket again")
    ticket = page(hub.anyone, taken.header("location"))
    for word in ("kopi 'tubruk'.mp4", hashlib.sha256(hub.clip).hexdigest(), "curl -L -C - -o", "aria2c -c", "WIB"):
        check(word in ticket.text, f"{word} on the ticket's page")
    link = next(link for link in ticket.links if link.startswith("/d/"))
    equal(hub.anyone.get(link).body, hub.clip, "the bytes")
    hub.client(hub.token("lina")).delete("/v1/tickets/" + taken.header("location").split("/")[2])
    check("dicabut" in page(hub.anyone, taken.header("location"), status=410).text, "a revoked ticket explains itself")
    equal(send(hub, hub.watch).header("location"), "/auth/login?next=" + hub.watch, "without a session")


def taken(hub, cookie):
    """The address of the page of lina's ticket."""
    answer = send(hub, hub.watch, {"Cookie": cookie})
    need(answer.status == 303, f"a ticket: {answer}")
    return answer.header("location")


def buttons(read):
    return sorted(attrs["value"] for tag, attrs in read.tags if tag == "button" and attrs.get("name") == "do")


@test
def a_tickets_page_has_all_that_a_download_manager_wants(hub):
    path = taken(hub, sign_in(hub))
    for language, zone in (("id", "WIB"), ("en", "WIB")):
        read = page(hub.anyone, f"{path}?lang={language}")
        url = hub.base + next(link for link in read.links if link.startswith(path + "/") and "?" not in link)
        for words in (f'wget -c -O "kopi \'tubruk\'.mp4" "{url}"', f'curl -sS "{url}.sha256" | sha256sum -c', zone, "UTC)"):
            check(words in read.text, f"{words} in {language}")
        check({url[len(hub.base):] + end for end in ("", ".sha256", ".meta4")} <= set(read.links), "the file and what stands beside it")
        check(hub.anyone.get(url[len(hub.base):] + ".sha256").status == 200, "which is there")
        equal(buttons(read), [], "no buttons for others")
        equal(len([1 for tag, attrs in read.tags if tag == "time"]), 1, "and not what the owner has left")
    equal(hub.anyone.get(path, headers=BROWSER).header("cache-control"), "private, no-store", "no cache")


@test
def the_owner_ends_a_ticket_or_makes_it_anew(hub):
    cookie = sign_in(hub)
    path = taken(hub, cookie)
    read = page(hub.anyone, path, Cookie=cookie)
    equal(buttons(read), ["renew", "revoke"], "buttons")
    check("Sisa jatah hari ini" in read.text, "what is left")
    for fields, status in (({"do": "other"}, 422), ({}, 422)):
        equal(send(hub, path, {"Cookie": cookie}, **fields).status, status, fields)
    fresh = send(hub, path, {"Cookie": cookie}, do="renew").header("location")
    check(re.fullmatch(r"/d/[A-Za-z0-9_-]{32}", fresh) and fresh != path, f"another address: {fresh}")
    equal(send(hub, path, {"Cookie": cookie}, do="renew").header("location"), fresh, "pressed twice: the same one")
    gone = page(hub.anyone, path, status=410, Cookie=cookie)
    equal((buttons(gone), "dicabut" in gone.text), (["renew"], True), "the old one")
    equal(buttons(page(hub.anyone, path, status=410)), [], "the old one, to others")
    equal(hub.anyone.get(path, headers={"Cookie": cookie}).problem, "gone", "to a program")
    for _ in range(2):
        equal(send(hub, fresh, {"Cookie": cookie}, do="revoke").header("location"), fresh, "revoked")
    check("kopi" in page(hub.anyone, fresh, status=410, Cookie=cookie).text, "gone, and says of which file")


@test
def nobody_else_may_press_the_owners_buttons(hub):
    cookie, path = sign_in(hub), taken(hub, sign_in(hub))
    if "budi" not in hub.__dict__:
        hub.budi = hub.account("budi", "fan", PASSWORD)
    other = sign_in(hub, name="budi")
    for act in ("revoke", "renew"):
        equal(send(hub, path, {"Cookie": other}, do=act).status, 403, f"{act} by another")
        equal(send(hub, path, do=act).header("location"), "/auth/login?next=" + path, f"{act} by nobody")
        equal(send(hub, path, {"Cookie": cookie, "Origin": "https://evil.example"}, do=act).status, 403, f"{act} from another site")
    equal(send(hub, "/d/" + "A" * 32, {"Cookie": other}, do="renew").status, 404, "unknown")
    page(hub.anyone, path)


@test
def ones_live_tickets_are_a_page(hub):
    equal(hub.anyone.get("/me/tickets", headers=BROWSER).header("location"), "/auth/login?next=/me/tickets", "signed out")
    cookie = sign_in(hub)
    path = taken(hub, cookie)
    for cursor in ("", "?cursor=xx", "?cursor=%00"):
        read = page(hub.anyone, "/me/tickets" + cursor, Cookie=cookie)
        check(path in read.links and "kopi 'tubruk'.mp4" in read.text and "Sisa jatah hari ini" in read.text, "the ticket")
    check("/me/tickets" in page(hub.anyone, "/", Cookie=cookie).links and "/me/tickets" not in page(hub.anyone, "/").links, "the way there")
    equal(send(hub, path, {"Cookie": cookie}, do="revoke", **{"from": "list"}).header("location"), "/me/tickets", "revoked")
    read = page(hub.anyone, "/me/tickets", Cookie=cookie)
    check(path not in read.links and buttons(read) == [], "none is left")


@test
def signing_in_makes_a_session_and_signing_out_ends_it(hub):
    answer = send(hub, "/auth/login", name=" Lina ", password=PASSWORD, next=hub.watch)
    equal((answer.status, answer.header("location")), (303, hub.watch), "signed in")
    cookie = answer.header("set-cookie")
    check(re.fullmatch(r"hub=[A-Za-z0-9_-]{43}; Path=/; Max-Age=\d+; HttpOnly; SameSite=Lax, hub-known=[A-Za-z0-9_-]{22}; Path=/; Max-Age=\d+; HttpOnly; SameSite=Lax", cookie), f"the cookie {cookie}")
    cookie = cookie.partition(";")[0]
    check("lina" in page(hub.anyone, "/", Cookie=cookie).text, "known")
    equal(hub.anyone.get("/v1/me", headers={"Cookie": cookie}).json["name"], "lina", "the session in the API")
    out = send(hub, "/auth/logout", {"Cookie": cookie})
    check(out.status == 303 and "Max-Age=0" in out.header("set-cookie"), "signed out")
    equal(hub.anyone.get("/v1/me", headers={"Cookie": cookie}).status, 401, "the session is over")


@test
def signing_in_again_ends_the_session_before(hub):
    first = sign_in(hub)
    second = send(hub, "/auth/login", {"Cookie": first}, name="lina", password=PASSWORD).header("set-cookie").partition(";")[0]
    equal([hub.anyone.get("/v1/me", headers={"Cookie": c}).status for c in (first, second)], [401, 200], "old and new")


@test
def wrong_credentials_keep_the_name_and_say_so(hub):
    for fields in ({"name": "lina", "password": "salah sekali"}, {"name": "tidak.ada", "password": PASSWORD}, {"name": HOSTILE, "password": "x"},
                   {"name": "lina"}, {"name": "x" * 2000, "password": "y" * 1000}, {}):
        answer = send(hub, "/auth/login", **fields)
        equal((answer.status, answer.header("set-cookie")), (401, None), str(fields)[:60])
        read = Page(answer)
        equal(read.faults, [], "the form")
        check("salah" in read.text, "the message")
        kept = next(attrs.get("value") for tag, attrs in read.tags if attrs.get("name") == "name")
        check(kept == (fields.get("name") or "")[:100], f"the name is kept: {kept!r}")


@test
def forms_of_other_sites_are_refused(hub):
    cookie = sign_in(hub)
    for path, fields in (("/auth/login", {"name": "lina", "password": PASSWORD}), ("/auth/logout", {}), (hub.watch, {}), ("/d/" + "A" * 32, {"do": "revoke"})):
        for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": None, "Sec-Fetch-Site": "cross-site"}, {"Origin": hub.base + ".evil.example"}):
            answer = send(hub, path, {"Cookie": cookie, **headers}, **fields)
            equal((answer.status, answer.header("set-cookie")), (403, None), f"{path} {headers}")
    equal(hub.anyone.get("/v1/me", headers={"Cookie": cookie}).status, 200, "the session lives")


@test
def signing_in_leads_nowhere_else(hub):
    for given in ("//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "/\r\nX: y", "javascript:alert(1)", "", "/auth/login"):
        form = page(hub.anyone, "/auth/login?" + urllib.parse.urlencode({"next": given}))
        equal(next(attrs["value"] for _, attrs in form.tags if attrs.get("name") == "next"), "/", repr(given))
    for given in ("//evil.example", "/\r\nX: y"):
        equal(send(hub, "/auth/login", name="lina", password=PASSWORD, next=given).header("location"), "/", repr(given))


@test
def the_language_is_asked_kept_or_read_from_the_browser(hub):
    asked = hub.anyone.get("/?lang=en", headers=BROWSER)
    check('<html lang="en">' in asked.body.decode() and asked.header("set-cookie").startswith("hub-lang=en; "), "asked for and kept")
    check('<html lang="en">' in page(hub.anyone, "/", Cookie="hub-lang=en").source, "kept")
    check('<html lang="en">' in page(hub.anyone, "/", **{"Accept-Language": "en-GB,en;q=0.9"}).source, "the browser's")
    check('<html lang="id">' in page(hub.anyone, "/", **{"Accept-Language": "fr"}).source, "the hub's")
    check("?q=a%22b&lang=en" in page(hub.anyone, "/search?q=a%22b&lang=id").links, "the switch keeps the query")


@test
def an_error_is_a_page_for_a_browser_and_a_problem_for_others(hub):
    for path in ("/tidak/ada", "/watch/x", "/d/AAAAAAAAAAAAAAAAAAAAAA", "/assets/x.css", "/problems/x"):
        page(hub.anyone, path, status=404)
        equal(hub.anyone.get(path).problem, "not-found", path)


@test
def files_of_the_pages_are_immutable_and_compressed(hub):
    links = [link for link in page(hub.anyone, hub.watch).links if link.startswith("/assets/")] + ["/assets/hls-1.7.4.js"]
    check(len(links) == 5, f"style, player, gate, talk and library: {links}")
    for link in links:
        plain, packed = hub.anyone.get(link), hub.anyone.get(link, headers={"Accept-Encoding": "gzip, br"})
        equal((plain.status, packed.header("content-encoding")), (200, "gzip"), link)
        check(gzip.decompress(packed.body) == plain.body and plain.etag != packed.etag, f"{link} is the same file")
        equal(hub.anyone.get(link, headers={"If-None-Match": plain.etag}).status, 304, link)
        check("immutable" in plain.header("cache-control"), link)


@test
def every_problem_type_has_a_page_in_both_languages(hub):
    for slug in ("not-found", "gone", "sign-in-required", "rate-limited", "store-full"):
        read = page(hub.anyone, f"/problems/{slug}")
        check("Jalan keluar" in read.text and "The way out" in read.text, slug)


@test
def where_passwords_could_be_read_nobody_signs_in(hub):
    other = Hub(public_url="http://hub.example")
    check("https" in page(other.client(), "/auth/login").text, "the reason")
    answer = other.client().post("/auth/login", headers={**BROWSER, **FORM, "Origin": "http://hub.example"}, body=b"name=a&password=b")
    equal(answer.status, 403, "refused")
    equal(other.stop(), [], "stopped")


run(start)
