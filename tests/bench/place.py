"""The temporary folder of one run: what both servers send, and the data folder that the hub serves."""
import os
import pathlib
import subprocess

import seed
from servers import BIN, Broken, Hub, Nginx, environment, pinned

HERE = pathlib.Path(__file__).resolve().parent
GIB, MIB = 1 << 30, 1 << 20


def run(command, core=None, **options):
    done = subprocess.run(pinned(core, [str(word) for word in command]), capture_output=True, text=True, env=environment(), timeout=300, **options)
    if done.returncode:
        raise Broken(f"{' '.join(map(str, command))[:200]}: {done.stderr[-500:] or done.stdout[-500:]}")
    return done.stdout


class Place:
    """The temporary folder with what both servers send, and the seeded data folder."""

    def __init__(self, folder, quick):
        self.folder, self.quick = folder, quick
        self.rounds, self.long_rounds = (1, 1) if quick else (5, 3)
        self.seconds = 2
        self.data, self.files, self.big = self.at("data"), self.at("files"), self.at("files/big.mp4")
        os.makedirs(self.files)
        self.make_big()
        self.make_data()

    def at(self, name):
        return os.path.join(self.folder, name)

    def make_big(self):
        block = os.urandom(MIB)  # written out: a sparse file would be read from no disk
        with open(self.big, "wb") as f:
            for _ in range(GIB // MIB):
                f.write(block)

    def hub_command(self, *args):
        return run([BIN, *args, "--data", self.data]).strip()

    def make_data(self):
        self.hub_command("migrate")
        self.hub_command("account", "add", "editor", "--role", "editor")
        self.token = self.hub_command("token", "editor", "--ttl", "2h")
        self.videos, self.tickets, self.plain = seed.seed(self.data, self.big)
        with open(self.at("videos"), "w", encoding="ascii") as f:
            f.writelines(f"{video} {encode}\n" for video, encode in self.videos)

    def hub(self, *flags, core=None):
        return Hub(self.data, self.at("hub.log"), *flags, core=core)

    def nginx(self, workers="auto", core=None):
        return Nginx(self.at("nginx"), self.files, workers, core)
