#!/usr/bin/env python3
"""The benchmark table: every figure of the hub beside a peer that does the same, measured in turn in the same run.

    bench.py [--quick] [--only NAME]... [--keep]        HUB_BIN names the binary (build/hub)

A noisy machine moves the figures but hits both: the ratios count. Each figure is the median of the rounds, hub and peer
alternating. Everything runs on 127.0.0.1 in one temporary folder, takes minutes, and stops by itself. The hub has its
default settings but the rates (all clients share one address here), and one loop where one core is measured: then the
server has the first core and the clients the last. Rounds are told on stderr, the table is on stdout.
"""
import argparse
import base64
import http.client
import json
import os
import pathlib
import platform
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from statistics import median

import media
import seed
import servers
from place import GIB, MIB, Place, run
from servers import BIN, CLIENT_CORE, ROOT, SERVER_CORE, Broken, Watch, environment, get

HERE = pathlib.Path(__file__).resolve().parent
GB = 10**9
LIST = "/v1/videos?limit=24"
CONSTANT = "/v1/search?q=xyzzy"  # nothing has this word: {"items":[]}
SLOW_CLIENTS, SLOW_RATE, PROBE_PATIENCE = 1000, 64 << 10, 1.0
PER_CPU = "{:,.0f} per CPU s"
OCTETS = "application/offset+octet-stream"


def say(*words):
    print(*words, file=sys.stderr, flush=True)


# --- one figure


def wrk(server, path, seconds, connections, *more, headers=(), core=CLIENT_CORE, script_args=()):
    """(answers a second, answers a second of the server's CPU time); every answer must be a 2xx."""
    head = [word for header in headers for word in ("-H", header)]
    tail = ["--", *script_args] if script_args else []
    cpu = server.cpu()
    out = run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", *head, *more, f"http://127.0.0.1:{server.port}{path}", *tail], core)
    cpu = server.cpu() - cpu
    bad = re.search(r"(Non-2xx or 3xx responses: .*|Socket errors: .*)", out)
    if bad:
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


# --- rows


def from_memory(hub, measure):
    """Runs it; the part of the hub's answers that came from its memory."""
    before, count = hub.metric("hub_http_cache_hits_total"), measure()
    return (hub.metric("hub_http_cache_hits_total") - before) / count


def one_core(place, path, peer_path, cached, headers=()):
    """What a second of the first core's time is good for, in the hub and in nginx.

    By CPU time, as the clients' own core may be what limits the faster of the two.
    """
    connections = 32
    with place.hub("--loops", "1", core=SERVER_CORE) as hub, place.nginx("1", core=SERVER_CORE) as nginx:
        if peer_path == "/page.json":
            status, body = get(hub.port, path)
            with open(os.path.join(place.files, "page.json"), "wb") as f:
                f.write(body)
            say(f"    {status}, {len(body):,} bytes")
        wrk(nginx, peer_path, 1, connections)
        part = from_memory(hub, lambda: wrk(hub, path, 1, connections, headers=headers)[0])
        if part < 0.9 if cached else part > 0:
            raise Broken(f"{part:.0%} of the answers came from memory")
        return in_turn(place.rounds, lambda: wrk(hub, path, place.seconds, connections, headers=headers)[1],
                       lambda: wrk(nginx, peer_path, place.seconds, connections)[1])


def row_list(place):
    hub, nginx = one_core(place, LIST, "/page.json", False, ["Cache-Control: no-cache"])
    yield rate_line(f"`GET {LIST}` over {seed.VIDEOS:,} videos, one core, 32 connections, uncached", "nginx, the same bytes from a file", hub, nginx, 0.15, PER_CPU)


def row_cached(place):
    hub, nginx = one_core(place, LIST, "/page.json", True)
    yield rate_line("the same, asked again by nobody in particular", "nginx, the same bytes from a file", hub, nginx, 0.6, PER_CPU)


def row_constant(place):
    hub, nginx = one_core(place, CONSTANT, "/constant", True)
    yield rate_line('`{"items":[]}`, one core, 32 connections, access log in both', "nginx `return 200`", hub, nginx, 0.8, PER_CPU)


def read_ranges(server, place, paths):
    """(CPU s/GB, GB/s)"""
    cpu = server.cpu()
    got = json.loads(run([sys.executable, HERE / "readers.py", "ranges", server.port, place.seconds, 16, *paths]))
    used, rate = (server.cpu() - cpu) / (got["bytes"] / GB), got["bytes"] / got["seconds"] / GB
    say(f"    {type(server).__name__:6} {rate:6.2f} GB/s {used:6.3f} CPU s/GB")
    return used, rate


