"""Keycloak on this machine, as an operator would run it: fetched once into the cache of ./dev, its database in memory, the realm from deploy/ with people in it."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile

from case import need
from hub import free_port

VERSION = "26.7.3"
ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = pathlib.Path(os.environ.get("HUB_CACHE") or pathlib.Path.home() / ".cache/hub")
PLUGIN, WHAT = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1", f"org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"


def home():
    """Its folder; fetched by Maven."""
    folder = CACHE / f"keycloak-{VERSION}"
    if (folder / "bin/kc.sh").exists():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    part = CACHE / f"keycloak-part-{os.getpid()}"
    subprocess.run(["mvn", "-B", "-ntp", "-q", f"{PLUGIN}:copy", f"-Dartifact={WHAT}", f"-DoutputDirectory={part}"], check=True, timeout=900)
    with zipfile.ZipFile(next(part.glob("*.zip"))) as packed:
        packed.extractall(part)
    os.replace(part / f"keycloak-{VERSION}", folder)
    shutil.rmtree(part)
    (folder / "bin/kc.sh").chmod(0o755)
    return folder


class Keycloak:
    def __init__(self, redirect, users, folder):
        self.home, self.port, self.admin_port, self.folder = home(), free_port(), free_port(), pathlib.Path(folder)
        self.base = f"http://127.0.0.1:{self.port}"
        self.issuer, self.users, self.redirect, self.process = self.base + "/realms/hub", users, redirect, None

    def realm(self):
        """Ours, but for where this hub is and who is in it."""
        realm = json.loads((ROOT / "deploy/keycloak/realm.json").read_text())
        realm["clients"][0]["redirectUris"] = [self.redirect + "/auth/callback"]
        realm["clients"][0]["attributes"]["post.logout.redirect.uris"] = self.redirect + "/"
        realm["users"] = [{"username": name, "enabled": True, "email": f"{name}@mail.example", "emailVerified": True, "firstName": name.title(), "lastName": "Uji",
                           "credentials": [{"type": "password", "value": password, "temporary": False}], "realmRoles": roles} for name, (password, roles) in self.users.items()]
        return realm

    def start(self):
        where = self.home / "data/import"
        where.mkdir(parents=True, exist_ok=True)
        (where / "hub-realm.json").write_text(json.dumps(self.realm()))
        env = {**os.environ, "KC_BOOTSTRAP_ADMIN_USERNAME": "admin", "KC_BOOTSTRAP_ADMIN_PASSWORD": "admin-pw", "JAVA_OPTS_KC_HEAP": "-Xms128m -Xmx512m"}
        command = [self.home / "bin/kc.sh", "start-dev", "--db=dev-mem", "--http-host=127.0.0.1", f"--http-port={self.port}", f"--hostname={self.base}",
                   f"--http-management-port={self.admin_port}", "--import-realm", "--cache=local"]
        with open(self.folder / "keycloak.log", "wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env, start_new_session=True)
        end = time.monotonic() + 500
        while time.monotonic() < end and self.process.poll() is None:
            try:
                urllib.request.urlopen(self.issuer + "/.well-known/openid-configuration", timeout=5).read()
                return self
            except (OSError, urllib.error.URLError):
                time.sleep(0.5)
        raise RuntimeError((self.folder / "keycloak.log").read_text()[-2000:])

    def stop(self):
        """It and what its script began."""
        if not self.process:
            return
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    # --- as its administrator

    def ask(self, method, path, value=None):
        body = json.dumps(value).encode() if value is not None else None
        request = urllib.request.Request(self.base + path, body, {"Authorization": "Bearer " + self.admin(), "Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def admin(self):
        form = urllib.parse.urlencode({"grant_type": "password", "client_id": "admin-cli", "username": "admin", "password": "admin-pw"}).encode()
        with urllib.request.urlopen(self.base + "/realms/master/protocol/openid-connect/token", form, timeout=60) as answer:
            return json.load(answer)["access_token"]

    def user(self, name):
        found = self.ask("GET", f"/admin/realms/hub/users?exact=true&username={name}")
        need(len(found) == 1, found)
        return found[0]

    def rotate(self):
        """A new RS256 key that signs from now on."""
        self.ask("POST", "/admin/realms/hub/components", {"name": f"key-{time.monotonic_ns()}", "providerId": "rsa-generated", "providerType": "org.keycloak.keys.KeyProvider",
                                                       "config": {"priority": ["1000"], "enabled": ["true"], "active": ["true"], "algorithm": ["RS256"], "keySize": ["2048"]}})
