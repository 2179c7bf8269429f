"""Lists and search: filters, pages that are complete while rows come in, words that are only words."""
from case import check, equal, need, run, test
from hub import Hub


def start():
    hub = Hub()
    hub.editor, hub.fan, hub.anyone = hub.signed_in("editor"), hub.signed_in("fan"), hub.client()
    hub.editor.post("/v1/shows", title="Dapur", slug="dapur")
    hub.editor.post("/v1/shows", title="Pasar", slug="pasar")
    hub.clock = 1_000_000
    return hub


def published(hub, **members):
    """A video that everybody sees, each newer than the one before."""
    answer = hub.editor.post("/v1/videos", json={"title": "A video", **members})
    need(answer.status == 201, answer)
    hub.clock += 1000
    hub.sql("UPDATE video SET state = 'published', published_at = ?, listed_at = ? WHERE id = ?", hub.clock, hub.clock, answer.json["id"])
    return answer.json["id"]


def ids(hub, path, client=None, limit=100):
    return [v["id"] for v in (client or hub.anyone).pages(path, limit)]


@test
def an_empty_list_is_an_empty_page(hub):
    equal(hub.anyone.get("/v1/videos").json, {"items": []}, "list")
    equal(hub.anyone.get("/v1/search?q=x").json, {"items": []}, "search")
    equal(hub.editor.get("/v1/me/tickets").json, {"items": []}, "tickets")


@test
def pages_are_complete_in_order_and_without_repeats(hub):
    made = [published(hub, title=f"Paged {i}") for i in range(57)]
    for limit in (1, 7, 24, 56, 57, 58, 100):
        equal(ids(hub, "/v1/videos", limit=limit), made[::-1], f"limit {limit}")
    equal(len(hub.anyone.get("/v1/videos").json["items"]), 24, "limit by default")


@test
def rows_that_come_in_meanwhile_neither_repeat_nor_hide_others(hub):
    before = ids(hub, "/v1/videos")
    fresh = []
    found = [v["id"] for v in hub.anyone.pages("/v1/videos", 5, between=lambda: fresh.append(published(hub)) if len(fresh) < 10 else None)]
    equal(len(found), len(set(found)), "repeats")
    equal([i for i in found if i not in fresh], before, "those that were there")


@test
def videos_of_the_same_moment_are_paged_too(hub):
    same = [published(hub, tags=["moment"]) for _ in range(9)]
    hub.sql("UPDATE video SET listed_at = 5000, published_at = 5000 WHERE tags LIKE '%moment%'")
    for limit in (1, 2, 4, 9):
        equal(ids(hub, "/v1/videos?tag=moment", limit=limit), sorted(same, reverse=True), f"limit {limit}")


@test
def a_cursor_that_is_none_of_ours_is_told_with_its_pointer(hub):
    for path in ("/v1/videos", "/v1/shows", "/v1/search?q=a", "/v1/me/tickets", "/v1/me/downloads"):
        for cursor in ("x", "1_", "_", "1_" + "0" * 25, "1_" + "u" * 26, "+1_" + "0" * 26, "1" * 30 + "_" + "0" * 26, "1__" + "0" * 25, "0x1_" + "0" * 26):
            mark = "&" if "?" in path else "?"
            answer = hub.editor.get(f"{path}{mark}cursor={cursor}")
            equal((answer.status, answer.pointers if answer.status == 422 else answer), (422, [("query", "/cursor")]), f"{path} {cursor}")
        answer = hub.editor.get(f"{path}{'&' if '?' in path else '?'}cursor=a%20b")
        equal(answer.status, 422, f"{path} with a blank")


@test
def the_limit_has_bounds(hub):
    for limit, status in (("1", 200), ("100", 200), ("0", 422), ("101", 422), ("-1", 422), ("x", 422), ("1.0", 422), ("", 422), ("01", 422), ("99999999999999999999", 422)):
        answer = hub.anyone.get(f"/v1/videos?limit={limit}")
        equal(answer.status, status, f"limit={limit}")
        if status == 422:
            equal(answer.pointers, [("query", "/limit")], f"limit={limit}")
    equal(hub.anyone.get("/v1/videos?limit=1&limit=2").status, 422, "given twice")


@test
def filters_choose_by_kind_show_and_tag(hub):
    one = published(hub, kind="episode", show="dapur", tags=["pedas", "a%b"])
    two = published(hub, kind="music", show="pasar", tags=["pedas manis"])
    three = published(hub, kind="episode", show="pasar", tags=["a_b", "kutip\""])
    rows = [("kind=episode", {one, three}), ("kind=music", {two}), ("kind=trailer", set()), ("show=dapur", {one}), ("show=pasar", {two, three}), ("show=none-such", set()),
            ("tag=pedas", {one}), ("tag=pedas%20manis", {two}), ("tag=pedas+manis", {two}), ("tag=a%25b", {one}), ("tag=a_b", {three}), ("tag=axb", set()), ("tag=a%21b", set()),
            ("tag=kutip%22", {three}), ("tag=%25", set()), ("kind=episode&show=pasar", {three}), ("kind=episode&tag=pedas", {one}), ("state=published&show=dapur", {one})]
    for query, wanted in rows:
        equal(set(ids(hub, "/v1/videos?" + query)), wanted, query)
    for query in ("kind=movie", "show=A+B", "state=any"):
        equal(hub.anyone.get("/v1/videos?" + query).status, 422, query)