def row_ranges(place):
    ticket = place.tickets[:1]
    with place.hub() as hub, place.nginx() as nginx:
        hubs, peers = in_turn(place.rounds, lambda: read_ranges(hub, place, ticket)[0], lambda: read_ranges(nginx, place, ["/big.mp4"])[0])
        counted, plain = in_turn(place.rounds, lambda: read_ranges(hub, place, ticket), lambda: read_ranges(hub, place, [place.plain]))
    ratio = ratio_of(hubs, peers)
    yield Line("1 MiB ranges by ticket, 16 connections, CPU time", f"{median(hubs):.2f} s/GB", f"nginx: {median(peers):.2f} s/GB",
               f"{ratio:.2f} ×", "≤ 1.0 ×", ratio <= 1)
    for what, n, unit in (("… CPU time of a file without a ticket, of that by ticket", 0, "s/GB"), ("… rate, by ticket of that without", 1, "GB/s")):
        own, other = ([figures[n] for figures in side] for side in (counted, plain))
        ratio = ratio_of(own, other) if n else ratio_of(other, own)
        yield Line(what, f"{median(own):.2f} {unit}", f"the hub, no ticket: {median(other):.2f} {unit}", f"{ratio:.2f} ×", "≥ 0.9 ×", ratio >= 0.9)


def row_ticket(place):
    """One byte at a time: what a ticket costs beside the rest of a request."""
    one = ["Range: bytes=0-0"]
    with place.hub("--loops", "1", core=SERVER_CORE) as hub:
        ticket, plain = in_turn(place.rounds, lambda: wrk(hub, place.tickets[1], place.seconds, 16, headers=one)[1],
                                lambda: wrk(hub, place.plain, place.seconds, 16, headers=one)[1])
    own, other = 1e6 / median(ticket), 1e6 / median(plain)
    yield Line("a range of one byte by ticket, one core, CPU time", f"{own:.1f} µs", f"the hub, no ticket: {other:.1f} µs", f"{own / other:.2f} ×", "told", True)


def probe(server, path, until):
    """The longest that a fresh request had to wait meanwhile."""
    longest = 0.0
    while until.poll() is None:
        began = time.monotonic()
        try:
            if get(server.port, path, timeout=10)[0] != 200:
                raise Broken("a probe was refused")
            longest = max(longest, time.monotonic() - began)
        except TimeoutError:
            longest = 10.0
        time.sleep(0.2)
    return longest


def read_slowly(server, place, paths, probe_path):
    """(growth of memory, starved clients, longest wait of a probe)"""
    time.sleep(0.5)
    seconds = 5 if place.quick else 10
    with Watch(server) as watch:
        clients = subprocess.Popen([sys.executable, str(HERE / "readers.py"), "slow", str(server.port), str(seconds), str(SLOW_CLIENTS), str(SLOW_RATE), *paths],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())
        try:
            waited = probe(server, probe_path, clients)
        finally:
            clients.kill()  # it has ended, unless the probe failed
        out, err = clients.communicate()
    if clients.returncode:
        raise Broken(f"slow readers: {err[-300:]}")
    got = json.loads(out)
    say(f"    {type(server).__name__:6} idle {watch.idle / MIB:.1f} MiB, +{watch.growth / MIB:.1f} MiB, {got['bytes'] / got['seconds'] / SLOW_CLIENTS / 1024:.1f} KiB/s each,"
        f" {got['starved']} starved, probe {waited * 1000:.0f} ms")
    return watch.growth, got["starved"], waited


def row_slow(place):
    def of_hub():
        with place.hub() as hub:
            return read_slowly(hub, place, place.tickets, "/v1/videos?limit=1")

    def of_nginx():
        with place.nginx() as nginx:
            return read_slowly(nginx, place, ["/big.mp4"], "/constant")

    hubs, peers = in_turn(place.long_rounds, of_hub, of_nginx)
    growth, other = median(h[0] for h in hubs), median(p[0] for p in peers)
    starved, waited = max(h[1] for h in hubs), max(h[2] for h in hubs)
    yield Line(f"{SLOW_CLIENTS:,} clients of a 40 GiB file at 64 KB/s: growth of RSS", f"{growth / MIB:.1f} MiB", f"nginx: {other / MIB:.1f} MiB", f"{growth / other:.2f} ×",
               "≤ 16 MiB", growth <= 16 * MIB)
    yield Line("… starved clients; longest wait of another request", f"{starved}; {waited * 1000:.0f} ms",
               f"nginx: {max(p[1] for p in peers)}; {max(p[2] for p in peers) * 1000:.0f} ms", "", "none; ≤ 1 s", not starved and waited <= PROBE_PATIENCE)


