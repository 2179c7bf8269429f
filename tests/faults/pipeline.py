"""A video on its way through every job, for the fault tests: a worker that dies or sleeps at chosen steps beside
a hub that answers all the while, and what must hold of the rows, the files and all that is served at any moment.
"""
import atexit
import hashlib
import json
import os
import re
import signal
import subprocess
import tempfile
import time
import urllib.parse

from case import check, equal, need
from hub import BIN, REPORTS, Hub, clean_environment
from stream import Stream
from whole import QUICK, decodes, healthy

CRASHED = 70
KEPT = "NOT EXISTS (SELECT 1 FROM job j WHERE j.subject = r.encode AND j.kind = 'drop-encode' AND j.run_at = 0)"  # not one that is being dropped
SMALL = {"HUB_LADDER": "144,200", "HUB_PRESET": "ultrafast", "HUB_PRESET_EARLY": "ultrafast"}  # of a 240p: that first, then two in one pass
WHOLE, CHUNKS = {**QUICK, **SMALL, "HUB_CHUNK": "0s"}, {**QUICK, **SMALL, "HUB_CHUNK": "2s"}
NEEDED = """SELECT blob, size_bytes FROM encode UNION SELECT blob, size_bytes FROM rendition WHERE blob IS NOT NULL
      UNION SELECT blob, size_bytes FROM chunk UNION SELECT blob, size_bytes FROM caption UNION SELECT blob, size_bytes FROM picture
      UNION SELECT blob, CASE WHEN parts IS NULL THEN size_bytes END FROM asset"""
RULES = {
    "a ready rendition whose segments are not one after another": f"""SELECT r.name FROM rendition r LEFT JOIN segment s ON s.rendition = r.id WHERE r.state = 'ready' AND {KEPT}
        GROUP BY r.id HAVING count(s.n) = 0 OR min(s.n) <> 1 OR max(s.n) <> count(s.n) OR max(s.at + s.size) > r.size_bytes""",
    "a ready rendition of another length": f"""SELECT r.name FROM rendition r JOIN encode e ON e.id = r.encode JOIN segment s ON s.rendition = r.id
        WHERE r.state = 'ready' AND {KEPT} GROUP BY r.id HAVING abs(sum(s.duration) * 1000.0 / r.timescale - e.video_ms) > 150""",
    "pieces of a ready rendition": "SELECT r.name FROM rendition r JOIN chunk c ON c.rendition = r.id WHERE r.state = 'ready'",
    "a piece without its segments": "SELECT c.blob FROM chunk c LEFT JOIN chunk_segment s ON s.rendition = c.rendition AND s.chunk = c.n GROUP BY c.blob HAVING count(s.n) = 0 OR max(s.at + s.size) > c.size_bytes",
    "a picture chosen that is none": "SELECT v.id FROM video v WHERE (v.poster IS NOT NULL AND v.poster NOT IN (SELECT id FROM picture)) "
        "OR (v.thumb IS NOT NULL AND v.thumb NOT IN (SELECT id FROM picture)) OR (v.preview IS NOT NULL AND v.preview NOT IN (SELECT id FROM picture))",
    "a storyboard without its sheets": "SELECT s.encode FROM storyboard s WHERE NOT EXISTS (SELECT 1 FROM picture p WHERE p.encode = s.encode AND p.kind = 'storyboard')",
    "a result twice": """SELECT a.rendition FROM asset a WHERE a.rendition IS NOT NULL GROUP BY a.encode, a.rendition HAVING count(*) > 1
        UNION SELECT p.kind FROM picture p WHERE p.asset IS NULL GROUP BY p.video, p.encode, p.kind, p.n HAVING count(*) > 1
        UNION SELECT c.language FROM caption c GROUP BY c.video, c.language, c.label, c.kind HAVING count(*) > 1""",
    "a version that plays without its picture or sound": """SELECT v.id FROM video v JOIN rendition r ON r.encode = v.encode
        WHERE r.state <> 'ready' AND (r.pass = 'early' OR (r.pass = 'audio' AND r.is_default = 1))""",
    "an encode that is ready and is not": "SELECT e.id FROM encode e JOIN rendition r ON r.encode = e.id WHERE e.state = 'ready' AND r.state <> 'ready'",
}


