"""A real nginx on a free port, stopped by its own pid."""
import atexit
import os
import re
import shutil
import signal
import socket
import subprocess
import time

from case import need
from hub import ROOT, free_port

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
CONFIG = """daemon off; worker_processes 1; pid {home}/nginx.pid; error_log {home}/error.log; {user}
events {{ worker_connections 256; }}
http {{
    access_log {home}/access.log; default_type application/octet-stream; types {{ video/mp4 mp4; text/html html; }}
    {http}
    client_body_temp_path {home}/t1; proxy_temp_path {home}/t2; fastcgi_temp_path {home}/t3; uwsgi_temp_path {home}/t4; scgi_temp_path {home}/t5;
    server {{ listen 127.0.0.1:{port}; {location} }}
}}
"""


class Nginx:
    def __init__(self, home, port=None):
        self.home, self.port, self.process, self.log = home, port or free_port(), None, None
        self.base = f"http://127.0.0.1:{self.port}"
        atexit.register(self.stop)

    def start(self, location, http=""):
        os.makedirs(self.home, exist_ok=True)
        path = os.path.join(self.home, "nginx.conf")
        with open(path, "w", encoding="utf-8") as f:
            f.write(CONFIG.format(home=self.home, port=self.port, user="user root;" if os.geteuid() == 0 else "", location=location, http=http))
        self.process = subprocess.Popen([NGINX, "-p", self.home, "-c", path, "-e", os.path.join(self.home, "error.log")], stdin=subprocess.DEVNULL)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            need(self.process.poll() is None, "nginx has ended")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.02)
        return need(None, "nginx does not answer")

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()


def sender(hub, secret):
    """One that sends this hub's blobs to signed addresses, as the operator's guide has it; its .log is what it writes of them."""
    nginx = Nginx(os.path.join(hub.folder, "nginx"))
    nginx.log = os.path.join(hub.folder, "downloads.log")
    location, http = re.findall(r"```nginx\n(.*?)```", (ROOT / "docs/operations.md").read_text(encoding="utf-8"), re.S)
    return nginx.start(location.replace("SECRET", secret).replace("/srv/hub/blobs", os.path.join(hub.data, "blobs")).replace("/var/log/nginx/downloads.log", nginx.log), http)
