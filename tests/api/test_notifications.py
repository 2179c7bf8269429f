"""What people are told of: new videos of shows they follow, replies to what they said; in their inbox, on its page, and by Web Push."""
import concurrent.futures
import time

from browser import Browser
from case import check, equal, need, run, test
from hub import Hub, small_clip
from push_service import PushService

DAY, PASSWORD = 86_400_000, "kuda laut minum kopi"
SERVICE = PushService()
EASY = ["--comment-hold-first", "off", "--push-loopback", "on", "--push-gap", "0s", "--push-contact", "mailto:ops@example.com"]


def start():
    hub = Hub(*EASY)
    hub.editor, hub.anyone, hub.moderator = hub.signed_in("editor"), hub.client(), hub.signed_in("moderator")
    SERVICE.key = hub.anyone.get("/v1/push-key").json["key"]
    hub.made = 0
    return hub


def soon(what, patience=20.0):
    """The first value that is true, or the last one."""
    end = time.monotonic() + patience
    while not (value := what()) and time.monotonic() < end:
        time.sleep(0.03)
    return value


def told(hub):
    """All that was to be told, is."""
    need(soon(lambda: hub.sql("SELECT count(*) FROM news WHERE waiting = 1") == [(0,)]), "it is told")


def none_waits(hub, device):
    """For that browser."""
    return soon(lambda: hub.sql("SELECT count(*) FROM push p JOIN push_subscription s ON s.id = p.subscription WHERE s.endpoint = ?", device.endpoint) == [(0,)])


def a_show(hub, title="Dapur Tante"):
    answer = hub.editor.post("/v1/shows", title=title)
    need(answer.status == 201, f"a show: {answer}")
    return answer.json["slug"]


def a_draft(hub, show=None, **more):
    hub.made += 1
    video = hub.import_clip(small_clip(1), more.pop("title", f"Video {hub.made}"), publish=False)
    need(hub.editor.patch(f"/v1/videos/{video}", **({"show": show} if show else {}), **more).status == 200, "in the show")
    return video


def an_episode(hub, show, **more):
    video = a_draft(hub, show, **more)
    need(hub.editor.post(f"/v1/videos/{video}/publish").status == 200, "published")
    return video


def a_follower(hub, show, name=None):
    fan = hub.signed_in("fan", name)
    need(fan.put(f"/v1/me/follows/{show}").status == 204, "followed")
    return fan


def inbox(client):
    answer = client.get("/v1/me/notifications")
    need(answer.status == 200, f"the inbox: {answer}")
    return answer.json


def kinds(client):
    return [(i["kind"], i["videoId"]) for i in inbox(client)["items"]]


def say(client, video, text, parent=None):
    answer = client.post(f"/v1/videos/{video}/comments", text=text, **({"parentId": parent} if parent else {}))
    need(answer.status == 201, f"said: {answer}")
    return answer.json["id"]


@test
def shows_are_followed_and_listed(hub):
    a, b, fan = a_show(hub, "Acara A"), a_show(hub, "Acara B"), hub.signed_in("fan")
    for slug in (a, b, a):
        equal(fan.put(f"/v1/me/follows/{slug}").status, 204, slug)
    first = fan.get("/v1/me/follows?limit=1").json
    rest = fan.get(f"/v1/me/follows?limit=1&cursor={first['nextCursor']}").json
    equal(([f["slug"] for f in first["items"] + rest["items"]], "nextCursor" in rest), ([b, a], False), "the latest first; once")
    equal([fan.delete(f"/v1/me/follows/{a}").status for _ in range(2)], [204, 204], "not any more")
    equal([f["title"] for f in fan.get("/v1/me/follows").json["items"]], ["Acara B"], "the other stays")
    equal((fan.put("/v1/me/follows/none").status, hub.anyone.put(f"/v1/me/follows/{b}").status), (404, 401), "what is not there")
    equal(hub.signed_in("fan").get("/v1/me/follows").json["items"], [], "of oneself alone")


