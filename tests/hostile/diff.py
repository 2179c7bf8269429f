#!/usr/bin/env python3
"""diff.py --ours PROGRAM: our request parser against llhttp, on many bent requests.

The rule: what we accept, llhttp with every lenient flag off accepts too, with the same method, target,
number of header lines and body length. What llhttp accepts and we refuse is allowed and counted.
One exception: llhttp knows a fixed list of methods; we read any token and refuse later.

`diff.py --build DIR` fetches llhttp's sources from PyPI (in httptools' source package), checks
their SHA-256, and leaves DIR/llhttp_oracle. README.md has the protocol of the two programs.
"""
import argparse
import collections
import hashlib
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

import mutate

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE, VERSION = "httptools", "0.9.0"  # holds llhttp 9.4.3
SHA256 = "d484ebb7e3a3f3597b0f645fbd1b85633674ca808c1f5ba11c2caf7c66f5c8b6"
INSIDE = f"{PACKAGE}-{VERSION}/vendor/llhttp/"
BATCH = 2000
SHOWN = 10
ACCEPT = re.compile(r"accept (?P<method>\S+) (?P<target>\S+) (?P<headers>\d+) (?P<body>\d+)(?: (?P<used>\d+))?\Z")
LLHTTP_METHODS = set("""DELETE GET HEAD POST PUT CONNECT OPTIONS TRACE COPY LOCK MKCOL MOVE PROPFIND PROPPATCH SEARCH UNLOCK
    BIND REBIND UNBIND ACL REPORT MKACTIVITY CHECKOUT MERGE M-SEARCH NOTIFY SUBSCRIBE UNSUBSCRIBE PATCH PURGE MKCALENDAR
    LINK UNLINK QUERY""".split())


def default_cache():
    return pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "hub-llhttp"


def pip_commands():
    yield [sys.executable, "-m", "pip"]
    for name in ("pip3", "pip"):
        if found := shutil.which(name):
            yield [found]


def fetch(cache):
    """The source package, from the cache or from PyPI; its bytes are the ones named above."""
    archive = cache / f"{PACKAGE}-{VERSION}.tar.gz"
    if not archive.exists():
        wanted = ["download", "--quiet", "--no-deps", "--no-binary", PACKAGE, "--dest", str(cache),
            f"{PACKAGE}=={VERSION}"]
        if not any(subprocess.run(pip + wanted, check=False).returncode == 0 for pip in pip_commands()):
            raise SystemExit(f"diff.py: pip could not download the source package of {PACKAGE} {VERSION}")
    if hashlib.sha256(archive.read_bytes()).hexdigest() != SHA256:
        raise SystemExit(f"diff.py: {archive} is not the package that was checked; remove it")
    return archive


def unpack(archive, folder):
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            if member.isfile() and member.name.startswith(INSIDE) and member.name.endswith((".c", ".h")):
                (folder / os.path.basename(member.name)).write_bytes(tar.extractfile(member).read())


def build(cache, compiler):
    """The path of llhttp_oracle, built anew when our source or the version changed."""
    cache.mkdir(parents=True, exist_ok=True)
    source, program = HERE / "llhttp_oracle.c", cache / "llhttp_oracle"
    made_of = hashlib.sha256(source.read_bytes() + SHA256.encode()).hexdigest()
    note = cache / "llhttp_oracle.made-of"
    if program.exists() and note.exists() and note.read_text() == made_of:
        return program
    archive = fetch(cache)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        unpack(archive, pathlib.Path(folder))
        sources = sorted(str(path) for path in pathlib.Path(folder).glob("*.c"))
        subprocess.run([compiler, "-O2", "-g", "-std=gnu2x", "-isystem", folder, "-o", str(program),
            str(source), *sources], check=True)
    note.write_text(made_of)
    return program


def packed(batch):
    return b"".join(b"%d\n" % len(data) + data for data in batch)


def ask(program, batch):
    """One line for each; a program that dies is asked one by one, and its last line tells how it died."""
    try:
        done = subprocess.run([program], input=packed(batch), capture_output=True,
            timeout=60 if len(batch) > 1 else 5, check=False)
        told, died = done.stdout.decode("latin-1").splitlines(), done.returncode
    except subprocess.TimeoutExpired:
        told, died, done = [], "no end", None
    if died == 0 and len(told) == len(batch):
        return told
    if len(batch) == 1:
        last = done.stderr.decode("latin-1").strip().splitlines() if done else []
        summary = next((line for line in last if "ERROR" in line or "runtime error" in line),
            last[-1] if last else "")
        return [f"died {died} {summary[:200]}"]
    half = len(batch) // 2
    return ask(program, batch[:half]) + ask(program, batch[half:])


def head_of(line):
    return line.split(" ", 1)[0]


