"""hub backup and hub restore: what was acknowledged is there again, a backup that was broken off is none, damage is found."""
import atexit
import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.parse

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
    folder = tempfile.mkdtemp(prefix="hub-backup-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return os.path.join(folder, "store")


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


@test
def what_a_backup_has_already_is_not_copied_again(hub):
    to = place()
    first = backup(hub, to)
    check(", 0 bytes copied" not in first.out, first.out)
    second = backup(hub, to)
    check(", 0 of them new, 0 bytes copied" in second.out, second.out)
    video = hub.published("Baru", seconds=1)
    hub.idle()
    third = backup(hub, to, "--link")
    check(" 0 of them new" not in third.out, third.out)
    equal(len(names(hub, to)), 3, "three backups")
    equal(hub.editor.delete(f"/v1/videos/{video}").status, 204, "deleted")
    hub.idle()
    count = lambda: sum(len(found) for _, _, found in os.walk(os.path.join(to, "blobs")))
    most = count()
    backup(hub, to, "--keep", "1")
    check(count() < most and len(names(hub, to)) == 1, "the others went, with the blobs of nobody")
    equal(verified(hub, to).code, 0, "the one that stays")


@test
def a_half_sent_upload_goes_on_in_the_restored_hub(hub):
    data = pathlib.Path(small_clip(1)).read_bytes()
    video = hub.editor.post("/v1/videos", title="Setengah").json["id"]
    answer = hub.editor.post("/v1/uploads", headers={**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": metadata(filename="a.mp4", videoId=video, purpose="original")})
    path = "/v1/uploads/" + answer.header("location").rsplit("/", 1)[1]
    half = len(data) // 2
    part = lambda client, at, end: client.patch(path, headers={**TUS, "Upload-Offset": str(at), "Content-Type": OCTETS}, body=data[at:end])
    equal(part(hub.editor, 0, half).status, 204, "half of it")
    to = place()
    equal(backup(hub, to).code, 0, "backup")
    equal(part(hub.editor, half, len(data)).status, 204, "the hub that goes on")
    other = restored(hub, to).start()
    equal(part(other.client(hub.editor.token), half, len(data)).status, 204, "the rest")
    equal(other.stop(), [], "its end")
    hub.idle()


def every_file(to):
    return sorted(os.path.join(folder, name) for folder, _, found in os.walk(to) for name in found if name != "lock")


@test
def a_flipped_byte_of_any_file_is_found_and_not_restored(hub):
    to = place()
    equal(backup(hub, to).code, 0, "backup")
    files = every_file(to)
    check(len(files) > 8, files)
    for path in files:
        with open(path, "r+b") as f:
            size = os.path.getsize(path)
            if not size:
                continue
            at = random.randrange(size)
            f.seek(at)
            was = f.read(1)
            f.seek(at)
            f.write(bytes([was[0] ^ 32]))
            f.flush()
            done = verified(hub, to)
            equal(done.code, 1, f"{path[len(to):]} at {at}: {done}")
            other = Hub(start=False)
            equal(other.command("restore", to).code, 1, f"{path[len(to):]} at {at}, restored")
            f.seek(at)
            f.write(was)
    equal(verified(hub, to).code, 0, "as it was")
    inventory = pathlib.Path(next(path for path in files if path.endswith("/inventory")))
    was = inventory.read_text()
    inventory.write_text("".join(line for n, line in enumerate(was.splitlines(True)) if n != 3))
    equal(Hub(start=False).command("restore", to).code, 1, "with a line taken out")
    inventory.write_text(was)
    os.rename(files[0], files[0] + ".away")
    equal(verified(hub, to).code, 1, f"without {files[0]}")


@test
def a_folder_with_something_in_it_is_left_alone_without_force(hub):
    to = place()
    equal(backup(hub, to).code, 0, "backup")
    served = hub.command("restore", to, "--force")
    check(served.code == 1 and "serves" in served.err, f"{served}")
    other = Hub(start=False)
    os.makedirs(other.data)
    pathlib.Path(other.data, "mine").write_text("kept")
    done = other.command("restore", to)
    check(done.code == 1 and "--force" in done.err, f"{done}")
    equal(os.listdir(other.data), ["mine"], "nothing was made")
    equal(other.command("restore", to, "--force").code, 0, "with force")
    aside = [name for name in os.listdir(other.data) if name.startswith("before-restore-")]
    equal(pathlib.Path(other.data, aside[0], "mine").read_text(), "kept", "moved away")
    doctor(other)
    empty = Hub(start=False)
    done = empty.command("backup", to)
    check(done.code == 1 and not os.path.exists(empty.data), f"a mistyped folder is no hub: {done}")


@test
def a_blob_that_is_deleted_while_a_backup_runs_is_in_it(hub):
    video = hub.published("Dihapus", seconds=1)
    hub.idle()
    keys = [key for key, in hub.sql("SELECT blob FROM encode WHERE video = ?", video)]
    to = place()
    run = subprocess.Popen([BIN, "backup", to, "--data", hub.data], env=clean_environment({"HUB_STOP_AT": "1", "HUB_STEP": "backup: the database is copied"}),
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    os.waitid(os.P_PID, run.pid, os.WSTOPPED | os.WNOWAIT)
    equal(hub.editor.delete(f"/v1/videos/{video}").status, 204, "deleted")
    end = time.monotonic() + 20
    while time.monotonic() < end and not hub.sql("SELECT 1 FROM job WHERE kind = 'drop-blob' AND run_at > created_at"):
        if not any(os.path.exists(os.path.join(hub.data, "blobs", key)) for key in keys):
            break
        time.sleep(0.05)
    check(all(os.path.exists(os.path.join(hub.data, "blobs", key)) for key in keys), "its bytes wait")
    run.send_signal(signal.SIGCONT)
    out, err = run.communicate(timeout=60)
    equal(run.returncode, 0, f"{out}{err}")
    equal(verified(hub, to).code, 0, f"{verified(hub, to)}")
    equal(restored(hub, to).sql("SELECT count(*) FROM video WHERE id = ?", video), [(1,)], "the video of then")
    hub.idle()
    check(not any(os.path.exists(os.path.join(hub.data, "blobs", key)) for key in keys), "dropped in the end")


@test
def a_backup_that_is_killed_leaves_the_former_one_whole(hub):
    to = place()
    equal(backup(hub, to).code, 0, "backup")
    former = names(hub, to)
    steps = 0
    for n in range(1, 60):
        fresh = "new" if n % 2 else to  # into an empty folder, too: there every blob is copied
        where = place() if fresh == "new" else to
        done = backup(hub, where, "--keep", "2", env={"HUB_CRASH_AT": str(n), "HUB_STEP": "backup"})
        left = names(hub, where) if os.path.isdir(where) else []
        for name in left:
            equal(hub.command("backup", where, "--verify", "--at", name).code, 0, f"step {n}: {name}")
        if where == to:
            check(former[-1] in left or len(left) >= 1, f"step {n}: {left}")
            check(done.code == 0 or left[0] in former or len(left) <= 3, f"step {n}: {left}")
        steps += done.code != 0
        if done.code == 0 and n > 8:
            break
    check(steps > 4, f"{steps} steps it ended at")
    equal(backup(hub, to).code, 0, "goes on")
    check(not [name for name in os.listdir(to) if name[0] == "2" and name not in names(hub, to)], "nothing half-made is left")
    equal(verified(hub, to).code, 0, "whole")


@test
def a_restore_that_is_killed_is_not_taken_for_a_hub(hub):
    to = place()
    equal(backup(hub, to).code, 0, "backup")
    other = Hub(start=False)
    done = other.command("restore", to, env={"HUB_CRASH_AT": "3", "HUB_STEP": "restore"})
    check(done.code != 0, f"{done}")
    done = other.command("doctor")
    check(done.code == 1 and "not finished" in done.err, f"{done}")
    equal(other.command("restore", to, "--force").code, 0, "again")
    doctor(other)


class Storm:
    """Clients that write until they are told to stop, and what was acknowledged to them."""

    def __init__(self, hub):
        self.hub, self.over, self.kept, self.faults, self.fetched = hub, threading.Event(), [], [], 0
        self.threads = [threading.Thread(target=self.guarded, args=(work, hub.signed_in("editor"))) for work in (self.comment, self.comment, self.send, self.download)]
        for thread in self.threads:
            thread.start()

    def guarded(self, work, client):
        while not self.over.is_set():
            try:
                work(client)
            except Exception as e:
                self.faults.append(repr(e))
                return

    def comment(self, client):
        answer = client.post(f"/v1/videos/{self.hub.video}/comments", text="Mantap")
        if answer.status == 201:
            self.kept.append(("comment", answer.json["id"]))

    def send(self, client):
        video = client.post("/v1/videos", title="Badai").json["id"]
        upload(client, video, os.urandom(3000), step=1000)  # not a film: it fails, but its bytes stay
        if random.random() < 0.3:
            client.delete(f"/v1/videos/{video}")
        else:
            self.kept.append(("video", video))

    def download(self, client):
        found = client.get(f"/v1/videos/{self.hub.video}/assets").json["items"]
        answer = client.post(f"/v1/assets/{random.choice(found)['id']}/tickets")
        if answer.status in (200, 201):
            self.fetched += 1
            if self.fetched < 200:  # a ticket gives twice its file and 16 MiB in a day
                self.hub.client().get(urllib.parse.urlsplit(answer.json["url"]).path)
            self.kept.append(("ticket", answer.json["ticket"]))

    def end(self):
        self.over.set()
        for thread in self.threads:
            thread.join()


@test
def what_was_acknowledged_before_a_backup_in_a_storm_is_in_it(hub):
    storm, to = Storm(hub), place()
    try:
        for at in range(2):
            time.sleep(1)
            before = list(storm.kept)
            done = backup(hub, to)
            equal(done.code, 0, f"{done}")
            equal(verified(hub, to).code, 0, f"{verified(hub, to)}")
            other = restored(hub, to)
            doctor(other)
            for table, key in before:
                equal(other.sql(f"SELECT count(*) FROM {table} WHERE {'secret' if table == 'ticket' else 'id'} = ?", key), [(1,)], f"{at}: {table} {key}")
        for _ in range(4):
            run = subprocess.Popen([BIN, "backup", to, "--data", hub.data], env=clean_environment({}), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(random.uniform(0.05, 1.2))
            run.kill()
            run.wait()
            equal(verified(hub, to).code, 0, f"after kill -9: {verified(hub, to)}")
    finally:
        storm.end()
    equal(storm.faults, [], "clients")
    check(len(storm.kept) > 20, f"{len(storm.kept)} kept")


run(start)