@test
def who_follows_is_told_once_of_each_video_however_often_it_is_published(hub):
    show = a_show(hub)
    fan, other = a_follower(hub, show), hub.signed_in("fan")
    video = an_episode(hub, show, title="Rendang")
    told(hub)
    item = need(inbox(fan)["items"], "told")[0]
    equal((item["kind"], item["videoId"], item["videoTitle"], item["showSlug"], item["read"]), ("episode", video, "Rendang", show, False), "of what")
    check(item["url"] == f"{hub.base}/watch/{item['videoSlug']}", item)
    equal((inbox(fan)["unread"], kinds(other)), (1, []), "who does not follow is not told")
    for what in ("unpublish", "publish", "unpublish", "publish"):
        equal(hub.editor.post(f"/v1/videos/{video}/{what}").status, 200, what)
    told(hub)
    equal(kinds(fan), [("episode", video)], "once")
    late = a_follower(hub, show)
    need(hub.editor.patch(f"/v1/videos/{video}", title="Rendang Padang").status == 200, "changed")
    told(hub)
    equal((kinds(late), kinds(fan)), ([], [("episode", video)]), "who came later is not told of what was before")


@test
def a_video_is_news_when_it_is_listed_and_only_while_it_is_new(hub):
    show = a_show(hub)
    fan = a_follower(hub, show)
    private = an_episode(hub, show, visibility="unlisted")
    alone = an_episode(hub, None)
    told(hub)
    equal(kinds(fan), [], "neither an unlisted one, nor one of no show")
    need(hub.editor.patch(f"/v1/videos/{private}", visibility="public").status == 200, "listed")
    told(hub)
    equal(kinds(fan), [("episode", private)], "listed now")
    hub.sql("UPDATE video SET published_at = published_at - ? WHERE id = ?", 8 * DAY, alone)
    need(hub.editor.patch(f"/v1/videos/{alone}", show=show).status == 200, "put into the show")
    told(hub)
    equal(kinds(fan), [("episode", private)], "an old one is no news")


@test
def what_went_is_not_in_the_inbox(hub):
    show = a_show(hub)
    fan = a_follower(hub, show)
    video, gone = an_episode(hub, show), an_episode(hub, show)
    told(hub)
    equal((len(kinds(fan)), inbox(fan)["unread"]), (2, 2), "told of both")
    need(hub.editor.post(f"/v1/videos/{video}/unpublish").status == 200, "unpublished")
    need(hub.editor.delete(f"/v1/videos/{gone}").status == 204, "deleted")
    equal((kinds(fan), inbox(fan)["unread"]), ([], 0), "neither is there")
    need(hub.editor.post(f"/v1/videos/{video}/publish").status == 200, "again")
    equal((kinds(fan), inbox(fan)["unread"]), ([("episode", video)], 1), "there again")


@test
def replies_are_told_to_whom_they_speak_to(hub):
    video = an_episode(hub, None)
    ani, budi, citra, dewi = (hub.signed_in("fan", name) for name in ("ani", "budi", "citra", "dewi"))
    root = say(ani, video, "Enak sekali")
    first = say(budi, video, "Setuju", root)
    say(ani, video, "Terima kasih", root)
    told(hub)
    equal([(i["kind"], i["author"], i["commentId"], i["parentId"]) for i in inbox(ani)["items"]], [("reply", "budi", first, root)], "not of one's own")
    check(inbox(ani)["items"][0]["url"].endswith(f"?thread={root}#c-{first}"), inbox(ani))
    say(citra, video, "@budi @dewi resepnya?", root)
    told(hub)
    equal((len(kinds(ani)), len(kinds(budi)), len(kinds(dewi)), len(kinds(citra))), (2, 1, 0, 0), "who is named in a thread, if they take part in it")
    equal(ani.delete(f"/v1/comments/{first}").status, 403, "somebody else's")
    need(budi.delete(f"/v1/comments/{first}").status == 204, "deleted")
    equal([i["author"] for i in inbox(ani)["items"]], ["citra"], "a reply that went is not told")


