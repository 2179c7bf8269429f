"""Likes, and what is counted of a video."""
import concurrent.futures
import http.client
import json

from case import check, equal, need, run, test
from hub import Hub


def start():
    hub = Hub()
    hub.editor, hub.fan, hub.other, hub.anyone = hub.signed_in("editor", "ed"), hub.signed_in("fan", "fan"), hub.signed_in("fan", "other"), hub.client()
    hub.video = bare(hub, "Disukai")
    return hub


def bare(hub, title, visibility="public"):
    """A published video without a file: what people say of it does not ask for one."""
    video = hub.editor.post("/v1/videos", title=title, visibility=visibility).json["id"]
    hub.sql("UPDATE video SET state = 'published', published_at = created_at, duration_ms = 90000 WHERE id = ?", video)
    return video


def like(video):
    return f"/v1/videos/{video}/like"


@test
def a_like_counts_once_however_often_it_is_given_and_taken(hub):
    equal(hub.anyone.get(like(hub.video)).json, {"likes": 0, "liked": False}, "before")
    for _ in range(3):
        answer = hub.fan.put(like(hub.video))
        equal((answer.status, answer.json), (200, {"likes": 1, "liked": True}), "given")
    equal(hub.other.get(like(hub.video)).json, {"likes": 1, "liked": False}, "as another sees it")
    equal(hub.other.put(like(hub.video)).json, {"likes": 2, "liked": True}, "of two")
    for _ in range(3):
        equal(hub.fan.delete(like(hub.video)).json, {"likes": 1, "liked": False}, "taken")
    equal(hub.sql("SELECT likes FROM tally WHERE video = ?", hub.video), hub.sql("SELECT count(*) FROM liked WHERE video = ?", hub.video), "the counter is the number of rows")


@test
def many_at_once_are_counted_each(hub):
    video = bare(hub, "Ramai")
    fans = [hub.signed_in("fan", f"many-{n}") for n in range(8)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = [status for some in pool.map(lambda fan: [fan.put(like(video)).status for _ in range(4)], fans) for status in some]
    equal(set(statuses), {200}, "all were answered")
    equal(hub.anyone.get(like(video)).json["likes"], 8, "eight accounts")


@test
def what_one_may_not_see_one_can_not_like(hub):
    hidden = bare(hub, "Rahasia", "private")
    draft = hub.editor.post("/v1/videos", title="Belum").json["id"]
    for video in (hidden, draft, "0" * 26):
        for answer in (hub.fan.put(like(video)), hub.fan.delete(like(video)), hub.fan.get(like(video)), hub.anyone.get(f"/v1/videos/{video}/counts")):
            equal(answer.status, 404, "as if it were not there")
    equal(hub.anyone.put(like(hub.video)).status, 401, "without an account")


def events(hub, path, n):
    """The data of the first n events."""
    wire = http.client.HTTPConnection("127.0.0.1", hub.port, timeout=20)
    wire.request("GET", path, headers={"Accept": "text/event-stream"})
    answer = wire.getresponse()
    need(answer.status == 200, f"status {answer.status}")
    while n:
        line = answer.readline().decode()
        need(line, "the stream goes on")
        if line.startswith("data: "):
            n -= 1
            yield json.loads(line[6:])
    wire.close()


@test
def counts_are_told_when_they_change(hub):
    video = bare(hub, "Langsung")
    path = f"/v1/videos/{video}/counts"
    equal(hub.anyone.get(path).json, {"likes": 0, "comments": 0}, "as JSON")
    told = events(hub, path, 2)
    equal(next(told), {"likes": 0, "comments": 0}, "first event")
    hub.fan.put(like(video))
    equal(next(told), {"likes": 1, "comments": 0}, "after a like")


run(start)
