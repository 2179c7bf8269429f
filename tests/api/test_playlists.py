"""Playlists: one's own alone, in their order, within limits; and what to watch later."""
from browser import Browser
from case import check, equal, need, run, test
from hub import Hub

PASSWORD = "kuda laut minum kopi"


def start():
    hub = Hub()
    hub.videos = [hub.published(title=f"Video {i}", seconds=2) for i in range(3)]
    hub.editor, hub.anyone = hub.signed_in("editor"), hub.client()
    return hub


def made(client, title="Akhir pekan"):
    answer = client.post("/v1/me/playlists", title=title)
    need(answer.status == 201, f"made: {answer}")
    return f"/v1/me/playlists/{answer.json['id']}"


def videos(client, path, **query):
    return [v["id"] for v in client.get(f"{path}/videos").json["items"]]


@test
def a_playlist_keeps_its_videos_in_their_order(hub):
    fan, (a, b, c) = hub.signed_in("fan"), hub.videos
    path = made(fan)
    for video in (b, a, c, b):
        equal(fan.put(f"{path}/videos/{video}").status, 204, "put")
    equal((videos(fan, path), fan.get(path).json["videos"]), ([b, a, c], 3), "once each, as they came")
    first = fan.get(f"{path}/videos?limit=2").json
    equal([v["id"] for v in fan.get(f"{path}/videos?limit=2&cursor={first['nextCursor']}").json["items"]], [c], "page by page")
    equal((fan.delete(f"{path}/videos/{a}").status, fan.delete(f"{path}/videos/{a}").status, videos(fan, path)), (204, 204, [b, c]), "taken out")
    fan.put(f"{path}/videos/{a}")
    equal(videos(fan, path), [b, c, a], "and put to the end")
    equal((fan.patch(path, title="Malam Minggu").json["title"], fan.patch(path, title="").status), ("Malam Minggu", 422), "another title")
    hub.editor.patch(f"/v1/videos/{c}", visibility="private")
    equal((videos(fan, path), fan.put(f"{path}/videos/{c}").status), ([b, a], 404), "what went is passed over")
    hub.editor.patch(f"/v1/videos/{c}", visibility="public")
    equal((videos(fan, path), fan.delete(path).status, fan.get(path).status), ([b, c, a], 204, 404), "back, and deleted")


@test
def it_is_nobody_elses(hub):
    fan, thief, video = hub.signed_in("fan"), hub.signed_in("fan"), hub.videos[0]
    path = made(fan)
    fan.put(f"{path}/videos/{video}")
    found = [thief.get(path), thief.patch(path, title="x"), thief.delete(path), thief.get(f"{path}/videos"), thief.put(f"{path}/videos/{hub.videos[1]}"), thief.delete(f"{path}/videos/{video}"),
             thief.post(f"{path}/videos/{video}/move", json={})]
    equal([a.status for a in found], [404] * 7, "as if it were not there")
    equal((videos(fan, path), thief.get("/v1/me/playlists").json["items"], hub.anyone.get("/v1/me/playlists").status), ([video], [], 401), "untouched")


@test
def what_to_watch_later_is_a_list_that_everybody_has(hub):
    fan = hub.signed_in("fan")
    later = fan.get("/v1/me/watch-later").json
    equal((later["kind"], later["videos"], fan.get("/v1/me/watch-later").json["id"]), ("watch-later", 0, later["id"]), "made once")
    path = f"/v1/me/playlists/{later['id']}"
    fan.put(f"{path}/videos/{hub.videos[0]}")
    made(fan)
    equal([p["kind"] for p in fan.get("/v1/me/playlists").json["items"]], ["watch-later", "list"], "first of all")
    equal((fan.delete(path).status, fan.patch(path, title="x").status, videos(fan, path)), (404, 404, [hub.videos[0]]), "it stays, and has no title")


@test
def there_are_so_many_and_no_more(hub):
    fan = hub.signed_in("fan", "banyak")
    for i in range(100):
        made(fan, f"Daftar {i}")
    equal(fan.post("/v1/me/playlists", title="Satu lagi").status, 409, "a hundred")
    equal((fan.get("/v1/me/watch-later").status, len(fan.get("/v1/me/playlists").json["items"])), (200, 101), "and watch-later")
    path = f"/v1/me/playlists/{fan.get('/v1/me/playlists').json['items'][5]['id']}"
    hub.sql("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)"
            " INSERT INTO video (id, slug, title, description, kind, state, visibility, access, content_rating, language, tags, chapters, listed_at, created_by, created_at, updated_at)"
            " SELECT printf('%026d', i), 'isi-' || i, title, description, kind, state, visibility, access, content_rating, language, tags, chapters, listed_at, created_by, created_at, updated_at"
            " FROM n, video v WHERE v.id = ?", hub.videos[0])
    hub.sql("INSERT INTO playlist_video (playlist, video, place, added_at) SELECT ?, id, rowid, 1 FROM video WHERE slug LIKE 'isi-%'", path.rsplit("/", 1)[1])
    equal((fan.put(f"{path}/videos/{hub.videos[1]}").status, fan.get(path).json["videos"]), (409, 500), "five hundred")
    check(fan.put(f"{path}/videos/{'1'.zfill(26)}").status == 204, "one that is there")