def film(seconds):
    """With two sounds and two languages of text, small; made once."""
    path = os.path.join(tempfile.gettempdir(), f"hub-film-{os.getuid()}-{seconds}.mkv")
    if os.path.exists(path):
        return path
    with tempfile.TemporaryDirectory() as folder:
        text, made = os.path.join(folder, "t.srt"), os.path.join(folder, "film.mkv")
        with open(text, "w", encoding="utf-8") as f:
            f.write("1\n00:00:00,500 --> 00:00:01,500\nHalo\n")
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", f"testsrc=duration={seconds}:size=320x240:rate=25",
                        *[word for tone in (440, 880) for word in ("-f", "lavfi", "-i", f"sine={tone}:duration={seconds}")], "-i", text, "-i", text,
                        *[word for n in range(5) for word in ("-map", str(n))], "-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-pix_fmt", "yuv420p", "-c:a", "aac", "-c:s", "srt",
                        "-metadata:s:a:0", "language=ind", "-metadata:s:a:1", "language=eng", "-metadata:s:s:0", "language=ind", "-metadata:s:s:1", "language=eng",
                        "-disposition:a:0", "default", made], check=True)
        os.replace(made, path)
    return path


# --- a worker of its own


class Worker:
    """A process that works beside the hub that answers; as if on another machine, so it does not mind its lock."""

    def __init__(self, hub, **env):
        self.hub, self.step = hub, {name: value for name, value in env.items() if name.startswith("HUB_ST")}
        lock = os.path.join(hub.data, "serve.lock")
        if os.path.exists(lock):
            os.unlink(lock)
        hub.log_count = getattr(hub, "log_count", 0) + 1
        self.log_path = os.path.join(hub.folder, f"log-worker-{hub.log_count:04}")
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen([BIN, "serve", "--role", "worker", "--data", hub.data, "--ops-listen", "off"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=clean_environment({**hub.env, **env}), cwd=hub.folder, start_new_session=True)
        atexit.register(self.kill)  # an asleep one ends by nothing else

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def done(self):
        """(kind, detail, attempt) of each job it did."""
        lines = [json.loads(line) for line in self.log().splitlines() if line.startswith("{")]
        return [(line["kind"], line.get("detail", ""), line["attempt"]) for line in lines if line.get("event") == "job.done"]

    @property
    def asleep(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as f:
            return f.read().rsplit(")", 1)[1].split()[0] == "T"

    def sleeps(self):
        """Waits until it has stopped itself at its step."""
        end = time.monotonic() + 60
        while not self.asleep and self.process.poll() is None:
            need(time.monotonic() < end, f"a worker did not stop at {self.step}, it did {self.done()}; jobs: {self.hub.sql('SELECT kind, detail, attempts, said FROM job')}")
            time.sleep(0.02)
        need(self.process.poll() is None, f"a worker ended: {self.log()[-500:]}")
        return self

    def failed(self):
        """(kind, detail, why) of each job it did not do."""
        lines = [json.loads(line) for line in self.log().splitlines() if line.startswith("{")]
        return [(line["kind"], line.get("detail", ""), line["why"]) for line in lines if line.get("event") == "job.failed"]

    def wake(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        """With the tools it runs."""
        if self.process.poll() is not None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def stop(self):
        """The faults of its end, which it is told once it can hear that."""
        until("a worker that began", lambda: '"hub.ready"' in self.log() or self.process.poll() is not None)
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            code = "no end"
        said = self.log()
        report = REPORTS.search(said)
        return [] if code == 0 and not report else [f"a worker ended with {code}: {said[report.start() if report else -500:][:2000]}"]


def until(what, good, patience=60.0):
    end = time.monotonic() + patience
    while not (found := good()):
        need(time.monotonic() < end, f"waited for {what}")
        time.sleep(0.02)
    return found


def left(hub):
    """Jobs that are due, now or when somebody's lease ends."""
    return hub.sql("SELECT count(*) FROM job WHERE run_at < ?", int(time.time() * 1000) + 60000)[0][0]


class Scene:
    """A hub that answers and a video whose work is not begun: `hub`, `video`, `editor`, `fan`."""

    def __init__(self, env, seconds=3, hub=None):
        self.hub = hub or Hub("--role", "api", env=env)
        self.editor, self.fan = self.hub.signed_in(), self.hub.client(strict=False)
        self.add(seconds)

    def add(self, seconds, title="Way"):
        from hub import upload
        self.video = self.editor.post("/v1/videos", title=title).json["id"]
        with open(film(seconds), "rb") as f:
            upload(self.editor, self.video, f.read(), filename="film.mkv")
        self.hub.sql("UPDATE video SET publish_when_ready = 1 WHERE id = ?", self.video)

    def finish(self, patience=120.0):
        """Another worker does what is left."""
        worker = self.last = Worker(self.hub)
        until("the queue's end", lambda: not left(self.hub) or worker.process.poll() is not None, patience)
        return worker.stop()

    # --- what holds at any moment

    def kept(self, blob):
        return os.path.join(self.hub.data, "blobs", blob)

    def broken(self):
        """Faults of the rows, and of the files they name."""
        faults = [f"{name}: {rows}" for name, rule in RULES.items() for rows in [self.hub.sql(rule)] if rows]
        parts = [(part, None) for row in self.hub.sql("SELECT parts FROM asset WHERE parts IS NOT NULL") for part in json.loads(row[0])]
        for blob, size in self.hub.sql(NEEDED) + parts:
            there = os.path.getsize(self.kept(blob)) if os.path.exists(self.kept(blob)) else None
            if there is None or (size is not None and there != size):
                faults.append(f"{blob}: {there} bytes, {size} told")
        return faults

    def stream(self, client, ended):
        """Faults of both manifests and all they name."""
        begun = client.post(f"/v1/videos/{self.video}/playbacks")
        if begun.status != 201:
            return [f"no playback: {begun}"] if ended else []
        s = Stream(begun.json["hlsUrl"], begun.json["dashUrl"])
        if not ended:  # what grows has no MPD
            s.missing = [fault for fault in s.missing if not re.search(r"manifest\.mpd: .* 404", fault)]
        for r in s.representations:
            for address in [r.initialization, *r.addresses]:
                s.fetch(address, s.mpd_base)
        faults = list(s.missing)
        lengths = {uri: t.playlist.seconds for uri, t in s.tracks.items()}
        if not s.videos or not s.audios or (ended and not s.representations):
            faults.append(f"a picture, a sound or a representation is missing: {list(s.tracks)}")
        if ended and ([t for t in s.tracks.values() if not t.playlist.ended] or min(lengths.values(), default=0) < self.seconds() - 0.2):
            faults.append(f"what anybody sees is short: {lengths}")
        for key in ("storyboardUrl",):
            if begun.json.get(key):
                faults += self.storyboard(client, begun.json[key])
        return faults

    def storyboard(self, client, url):
        path = urllib.parse.urlsplit(url).path
        told = client.get(path)
        sheets = {line.split("#")[0] for line in told.body.decode().splitlines() if "#xywh" in line}
        bad = [sheet for sheet in sheets if client.get(urllib.parse.urlsplit(urllib.parse.urljoin(url, sheet)).path).status != 200]
        return [f"storyboard: {told.status}, {len(sheets)} sheets, not there: {bad}"] if told.status != 200 or not sheets or bad else []

    def seconds(self):
        return (self.hub.sql("SELECT duration_ms FROM video WHERE id = ?", self.video)[0][0] or 0) / 1000

    def pictures(self):
        answer = self.fan.get(f"/v1/videos/{self.video}")
        urls = [answer.json[key] for key in ("posterUrl", "thumbnailUrl", "previewUrl") if key in answer.json]
        urls += [p["url"] for p in self.editor.get(f"/v1/videos/{self.video}/pictures").json["items"]]
        return [f"picture {url}" for url in urls if self.fan.get(urllib.parse.urlsplit(url).path).status != 200]

    def files(self):
        """Faults of each file to keep: its bytes are the ones its sum was made of."""
        faults = []
        for asset in self.editor.get(f"/v1/videos/{self.video}/assets").json["items"]:
            ticket = self.editor.post(f"/v1/assets/{asset['id']}/tickets").json
            got = self.fan.get(urllib.parse.urlsplit(ticket["url"]).path)
            if len(got.body) != asset["sizeBytes"] or hashlib.sha256(got.body).hexdigest() != asset["sha256"]:
                faults.append(f"file {asset['filename']}: {got.status}, {len(got.body)} bytes, not those of its sum")
        self.hub.sql("UPDATE ticket SET expires_at = 0")  # a version is kept as long as there are tickets
        return faults

    def look(self):
        """Every fault of this moment."""
        faults = self.broken()
        shown = self.fan.get(f"/v1/videos/{self.video}").status == 200
        faults += self.stream(self.fan if shown else self.editor, ended=shown)
        return faults + (self.pictures() + self.files() if shown else [])

    # --- what holds at the end

    def over(self, where):
        """Everything was made, once, and nothing else is left."""
        hub = self.hub
        equal(self.look(), [], where)
        row = hub.sql("SELECT state, reason FROM encode WHERE video = ?", self.video)
        equal(row, [("ready", None)], f"{where}: the encode")
        equal(hub.sql("SELECT kind, detail FROM job"), [], f"{where}: jobs")
        made = dict(hub.sql("SELECT kind, count(*) FROM picture WHERE video = ? GROUP BY kind", self.video))
        wanted = {"candidate", "thumb", "og", "card-9x16", "card-1x1", "storyboard", "preview", "clip", "waveform"}
        equal(set(made), wanted, f"{where}: pictures")
        equal(hub.sql("SELECT count(*) FROM caption WHERE video = ?", self.video)[0][0], 2, f"{where}: captions")
        names = sorted(row[0] for row in hub.sql("SELECT rendition FROM asset WHERE video = ? AND rendition IS NOT NULL", self.video))
        equal(names, ["144p", "200p", "240p", "audio"], f"{where}: files")
        begun = self.fan.post(f"/v1/videos/{self.video}/playbacks").json
        equal(decodes(begun["hlsUrl"]), [], f"{where}: it plays")
        equal(hub.sql("SELECT count(*) FROM audit WHERE target = ? AND action = 'video.publish'", self.video)[0][0], 1, f"{where}: published")

    def orphans(self):
        """Files that no row names."""
        blobs = os.path.join(self.hub.data, "blobs")
        there = {f"{kind}/{name}" for kind in os.listdir(blobs) for name in os.listdir(os.path.join(blobs, kind))}
        return sorted(there - {row[0] for row in self.hub.sql(NEEDED)})

    def tidy(self, where, swept=False):
        """The doctor finds nothing; with `swept` what dead processes left is removed first."""
        healthy(self.hub)
        if swept:
            done = self.hub.command("doctor", "--fix", env={"HUB_NOW": "+7200000"})
            check(done.code == 0, f"{where}: doctor --fix: {done}")
        equal(self.orphans(), [], f"{where}: files without a row")
        folder = os.path.join(self.hub.data, "attempts")
        equal(os.listdir(folder) if os.path.isdir(folder) else [], [], f"{where}: work folders")
