"""One real Chromium for all tests of a module; the tests themselves are functions of browser/*.mjs."""
import atexit
import json
import pathlib
import re
import subprocess

from case import check, need
from node import node

FOLDER = pathlib.Path(__file__).resolve().parent / "browser"


class Browser:
    """A test is a line in, and lines out until its faults; before those perhaps wishes, which `serve` fulfils."""

    def __init__(self, told, modules, serve):
        self.serve = serve
        self.process = node("browser/server.mjs", json.dumps(told), *modules, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        atexit.register(self.close)

    def read(self):
        return json.loads(need(self.process.stdout.readline(), "the browser has ended"))

    def send(self, value):
        self.process.stdin.write(json.dumps(value) + "\n")
        self.process.stdin.flush()

    def run(self, name):
        self.send(name)
        while "faults" not in (said := self.read()):
            self.send(self.serve(said["ask"]))
        for fault in said["faults"]:
            check(False, fault)

    def close(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()


def tests_of(module):
    """Functions for case.py, one for each test that the module exports."""
    text = (FOLDER / f"{module}.mjs").read_text(encoding="utf-8")
    return [named(name) for name in re.findall(r"^export (?:async function|const) (\w+)\b.*\(t\)", text, re.M)]


def named(name):
    def one(hub):
        hub.browser.run(name)

    one.__name__ = name
    return one
