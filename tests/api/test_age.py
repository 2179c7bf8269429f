"""The age gate: what is rated 17 or 21 opens to who said to be old enough, and to nobody else."""
import re

from browser import Browser
from case import check, equal, need, run, test
from hub import Hub


def start():
    hub = Hub()
    hub.editor, hub.anyone = hub.signed_in("editor"), hub.client()
    hub.videos = {}
    for rating in ("SU", "13", "17", "21"):
        hub.videos[rating] = hub.published(f"Untuk {rating}", seconds=7)
        need(hub.editor.patch(f"/v1/videos/{hub.videos[rating]}", contentRating=rating).status == 200, "rated")
    hub.idle()
    return hub


def begin(client, hub, rating, headers=None, **body):
    return client.post(f"/v1/videos/{hub.videos[rating]}/playbacks", headers=headers, **body)


def told(answer):
    return answer.problem if answer.status >= 400 else answer.status


def slug(hub, rating):
    return hub.editor.get(f"/v1/videos/{hub.videos[rating]}").json["slug"]


def asset(hub, rating):
    return hub.editor.get(f"/v1/videos/{hub.videos[rating]}/assets").json["items"][0]["id"]


@test
def nobody_plays_what_is_rated_before_saying_the_age(hub):
    equal([told(begin(hub.anyone, hub, rating)) for rating in hub.videos], [201, 201, "age-unconfirmed", "age-unconfirmed"], "a visitor")
    equal(told(begin(hub.anyone, hub, "17", teaser=True)), "age-unconfirmed", "not its teaser either")
    equal([told(begin(hub.anyone, hub, rating, confirmedAge=17)) for rating in ("17", "21")], [201, "age-unconfirmed"], "a program says so for its viewer")
    equal([told(begin(hub.editor, hub, rating)) for rating in ("17", "21")], [201, 201], "who rates it sees it")
    equal(told(begin(hub.anyone, hub, "17", confirmedAge=121)), "invalid", "nobody is as old")


@test
def an_account_says_it_once_and_may_take_it_back(hub):
    fan, other = hub.signed_in("fan"), hub.signed_in("fan")
    equal(told(begin(fan, hub, "17")), "age-unconfirmed", "a fan")
    equal(told(fan.post(f"/v1/assets/{asset(hub, '17')}/tickets")), "age-unconfirmed", "nor downloads it")
    check("confirmedAge" not in fan.get("/v1/me").json, "nothing was said")
    equal(fan.put("/v1/me/age", atLeast=17).status, 204, "said")
    equal(fan.get("/v1/me").json["confirmedAge"], 17, "kept")
    equal([told(begin(fan, hub, rating)) for rating in ("17", "21")], [201, "age-unconfirmed"], "up to that age")
    need(hub.editor.patch(f"/v1/assets/{asset(hub, '17')}", gate="none").status == 200, "without its teaser")
    equal(fan.post(f"/v1/assets/{asset(hub, '17')}/tickets").status, 201, "a ticket")
    equal(told(begin(other, hub, "17")), "age-unconfirmed", "another account said nothing")
    equal((fan.delete("/v1/me/age").status, told(begin(fan, hub, "17"))), (204, "age-unconfirmed"), "taken back")
    equal(hub.anyone.put("/v1/me/age", atLeast=17).status, 401, "nobody has no account")
    for bad in (0, -1, 121):
        equal(told(fan.put("/v1/me/age", atLeast=bad)), "invalid", bad)


@test
def a_visitor_says_it_on_the_page_and_it_holds_for_that_browser(hub):
    browser, path = Browser(hub), f"/watch/{slug(hub, '17')}"
    page = browser.get(path).answer.body.decode()
    check("17 years and older" in page and 'id="player"' not in page, "asked before it plays")
    check("First say how old you are" in page, "and before it is downloaded")
    browser.submit("/age", years="17")
    equal((browser.answer.status, browser.answer.header("location")), (303, path), "back to it")
    kept = browser.answer.header("set-cookie")
    check(kept.startswith("hub-age=17;") and "HttpOnly" in kept and "SameSite=Lax" in kept, kept)
    for _ in range(3):  # the second and third could come from the memory of what others saw
        check('id="player"' in browser.get(path).answer.body.decode(), "it plays now")
        check('id="player"' not in Browser(hub).get(path).answer.body.decode(), "for others it does not")
    jar = {"Cookie": "hub-age=17"}
    equal([told(begin(hub.anyone, hub, rating, headers=jar)) for rating in ("17", "21")], [201, "age-unconfirmed"], "its player may ask")
    for bad in ("hub-age=x", "hub-age=", "hub-age=999", "hub-age=-1", "hub-age=17a"):
        equal(told(begin(hub.anyone, hub, "17", headers={"Cookie": bad})), "age-unconfirmed", bad)


@test
def the_form_is_ours_and_leads_nowhere_else(hub):
    browser = Browser(hub)
    equal(browser.post("/age", {"years": "17"}, Origin="https://evil.example").answer.status, 403, "from another site")
    equal(browser.post("/age", {"years": "siebzehn"}).answer.status, 422, "no number")
    equal(browser.post("/age", {"years": "21", "next": "//evil.example/"}).answer.header("location"), "/", "only to us")


@test
def with_an_account_the_page_says_it_for_every_device(hub):
    hub.account("lina", "fan", "rahasia sekali 1\n")
    phone, laptop = Browser(hub), Browser(hub)
    for browser in (phone, laptop):
        browser.get("/auth/login").submit("/auth/login", name="lina", password="rahasia sekali 1")
    phone.get(f"/watch/{slug(hub, '21')}").submit("/age", years="21")
    check("hub-age" not in phone.cookies, "with the account, not the browser")
    check('id="player"' in laptop.get(f"/watch/{slug(hub, '21')}").answer.body.decode(), "on the laptop too")
    check("You said to be 21 or older" in laptop.get("/me/privacy").answer.body.decode(), "told among what is kept")
    laptop.submit("/age", years="0")
    equal(laptop.answer.header("location"), "/me/privacy", "back")
    check('id="player"' not in phone.get(f"/watch/{slug(hub, '21')}").answer.body.decode(), "taken back")


@test
def a_story_has_no_clip_of_it_for_who_said_nothing(hub):
    share = lambda client, rating: client.post(f"/v1/videos/{hub.videos[rating]}/shares", channel="instagram").json
    check("clipUrl" in share(hub.anyone, "13"), "of another one there is")
    check("clipUrl" not in share(hub.anyone, "17") and "cardUrl" in share(hub.anyone, "17"), "the card alone")
    fan = hub.signed_in("fan")
    fan.put("/v1/me/age", atLeast=21)
    check("clipUrl" in share(fan, "17"), "for who is old enough")


@test
def search_engines_are_told(hub):
    for rating, friendly in (("13", "true"), ("17", "false")):
        page = hub.anyone.get(f"/watch/{slug(hub, rating)}", headers={"Accept": "text/html"}).body.decode()
        equal(re.findall(r'"isFamilyFriendly":(\w+)', page), [friendly], rating)


@test
def operators_set_from_which_age_on_it_is_asked(hub):
    for setting, wanted in (("13", [201, "age-unconfirmed", "age-unconfirmed", "age-unconfirmed"]), ("21", [201, 201, 201, "age-unconfirmed"]), ("0", [201] * 4)):
        hub.flags = ["--age-gate", setting]
        need(not hub.restart(), "restarted")
        equal([told(begin(hub.anyone, hub, rating)) for rating in hub.videos], wanted, f"--age-gate {setting}")
    hub.flags = []
    need(not hub.restart(), "restarted")


run(start)
