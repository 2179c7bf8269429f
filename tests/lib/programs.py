"""Other programs, run and looked at."""
import os
import subprocess
import sys


def run(*args, timeout=300, binary=False, **env):
    """(exit code, what it printed, what it complained of)"""
    done = subprocess.run(["nice", *map(str, args)], stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, env={**os.environ, **env})
    return done.returncode, done.stdout if binary else done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def ffmpeg(*args, binary=False):
    """What it printed; a test whose files cannot be made ends."""
    code, out, errors = run("ffmpeg", "-v", "error", "-nostdin", "-y", *args, binary=binary)
    if code:
        sys.exit(errors)
    return out


def ffprobe(*args):
    code, out, errors = run("ffprobe", "-v", "error", "-of", "csv=p=0", *args)
    return out if code == 0 else sys.exit(errors)


def complaints(path, *more, level="warning"):
    """Of ffmpeg, decoding all of a file or an address; nothing when all is well."""
    code, _, errors = run("ffmpeg", "-v", level, "-nostdin", "-i", path, *(more or ("-map", "0")), "-f", "null", "-")
    return errors[:300] or (f"exit {code}" if code else "")