@test
def a_reply_that_is_held_is_told_when_it_is_shown_and_not_while_it_is_hidden(hub):
    video = an_episode(hub, None)
    one, two = hub.signed_in("fan"), hub.signed_in("fan")
    root = say(one, video, "Lucu")
    held = say(two, video, "lihat https://example.com/x", root)
    told(hub)
    equal(kinds(one), [], "it waits")
    equal(hub.moderator.post(f"/v1/moderation/comments/{held}/approve").status, 200, "approved")
    told(hub)
    equal((kinds(one), inbox(one)["unread"]), ([("reply", video)], 1), "shown")
    for _ in range(5):
        equal(hub.signed_in("fan").post("/v1/reports", commentId=held, reason="spam").status, 201, "reported")
    equal((kinds(one), inbox(one)["unread"]), ([], 0), "hidden")
    equal(hub.moderator.post(f"/v1/moderation/comments/{held}/approve").status, 200, "approved again")
    told(hub)
    equal(kinds(one), [("reply", video)], "once")


@test
def one_or_all_are_read(hub):
    show = a_show(hub)
    fan, other = a_follower(hub, show), a_follower(hub, show)
    videos = [an_episode(hub, show) for _ in range(3)]
    told(hub)
    page = fan.get("/v1/me/notifications?limit=2").json
    rest = fan.get(f"/v1/me/notifications?limit=2&cursor={page['nextCursor']}").json
    equal([i["videoId"] for i in page["items"] + rest["items"]], videos[::-1], "page by page, newest first")
    one = page["items"][0]["id"]
    equal([fan.put(f"/v1/me/notifications/{one}/read").status for _ in range(2)], [204, 204], "one")
    equal((inbox(fan)["unread"], [i["read"] for i in inbox(fan)["items"]]), (2, [True, False, False]), "read")
    equal(hub.signed_in("fan").put(f"/v1/me/notifications/{one}/read").status, 404, "not of who was not told")
    equal(fan.put("/v1/me/notifications/read").status, 204, "all")
    equal((inbox(fan)["unread"], {i["read"] for i in inbox(fan)["items"]}, inbox(other)["unread"]), (0, {True}, 3), "of oneself alone")
    an_episode(hub, show)
    told(hub)
    equal(inbox(fan)["unread"], 1, "what comes later is not")


@test
def one_is_told_of_what_one_wants(hub):
    show = a_show(hub)
    fan = a_follower(hub, show)
    wish = {"episodes": True, "replies": True, "pushEpisodes": True, "pushReplies": True}
    equal(fan.get("/v1/me/notification-settings").json, wish, "of all, at first")
    equal(fan.put("/v1/me/notification-settings", **{**wish, "episodes": False}).json, {**wish, "episodes": False}, "set")
    browser = SERVICE.browser("settings")
    need(fan.post("/v1/me/push-subscriptions", **browser.json, language="en").status == 201, "subscribed")
    an_episode(hub, show, title="Sate")
    browser.heard()
    equal(kinds(fan), [], "not in the inbox")
    fan.put("/v1/me/notification-settings", **{**wish, "pushEpisodes": False})
    an_episode(hub, show)
    told(hub)
    equal((len(kinds(fan)), none_waits(hub, browser), len(browser.messages)), (1, True, 1), "in the inbox alone")


@test
def a_push_message_can_be_read_by_its_browser_alone(hub):
    show = a_show(hub, "Dapur “Tante” & Keponakan")
    fan = a_follower(hub, show)
    phone, laptop = SERVICE.browser("phone"), SERVICE.browser("laptop")
    made = [fan.post("/v1/me/push-subscriptions", **b.json, language=language) for b, language in ((phone, "id"), (laptop, "en"))]
    equal([m.status for m in made], [201, 201], "made")
    listed = fan.get("/v1/me/push-subscriptions").json["items"]
    equal([(s["id"], s["service"], s["language"]) for s in listed], [(m.json["id"], "127.0.0.1", m.json["language"]) for m in made[::-1]], "listed, without the endpoint")
    video = an_episode(hub, show, title="Gulai <b>Ikan</b>")
    slug = hub.editor.get(f"/v1/videos/{video}").json["slug"]
    wanted = {"body": "Gulai <b>Ikan</b>", "tag": video, "url": f"{hub.base}/watch/{slug}", "topic": video}
    for browser, title in ((phone, "Video baru di Dapur “Tante” & Keponakan"), (laptop, "New video in Dapur “Tante” & Keponakan")):
        got = browser.heard()[0]
        check(got.pop("length") < 4096, "room for every push service")
        equal(got, {**wanted, "title": title}, "what it says")
    equal((SERVICE.faults, none_waits(hub, phone), none_waits(hub, laptop)), ([], True, True), "signed and sealed as the standards say")


