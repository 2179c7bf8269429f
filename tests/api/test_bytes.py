"""The bytes of a download: counted once however they are fetched, by sixteen connections at most, cut when the ticket ends."""
import hashlib
import http.client
import os
import random
import socket
import struct
import threading
import time

from case import check, equal, run, test
from downloads import MIB, PATIENCE, SIZE, WIDE, Ticket, asset, start


@test
def looking_at_the_head_of_a_file_costs_nothing(hub):
    t = Ticket(hub, asset(hub))
    client = hub.client()
    equal(client.head(t.path).status, 200, "HEAD")
    equal(t.get(client=client, **{"If-None-Match": f'"{hashlib.sha256(t.data).hexdigest()}"'}).status, 304, "304")
    equal(t.get(SIZE, SIZE + 5, client=client).status, 416, "416")
    for i in range(3):
        equal(t.get(i * 20000, i * 20000 + 19999, client=client).body, t.data[i * 20000:i * 20000 + 20000], "a probe")
    equal(t.get(100, 5000, client=client).status, 206, "the same bytes again")
    equal(t.row(), (0, 0, "reserved"), "60,000 bytes")
    equal(t.get(60000, 60000 + 5535, client=client).status, 206, "one that makes it 65,536")
    t.until(lambda row: row == (1, 65536, "open"), "then it is a download")


@test
def probes_stay_reserved_so_that_they_add_up_to_no_file(hub):
    made = asset(hub)
    t = Ticket(hub, made)
    equal(hub.fan.delete(f"/v1/tickets/{t.secret}").status, 204, "revoked")
    equal(t.row()[2], "void", "nothing was sent of it")
    t = Ticket(hub, made)
    equal(t.get(0, 60000).status, 206, "a probe")
    equal(hub.fan.delete(f"/v1/tickets/{t.secret}").status, 204, "revoked")
    equal(t.row(), (0, 0, "reserved"), "it holds its place in the quota until its time is over")
    equal(t.get(60001, 60010).status, 410, "and serves nothing")


@test
def a_file_smaller_than_that_is_a_download_when_it_is_whole(hub):
    t = Ticket(hub, asset(hub, 1000))
    equal(t.get(0, 998).status, 206, "all but one byte")
    equal(t.row()[2], "reserved", "not yet")
    equal(t.get(999, 999).status, 206, "the last one")
    t.until(lambda row: row == (1, 1000, "open"), "whole")


@test
def two_thousand_overlapping_ranges_are_one_download_of_one_file(hub):
    size = 12 * MIB + 77
    t = Ticket(hub, asset(hub, size))
    chance, got, step = random.Random(5), bytearray(size), size // 1990 + 1
    work = [(i * step, min(size, i * step + step + chance.randrange(1, 3000))) for i in range(1990)]
    work += [(at, min(size, at + 1 + chance.randrange(4000))) for at in (chance.randrange(size) for _ in range(10))]
    chance.shuffle(work)

    def fetch(mine):
        client = hub.client()
        for first, end in mine:
            body = t.get(first, end - 1, client=client).body
            got[first:first + len(body)] = body
    threads = [threading.Thread(target=fetch, args=(work[i::8],)) for i in range(8)]
    [x.start() for x in threads]
    [x.join() for x in threads]
    check(bytes(got) == t.data, "the same file")
    t.until(lambda row: row == (1, size, "open"), "each byte once")
    equal(hub.sql("SELECT count(*) FROM outbox WHERE topic = 'download.completed' AND payload LIKE ?", f"%{size}%")[0][0], 1, "completed, once")


@test
def the_seventeenth_connection_is_told_to_come_again(hub):
    t = Ticket(hub, asset(hub))
    wires = [t.slow(i * MIB) for i in range(16)]
    equal({status for _, status, _ in wires}, {206}, "sixteen")
    wire, status, told = t.slow()
    equal(status, 503, "the seventeenth")
    check("\r\nretry-after: 1\r\n" in told, told)
    wire.close()
    equal(Ticket(hub, asset(hub, 5000)).get().status, 200, "another ticket's")
    wires.pop()[0].close()
    end, status = time.monotonic() + PATIENCE, 503
    while status == 503 and time.monotonic() < end:
        wire, status, _ = t.slow()
        wire.close()
    equal(status, 206, "in the place of one that ended")
    for wire, _, _ in wires:
        wire.close()


