"""What is being sent when its ticket, its file or its video goes: cut, or given to its end.

The hub itself sets the pace, so that a file takes many times as long as it may take to cut it however fast or
slowly this test reads: who gets all of it was not cut.
"""
import http.client
import selectors
import threading

import downloads
from case import check, equal, run, test
from downloads import MIB, SIZE, WIDE, Ticket, asset, copy

PACE = 2 * MIB  # a second: twenty seconds for a file
DOWNLOADS = 20


def start():
    hub = downloads.start("--download-speed", str(PACE))
    hub.premium = hub.signed_in("premium")  # whom nobody slows down
    return hub


def read_all(wires):
    """How many bytes came of each until it ended or had the whole file; all are read at once."""
    got, waiting = dict.fromkeys(wires, 0), selectors.DefaultSelector()
    for wire in wires:
        wire.setblocking(False)
        waiting.register(wire, selectors.EVENT_READ)
    while waiting.get_map():
        ready = waiting.select(downloads.PATIENCE)
        if not check(ready, "an answer neither goes on nor ends"):
            break
        for key, _ in ready:
            try:
                n = len(key.fileobj.recv(1 << 20))
            except ConnectionError:
                n = 0
            got[key.fileobj] += n
            if not n or got[key.fileobj] >= SIZE:
                waiting.unregister(key.fileobj)
    for wire in wires:
        wire.close()
    return list(got.values())


def begun(tickets):
    wires = [t.slow() for t in tickets]
    equal({status for _, status, _ in wires}, {206}, "begun")
    return [wire for wire, _, _ in wires]


@test
def twenty_running_downloads_end_when_their_tickets_are_revoked(hub):
    made = asset(hub)
    tickets = [Ticket(hub, copy(hub, made)) for _ in range(DOWNLOADS)]
    wires = begun(tickets)
    for i, t in enumerate(tickets):
        if i % 2:
            equal(hub.fan.delete(f"/v1/tickets/{t.secret}").status, 204, "revoked here")
        else:
            hub.sql("UPDATE ticket SET revoked_at = created_at + 1 WHERE secret = ?", t.secret)  # as another process does
    got = read_all(wires)
    check(max(got) < SIZE // 2, f"cut within ten seconds of the hub's pace: {got} of {SIZE}")
    equal({t.get().status for t in tickets} | {t.get(5, 9).status for t in tickets}, {410}, "new requests")


@test
def sixteen_connections_of_one_download_end_together(hub):
    t = Ticket(hub, asset(hub))
    wires = [t.slow(i * MIB)[0] for i in range(16)]
    equal(hub.fan.delete(f"/v1/tickets/{t.secret}").status, 204, "revoked")
    got = read_all(wires)
    check(sum(got) < SIZE // 2, f"all of them: {got}")


def of_video(hub, made, state):
    """The asset becomes one of a video in that state."""
    video = hub.editor.post("/v1/videos", title="Diunduh").json["id"]
    hub.sql("UPDATE video SET state = ? WHERE id = ?", state, video)
    hub.sql("UPDATE asset SET video = ?, show = NULL WHERE id = ?", video, made)
    return video


@test
def deleted_and_taken_down_is_cut(hub):
    made = asset(hub)
    deleted, down, of_deleted = copy(hub, made), copy(hub, made), copy(hub, made)
    video, other = of_video(hub, down, "published"), of_video(hub, of_deleted, "published")
    tickets = [Ticket(hub, one) for one in (deleted, down, of_deleted)]
    wires = begun(tickets)
    equal(hub.editor.delete(f"/v1/assets/{deleted}").status, 204, "an asset is deleted")
    hub.sql("UPDATE video SET state = 'taken-down' WHERE id = ?", video)
    hub.sql("UPDATE video SET state = 'unpublished' WHERE id = ?", other)
    equal(hub.editor.delete(f"/v1/videos/{other}").status, 204, "a video is deleted")
    got = read_all(wires)
    check(max(got) < SIZE // 2, f"cut: {got}")
    equal([t.get().status for t in tickets], [404, 410, 404], "new requests")


@test
def unpublished_and_replaced_is_given_to_its_end(hub):
    made = asset(hub)
    unpublished, replaced, bystander = copy(hub, made), copy(hub, made), copy(hub, made)
    video, new = of_video(hub, unpublished, "published"), asset(hub, MIB)
    tickets = [Ticket(hub, one, hub.premium) for one in (unpublished, replaced, bystander)]
    wires = begun(tickets)
    equal(hub.editor.post(f"/v1/videos/{video}/unpublish").status, 200, "unpublished")
    hub.sql("UPDATE asset SET (blob, sha256, size_bytes) = (SELECT blob, sha256, size_bytes FROM asset WHERE id = ?) WHERE id = ?", new, replaced)
    gone = Ticket(hub, copy(hub, made))
    cut = begun([gone])
    equal(hub.fan.delete(f"/v1/tickets/{gone.secret}").status, 204, "one beside them is revoked")
    check(read_all(cut)[0] < SIZE, "and cut: the hub has looked")
    equal(read_all(wires), [SIZE] * 3, "whole")
    for t, one in zip(tickets, (unpublished, replaced, bystander)):
        check(t.get(100, 4099).body == t.data[100:4100], f"and the same bytes go on: {one}")
        t.until(lambda row: row[:2] == (1, SIZE), "one download each")
    check(Ticket(hub, replaced, hub.fan).get(0, 99).body == hub.data_of[new][:100], "others get the new bytes")


@test
def whom_the_hub_slows_down_is_not_cut_for_being_slow(hub):
    size, pace = 800 << 10, 20 << 10  # forty seconds; the rule looks at thirty
    hub.restart(*WIDE, "--download-speed", str(pace), "--min-rate", str(5 * pace))
    one, many = Ticket(hub, asset(hub, size)), Ticket(hub, asset(hub, size))
    part = size // 16
    ranges = [(one, 0, size - 1), *[(many, i * part, i * part + part - 1) for i in range(16)]]
    got = [b""] * len(ranges)

    def fetch(i):
        t, first, last = ranges[i]
        try:
            got[i] = t.get(first, last).body
        except (OSError, http.client.HTTPException):
            pass
    threads = [threading.Thread(target=fetch, args=(i,)) for i in range(len(ranges))]
    [x.start() for x in threads]
    [x.join() for x in threads]
    check(got[0] == one.data, "one connection has the file")
    check(b"".join(got[1:]) == many.data, "and so have sixteen")


run(start)