@test
def a_browser_that_is_gone_is_told_no_more(hub):
    show = a_show(hub)
    fan = a_follower(hub, show)
    gone, missing, stays = (SERVICE.browser(name) for name in ("gone", "missing", "stays"))
    gone.mood, missing.mood = 410, 404
    for browser in (gone, missing, stays):
        need(fan.post("/v1/me/push-subscriptions", **browser.json).status == 201, "subscribed")
    an_episode(hub, show)
    stays.heard(), gone.tried(), missing.tried()
    left = soon(lambda: len(fan.get("/v1/me/push-subscriptions").json["items"]) == 1 and fan.get("/v1/me/push-subscriptions").json["items"])
    equal(len(left or []), 1, "those two were forgotten")


@test
def a_push_service_that_fails_is_asked_again_later(hub):
    show = a_show(hub)
    fan = a_follower(hub, show, "sabar")
    slow, broken = SERVICE.browser("slow"), SERVICE.browser("broken")
    slow.mood, slow.retry_after, broken.mood = 429, 3600, 500
    for browser in (slow, broken):
        need(fan.post("/v1/me/push-subscriptions", **browser.json).status == 201, "subscribed")
    an_episode(hub, show)
    slow.tried(), broken.tried()
    need(soon(lambda: hub.sql("SELECT count(*) FROM push_subscription WHERE failures = 1 AND id IN (SELECT subscription FROM push)") == [(2,)]), "both wait")
    waits = dict(hub.sql("SELECT endpoint, wait_until - (SELECT max(at) FROM push) FROM push_subscription s JOIN account a ON a.id = s.account WHERE a.name = 'sabar'"))
    check(waits[slow.endpoint] >= 3_600_000 > waits[broken.endpoint] >= 30_000, f"as long as was told, or half a minute: {waits}")
    an_episode(hub, show)
    told(hub)
    equal((len(slow.tries), len(broken.tries)), (1, 1), "nothing is sent meanwhile")
    slow.mood = broken.mood = 201
    SERVICE.offset = 2 * 3600
    hub.restart(env={"HUB_NOW": f"+{2 * 3_600_000}"})
    equal((len({m["tag"] for m in slow.heard(2)}), len({m["tag"] for m in broken.heard(2)})), (2, 2), "each once")
    need(none_waits(hub, slow) and none_waits(hub, broken), "none is left")
    equal(hub.sql("SELECT sum(failures) FROM push_subscription s JOIN account a ON a.id = s.account WHERE a.name = 'sabar'"), [(0,)], "forgiven")
    hub.restart(env={})
    SERVICE.offset = 0


@test
def a_message_is_not_sent_once_it_is_too_late(hub):
    show = a_show(hub)
    fan = a_follower(hub, show)
    late, hidden = SERVICE.browser("late"), SERVICE.browser("hidden")
    late.mood = 503
    need(fan.post("/v1/me/push-subscriptions", **late.json).status == 201, "subscribed")
    an_episode(hub, show)
    late.tried()
    late.mood = 201
    hub.restart(env={"HUB_NOW": f"+{25 * 3_600_000}"})
    need(none_waits(hub, late), "dropped")
    equal(late.messages, [], "a day later it is no news")
    hub.restart(env={})
    other = a_follower(hub, show)
    hidden.mood = 503
    need(other.post("/v1/me/push-subscriptions", **hidden.json).status == 201, "subscribed")
    video = an_episode(hub, show)
    hidden.tried()
    hidden.mood = 201
    need(hub.editor.post(f"/v1/videos/{video}/unpublish").status == 200, "unpublished")
    SERVICE.offset = 3600
    hub.restart(env={"HUB_NOW": "+3600000"})
    need(none_waits(hub, hidden), "dropped")
    equal(hidden.messages, [], "what went is not told")
    hub.restart(env={})
    SERVICE.offset = 0