@test
def videos_are_put_in_another_order(hub):
    fan, (a, b, c) = hub.signed_in("fan"), hub.videos
    path = made(fan)
    for video in (a, b, c):
        fan.put(f"{path}/videos/{video}")
    for video, before, wanted in ((c, a, [c, a, b]), (c, None, [a, b, c]), (a, c, [b, a, c]), (a, a, [b, a, c]), (b, None, [a, c, b])):
        answer = fan.post(f"{path}/videos/{video}/move", json={"before": before} if before else {})
        equal((answer.status, videos(fan, path)), (204, wanted), f"{video} before {before}")
    other = hub.published(title="Lain", seconds=2)
    equal([fan.post(f"{path}/videos/{v}/move", json=j).status for v, j in ((other, {}), (a, {"before": other}), (a, {"before": "x"}))], [404, 404, 422], "of this list alone")
    equal(fan.get(path).json["version"], 9, "each is a change")


@test
def a_video_is_saved_for_later_without_javascript(hub):
    hub.account("nanti", "fan", PASSWORD)
    fan, browser, watch = hub.client(hub.token("nanti")), Browser(hub), "/watch/video-0"
    browser.get(watch).submit(f"{watch}/save", do="add")
    equal((browser.status, browser.answer.header("location")), (303, f"/auth/login?next={watch}"), "after signing in")
    browser.sign_in("nanti", PASSWORD).get(watch).submit(f"{watch}/save", do="add")
    later = f"/v1/me/playlists/{fan.get('/v1/me/watch-later').json['id']}"
    equal((browser.status, browser.answer.header("location"), videos(fan, later)), (303, watch, [hub.videos[0]]), "saved")
    check("Remove from Watch later" in browser.get(watch).text, "said there")
    browser.submit(f"{watch}/save", do="take")
    equal((videos(fan, later), "Save for later" in browser.get(watch).text), ([], True), "and out again")
    path = made(fan, "<b>Malam</b>")
    check("Save to “<b>Malam</b>”" in browser.get(watch).text, "other lists, too")
    browser.submit(f"{watch}/save", {"list": path.rsplit("/", 1)[1]}, do="add")
    equal(videos(fan, path), [hub.videos[0]], "put there")
    equal(hub.client().post(f"{watch}/save", headers={**browser._headers(), "Content-Type": "application/x-www-form-urlencoded", "Origin": "https://lain.example"}, body=b"do=add").status, 403, "from nowhere else")


@test
def playlists_are_kept_on_pages_without_javascript(hub):
    hub.account("halaman", "fan", PASSWORD)
    fan, browser, (a, b, c) = hub.client(hub.token("halaman")), Browser(hub).sign_in("halaman", PASSWORD), hub.videos
    check("You have no playlists yet" in browser.get("/me/playlists").text, "none")
    browser.submit("/me/playlists", title="Akhir <i>pekan</i>", do="create")
    page = browser.answer.header("location")
    check("Akhir <i>pekan</i>" in browser.get(page).text and "still empty" in browser.text, "a new one")
    for video in (a, b, c):
        fan.put(f"/v1{page}/videos/{video}")
    browser.get(page).submit(page, {"video": a, "before": c}, do="move")
    equal(videos(fan, f"/v1{page}"), [b, a, c], "down")
    browser.get(page).submit(page, {"video": c, "before": a}, do="move")
    equal(videos(fan, f"/v1{page}"), [b, c, a], "up")
    browser.get(page).submit(page, {"video": c, "before": ""}, do="move")
    equal(videos(fan, f"/v1{page}"), [b, a, c], "to the end")
    browser.get(page).submit(page, {"video": b}, do="take")
    browser.get(page).submit(page, {"title": "Akhir <i>pekan</i>"}, title="Minggu", do="rename")
    equal((videos(fan, f"/v1{page}"), fan.get(f"/v1{page}").json["title"]), ([a, c], "Minggu"), "taken out, another title")
    equal([browser.post(page, fields).status for fields in ({"do": "rename", "title": ""}, {"do": "rename", "title": "x" * 201}, {"do": "fly"}, {"do": "move", "video": b}, {"do": "move", "video": a, "before": "'"})], [422, 422, 422, 404, 404], "refused")
    equal(browser.post("/me/playlists", {"title": ""}).status, 422, "without a title")
    check("Videos: 2" in browser.get("/me/playlists").text, "how many")
    hub.account("orang", "fan", PASSWORD)
    other = Browser(hub).sign_in("orang", PASSWORD)
    equal((other.get(page).status, other.post(page, {"do": "delete"}).status, Browser(hub).get(page).answer.header("location")), (404, 404, f"/auth/login?next={page}"), "nobody else's")
    browser.get(page).post(page, {"do": "delete"})
    equal((browser.answer.header("location"), browser.get(page).status), ("/me/playlists", 404), "deleted")


run(start)
