"""The hub and nginx as processes on 127.0.0.1: started, watched (CPU seconds, resident memory), stopped by their own pids."""
import http.client
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = os.path.abspath(os.environ.get("HUB_BIN", ROOT / "build/hub"))
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, CLIENT_CORE = CORES[0], CORES[-1]
TICKS = os.sysconf("SC_CLK_TCK")


class Broken(Exception):
    """What was measured did not do its work, so there is no figure."""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def pinned(core, command):
    return command if core is None or len(CORES) < 2 else ["taskset", "-c", str(core), *command]


def environment():
    """Nothing that is set around the bench steers the hub in it."""
    return {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}


def no_rates():
    """Flags that lift every rate the hub has."""
    known = subprocess.run([BIN, "help"], capture_output=True, text=True, env=environment(), check=True).stdout
    return [word for name in re.findall(r"^\s*(--rate-\w+)", known, re.M) for word in (name, "1000000000")]


def get(port, path, headers=None, timeout=5):
    """(status, body) by a connection of its own."""
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        wire.request("GET", path, headers=headers or {})
        answer = wire.getresponse()
        return answer.status, answer.read()
    finally:
        wire.close()


def stat_fields(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as f:
        return f.read().rpartition(")")[2].split()


def family(root):
    """`root` and its descendants, as far as they live."""
    parents = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            parents[int(name)] = int(stat_fields(name)[1])
        except (OSError, IndexError):
            continue
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


class Server:
    """A running process; `with` stops it."""

    def __init__(self, command, log, core=None):
        self.log = open(log, "ab")
        self.process = subprocess.Popen(pinned(core, command), stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, env=environment())

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.send_signal(self.ending)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            for pid in family(self.process.pid):
                os.kill(pid, signal.SIGKILL)
            self.process.wait()
        self.log.close()

    def wait_until(self, ready, patience=20):
        end = time.monotonic() + patience
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if ready():
                    return
            except OSError:
                pass
            time.sleep(0.0005)
        self.__exit__()
        raise Broken(f"{self.process.args[0]} does not answer: see {self.log.name}")

    def cpu(self):
        """Seconds of CPU, user and system, of all its processes so far."""
        return sum(int(ticks) for pid in family(self.process.pid) for ticks in stat_fields(pid)[11:13]) / TICKS

    def rss(self):
        """Resident bytes of all its processes."""
        total = 0
        for pid in family(self.process.pid):
            with open(f"/proc/{pid}/statm", encoding="ascii") as f:
                total += int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return total


class Hub(Server):
    """All settings at their defaults but the rates: the clients share one address here."""

    ending = signal.SIGTERM

    def __init__(self, data, log, *flags, core=None):
        self.port, self.ops_port, lifted = free_port(), free_port(), no_rates()
        began = time.monotonic()
        super().__init__([BIN, "serve", "--data", data, "--listen", f"127.0.0.1:{self.port}", "--ops-listen", f"127.0.0.1:{self.ops_port}",
                          "--drain-grace", "1s", *lifted, *flags], log, core)
        self.wait_until(lambda: get(self.ops_port, "/readyz")[0] == 200)
        self.start_seconds = time.monotonic() - began

    def metric(self, name):
        for line in get(self.ops_port, "/metrics")[1].decode().splitlines():
            if line.startswith(name + " "):
                return float(line.split()[1])
        raise Broken(f"the hub has no metric {name}")


CONFIG = """daemon off; worker_processes {workers}; worker_rlimit_nofile {files}; pid {home}/nginx.pid; error_log {home}/error.log;
{user}
events {{ worker_connections 8192; }}
http {{
    sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_timeout 75s; keepalive_requests 1000000000; server_tokens off;
    open_file_cache max=100 inactive=60s; default_type application/json;
    client_body_temp_path {home}/t1; proxy_temp_path {home}/t2; fastcgi_temp_path {home}/t3; uwsgi_temp_path {home}/t4; scgi_temp_path {home}/t5;
    log_format line escape=json '{{"ts":"$time_iso8601","level":"info","event":"access","request_id":"$request_id","method":"$request_method",'
        '"route":"$uri","status":$status,"dur_ms":$request_time,"bytes":$bytes_sent,"ip":"$remote_addr"}}';
    access_log {home}/access.log line buffer=128k flush=1s;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        root {files_at};
        location = /constant {{ return 200 '{{"items":[]}}'; }}
    }}
}}
"""


class Nginx(Server):
    """nginx as well as we can set it up for what it is asked here, with the access log the hub has."""

    ending = signal.SIGQUIT

    def __init__(self, home, files_at, workers="auto", core=None):
        self.port = free_port()
        os.makedirs(home, exist_ok=True)
        config = os.path.join(home, "nginx.conf")
        user = "user root;" if os.geteuid() == 0 else ""
        with open(config, "w", encoding="utf-8") as f:
            f.write(CONFIG.format(home=home, files_at=files_at, workers=workers, port=self.port, user=user, files=20000))
        super().__init__([NGINX, "-p", home, "-c", config, "-e", os.path.join(home, "error.log")], os.path.join(home, "log"), core)
        self.wait_until(lambda: get(self.port, "/constant")[0] == 200)


class Watch(threading.Thread):
    """The most a server holds while something happens, above what it held before."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.over = server, threading.Event()
        self.idle = self.most = server.rss()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *unused):
        self.over.set()
        self.join()

    def run(self):
        while not self.over.wait(0.05):
            self.most = max(self.most, self.server.rss())

    @property
    def growth(self):
        return self.most - self.idle
