"""Whose turn it is, encodings that are cancelled, and encodings that are begun again."""
import json
import os
import time
import urllib.parse

from case import check, equal, need, run, test
from hub import Hub, encoded, small_clip, upload

REASON = "cancelled by an editor"
LONG = (10, "854x480")  # takes a while after its first picture
LONGER = (60, "854x480")  # its first pass alone takes seconds: whoever looks now and then sees it run


def start():
    hub = Hub(env={"HUB_LEASE": "2s"})
    hub.editor, hub.fan, hub.anyone = hub.signed_in("editor", "ed"), hub.signed_in("fan"), hub.client()
    return hub


def sent(client, title, clip=None):
    """A new video with its original."""
    video = client.post("/v1/videos", title=title).json["id"]
    again(client, video, clip)
    return video


def again(client, video, clip=None):
    with open(clip or small_clip(), "rb") as f:
        upload(client, video, f.read())


def until(what, ask, patience=60.0):
    end = time.monotonic() + patience
    while not ask():
        need(time.monotonic() < end, f"waited for {what}")
        time.sleep(0.05)


def newest(hub, video):
    return hub.sql("SELECT id FROM encode WHERE video = ? ORDER BY id DESC LIMIT 1", video)[0][0]


def serves(hub, video):
    return hub.sql("SELECT encode FROM video WHERE id = ?", video)[0][0]


def state(hub, video):
    return hub.editor.get(f"/v1/videos/{video}").json["state"]


def status(hub, video):
    return hub.editor.get(f"/v1/videos/{video}/encoding").json


def cancel(hub, video):
    return hub.editor.delete(f"/v1/videos/{video}/encoding").status


def begin_again(hub, video):
    return hub.editor.post(f"/v1/videos/{video}/encoding")


def stream(hub, video):
    begun = hub.anyone.post(f"/v1/videos/{video}/playbacks")
    need(begun.status == 201, f"playback: {begun}")
    return urllib.parse.urlsplit(begun.json["hlsUrl"]).path


def tidied(hub):
    """Nothing is left to do but what waits for its time; no file is too many or too few."""
    until("the queue", lambda: hub.sql("SELECT count(*) FROM job WHERE kind <> 'drop-encode' OR run_at = 0")[0][0] == 0)
    named = {row[0] for row in hub.sql("SELECT blob FROM encode UNION SELECT blob FROM rendition WHERE blob IS NOT NULL")}
    found = {f"{folder}/{name}" for folder in ("original", "rendition") for name in os.listdir(os.path.join(hub.data, "blobs", folder))}
    equal(sorted(found), sorted(named), "files")
    work = os.path.join(hub.data, "attempts")
    until("the folders of jobs, which go after their rows", lambda: not os.path.isdir(work) or not os.listdir(work))
    done = hub.command("doctor")
    check(done.code == 0, f"doctor: {done}")


@test
def a_backlog_of_one_editor_does_not_stop_the_first_picture_of_another(_hub):
    hub = Hub("--role", "api")
    ann, bob = hub.signed_in("editor", "ann"), hub.signed_in("editor", "bob")
    backlog = [sent(ann, f"Backlog {n}") for n in range(4)]
    late = sent(bob, "Late")
    equal(hub.restart("--role", "api,worker"), [], "the end without a worker")
    for video in [late, *backlog]:
        equal(encoded(bob, video)["state"], "ready", "encoding")
    owner = dict(hub.sql("SELECT e.id, a.name FROM encode e JOIN account a ON a.id = e.owner"))
    pictures = [owner[line["subject"]] for line in hub.log_lines() if isinstance(line, dict) and line.get("event") == "job.done" and line.get("detail") == "early"]
    equal(sorted(pictures), ["ann"] * 4 + ["bob"], "pictures")
    equal(pictures[:2].count("bob"), 1, f"bob is not the last: {pictures}")
    equal(hub.stop(), [], "the end")