@test
def only_addresses_of_push_services_and_keys_are_taken(hub):
    fan = hub.signed_in("fan")
    good = SERVICE.browser("keys").json
    for endpoint in ("http://push.example/x", "ftp://push.example/x", "https://10.0.0.1/x", "https://192.168.1.1:8080/x", "https://169.254.169.254/latest", "https://[::1]/x",
                     "https://2130706433/x", "https://0x7f.1/x", "https://user@push.example/x", "https://push.example@10.0.0.1/x", "https://push.example", "https://router/x",
                     "https://printer.local/x", "https://a.localhost/x", "https://push.example:99999x/x", "https://push.example/a b", "https:///x", "javascript:alert(1)"):
        answer = fan.post("/v1/me/push-subscriptions", **{**good, "endpoint": endpoint})
        equal((answer.status, answer.pointers if answer.status == 422 else None), (422, [("body", "/endpoint")]), endpoint)
    off_curve = "BA" + "A" * 85
    for keys, at in (({**good["keys"], "p256dh": off_curve}, "/keys/p256dh"), ({**good["keys"], "auth": "A" * 21 + "_"}, "/keys/auth"), ({**good["keys"], "p256dh": "short"}, "/keys/p256dh")):
        answer = fan.post("/v1/me/push-subscriptions", endpoint=good["endpoint"], keys=keys)
        equal((answer.status, answer.pointers if answer.status == 422 else None), (422, [("body", at)]), at)
    equal(fan.get("/v1/me/push-subscriptions").json["items"], [], "none was taken")
    for n in range(11):
        equal(fan.post("/v1/me/push-subscriptions", **{**good, "endpoint": f"https://push.example/{n}"}).status, 409 if n == 10 else 201, f"{n}; ten at most")
    equal(fan.post("/v1/me/push-subscriptions", **{**good, "endpoint": "https://push.example/3"}).status, 201, "the same again")
    items = fan.get("/v1/me/push-subscriptions").json["items"]
    equal(len(items), 10, "is one")
    equal((hub.signed_in("fan").delete(f"/v1/me/push-subscriptions/{items[0]['id']}").status, fan.delete(f"/v1/me/push-subscriptions/{items[0]['id']}").status), (404, 204), "one's own")


@test
def a_subscription_belongs_to_whoever_has_the_browser_now(hub):
    show = a_show(hub)
    hub.account("pertama", "fan", PASSWORD), hub.account("kedua", "fan", PASSWORD)
    shared, device = Browser(hub).sign_in("pertama", PASSWORD), SERVICE.browser("shared")

    def subscribe():
        answer = shared.client.post("/v1/me/push-subscriptions", headers=shared._headers(Origin=hub.base), **device.json, language="en")
        need(answer.status == 201, f"subscribed: {answer}")
    first, second = hub.client(hub.token("pertama")), hub.client(hub.token("kedua"))
    for one in (first, second):
        need(one.put(f"/v1/me/follows/{show}").status == 204, "followed")
    subscribe()
    an_episode(hub, show, title="Satu")
    equal([m["body"] for m in device.heard()], ["Satu"], "told")
    shared.get("/").submit("/auth/logout")
    an_episode(hub, show, title="Dua")
    told(hub)
    need(none_waits(hub, device), "dropped")
    equal(len(device.messages), 1, "not who signed out there")
    shared.sign_in("kedua", PASSWORD)
    subscribe()
    an_episode(hub, show, title="Tiga")
    device.heard(2)
    need(none_waits(hub, device), "sent")
    equal(([m["body"] for m in device.messages], first.get("/v1/me/push-subscriptions").json["items"]), (["Satu", "Tiga"], []), "once: it is another's now")


