#!/usr/bin/env python3
"""The benchmark table: every figure of the hub beside a peer that does the same, measured in turn in the same run.

    bench.py [--quick] [--only NAME]... [--keep]        HUB_BIN names the binary (build/hub)

A noisy machine moves the figures but hits both: the ratios count. Each figure is the median of the rounds, hub and peer
alternating. Everything runs on 127.0.0.1 in one temporary folder, takes minutes, and stops by itself. The hub has its
default settings but the rates (all clients share one address here), and one loop where one core is measured: then the
server has the first core and the clients the last. Rounds are told on stderr, the table is on stdout.
"""
import argparse
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
from statistics import median

import fetching
import homes
import media
import overload
import searching
import seed
import sending
import servers
import statements
import talking
import tokens
from figures import Line, in_turn, rate_line, say, wrk
from place import HERE, MIB, Place, run
from servers import BIN, SERVER_CORE, Broken, get

LIST = "/v1/videos?limit=24"
CONSTANT = "/v1/search?q=xyzzy"  # nothing has this word: {"items":[]}
PER_CPU = "{:,.0f} per CPU s"


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


def row_home(place):
    yield from homes.fans(place)
    hub, nginx = one_core(place, "/v1/home", "/page.json", True)
    yield rate_line("`GET /v1/home` asked by nobody in particular", "nginx, the same bytes from a file", hub, nginx, 0.6, PER_CPU)


def row_constant(place):
    hub, nginx = one_core(place, CONSTANT, "/constant", True)
    yield rate_line('`{"items":[]}`, one core, 32 connections, access log in both', "nginx `return 200`", hub, nginx, 0.8, PER_CPU)


def commit_each(place, commits, database):
    rows, seconds = run([commits, database, statements.named("streaming/playback", "playback_add"), place.at("videos"), place.seconds]).split()
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


ROWS = {"list": row_list, "cached": row_cached, "constant": row_constant, "ranges": fetching.ranges, "ticket": fetching.ticket, "slow": fetching.slow,
        "tickets": fetching.tickets, "upload": sending.rows, "playbacks": row_playbacks, "comments": talking.comments, "tokens": tokens.rows, "start": row_start,
        "home": row_home, "media": media.rows,
        "search": searching.search, "overload": overload.overload}


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
