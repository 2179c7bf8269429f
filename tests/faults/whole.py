"""The whole hub for fault tests: losing its power, and a viewer that looks at everything it serves."""
import atexit
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.parse

import powerloss
from case import check, equal, need
from hub import OCTETS, SANITIZERS, Hub, metadata, small_clip

ASAN = SANITIZERS["ASAN_OPTIONS"] + ":verify_asan_link_order=0"  # the shim is loaded before the sanitizer
LONG = "--long" in sys.argv
sys.argv = [word for word in sys.argv if "/tests" not in word or word.endswith(".py")]  # the build folder; the other words choose tests
TUS = {"Tus-Resumable": "1.0.0"}
QUICK = {"HUB_LEASE": "300ms"}
_shims = []


def shim():
    if not _shims:
        folder = tempfile.mkdtemp(prefix="hub-shim-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _shims.append(powerloss.build(os.path.join(folder, "powerloss.so")))
    return _shims[0]


class PowerHub(Hub):
    """A hub, and its commands, whose power can be cut. With eio=(suffix, n) the n-th sync of such a file fails."""

    def __init__(self, *flags, env=None, eio=None, start=True, **options):
        super().__init__(*flags, env=env, start=False, **options)
        os.makedirs(self.data, mode=0o700, exist_ok=True)
        self.undo_log = os.path.join(os.path.realpath(self.folder), "undo")
        self.env |= {"LD_PRELOAD": shim(), "PL_DIR": os.path.realpath(self.data), "PL_LOG": self.undo_log, "ASAN_OPTIONS": ASAN}
        if eio:
            self.env |= {"PL_EIO_ON": eio[0], "PL_EIO": str(eio[1])}
        if start:
            self.start()

    def take_back(self, rng):
        """What a disk shows after the power went, of a hub that has ended."""
        found = powerloss.undo(self.undo_log, self.data, rng)
        powerloss.forget(self.undo_log)
        return found

    def lose_power(self, rng=None):
        self.kill()
        return self.take_back(rng)


def padded_clip(size, seed):
    """A film of its own of about that size: a small clip, then bytes that players skip."""
    with open(small_clip(), "rb") as f:
        clip = f.read()
    free = max(8, size - len(clip))
    return clip + free.to_bytes(4, "big") + b"free" + random.Random(seed).randbytes(free - 8)


def own_clip(seconds=1, size="320x180"):
    return small_clip(seconds, size)


# --- the viewer


def addresses(playlist, base):
    """What a playlist names, as paths."""
    named = [line for line in playlist.splitlines() if line and not line.startswith("#")]
    named += [part.split('"')[0] for line in playlist.splitlines() if "URI=\"" in line for part in line.split('URI="')[1:]]
    return [urllib.parse.urljoin(base, name) for name in named]


def fetch(client, path, faults):
    answer = client.get(path)
    short = path.split("/", 4)[-1]
    if answer.status != 200:
        faults.append(f"{short}: {answer}")
        return ""
    if len(answer.body) != int(answer.header("content-length")) or not answer.body:
        faults.append(f"{short}: {len(answer.body)} bytes")
    if not path.endswith(".m3u8") and not (answer.etag or "").startswith('"'):
        faults.append(f"{short}: no ETag")
    return answer.body.decode("utf-8", "replace")


def decodes(url):
    done = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", url, "-map", "0", "-f", "null", "-"], capture_output=True, text=True, timeout=60)
    return [] if done.returncode == 0 and not done.stderr else [f"does not decode: {done.stderr[-300:]}"]


def walk(hub, video, decode=True, sound=True):
    """Every fault of a video that anybody sees: all that its master playlist names is there, and plays."""
    client, faults = hub.client(), []
    begun = client.post(f"/v1/videos/{video}/playbacks")
    if begun.status != 201:
        return [f"no playback: {begun}"]
    master = urllib.parse.urlsplit(begun.json["hlsUrl"]).path
    text = fetch(client, master, faults)
    if sound and "TYPE=AUDIO" not in text:
        faults.append("the sound is missing")
    for playlist in addresses(text, master):
        for path in addresses(fetch(client, playlist, faults), playlist):
            fetch(client, path, faults)
    client.close()
    return faults or (decodes(hub.base + master) if decode else [])


def visible(hub, video):
    return hub.client().get(f"/v1/videos/{video}").status == 200


def healthy(hub):
    """No finding of the doctor."""
    done = hub.command("doctor")
    bad = [line for line in done.out.splitlines() if line.startswith("bad")]
    return check(done.code == 0 and not bad, f"doctor: {bad or done}")


def together(*calls):
    """Runs them at the same time, to their ends."""
    threads = [threading.Thread(target=call, daemon=True) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# --- an upload by tus


def begin(client, video, size):
    answer = client.post("/v1/uploads", headers={**TUS, "Upload-Length": str(size), "Upload-Metadata": metadata(filename="f.mp4", videoId=video)})
    need(answer.status == 201, f"creating an upload: {answer}")
    return "/v1/uploads/" + answer.header("location").rsplit("/", 1)[1]


def append(client, path, at, part):
    return client.patch(path, headers={**TUS, "Upload-Offset": str(at), "Content-Type": OCTETS}, body=part)


def offset(client, path):
    return int(client.head(path, headers=TUS).header("upload-offset"))


# --- an import, step by step


def import_at(hub, words, n, **more):
    """(video or None, exit, what it said) of an import that dies at the n-th step whose name begins so."""
    done = hub.command("import", own_clip(), "--title", "Step", "--publish", "--wait", env={"HUB_CRASH_AT": str(n), "HUB_STEP": words, **more})
    return done.out.split()[0] if done.out.split() else None, done.code, done.err


def all_steps(hub):
    """The names of the steps of a whole import, the first first."""
    _, code, said = import_at(hub, "", 0)
    need(code == 0, said)
    return re.findall(r"^step \d+: (.*)", said, re.M)


def newest(hub):
    """What the database holds, if the import died before it told."""
    rows = hub.sql("SELECT id FROM video ORDER BY id DESC LIMIT 1")
    return rows[0][0] if rows else None


def prepared(hub):
    """A hub that has been up once; a token of an editor."""
    token = hub.token(hub.account("ed"))
    equal(hub.stop(), [], "the end")
    return token
