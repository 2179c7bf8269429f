"""A download manager that never gives up: overlapping ranges on sixteen connections, cut off at random offsets, across a restart of the hub."""
import collections
import http.client
import os
import random
import shutil
import subprocess
import threading
import time

from case import check, equal, need, run, test
from downloads import MIB, WIDE, Ticket, asset, start

RANGES, CUTS, SIZE, CONNECTIONS = 2000, 10, 48 * MIB + 321, 16
GONE = (OSError, http.client.HTTPException)


class Manager:
    """Fetches ranges of one ticket until it has them all; what came before a connection was cut is kept."""

    def __init__(self, ticket, seed):
        chance = random.Random(seed)
        step = SIZE // (RANGES - 400) + 1
        ranges = [(at, min(SIZE, at + step + chance.randrange(4000))) for at in range(0, SIZE, step)]
        ranges += [(at, min(SIZE, at + 1 + chance.randrange(48 << 10))) for at in (chance.randrange(SIZE) for _ in range(RANGES - len(ranges)))]
        chance.shuffle(ranges)
        cut = {n: chance.random() for n in chance.sample(range(RANGES), CUTS)}  # after that part of them
        self.ticket, self.got = ticket, bytearray(SIZE)
        self.work = collections.deque((first, end, cut.get(n)) for n, (first, end) in enumerate(ranges))
        self.lock, self.n, self.cuts, self.odd, self.restart = threading.Lock(), 0, 0, collections.Counter(), None

    def next(self):
        """(first, end, the part after which it is left), or None; halfway the hub is restarted."""
        with self.lock:
            self.n += 1
            now, one = self.n == RANGES // 2, self.work.popleft() if self.work else None
        if now:
            self.restart()
        return one

    def read(self, wire, first, end, part):
        """How far it came, and whether it is left there."""
        wire.request("GET", self.ticket.path, headers={"Range": f"bytes={first}-{end - 1}"})
        answer = wire.getresponse()
        if answer.status != 206:
            self.odd[answer.status] += 1
            answer.read()
            time.sleep(0.05)
            return first, False
        wanted = end - first if part is None else int((end - first) * part)
        while wanted > 0 and (data := answer.read(min(wanted, 1 << 14))):
            self.got[first:first + len(data)] = data
            first, wanted = first + len(data), wanted - len(data)
        if part is not None:
            self.cuts += 1
            wire.close()
        return first, part is not None

    def fetch(self):
        wire = http.client.HTTPConnection("127.0.0.1", self.ticket.hub.port, timeout=30)
        while one := self.next():
            first, end, part = one
            try:
                first, left = self.read(wire, first, end, part)
                part = None if left else part
            except GONE:
                self.odd["gone"] += 1
                wire.close()
                time.sleep(0.05)
            if first < end:
                with self.lock:
                    self.work.append((first, end, part))
        wire.close()

    def run(self):
        threads = [threading.Thread(target=self.fetch) for _ in range(CONNECTIONS)]
        [t.start() for t in threads]
        [t.join() for t in threads]


@test
def two_thousand_ranges_cut_ten_times_and_restarted_are_one_download(hub):
    t = Ticket(hub, asset(hub, SIZE))
    manager, found = Manager(t, "manager"), []
    manager.restart = lambda: found.extend(hub.restart())
    manager.run()
    equal((found, manager.cuts), ([], CUTS), "the hub stopped well, and connections were cut")
    check(set(manager.odd) <= {503, "gone"}, f"nothing else was answered: {manager.odd}")
    check(manager.got == t.data, "the same file")
    unheard = (CUTS + 2 * CONNECTIONS) * (64 << 10)  # of what is cut off the last segment may be read before it is acknowledged
    t.until(lambda row: row[0] == 1 and SIZE - unheard <= row[1] <= SIZE, "one download, each byte once")
    charged, sent = hub.sql("SELECT charged_bytes, sent_bytes FROM download d JOIN ticket t ON t.id = d.ticket WHERE t.secret = ?", t.secret)[0]
    check(charged == SIZE and sent <= 2 * SIZE, f"{charged} charged, {sent} sent")


def held(path):
    try:
        return os.stat(path).st_blocks * 512
    except FileNotFoundError:
        return 0


@test
def aria2_killed_ten_times_meets_no_limit(hub):
    """SIGKILL, so that it knows of nothing that it did not write down; it says what it has each second, as who kills it often would ask."""
    size = 96 * MIB
    hub.restart(*WIDE, "--download-speed", "12MiB")
    t = Ticket(hub, asset(hub, size))
    folder = os.path.join(hub.folder, "aria2")
    shutil.rmtree(folder, ignore_errors=True)
    os.mkdir(folder)
    to, chance = os.path.join(folder, "file"), random.Random("aria2")
    command = ["aria2c", "-q", "-c", "-x16", "-s16", "-k1M", "--auto-save-interval=1", "--retry-wait=1", "--max-tries=400", "--file-allocation=none", "--disk-cache=0", "-d", folder, "-o", "file",
               hub.base + t.path]
    for at in sorted(chance.randrange(size // 20, size * 3 // 4) for _ in range(CUTS)):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while held(to) < at and process.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        need(process.poll() is None, f"it ended by itself, with {process.returncode}")
        process.kill()
        process.wait()
    equal(subprocess.run(command, timeout=120).returncode, 0, "it ends")
    with open(to, "rb") as f:
        check(f.read() == t.data, "the same file")
    t.until(lambda row: row == (1, size, "open"), "one download, each byte once")
    sent = hub.sql("SELECT sent_bytes FROM download d JOIN ticket t ON t.id = d.ticket WHERE t.secret = ?", t.secret)[0][0]
    print(f"aria2 was sent {sent / size:.2f} times the file", flush=True)
    limited = [line for line in hub.log_lines() if isinstance(line, dict) and line.get("status") == 429]
    equal(limited, [], "no 429")
    hub.restart(*WIDE)


run(start)
