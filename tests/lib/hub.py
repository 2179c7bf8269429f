"""A hub of its own for a test: started on free ports and a fresh folder, watched, stopped.

HUB_BIN names the binary (build-test/hub), HUB_OPENAPI its contract. A hub that ends otherwise than by
SIGTERM with 0, or whose log holds a sanitizer's report, fails the test that uses it.
"""
import atexit
import base64
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time

from case import need
from client import Client

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = os.path.abspath(os.environ.get("HUB_BIN", ROOT / "build-test/hub"))
os.environ.setdefault("HUB_OPENAPI", str(ROOT / "build-test/openapi.json"))
SANITIZERS = {"ASAN_OPTIONS": "exitcode=99:detect_stack_use_after_return=1", "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1:exitcode=99"}
REPORTS = re.compile(r"ERROR: (Address|Leak|Thread)Sanitizer|runtime error:|Assertion .* failed")
OPEN_RATES = [f"--rate-{name}=1000000" for name in ("read", "write", "comment", "upload", "stream", "download", "auth")]
OCTETS = "application/offset+octet-stream"
SMALL = {"HUB_LADDER": "240,360"}  # little to encode, unless a test asks for more


def free_port():
    """Below those that the kernel gives to clients: it is still free when a hub comes back to it."""
    while True:
        port = random.randrange(10000, 32000)
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def footage(name):
    """The path of a real clip; fetched once."""
    folder = subprocess.run(["sh", str(ROOT / "tests/media/footage.sh")], capture_output=True, text=True, check=True).stdout.strip()
    return os.path.join(folder, name)


def small_clip(seconds=2, size="176x144", sound=True, to=None):
    """A clip that is encoded in a moment, made once a run of the given properties."""
    folder = to or tempfile.gettempdir()
    path = os.path.join(folder, f"hub-clip-{os.getuid()}-{seconds}-{size}-{int(sound)}.mp4")
    if not os.path.exists(path):
        part = f"{path}.{os.getpid()}.mp4"
        audio = ["-f", "lavfi", "-i", f"sine=440:duration={seconds}", "-c:a", "aac"] if sound else []
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", f"testsrc=duration={seconds}:size={size}:rate=25", *audio,
                        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-shortest", part], check=True)
        os.replace(part, path)
    return path


