"""Shows: made, read, changed, listed, deleted when empty."""
from case import check, equal, run, test
from hub import Hub


def start():
    hub = Hub()
    hub.editor, hub.anyone = hub.signed_in("editor"), hub.client()
    return hub


@test
def a_show_is_made_of_a_title_and_read_by_its_slug(hub):
    answer = hub.editor.post("/v1/shows", title="Tante Sama Keponakan")
    equal((answer.status, answer.header("location")), (201, "/v1/shows/tante-sama-keponakan"), "made")
    show = hub.anyone.get("/v1/shows/tante-sama-keponakan").json
    equal(show, answer.json, "read after write")
    equal((show["description"], show["version"]), ("", 1), "defaults")


@test
def a_slug_belongs_to_one_show(hub):
    hub.editor.post("/v1/shows", title="One", slug="one")
    answer = hub.editor.post("/v1/shows", title="Two", slug="one")
    equal((answer.status, answer.problem), (409, "conflict"), "taken")
    other = hub.editor.post("/v1/shows", title="One")
    check(other.status == 201 and other.json["slug"].startswith("one-"), other)


@test
def a_show_is_changed_under_if_match(hub):
    hub.editor.post("/v1/shows", title="Changing", slug="changing", description="Before")
    first = hub.anyone.get("/v1/shows/changing")
    changed = hub.editor.patch("/v1/shows/changing", headers={"If-Match": first.etag}, title="Changed")
    equal((changed.status, changed.json["title"], changed.json["description"], changed.json["version"]), (200, "Changed", "Before", 2), "changed")
    stale = hub.editor.patch("/v1/shows/changing", headers={"If-Match": first.etag}, title="Again")
    equal((stale.status, stale.problem), (412, "changed"), "stale")
    equal(hub.editor.patch("/v1/shows/changing", headers={"If-Match": "*"}, description="").json["description"], "", "emptied")
    equal(hub.editor.patch("/v1/shows/none", title="x").status, 404, "no such show")
    equal(hub.anyone.get("/v1/shows/changing", headers={"If-None-Match": first.etag}).status, 200, "no 304 after a change")
    now = hub.anyone.get("/v1/shows/changing").etag
    equal(hub.anyone.get("/v1/shows/changing", headers={"If-None-Match": now}).status, 304, "304")


@test
def a_changed_title_is_seen_in_its_videos(hub):
    hub.editor.post("/v1/shows", title="Old", slug="renamed")
    video = hub.editor.post("/v1/videos", title="A video", show="renamed").json
    hub.editor.patch("/v1/shows/renamed", title="New")
    equal(hub.editor.get(f"/v1/videos/{video['id']}").json["show"], {"slug": "renamed", "title": "New"}, "show")


@test
def a_show_with_videos_is_not_deleted(hub):
    hub.editor.post("/v1/shows", title="Full", slug="full")
    video = hub.editor.post("/v1/videos", title="A video", show="full").json
    answer = hub.editor.delete("/v1/shows/full")
    equal((answer.status, answer.problem), (409, "conflict"), "full")
    hub.editor.patch(f"/v1/videos/{video['id']}", show=None)
    hub.editor.patch(f"/v1/videos/{video['id']}", json={"show": None})
    equal(hub.editor.delete("/v1/shows/full").status, 204, "empty")
    equal(hub.anyone.get("/v1/shows/full").status, 404, "gone")
    equal(hub.editor.delete("/v1/shows/full").status, 404, "again")


@test
def the_list_of_shows_is_complete_and_without_repeats(hub):
    for i in range(23):
        hub.editor.post("/v1/shows", title=f"Show {i}", slug=f"listed-{i}")
    for limit in (1, 5, 7, 100):
        slugs = [s["slug"] for s in hub.anyone.pages("/v1/shows", limit)]
        equal(len(slugs), len(set(slugs)), f"repeats at {limit}")
        equal([s for s in slugs if s.startswith("listed-")], [f"listed-{i}" for i in reversed(range(23))], f"newest first at {limit}")


run(start)
