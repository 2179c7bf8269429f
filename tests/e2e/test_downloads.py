"""The original, byte for byte, by the clients that people use: killed halfway, resumed, across a restart of the hub."""
import hashlib
import os
import random
import shutil
import signal
import subprocess
import time

from case import check, equal, need, run, test
from clips import heavy_clip
from hub import Hub, ungated

SIZE = 48 << 20  # more than the kernels of both ends hold between them
NAME = "Liburan 🎉 keluarga “Sari” & co; 100%.mp4"  # no slash or quote: those a file system or a header may refuse
SLOW, SLOWER = "12M", "1M"  # a second: slow enough to be cut short, fast enough not to wait for


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def start():
    hub = Hub()
    clip = heavy_clip(os.path.join(hub.folder, NAME), SIZE)
    hub.sha256 = digest(clip)
    video = hub.import_clip(clip, "Berkas asli")
    hub.fan = hub.signed_in("fan", "sari")
    hub.original = ungated(hub.signed_in("editor"), video)
    return hub


def ticket(hub, client=None):
    """A client's own: each may be sent twice the file and a little in a day."""
    answer = (client or hub.signed_in("fan")).post(f"/v1/assets/{hub.original['id']}/tickets")
    need(answer.status in (200, 201), f"a ticket: {answer}")
    return answer.json


