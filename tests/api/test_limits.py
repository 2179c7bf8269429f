"""How many requests a second one subject may make, and who is a subject."""
import time

from case import check, equal, run, test
from hub import Hub


def start():
    return Hub("--rate-read", "100", "--rate-write", "20", "--trusted-proxies", "", limited=True)


def burst(client, n, path="/v1/me", method="GET", **options):
    """The answers to n requests sent as fast as they go, and the seconds they took."""
    start = time.monotonic()
    return [client.ask(method, path, **options) for _ in range(n)], time.monotonic() - start


def given(answers):
    return sum(a.status != 429 for a in answers)


def exactly(answers, seconds, rate, what):
    """A full bucket of one second's worth, and what filled it meanwhile."""
    least, most = min(len(answers), rate), rate + int(seconds * rate) + 1
    check(least <= given(answers) <= most, f"{what}: {given(answers)} of {len(answers)} in {seconds:.2f} s, not {least} to {most}")
    check(given(answers) < len(answers), f"{what}: some are refused")


@test
def a_burst_gets_one_seconds_worth(hub):
    for rate, path, method in ((100, "/v1/me", "GET"), (20, f"/v1/videos/{'0' * 26}/publish", "POST")):
        answers, seconds = burst(hub.signed_in("editor"), rate * 3, path, method)
        exactly(answers, seconds, rate, method)


@test
def every_answer_tells_what_is_left(hub):
    client = hub.signed_in("editor")
    answers, _ = burst(client, 30, f"/v1/videos/{'0' * 26}/publish", "POST")
    told = [dict(part.strip().split("=") for part in a.header("ratelimit").split(",")) for a in answers]
    check(all(t["limit"] == "20" for t in told), "limit")
    equal(told[0]["remaining"], "19", "remaining at first")
    left = [int(t["remaining"]) for t in told]
    check(all(b <= a or b - a <= 1 for a, b in zip(left, left[1:])), f"it falls: {left}")
    refused = [a for a in answers if a.status == 429]
    check(refused and all(a.header("retry-after") == "1" for a in refused), "Retry-After")
    check(refused and all(a.problem == "rate-limited" for a in refused), "problem")


@test
def after_the_told_wait_there_is_room(hub):
    client = hub.signed_in("editor")
    answers, _ = burst(client, 40, f"/v1/videos/{'0' * 26}/publish", "POST")
    wait = int(next(a for a in answers if a.status == 429).header("retry-after"))
    time.sleep(wait)
    equal(client.post(f"/v1/videos/{'0' * 26}/publish").status, 404, "after Retry-After")


@test
def an_account_is_one_subject_however_many_connections_and_tokens(hub):
    name = hub.account("busy", "editor")
    clients = [hub.client(hub.token(name)) for _ in range(3)]
    path = f"/v1/videos/{'0' * 26}/publish"
    start = time.monotonic()
    answers = [clients[i % 3].post(path) for i in range(60)]
    exactly(answers, time.monotonic() - start, 20, "three tokens")
    equal(hub.signed_in("editor").post(path).status, 404, "another account has its own")


@test
def classes_are_counted_apart(hub):
    client = hub.signed_in("editor")
    burst(client, 40, f"/v1/videos/{'0' * 26}/publish", "POST")
    equal(client.get("/v1/me").status, 200, "reads go on")


@test
def guessing_credentials_costs_too(hub):
    answers, seconds = burst(hub.client("nonsense"), 300)
    exactly(answers, seconds, 100, "bad tokens")
    check(all(a.status in (401, 429) for a in answers), "401 or 429")
    time.sleep(1.1)


@test
def nobody_can_name_another_address_unless_trusted(hub):
    client = hub.client()
    start = time.monotonic()
    answers = [client.get("/v1/me", headers={"X-Forwarded-For": f"203.0.113.{i % 250}", "X-Real-IP": f"203.0.113.{i % 250}", "Forwarded": f"for=203.0.113.{i % 250}"})
               for i in range(300)]
    exactly(answers, time.monotonic() - start, 100, "spoofed addresses")
    time.sleep(1.1)


@test
def a_trusted_proxy_speaks_for_its_clients(hub):
    proxied = Hub("--rate-read", "10", "--trusted-proxies", "127.0.0.0/8", limited=True)
    try:
        client = proxied.client()

        def ask(forwarded, n):
            return [client.get("/v1/videos", headers={"X-Forwarded-For": forwarded}) for _ in range(n)]
        start = time.monotonic()
        answers = ask("203.0.113.1", 40)
        exactly(answers, time.monotonic() - start, 10, "one client")
        equal([a.status for a in ask("203.0.113.2", 5)], [200] * 5, "another client")
        start = time.monotonic()
        answers = [ask(f"198.51.100.{i}, 203.0.113.3", 1)[0] for i in range(40)]
        exactly(answers, time.monotonic() - start, 10, "what the client wrote itself counts for nothing")
        start = time.monotonic()
        answers = [ask("203.0.113.4, 127.0.0.9", 1)[0] for i in range(40)]
        exactly(answers, time.monotonic() - start, 10, "through two proxies")
        start = time.monotonic()
        answers = [ask(f"2001:db8:0:7::{i + 1:x}", 1)[0] for i in range(40)]
        exactly(answers, time.monotonic() - start, 10, "all addresses of one IPv6 network")
        equal(ask("2001:db8:0:8::1", 1)[0].status, 200, "the network beside it")
    finally:
        for fault in proxied.stop():
            check(False, fault)


@test
def an_editor_may_make_twenty_requests_a_second_by_default(hub):
    plain = Hub(limited=True)
    try:
        client = plain.signed_in("editor")
        equal([client.post("/v1/shows", title=f"Show {i}").status for i in range(20)], [201] * 20, "twenty writes")
    finally:
        for fault in plain.stop():
            check(False, fault)


run(start)
