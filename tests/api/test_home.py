"""The home page's rails: in the editors' order, none empty, nothing seen offered as new, nothing told that not everybody may see."""
from browser import Browser
from case import check, equal, need, run, test
from files import pdf
from hub import Hub, settled, send

DAY, PASSWORD = 86_400_000, "kuda laut minum kopi"
ALL = ["latest", "continue", "trending", "because", "behind-the-scenes", "downloads"]


def start():
    hub = Hub()
    hub.clock = 1_000_000
    hub.editor, hub.anyone = hub.signed_in("editor"), hub.client()
    hub.editor.post("/v1/shows", title="Dapur", slug="dapur")
    return hub


def published(hub, title="Video", **members):
    """A video of a minute that everybody sees, each newer than the one before."""
    answer = hub.editor.post("/v1/videos", json={"title": title, "kind": "episode", **members})
    need(answer.status == 201, answer)
    hub.clock += 1000
    hub.sql("UPDATE video SET state = 'published', published_at = ?, listed_at = ?, duration_ms = 60000 WHERE id = ?", hub.clock, hub.clock, answer.json["id"])
    return answer.json["id"]


def rails(client):
    answer = client.get("/v1/home")
    need(answer.status == 200, answer)
    return {rail["kind"]: [card["id"] for card in rail["items"]] for rail in answer.json["rails"]}


def watched(hub, name, video, percent, at=None):
    hub.clock += 1000
    hub.sql("INSERT OR REPLACE INTO history (account, video, position_ms, watched_at) SELECT id, ?, ?, ? FROM account WHERE name = ?", video, percent * 600, at or hub.clock, name)


def emptied(hub):
    for table in ("trend", "video_tag", "history", "video"):  # by hand nothing goes along by itself
        hub.sql(f"DELETE FROM {table}")


def order(hub, *kinds):
    need(hub.editor.put("/v1/home-layout", rails=list(kinds)).status == 200, "ordered")


@test
def a_home_with_nothing_has_no_rails(hub):
    equal((hub.anyone.get("/v1/home").json, hub.signed_in("fan").get("/v1/home").json), ({"rails": []}, {"rails": []}), "rails")
    check("There are no videos yet" in Browser(hub).get("/").text, "the page says so")


@test
def the_newest_come_first_and_ten_are_enough(hub):
    made = [published(hub, f"Video {i}") for i in range(14)]
    equal(rails(hub.anyone), {"latest": made[:3:-1]}, "the newest, and no rail that is empty")
    emptied(hub)


@test
def rails_stand_as_the_editors_order_them(hub):
    video, fan = published(hub, "Klip", kind="clip"), hub.signed_in("fan")
    equal(hub.editor.get("/v1/home-layout").json["rails"], ALL, "as it begins")
    order(hub, "behind-the-scenes", "latest")
    equal(list(rails(hub.anyone)), ["behind-the-scenes", "latest"], "for everybody")
    order(hub, "behind-the-scenes")
    equal(rails(hub.anyone), {"behind-the-scenes": [video]}, "those that are named")
    order(hub)
    equal(rails(hub.anyone), {}, "none")
    was = hub.editor.get("/v1/home-layout")
    equal(hub.editor.put("/v1/home-layout", headers={"If-Match": was.header("etag")}, rails=["latest"]).status, 200, "by its ETag")
    equal(hub.editor.put("/v1/home-layout", headers={"If-Match": was.header("etag")}, rails=[]).status, 412, "which is another now")
    twice = hub.editor.put("/v1/home-layout", rails=["latest", "trending", "latest"])
    equal((twice.status, twice.pointers), (422, [("body", "/rails/2")]), "each once")
    equal((hub.editor.put("/v1/home-layout", rails=["weather"]).status, fan.put("/v1/home-layout", rails=[]).status, fan.get("/v1/home-layout").status), (422, 403, 403), "refused")
    order(hub, *ALL)
    emptied(hub)


