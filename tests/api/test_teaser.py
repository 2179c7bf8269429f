"""Teasers: the public cut of a video, made of its own segments under a version of its own."""
from case import check, equal, need, run, test
from hub import Hub, small_clip
from streams import Stream, decodes, frames

FOREVER = "public, max-age=31536000, immutable"
LONGEST = 10  # seconds, the setting


def start():
    hub = Hub(env={"HUB_TEASER": f"{LONGEST}s"})
    hub.editor, hub.fan, hub.premium, hub.anyone = hub.signed_in("editor"), hub.signed_in("fan"), hub.signed_in("premium"), hub.client()
    hub.long, hub.video, hub.tiny = (hub.import_clip(small_clip(seconds), f"Cuplikan {seconds}") for seconds in (40, 13, 5))
    return hub


def begin(client, video, **members):
    return client.post(f"/v1/videos/{video}/playbacks", **members)


def teaser(hub, video, client=None):
    answer = begin(client or hub.anyone, video, teaser=True)
    need(answer.status == 201, answer)
    equal((answer.json["teaser"], answer.json["sizes"], answer.json["resumePositionMs"], "storyboardUrl" in answer.json), (True, [], 0, False), "told")
    return Stream(hub.anyone, answer.json["hlsUrl"])


def whole(hub, video, client=None):
    answer = begin(client or hub.anyone, video)
    need(answer.status == 201 and not answer.json["teaser"], answer)
    return Stream(hub.anyone, answer.json["hlsUrl"])


def mark(hub, video, at):
    need(hub.editor.patch(f"/v1/videos/{video}", teaserStartMs=at).status == 200, "marked")


def first_of(stream, full, rendition="144p"):
    """At which segment of the whole a teaser begins, by its bytes."""
    head = stream.get(f"{rendition}/1.m4s").body
    return next((n for n in range(1, 100) if full.get(f"{rendition}/{n}.m4s").body == head), None)


@test
def it_is_whole_segments_of_the_video_and_short_enough(hub):
    for video, seconds, count in ((hub.long, 40, 5), (hub.video, 13, 2)):
        cut, full = teaser(hub, video), whole(hub, video)
        for rendition in ("144p", "audio"):
            addresses, told, text = cut.playlist(rendition)
            equal(addresses, [f"{rendition}/{n}.m4s" for n in range(1, count + 1)], f"{seconds} s: {rendition}")
            check(sum(told) <= min(LONGEST, seconds / 3) + 0.03 and "#EXT-X-ENDLIST" in text, f"{seconds} s: {sum(told)} s of {rendition}")
            for n in range(1, count + 1):
                check(cut.get(f"{rendition}/{n}.m4s").body == full.get(f"{rendition}/{n}.m4s").body, f"{rendition} {n} is the video's own")
        equal(frames(cut.bytes_of("144p", cut.playlist("144p")[0]))[0], count * 50, "frames")
        equal(decodes(hub.base + cut.master_path), "", "ffmpeg reads it")
        check("<MPD" in cut.text("manifest.mpd") and cut.names() == full.names(), "both manifests")


@test
def the_mark_of_an_editor_is_where_it_begins(hub):
    full = whole(hub, hub.long)
    for at, first in ((0, 1), (1999, 1), (2000, 2), (9300, 5), (30000, 16), (30001, 16), (39999, 16), (500000, 16), (None, 1)):
        mark(hub, hub.long, at)
        cut = teaser(hub, hub.long)
        equal((first_of(cut, full), len(cut.playlist("144p")[0])), (first, 5), f"marked at {at}")
        equal(first_of(cut, full, "audio"), first, f"its sound, marked at {at}")


@test
def a_new_mark_is_a_new_version_and_the_old_one_plays_on(hub):
    full = whole(hub, hub.long)
    mark(hub, hub.long, 4000)
    old = teaser(hub, hub.long)
    same = teaser(hub, hub.long)
    equal(same.version, old.version, "the same cut is the same version")
    check(old.version != full.version, "a version of its own")
    mark(hub, hub.long, 12000)
    new = teaser(hub, hub.long)
    check(new.version != old.version, "another mark")
    equal((first_of(old, full), first_of(new, full)), (3, 7), "both play")
    mark(hub, hub.long, 4500)
    equal(teaser(hub, hub.long).version, old.version, "back in the same segment")
    mark(hub, hub.long, None)


@test
def it_is_open_to_all_while_the_video_is_not(hub):
    for access, problem in (("members", "sign-in-required"), ("premium", "sign-in-required")):
        hub.editor.patch(f"/v1/videos/{hub.video}", access=access)
        equal(begin(hub.anyone, hub.video).problem, problem, access)
        for client in (hub.anyone, hub.fan, hub.premium, hub.editor):
            equal(teaser(hub, hub.video, client).get("144p/1.m4s").status, 200, access)
    equal(begin(hub.fan, hub.video).problem, "premium-required", "the whole, for a fan")
    whole(hub, hub.video, hub.premium)
    hub.editor.patch(f"/v1/videos/{hub.video}", access="everyone")


