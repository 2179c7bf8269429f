"""@test functions whose names are sentences, check(), and what runs them.

A module's last line is `run(...)`. Each test gets the module's hub; a test fails when one of its checks
did, or when it raised. Words on the command line choose the tests whose names hold one of them.
"""
import os
import sys
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
MOST = 12  # faults shown of one test

tests = []
faults = []  # of the test that runs


class Given(Exception):
    """The test cannot go on: what it needs is not there."""


def test(function):
    tests.append(function)
    return function


def note(what):
    """With the line of the test that asked, however deep it asked."""
    frame = sys._getframe(1)
    while frame.f_back and os.path.dirname(os.path.abspath(frame.f_code.co_filename)) == HERE:
        frame = frame.f_back
    text = f"line {frame.f_lineno}: {what}"
    if text not in faults:
        faults.append(text)


def check(good, what):
    """Goes on after a failure, so that a test tells all of them."""
    if not good:
        note(what)
    return bool(good)


def equal(found, wanted, what):
    return check(found == wanted, f"{what}: {found!r}, not {wanted!r}")


def need(good, what):
    if not good:
        raise Given(what)
    return good


def run_one(function, *args):
    faults.clear()
    start = time.monotonic()
    try:
        function(*args)
    except Given as missing:
        faults.append(f"cannot go on: {missing}")
    except Exception:
        faults.append(traceback.format_exc(limit=-4).rstrip())
    name = function.__name__.replace("_", " ")
    if faults:
        print(f"FAILED {name}", *faults[:MOST], *[f"and {len(faults) - MOST} more"] * (len(faults) > MOST), sep="\n    ", flush=True)
    took = time.monotonic() - start
    if took > 5:
        print(f"  {took:.1f} s  {name}", flush=True)
    return not faults


def run(start=None, **options):
    """`start` is hub.Hub or nothing; ends the process."""
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    chosen = [t for t in tests if not words or any(word in t.__name__.replace("_", " ") or word in t.__name__ for word in words)]
    passed = failed = 0
    hub = start(**options) if start else None
    try:
        for function in chosen:
            good = run_one(function, *([hub] if hub else []))
            passed, failed = passed + good, failed + (not good)
            if hub and not hub.running:
                print("FAILED the hub has ended:\n" + hub.log_end(), flush=True)
                failed += 1
                break
    finally:
        if hub:
            def the_hub_stops_clean():
                for fault in hub.stop():
                    check(False, fault)
            good = run_one(the_hub_stops_clean)
            passed, failed = passed + good, failed + (not good)
    print(f"{passed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed or not passed else 0)