def tus(port, token, method, path, headers, body=None):
    """An answer's status and headers; a file as body is sent by sendfile."""
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    wire.putrequest(method, path)
    for name, value in {"Authorization": f"Bearer {token}", **headers}.items():
        wire.putheader(name, value)
    wire.endheaders()
    if isinstance(body, str):
        with open(body, "rb") as f:
            wire.sock.sendfile(f)
    elif body:
        wire.send(body)
    answer = wire.getresponse()
    said = answer.read()
    wire.close()
    if answer.status not in (201, 204):
        raise Broken(f"{method} {path}: {answer.status} {said[:300]}")
    return answer.headers, said


def upload(place):
    """(bytes a second, growth of memory)"""
    with place.hub() as hub:
        title = json.dumps({"title": "Rekaman untuk ukur kecepatan"}).encode()
        video = json.loads(tus(hub.port, place.token, "POST", "/v1/videos", {"Content-Type": "application/json", "Content-Length": len(title)}, title)[1])["id"]
        told = f"filename {b64('rekaman.mp4')},videoId {b64(video)},purpose {b64('original')}"
        time.sleep(0.5)
        with Watch(hub) as watch:
            began = time.monotonic()
            made, _ = tus(hub.port, place.token, "POST", "/v1/uploads",
                          {"Tus-Resumable": "1.0.0", "Upload-Length": GIB, "Upload-Metadata": told, "Content-Length": 0})
            path = "/" + made["Location"].split("/", 3)[3] if "://" in made["Location"] else made["Location"]
            answer, _ = tus(hub.port, place.token, "PATCH", path,
                            {"Tus-Resumable": "1.0.0", "Upload-Offset": 0, "Content-Type": OCTETS, "Content-Length": GIB}, place.big)
            took = time.monotonic() - began
            growth = watch.growth
        if answer["Upload-Offset"] != str(GIB):
            raise Broken(f"Upload-Offset is {answer['Upload-Offset']}")
    for name in os.listdir(os.path.join(place.data, "blobs/original")):
        if name == path.rsplit("/", 1)[1]:
            os.unlink(os.path.join(place.data, "blobs/original", name))
    say(f"    Hub    {GIB / took / MIB:6.0f} MiB/s, +{growth / MIB:.1f} MiB")
    return GIB / took, growth


def b64(text):
    return base64.b64encode(text.encode()).decode()


def copy_durably(place):
    """Bytes a second of dd with a sync after each 8 MiB."""
    to = place.at("dd")
    began = time.monotonic()
    run(["dd", f"if={place.big}", f"of={to}", "bs=8M", "oflag=dsync", "status=none"])
    took = time.monotonic() - began
    os.unlink(to)
    say(f"    dd     {GIB / took / MIB:6.0f} MiB/s")
    return GIB / took


def row_upload(place):
    settled = lambda measure: (os.sync(), measure())[1]
    hubs, peers = in_turn(place.long_rounds, lambda: settled(lambda: upload(place)), lambda: settled(lambda: copy_durably(place)))
    yield rate_line("1 GiB by tus to the last 204, acknowledged when durable", "`dd oflag=dsync bs=8M`", [h[0] / MIB for h in hubs], [p / MIB for p in peers],
                    0.6, "{:,.0f} MiB/s")
    growth = median(h[1] for h in hubs)
    yield Line("… of one 40 GiB file: growth of RSS", f"{growth / MIB:.1f} MiB", "", "", "≤ 8 MiB", growth <= 8 * MIB)


def statement(name):
    """A named statement of the product, as it stands in its file."""
    text = (ROOT / "src/streaming/playback.sql").read_text(encoding="utf-8")
    body = text.split(f"-- name: {name}\n")[1].split("-- name:")[0]
    return "\n".join(line for line in body.splitlines() if not line.startswith("--")).strip()


def commit_each(place, commits, database):
    rows, seconds = run([commits, database, statement("playback_add"), place.at("videos"), place.seconds]).split()
    say(f"    sqlite {int(rows) / float(seconds):10,.0f}/s")
    return int(rows) / float(seconds)