@test
def only_editors_list_what_is_not_published(hub):
    draft = hub.editor.post("/v1/videos", title="A draft", kind="trailer").json["id"]
    check(draft in ids(hub, "/v1/videos?state=draft", hub.editor), "editors see drafts")
    check(draft in ids(hub, "/v1/videos?kind=trailer", hub.editor), "editors see drafts without asking")
    for client in (hub.anyone, hub.fan):
        equal(ids(hub, "/v1/videos?state=draft", client), [], "state=draft")
        equal(ids(hub, "/v1/videos?kind=trailer", client), [], "kind=trailer")
    private = published(hub, kind="trailer", visibility="private")
    equal(ids(hub, "/v1/videos?kind=trailer", hub.fan), [], "private")
    check(private in ids(hub, "/v1/videos?kind=trailer", hub.editor), "private, for editors")


@test
def a_list_is_answered_304_until_something_is_published(hub):
    first = hub.anyone.get("/v1/videos?limit=3")
    equal(hub.anyone.get("/v1/videos?limit=3", headers={"If-None-Match": first.etag}).status, 304, "unchanged")
    published(hub)
    equal(hub.anyone.get("/v1/videos?limit=3", headers={"If-None-Match": first.etag}).status, 200, "changed")


@test
def search_finds_videos_that_hold_all_words_whole_or_begun_or_else_some_or_nearly(hub):
    rendang = published(hub, title="Rendang Padang", description="Masak daging sapi", tags=["nusantara"])
    sate = published(hub, title="Sate Madura", description="Daging ayam, kecap", tags=["nusantara"])
    kafe = published(hub, title="Café Früh", description="Kopi")
    rows = [("rendang", {rendang}), ("RENDANG", {rendang}), ("rend", {rendang}), ("daging", {rendang, sate}), ("daging sapi", {rendang}), ("sapi daging", {rendang}), ("daging kopi", {rendang, sate, kafe}),
            ("nusantara", {rendang, sate}), ("cafe", {kafe}), ("café", {kafe}), ("fruh", {kafe}), ("endang", {rendang}), ("zzz", set())]
    for words, wanted in rows:
        found = {v["id"] for v in hub.anyone.get("/v1/search?q=" + quoted(words)).json["items"]}
        equal(found, wanted, words)


def quoted(text):
    import urllib.parse
    return urllib.parse.quote(text, safe="")


@test
def a_word_in_the_title_weighs_more_than_one_in_the_description(hub):
    low = published(hub, title="Sesuatu", description="tentang gamelan dan lain-lain")
    high = published(hub, title="Gamelan", description="sesuatu")
    equal([v["id"] for v in hub.anyone.get("/v1/search?q=gamelan").json["items"]], [high, low], "order")


@test
def nothing_a_visitor_types_is_query_syntax(hub):
    found = published(hub, title="Tanda kutip", description="NOT OR AND NEAR")
    texts = ['"', "'", '"kutip', "kutip*", "^kutip", "title:kutip", "kutip OR zzz", "NOT kutip", "kutip AND", "NEAR(kutip)", "(", ")", "-", "kutip)", "{kutip}", "\\", "%", "*", "a:b:c",
             "kutip\x01", "\u2028", "🎬", "+", ";", "--", "kutip; DROP TABLE video"]
    for text in texts:
        answer = hub.anyone.get("/v1/search?q=" + quoted(text))
        check(answer.status == 200, f"{text!r}: {answer}")
    equal([v["id"] for v in hub.anyone.get("/v1/search?q=" + quoted('"tanda"')).json["items"]], [found], "quoted")
    equal(hub.anyone.get("/v1/search?q=" + quoted("title:zzz")).json["items"], [], "a column's name is a word")
    equal(hub.anyone.get("/v1/search?q=%00").status, 400, "NUL")
    equal(hub.anyone.get("/v1/search?q=%ff").status, 422, "not UTF-8")
    equal(hub.anyone.get("/v1/search").status, 422, "without q")
    equal(hub.anyone.get("/v1/search?q=").status, 422, "empty")
    equal(hub.anyone.get("/v1/search?q=" + "a" * 201).status, 422, "too long")
    equal(hub.anyone.get("/v1/search?q=" + quoted(" ".join("kata%d" % i for i in range(25)))).status, 200, "many words")


@test
def pages_of_a_search_are_complete_and_without_repeats(hub):
    made = {published(hub, title="Sambal " * (i % 3 + 1), description="sambal " * (i % 5)) for i in range(31)}
    for limit in (1, 4, 10, 31, 100):
        found = ids(hub, "/v1/search?q=sambal", limit=limit)
        equal((len(found), set(found)), (31, made), f"limit {limit}")


@test
def search_follows_every_change(hub):
    video = published(hub, title="Berubah", description="awalnya")
    find = lambda word: [v["id"] for v in hub.anyone.get("/v1/search?q=" + word).json["items"]]
    equal(find("berubah"), [video], "before")
    hub.editor.patch(f"/v1/videos/{video}", title="Bertukar", tags=["akhirnya"])
    equal((find("berubah"), find("bertukar"), find("akhirnya"), find("awalnya")), ([], [video], [video], [video]), "after")
    hub.editor.patch(f"/v1/videos/{video}", visibility="private")
    equal(find("bertukar"), [], "private")
    hub.editor.patch(f"/v1/videos/{video}", visibility="public")
    equal(find("bertukar"), [video], "public again")


run(start)
