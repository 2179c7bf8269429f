"""A figure of the hub beside one of a peer: how it is measured, and the line of the table it becomes."""
import re
import sys
from dataclasses import dataclass
from statistics import median

from place import run
from servers import CLIENT_CORE, Broken


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def wrk(server, path, seconds, connections, *more, headers=(), core=CLIENT_CORE, script_args=(), refusals=False):
    """(answers a second, answers a second of the server's CPU time); every answer must be a 2xx, unless `refusals` may be among them."""
    head = [word for header in headers for word in ("-H", header)]
    tail = ["--", *script_args] if script_args else []
    cpu = server.cpu()
    out = run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", *head, *more, f"http://127.0.0.1:{server.port}{path}", *tail], core)
    cpu = server.cpu() - cpu
    bad = re.search(r"(Non-2xx or 3xx responses: .*|Socket errors: .*)", out)
    if bad and not refusals:
        raise Broken(f"{path}: {bad[1]}")
    count = int(re.search(r"(\d+) requests in", out)[1])
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])
    say(f"    {type(server).__name__:6} {rate:10,.0f}/s {count / max(cpu, 0.01):10,.0f}/CPU s")
    return rate, count / max(cpu, 0.01)


def in_turn(rounds, of_hub, of_peer):
    """The figures of both; who goes first changes."""
    figures = {of_hub: [], of_peer: []}
    for n in range(rounds):
        for of_whom in (of_hub, of_peer) if n % 2 == 0 else (of_peer, of_hub):
            figures[of_whom].append(of_whom())
    return figures[of_hub], figures[of_peer]


def ratio_of(hubs, peers):
    """The median of the rounds' ratios: a neighbour on the machine disturbs one round, not all."""
    return median(hub / peer for hub, peer in zip(hubs, peers))


@dataclass
class Line:
    what: str
    hub: str
    peer: str
    ratio: str
    bound: str
    good: bool

    def text(self):
        return f"| {self.what} | {self.hub} | {self.peer} | {self.ratio} | {self.bound} | {'ok' if self.good else '**MISSED**'} |"


def rate_line(what, peer, hubs, peers, least, unit="{:,.0f}/s"):
    ratio = ratio_of(hubs, peers)
    return Line(what, unit.format(median(hubs)), f"{peer}: {unit.format(median(peers))}", f"{ratio:.2f} ×", f"≥ {least} ×", ratio >= least)