@test
def what_was_seen_is_not_offered_as_new(hub):
    fan, other = hub.signed_in("fan", "lina"), hub.signed_in("fan")
    seen, nearly, clip = published(hub, "Satu", kind="clip", tags=["kopi"]), published(hub, "Dua", kind="clip", tags=["kopi"]), published(hub, "Tiga", kind="clip", tags=["kopi"])
    for video in (seen, nearly):
        need(fan.put(f"/v1/videos/{video}/like").status == 200, "liked")
    watched(hub, "lina", seen, 95), watched(hub, "lina", nearly, 94)
    equal(rails(fan), {"latest": [clip, nearly], "continue": [nearly], "trending": [nearly, seen], "because": [clip], "behind-the-scenes": [clip, nearly]}, "at 95 % of its length")
    equal(rails(other), {"latest": [clip, nearly, seen], "trending": [nearly, seen], "behind-the-scenes": [clip, nearly, seen]}, "to nobody else")
    emptied(hub)


@test
def what_one_began_goes_on_from_another_device(hub):
    hub.account("dua", "fan")
    phone, laptop, video = hub.client(hub.token("dua")), hub.client(hub.token("dua")), hub.published("Perjalanan", seconds=3)
    made = phone.post(f"/v1/videos/{video}/playbacks").json
    equal(list(rails(laptop)), ["latest", "trending", "behind-the-scenes"], "before")
    phone.put(f"/v1/playbacks/{made['id']}/progress", positionMs=1200, playedMs=1200)
    rail = laptop.get("/v1/home").json["rails"][1]
    equal((rail["kind"], rail["items"][0]["positionMs"], rail["items"][0]["durationMs"] // 1000), ("continue", 1200, 3), "where it is")
    laptop.delete("/v1/me/history")
    check("continue" not in rails(phone), "forgotten")
    emptied(hub)


@test
def because_is_of_the_same_show_then_of_the_same_tags(hub):
    fan = hub.signed_in("fan", "sari")
    other, tag, show = published(hub, "Lain", tags=["pasar"]), published(hub, "Tag", tags=["Masak Pagi"]), published(hub, "Acara", show="dapur")
    both = published(hub, "Keduanya", show="dapur", tags=["masak pagi"])
    last = published(hub, "Terakhir", show="dapur", tags=["masak pagi", "\"*("])
    check("because" not in rails(fan), "nothing was watched")
    watched(hub, "sari", last, 100)
    rail = next(r for r in fan.get("/v1/home").json["rails"] if r["kind"] == "because")
    equal(([c["id"] for c in rail["items"]], rail["seen"]["title"]), ([both, show, tag], "Terakhir"), "alike")
    watched(hub, "sari", both, 100, at=1)
    equal(rails(fan)["because"], [show, tag], "but what was seen")
    watched(hub, "sari", other, 10)
    check("because" not in rails(fan), "nothing is like the last one")
    emptied(hub)


@test
def trending_is_what_happens_now(hub):
    hub.account("nanti", "fan")
    fans, later = [hub.signed_in("fan") for _ in range(2)], hub.client(hub.token("nanti", "60d"))
    a, b, c = (published(hub, t) for t in "ABC")
    for fan in fans:
        fan.put(f"/v1/videos/{a}/like")
    equal(rails(hub.anyone)["trending"], [a], "liked")
    for _ in range(4):
        fans[0].put(f"/v1/videos/{b}/like"), fans[0].delete(f"/v1/videos/{b}/like")
    fans[0].put(f"/v1/videos/{b}/like")
    equal(rails(hub.anyone)["trending"], [a, b], "once, however often it is said")
    link = fans[0].post(f"/v1/videos/{c}/shares", channel="whatsapp").json["url"].removeprefix(hub.base)
    for _ in range(5):
        hub.anyone.get(link, headers={"User-Agent": "Mozilla/5.0"})
    equal(rails(hub.anyone)["trending"], [a, b, c], "a link counts once an hour")
    hub.restart(env={"HUB_NOW": f"+{DAY * 30 // 24}"})
    for video in (b, c):
        equal(later.put(f"/v1/videos/{video}/like").status, 200, "liked")
    equal(rails(hub.anyone)["trending"], [b, c, a], "a like of today is worth two of yesterday and more")
    hub.restart(env={"HUB_NOW": f"+{DAY * 9}"})
    check("trending" not in rails(hub.anyone), "over")
    hub.restart(env={})
    emptied(hub)


@test
def playing_again_and_again_counts_once_a_day(hub):
    one, two, a, b = hub.signed_in("fan"), hub.signed_in("fan"), hub.published("A"), hub.published("B")
    for client, video in ((one, a), (one, b), (two, b), *[(one, a)] * 4):
        need(client.post(f"/v1/videos/{video}/playbacks").status == 201, "played")
    equal(rails(hub.anyone)["trending"], [b, a], "by persons")
    emptied(hub)


@test
def downloads_are_those_with_new_files(hub):
    older, newer = hub.published("Satu"), hub.published("Dua")
    check("downloads" not in rails(hub.anyone), "the video alone is none")
    status = settled(hub.editor, send(hub.editor, pdf(), filename="resep.pdf", purpose="asset", videoId=older))
    equal(status["state"], "ready", f"a document: {status}")
    equal(rails(hub.anyone)["downloads"], [older], "with a file")
    check(newer in rails(hub.anyone)["latest"], "newer")
    emptied(hub)


@test
def what_not_everybody_may_see_is_in_no_rail(hub):
    fan = hub.signed_in("fan", "rini")
    last, hidden = published(hub, "Terlihat", tags=["kopi"]), [published(hub, f"Rahasia {i}", kind="clip", tags=["kopi"]) for i in range(4)]
    for video in hidden:
        need(fan.put(f"/v1/videos/{video}/like").status == 200, "liked")
        watched(hub, "rini", video, 50)
    watched(hub, "rini", last, 100)
    full = rails(fan)
    equal([set(hidden) <= set(full[kind]) for kind in ("latest", "continue", "trending", "because", "behind-the-scenes")], [True] * 5, "while everybody may")
    for video, change in zip(hidden, ("state = 'draft'", "state = 'taken-down'", "visibility = 'private'", "visibility = 'unlisted'")):
        hub.sql(f"UPDATE video SET {change} WHERE id = ?", video)
    for client in (fan, hub.anyone, hub.editor):
        told = {kind: sorted(set(ids) & set(hidden)) for kind, ids in rails(client).items() if kind != "continue"}
        check(not any(told.values()), f"told: {told}")
    equal(rails(fan)["continue"], [hidden[3]], "one that is not listed goes on for who began it")
    emptied(hub)


@test
def everybody_shares_an_answer_until_something_changes(hub):
    video = published(hub, "Premium", access="premium")
    first = hub.anyone.get("/v1/home")
    equal((first.json["rails"][0]["items"][0]["access"], first.header("cache-control")), ("premium", "no-cache"), "marked, to be asked about again")
    again = hub.anyone.get("/v1/home", headers={"If-None-Match": first.header("etag")})
    equal((again.status, again.body, again.header("etag")), (304, b"", first.header("etag")), "the same")
    check("Premium</span>" in Browser(hub).get("/").answer.body.decode(), "on the page, too")
    need(hub.editor.patch(f"/v1/videos/{video}", title="Lain").status == 200, "another title")
    equal(hub.anyone.get("/v1/home", headers={"If-None-Match": first.header("etag")}).json["rails"][0]["items"][0]["title"], "Lain", "at once")
    hub.editor.patch(f"/v1/videos/{video}", visibility="private")
    equal(hub.anyone.get("/v1/home").json, {"rails": []}, "gone at once")
    equal(hub.signed_in("fan").get("/v1/home").header("cache-control"), "private, no-cache", "one's own is nobody else's")
    emptied(hub)


@test
def the_page_shows_the_same_rails_without_javascript(hub):
    hub.account("halaman", "fan", PASSWORD)
    clip, episode = published(hub, "Klip", kind="clip", tags=["kopi"]), published(hub, "Episode", tags=["kopi"])
    watched(hub, "halaman", episode, 50)
    text = Browser(hub).sign_in("halaman", PASSWORD).get("/").text
    titles = [text.find(t) for t in ("Newest", "Continue watching", "Because you watched “Episode”", "Behind the scenes")]
    check(-1 not in titles and titles == sorted(titles), f"in their order: {titles}")
    check('<progress value="30" max="60"' in Browser(hub).sign_in("halaman", PASSWORD).get("/").answer.body.decode(), "how far one is")
    order(hub, "behind-the-scenes", "latest")
    text = Browser(hub, language="id").get("/").text
    check(0 < text.find("Di balik layar") < text.find("Terbaru"), "as the editors order them, in Indonesian")
    check("Klip" in Browser(hub).get("/videos").text, "and all of them")
    order(hub, *ALL)
    emptied(hub)


run(start)
