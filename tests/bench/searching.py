"""The row on search: 50,000 videos, and the same terms asked of FTS5 alone."""
import http.client
import os
import random
import shutil
import sqlite3
import time

import seed
from figures import Line, in_turn, rate_line, say, wrk
from place import HERE, run
from servers import SERVER_CORE

MANY, ASKED = 50000, 400
PER_CPU = "{:,.0f} per CPU s"


def fill(place):
    """Videos that are found and nothing else, up to MANY; the hub analyses them when it starts. The last row of the bench: they stay."""
    dice = random.Random(50000)
    db = sqlite3.connect(os.path.join(place.data, "hub.db"), isolation_level=None)
    db.row_factory = sqlite3.Row
    db.execute("BEGIN")
    model = dict(db.execute("SELECT * FROM video WHERE state = 'published' AND visibility = 'public' LIMIT 1").fetchone())
    for n in range(db.execute("SELECT max(n) FROM video").fetchone()[0] + 1, MANY + 1):
        at, title = model["listed_at"] + n, f"{dice.choice(seed.FIRST)} {dice.choice(seed.SECOND)} {dice.choice(seed.THIRD)}"
        seed.insert(db, "video", {**model, "n": n, "id": seed.make_id(at, dice), "slug": f"cari-{n}", "title": title, "encode": None, "listed_at": at,
                                  "description": " ".join(dice.sample(seed.SENTENCES, 2)), "tags": seed.compact(dice.sample(seed.TAGS, 3))})
    db.execute("UPDATE search_state SET version = 0, done = 0")
    db.execute("COMMIT")
    db.close()


def questions(place):
    """What is typed, and the terms that it comes to, the same for hub and peer: two words of titles."""
    dice, words = random.Random(7), [w.lower() for t in seed.SECOND for w in t.split() if w.isalpha() and len(w) > 3]
    asked = [dice.sample(words, 2) for _ in range(ASKED)]
    asked = [pair for pair in asked if any(all(w in t.lower() for w in pair) for t in seed.SECOND)] + [[w] for w in words]
    with open(place.at("asked"), "w") as hub, open(place.at("match"), "w") as peer:
        for pair in asked:
            hub.write(" ".join(pair) + "\n")
            peer.write(" AND ".join(f'("{w}")' for w in pair[:-1]) + (" AND " if pair[1:] else "") + f'("{pair[-1]}" OR "{pair[-1]}"*)\n')
    return [" ".join(pair) for pair in asked]


def latencies(hub, asked):
    """Milliseconds of one client after another: the middle one and the 99th of a hundred."""
    took, line = [], http.client.HTTPConnection("127.0.0.1", hub.port)
    for words in asked * (1 + 500 // len(asked)):
        began = time.perf_counter()
        line.request("GET", "/v1/search?q=" + words.replace(" ", "+"), headers={"Cache-Control": "no-cache"})
        line.getresponse().read()
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return took[len(took) // 2], took[len(took) * 99 // 100]


def bare(place, program):
    count, cpu = run([program, os.path.join(place.at("search-data")), place.at("match"), str(place.seconds)], SERVER_CORE).split()
    say(f"    sqlite {int(count) / float(cpu):10,.0f}/CPU s")
    return int(count) / float(cpu)


def search(place):
    program = place.at("search")
    run(["cc", "-O2", "-o", program, HERE / "search.c", "-lsqlite3"])
    fill(place)
    asked = questions(place)
    place.hub_command("migrate")
    shutil.copy(os.path.join(place.data, "hub.db"), place.at("search-data"))
    with place.hub("--loops", "1", core=SERVER_CORE) as hub:
        ask = lambda seconds: wrk(hub, "/", seconds, 8, "-s", HERE / "search.lua", script_args=[place.at("asked")])[1]
        ask(1)
        hubs, peers = in_turn(place.rounds, lambda: ask(place.seconds), lambda: bare(place, program))
        half, most = latencies(hub, asked)
    yield rate_line(f"`GET /v1/search` over {MANY:,} videos, one core, uncached", "the same terms asked of FTS5 by the sqlite3 library", hubs, peers, 0.5, PER_CPU)
    yield Line("… one client: p50 and p99", f"{half:.1f} and {most:.1f} ms", "", "", "none", True)