def judge(ours, theirs):
    """(kind, disagreement) of two lines; disagreement is None when the rule holds."""
    if head_of(ours) not in ("accept", "refuse"):
        return "died", f"ours: {ours}"
    if head_of(theirs) not in ("accept", "refuse"):
        return "llhttp died", f"llhttp: {theirs}"
    if head_of(ours) == "refuse":
        return ("both refuse" if head_of(theirs) == "refuse" else "we alone refuse"), None
    us = ACCEPT.match(ours)
    if not us:
        return "unreadable", f"ours said {ours[:200]!r}, which is not the protocol"
    if head_of(theirs) == "refuse":
        if us["method"] not in LLHTTP_METHODS:
            return "a method llhttp does not know", None
        return "we alone accept", f"llhttp refuses: {theirs}"
    them = ACCEPT.match(theirs)
    for part in ("method", "target", "headers", "body", "used"):
        if us[part] is not None and them[part] is not None and us[part] != them[part]:
            return f"other {part}", f"{part}: ours {us[part][:100]}, llhttp {them[part][:100]}"
    return "both accept", None


CATEGORIES = [  # of what we alone refuse, the first that fits
    ("bare LF, or CR", lambda d: b"\n" in d.replace(b"\r\n", b"") or b"\r" in d.replace(b"\r\n", b"")),
    ("larger than our limits",
    lambda d: len(d.split(b"\r\n\r\n")[0]) > 16000 or d.split(b"\r\n\r\n")[0].count(b"\r\n") > 60),
    ("request line", lambda d: not re.match(rb"(\r\n)*[!#-'*+.^_`|~0-9A-Za-z-]+ [!-~]+ HTTP/1\.[01]\r\n", d)),
    ("target", lambda d: not re.match(rb"(\r\n)*\S+ (/|\* )",
    d) or bool(re.match(rb"\S+ \S*(//|/\.|#|\\|%)", d)) or d.startswith(b"CONNECT")),
    ("Transfer-Encoding", lambda d: b"transfer-encoding" in d.lower()),
    ("Content-Length", lambda d: d.lower().split(b"\r\n\r\n")[0].count(b"content-length") > 0),
    ("Host missing or double", lambda d: len(re.findall(rb"\nhost[ \t]*:",
    d.split(b"\r\n\r\n")[0].lower())) != 1),
    ("Host value", lambda d: not re.search(rb"\nhost:[ \t]*[a-z0-9._:\[\]-]+[ \t]*\r", d.lower())),
    ("Expect", lambda d: b"expect" in d.lower()),
]


def category(data):
    return next((name for name, fits in CATEGORIES if fits(data)), "other")


def smaller(data, kind, ours, theirs):
    """The disagreement with as little as possible left of the request."""
    step = max(1, len(data) // 2)
    asked = 0
    while step and asked < 400:
        at = 0
        while at < len(data) and asked < 400:
            less = data[:at] + data[at + step:]
            asked += 1
            if judge(ask(ours, [less])[0], ask(theirs, [less])[0])[0] == kind:
                data = less
            else:
                at += step
        step //= 2
    return data


def compare(ours, theirs, seed, count):
    kinds, refused, wrong = collections.Counter(), collections.Counter(), []
    batch = []

    def settle():
        for data, us, them in zip(batch, ask(ours, batch), ask(theirs, batch)):
            kind, why = judge(us, them)
            kinds[kind] += 1
            if kind == "we alone refuse":
                refused[category(data)] += 1
            if why:
                wrong.append((kind, why, data))
        batch.clear()

    for data in mutate.requests(seed, count):
        batch.append(data)
        if len(batch) == BATCH:
            settle()
    settle()
    return kinds, refused, wrong


def report(kinds, refused, wrong, ours, theirs):
    for kind, n in kinds.most_common():
        print(f"{n:8} {kind}")
    for name, n in refused.most_common():
        print(f"{n:16} {name}")
    shown = collections.Counter()
    for kind, why, data in wrong:
        shown[kind] += 1
        if shown[kind] <= SHOWN:
            print(f"FAILED diff: {kind}: {why}: {smaller(data, kind, ours, theirs)[:600]!r}")
    print(f"{sum(kinds.values()) - len(wrong)} passed, {len(wrong)} failed")


def main():
    options = argparse.ArgumentParser(description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--ours", help="our http_oracle")
    options.add_argument("--build", metavar="DIR", type=pathlib.Path, default=default_cache(),
        help="where llhttp_oracle is kept (%(default)s)")
    options.add_argument("--cc", default=os.environ.get("CC", "cc"))
    options.add_argument("--seed", type=int, default=None, help="printed; default: by chance")
    options.add_argument("--count", type=int, default=30000)
    told = options.parse_args()
    theirs = str(build(told.build.absolute(), told.cc))
    if not told.ours:
        print(theirs)
        return 0
    seed = random.SystemRandom().randrange(1 << 32) if told.seed is None else told.seed
    print(f"seed {seed}, {told.count} requests", flush=True)
    ours = os.path.abspath(told.ours)
    kinds, refused, wrong = compare(ours, theirs, seed, told.count)
    report(kinds, refused, wrong, ours, theirs)
    return 1 if wrong or not kinds["both accept"] else 0


if __name__ == "__main__":
    sys.exit(main())
