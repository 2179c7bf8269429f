"""What one watched: it goes on from any device, is forgotten when asked, and is not kept when one does not want it."""
import http.cookies
import time

from browser import Browser
from case import check, equal, need, run, test
from hub import Hub

DAY, PASSWORD = 86_400_000, "kuda laut minum kopi"


def start():
    hub = Hub()
    hub.videos = [hub.published(title=f"Episode {i}", seconds=3) for i in range(3)]
    hub.editor, hub.anyone = hub.signed_in("editor"), hub.client()
    return hub


def watch(client, video, position):
    made = client.post(f"/v1/videos/{video}/playbacks")
    need(made.status == 201, f"played: {made}")
    need(client.put(f"/v1/playbacks/{made.json['id']}/progress", positionMs=position, playedMs=position).status == 204, "told")
    return made.json


def resumed(client, video):
    return client.post(f"/v1/videos/{video}/playbacks").json["resumePositionMs"]


def seen(client):
    return [(i["id"], i["positionMs"], i["finished"]) for i in client.get("/v1/me/history").json["items"]]


@test
def what_was_watched_is_listed_latest_first_and_goes_on_elsewhere(hub):
    hub.account("lina", "fan")
    phone, laptop = hub.client(hub.token("lina")), hub.client(hub.token("lina"))
    a, b, c = hub.videos
    for video, position in ((a, 500), (b, 1000), (c, 2990), (a, 1500)):
        watch(phone, video, position)
    equal(seen(laptop), [(a, 1500, False), (c, 2990, True), (b, 1000, False)], "the list")
    equal([resumed(laptop, v) for v in (a, b, c)], [1500, 1000, 0], "where it goes on; seen to the end begins anew")
    equal((seen(hub.signed_in("fan")), hub.anyone.get("/v1/me/history").status), ([], 401), "of nobody else")
    first = laptop.get("/v1/me/history?limit=2").json
    rest = laptop.get(f"/v1/me/history?limit=2&cursor={first['nextCursor']}").json
    equal([i["id"] for i in first["items"] + rest["items"]], [a, c, b], "page by page")
    equal(hub.editor.patch(f"/v1/videos/{c}", visibility="private").status, 200, "private")
    equal([i[0] for i in seen(laptop)], [a, b], "what went is not told")
    hub.editor.patch(f"/v1/videos/{c}", visibility="public")


@test
def a_video_is_forgotten_and_begins_anew(hub):
    one, other = hub.signed_in("fan"), hub.signed_in("fan")
    a, b, _ = hub.videos
    for client in (one, other):
        watch(client, a, 800), watch(client, b, 900)
    equal((one.delete(f"/v1/me/history/{a}").status, resumed(one, a), seen(one)), (204, 0, [(b, 900, False)]), "one")
    equal(seen(other), [(b, 900, False), (a, 800, False)], "of oneself alone")
    equal((one.delete("/v1/me/history").status, seen(one), resumed(one, b)), (204, [], 0), "all")
    equal(len(seen(other)), 2, "of oneself alone")
    watch(one, a, 700)
    equal(seen(one), [(a, 700, False)], "watched again")


@test
def a_history_that_is_not_wanted_is_not_kept(hub):
    fan, a = hub.signed_in("fan"), hub.videos[0]
    playing = watch(fan, a, 600)
    equal(fan.get("/v1/me/history-settings").json, {"keep": True}, "kept")
    equal(fan.put("/v1/me/history-settings", keep=False).json, {"keep": False}, "off")
    equal((seen(fan), resumed(fan, a)), ([], 0), "what there was is gone")
    equal(fan.put(f"/v1/playbacks/{playing['id']}/progress", positionMs=900, playedMs=900).status, 204, "it plays on")
    equal((seen(fan), resumed(fan, a)), ([], 0), "and nothing is kept")
    fan.put("/v1/me/history-settings", keep=True)
    watch(fan, a, 1000)
    equal(seen(fan), [(a, 1000, False)], "on again")


@test
def teasers_are_no_history(hub):
    fan = hub.signed_in("fan")
    made = fan.post(f"/v1/videos/{hub.videos[0]}/playbacks", teaser=True)
    if made.status == 201:
        fan.put(f"/v1/playbacks/{made.json['id']}/progress", positionMs=500, playedMs=500)
    equal(seen(fan), [], "nothing")


@test
def what_a_visitor_watched_is_theirs_after_signing_in(hub):
    hub.account("tamu", "fan", PASSWORD)
    browser, (a, b, _) = Browser(hub), hub.videos
    mine = hub.client(hub.token("tamu"))
    watch(mine, b, 400)
    for video, position in ((a, 1200), (b, 2000)):
        made = browser.client.post(f"/v1/videos/{video}/playbacks", headers=browser._headers())
        for name, value in made.headers:
            if name.lower() == "set-cookie":
                browser.cookies.update({k: m.value for k, m in http.cookies.SimpleCookie(value).items()})
        equal(browser.client.put(f"/v1/playbacks/{made.json['id']}/progress", headers=browser._headers(), positionMs=position, playedMs=position).status, 204, "told")
    browser.sign_in("tamu", PASSWORD)
    equal(dict((v, p) for v, p, _ in seen(mine)), {a: 1200, b: 400}, "added; what the account had itself stays")


@test
def old_history_is_forgotten_by_itself(hub):
    fan = hub.signed_in("fan", "lama")
    watch(fan, hub.videos[0], 500)
    hub.restart(env={"HUB_NOW": f"+{399 * DAY}"})
    equal(hub.sql("SELECT count(*) FROM history h JOIN account a ON a.id = h.account WHERE a.name = 'lama'"), [(1,)], "after 399 days")
    hub.restart(env={"HUB_NOW": f"+{401 * DAY}"})
    end = time.monotonic() + 20
    while hub.sql("SELECT count(*) FROM history") != [(0,)] and time.monotonic() < end:
        time.sleep(0.05)
    equal(hub.sql("SELECT count(*) FROM history"), [(0,)], "after 401")
    hub.restart(env={})


@test
def the_page_lists_and_forgets_without_javascript(hub):
    hub.account("halaman", "fan", PASSWORD)
    browser, (a, b, _) = Browser(hub).sign_in("halaman", PASSWORD), hub.videos
    client = hub.client(hub.token("halaman"))
    watch(client, a, 1000), watch(client, b, 2999)
    browser.get("/me/history")
    check("Episode 0" in browser.text and "0:01 of 0:03" in browser.text and "Seen to the end" in browser.text, browser.text)
    check("Continue watching" in browser.get("/").text and "Continue watching" not in Browser(hub).get("/").text, "on the home page")
    browser.get("/me/history").submit("/me/history", {"id": a}, do="forget")
    equal((browser.status, [i[0] for i in seen(client)]), (303, [b]), "one is forgotten")
    browser.get("/me/history").submit("/me/history", do="stop")
    equal((seen(client), "No history is kept" in browser.get("/me/history").text), ([], True), "off")
    browser.submit("/me/history", do="keep")
    equal(client.get("/v1/me/history-settings").json, {"keep": True}, "on")
    equal(Browser(hub).get("/me/history").answer.header("location"), "/auth/login?next=/me/history", "of who is signed in")


run(start)