@test
def what_was_planned_is_made_though_the_settings_change_meanwhile(_hub):
    hub = Hub("--ladder", "240,360", "--preset", "veryslow", "--chunk", "2s")
    editor = hub.editor = hub.signed_in("editor", "ed")
    video = sent(editor, "Planned", small_clip(*LONG))
    until("the plan", lambda: hub.sql("SELECT count(*) FROM rendition WHERE kind = 'video'")[0][0] == 2)
    equal(hub.restart("--ladder", "144,480", "--preset", "ultrafast", "--chunk", "4s"), [], "the end amid it")
    made = encoded(editor, video)
    equal((made["state"], sorted((r["name"], r["state"]) for r in made["renditions"] if r["name"].endswith("p"))), ("ready", [("240p", "ready"), ("360p", "ready")]), "what was planned")
    begin_again(hub, video)
    made = encoded(editor, video)
    equal(sorted(r["name"] for r in made["renditions"] if r["name"].endswith("p")), ["144p", "360p", "480p"], "encoded again, by what the settings say now")
    equal(hub.stop(), [], "the end")


@test
def there_is_nothing_to_cancel_or_to_begin_again(hub):
    video = hub.editor.post("/v1/videos", title="Empty").json["id"]
    for answer in (begin_again(hub, video), hub.editor.delete(f"/v1/videos/{video}/encoding")):
        equal((answer.status, answer.problem), (409, "conflict"), "no original")
    gone = "0" * 26
    equal((begin_again(hub, gone).status, cancel(hub, gone)), (404, 404), "no video")
    ready = hub.import_clip(small_clip(), "Over")
    equal(cancel(hub, ready), 409, "over")


@test
def what_waits_is_cancelled_and_begun_again(hub):
    busy = sent(hub.editor, "Busy", small_clip(*LONG))
    video = sent(hub.editor, "Waits")
    equal(begin_again(hub, video).status, 409, "while it waits")
    equal(cancel(hub, video), 204, "cancel")
    equal((status(hub, video), state(hub, video)), ({"state": "failed", "percent": 0, "reason": REASON, "renditions": []}, "draft"), "cancelled")
    equal(hub.sql("SELECT count(*) FROM job WHERE subject = ?", newest(hub, video))[0][0], 0, "jobs")
    equal(cancel(hub, video), 409, "twice")
    answer = begin_again(hub, video)
    equal((answer.status, answer.json["state"], state(hub, video)), (202, "waiting", "processing"), "again")
    equal(begin_again(hub, video).status, 409, "while it runs")
    equal((encoded(hub.editor, video)["state"], state(hub, video)), ("ready", "ready"), "in the end")
    equal(len(hub.editor.get(f"/v1/videos/{video}/assets").json["items"]), 1, "assets")
    audit = [row[0] for row in hub.sql("SELECT action FROM audit WHERE target = ? AND action LIKE 'encode.%' ORDER BY 1", video)]
    equal(audit, ["encode.again", "encode.cancel"], "audit")
    if encoded(hub.editor, busy, 0)["state"] != "ready":
        cancel(hub, busy)
    tidied(hub)


@test
def what_is_being_encoded_is_cancelled_and_leaves_nothing(hub):
    video = sent(hub.editor, "Runs", small_clip(*LONGER))
    until("a running job", lambda: any(r["state"] == "encoding" for r in status(hub, video)["renditions"]))
    equal(cancel(hub, video), 204, "cancel")
    events = hub.editor.get(f"/v1/videos/{video}/encoding", headers={"Accept": "text/event-stream"}).body.decode().strip().split("\n\n")
    last = json.loads(events[-1].split("data: ", 1)[1])
    equal((len(events), last["state"], last.get("reason"), last["renditions"]), (1, "failed", REASON, []), "events")
    equal((state(hub, video), serves(hub, video)), ("draft", None), "video")
    equal(encoded(hub.editor, sent(hub.editor, "Next"))["state"], "ready", "the worker goes on")
    equal((status(hub, video)["state"], hub.sql("SELECT count(*) FROM rendition WHERE encode = ?", newest(hub, video))[0][0]), ("failed", 0), "it stays so")
    tidied(hub)