@test
def whoever_may_not_know_of_the_video_gets_none(hub):
    cut = teaser(hub, hub.video)
    hub.editor.patch(f"/v1/videos/{hub.video}", visibility="private")
    equal(begin(hub.fan, hub.video, teaser=True).status, 404, "private")
    hub.editor.patch(f"/v1/videos/{hub.video}", visibility="public")
    hub.editor.post(f"/v1/videos/{hub.video}/unpublish")
    equal(begin(hub.fan, hub.video, teaser=True).status, 404, "unpublished")
    equal([cut.get(name).status for name in ("master.m3u8", "manifest.mpd", "144p.m3u8", "144p/init.mp4", "144p/1.m4s")], [404] * 5, "an address given before")
    equal(begin(hub.editor, hub.video, teaser=True).status, 201, "editors see it")
    hub.editor.post(f"/v1/videos/{hub.video}/publish")
    draft = hub.editor.post("/v1/videos", title="Kosong").json["id"]
    equal((begin(hub.fan, draft, teaser=True).status, begin(hub.editor, draft, teaser=True).problem), (404, "not-ready"), "a draft")


@test
def a_teasers_address_opens_nothing_but_the_teaser(hub):
    cut, full = teaser(hub, hub.video), whole(hub, hub.video)
    names = ("master.m3u8", "manifest.mpd", "144p.m3u8", "144p/init.mp4", "144p/1.m4s", "144p.mp4", "storyboard.vtt", "storyboard/1.jpg")
    hub.idle()  # the storyboard is there
    equal([full.get(name).status for name in names], [200] * len(names), "of the whole")
    for token, version, what in ((cut.token, full.version, "the video under a teaser's token"), (full.token, cut.version, "the teaser under the video's token")):
        equal([hub.anyone.get(f"/stream/{token}/{version}/{name}").status for name in names], [404] * len(names), what)
    equal([cut.get(name).status for name in ("144p.mp4", "storyboard.vtt", "storyboard/1.jpg", "144p/0.m4s", "144p/3.m4s", "144p/4.m4s", "audio/3.m4s")], [404] * 7, "beyond its end")
    other = teaser(hub, hub.long)
    equal(hub.anyone.get(f"/stream/{cut.token}/{other.version}/144p/1.m4s").status, 404, "another video's")


@test
def nothing_of_it_is_kept_by_caches(hub):
    cut, full = teaser(hub, hub.video), whole(hub, hub.video)
    for name in ("master.m3u8", "manifest.mpd", "144p.m3u8", "audio.m3u8", "144p/init.mp4", "144p/1.m4s", "audio/2.m4s"):
        equal(cut.get(name).header("cache-control"), "private, no-store", name)
    equal(full.get("144p/1.m4s").header("cache-control"), FOREVER, "of the whole")
    part = cut.get("144p/1.m4s", headers={"Range": "bytes=10-19"})
    equal((part.status, part.body), (206, full.get("144p/1.m4s").body[10:20]), "a range")


@test
def a_renewed_teaser_is_the_same_teaser(hub):
    hub.editor.patch(f"/v1/videos/{hub.video}", access="premium")
    first = begin(hub.fan, hub.video, teaser=True).json
    mark(hub, hub.video, 6000)
    again = hub.fan.post(f"/v1/playbacks/{first['id']}/renew")
    equal((again.status, again.json["teaser"]), (200, True), "renewed, though the video is not for fans")
    equal(Stream(hub.anyone, again.json["hlsUrl"]).version, Stream(hub.anyone, first["hlsUrl"]).version, "the cut it began with")
    mark(hub, hub.video, None)
    hub.editor.patch(f"/v1/videos/{hub.video}", access="everyone")


@test
def progress_in_a_teaser_is_no_place_in_the_video(hub):
    playback = begin(hub.fan, hub.video, teaser=True).json["id"]
    equal(hub.fan.put(f"/v1/playbacks/{playback}/progress", positionMs=3000, playedMs=3000).status, 204, "kept")
    equal(begin(hub.fan, hub.video).json["resumePositionMs"], 0, "the video begins at its start")


@test
def a_video_below_six_seconds_has_none(hub):
    answer = begin(hub.anyone, hub.tiny, teaser=True)
    equal((answer.status, answer.problem), (409, "conflict"), "five seconds")
    equal(begin(hub.anyone, hub.tiny, json={"teaser": False}).status, 201, "all of it plays")
    equal(begin(hub.anyone, hub.tiny, json={"teaser": "yes"}).status, 422, "a word")


@test
def after_another_encode_there_is_a_teaser_of_that_one(hub):
    old = teaser(hub, hub.video)
    equal(hub.editor.post(f"/v1/videos/{hub.video}/encoding").status, 202, "again")
    while hub.editor.get(f"/v1/videos/{hub.video}/encoding").json["state"] not in ("ready", "failed"):
        equal(old.get("144p/1.m4s").status, 200, "it plays on")
    new = teaser(hub, hub.video)
    check(new.version != old.version, "another version")
    equal((first_of(new, whole(hub, hub.video)), old.get("144p/1.m4s").status), (1, 200), "both play")


run(start)