def row_playbacks(place):
    commits, database = place.at("commits"), place.at("peer.db")
    run(["cc", "-O2", "-o", commits, HERE / "commits.c", "-lsqlite3"])
    shutil.copy(os.path.join(place.data, "hub.db"), database)
    with place.hub() as hub:
        post = lambda seconds: wrk(hub, "/", seconds, 64, "-s", str(HERE / "playbacks.lua"), core=None, script_args=[place.at("videos")])[0]
        post(1)
        hubs, peers = in_turn(place.rounds, lambda: post(place.seconds), lambda: commit_each(place, commits, database))
        units, batches = hub.metric("hub_db_units_total"), hub.metric("hub_db_batches_total")
    say(f"    {units / batches:.1f} units a commit")
    peer = f"the same rows by the sqlite3 library, a commit each ({1000 / median(peers):.2f} ms)"
    yield rate_line("64 clients on `POST /v1/videos/{id}/playbacks`, acknowledged when durable", peer, hubs, peers, 3)


def row_start(place):
    resident, seconds = [], []
    for _ in range(max(place.rounds, 3)):
        with place.hub() as hub:
            seconds.append(hub.start_seconds)
            time.sleep(1)
            resident.append(hub.rss())
    say(f"    {' '.join(f'{s * 1000:.0f} ms' for s in seconds)}")
    yield Line("RSS at rest", f"{median(resident) / MIB:.1f} MiB", "", "", "≤ 24 MiB", median(resident) <= 24 * MIB)
    yield Line(f"from exec to the first 200 of /readyz, {seed.VIDEOS:,} videos there", f"{median(seconds) * 1000:.0f} ms", "", "", "≤ 300 ms",
               median(seconds) <= 0.3)


def row_media(place):
    yield from media.rows(place, Line)


ROWS = {"list": row_list, "cached": row_cached, "constant": row_constant, "ranges": row_ranges, "ticket": row_ticket, "slow": row_slow, "upload": row_upload,
        "playbacks": row_playbacks, "start": row_start, "media": row_media}


# --- the table


def machine():
    text = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    model = re.search(r"model name\s*:\s*(.*)", text)
    return f"{len(servers.CORES)} cores of {model[1] if model else platform.machine()}, Linux {platform.release()}"


def versions():
    nginx = subprocess.run([servers.NGINX, "-v"], capture_output=True, text=True, check=True).stderr
    return f"{run([BIN, 'version']).strip()}, nginx {nginx.strip().rpartition('/')[2]}"


def table(lines, words):
    print(f"`./dev bench{words}`: {machine()}; {versions()}.\n")
    print("| what | hub | peer in the same run | ratio | bound | |\n|---|---|---|---|---|---|")
    for line in lines:
        print(line.text())
    print("\nMedians of alternating rounds; the ratio is the median of the rounds' ratios. `per CPU s`: answers for each second of CPU time"
          " that the server used,\npinned to one core with its access log on.")


def measure(place, names):
    for name in names:
        began = time.monotonic()
        say(f"{name}:")
        try:
            yield from ROWS[name](place)
        except (Broken, OSError, subprocess.SubprocessError) as e:
            say(f"    {e}")
            yield Line(name, f"no figure: {str(e)[:120]}".replace("|", "/").replace("\n", " "), "", "", "", False)
        say(f"    {time.monotonic() - began:.0f} s")


def need_tools():
    lacking = [tool for tool in ("wrk", "taskset", "dd", "cc", "ffmpeg", "sqlite3", servers.NGINX) if not shutil.which(tool)]
    if lacking or not os.access(BIN, os.X_OK):
        sys.exit(f"bench: missing: {' '.join(lacking) or BIN} (./dev deps bench; ./dev build)")


def main():
    parser = argparse.ArgumentParser(description="The benchmark table.")
    parser.add_argument("--quick", action="store_true", help="one short round: to see that it works, not to quote")
    parser.add_argument("--only", action="append", choices=ROWS, help="these rows alone")
    parser.add_argument("--keep", action="store_true", help="leave the temporary folder")
    args = parser.parse_args()
    need_tools()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20000), hard))
    signal.signal(signal.SIGTERM, lambda *unused: sys.exit(1))  # so that what was started is stopped
    folder = tempfile.mkdtemp(prefix="hub-bench-", dir=os.environ.get("TMPDIR"))
    try:
        say(f"in {folder}")
        lines = list(measure(Place(folder, args.quick), args.only or ROWS))
        table(lines, " --quick" * args.quick + "".join(f" --only {name}" for name in args.only or []))
    finally:
        if not args.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
