"""The pictures around a video: which is its poster, what is made of it, and who may see them."""
import re
import subprocess
import time

from case import check, equal, need, run, test
from files import image
from hub import Hub, encoded, send, settled, small_clip, upload

HOUR = 3_600_000


def start():
    hub = Hub()
    signed_in(hub)
    hub.clip = open(small_clip(5), "rb").read()
    hub.video = hub.published("Bergambar", seconds=5)
    hub.idle()
    return hub


def signed_in(hub):
    hub.editor, hub.fan, hub.anyone = hub.signed_in("editor"), hub.signed_in("fan"), hub.client()


def pictures(hub, kind=None, video=None):
    found = hub.editor.get(f"/v1/videos/{video or hub.video}/pictures").json["items"]
    return [p for p in found if kind in (None, p["kind"])]


def only(hub, kind, video=None):
    found = pictures(hub, kind, video)
    need(len(found) == 1, f"{kind}: {found}")
    return found[0]


def video(hub, of=None):
    return hub.editor.get(f"/v1/videos/{of or hub.video}").json


def path_of(url):
    return "/" + url.split("/", 3)[3]


def fetch(hub, url, client=None):
    return (client or hub.anyone).get(path_of(url))


def looked_at(data):
    """(codec, width, height) of a picture, as ffprobe sees it."""
    done = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0", "-"], input=data, capture_output=True)
    codec, width, height = done.stdout.decode().strip().split(",")[:3]
    return codec, int(width), int(height)


def choose(hub, picture):
    return hub.editor.patch(f"/v1/videos/{hub.video}", posterId=picture)


def sent_poster(hub, data, of=None):
    return settled(hub.editor, send(hub.editor, data, filename="poster.png", purpose="poster", videoId=of or hub.video))


def again(hub):
    need(hub.editor.post(f"/v1/videos/{hub.video}/encoding").status == 202, "again")
    need(encoded(hub.editor, hub.video)["state"] == "ready", "encoded")
    hub.idle()


@test
def candidates_are_offered_and_the_best_is_the_poster(hub):
    found = pictures(hub, "candidate")
    check(3 <= len(found) <= 5, f"{len(found)} candidates")
    equal([p["chosen"] for p in found], [True] + [False] * (len(found) - 1), "the first is chosen")
    equal(video(hub)["posterUrl"], found[0]["url"], "posterUrl")
    check(len({p["atMs"] for p in found}) == len(found) and all(0 <= p["atMs"] < 5000 for p in found), f"moments: {[p['atMs'] for p in found]}")
    for p in found:
        answer = fetch(hub, p["url"])
        equal((answer.status, answer.header("content-type"), len(answer.body)), (200, "image/jpeg", p["sizeBytes"]), "bytes")
        equal(looked_at(answer.body), ("mjpeg", p["width"], p["height"]), "size")


@test
def an_editor_chooses_another_and_null_goes_back(hub):
    found = pictures(hub, "candidate")
    og = only(hub, "og")["id"]
    answer = choose(hub, found[2]["id"])
    equal((answer.status, answer.json["posterUrl"]), (200, found[2]["url"]), "chosen")
    equal([p["chosen"] for p in pictures(hub, "candidate")], [i == 2 for i in range(len(found))], "told in the list")
    hub.idle()
    check(only(hub, "og")["id"] != og, "the cards show it")
    equal(choose(hub, None).json["posterUrl"], found[0]["url"], "the hub's own pick")
    hub.idle()
    other = hub.published("Lain")
    hub.idle()
    foreign = pictures(hub, "candidate", other)[0]["id"]
    for wrong in (foreign, only(hub, "og")["id"], "0" * 26):
        answer = choose(hub, wrong)
        equal((answer.status, answer.pointers), (422, [("body", "/posterId")]), wrong)
    equal(video(hub)["posterUrl"], found[0]["url"], "nothing changed")


