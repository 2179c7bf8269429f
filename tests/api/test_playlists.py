"""Playlists: one's own alone, in their order, within limits; and what to watch later."""
from case import check, equal, need, run, test
from hub import Hub


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
    found = [thief.get(path), thief.patch(path, title="x"), thief.delete(path), thief.get(f"{path}/videos"), thief.put(f"{path}/videos/{hub.videos[1]}"), thief.delete(f"{path}/videos/{video}")]
    equal([a.status for a in found], [404] * 6, "as if it were not there")
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


run(start)
