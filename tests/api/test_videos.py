"""Making, reading, changing and deleting a video."""
import re

from case import check, equal, need, run, test
from hub import Hub

ID = re.compile(r"[0-9abcdefghjkmnpqrstvwxyz]{26}\Z")


def start():
    hub = Hub()
    hub.editor, hub.fan, hub.anyone = hub.signed_in("editor"), hub.signed_in("fan"), hub.client()
    hub.editor.post("/v1/shows", title="Keponakan", slug="keponakan")
    return hub


def made(hub, **members):
    answer = hub.editor.post("/v1/videos", json={"title": "A video", **members})
    need(answer.status == 201, f"making a video: {answer}")
    return answer.json


def show_all(hub, video, **columns):
    """As if it were encoded and published: what only the store can do here in no time."""
    values = {"state": "published", "published_at": 1, **columns}
    hub.sql(f"UPDATE video SET {', '.join(f'{k} = ?' for k in values)} WHERE id = ?", *values.values(), video)


@test
def a_title_alone_makes_a_video_with_the_defaults_of_the_contract(hub):
    answer = hub.editor.post("/v1/videos", title="Only a title")
    equal(answer.status, 201, "status")
    video = answer.json
    check(ID.match(video["id"]), video["id"])
    equal(answer.header("location"), f"/v1/videos/{video['id']}", "Location")
    wanted = {"slug": "only-a-title", "title": "Only a title", "description": "", "kind": "clip", "state": "draft", "visibility": "public",
              "access": "everyone", "contentRating": "SU", "language": "id", "tags": [], "chapters": [], "version": 1, "commentPolicy": "open"}
    equal({k: v for k, v in video.items() if k in wanted}, wanted, "members")
    equal(sorted(set(video) - set(wanted)), ["createdAt", "id", "updatedAt"], "other members")
    equal(video["createdAt"], video["updatedAt"], "times")


@test
def every_member_is_kept_as_given(hub):
    given = {"title": "Semua 🎬", "description": "Baris satu\nbaris \"dua\" \\ \u2028", "kind": "episode", "show": "keponakan", "season": 2,
             "episode": 17, "tags": ["tante", "dapur 🍳"], "language": "jv", "visibility": "unlisted", "access": "premium", "contentRating": "17",
             "chapters": [{"startMs": 0, "title": "Awal"}, {"startMs": 60000, "title": "Akhir"}], "publishAt": "2031-01-02T03:04:05.000Z",
             "unpublishAt": "2032-01-02T03:04:05.678Z"}
    video = made(hub, **given)
    read = hub.editor.get(f"/v1/videos/{video['id']}").json
    equal(read, video, "read after write")
    equal(read["show"], {"slug": "keponakan", "title": "Keponakan"}, "show")
    for name in set(given) - {"show"}:
        equal(read[name], given[name], name)


@test
def times_are_told_in_utc_whatever_zone_was_given(hub):
    video = made(hub, publishAt="2031-01-02T10:04:05+07:00")
    equal(video["publishAt"], "2031-01-02T03:04:05.000Z", "publishAt")


@test
def each_wrong_member_is_told_with_its_pointer(hub):
    rows = [({"title": ""}, "/title"), ({"title": "x" * 201}, "/title"), ({"title": 1}, "/title"), ({"title": None}, "/title"), ({"kind": "movie"}, "/kind"),
            ({"slug": "a"}, "/slug"), ({"season": 0}, "/season"), ({"season": 1.5}, "/season"),
            ({"episode": "1"}, "/episode"), ({"tags": "a"}, "/tags"), ({"tags": ["a"] * 21}, "/tags"), ({"tags": [1]}, "/tags/0"),
            ({"tags": ["ok", ""]}, "/tags/1"), ({"language": "Bahasa"}, "/language"), ({"visibility": "secret"}, "/visibility"), ({"access": "all"}, "/access"),
            ({"contentRating": 17}, "/contentRating"), ({"contentRating": "16"}, "/contentRating"), ({"chapters": [{"startMs": -1, "title": "a"}]}, "/chapters/0/startMs"),
            ({"chapters": [{"startMs": 1}]}, "/chapters/0/title"), ({"publishAt": "tomorrow"}, "/publishAt"), ({"publishAt": "2026-02-30T00:00:00Z"}, "/publishAt"),
            ({"unpublishAt": 5}, "/unpublishAt"), ({"state": "published"}, "/state"), ({"id": "x"}, "/id"), ({"a~b/c": 1}, "/a~0b~1c"), ({"show": "none-such"}, "/show")]
    for members, pointer in rows:
        answer = hub.editor.post("/v1/videos", json={"title": "A video", **members})
        equal((answer.status, answer.problem), (422, "invalid"), members)
        equal(answer.pointers if answer.status == 422 else None, [("body", pointer)], members)


