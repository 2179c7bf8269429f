"""Playbacks: who may begin, where one goes on, what progress keeps."""
import time

from case import check, equal, need, run, test
from hub import Hub, small_clip

HOUR = 3_600_000


def start():
    hub = Hub()
    hub.editor, hub.fan, hub.premium, hub.anyone = hub.signed_in("editor"), hub.signed_in("fan", "fan"), hub.signed_in("premium"), hub.client()
    hub.video = hub.published("Diputar", seconds=2)
    return hub


def begin(hub, client, video=None):
    return client.post(f"/v1/videos/{video or hub.video}/playbacks")


def progress(client, playback, position, played):
    return client.put(f"/v1/playbacks/{playback}/progress", positionMs=position, playedMs=played)


def kept(hub, playback):
    return hub.sql("SELECT position_ms, played_ms FROM playback WHERE id = ?", playback)[0]


@test
def anybody_plays_a_video_for_everyone(hub):
    answer = begin(hub, hub.anyone)
    equal(answer.status, 201, "anonymous")
    told = answer.json
    check(told["hlsUrl"].startswith(f"{hub.base}/stream/") and told["hlsUrl"].endswith("/master.m3u8"), told["hlsUrl"])
    equal(told["resumePositionMs"], 0, "position")
    equal([s["rendition"] for s in told["sizes"]], ["144p"], "sizes")
    equal(hub.anyone.get(told["hlsUrl"].removeprefix(hub.base)).status, 200, "plays")


@test
def an_address_lives_six_hours_at_least(hub):
    told = begin(hub, hub.anyone).json["expiresAt"]
    left = time.mktime(time.strptime(told[:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone - time.time()
    check(6 * 3600 - 5 <= left <= 6 * 3600 + 5, f"{left} s")


@test
def an_account_goes_on_where_it_stopped(hub):
    first = begin(hub, hub.fan).json
    equal(progress(hub.fan, first["id"], 700, 700).status, 204, "progress")
    equal(begin(hub, hub.fan).json["resumePositionMs"], 700, "the next playback")
    equal(begin(hub, hub.premium).json["resumePositionMs"], 0, "of another account")
    equal(begin(hub, hub.anyone).json["resumePositionMs"], 0, "of nobody")
    second = begin(hub, hub.fan).json
    progress(hub.fan, second["id"], 300, 100)
    equal(begin(hub, hub.fan).json["resumePositionMs"], 300, "the latest counts")


@test
def who_saw_it_to_its_end_begins_again(hub):
    duration = hub.anyone.get(f"/v1/videos/{hub.video}").json["durationMs"]
    rows = [(duration * 94 // 100, duration * 94 // 100), (-(-duration * 95 // 100), 0), (duration, 0), (duration * 2, 0), (0, 0)]
    for position, resumed in rows:
        playback = begin(hub, hub.fan).json["id"]
        progress(hub.fan, playback, position, 10)
        equal(begin(hub, hub.fan).json["resumePositionMs"], resumed, f"at {position} of {duration}")


@test
def repeating_progress_changes_nothing(hub):
    playback = begin(hub, hub.fan).json["id"]
    for _ in range(3):
        equal(progress(hub.fan, playback, 500, 400).status, 204, "again")
    equal(kept(hub, playback), (500, 400), "kept")
    progress(hub.fan, playback, 100, 300)
    equal(kept(hub, playback), (100, 400), "a total never shrinks, a position may")


@test
def progress_belongs_to_who_began(hub):
    of_fan, of_nobody = begin(hub, hub.fan).json["id"], begin(hub, hub.anyone).json["id"]
    before = kept(hub, of_fan)
    for client in (hub.premium, hub.anyone):
        equal(progress(client, of_fan, 1, 9).status, 404, "another's")
        equal(client.post(f"/v1/playbacks/{of_fan}/renew").status, 404, "another's renewed")
    equal(kept(hub, of_fan), before, "nothing kept")
    equal(progress(hub.anyone, of_nobody, 1, 1).status, 204, "whoever has the id of nobody's")
    equal(progress(hub.anyone, "0" * 26, 1, 1).status, 404, "no such playback")


@test
def progress_is_checked(hub):
    playback = begin(hub, hub.anyone).json["id"]
    rows = [({}, ["/playedMs", "/positionMs"]), ({"positionMs": -1, "playedMs": 0}, ["/positionMs"]), ({"positionMs": 1}, ["/playedMs"]),
            ({"positionMs": 0, "playedMs": "1"}, ["/playedMs"]), ({"positionMs": 0, "playedMs": 864000001}, ["/playedMs"]), ({"positionMs": 0.5, "playedMs": 0}, ["/positionMs"]),
            ({"positionMs": 0, "playedMs": 0, "x": 1}, ["/x"])]
    for body, pointers in rows:
        answer = hub.anyone.put(f"/v1/playbacks/{playback}/progress", json=body)
        equal((answer.status, answer.pointers if answer.status == 422 else None), (422, [("body", p) for p in pointers]), body)


@test
def a_renewed_playback_has_a_fresh_address(hub):
    first = begin(hub, hub.fan).json
    progress(hub.fan, first["id"], 600, 600)
    hub.restart(env={"HUB_NOW": f"+{HOUR}"})
    hub.fan, hub.anyone, hub.editor = hub.client(hub.token("fan")), hub.client(), hub.signed_in("editor")
    again = hub.fan.post(f"/v1/playbacks/{first['id']}/renew")
    equal((again.status, again.json["id"], again.json["resumePositionMs"]), (200, first["id"], 600), "renewed")
    check(again.json["expiresAt"] > first["expiresAt"] and again.json["hlsUrl"] != first["hlsUrl"], "fresh")
    hub.restart(env={})
    hub.fan, hub.premium, hub.anyone, hub.editor = hub.client(hub.token("fan")), hub.signed_in("premium"), hub.client(), hub.signed_in("editor")
    equal(hub.anyone.post(f"/v1/playbacks/{'0' * 26}/renew").status, 404, "no such playback")


@test
def members_and_premium_videos_ask_who_one_is(hub):
    video = hub.import_clip(small_clip(), "Khusus")
    clients = {"anonymous": hub.anyone, "fan": hub.fan, "premium": hub.premium, "editor": hub.editor}
    rows = {"everyone": [201, 201, 201, 201], "members": [401, 201, 201, 201], "premium": [401, 403, 201, 201]}
    for access, statuses in rows.items():
        hub.editor.patch(f"/v1/videos/{video}", access=access)
        found = {name: begin(hub, client, video) for name, client in clients.items()}
        equal([a.status for a in found.values()], statuses, access)
        if access == "premium":
            equal((found["anonymous"].problem, found["fan"].problem), ("sign-in-required", "premium-required"), "problems")
    fan = begin(hub, hub.fan, hub.video).json["id"]
    equal(hub.fan.post(f"/v1/playbacks/{fan}/renew").status, 200, "renew of an open one")
    hub.editor.patch(f"/v1/videos/{hub.video}", access="premium")
    equal(hub.fan.post(f"/v1/playbacks/{fan}/renew").problem, "premium-required", "renew asks again")
    hub.editor.patch(f"/v1/videos/{hub.video}", access="everyone")
    need(hub.anyone.get(f"/v1/videos/{video}").status == 200, "its page stays open to all")


run(start)
