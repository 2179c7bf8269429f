"""The row on access tokens: one that was verified a moment ago, against the signature each time."""
import os
import pathlib
import shlex
import subprocess

import servers
from figures import rate_line, say
from place import HERE, run

ROOT = HERE.parents[1]
LIBRARIES = ("sqlite3", "jansson", "libcrypto", "libargon2", "libseccomp", "libcurl", "cjose")


def rows(place):
    build, program = pathlib.Path(servers.BIN).parent, place.at("tokens")
    flags = shlex.split(subprocess.run(["pkg-config", "--cflags", "--libs", *LIBRARIES], capture_output=True, text=True, check=True).stdout)
    run(["cc", "-O2", "-std=gnu2x", "-flto=auto", "-D_GNU_SOURCE", f"-I{ROOT / 'src'}", f"-I{build}", "-o", program, HERE / "tokens.c", build / "librooms.a", *flags, "-lstemmer", "-lm", "-pthread"])
    fresh, cached = [], []
    for i in range(place.rounds):
        folder = place.at(f"tokens-{i}")
        os.mkdir(folder)
        one, other = run([program, folder, str(place.seconds)], servers.SERVER_CORE).split()
        fresh.append(float(one))
        cached.append(float(other))
        say(f"    fresh {fresh[-1]:10,.0f}/CPU s   cached {cached[-1]:10,.0f}/CPU s")
    yield rate_line("an access token that was verified a moment ago", "its ES256 signature verified each time", cached, fresh, 10, "{:,.0f} per CPU s")