@test
def all_faults_are_told_at_once(hub):
    answer = hub.editor.post("/v1/videos", json={"kind": "movie", "season": 0, "tags": [""], "more": 1})
    equal(answer.pointers, [("body", p) for p in ("/kind", "/more", "/season", "/tags/0", "/title")], "pointers")


@test
def a_title_may_have_two_hundred_characters_of_any_script(hub):
    for title in ("é" * 200, "漢" * 200, "🎬" * 200):
        equal(made(hub, title=title)["title"], title, "title")


@test
def slugs_are_made_of_titles(hub):
    rows = [("Tante & Sama  Keponakan!", "tante-sama-keponakan"), ("  --Hello, World--  ", "hello-world"), ("100% Asli", "100-asli"), ("A" * 200, "a" * 70)]
    for title, slug in rows:
        equal(made(hub, title=title)["slug"], slug, title[:30])
    check(made(hub, title="漢字")["slug"].startswith("video"), "a title without letters of ASCII")


@test
def a_slug_made_of_a_title_never_clashes(hub):
    slugs = [made(hub, title="The same title")["slug"] for _ in range(5)]
    equal(len(set(slugs)), 5, slugs)
    check(all(re.match(r"the-same-title(-[0-9a-z]{6})?\Z", s) for s in slugs), slugs)
    equal(hub.editor.post("/v1/videos", title="x", slug="mine").pointers, [("body", "/slug")], "one may not be given")


@test
def what_is_absent_from_a_patch_stays_and_null_takes_away(hub):
    given = {"show": "keponakan", "season": 1, "episode": 2, "publishAt": "2031-01-01T00:00:00.000Z", "unpublishAt": "2031-02-01T00:00:00.000Z", "description": "d", "tags": ["t"]}
    video = made(hub, **given)
    path = f"/v1/videos/{video['id']}"
    same = hub.editor.patch(path, json={}).json
    equal({k: v for k, v in same.items() if k not in ("version", "updatedAt")}, {k: v for k, v in video.items() if k not in ("version", "updatedAt")}, "an empty patch")
    equal(same["version"], 2, "version")
    for name in ("show", "season", "episode", "publishAt", "unpublishAt"):
        changed = hub.editor.patch(path, json={name: None}).json
        check(name not in changed, f"{name} is away")
        equal(hub.editor.get(path).json, changed, "read after write")
    changed = hub.editor.patch(path, json={**{k: v for k, v in given.items() if k != "show"}, "show": "keponakan", "title": "New"}).json
    equal(changed["show"]["slug"], "keponakan", "show again")
    equal((changed["title"], changed["season"], changed["slug"]), ("New", 1, video["slug"]), "changed")


@test
def null_is_refused_where_a_value_must_be(hub):
    path = f"/v1/videos/{made(hub)['id']}"
    for name in ("title", "description", "kind", "tags", "language", "visibility", "access", "contentRating", "chapters"):
        answer = hub.editor.patch(path, json={name: None})
        equal((answer.status, answer.pointers if answer.status == 422 else None), (422, [("body", f"/{name}")]), name)


@test
def if_match_guards_a_patch_against_what_others_did(hub):
    video = made(hub)
    path = f"/v1/videos/{video['id']}"
    first = hub.editor.get(path).etag
    changed = hub.editor.patch(path, headers={"If-Match": first}, title="One")
    equal(changed.status, 200, "with the present ETag")
    check(changed.etag and changed.etag != first, "a new ETag")
    stale = hub.editor.patch(path, headers={"If-Match": first}, title="Two")
    equal((stale.status, stale.problem), (412, "changed"), "with the old one")
    equal(hub.editor.get(path).json["title"], "One", "nothing changed")
    equal(hub.editor.patch(path, headers={"If-Match": changed.etag}, title="Three").status, 200, "with the ETag of the PATCH")
    equal(hub.editor.patch(path, headers={"If-Match": "*"}, title="Four").status, 200, "*")
    equal(hub.editor.patch(path, title="Five").status, 200, "without")
    now = hub.editor.get(path).etag
    for tag in ('"nonsense"', "nonsense", f"W/{now}", '""', '"999.0000000000000000"', ""):
        equal(hub.editor.patch(path, headers={"If-Match": tag}, title="Six").status, 412, f"If-Match: {tag}")
    equal(hub.editor.get(path).json["title"], "Five", "nothing changed")


@test
def a_read_is_answered_304_while_nothing_changed(hub):
    video = made(hub)
    path = f"/v1/videos/{video['id']}"
    answer = hub.editor.get(path)
    for tag in (answer.etag, f"W/{answer.etag}", f'"x", {answer.etag}', "*"):
        same = hub.editor.get(path, headers={"If-None-Match": tag})
        equal((same.status, same.body, same.etag), (304, b"", answer.etag), tag)
    equal(hub.editor.get(path, headers={"If-None-Match": '"x"'}).status, 200, "another tag")
    hub.editor.patch(path, title="Other")
    equal(hub.editor.get(path, headers={"If-None-Match": answer.etag}).status, 200, "after a change")