@test
def one_says_yes_to_push_with_the_first_browser_and_takes_it_back_for_all(hub):
    hub.account("setuju", "fan", PASSWORD)
    me, browser = hub.client(hub.token("setuju")), Browser(hub).sign_in("setuju", PASSWORD)
    said = lambda: next(c for c in me.get("/v1/me/consents").json["items"] if c["purpose"] == "push")
    ledger = lambda: [g for (g,) in hub.sql("SELECT granted FROM consent c JOIN account a ON a.id = c.account WHERE a.name = 'setuju' AND purpose = 'push' ORDER BY c.id")]
    add = lambda name: need(me.post("/v1/me/push-subscriptions", **SERVICE.browser(name).json).status == 201, "added")
    add("satu-setuju"), add("dua-setuju")
    equal((said()["granted"], said()["said"], ledger()), (True, 1, [1]), "with the first")
    items = lambda: me.get("/v1/me/push-subscriptions").json["items"]
    for item in items():
        equal(me.delete(f"/v1/me/push-subscriptions/{item['id']}").status, 204, "one by one")
    equal((said()["granted"], ledger()), (False, [1, 0]), "with the last")
    add("tiga-setuju"), add("empat-setuju")
    equal(me.put("/v1/me/consents", purpose="push", granted=False).status, 200, "taken back")
    equal((items(), said()["granted"], ledger()), ([], False, [1, 0, 1, 0]), "all are forgotten")
    add("lima-setuju")
    check("Stop for all browsers" in browser.get("/me/privacy").text, browser.text)
    equal((browser.submit("/me/privacy", {"do": "push-off"}).status, items(), ledger()), (303, [], [1, 0, 1, 0, 1, 0]), "by the page")
    check("None of your browsers" in browser.get("/me/privacy").text, browser.text)


@test
def a_hub_that_dies_loses_nothing_and_tells_nothing_twice(hub):
    show = a_show(hub)
    first = a_follower(hub, show, "aaa-first")
    now = hub.sql("SELECT followed_at FROM follow ORDER BY followed_at DESC LIMIT 1")[0][0]
    hub.sql("INSERT INTO account (id, subject, name, role, created_at) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250) "
            "SELECT printf('%026d', i), 's' || i, 'pengikut' || i, 'fan', ? FROM n", now)
    hub.sql("INSERT INTO follow (account, show, followed_at) SELECT a.id, (SELECT id FROM show WHERE slug = ?), ? FROM account a WHERE a.name LIKE 'pengikut%'", show, now)
    device = SERVICE.browser("crash")
    need(first.post("/v1/me/push-subscriptions", **device.json).status == 201, "subscribed")
    video = a_draft(hub, show)
    hub.env = {"HUB_STEP": "news", "HUB_CRASH_AT": "1"}
    hub.restart()
    answer = None
    try:
        answer = hub.editor.post(f"/v1/videos/{video}/publish")
    except OSError:
        pass  # it may be gone before it answers
    hub.process.wait(20)
    check(answer is None or answer.status == 200, answer)
    for n in (2, 3, 5):
        hub.env = {"HUB_STEP": "news", "HUB_CRASH_AT": str(n)}
        try:
            hub.start()
        except RuntimeError:
            pass  # gone already
        hub.process.wait(20)
    hub.env = {}
    hub.start()
    told(hub)
    equal(hub.sql("SELECT count(*), count(DISTINCT account) FROM notification WHERE news = ?", video), [(251, 251)], "everybody, once")
    equal(len(device.heard()), 1, "and their browsers")


@test
def a_message_that_may_have_been_sent_is_the_same_once_more(hub):
    show = a_show(hub)
    fan, device = a_follower(hub, show), SERVICE.browser("again")
    need(fan.post("/v1/me/push-subscriptions", **device.json).status == 201, "subscribed")
    hub.env = {"HUB_STEP": "push: sent", "HUB_CRASH_AT": "1"}
    hub.restart()
    video = an_episode(hub, show)
    hub.process.wait(20)
    equal(len(device.heard()), 1, "sent, and the hub died before it knew")
    SERVICE.offset = 120
    hub.env = {"HUB_NOW": "+120000"}
    hub.start()
    equal([(m["tag"], m["topic"]) for m in device.heard(2)], [(video, video)] * 2, "the browser shows one")
    need(none_waits(hub, device), "and that was it")
    hub.restart(env={})
    SERVICE.offset = 0