@test
def the_cards_are_of_the_sizes_that_others_ask_for(hub):
    rows = {"og": ("image/jpeg", 1200, 630, 300 << 10), "thumb": ("image/jpeg", 480, 270, 30 << 10), "card-9x16": ("image/jpeg", 1080, 1920, 1 << 20), "card-1x1": ("image/jpeg", 1080, 1080, 1 << 20)}
    for kind, (media_type, width, height, most) in rows.items():
        picture = only(hub, kind)
        answer = fetch(hub, picture["url"])
        equal((answer.status, answer.header("content-type"), looked_at(answer.body)), (200, media_type, ("mjpeg", width, height)), kind)
        check(len(answer.body) <= most, f"{kind}: {len(answer.body)} bytes")
    for kind, codec in (("preview", "h264"), ("clip", "h264"), ("waveform", "png")):
        answer = fetch(hub, only(hub, kind)["url"])
        equal((answer.status, looked_at(answer.body)[0]), (200, codec), kind)
    equal(video(hub)["previewUrl"], only(hub, "preview")["url"], "previewUrl")


@test
def pages_and_lists_show_them(hub):
    told = next(v for v in hub.anyone.get("/v1/videos?limit=100").json["items"] if v["id"] == hub.video)
    equal((told["thumbnailUrl"], told["posterUrl"]), (only(hub, "thumb")["url"], pictures(hub, "candidate")[0]["url"]), "in the list")
    page = hub.anyone.get("/watch/" + told["slug"], headers={"Accept": "text/html"}).body.decode()
    equal(re.findall(r'<meta property="og:image" content="([^"]*)"', page), [only(hub, "og")["url"]], "og:image")
    check('property="og:image:width" content="1200"' in page and 'property="og:image:height" content="630"' in page, "its size")


@test
def a_new_title_makes_new_cards(hub):
    before = {kind: only(hub, kind) for kind in ("og", "card-9x16", "card-1x1", "thumb")}
    title = "Judul baru: 100%{n} 'dan' \"itu\"\\ 🐰"
    equal(hub.editor.patch(f"/v1/videos/{hub.video}", title=title).status, 200, "changed")
    hub.idle()
    for kind, old in before.items():
        new = only(hub, kind)
        check(new["id"] != old["id"], f"{kind} is another")
        equal((fetch(hub, old["url"]).status, fetch(hub, new["url"]).status), (404, 200), f"{kind}: addresses")
    check(fetch(hub, only(hub, "card-1x1")["url"]).body != b"", "with other words on it")
    equal(video(hub)["thumbnailUrl"], only(hub, "thumb")["url"], "thumbnailUrl")
    hub.editor.patch(f"/v1/videos/{hub.video}", description="no word of it is on a card")
    equal(hub.sql("SELECT count(*) FROM job WHERE kind = 'cards'")[0][0], 0, "nothing to make anew")


@test
def a_picture_is_revalidated_sent_in_part_and_kept_for_an_hour(hub):
    url = video(hub)["posterUrl"]
    whole = fetch(hub, url)
    equal((whole.header("cache-control"), whole.header("access-control-allow-origin")), ("public, max-age=3600", "*"), "headers")
    equal(hub.anyone.get(path_of(url), headers={"If-None-Match": whole.etag}).status, 304, "If-None-Match")
    part = hub.anyone.get(path_of(url), headers={"Range": "bytes=2-9"})
    equal((part.status, part.body), (206, whole.body[2:10]), "Range")
    head = hub.anyone.head(path_of(url))
    equal((head.status, head.header("content-length")), (200, str(len(whole.body))), "HEAD")
    for wrong in (path_of(url).replace(".jpg", ".png"), "/pictures/" + "0" * 26 + ".jpg", path_of(url) + "x"):
        equal(hub.anyone.get(wrong).status, 404, wrong)


