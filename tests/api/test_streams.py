"""The bytes of a stream: playlists, segments, who may read them and how long they may be kept."""
import base64
import re

from case import check, equal, need, run, test
from hub import Hub

HOUR = 3_600_000
FOREVER = "public, max-age=31536000, immutable"


def start():
    hub = Hub()
    hub.editor, hub.anyone = hub.signed_in("editor", "ed"), hub.client()
    hub.video = hub.published("Aliran", seconds=5)
    address(hub)
    return hub


def address(hub):
    hub.hls = hub.anyone.post(f"/v1/videos/{hub.video}/playbacks").json["hlsUrl"].removeprefix(hub.base)
    _, _, hub.token_, hub.version, _ = hub.hls.split("/")
    hub.root = f"/stream/{hub.token_}/{hub.version}"


def lines(answer):
    return [line for line in answer.body.decode().splitlines() if line]


def segments(hub, rendition):
    return [line for line in lines(hub.anyone.get(f"{hub.root}/{rendition}.m3u8")) if not line.startswith("#")]


@test
def the_master_playlist_names_each_rendition_by_a_relative_address(hub):
    answer = hub.anyone.get(hub.hls)
    equal(answer.header("content-type"), "application/vnd.apple.mpegurl", "type")
    text = lines(answer)
    equal(text[0], "#EXTM3U", "first line")
    uris = [line for line in text if not line.startswith("#")]
    equal(uris, ["144p.m3u8", "audio.m3u8"], "the rendition, then the sound alone")
    check(any('URI="audio.m3u8"' in line for line in text), "sound")
    check(any(re.match(r"#EXT-X-STREAM-INF:.*BANDWIDTH=\d+.*CODECS=\"avc1\.[0-9A-F]{6},mp4a\.40\.2\".*RESOLUTION=176x144", line) or
              ("BANDWIDTH=" in line and "RESOLUTION=176x144" in line and "CODECS=" in line) for line in text), text)


@test
def media_playlists_list_every_segment_and_end(hub):
    for rendition in ("144p", "audio"):
        text = lines(hub.anyone.get(f"{hub.root}/{rendition}.m3u8"))
        equal((text[0], text[-1]), ("#EXTM3U", "#EXT-X-ENDLIST"), rendition)
        check("#EXT-X-PLAYLIST-TYPE:VOD" in text, "VOD")
        check(any(line == f'#EXT-X-MAP:URI="{rendition}/init.mp4"' for line in text), "map")
        uris = [line for line in text if not line.startswith("#")]
        equal(uris, [f"{rendition}/{n}.m4s" for n in range(1, len(uris) + 1)], "segments")
        total = sum(float(line[8:].rstrip(",")) for line in text if line.startswith("#EXTINF:"))
        check(4.9 < total < 5.2, f"{rendition}: {total} s")
    equal(len(segments(hub, "144p")), len(segments(hub, "audio")), "the same numbers in every rendition")


@test
def playlists_are_nobodys_to_keep_and_segments_everybodys_for_ever(hub):
    for name in ("master.m3u8", "144p.m3u8", "audio.m3u8"):
        answer = hub.anyone.get(f"{hub.root}/{name}")
        equal(answer.header("cache-control"), "private, no-store", name)
    for name in ("144p/init.mp4", "144p/1.m4s", "audio/init.mp4", "audio/2.m4s"):
        answer = hub.anyone.get(f"{hub.root}/{name}")
        equal((answer.header("cache-control"), answer.header("content-type")), (FOREVER, "video/mp4"), name)
        check(re.fullmatch(r'"[^"]+"', answer.etag or ""), f"{name}: {answer.etag}")
        check("set-cookie" not in [k.lower() for k, _ in answer.headers] and answer.header("vary") is None, f"{name} is the same for all")


@test
def any_page_may_play_a_stream_without_credentials(hub):
    for name in ("master.m3u8", "144p.m3u8", "144p/init.mp4", "144p/1.m4s"):
        answer = hub.anyone.get(f"{hub.root}/{name}", headers={"Origin": "https://elsewhere.example"})
        equal(answer.header("access-control-allow-origin"), "*", name)
        equal(answer.header("access-control-allow-credentials"), None, name)
    refused = hub.anyone.get(f"/stream/x{hub.token_[1:]}/{hub.version}/master.m3u8")
    equal((refused.status, refused.header("access-control-allow-origin")), (403, "*"), "a refusal can be read by a page, too")
    for name in ("master.m3u8", "144p.m3u8", "144p/1.m4s", "144p/init.mp4"):
        asked = hub.anyone.ask("OPTIONS", f"{hub.root}/{name}", headers={"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET",
                                                                           "Access-Control-Request-Headers": "range"})
        equal((asked.status, asked.header("access-control-allow-origin")), (204, "*"), f"preflight of {name}")
        check("GET" in (asked.header("access-control-allow-methods") or "") and "Range" in (asked.header("access-control-allow-headers") or ""), "preflight")


@test
def the_segments_of_a_rendition_make_its_file(hub):
    size = hub.anyone.post(f"/v1/videos/{hub.video}/playbacks").json["sizes"][0]["sizeBytes"]
    total = 0
    for rendition in ("144p", "audio"):
        init = hub.anyone.get(f"{hub.root}/{rendition}/init.mp4").body
        equal(init[4:8], b"ftyp", "init begins")
        check(b"moov" in init and b"moof" not in init, "init holds moov alone")
        total += len(init)
        for n in range(1, len(segments(hub, rendition)) + 1):
            part = hub.anyone.get(f"{hub.root}/{rendition}/{n}.m4s").body
            check(b"moof" in part[:200] and b"mdat" in part, f"{rendition} {n}")
            total += len(part)
    check(abs(total - size) < 2000, f"{total} bytes in segments, {size} told")


