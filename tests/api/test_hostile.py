"""The hostile runners of tests/hostile, each against a hub of its own folder: what they print is what failed."""
import os
import re
import subprocess
import sys
import urllib.parse

from case import check, equal, run, test
from hub import ROOT, Hub, asset

MARKER = "planted-91c2e7"


def start():
    hub = Hub("--max-upload", "1GB")
    for folder in (hub.folder, hub.data):
        with open(os.path.join(folder, "secret"), "w", encoding="utf-8") as f:
            f.write(MARKER)
    for name in ("one", "two"):
        hub.account(name, "editor")
    hub.one, hub.two = hub.token("one", "1d"), hub.token("two", "1d")
    return hub


def runner(name, *args, least, timeout=240):
    done = subprocess.run([sys.executable, "-B", str(ROOT / "tests/hostile" / name), *map(str, args)], capture_output=True, text=True, timeout=timeout, cwd=ROOT)
    sums = re.findall(r"^(\d+) passed, (\d+) failed$", done.stdout, re.M)
    if not check(sums, f"{name} ended with {done.returncode}: {done.stdout[-1000:]} {done.stderr[-2000:]}"):
        return
    passed, failed = map(int, sums[-1])
    told = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    check(failed == 0 and done.returncode == 0, f"{name}: {failed} failed, exit {done.returncode}:\n      " + "\n      ".join(told[:20]))
    check(passed >= least, f"{name}: only {passed} rows")


@test
def raw_requests_without_a_token(hub):
    runner("http_requests.py", "127.0.0.1", hub.port, least=500)


@test
def raw_requests_with_a_token(hub):
    runner("http_requests.py", "127.0.0.1", hub.port, "--token", hub.one, least=500)


@test
def broken_and_evil_json(hub):
    runner("json_bodies.py", hub.base, hub.one, least=150)


@test
def tus_used_wrongly(hub):
    runner("tus.py", hub.base, hub.one, hub.two, least=100)


@test
def altered_stream_addresses_and_tickets(hub):
    videos = [hub.published(title) for title in ("Satu", "Dua")]
    client = hub.client(hub.one)
    streams = [client.post(f"/v1/videos/{video}/playbacks").json["hlsUrl"] for video in videos]
    assets = [asset(client, video)["id"] for video in videos]
    tickets = [client.post(f"/v1/assets/{one}/tickets").json["url"] for one in assets]
    equal([client.get(urllib.parse.urlsplit(url).path).status for url in streams + tickets], [200] * 4, "they are good")
    runner("tokens.py", *streams, *[word for url in tickets for word in ("--ticket", url)], least=5)


@test
def names_that_try_to_be_paths(hub):
    runner("paths.py", hub.base, "--marker", MARKER, "--token", hub.one, "--walk", hub.folder, "--data", hub.data, least=400)


@test
def afterwards_the_folder_is_healthy(hub):
    done = hub.command("doctor")
    equal(done.code, 0, done)


run(start)