@test
def many_followers_are_told_by_steps(hub):
    show = a_show(hub)
    fan = a_follower(hub, show)
    others = [a_follower(hub, show) for _ in range(3)]
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        videos = list(pool.map(lambda n: an_episode(hub, show, title=f"Bersamaan {n}"), range(3)))
    told(hub)
    for one in (fan, *others):
        equal(sorted(v for _, v in kinds(one)), sorted(videos), "all of them")


@test
def what_was_told_long_ago_is_forgotten(_):
    hub = start()
    show, empty = a_show(hub), a_show(hub)
    fan = a_follower(hub, show, "pelupa")
    need(fan.put(f"/v1/me/follows/{empty}").status == 204 and hub.editor.delete(f"/v1/shows/{empty}").status == 204, "a show goes")
    equal([f["slug"] for f in fan.get("/v1/me/follows").json["items"]], [show], "and is followed no more")
    video = an_episode(hub, show)
    told(hub)
    hub.restart(env={"HUB_NOW": f"+{89 * DAY}"})
    equal(hub.sql("SELECT count(*) FROM notification"), [(1,)], "after 89 days")
    hub.restart(env={"HUB_NOW": f"+{91 * DAY}"})
    need(soon(lambda: hub.sql("SELECT count(*) FROM notification") == [(0,)]), "after 91")
    equal(hub.sql("SELECT id, waiting FROM news"), [(video, 0)], "the video stays told")
    equal(hub.sql("SELECT count(*) FROM follow"), [(1,)], "who followed what went, does so no more")
    hub.stop()


@test
def the_page_works_without_javascript(hub):
    hub.account("halaman", "fan", PASSWORD)
    show = a_show(hub, "Warung")
    old = an_episode(hub, show, title="Awal")
    slug = hub.editor.get(f"/v1/videos/{old}").json["slug"]
    browser, client = Browser(hub).sign_in("halaman", PASSWORD), hub.client(hub.token("halaman"))
    check("Follow Warung" in browser.get(f"/watch/{slug}").text, browser.text)
    browser.submit(f"/watch/{slug}/comments", do="follow")
    equal([f["slug"] for f in client.get("/v1/me/follows").json["items"]], [show], "followed")
    check("Following Warung" in browser.get(f"/watch/{slug}").text, browser.text)
    an_episode(hub, show, title="Lanjutan")
    told(hub)
    check("Notifications 1" in browser.get("/").text, browser.text)
    check("New video in Warung: Lanjutan" in browser.get("/me/notifications").text, browser.text)
    item = inbox(client)["items"][0]
    browser.submit("/me/notifications", {"do": "open", "id": item["id"]})
    equal((browser.status, browser.answer.header("location"), inbox(client)["unread"]), (303, f"/watch/{item['videoSlug']}", 0), "opened is read")
    an_episode(hub, show)
    told(hub)
    browser.get("/me/notifications").submit("/me/notifications", {"do": "read"})
    equal(inbox(client)["unread"], 0, "all are read")
    page = browser.get("/me/notifications").answer.body.decode()
    check("/assets/notify." in page and "data-push" in page, "the button of notify.js")
    browser.post("/me/notifications", {"do": "settings", "episodes": "on", "push-replies": "on"})
    equal(client.get("/v1/me/notification-settings").json, {"episodes": True, "replies": False, "pushEpisodes": False, "pushReplies": True}, "as ticked")
    browser.get("/me/notifications").submit("/me/notifications", {"do": "unfollow", "show": show})
    equal(client.get("/v1/me/follows").json["items"], [], "not followed")
    equal((browser.post("/me/notifications", {"do": "open", "id": "0" * 26}).status, browser.post("/me/notifications", {"do": "x"}).status), (404, 422), "what is not there")
    equal(Browser(hub).get("/me/notifications").answer.header("location"), "/auth/login?next=/me/notifications", "of who is signed in")
    worker = hub.anyone.get("/push.js")
    equal((worker.status, worker.header("content-type"), worker.header("cache-control")), (200, "text/javascript; charset=utf-8", "public, no-cache"), "its worker")


run(start)