@test
def segments_are_revalidated_and_sent_in_part(hub):
    path = f"{hub.root}/144p/1.m4s"
    whole = hub.anyone.get(path)
    same = hub.anyone.get(path, headers={"If-None-Match": whole.etag})
    equal((same.status, same.header("cache-control")), (304, FOREVER), "304")
    part = hub.anyone.get(path, headers={"Range": "bytes=10-19"})
    equal((part.status, part.body, part.header("content-range")), (206, whole.body[10:20], f"bytes 10-19/{len(whole.body)}"), "206")
    beyond = hub.anyone.get(path, headers={"Range": f"bytes={len(whole.body)}-"})
    equal((beyond.status, beyond.problem, beyond.header("content-range")), (416, "range", f"bytes */{len(whole.body)}"), "416")
    head = hub.anyone.head(path)
    equal((head.status, head.header("content-length"), head.etag), (200, str(len(whole.body)), whole.etag), "HEAD")


@test
def what_a_version_has_not_is_404_under_a_good_token(hub):
    other = "0" * 26
    paths = [f"/stream/{hub.token_}/{other}/master.m3u8", f"/stream/{hub.token_}/{other}/144p.m3u8", f"/stream/{hub.token_}/{other}/144p/1.m4s", f"/stream/{hub.token_}/{other}/144p/init.mp4"]
    paths += [f"{hub.root}/{name}" for name in ("999p.m3u8", "999p/init.mp4", "999p/1.m4s", "144p/0.m4s", "144p/9999.m4s", "144p/x.m4s", "144p/12345678.m4s", "144p/-1.m4s",
                                                "..m3u8", "A.m3u8")]
    for path in paths:
        equal(hub.anyone.get(path).status, 404, path[-40:])
    for name in ("none.txt", "144p", "144p/1.mp4", "master.m3u8/x"):  # a preflight may ask for any name
        equal(hub.anyone.get(f"{hub.root}/{name}").status, 405, name)
    mine = hub.published("Lain")
    version = hub.anyone.post(f"/v1/videos/{mine}/playbacks").json["hlsUrl"].split("/")[-2]
    for name in ("master.m3u8", "144p.m3u8", "144p/1.m4s", "144p/init.mp4"):
        equal(hub.anyone.get(f"/stream/{hub.token_}/{version}/{name}").status, 404, f"{name} of another video under this token")


@test
def an_altered_token_is_403(hub):
    raw = bytearray(base64.urlsafe_b64decode(hub.token_ + "=" * (-len(hub.token_) % 4)))
    tried = 0
    for i in range(0, len(raw)):
        changed = bytearray(raw)
        changed[i] ^= 1 << (i % 8)
        token = base64.urlsafe_b64encode(bytes(changed)).decode().rstrip("=")
        for name in ("master.m3u8", "144p/1.m4s"):
            answer = hub.anyone.get(f"/stream/{token}/{hub.version}/{name}")
            equal((answer.status, answer.problem), (403, "token-invalid"), f"bit of byte {i}, {name}")
            tried += 1
    equal(tried, 2 * len(raw), "all were tried")
    for token in (hub.token_ + "=", hub.token_[:-1], hub.token_ + "A", hub.token_[::-1], "x", "A" * 127, "A" * 400):
        equal(hub.anyone.get(f"/stream/{token}/{hub.version}/master.m3u8").status, 403, token[:20])
    last = hub.token_[-1]  # unused bits of the last character: one spelling only
    for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_":
        if other != last:
            equal(hub.anyone.get(f"/stream/{hub.token_[:-1]}{other}/{hub.version}/master.m3u8").status, 403, f"last character {other}")


@test
def an_expired_token_is_410(hub):
    for late, status in ((5 * HOUR, 200), (6 * HOUR + 2000, 410), (1000 * HOUR, 410)):
        hub.restart(env={"HUB_NOW": f"+{late}"})
        client = hub.client()
        for name in ("master.m3u8", "144p.m3u8", "144p/init.mp4", "144p/1.m4s"):
            answer = client.get(f"{hub.root}/{name}")
            equal(answer.status, status, f"{name} {late} ms later")
            if status == 410:
                equal(answer.problem, "token-expired", name)
    hub.restart(env={})
    hub.editor, hub.anyone = hub.client(hub.token("ed")), hub.client()


@test
def a_stream_needs_and_looks_at_no_credentials(hub):
    for headers in ({"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}, {"Cookie": "hub=nonsense"}):
        for name in ("master.m3u8", "144p/1.m4s"):
            equal(hub.anyone.get(f"{hub.root}/{name}", headers=headers).status, 200, headers)
    equal(hub.anyone.get(f"{hub.root}/144p/1.m4s").header("cache-control"), FOREVER, "anonymous")
    equal(hub.editor.get(f"{hub.root}/144p/1.m4s").header("cache-control"), FOREVER, "signed in")
    need(hub.running, "the hub lives")


@test
def an_editors_preview_is_no_address_for_others_after_it_was_published_and_hidden(hub):
    preview = hub.editor.post(f"/v1/videos/{hub.video}/playbacks").json["hlsUrl"].removeprefix(hub.base)
    hub.editor.post(f"/v1/videos/{hub.video}/unpublish")
    equal(hub.anyone.get(preview).status, 404, "begun while it was published: no preview")
    preview = hub.editor.post(f"/v1/videos/{hub.video}/playbacks").json["hlsUrl"].removeprefix(hub.base)
    equal(hub.anyone.get(preview).status, 200, "begun while it was hidden: a preview")
    hub.editor.post(f"/v1/videos/{hub.video}/publish")


run(start)
