"""The malware hold with the real clamd, which knows one signature of our own making besides EICAR's."""
import atexit
import hashlib
import os
import shutil
import subprocess
import time
import urllib.parse

from case import check, equal, need, run, test
from clamd import EICAR
from files import pdf
from hub import Hub, send, settled

CLAMD = shutil.which("clamd") or "/usr/sbin/clamd"
CONFIG = """Foreground yes
LocalSocket {home}/clamd.sock
DatabaseDirectory {home}/db
LogFile {home}/clamd.log
{user}
StreamMaxLength 1M
AlertExceedsMax yes
"""


def start():
    hub = Hub(start=False)
    home = hub.folder
    os.makedirs(os.path.join(home, "db"))
    with open(os.path.join(home, "db", "own.ndb"), "w", encoding="ascii") as f:
        f.write(f"Own.Eicar:0:*:{EICAR.hex()}\n")
    with open(os.path.join(home, "clamd.conf"), "w", encoding="ascii") as f:
        f.write(CONFIG.format(home=home, user="User root" if os.geteuid() == 0 else ""))
    hub.clamd = subprocess.Popen([CLAMD, "-c", os.path.join(home, "clamd.conf")], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    atexit.register(hub.clamd.kill)
    end = time.monotonic() + 60
    while not os.path.exists(os.path.join(home, "clamd.sock")):
        need(hub.clamd.poll() is None and time.monotonic() < end, "clamd listens")
        time.sleep(0.1)
    hub.env["HUB_CLAMD"] = os.path.join(home, "clamd.sock")
    hub.start()
    hub.editor, hub.fan = hub.signed_in("editor"), hub.signed_in("fan")
    hub.show = hub.editor.post("/v1/shows", title="Tante").json["slug"]
    return hub


def scanned(hub, data, wanted):
    status = settled(hub.editor, send(hub.editor, data, filename="score.pdf", purpose="asset", showSlug=hub.show))
    need(status["state"] == "ready", status)
    end = time.monotonic() + 60
    while (got := hub.editor.get(f"/v1/assets/{status['assetId']}").json).get("scan") != wanted and time.monotonic() < end:
        time.sleep(0.1)
    equal((got.get("scan"), got["sha256"]), (wanted, hashlib.sha256(data).hexdigest()), "the scan")
    return hub.fan.post(f"/v1/assets/{got['id']}/tickets")


@test
def clean_goes_eicar_and_what_is_too_large_do_not(hub):
    data = pdf(1)
    answer = scanned(hub, data, "clean")
    equal(hub.client().get(urllib.parse.urlsplit(answer.json["url"]).path).body, data, "clean")
    equal(scanned(hub, data + b"\n%" + EICAR + b"\n%%EOF\n", "infected").status, 403, "EICAR")
    equal(scanned(hub, data + b"\n%" + os.urandom(3 << 20).hex().encode() + b"\n%%EOF\n", "failed").status, 503, "over StreamMaxLength")
    check("ClamAV" in hub.command("doctor").out, "doctor names it")


run(start)