@test
def whoever_may_not_see_the_video_sees_no_picture(hub):
    urls = [p["url"] for p in pictures(hub)]
    need(len(urls) >= 10, urls)
    seen = lambda client: {fetch(hub, url, client).status for url in urls}
    equal(seen(hub.fan), {200}, "published")
    hub.editor.post(f"/v1/videos/{hub.video}/unpublish")
    equal((seen(hub.anyone), seen(hub.fan), seen(hub.editor)), ({404}, {404}, {200}), "unpublished")
    equal(fetch(hub, urls[0], hub.editor).header("cache-control"), "private, no-store", "what an editor sees before others")
    equal(hub.fan.get(f"/v1/videos/{hub.video}/pictures").status, 404, "their list")
    hub.editor.post(f"/v1/videos/{hub.video}/publish")
    hub.editor.patch(f"/v1/videos/{hub.video}", visibility="private")
    equal((seen(hub.anyone), seen(hub.fan), seen(hub.editor)), ({404}, {404}, {200}), "private")
    hub.editor.patch(f"/v1/videos/{hub.video}", visibility="unlisted")
    equal(seen(hub.anyone), {200}, "unlisted: whoever has its address")
    hub.editor.patch(f"/v1/videos/{hub.video}", visibility="public")
    draft = hub.editor.post("/v1/videos", title="Draf").json["id"]
    upload(hub.editor, draft, hub.clip)
    need(encoded(hub.editor, draft)["state"] == "ready", "encoded")
    hub.idle()
    hidden = [p["url"] for p in pictures(hub, None, draft)]
    check(hidden and {fetch(hub, url).status for url in hidden} == {404}, "a draft's")
    equal(hub.editor.delete(f"/v1/videos/{draft}").status, 204, "deleted")
    equal({fetch(hub, url, hub.editor).status for url in hidden}, {404}, "gone with it, for everybody")


@test
def a_choice_of_an_editor_outlives_the_encode_it_was_made_with(hub):
    chosen = pictures(hub, "candidate")[1]
    equal(choose(hub, chosen["id"]).status, 200, "chosen")
    hub.idle()
    again(hub)
    equal(video(hub)["posterUrl"], chosen["url"], "after another encode")
    hub.restart(env={"HUB_NOW": f"+{7 * HOUR}"})
    signed_in(hub)
    end = time.monotonic() + 30
    while hub.sql("SELECT count(*) FROM encode WHERE video = ?", hub.video)[0][0] > 1 and time.monotonic() < end:
        time.sleep(0.1)
    equal(hub.sql("SELECT count(*) FROM encode WHERE video = ?", hub.video)[0][0], 1, "the older version went")
    hub.idle()
    equal((video(hub).get("posterUrl"), fetch(hub, chosen["url"]).status), (chosen["url"], 200), "the poster stays")
    equal([p["chosen"] for p in pictures(hub, "candidate")].count(True), 1, "one is chosen")
    back = choose(hub, None).json["posterUrl"]
    check(back != chosen["url"] and fetch(hub, back).status == 200, "null: one of the newest")
    hub.restart(env={})
    signed_in(hub)


@test
def an_uploaded_poster_wins_and_stays(hub):
    status = sent_poster(hub, image("png", "1600x900"))
    equal(status["state"], "ready", status)
    poster = only(hub, "poster")
    equal((poster["id"], poster["chosen"], poster["mediaType"], video(hub)["posterUrl"]), (status["pictureId"], True, "image/jpeg", poster["url"]), "chosen")
    check(max(poster["width"], poster["height"]) <= 1280, f"no larger than it needs to be: {poster}")
    hub.idle()
    again(hub)
    equal((video(hub)["posterUrl"], fetch(hub, poster["url"]).status), (poster["url"], 200), "after another encode")
    refused = sent_poster(hub, b"<svg/>" * 100)
    equal((refused["state"], video(hub)["posterUrl"]), ("refused", poster["url"]), "what is no picture")
    equal(choose(hub, None).json["posterUrl"], pictures(hub, "candidate")[0]["url"], "null: the hub's own pick")
    equal(choose(hub, poster["id"]).json["posterUrl"], poster["url"], "it may be chosen again")


@test
def a_poster_for_a_draft_is_there_before_its_video(hub):
    draft = hub.editor.post("/v1/videos", title="Poster dulu").json["id"]
    status = sent_poster(hub, image("jpg", "640x360"), draft)
    equal(status["state"], "ready", status)
    upload(hub.editor, draft, hub.clip)
    need(encoded(hub.editor, draft)["state"] == "ready", "encoded")
    hub.idle()
    equal(video(hub, draft)["posterUrl"], only(hub, "poster", draft)["url"], "the encode did not take its place")
    check("thumbnailUrl" in video(hub, draft), "with cards")


@test
def nothing_is_left_over(hub):
    hub.idle()
    done = hub.command("doctor", env={"HUB_NOW": f"+{2 * HOUR}"})
    equal((done.code, [line for line in done.out.splitlines() if "blobs" in line and not line.startswith("ok")]), (0, []), "doctor")


run(start)