@test
def events_go_on_when_another_worker_takes_over(_hub):
    hub = Hub(env={"HUB_LEASE": "1s"})
    editor = hub.signed_in("editor", "ed")
    video = sent(editor, "Killed", small_clip(*LONGER))
    until("a running job", lambda: any(r["state"] == "encoding" for r in editor.get(f"/v1/videos/{video}/encoding").json["renditions"]))
    hub.kill()
    hub.start()
    told = editor.get(f"/v1/videos/{video}/encoding", headers={"Accept": "text/event-stream"}).body.decode().strip().split("\n\n")
    check('"state":"ready"' in told[-1], f"the last event: {told[-1]}")
    check(len(told) > 1, "events on the way")
    tidied(hub)
    equal(hub.stop(), [], "the end")


@test
def a_published_video_plays_on_while_it_is_encoded_again(hub):
    video = hub.import_clip(small_clip(*LONG), "Plays on")
    old, address = serves(hub, video), stream(hub, video)
    equal(begin_again(hub, video).status, 202, "again")
    until("a running job", lambda: status(hub, video)["state"] == "encoding")
    equal((serves(hub, video), cancel(hub, video)), (old, 204), "cancelled before the new version plays")
    equal((state(hub, video), serves(hub, video), hub.anyone.get(address).status), ("published", old, 200), "the old version")

    equal(begin_again(hub, video).status, 202, "again")
    until("the new version", lambda: serves(hub, video) != old)
    equal(cancel(hub, video), 204, "cancelled when its first picture was there")
    equal((state(hub, video), serves(hub, video)), ("published", old), "back to the old one")
    equal(hub.sql("SELECT count(*) FROM job WHERE subject = ?", old)[0][0], 0, "it is not to be dropped")

    equal(hub.anyone.get(address).status, 200, "its address")
    tidied(hub)


@test
def a_version_goes_when_its_addresses_are_dead_and_leaves_the_original(hub):
    video = hub.import_clip(small_clip(), "Again")
    old, asset = serves(hub, video), hub.anyone.get(f"/v1/videos/{video}/assets").json["items"][0]["id"]
    address, ticket = stream(hub, video), hub.fan.post(f"/v1/assets/{asset}/tickets").json
    equal(begin_again(hub, video).status, 202, "again")
    equal(encoded(hub.editor, video)["state"], "ready", "encoding")
    new = newest(hub, video)
    equal((serves(hub, video), state(hub, video), hub.anyone.get(address).status), (new, "published", 200), "both versions play")
    due = hub.sql("SELECT run_at - created_at FROM job WHERE subject = ? AND kind = 'drop-encode'", old)
    equal(due, [(6 * 3600 * 1000,)], "when the old one goes")
    equal([a["id"] for a in hub.anyone.get(f"/v1/videos/{video}/assets").json["items"]], [asset], "one original")
    hub.sql("UPDATE job SET run_at = 0 WHERE kind = 'drop-encode'")
    tidied(hub)
    equal((hub.anyone.get(address).status, hub.anyone.get(stream(hub, video)).status), (404, 200), "old and new")
    equal(hub.sql("SELECT id FROM encode WHERE video = ?", video), [(new,)], "versions")
    equal(hub.anyone.get(urllib.parse.urlsplit(ticket["url"]).path).status, 200, "the ticket for the original")


@test
def a_replaced_original_stays_while_somebody_has_a_ticket_for_it(hub):
    video = hub.import_clip(small_clip(), "Replaced")
    old, asset = serves(hub, video), hub.anyone.get(f"/v1/videos/{video}/assets").json["items"][0]["id"]
    ticket = hub.fan.post(f"/v1/assets/{asset}/tickets").json
    again(hub.editor, video)
    equal(encoded(hub.editor, video)["state"], "ready", "the new one")
    hub.sql("UPDATE job SET run_at = 0 WHERE kind = 'drop-encode'")
    tidied(hub)
    path = urllib.parse.urlsplit(ticket["url"]).path
    equal((hub.anyone.get(path).status, hub.sql("SELECT count(*) FROM job WHERE subject = ?", old)[0][0]), (200, 1), "put off")
    equal(hub.fan.delete(f"/v1/tickets/{ticket['ticket']}").status, 204, "revoke")
    hub.sql("UPDATE job SET run_at = 0 WHERE kind = 'drop-encode'")
    tidied(hub)
    equal(hub.sql("SELECT count(*) FROM encode WHERE video = ?", video)[0][0], 1, "versions")


run(start)
