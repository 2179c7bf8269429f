"""An address ends with its millisecond: nothing is given from then on, nor when the clock is set back; what was begun before is given whole."""
import base64
import os
import time
import urllib.parse

import downloads
from case import check, equal, need, run, test
from downloads import MIB, PATIENCE, SIZE, Ticket, asset

SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000
SECRET = "nginx-und-hub_2026"


class Clock:
    """Of the hub: stands where it is set, and can be set while the hub runs."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "clock")
        self.set("+0")

    def set(self, what):
        with open(self.path + ".new", "w", encoding="ascii") as f:
            f.write(str(what))
        os.replace(self.path + ".new", self.path)


def start():
    hub = downloads.start()
    hub.clock = Clock(hub.folder)
    hub.env = {"HUB_NOW": "@" + hub.clock.path, "HUB_TOKEN_LIFE": "30d"}
    hub.restart()
    hub.file = asset(hub, MIB)
    return hub


def again(hub, at="+0", **env):
    """A process that knows no time but this one."""
    hub.clock.set(at)
    hub.env = {"HUB_NOW": "@" + hub.clock.path, "HUB_TOKEN_LIFE": "30d", **env}
    hub.restart()
    hub.fan = hub.client(hub.token("sari"))


def ticket(hub):
    """Of a fresh account, and when it ends."""
    t = Ticket(hub, hub.file, hub.signed_in("fan"))
    return t, hub.sql("SELECT expires_at FROM ticket WHERE secret = ?", t.secret)[0][0]


def statuses(hub, t):
    """Of all that a ticket opens; twice, as what was given once is remembered. Of what is refused no byte is the file's."""
    client, found = hub.client(), []
    for _ in range(2):
        answers = [t.get(client=client), t.get(5, 9, client=client), client.head(t.path), client.get(t.path + ".sha256"), client.get(t.path + ".meta4"), client.head(t.path + ".meta4"),
                   client.get(f"/v1/tickets/{t.secret}"), client.get(f"/d/{t.secret}", headers={"Accept": "text/html"}), t.get(client=client, **{"If-None-Match": "*"})]
        for answer in answers:
            gone = answer.status == 410
            check(not gone or (answer.header("etag"), answer.header("repr-digest"), len(answer.body) < 4096 or b"<html" in answer.body[:200].lower()) == (None, None, True), f"said of what is gone: {answer}")
        found += [a.status for a in answers]
    return found


GIVEN, GONE = [200, 206, 200, 200, 200, 200, 200, 200, 304] * 2, [410] * 18


@test
def a_ticket_gives_until_its_end_and_nothing_from_there_on(hub):
    t, end = ticket(hub)
    for at, wanted in ((end - SECOND, GIVEN), (end - 1, GIVEN), (end, GONE), (end + SECOND, GONE)):
        hub.clock.set(at)
        equal(statuses(hub, t), wanted, f"{at - end} ms after its end")
    again(hub)


@test
def a_clock_that_is_set_back_revives_no_ticket(hub):
    (t, end), (other, _) = ticket(hub), ticket(hub)
    hub.clock.set(end + SECOND)
    equal(t.get().status, 410, "expired")
    hub.clock.set(end - HOUR)
    equal(statuses(hub, t), GONE, "an hour back")
    again(hub, end + SECOND)
    until = time.monotonic() + PATIENCE
    while hub.sql("SELECT count(*) FROM ticket WHERE revoked_at IS NULL AND expires_at <= ?", end)[0][0] and time.monotonic() < until:
        time.sleep(0.05)
    again(hub, end - HOUR)
    equal((statuses(hub, t), other.get().status), (GONE, 410), "an hour back, and another process: one asked before, one that never was")
    equal(t.get().json["detail"], "this ticket has expired", "and it says why")
    again(hub)


def until_of(url):
    """The second that a signed address of the hub's own names."""
    token = urllib.parse.urlsplit(url).path.split("/")[2]
    return int(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))[1:10], 16) * 1000


def address(hub, t):
    answer = t.get()
    return need(answer.status == 307 and answer.header("location"), f"an address: {answer}")


@test
def a_signed_address_gives_until_its_end_and_nothing_from_there_on(hub):
    hub.command("flag", "set", "rapidshare-mode", "on")
    now = int(time.time() * 1000)
    again(hub, now, HUB_SIGNER="hub")
    (t, _), client = ticket(hub), hub.client()
    url = address(hub, t)
    end, path = until_of(url), urllib.parse.urlsplit(url).path
    check(end <= now + 5 * MINUTE, "five minutes")

    def asked():
        answers = [client.get(path), client.get(path, headers={"Range": "bytes=5-9"}), client.head(path)]
        return [a.status for a in answers]
    for at, wanted in ((end - SECOND, [200, 206, 200]), (end - 1, [200, 206, 200]), (end, [410] * 3), (end + SECOND, [410] * 3), (end - HOUR, [410] * 3)):
        hub.clock.set(at)
        equal(asked(), wanted, f"{at - end} ms after its end")
    again(hub)


@test
def nginx_is_told_the_last_whole_second(hub):
    now = int(time.time()) * 1000 + 700
    again(hub, now, HUB_SIGNER="nginx", HUB_SIGNER_URL="http://127.0.0.1:9/blobs", HUB_SIGNER_SECRET=SECRET)
    t, end = ticket(hub)
    for at, last in ((now, now + 5 * MINUTE), (end - 2 * SECOND, end)):
        hub.clock.set(at)
        told = int(urllib.parse.parse_qs(urllib.parse.urlsplit(address(hub, t)).query)["expires"][0])
        check((told + 1) * 1000 <= last < (told + 2) * 1000 + SECOND, f"nginx gives through all of second {told}, until {last}")
    hub.command("flag", "reset", "rapidshare-mode")
    again(hub)


@test
def an_answer_that_was_begun_before_the_end_is_given_whole(hub):
    t = Ticket(hub, asset(hub))
    end = hub.sql("SELECT expires_at FROM ticket WHERE secret = ?", t.secret)[0][0]
    wire, status, _ = t.slow()
    equal(status, 206, "begun")
    hub.clock.set(end + SECOND)
    hub.sql("UPDATE ticket SET revoked_at = expires_at WHERE secret = ?", t.secret)  # as the sweep does
    equal((t.get().status, t.get(5, 9).status, hub.client().head(t.path).status), (410, 410, 410), "new requests")
    time.sleep(2.5)  # it is looked at each second
    got = 0
    while got < SIZE and (data := wire.recv(1 << 16)):
        got += len(data)
    equal(got, SIZE, "to its end")
    wire.sendall(f"GET {t.path} HTTP/1.1\r\nHost: {hub.base[7:]}\r\nRange: bytes=0-5\r\n\r\n".encode())
    equal(wire.recv(12), b"HTTP/1.1 410", "the next one of that connection")
    wire.close()
    again(hub)


run(start)