def clean_environment(env):
    """Ours alone: nothing that is set around the tests steers the hub in them, but the guard they are to miss."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    bug = {"HUB_BUG": os.environ["HUB_TEST_BUG"]} if os.environ.get("HUB_TEST_BUG") else {}
    return {**kept, **SANITIZERS, **SMALL, **bug, **env}


class Done:
    """What a command of the hub did."""

    def __init__(self, process):
        self.code, self.out, self.err = process.returncode, process.stdout, process.stderr

    def __repr__(self):
        return f"<exit {self.code}, {self.out[-300:]!r}, {self.err[-500:]!r}>"


class Hub:
    def __init__(self, *flags, env=None, folder=None, start=True, public_url=None, config=None, ops=True, limited=False):
        """`flags` are settings of serve; `env` is set for it and for its commands. Without `limited` no rate is in the way."""
        self.own_folder = folder is None
        self.folder = folder or tempfile.mkdtemp(prefix="hub-test-")
        self.data = os.path.join(self.folder, "data")
        self.log_path = None  # of the run that is, or was last
        self.env, self.flags, self.public_url, self.ops = dict(env or {}), list(flags), public_url, ops
        self.rates = [] if limited else OPEN_RATES
        self.port, self.ops_port = free_port(), free_port()  # for life: clients go on after a restart
        self.base = f"http://127.0.0.1:{self.port}"
        self.process = None
        if config is not None:
            os.makedirs(self.data, mode=0o700, exist_ok=True)
            pathlib.Path(self.data, "hub.conf").write_text(config, encoding="utf-8")
        atexit.register(self.cleanup)
        if start:
            self.start()

    # --- life

    def start(self, patience=20.0):
        command = [BIN, "serve", "--data", self.data, "--listen", f"127.0.0.1:{self.port}",
                   "--ops-listen", f"127.0.0.1:{self.ops_port}" if self.ops else "off", "--drain-grace", "3s"]
        command += ["--public-url", self.public_url] if self.public_url else []
        self.log_path = os.path.join(self.folder, f"log-{time.monotonic_ns()}")
        with open(self.log_path, "ab") as log, open(self.log_path.replace("log-", "said-"), "ab") as said:
            self.process = subprocess.Popen(command + self.rates + self.flags, stdin=subprocess.DEVNULL, stdout=said, stderr=log, env=clean_environment(self.env),
                                            cwd=self.folder, start_new_session=True)
        end = time.monotonic() + patience
        while time.monotonic() < end and self.process.poll() is None:
            if self.ready():
                return self
            time.sleep(0.02)
        raise RuntimeError(f"the hub is not ready: {self.log_end()}")

    def ready(self):
        if not self.ops:
            return '"hub.ready"' in self.log()
        try:
            return self.ops_get("/readyz")[0] == 200
        except OSError:
            return False

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None

    def stop(self, patience=20.0, told=False):
        """SIGTERM, unless it was `told` already; every way in which the end was not a good one."""
        found = []
        if self.process is None:
            return found
        if self.process.poll() is None and not told:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
            code = "no end after SIGTERM"
        found += self.reports()
        if code != 0:
            found.append(f"the hub ended with {code}" + ("" if found else f": {self.log_end()}"))
        self.process = None
        return found

    def kill(self):
        """kill -9, it and its children."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def restart(self, *flags, env=None):
        """Stops it and starts it with other settings on the same folder; the faults of the stop."""
        found = self.stop()
        if flags:
            self.flags = list(flags)
        if env is not None:
            self.env = dict(env)
        self.start()
        return found

    def cleanup(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()
        if self.own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    # --- its log

    def said(self):
        """What this run printed for people, on standard output."""
        return pathlib.Path(self.log_path.replace("log-", "said-")).read_text(encoding="utf-8")

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def log_end(self, size=3000):
        text = self.log() if self.log_path else ""
        report = REPORTS.search(text)
        return text[report.start():][:size] if report else text[-size:]

    def all_logs(self):
        """Of every run on this folder."""
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in sorted(pathlib.Path(self.folder).glob("log-*")))

    def log_lines(self):
        """Each line as JSON; a line that is none comes as text."""
        for line in self.log().splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                yield line

    def reports(self):
        return [f"the log holds {m[0]!r}: {self.log_end()}" for m in [REPORTS.search(self.log())] if m]

    # --- talking to it

    def ops_get(self, path, method="GET"):
        wire = http.client.HTTPConnection("127.0.0.1", self.ops_port, timeout=5)
        try:
            wire.request(method, path)
            response = wire.getresponse()
            return response.status, dict((k.lower(), v) for k, v in response.getheaders()), response.read().decode()
        finally:
            wire.close()

    def sql(self, text, *args):
        """Rows, from the database itself; what a test needs and no operation offers."""
        db = sqlite3.connect(os.path.join(self.data, "hub.db"), timeout=10)
        try:
            rows = db.execute(text, args).fetchall()
            db.commit()
            return rows
        finally:
            db.close()

    def client(self, token=None, **options):
        return Client(self.base, token, **options)

    def command(self, *args, stdin=None, env=None, timeout=120, data=True):
        where = ["--data", self.data] if data else []
        return Done(subprocess.run([BIN, *args, *where], input=stdin if stdin is not None else "", capture_output=True, text=True, timeout=timeout,
                                   env=clean_environment({**self.env, **(env or {})}), cwd=self.folder))

    def account(self, name, role="editor", password=None):
        done = self.command("account", "add", name, "--role", role, *(["--password-stdin"] if password else []), stdin=password)
        need(done.code == 0, f"account {name}: {done}")
        return name

    def token(self, name, ttl=None):
        done = self.command("token", name, *(["--ttl", ttl] if ttl else []))
        need(done.code == 0, f"token of {name}: {done}")
        return done.out.strip()

    def signed_in(self, role="editor", name=None):
        """A client with a token of a fresh account, or of the account of that name."""
        name = name or f"{role}-{time.monotonic_ns() % 10**12}"
        self.account(name, role)
        return self.client(self.token(name))

    # --- videos

    def import_clip(self, path, title, publish=True, wait=True):
        """The id of a new video; encoded when it returns."""
        done = self.command("import", path, "--title", title, *["--publish"] * publish, *["--wait"] * wait)
        need(done.code == 0, f"import: {done}")
        return done.out.split()[0]

    def published(self, title="A small clip", seconds=2):
        return self.import_clip(small_clip(seconds), title)


    def idle(self, patience=120.0):
        """Waits until no job is due soon: pictures and files come after a video is ready, and what was replaced goes later."""
        end = time.monotonic() + patience
        while self.sql("SELECT count(*) FROM job WHERE run_at < ?", (time.time() + 300) * 1000)[0][0]:  # later: what was replaced, or another clock's
            need(time.monotonic() < end, f"jobs left: {self.sql('SELECT kind, detail, attempts FROM job')}")
            time.sleep(0.1)


def metadata(**values):
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


def upload(client, video, data, filename="clip.mp4", step=1 << 20):
    """By tus, in parts; the last answer."""
    answer = client.post("/v1/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": str(len(data)),
                                                 "Upload-Metadata": metadata(filename=filename, videoId=video, purpose="original")})
    need(answer.status == 201, f"creating an upload: {answer}")
    path = "/v1/uploads/" + answer.header("location").rsplit("/", 1)[1]
    for at in range(0, len(data), step):
        answer = client.patch(path, headers={"Tus-Resumable": "1.0.0", "Upload-Offset": str(at), "Content-Type": OCTETS}, body=data[at:at + step])
        need(answer.status == 204, f"appending: {answer}")
    return path


def send(client, data, **values):
    """A whole file in one request, with these values of Upload-Metadata: the answer."""
    return client.post("/v1/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": str(len(data)), "Upload-Metadata": metadata(**values), "Content-Type": OCTETS}, body=data)


def settled(client, answer, patience=60.0):
    """What became of the upload that `answer` began, once that is over."""
    need(answer.status == 201, f"creating an upload: {answer}")
    path = "/v1/uploads/" + answer.header("location").rsplit("/", 1)[1]
    end = time.monotonic() + patience
    while True:
        status = client.get(path).json
        if status["state"] in ("ready", "refused") or time.monotonic() > end:
            return status
        time.sleep(0.05)


def encoded(client, video, patience=60.0):
    """Waits until its encoding is over; the last status."""
    end = time.monotonic() + patience
    while True:
        status = client.get(f"/v1/videos/{video}/encoding").json
        if status["state"] in ("ready", "failed") or time.monotonic() > end:
            return status
        time.sleep(0.1)


def asset(client, video, kind="original", **members):
    """The asset of that kind, and with those members; there are more of a video."""
    found = client.get(f"/v1/videos/{video}/assets?limit=100").json["items"]
    return next((a for a in found if a["kind"] == kind and members.items() <= a.items()), None) or need(None, f"no {kind} among {found}")


def ungated(editor, video):
    """Its original, for which nobody has to watch a teaser first."""
    one = asset(editor, video)
    need(editor.patch(f"/v1/assets/{one['id']}", gate="none").status == 200, "opened")
    return one