def fresh(hub, name):
    folder = os.path.join(hub.folder, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.mkdir(folder)
    return os.path.join(folder, "file")


def curl(url, to, *more):
    return ["curl", "-sS", "-L", "--fail", "-C", "-", "-o", to, *more, url]


def wget(url, to, *more):
    return ["wget", "-q", "-c", "--tries=20", "--waitretry=1", "--retry-connrefused", "-O", to, *more, url]


def aria2(url, to, *more):  # each of the sixteen connections counts as a try
    return ["aria2c", "-q", "-c", "-x16", "-s16", "-k1M", "--retry-wait=1", "--max-tries=400", "--file-allocation=none", "--disk-cache=0", "-d", os.path.dirname(to), "-o", os.path.basename(to), *more, url]


CLIENTS = (("curl", curl, "--limit-rate"), ("wget", wget, "--limit-rate"), ("aria2c", aria2, "--max-overall-download-limit"))


def slowly(command, option, rate, url, to):
    return command(url, to, *([f"{option}={rate}"] if command is aria2 else [option, rate]))


def held(path):
    """Bytes on disk: aria2 writes its parts all over the file."""
    try:
        return os.stat(path).st_blocks * 512
    except FileNotFoundError:
        return 0


def until(process, path, size):
    """Waits until that many bytes have come."""
    end = time.monotonic() + 30
    while held(path) < size and process.poll() is None and time.monotonic() < end:
        time.sleep(0.02)
    need(process.poll() is None, f"{process.args[0]} ended before it could be stopped, with {process.returncode}")


def charged(hub, told, what):
    """One download in the ledger, of no more bytes than the file has, and all of them in time."""
    end, rows = time.monotonic() + 30, []
    while time.monotonic() < end and (not rows or rows[0][1] < SIZE):
        rows = hub.sql("SELECT charged_files, covered_bytes FROM download d JOIN ticket t ON t.id = d.ticket WHERE t.secret = ?", told["ticket"])
        time.sleep(0.05)
    return equal(rows, [(1, SIZE)], f"{what} is one download")


def whole(hub, path, what):
    return equal(digest(path), hub.sha256, what)


@test
def the_ticket_tells_name_size_and_hash(hub):
    told = ticket(hub)
    equal((told["filename"], told["sizeBytes"], told["sha256"]), (NAME, SIZE, hub.sha256), "ticket")
    equal(told["url"].startswith(f"{hub.base}/d/{told['ticket']}/"), True, "address")


@test
def a_download_killed_halfway_is_resumed_byte_for_byte(hub):
    for name, command, slow in CLIENTS:
        url, to = ticket(hub)["url"], fresh(hub, f"{name}-killed")
        first = subprocess.Popen(slowly(command, slow, SLOW, url, to))
        until(first, to, SIZE // 3)
        first.kill()
        first.wait()
        before = held(to)
        check(SIZE // 3 <= before < SIZE, f"{name} had {before} bytes when it was killed")
        equal(subprocess.run(command(url, to), timeout=60).returncode, 0, f"{name} resumes")
        whole(hub, to, name)


@test
def a_download_goes_on_after_a_restart_of_the_hub(hub):
    running = []
    for name, command, slow in CLIENTS:
        url, to = ticket(hub)["url"], fresh(hub, f"{name}-restart")
        running.append((name, command, url, to, subprocess.Popen(slowly(command, slow, SLOWER, url, to), stderr=subprocess.DEVNULL)))
    for name, _, _, to, process in running:
        until(process, to, SIZE // 48)
    for fault in hub.restart():
        check(False, fault)
    for name, command, url, to, process in running:
        process.terminate()
        process.wait()
        check(SIZE // 48 <= held(to) < SIZE, f"{name} has {held(to)} bytes after the restart, {process.returncode}")
        equal(subprocess.run(command(url, to), timeout=60).returncode, 0, f"{name} resumes")
        whole(hub, to, name)


@test
def a_download_killed_ten_times_is_one_download(hub):
    hub.restart("--download-speed", "16MiB")  # paced by the hub: what a slow client's kernel took in its place would be lost at each kill
    for name, command, _ in CLIENTS:
        told, to, chance = ticket(hub), fresh(hub, f"{name}-ten"), random.Random(name)
        for at in sorted(chance.randrange(SIZE // 20, SIZE * 3 // 4) for _ in range(10)):
            process = subprocess.Popen(command(told["url"], to), stderr=subprocess.DEVNULL)
            until(process, to, at)
            process.send_signal(signal.SIGTERM if command is aria2 else signal.SIGKILL)  # aria2 notes each minute, and at its end, what it has
            process.wait()
            if at > SIZE // 2:
                for fault in hub.restart():
                    check(False, fault)
        equal(subprocess.run(command(told["url"], to), timeout=120).returncode, 0, f"{name} ends")
        whole(hub, to, name)
        charged(hub, told, name)
    hub.flags = []
    hub.restart()


def address(told):
    """The signed one that the ticket leads to now, and what that answers."""
    def look(url):
        done = subprocess.run(["curl", "-sS", "-o", "/dev/null", "-r", "0-9", "-w", "%{http_code} %{redirect_url}", url], capture_output=True, text=True, timeout=30)
        return done.stdout.split(" ", 1)
    status, url = look(told["url"])
    need(status == "307" and url, f"the ticket leads elsewhere: {status}")
    return url, lambda: look(url)[0]


@test
def a_download_whose_signed_address_expired_ten_times_is_one_download(hub):
    clock = os.path.join(hub.folder, "clock")

    def later(minutes):
        with open(clock + ".new", "w", encoding="ascii") as f:
            f.write(f"+{minutes * 60_000}")
        os.replace(clock + ".new", clock)
    later(0)
    equal(hub.command("flag", "set", "rapidshare-mode", "on").code, 0, "the flag is set")
    hub.restart(env={"HUB_SIGNER": "hub", "HUB_NOW": "@" + clock})
    now = 0
    for name, command, slow in CLIENTS:
        told, to, chance = ticket(hub), fresh(hub, f"{name}-expired"), random.Random(f"{name} expired")
        for at in sorted(chance.randrange(SIZE // 20, SIZE * 3 // 4) for _ in range(10)):
            _, status = address(told)
            equal(status(), "206", "the address is good")
            process = subprocess.Popen(slowly(command, slow, SLOW, told["url"], to), stderr=subprocess.DEVNULL)
            until(process, to, at)
            process.send_signal(signal.SIGTERM if command is aria2 else signal.SIGKILL)
            process.wait()
            later(now := now + 6)
            equal(status(), "410", "and was")
        equal(subprocess.run(command(told["url"], to), timeout=120).returncode, 0, f"{name} ends")
        whole(hub, to, name)
        charged(hub, told, name)
    hub.command("flag", "reset", "rapidshare-mode")
    hub.restart(env={})


@test
def wget_and_aria2_outlive_a_hub_that_is_killed(hub):
    running = []
    for name, command, slow in CLIENTS[1:]:
        url, to = ticket(hub)["url"], fresh(hub, f"{name}-crash")
        running.append((name, to, subprocess.Popen(slowly(command, slow, SLOW, url, to))))
    for name, to, process in running:
        until(process, to, SIZE // 8)
    hub.kill()
    hub.start()
    for name, to, process in running:
        equal(process.wait(60), 0, f"{name} goes on by itself")
        whole(hub, to, name)


@test
def the_name_reaches_the_disk_with_its_emoji(hub):
    told = ticket(hub)
    folder = os.path.dirname(fresh(hub, "names"))
    done = subprocess.run(["wget", "-q", "--content-disposition", told["url"]], cwd=folder, timeout=60)
    equal((done.returncode, os.listdir(folder)), (0, [NAME]), "wget, by the address")
    whole(hub, os.path.join(folder, NAME), "wget")
    shutil.rmtree(folder)
    os.mkdir(folder)
    done = subprocess.run(["aria2c", "-q", "-x4", "-k1M", told["url"]], cwd=folder, timeout=60)
    equal((done.returncode, os.listdir(folder)), (0, [NAME]), "aria2c, by Content-Disposition")
    told = hub.fan.head(told["url"].removeprefix(hub.base)).header("content-disposition")
    check(told.startswith("attachment;") and "filename*=UTF-8''Liburan%20%F0%9F%8E%89%20keluarga" in told, told)
    check(told.isascii() and 'filename="' in told, f"a name for old clients: {told}")


def ask(hub, *arguments, head=False, url=None):
    """curl's own view: (status, fields, body)"""
    done = subprocess.run(["curl", "-sS", "-i", *["--head"] * head, *arguments, url or ticket(hub)["url"]], capture_output=True, timeout=30)
    top, _, body = done.stdout.partition(b"\r\n\r\n")
    first, *lines = top.decode().split("\r\n")
    fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return int(first.split()[1]), fields, body


@test
def head_tells_what_get_would(hub):
    url = ticket(hub)["url"]
    status, fields, body = ask(hub, head=True, url=url)
    equal((status, fields["content-length"], fields["accept-ranges"], body), (200, str(SIZE), "bytes", b""), "HEAD")
    whole_status, whole_fields, _ = ask(hub, url=url)
    equal(whole_status, 200, "GET")
    for name in ("content-length", "content-type", "content-disposition", "etag", "last-modified", "accept-ranges", "cache-control"):
        equal(fields.get(name), whole_fields.get(name), name)
    equal(fields["content-type"], "video/mp4", "type")
    equal((fields["x-content-type-options"], fields["referrer-policy"]), ("nosniff", "no-referrer"), "protection")


@test
def ranges_give_the_bytes_that_were_asked_for(hub):
    with open(os.path.join(hub.folder, NAME), "rb") as f:
        data = f.read()
    for asked, first, end in (("0-0", 0, 1), ("100-199", 100, 200), (f"{SIZE - 5}-", SIZE - 5, SIZE), ("-7", SIZE - 7, SIZE), (f"{SIZE - 3}-{SIZE * 9}", SIZE - 3, SIZE)):
        status, fields, body = ask(hub, "-H", f"Range: bytes={asked}")
        equal((status, fields["content-range"]), (206, f"bytes {first}-{end - 1}/{SIZE}"), asked)
        check(body == data[first:end], f"bytes of {asked}")
    status, fields, _ = ask(hub, "-H", f"Range: bytes={SIZE}-")
    equal((status, fields["content-range"]), (416, f"bytes */{SIZE}"), "beyond the end")


@test
def a_range_of_another_version_gets_the_whole_file(hub):
    etag = ask(hub, head=True)[1]["etag"]
    for condition, status in ((etag, 206), ('"another"', 200), (f"W/{etag}", 200), ("Thu, 01 Jan 1970 00:00:00 GMT", 200)):
        got, fields, body = ask(hub, "-H", "Range: bytes=10-19", "-H", f"If-Range: {condition}")
        equal((got, len(body)), (status, 10 if status == 206 else SIZE), f"If-Range: {condition}")
    equal(ask(hub, "-H", f"If-None-Match: {etag}")[0], 304, "If-None-Match")
    equal(ask(hub, "-H", 'If-Match: "another"')[0], 412, "If-Match")


@test
def a_revoked_ticket_gives_no_byte_and_an_unknown_one_is_not_there(hub):
    told = ticket(hub, hub.fan)
    equal(hub.fan.delete(f"/v1/tickets/{told['ticket']}").status, 204, "revoked")
    path = told["url"].removeprefix(hub.base)
    answer = hub.client().get(path)
    equal((answer.status, answer.problem), (410, "gone"), "revoked")
    equal(hub.client().get(path.replace(told["ticket"], "A" * len(told["ticket"]))).status, 404, "unknown")
    check(ticket(hub, hub.fan)["ticket"] != told["ticket"], "another one is made")


run(start)
