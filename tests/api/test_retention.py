"""What is old goes by itself, each kind after its setting; the sums and chains that it was part of hold."""
import time

import downloads
from case import check, equal, need, run, test
from downloads import Ticket, asset

DAY = 86_400_000


def start():
    hub = downloads.start()
    hub.file = asset(hub, 1000)
    hub.video = hub.published(seconds=1)
    for n in range(3):
        t = Ticket(hub, hub.file, hub.signed_in("fan"))
        equal(t.get().status, 200, "a download")
    hub.client().post(f"/v1/videos/{hub.video}/playbacks")
    now = int(time.time() * 1000)
    hub.sql("INSERT INTO edge_request (request, at) VALUES ('of-another-server', ?)", now)
    hub.sql("INSERT INTO direct_pause (account, download, bytes, since, until) SELECT id, '', 1, ?, ? FROM account WHERE role = 'fan' LIMIT 1", now, now + 30 * DAY)
    return hub


def at(hub, days):
    """The hub of a later day, when its first round of chores is over: a hub that stops ends it."""
    hub.env = {**hub.env, "HUB_NOW": f"+{days * DAY}"}
    found = hub.restart()
    end = time.monotonic() + 20
    while not hub.sql("SELECT 1 FROM worker WHERE seen_at > ?", time.time() * 1000 + (days - 1) * DAY):
        need(time.monotonic() < end, "chores are done")
        time.sleep(0.02)
    equal(found + hub.restart(), [], "its ends")


def counts(hub):
    one = lambda text: hub.sql(text)[0][0]
    return {"visitors": one("SELECT count(*) FROM playback WHERE visitor IS NOT NULL"), "outbox": one("SELECT count(*) FROM outbox"),
            "requests": one("SELECT count(*) FROM edge_request"), "pauses": one("SELECT count(*) FROM direct_pause"), "ledger": one("SELECT count(*) FROM ledger"), "downloads": one("SELECT count(*) FROM download"), "audit": one("SELECT count(*) FROM audit")}


def quotas(hub):
    return hub.sql("SELECT owner, day, used_files, used_bytes, reserved_files, reserved_bytes FROM quota ORDER BY owner, day")


def sums_hold(hub):
    done = hub.command("doctor")
    bad = [line for line in done.out.splitlines() if line.startswith("bad")]
    equal((done.code, bad), (0, []), "doctor")


@test
def nothing_goes_before_its_time(hub):
    before = counts(hub)
    check(all(before[what] for what in before), f"something of each: {before}")
    at(hub, 20)
    after = counts(hub)
    equal({what: after[what] for what in ("visitors", "downloads", "requests", "pauses")}, {what: before[what] for what in ("visitors", "downloads", "requests", "pauses")}, "after 20 days")
    equal(hub.sql("SELECT DISTINCT state FROM download"), [("settled",)], "downloads are over")
    sums_hold(hub)


@test
def marks_of_visitors_go_after_a_month(hub):
    at(hub, 40)
    found = counts(hub)
    equal((found["visitors"], found["requests"], found["pauses"]), (0, 0, 0), "visitors, what other servers told, and pauses that are over")
    check(found["outbox"] > 1 and found["downloads"] == 3, f"{found}")
    sums_hold(hub)


@test
def facts_for_others_go_and_their_numbers_are_not_given_again(hub):
    newest = hub.sql("SELECT max(n) FROM outbox")[0][0]
    at(hub, 130)
    equal(hub.sql("SELECT n FROM outbox"), [(newest,)], "the newest stays")
    equal(counts(hub)["downloads"], 3, "downloads")


@test
def downloads_are_summed_up_and_the_quotas_stay(hub):
    before = quotas(hub)
    check(before, "quotas")
    at(hub, 450)
    found = counts(hub)
    equal((found["ledger"], found["downloads"]), (0, 0), f"{found}")
    equal(quotas(hub), before, "quotas")
    sums_hold(hub)
    hub.sql("UPDATE quota SET used_bytes = 1")
    equal(hub.command("doctor", "--fix").code, 0, "made anew")
    equal(quotas(hub), before, "from the totals")


@test
def the_audit_loses_its_oldest_rows_and_the_rest_is_still_a_chain(hub):
    for n in range(4):
        hub.account(f"later-{n}", "fan")
    rows = hub.sql("SELECT n, at FROM audit ORDER BY n")
    recent = [n for n, when in rows if when > rows[-1][1] - 100 * DAY]
    at(hub, 450 + 650)
    equal([n for n, in hub.sql("SELECT n FROM audit ORDER BY n")][:1], recent[:1], "it begins with what is younger than two years")
    sums_hold(hub)
    hub.sql("DELETE FROM audit WHERE n = (SELECT min(n) FROM audit)")
    equal(hub.command("doctor").code, 1, "a row taken out by hand is missed")


run(start)