@test
def answers_for_one_viewer_are_not_kept_for_others(hub):
    video = made(hub)
    show_all(hub, video["id"])
    path = f"/v1/videos/{video['id']}"
    equal(hub.editor.get(path).header("cache-control"), "private, no-cache", "signed in")
    equal(hub.anyone.get(path).header("cache-control"), "no-cache", "anonymous")


@test
def a_deleted_video_is_gone_everywhere(hub):
    video = made(hub, title="Deleted soon")
    show_all(hub, video["id"])
    equal(len(hub.anyone.get("/v1/search?q=deleted").json["items"]), 1, "found before")
    equal(hub.editor.delete(f"/v1/videos/{video['id']}").status, 204, "deleted")
    for path in (f"/v1/videos/{video['id']}", "/v1/videos/by-slug/deleted-soon", f"/v1/videos/{video['id']}/assets", f"/v1/videos/{video['id']}/encoding"):
        equal(hub.editor.get(path).status, 404, path)
    equal(hub.anyone.get("/v1/search?q=deleted").json["items"], [], "found after")
    check(video["id"] not in [v["id"] for v in hub.editor.pages("/v1/videos", 100)], "in the list")
    equal(hub.editor.delete(f"/v1/videos/{video['id']}").status, 404, "again")
    equal(made(hub, title="Deleted soon")["slug"], "deleted-soon", "its slug is free")


def the_same_but_the_id(a, b):
    blank = lambda answer: re.sub(rb'"requestId":"[0-9a-f]+"', b"", answer.body)
    return blank(a) == blank(b) and a.status == b.status


@test
def what_one_may_not_see_is_answered_as_what_is_not_there(hub):
    missing = hub.anyone.get(f"/v1/videos/{'0' * 26}")
    missing_slug = hub.anyone.get("/v1/videos/by-slug/none-such")
    equal(missing.status, 404, "missing")
    states = [dict(state=s) for s in ("draft", "processing", "ready", "scheduled", "unpublished", "taken-down")]
    for columns in states + [dict(visibility="private")]:
        video = made(hub)
        show_all(hub, video["id"], **columns)
        for client in (hub.anyone, hub.fan):
            check(the_same_but_the_id(client.get(f"/v1/videos/{video['id']}"), missing), f"{columns} by id")
            check(the_same_but_the_id(client.get(f"/v1/videos/by-slug/{video['slug']}"), missing_slug), f"{columns} by slug")
            check(the_same_but_the_id(client.get(f"/v1/videos/{video['id']}/assets"), hub.anyone.get(f"/v1/videos/{'0' * 26}/assets")), f"{columns} assets")
            check(the_same_but_the_id(client.post(f"/v1/videos/{video['id']}/playbacks"), hub.anyone.post(f"/v1/videos/{'0' * 26}/playbacks")), f"{columns} playbacks")
        equal(hub.editor.get(f"/v1/videos/{video['id']}").status, 200, f"{columns} for editors")


@test
def an_unlisted_video_is_seen_by_whoever_has_its_address_and_stands_in_no_list(hub):
    video = made(hub, title="Unlisted one", visibility="unlisted")
    show_all(hub, video["id"])
    equal(hub.anyone.get(f"/v1/videos/{video['id']}").status, 200, "by id")
    equal(hub.anyone.get(f"/v1/videos/by-slug/{video['slug']}").status, 200, "by slug")
    check(video["id"] not in [v["id"] for v in hub.anyone.pages("/v1/videos", 100)], "in the list")
    equal(hub.anyone.get("/v1/search?q=unlisted").json["items"], [], "found")
    check(video["id"] in [v["id"] for v in hub.editor.pages("/v1/videos", 100)], "in the editor's list")


@test
def an_id_that_is_none_is_told_as_a_fault_of_the_path(hub):
    for text in ("x", "0" * 25, "0" * 27, "0" * 25 + "A", "%00" * 26, "..%2f" * 5):
        answer = hub.anyone.get(f"/v1/videos/{text}")
        check(answer.status in (400, 404, 422), f"{text}: {answer}")
        if answer.status == 422:
            equal(answer.pointers, [("path", "/id")], text)


@test
def text_comes_back_byte_for_byte(hub):
    for text in ("<script>alert(1)</script>", "\u0001\u001f\u007f", "a\tb\r\nc", "\u2028\u2029", "'; DROP TABLE video; --", "{{7*7}}", "%s%n", "\ufeffbom", "e\u0301"):
        video = made(hub, title="t" + text, description=text)
        read = hub.editor.get(f"/v1/videos/{video['id']}").json
        equal((read["title"], read["description"]), ("t" + text, text), "text")


run(start)
