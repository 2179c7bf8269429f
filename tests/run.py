#!/usr/bin/env python3
"""Every suite, and what came of it; those that mostly wait run two at a time.   run.py [--ci | --full] [--only NAME]... [--list]

A suite is a command whose last line says `N passed, N failed` (or `N tests, N checks, N failed`, `N rows, N failed`); one
that says nothing counts as one test by its exit code, one that crashes, runs out of time or says more
passed than its exit code agrees with counts as failed. The last line here is the sum of them all.
"""
import argparse
import concurrent.futures
import glob
import itertools
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = os.environ.get("HUB_BUILD", "build-test")
PYTHON = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable  # Debian's has the libraries we install
SUM = re.compile(r"(?:^|: )(?:(\d+) passed|(\d+) \w+(?:, \d+ checks)?), (\d+) failed\s*$", re.M)
BUDGET = 12 * 60  # seconds for everything that needs no outside service
TAIL = 60  # lines of a suite that failed
RUNNING = set()  # processes


@dataclass
class Suite:
    name: str
    command: list
    timeout: int = 120
    ci_only: bool = False
    full_only: bool = False
    env: dict = field(default_factory=dict)
    waits: bool = False  # for answers and clocks, more than it computes


def python(name, path, *args, **options):
    return Suite(name, [PYTHON, "-B", path, *args], **options)


def every(pattern):
    return sorted(glob.glob(pattern, root_dir=ROOT))


def stem(path):
    return pathlib.Path(path).stem.removeprefix("test_").removeprefix("test-")


SLOW = {"test_players": 1200, "test_guards": 700, "test_hostile": 300}  # seconds; the others 240, of e2e 600

FULL = ("players", "clamav", "keycloak")  # of e2e: for releases
FOOTAGE = os.environ.get("HUB_FOOTAGE") or os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "hub-footage")  # as footage.sh


def suites():
    yield Suite("lint", ["sh", "tools/lint.sh"], timeout=240)
    for path in every("tests/contract/test_*.py"):
        yield python(f"contract-{stem(path)}", path)
    for path in every(f"{BUILD}/tests/test-*") + every(f"{BUILD}/tests/unit/*/test-*"):
        if os.access(ROOT / path, os.X_OK) and (ROOT / path).is_file():
            yield Suite(f"unit-{stem(path)}", [str(ROOT / path)], timeout=240)
    for path in every("tests/api/test_*.py"):
        yield python(f"api-{stem(path)}", path, timeout=SLOW.get(pathlib.Path(path).stem, 240), waits=stem(path) != "guards")  # that is three at a time itself
    yield Suite("property-ledger", [str(ROOT / BUILD / "tests/test-download"), "ledger_agrees"], timeout=900, ci_only=True, env={"HUB_SEEDS": "10000"})
    yield from others()
    yield Suite("fuzz", ["sh", "tests/fuzz/run.sh", "10"], timeout=900)


def others():
    tools = f"{BUILD}/tests"
    yield python("hostile-diff", "tests/hostile/diff.py", "--ours", f"{tools}/http_oracle", "--count", "20000", timeout=180)
    for path in every("tests/media/*.py"):
        more = [FOOTAGE] if stem(path) in ("hls", "stills", "chunks") else []
        yield python(f"media-{stem(path)}", path, f"{tools}/{'still' if stem(path) == 'stills' else 'encode'}", *more, timeout=600)
    yield python("faults-shim", "tests/faults/test_powerloss.py", tools, timeout=120)
    for path in every("tests/faults/*_faults.py"):
        name = stem(path).removesuffix("_faults")
        yield python(f"faults-{name}", path, *[tools] * (name == "db"), timeout=600, waits=True)
    for path in every("tests/e2e/test_*.py"):
        yield python(f"e2e-{stem(path)}", path, timeout=SLOW.get(pathlib.Path(path).stem, 600), ci_only=stem(path) in ("browser", "ofrep_client", "polyglots", "xss", "schemathesis", "oidc_client"),
                     full_only=stem(path) in FULL, waits=stem(path) not in FULL)


def environment(suite):
    lib = str(ROOT / "tests/lib")
    found = {**os.environ, "HUB_BIN": str(ROOT / BUILD / "hub"), "HUB_OPENAPI": str(ROOT / BUILD / "openapi.json"), "PYTHONPATH": lib,
             "ASAN_OPTIONS": "detect_stack_use_after_return=1", "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
    return {**found, **suite.env}


def end_all(process):
    """It, and what it started: each suite is a session of its own."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def launch(suite, log):
    """(exit code or None, seconds)"""
    start = time.monotonic()
    process = subprocess.Popen(suite.command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=environment(suite),
                               start_new_session=True)
    RUNNING.add(process)
    try:
        code = process.wait(suite.timeout)
    except subprocess.TimeoutExpired:
        code = None
    end_all(process)
    process.wait()
    RUNNING.discard(process)
    return code, time.monotonic() - start


def judge(code, text):
    """(passed, failed, word)"""
    sums = SUM.findall(text)
    passed, failed = 0, 0
    if sums:
        good, all_of_them, bad = sums[-1]
        passed, failed = int(good) if good else max(0, int(all_of_them) - int(bad)), int(bad)
    elif code == 0:
        passed = 1
    if code is None:
        return passed, failed + 1, "out of time"
    if code != 0 and not failed:
        return passed, 1, f"exit {code}" if code > 0 else signal.Signals(-code).name
    if code == 0 and failed:
        return passed, failed, "failed, yet exit 0"
    return passed, failed, "failed" if failed else "ok"


def outcome(suite):
    """(suite, what it said, exit code or None, seconds)"""
    with tempfile.TemporaryFile("w+", errors="replace") as log:
        code, took = launch(suite, log)
        log.seek(0)
        return suite, log.read(), code, took


def outcomes(chosen):
    """In their order; the same kind of suite side by side as far as they wait."""
    for waits, some in itertools.groupby(chosen, lambda suite: suite.waits):
        pool = concurrent.futures.ThreadPoolExecutor(2 if waits else 1)
        try:
            yield from pool.map(outcome, some)
        finally:  # also when somebody stops it
            pool.shutdown(wait=False, cancel_futures=True)
            for process in list(RUNNING):
                end_all(process)


def run(chosen):
    passed = failed = 0
    start = time.monotonic()
    for suite, text, code, took in outcomes(chosen):
        good, bad, word = judge(code, text)
        passed, failed = passed + good, failed + bad
        print(f"{took:7.1f} s  {suite.name:28} {good:5} passed {bad:3} failed  {word}", flush=True)
        if bad:
            print("\n".join("    | " + line for line in text.splitlines()[-TAIL:]), flush=True)
    took = time.monotonic() - start
    print(f"{took:7.1f} s  all" + (f", over the budget of {BUDGET} s" if took > BUDGET else ""))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--ci", action="store_true", help="also what needs a browser or a client of others")
    options.add_argument("--full", action="store_true", help="everything, for releases")
    options.add_argument("--only", action="append", default=[], metavar="NAME", help="suites whose name begins so")
    options.add_argument("--list", action="store_true")
    told = options.parse_args()
    chosen = [s for s in suites() if (any(s.name.startswith(word) for word in told.only) if told.only else told.full or (not s.full_only and (told.ci or not s.ci_only)))]
    if told.list:
        print("\n".join(f"{s.name:28} {s.timeout:4} s {'ci ' if s.ci_only else '   '} {' '.join(s.command)}" for s in chosen))
        return 0
    if not chosen:
        options.error("no suite has such a name; --list tells them")
    return run(chosen)


if __name__ == "__main__":
    sys.exit(main())