@test
def a_download_sends_twice_its_file_and_a_little_in_a_day(hub):
    t = Ticket(hub, asset(hub, MIB))
    client, sent, answer = hub.client(), 0, None
    for _ in range(40):
        answer = t.get(client=client)
        if answer.status != 200:
            break
        sent += len(answer.body)
    equal((answer.status, answer.problem, sent), (429, "rate-limited", 18 * MIB), "eighteen times a file of 1 MiB")
    wait = int(answer.header("retry-after"))
    check(86000 < wait <= 86400, f"Retry-After {wait}")
    t.until(lambda row: row == (1, MIB, "open"), "charged once")
    hub.restart()
    equal(t.get().status, 429, "after a restart too")
    hub.restart(env={"HUB_NOW": "+86400000", "HUB_TOKEN_LIFE": "30d"})
    equal(t.get().status, 200, "a day later")
    hub.restart(env={})


@test
def what_the_peer_did_not_acknowledge_is_not_counted(hub):
    t = Ticket(hub, asset(hub))
    wire, _, _ = t.slow()
    read = 0
    while read < MIB:
        read += len(wire.recv(1 << 14))
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.close()
    t.until(lambda row: row[1] >= MIB - 4096, "what was read is covered")
    covered = t.row()[1]
    check(covered < read + (256 << 10), f"{covered} covered of {read} read")


@test
def a_download_goes_on_from_its_journal_after_a_crash(hub):
    t = Ticket(hub, asset(hub))
    equal(len(t.get(0, 20 * MIB - 1).body), 20 * MIB, "half")
    t.until(lambda row: row[1] == 20 * MIB, "journalled")
    hub.kill()
    hub.start()
    equal(t.get(20 * MIB, SIZE - 1).body, t.data[20 * MIB:], "the rest")
    t.until(lambda row: row == (1, SIZE, "open"), "one download, whole")


@test
def what_is_delivered_when_the_hub_stops_is_written_down(hub):
    t = Ticket(hub, asset(hub, 3 * MIB))
    equal(t.get(5, 2 * MIB).status, 206, "a part")
    for fault in hub.restart():
        check(False, fault)
    equal(t.row(), (1, 2 * MIB - 4, "open"), "kept")


@test
def a_download_gives_the_bytes_it_was_reserved_for(hub):
    made, new = asset(hub, 3 * MIB), asset(hub, 2 * MIB)
    t = Ticket(hub, made)
    first = t.get(0, MIB - 1)
    hub.sql("UPDATE asset SET (blob, sha256, size_bytes) = (SELECT blob, sha256, size_bytes FROM asset WHERE id = ?) WHERE id = ?", new, made)
    rest = t.get(MIB, 3 * MIB - 1, **{"If-Range": first.etag})
    equal((rest.status, first.body + rest.body == t.data), (206, True), "the old bytes to the end")
    equal(Ticket(hub, made, hub.signed_in("fan")).get().body, hub.data_of[new], "the new ones to others")


def unread(t):
    """The file cannot be read as far as its length was told."""
    try:
        return check(False, f"more than there is: {len(t.get().body)} bytes")
    except (OSError, http.client.HTTPException):
        return True


@test
def a_file_that_could_not_be_read_to_its_end_is_charged_to_nobody_who_never_got_it(hub):
    made = asset(hub, 3 * MIB)
    one, other = [Ticket(hub, made, hub.signed_in("fan")) for _ in range(2)]
    path = os.path.join(hub.data, f"blobs/original/{made}")
    os.truncate(path, 2 * MIB)
    for t in (one, other):
        unread(t)
        t.until(lambda row: row[0] == 1 and MIB < row[1] <= 2 * MIB, "what there was, as far as it was acknowledged")
    with open(path, "ab") as f:
        f.write(one.data[2 * MIB:])
    equal(other.get(MIB, 3 * MIB - 1).body, one.data[MIB:], "made good")
    other.until(lambda row: row[1] == 3 * MIB, "whole")
    hub.restart(env={"HUB_NOW": f"+{8 * 86400000}", "HUB_TOKEN_LIFE": "30d"})
    for t, files in ((one, 0), (other, 1)):
        t.until(lambda row: row[2] == "settled" and row[0] == files, f"{files} of it")
    hub.restart(env={})


@test
def a_speed_limit_loses_nothing(hub):
    hub.restart(*WIDE, "--download-speed", "4MiB")
    t = Ticket(hub, asset(hub, 9 * MIB))
    got = [None] * 3

    def fetch(i):
        got[i] = t.get(i * 3 * MIB, i * 3 * MIB + 3 * MIB - 1).body
    threads = [threading.Thread(target=fetch, args=(i,)) for i in range(3)]
    [x.start() for x in threads]
    [x.join() for x in threads]
    check(b"".join(got) == t.data, "the same file")
    hub.restart(*WIDE)


run(start)
