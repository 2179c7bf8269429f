#!/usr/bin/env python3
"""http_requests.py HOST PORT [--token T]: raw requests against a running hub.

What is checked of each: the status, whether the connection is closed or kept, that no answer comes
that nobody asked for (the follower behind a refusal, the request inside a body), that every answer
is strict HTTP, and that refusals are problem+json. With --token the bodies are read too.
"""
import argparse
import sys
import time

import http_framing
import http_heads
import http_valid
from http_case import FOLLOWER
from raw import PATIENCE, Broken, Tally, Wire, address_of, alive, guarded, spread, wait_of

QUIET = 0.3  # an answer that should not come has come by then
THREADS = 8


def cases():
    """All rows, hostile first; a name stands for one row."""
    wrong, heads, right = http_framing, http_heads, http_valid
    groups = [wrong.lengths, wrong.codings, wrong.bodies, wrong.smuggled, heads.lines, heads.hosts,
        heads.request_lines,
              heads.targets, heads.sizes, heads.methods, right.fields, right.hosts, right.versions,
              right.targets,
              right.bodies, right.pipelines]
    found = []
    for group in groups:
        kind = "valid-" if group.__module__ == "http_valid" else ""
        found += [(kind + case.name, case) for case in group()]
    names = [name for name, _ in found]
    assert len(set(names)) == len(names), "a name stands twice"
    return found


class Seen:
    """What came back on one connection."""

    def __init__(self):
        self.finals, self.interims, self.fault = [], 0, None
        self.closed, self.after = False, None


def fill_in(data, token):
    line = f"Authorization: Bearer {token}" if token else "X-Auth: none"
    return data.replace(b"X-Auth: @AUTH@", line.encode())


def send(wire, case, data):
    if case.pieces:
        for at in range(0, len(data), case.pieces):
            wire.send(data[at:at + case.pieces])
            time.sleep(0.001)
    else:
        wire.send(data)
    if case.half_close:
        wire.half_close()


def listen(wire, case, seen):
    """Read answers until the stream ends, or until as many as may come have come and it is quiet."""
    enough = time.monotonic() + PATIENCE + 0.01 * len(case.data) * (1 if case.pieces else 0)
    while True:
        done = len(seen.finals) >= max(case.answers)
        left = enough - time.monotonic()
        wait = left if not done or case.closes else min(QUIET, left)
        method = case.methods[len(seen.finals)] if len(seen.finals) < len(case.methods) else "GET"
        try:
            answer = wire.answer(method, wait)
        except TimeoutError:
            if wire.buffer:
                raise Broken("half an answer, then silence") from None
            return
        if answer is None:
            seen.closed = True
            return
        if answer.status < 200:
            seen.interims += 1
        else:
            seen.finals.append(answer)


def talk(address, case, token):
    data = fill_in(case.data, token) + (FOLLOWER if case.follow else b"")
    seen = Seen()
    with Wire(address) as wire:
        send(wire, case, data)
        listen(wire, case, seen)
        if case.closes is False and not seen.closed:
            wire.send(FOLLOWER)
            seen.after = wire.answer("GET")
    return seen


def faults(case, seen):
    """Every way in which this row does not hold."""
    got = [answer.status for answer in seen.finals]
    first = got[0] if got else None
    if first not in case.statuses:
        wanted = "/".join(str(s) for s in sorted(case.statuses, key=lambda s: s or 0))
        yield f"wanted {wanted}, got {got}"
    elif got and len(got) not in case.answers:
        yield f"{len(got)} answers {got}, wanted {case.answers}"
    if case.closes is True and not seen.closed:
        yield "the connection stayed open"
    if case.closes is False and (seen.closed or not seen.after or seen.after.status != 200):
        yield "the next request on the connection was not served"
    if case.interim is False and seen.interims:
        yield "an interim answer came"
    for at, answer in enumerate(seen.finals):
        is_head = at < len(case.methods) and case.methods[at] == "HEAD"
        if answer.status >= 400 and not is_head and (fault := answer.problem_fault()):
            yield fault
    if len(got) > 1 and first is not None and first >= 400 and case.closes is True:
        yield "an answer came after the refusal"
    elif case.valid and len(case.answers) == 1 and any(status != 200 for status in got[1:]):
        yield f"a later request was not served: {got}"


def run(host, port, token=None):
    """(passed, failed), one per row and one for being alive at the end."""
    tally, address = Tally("http"), (host, int(port))

    def one(row):
        name, case = row
        for _ in range(4):
            seen = talk(address, case, token)
            if not any(a.status == 429 for a in seen.finals):
                break
            time.sleep(min(wait_of(seen.finals[-1]), 2.0))
        why = list(dict.fromkeys(faults(case, seen)))
        tally.check(name, not why, "; ".join(why))

    class Row(tuple):
        name = property(lambda self: self[0])

    spread(guarded(tally, one), [Row(row) for row in cases()], THREADS)
    alive(tally, f"http://{host}:{port}")
    tally.finish()
    return tally.passed, tally.failed


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("host")
    options.add_argument("port", type=int)
    options.add_argument("--token",
        help="a bearer token of an editor; without it bodies may be answered 401 unread")
    options.add_argument("--count", action="store_true", help="only tell how many rows there are")
    told = options.parse_args()
    if told.count:
        rows = cases()
        print(f"{sum(not c.valid for _, c in rows)} hostile, {sum(c.valid for _, c in rows)} valid")
        return 0
    address_of(f"http://{told.host}:{told.port}")
    passed, failed = run(told.host, told.port, told.token)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
