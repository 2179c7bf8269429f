"""The row on the home page of a fan who has watched much beside the plain list."""
import json
import os
import random
import sqlite3
import time

from figures import in_turn, rate_line, wrk
from servers import SERVER_CORE, Broken, get

WATCHED, LIST = 500, "/v1/videos?limit=24"
PER_CPU = "{:,.0f} per CPU s"


def fill(place):
    """500 videos that the fan watched, half of them to the end, most of them among the newest; what others like just now; files."""
    dice, now = random.Random(500), time.time_ns() // 1000000
    db = sqlite3.connect(os.path.join(place.data, "hub.db"), isolation_level=None)
    db.execute("BEGIN")
    fan = db.execute("SELECT id FROM account WHERE name = 'penonton'").fetchone()[0]
    videos = db.execute("SELECT id, duration_ms, show FROM video WHERE state = 'published' AND visibility = 'public' ORDER BY listed_at DESC LIMIT 1000").fetchall()
    watched = sorted(dice.sample(videos, WATCHED), key=lambda v: not v[2])  # the last one of a show
    for n, (video, duration, _) in enumerate(watched):
        db.execute("INSERT OR REPLACE INTO history VALUES (?, ?, ?, ?)", (fan, video, duration if n % 2 else duration // 3, now - n * 3600000))
    for video, *_ in dice.sample(videos, 200):
        db.execute("INSERT OR REPLACE INTO trend SELECT n, ? FROM video WHERE id = ?", (int(now / 86400000 * (1 << 30)) + dice.randrange(1 << 32), video))
    db.execute("UPDATE asset SET kind = 'document' WHERE id IN (SELECT id FROM asset LIMIT 100)")
    db.execute("COMMIT")
    db.close()


def full(hub, token):
    """Every rail is there, or the figure would be of less."""
    answer = json.loads(get(hub.port, "/v1/home", {"Authorization": f"Bearer {token}"})[1])
    kinds = [rail["kind"] for rail in answer["rails"]]
    if len(kinds) < 5 or min(len(rail["items"]) for rail in answer["rails"] if rail["kind"] != "downloads") < 10:
        raise Broken(f"the home page has {kinds}")


def fans(place):
    place.hub_command("account", "add", "penonton", "--role", "fan")
    token = place.hub_command("token", "penonton", "--ttl", "2h")
    fill(place)
    headers = [f"Authorization: Bearer {token}"]
    with place.hub("--loops", "1", core=SERVER_CORE) as hub:
        ask = lambda path, seconds: wrk(hub, path, seconds, 32, headers=headers)[1]
        full(hub, token)
        ask("/v1/home", 1), ask(LIST, 1)
        homes, lists = in_turn(place.rounds, lambda: ask("/v1/home", place.seconds), lambda: ask(LIST, place.seconds))
    yield rate_line(f"`GET /v1/home` for a fan who watched {WATCHED} videos, one core", f"`GET {LIST}` for the same fan", homes, lists, 0.3, PER_CPU)
