"""hub backup and hub restore: what was acknowledged is there again, a backup that was broken off is none, damage is found."""
import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from case import check, equal, need, run, test
from hub import BIN, Hub, clean_environment, metadata, small_clip, upload, OCTETS

TUS = {"Tus-Resumable": "1.0.0"}


def start():
    hub = Hub()
    hub.editor = hub.signed_in("editor")
    hub.video = hub.published("Sehat")
    hub.idle()
    return hub


def place():
    return os.path.join(tempfile.mkdtemp(prefix="hub-backup-"), "store")


def backup(hub, to, *flags, env=None):
    return hub.command("backup", to, *flags, env=env)


def verified(hub, to):
    return hub.command("backup", to, "--verify")


def names(hub, to):
    return hub.command("backup", to, "--list").out.split()


def restored(hub, source, *flags):
    """A hub of what was restored, not started."""
    other = Hub(start=False)
    done = other.command("restore", source, *flags)
    need(done.code == 0, f"restore: {done}")
    return other


def doctor(hub):
    done = hub.command("doctor")
    equal((done.code, [line for line in done.out.splitlines() if line.startswith("bad")]), (0, []), f"doctor: {done}")


@test
def a_backup_beside_a_serving_hub_becomes_the_same_hub_again(hub):
    to = place()
    done = backup(hub, to)
    equal(done.code, 0, f"{done}")
    equal(verified(hub, to).code, 0, f"{verified(hub, to)}")
    other = restored(hub, to)
    doctor(other)
    equal(other.sql("SELECT * FROM secret"), hub.sql("SELECT * FROM secret"), "keys")
    other.start()
    other.editor = other.client(hub.editor.token)
    equal(other.editor.get(f"/v1/videos/{hub.video}").json["title"], "Sehat", "by the token of then")
    equal(other.stop(), [], "its end")


run(start)
